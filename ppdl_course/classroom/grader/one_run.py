"""One run over a chapter's submissions: what waits, what is executed, what is saved.

Each submission goes through these hands::

    another         read and clean it                            (submission.apart)
    this process    let nbgrader put it in order                 (gradebook)
    a worker        execute it in a sandbox, decide its checks   (workers or cluster)
    this process    keep the result, let nbgrader save it        (journal, gradebook)
"""

import errno
from collections import deque
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy.exc import OperationalError

from ppdl_course.classroom.gradebook.writer import GradebookWriter, Unsaved
from ppdl_course.classroom.grader.job import Job, Result
from ppdl_course.classroom.grader.journal import Journal, key_of
from ppdl_course.classroom.grader.submitted import (
    code_of_checks,
    contents,
    require_own,
)
from ppdl_course.classroom.grader.tally import Tally
from ppdl_course.classroom.grader.workers import (
    CannotExecute,
    KernelChoice,
    Pool,
    Stopped,
)
from ppdl_course.classroom.submission.apart import Apart, Ready
from ppdl_course.classroom.submission.clean import Unreadable, clean
from ppdl_course.classroom.submission.notices import notices

_NO_ROOM = {errno.ENOSPC, errno.EROFS, getattr(errno, "EDQUOT", errno.ENOSPC)}


class CannotKeep(Stopped):
    """The gradebook or the disk takes nothing now; what is executed is kept."""


@dataclass(frozen=True)
class _Submission:
    student: str
    folder: Path
    key: str


