"""Learning over several clients and a server (Fig. 2; chapters 3, 14 and 16)."""
