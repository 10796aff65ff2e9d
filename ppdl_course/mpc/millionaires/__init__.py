"""Yao's first protocol, and what follows from leaving out a step (chapters 4 and 5)."""
