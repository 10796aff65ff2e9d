"""Servers that cheat clients who trust them with a sum."""
