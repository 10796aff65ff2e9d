"""Computing on shares: XOR shares and additive ones (chapters 4 and 5)."""
