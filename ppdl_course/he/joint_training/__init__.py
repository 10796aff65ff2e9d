"""Learning on the data of many owners with a key each, system [24] (chapter 13)."""
