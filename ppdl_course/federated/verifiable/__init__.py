"""Learning from sums that every client checks (system [33])."""
