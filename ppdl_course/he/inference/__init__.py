"""Networks evaluated on encrypted inputs (chapter 11)."""
