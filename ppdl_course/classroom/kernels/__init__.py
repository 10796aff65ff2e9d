"""Kernels in which a submission can reach nothing but itself; begin with ``sandbox``.

Outside the walls: sandbox (opens kernels), folders, provisioner (how Jupyter starts
one), watch (listens and measures), bubblewrap (the walls), warm and forking (one
server, many forks). Inside: kernel, seccomp, incidents (reports what is tried).
"""
