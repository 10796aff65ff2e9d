"""nbgrader's part of grading: before a submission is executed, and after.

``nbgrader autograde`` puts a submission in order, executes it and saves what it scored.
Here the first and the last are nbgrader's own code with the course's settings, and the
second happens elsewhere: what comes back is put in its place. So the gradebook, the
``autograded`` files, penalties for lateness and grades given by hand come out as ever.

One process alone calls this (:mod:`ppdl_course.classroom.grader.batch`).
"""

import contextlib
import hashlib
import logging
import os
import shutil
import warnings
from collections.abc import Iterator
from pathlib import Path

import nbformat
from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode
from nbgrader.api import MissingEntry
from nbgrader.converters import Autograde
from nbgrader.converters.base import BaseConverter, NbGraderException
from nbgrader.preprocessors import Execute
from nbgrader.utils import compute_checksum, is_grade
from sqlalchemy.exc import SAWarning
from traitlets.config import Config

from ppdl_course.classroom.gradebook.literal_paths import is_ignored
from ppdl_course.classroom.gradebook.nbgrader_course import NbgraderCourse
from ppdl_course.classroom.gradebook.nbgrader_stages import TidyCells


class Unreleased(ValueError):
    """The gradebook and the built chapter do not go together."""


class Unsaved(RuntimeError):
    """nbgrader could not save what a submission scored."""


class GradebookWriter:
    """Takes one chapter's submissions in, and puts what they scored into the gradebook.

    Args:
        course: The course folder.
        chapter: The chapter's full name.
    """

    def __init__(self, course: NbgraderCourse, chapter: str) -> None:
        self.course, self.chapter = course, chapter
        self.root = course.root
        self._autograde = course.converter(_Saving, chapter)
        self._autograde.force = True
        self._autograde.pre_convert_hook = None  # the student's file stays as it is
        self._autograde.log = _quiet_log()
        config = Config(self._autograde.config)
        self._tidy = NotebookExporter(config=config)
        stages = self._autograde.sanitize_preprocessors
        for stage in (one for one in stages if one is not TidyCells):  # done by clean
            self._tidy.register_preprocessor(stage, enabled=True)

    def exam(self) -> str:
        """Return the instructor's edition, after a look whether it is the released one.

        Raises:
            Unreleased: Naming what is missing or differs, and what to do.
        """
        folder = self.course.folder
        path = self.root / folder.source_directory / self.chapter
        path = path / f"{self.chapter}.ipynb"
        if not path.exists():
            raise Unreleased(f"{path} is missing: run `ppdl build {self.chapter}`")
        text = path.read_text(encoding="utf-8")
        again = f"nbgrader generate_assignment {self.chapter} --force"
        with self.course.gradebook() as gradebook:
            try:
                known = gradebook.find_notebook(self.chapter, self.chapter)
            except MissingEntry:
                raise Unreleased(
                    f"{self.chapter} is not in the gradebook: run `{again}`"
                ) from None
            sums = {cell.name: cell.checksum for cell in known.source_cells}
            points = {cell.name: cell.max_score for cell in known.grade_cells}
        for cell in nbformat.reads(text, as_version=4).cells:
            if not is_grade(cell):
                continue
            mark = cell.metadata.nbgrader
            name = mark["grade_id"]
            if name not in points:
                what = f"{name} has no points in the gradebook"
            elif points[name] != mark["points"]:
                what = f"{name} has {mark['points']} points, {points[name]} there"
            elif mark["locked"] and sums[name] != compute_checksum(cell):
                what = f"{name} is another in the gradebook"
            else:
                continue
            raise Unreleased(f"{path}: {what}: run `{again}`")
        return text

    def release(self) -> NotebookNode:
        """Return the student's edition, as it was handed out.

        Raises:
            Unreleased: If it is not there.
        """
        folder = self.root / self.course.folder.release_directory / self.chapter
        path = folder / f"{self.chapter}.ipynb"
        if not path.exists():
            raise Unreleased(f"{path} is missing: run `ppdl build {self.chapter}`")
        return nbformat.read(path, as_version=4)

    def sanitise(self, student: str, notebook: NotebookNode) -> str:
        """Return a submission with nbgrader's own cells in it, ready to be executed."""
        with _calm():
            text, _ = self._tidy.from_notebook_node(notebook, self._resources(student))
        return text

    def save(self, student: str, executed: str) -> None:
        """Score an executed submission, and write ``autograded`` and the gradebook.

        To do it twice changes nothing. Grades and comments given by hand stay; nbgrader
        marks such a grade to be looked at again.

        Raises:
            Unsaved: With the reason.
        """
        self.course.folder.assignment_id = self.chapter
        self.course.folder.student_id = student
        if self.course.folder.student_id != student:  # nbgrader has strict ideas of ids
            raise Unsaved(f"nbgrader takes {student!r} for another student")
        self._autograde.executed = executed
        self._autograde.problem = None
        with _calm():
            try:
                self._autograde.start()
            except NbGraderException:
                problem = self._autograde.problem
                raise Unsaved(str(problem)) from problem

    def autograded(self, student: str) -> Path:
        """Return where a graded submission is kept."""
        folder = self.root / self.course.folder.autograded_directory
        return folder / student / self.chapter / f"{self.chapter}.ipynb"

    def fingerprint(self, student: str) -> str:
        """Return a hash of a graded submission's file; empty if there is none."""
        path = self.autograded(student)
        if not path.is_file():
            return ""
        return hashlib.sha256(path.read_bytes()).hexdigest()

    def _resources(self, student: str) -> dict:
        names = {"student": student, "assignment": self.chapter}
        names |= {"notebook": self.chapter, "db_url": self.course.folder.db_url}
        return {"unique_key": self.chapter, "nbgrader": names}


