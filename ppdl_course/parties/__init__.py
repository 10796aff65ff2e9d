"""Parties and what crosses between them (chapter 3, and every one with two parties)."""
