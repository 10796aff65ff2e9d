"""Private training: DP-SGD, three approaches, adaptive noise (chapters 16 and 17)."""
