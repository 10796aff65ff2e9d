"""The page that a student gets back, written by nbgrader's ``generate_feedback``.

::

    safe        what a student wrote or printed, as HTML that can run nothing
    boxes       the cells and outputs of a student, ready to be shown
    places      where an exercise stands in the chapter
    page        a graded notebook and the gradebook -> what the page says
    exporter    the page as one file, through page.html.j2 and page.css

The page is one file without any script and without any address of another machine: it
opens offline, and its content security policy lets the browser run and load nothing
else. Verdicts and points come from the gradebook alone. Whatever a student wrote or
printed stands in a dashed box, without styles of its own, so that it cannot pass for a
verdict.
"""
