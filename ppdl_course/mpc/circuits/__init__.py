"""Boolean circuits: built, written to files, read back (chapters 5 and 7)."""
