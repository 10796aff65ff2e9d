"""Checks decided outside the kernel, from the values that a student's code returns.

judge runs a check; session and outgoing lend it the student's functions over a socket;
wire says what may come back; answers is the kernel's side of it.
"""
