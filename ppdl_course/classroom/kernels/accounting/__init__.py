"""What the processes of one kernel use, as seen from outside.

::

    watch           their memory; listens to the kernel besides
    sockets         what their sockets hold
    processor_time  what they compute
    cgroups         the system's own limit of memory, where it can be had
"""
