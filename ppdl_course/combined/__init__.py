"""Protocols of several chapters side by side (chapters 7 and 18)."""
