"""Results computed beforehand for chapters 1, 2, 3, 10, 16 and 17, each with its maker.

``python -m ppdl_course.stored`` makes all of them again, ``--list`` says what there is.
"""
