"""Grade all submissions of a chapter: executed in parallel, written by one.

Only this process writes into the gradebook and the journal. One submission never stops
another: what cannot be graded is reported with the reason, in the student's name.
"""

import os
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy.exc import OperationalError

from ppdl_course.classroom.authoring.build import find_chapter
from ppdl_course.classroom.gradebook.nbgrader_course import NbgraderCourse
from ppdl_course.classroom.gradebook.writer import GradebookWriter
from ppdl_course.classroom.grader.journal import Journal
from ppdl_course.classroom.grader.one_run import OneRun, require_room
from ppdl_course.classroom.grader.report import Report, report_on
from ppdl_course.classroom.grader.submitted import folders_of
from ppdl_course.classroom.grader.tally import Tally
from ppdl_course.classroom.grader.workers import (
    KernelChoice,
    LocalPool,
    Pool,
    Stopped,
    imported,
)
from ppdl_course.classroom.limits import Limits

KINDS = ("warm", "cold", "unsafe")


class NoSandbox(Stopped):
    """Nothing here keeps what students wrote apart, and what to install."""


def grade(
    course: NbgraderCourse | Path,
    chapter: str,
    *,
    student: str | None = None,
    jobs: int | None = None,
    kind: str = "warm",
    resume: bool = False,
    cluster: str | None = None,
    limits: Limits | None = None,
    every_cell: bool = False,
    progress: Callable[[Tally], None] = lambda tally: None,
    pool: Pool | None = None,
) -> Report:
    """Grade the submissions of a chapter.

    What was graded before is skipped, if file, exam, checks and limits are the same.

    Args:
        course: The course, or its folder.
        chapter: Its number or full name.
        student: Grade this student's submission alone, also if it is unchanged.
        jobs: Worker processes; None for one per core.
        kind: ``"warm"``, ``"cold"`` or ``"unsafe"`` kernels.
        resume: Use what an interrupted run has executed and not saved.
        cluster: The address of a dask scheduler, to execute there.
        limits: What one submission may use up; None for those in the settings
            (``c.Limits``), or the usual ones.
        every_cell: Run also those cells on which nothing graded depends.
        progress: Called with the state of the batch as it goes on.
        pool: What executes the jobs, in place of workers of the kind above.

    Raises:
        ValueError: If the chapter, its release or the student is not there.
        NoSandbox: If there is no sandbox here and the kernels are not unsafe.
        Busy: If somebody else grades this chapter.
        CannotKeep: If the gradebook is locked, or the disk is full.
        CannotExecute: If no worker can open kernels or read the exam.
    """
    course = course if isinstance(course, NbgraderCourse) else NbgraderCourse(course)
    if kind not in KINDS:
        raise ValueError(f"kind must be one of {', '.join(KINDS)}, got {kind!r}")
    if jobs is not None and jobs < 1:
        raise ValueError(f"jobs must be at least 1, got {jobs}")
    writer = GradebookWriter(course, find_chapter(chapter, course.root))
    exam = writer.exam()
    limits = limits or course.limits()
    kernels = KernelChoice(kind, limits, imported(exam))
    folders = folders_of(writer, student)
    if pool is None and cluster is None:
        _require_sandbox(kind)
    began = time.monotonic()

    def open_pool(submissions: int) -> Pool:
        if pool is not None:
            return pool
        if cluster is not None:
            from ppdl_course.classroom.grader.cluster import ClusterPool

            return ClusterPool(cluster, kernels)
        return LocalPool(kernels, min(jobs or _cores(), submissions))

    try:
        with Journal(course.root / ".ppdl" / "grading" / writer.chapter) as journal:
            run = OneRun(writer, exam, kernels, every_cell, journal, progress)
            run.run(folders, open_pool, resume=resume, again=student is not None)
            return report_on(
                writer,
                graded=tuple(run.graded),
                skipped=run.skipped,
                failed=run.tally.failed,
                notices={
                    name: journal.entries[name].notices
                    for name in (*run.graded, *run.skipped)
                },
                executed=run.executed,
                seconds=time.monotonic() - began,
            )
    except (OperationalError, OSError) as error:
        require_room(error)
        raise


def _cores() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _require_sandbox(kind: str) -> None:
    if kind != "unsafe":
        from ppdl_course.classroom.kernels.sandbox import sandbox_available

        if why := sandbox_available():
            raise NoSandbox(why)
