"""Masked sums that survive clients who leave in the middle of a round."""
