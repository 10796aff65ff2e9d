"""Public-key encryption of single numbers, and groups (chapters 4, 9, 11, 13)."""
