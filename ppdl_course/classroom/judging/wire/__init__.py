"""What crosses between a check and a student's function, which runs in a sandbox.

::

    messages      bytes of a given length, within a given time
    values        what may come back in them: plain values and nothing else
    own_objects   what may be done over there to the check's own objects and arguments

Towards the kernel anything may go: it has nothing to lose
(:mod:`ppdl_course.classroom.judging.outgoing` pickles).
"""
