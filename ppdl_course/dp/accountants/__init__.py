"""What releases cost together: composition, Renyi, loss distributions (15 to 18)."""
