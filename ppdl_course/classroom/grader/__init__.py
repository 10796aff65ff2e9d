"""Grade a class: safely, in parallel, and by values instead of by claims.

A submission passes through these in order::

    ../submission   repair what can be repaired, report the rest, name what was tried
    ../kernels      a kernel that can reach nothing but itself
    execution/run   execute one submission in it, within limits
    ../judging      decide each check outside, from the values that cross
    batch           many submissions at once, resumable
      one_run       who of them waits, is executed, is saved
      tally         how far they are
      submitted     what there is to grade, and whether it has changed
      journal       what is executed and saved already
      job           what a worker is given, and what it gives back
      workers       the processes that execute, seen from their owner
      worker        one of these processes
      cluster       the same on several machines
    ../gradebook    the one writer
    report          what a class got right and wrong
      ticker        the tally, shown meanwhile

nbgrader's gradebook stays the only record: Formgrader, feedback and export go on from
there as after ``nbgrader autograde``.
"""
