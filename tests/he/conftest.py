"""Hypothesis without a deadline: a first example may make keys or tables."""

from hypothesis import settings

settings.register_profile("keys", deadline=None)
settings.load_profile("keys")
