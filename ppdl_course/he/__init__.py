"""Homomorphic encryption: from textbook RSA to lattice schemes (chapters 9 to 14)."""
