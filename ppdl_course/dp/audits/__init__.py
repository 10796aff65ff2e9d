"""Mechanisms put to the test, and those that fail it (chapters 15 and 16)."""
