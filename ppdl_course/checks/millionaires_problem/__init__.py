"""Checks of chapter 4."""
