"""SEAL through TenSEAL: plans, contexts, keys, streams, errors (chapters 9 to 11)."""
