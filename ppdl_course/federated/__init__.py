"""Learning over clients and a server (Fig. 2; chapters 3, 8, 13, 14, 16, 17)."""
