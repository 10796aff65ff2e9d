"""The execution of one submission in a kernel, within limits; begin with ``run``.

::

    run           the order of things: cells, checks, fresh kernels
      plan        which cells are run at all
      time_used   what the submission has used of its time
    dialogue      the connection to the kernel
      zmtp        its messages, read piece by piece
    outputs       what may enter the notebook
      clean_html  what of HTML may
"""
