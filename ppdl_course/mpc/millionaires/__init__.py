"""Yao's first protocol, and what follows from leaving out a step (chapter 4)."""
