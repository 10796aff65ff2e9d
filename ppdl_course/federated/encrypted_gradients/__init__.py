"""Gradients under additive encryption (chapter 14)."""
