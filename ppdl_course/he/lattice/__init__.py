"""Lattice schemes from scratch: BGV, BFV, CKKS, bootstrapping (chapter 9)."""
