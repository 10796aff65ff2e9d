"""The generator of the law data of all chapters: synthetic cases and documents."""
