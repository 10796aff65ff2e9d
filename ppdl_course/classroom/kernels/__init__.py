"""Kernels in which a submission can reach nothing but itself; begin with ``sandbox``.

Outside the walls::

    sandbox       opens and starts kernels: warm, cold or unsafe
    provisioner   how Jupyter starts one
    bubblewrap    the walls: one command line
    folders       private folders for sockets, swept when their owner is gone
    warm          a server that has imported the heavy packages, seen from outside
    accounting    measures the memory and the processor time of a kernel

Inside::

    forking       the warm server's program: one fork and new walls for each kernel
    kernel        confines itself, then is an IPython kernel
    seccomp       the system calls that are closed
    incidents     reports what is tried
    moved_names   where modules are now that an older notebook imports
"""
