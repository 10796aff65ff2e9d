"""For students.

::

    install    make .venv with everything the course needs; runs before anything else
    lab        ppdl lab: JupyterLab, opened on the course map
    doctor     ppdl doctor: does everything that the course needs work here?
    reset      ppdl reset: a fresh copy of a chapter, the old one kept
    progress   what the course map's two cells show
"""
