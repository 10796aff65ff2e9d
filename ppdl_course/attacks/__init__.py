"""Attacks on models, gradients, maps and collaborative training (chapter 3)."""
