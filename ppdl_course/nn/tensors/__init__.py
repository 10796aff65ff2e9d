"""Layers over tensors: multi-dot products, tensor distance, double projection."""
