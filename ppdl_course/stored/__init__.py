"""Results computed beforehand: each with its seeded script and its reader."""
