"""What goes into the grading of one submission, and what comes out.

Both are plain text and numbers: they are pickled to other processes and machines.
"""

from dataclasses import dataclass, field

from ppdl_course.classroom.limits import Limits


@dataclass(frozen=True)
class Job:
    """One submission to grade.

    Attributes:
        student: The student's id.
        chapter: The chapter's full name.
        submission: The cleaned notebook, as JSON: the student's answers, and each
            graded cell of the release in its place.
        exam: The instructor's edition, as JSON, with solutions and hidden tests. It
            never enters a sandbox.
        limits: What the submission may use up.
        every_cell: Run every cell, also those that no graded cell depends on.
    """

    student: str
    chapter: str
    submission: str
    exam: str
    limits: Limits = field(default_factory=Limits)
    every_cell: bool = False


@dataclass(frozen=True)
class Result:
    """One graded submission.

    Attributes:
        student: The student's id.
        chapter: The chapter's full name.
        notebook: The submission as it was run, as JSON. The outputs of its checks were
            written by the grader.
        seconds: How long it took.
        notices: What it tried or ran into, one sentence each, for the instructor.
        failure: Why it could not be run at all; empty if it was.
    """

    student: str
    chapter: str
    notebook: str
    seconds: float
    notices: tuple[str, ...] = ()
    failure: str = ""
