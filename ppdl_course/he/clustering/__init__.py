"""Clustering under encryption (chapter 12)."""
