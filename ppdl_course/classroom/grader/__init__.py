"""Grade a class: safely, in parallel, and by values instead of by claims.

A submission passes through these modules in order::

    clean      repair what can be repaired, report what cannot
    notices    name what a submission tried, without any effect on its points
    sandbox    open kernels that can reach nothing but themselves, by means of
               folders, provisioner, watch (outside), bubblewrap (the walls),
               warm, forking (one server, many forks), and inside the walls
               kernel, seccomp, incidents
    run        execute one submission in such a kernel, within limits
    answers    lend the student's functions, from inside the kernel
    judge      decide each check here, outside, from the values that cross
    batch      many submissions at once, resumable, by means of submitted (what there
               is), journal (what is done), workers and worker (processes that execute)
               and gradebook (the one writer)
    cluster    the same on several machines
    report     what a class got right and wrong; ticker, how far it is

nbgrader's gradebook stays the only record: Formgrader, feedback and export go on from
there as after ``nbgrader autograde``.
"""
