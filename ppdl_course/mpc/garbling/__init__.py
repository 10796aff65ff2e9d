"""Garbled circuits: five schemes, batches, the protocol, an attack (chapter 5)."""
