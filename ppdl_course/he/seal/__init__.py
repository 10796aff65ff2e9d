"""Microsoft SEAL through TenSEAL: plans, keys, residues, errors (chapters 9 to 11)."""
