"""Feedforward networks in numpy (chapter 1)."""
