"""Learning in a cloud from data under many owners' keys (chapter 13)."""
