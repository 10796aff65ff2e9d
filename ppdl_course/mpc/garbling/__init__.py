"""Garbled circuits: five schemes, batches, protocol, attack (chapters 5, 6 and 7)."""
