"""Oblivious transfer, and its extension to many (chapters 4 and 5)."""
