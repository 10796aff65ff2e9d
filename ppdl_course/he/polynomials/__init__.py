"""Polynomials in place of activations: fitted, evaluated, served (chapter 10)."""
