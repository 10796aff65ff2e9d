"""Public-key encryption of numbers, and groups (chapters 4, 5, 8, 9, 11, 13, 14)."""
