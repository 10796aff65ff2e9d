"""Parties and what crosses between them: channels, threads, processes, costs, views."""
