"""Polynomials in place of activations: found, evaluated, served (chapter 10)."""
