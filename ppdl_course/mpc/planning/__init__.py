"""What to decide before anything is shared: activation, ring, who makes triples."""
