"""Boolean circuits: built, written to files, read back (chapter 5)."""
