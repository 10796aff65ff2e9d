"""Oblivious transfer, and its extension to many (chapters 4 to 7)."""