class _PlainFiles(BaseConverter):
    """Copies what came with a notebook. No link is followed: it could lead anywhere."""

    def init_assignment(self, assignment_id: str, student_id: str) -> None:
        """Copy the other files of a submission, as nbgrader does."""
        source = Path(self._format_source(assignment_id, student_id))
        target = Path(self._format_dest(assignment_id, student_id))
        for folder, _, names in os.walk(source):
            for path in (Path(folder, name) for name in names):
                ignored = is_ignored(str(path), [*self.coursedir.ignore, "*.ipynb"])
                if path.is_symlink() or not path.is_file() or ignored:
                    continue
                copy = target / path.relative_to(source)
                copy.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(path, copy)


class _Saving(Autograde, _PlainFiles):
    """Autograde, given what its first two stages would have made."""

    executed = ""
    problem: Exception | None = None

    def init_notebooks(self) -> None:
        """Take the one submission, whatever its file is called."""
        names = self.coursedir.assignment_id, self.coursedir.student_id
        folder = self._format_source(*names)
        self.assignments = {folder: [os.path.join(folder, f"{names[0]}.ipynb")]}

    def init_assignment(self, assignment_id: str, student_id: str) -> None:
        """Enter the student and the submission."""
        with self._noting():
            super().init_assignment(assignment_id, student_id)

    def _init_preprocessors(self) -> None:
        self.exporter._preprocessors = []
        for stage in self.autograde_preprocessors:
            if stage is not Execute:
                self.exporter.register_preprocessor(stage)

    def convert_single_notebook(self, notebook_filename: str) -> None:
        """Score the executed notebook instead of executing the file."""
        with self._noting():
            self._init_preprocessors()
            resources = self.init_single_notebook_resources(notebook_filename)
            notebook = nbformat.reads(self.executed, as_version=4)
            output, resources = self.exporter.from_notebook_node(notebook, resources)
            self.write_single_notebook(output, resources)

    @contextlib.contextmanager
    def _noting(self) -> Iterator[None]:
        """Remember what went wrong; nbgrader itself only logs it."""
        try:
            yield
        except Exception as error:
            self.problem = error
            raise


def _quiet_log() -> logging.Logger:
    """Return a log that nobody sees: what goes wrong is told by the report."""
    log = logging.getLogger("ppdl.nbgrader")
    log.propagate = False
    log.handlers = [logging.NullHandler()]
    return log


@contextlib.contextmanager
def _calm() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)  # of nbgrader's own queries
        yield
