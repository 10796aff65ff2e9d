"""Figures: numbers in, Picture (a matplotlib Figure with alternative text) out."""