class OneRun:
    """One run over a chapter's submissions."""

    def __init__(
        self,
        writer: GradebookWriter,
        exam: str,
        kernels: KernelChoice,
        every_cell: bool,
        journal: Journal,
        progress: Callable[[Tally], None],
    ) -> None:
        self._writer, self._exam, self._kernels = writer, exam, kernels
        self._every_cell, self._journal = every_cell, journal
        self._release = writer.release()
        self._checks = key_of(*code_of_checks())
        self._progress = progress
        self.graded: list[str] = []
        self.skipped: dict[str, str] = {}
        self.executed = 0
        self.tally = Tally(0)

    def run(
        self,
        folders: dict[str, Path],
        open_pool: Callable[[int], Pool],
        *,
        resume: bool,
        again: bool,
    ) -> None:
        """Grade what is to be graded; save first what was executed already."""
        waiting: deque[_Submission] = deque()
        kept: list[tuple[_Submission, Result]] = []
        self.tally.total = len(folders)
        for student, folder in folders.items():
            submission = self._submission(student, folder)
            if submission is None:
                continue
            result = self._journal.result(student, submission.key) if resume else None
            if result is not None:
                kept.append((submission, result))
            elif not again and self._is_graded(submission):
                self.skipped[student] = "graded before, and unchanged since"
                self.tally.total -= 1
            else:
                waiting.append(submission)
        self._tell("")
        for submission, result in kept:
            self._save(submission, result)
        if waiting:
            with Apart(self._read) as self._apart:  # before there are threads
                self._execute_all(waiting, open_pool(len(waiting)))
        self._journal.sweep()

    def _execute_all(self, waiting: deque[_Submission], pool: Pool) -> None:
        try:
            retry = self._execute(waiting, pool)
            # Each by itself, in case they got in each other's way.
            for one in sorted(retry, key=lambda one: one.student):
                self._execute(deque([one]), pool, last_chance=True)
        finally:
            pool.close()

    def _read(self, folder: Path) -> Ready:
        """Read a submission; in another process."""
        cleaned = clean(folder, self._release)
        tried = notices(cleaned.handed_in, self._release)
        return Ready(cleaned.notebook, (*cleaned.findings, *tried))

    def _submission(self, student: str, folder: Path) -> _Submission | None:
        isolated = repr(self._kernels.kind != "unsafe")
        how = (repr(self._kernels.limits), repr(self._every_cell), isolated)
        try:
            require_own(student, folder)
            # With the student: of equal submissions each has a result of its own.
            what = (self._exam, self._checks, student, *how)
            return _Submission(student, folder, key_of(*what, *contents(folder)))
        except (OSError, Unreadable) as error:
            self._fail(student, f"cannot be read: {error}")
        except Exception as error:  # whatever it is, it ends this one alone
            self._fail(student, f"cannot be read: {_described(error)}")
        return None

    def _is_graded(self, submission: _Submission) -> bool:
        """Tell whether exactly this is in the gradebook, written by this command."""
        entry = self._journal.entries.get(submission.student)
        if entry is None or (entry.key, entry.step) != (submission.key, "saved"):
            return False
        return self._writer.fingerprint(submission.student) == entry.written

    def _execute(
        self, waiting: deque[_Submission], pool: Pool, *, last_chance: bool = False
    ) -> list[_Submission]:
        """Execute and save submissions; return those whose worker died."""
        running: dict[Future[Result], tuple[_Submission, tuple[str, ...]]] = {}
        retry = []
        while waiting or running:
            while waiting and len(running) < pool.ahead:
                submission = waiting.popleft()
                if prepared := self._prepared(submission):
                    job, findings = prepared
                    running[pool.submit(job)] = submission, findings
            done, _ = wait(running, timeout=1, return_when=FIRST_COMPLETED)
            if not done:
                pool.check()
                self._tell(self.tally.last)
            for future in done:
                submission, findings = running.pop(future)
                try:
                    result = future.result()
                except CannotExecute:
                    raise
                except CancelledError:
                    raise Stopped(
                        "the cluster gave up: see to its scheduler, add --resume"
                    ) from None
                except Exception as died:  # WorkerDied, or what a cluster calls it
                    if last_chance:
                        self._fail(submission.student, f"twice: {died}")
                    else:
                        retry.append(submission)
                    continue
                self.executed += 1
                if result.failure:
                    self._fail(submission.student, result.failure)
                    continue
                result = replace(result, notices=(*findings, *result.notices))
                self._journal.executed(submission.key, result)
                self._save(submission, result)
        return retry

    def _prepared(self, submission: _Submission) -> tuple[Job, tuple[str, ...]] | None:
        """Return a submission as a job, and what was found in it; None if it failed."""
        student = submission.student
        try:
            ready = self._apart.read(submission.folder)
            text = self._writer.sanitise(student, ready.notebook)
        except Unreadable as error:
            self._fail(student, str(error))
            return None
        except Exception as error:  # of nbgrader, over a notebook that nobody foresaw
            require_room(error)
            self._fail(student, f"cannot be put in order: {_described(error)}")
            return None
        job = Job(
            student=student,
            chapter=self._writer.chapter,
            submission=text,
            exam=self._exam,
            limits=self._kernels.limits,
            every_cell=self._every_cell,
        )
        return job, ready.findings

    def _save(self, submission: _Submission, result: Result) -> None:
        student = submission.student
        try:
            self._writer.save(student, result.notebook)
        except Unsaved as error:
            require_room(error.__cause__)
            self._fail(student, f"executed, but not saved: {error}")
            return
        written = self._writer.fingerprint(student)
        self._journal.saved(submission.key, result, written)
        self.graded.append(student)
        self.tally.done += 1
        self._tell(student)

    def _fail(self, student: str, why: str) -> None:
        self.tally.failed[student] = why
        self.tally.done += 1
        self._tell(student)

    def _tell(self, student: str) -> None:
        self.tally.count(student, executed=self.executed > 0)
        self._progress(self.tally)


def require_room(error: BaseException | None) -> None:
    """Tell trouble of the machine, which all submissions would meet, from their own.

    Raises:
        CannotKeep: If the gradebook is locked, or the disk is full or read-only.
    """
    if isinstance(error, OperationalError):
        raise CannotKeep(f"the gradebook cannot be used: {error.orig}") from None
    if isinstance(error, OSError) and error.errno in _NO_ROOM:
        where = error.filename or "the course's folder"
        raise CannotKeep(f"{where} cannot be written: {error.strerror}") from None


def _described(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
