"""Computing on shares, XOR shares and additive ones (chapters 4, 5 and 6)."""
