"""Secure computation between parties who do not trust each other (chapters 4 to 7)."""
