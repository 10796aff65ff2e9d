"""What goes into the grading of one submission, and what comes out.

Both are plain text and numbers: they are pickled to other processes and machines.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Limits:
    """What one submission may use up.

    Attributes:
        seconds: For the whole notebook with its checks.
        cell_seconds: For one cell.
        memory_bytes: Of the kernel's data.
        processes: Processes and threads at the same time, the kernel's own included.
        file_bytes: For one file, and for all that the kernel may leave in its folder.
        output_bytes: Printed and displayed, by the whole notebook.
    """

    seconds: float = 300.0
    cell_seconds: float = 60.0
    memory_bytes: int = 3 << 30
    processes: int = 96
    file_bytes: int = 100_000_000
    output_bytes: int = 1_000_000

    def __post_init__(self) -> None:
        """Refuse limits that nothing could keep."""
        for name, value in vars(self).items():
            if not value > 0:
                raise ValueError(f"{name} must be above 0, got {value}")


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
