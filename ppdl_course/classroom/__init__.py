"""Everything around the lessons: build, hand out, grade, serve; the ``ppdl`` command.

By who uses it::

    authoring     authors: a chapter's text becomes both editions and the course map
    student       students: install, open, examine, begin again, progress
    term          instructors, through a term: the archive to hand out, collecting
    bank          right and wrong answers to every exercise, and what each comes to
    feedback      the page that a student gets back

The machinery of grading, in the order in which it is built (each imports only from
those above it; a test holds it)::

    course        where things lie, and settings of several folders; limits
    magics        a cell as Python, IPython's own lines told apart; terminal
    kernels       kernels in which a submission can reach nothing but itself
    judging       checks decided outside, from the values that a student's code returns
    submission    what was handed in: read, put in order, looked at for tricks
    gradebook     nbgrader's part: its stages, its gradebook
    grader        a class: executed in parallel, decided, saved, reported

cli is the ``ppdl`` command; bench runs ``benchmarks/``.
"""
