"""Checks of chapter 17."""
