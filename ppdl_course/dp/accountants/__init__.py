"""What releases cost together: composition, Renyi, privacy-loss distributions."""
