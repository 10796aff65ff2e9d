"""What a student handed in: found and read, put in order, looked at for tricks.

::

    clean       the whole way: a folder -> a notebook that can be graded, and findings
    apart       that, in a process with a deadline
    handed_in   which file it is, and what else came with it
    plain       a file that anybody may have written, read as a plain notebook
    matching    which of its cells is which cell of the release
    tidy        each graded cell once, in its place, nothing of the student's lost
    notices     what it tries to forge or fetch, in words, without an effect on points
    scan        the same, in the syntax tree of its code
"""
