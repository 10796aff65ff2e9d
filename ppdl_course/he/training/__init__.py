"""Training under encryption, with sums and products only (chapter 12)."""
