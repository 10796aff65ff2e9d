"""Deep computation models under encryption, and a cloud of nodes (chapter 12)."""
