"""Products of secrets without a dealer: by oblivious transfer and by ring-LWE."""
