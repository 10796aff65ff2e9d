"""Grade a class: safely, in parallel, and by values instead of by claims.

A submission passes through these in order::

    ../submission  repair what can be repaired, report what cannot, name what was tried
    ../kernels     a kernel that can reach nothing but itself
    run            execute one submission in it, within limits, by means of dialogue
                   (the connection) and outputs (what may enter the notebook)
    ../judging     decide each check here, outside, from the values that cross
    batch          many submissions at once, resumable, by means of submitted (what
                   there is), journal (what is done), workers and worker (processes
                   that execute) and gradebook (the one writer)
    cluster        the same on several machines
    report         what a class got right and wrong; ticker, how far it is

nbgrader's gradebook stays the only record: Formgrader, feedback and export go on from
there as after ``nbgrader autograde``.
"""
