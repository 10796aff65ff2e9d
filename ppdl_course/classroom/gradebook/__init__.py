"""nbgrader's part of grading: a course folder in its hands, and its one gradebook.

::

    nbgrader_course   release, autograde, feedback, scores: nbgrader without its command
    nbgrader_stages   our stages in nbgrader's pipelines, named in nbgrader_config.py
    literal_paths     folders' names that look like patterns
    plain_table       the scores as CSV, no name a formula
    writer            what ``ppdl grade`` executed, scored and written as by autograde
"""
