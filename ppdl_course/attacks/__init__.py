"""Attacks on models, gradients, maps and joint training (chapter 3 and after)."""
