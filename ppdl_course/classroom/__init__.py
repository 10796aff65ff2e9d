"""Build the editions, grade, serve; the ppdl command."""
