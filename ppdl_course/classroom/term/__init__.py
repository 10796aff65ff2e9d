"""For instructors, through a term.

::

    handout    ppdl handout: the archive that students get, without any answer
    exchange   collecting from nbgrader's exchange, with a look at what is collected
"""
