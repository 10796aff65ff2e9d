"""Grade a course folder with nbgrader, in this process.

The command line of nbgrader takes seconds to start, once for each command; its Python
interface does the same without. Everything is read from the folder's own
``nbgrader_config.py``, which also has nbgrader take folders' names literally.

Submissions run as the user who grades them, without any isolation: grade only people
you trust, or grade in a container (docs/instructor.md).
"""

import warnings
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.api import (
    Assignment,
    BaseCell,
    Grade,
    Gradebook,
    Student,
    SubmittedAssignment,
    SubmittedNotebook,
)
from nbgrader.converters import (
    Autograde,
    BaseConverter,
    GenerateAssignment,
    GenerateFeedback,
)
from nbgrader.coursedir import CourseDirectory
from nbgrader.utils import capture_log
from sqlalchemy.exc import SAWarning
from traitlets.config import Config

from ppdl_course.classroom.authoring.build import load_settings
from ppdl_course.classroom.gradebook.plain_table import PlainTable
from ppdl_course.classroom.limits import Limits


@dataclass(frozen=True)
class Outcome:
    """What a step of nbgrader did: whether all of it worked, and what it logged."""

    ok: bool
    log: str


class NbgraderCourse:
    """A course folder in which chapters are released, graded and given feedback on.

    Args:
        root: The folder that holds ``nbgrader_config.py`` and the built chapters.
        settings: Changes to its settings, for instance a shorter time limit.
    """

    def __init__(self, root: Path, settings: Config | None = None):
        self.root = root.resolve()
        config = load_settings(self.root)
        config.CourseDirectory.root = str(self.root)
        config.merge(settings or Config())
        self._config = config
        self.folder = CourseDirectory(config=config)

    def release(self, chapter: str) -> Outcome:
        """Put a chapter into the gradebook and write its student's edition."""
        return self._convert(GenerateAssignment, chapter)

    def hand_in(self, student: str, chapter: str, notebook: NotebookNode) -> Path:
        """Place a submission where nbgrader collects them; return its file."""
        path = self.root / "submitted" / student / chapter / f"{chapter}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, path)
        return path

    def autograde(self, chapter: str, student: str = "*") -> Outcome:
        """Run and score the submissions of one student, or of all."""
        return self._convert(Autograde, chapter, student)

    def feedback(self, chapter: str, student: str = "*") -> Outcome:
        """Write the feedback pages."""
        return self._convert(GenerateFeedback, chapter, student)

    def export(self, path: Path) -> None:
        """Write all scores as a table of comma-separated values."""
        plugin = PlainTable(config=self._config)
        plugin.to = str(path)
        with self.gradebook() as gradebook:
            plugin.export(gradebook)

    def scores(self, chapter: str) -> dict[str, dict[str, float | None]]:
        """Return each student's score by grade id; None waits for a human."""
        scores: dict[str, dict[str, float | None]] = {}
        with self.gradebook() as gradebook:  # one query; nbgrader's objects take many
            rows = (
                gradebook.db.query(
                    Student.id, BaseCell.name, Grade.score, Grade.needs_manual_grade
                )
                .select_from(Grade)
                .join(BaseCell, Grade.cell_id == BaseCell.id)
                .join(SubmittedNotebook, Grade.notebook_id == SubmittedNotebook.id)
                .join(SubmittedAssignment)
                .join(Student)
                .join(Assignment)
                .filter(Assignment.name == chapter)
                .order_by(Student.id)
            )
            for student, name, score, waits in rows:
                scores.setdefault(student, {})[name] = None if waits else score
        return scores

    def points(self, chapter: str) -> dict[str, float]:
        """Return the most that each grade id of a released chapter can score."""
        with self.gradebook() as gradebook:
            notebooks = gradebook.find_assignment(chapter).notebooks
            return {c.name: c.max_score for n in notebooks for c in n.grade_cells}

    def graded(self, student: str, chapter: str) -> NotebookNode:
        """Return a submission as it was run, with the outputs of its checks."""
        folder = self.root / "autograded" / student / chapter
        return nbformat.read(folder / f"{chapter}.ipynb", as_version=4)

    def limits(self) -> Limits:
        """Return what a submission may use up: ``c.Limits`` of the settings.

        Raises:
            TypeError: If there is no limit of such a name.
            ValueError: If a limit is not above 0.
        """
        return Limits(**self._config.Limits)

    def gradebook(self) -> Gradebook:
        """Open the gradebook; use it in a ``with`` statement, which closes it."""
        return Gradebook(self.folder.db_url, self.folder.course_id)

    def converter(
        self, stage: type[BaseConverter], chapter: str, student: str = "."
    ) -> BaseConverter:
        """Return a stage of nbgrader with the course's settings, to be started."""
        self.folder.assignment_id, self.folder.student_id = chapter, student
        converter = stage(coursedir=self.folder, config=self._config)
        converter.force = True
        return converter

    def _convert(
        self, stage: type[BaseConverter], chapter: str, student: str = "."
    ) -> Outcome:
        converter = self.converter(stage, chapter, student)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", SAWarning)  # of nbgrader's own queries
            result = capture_log(converter)
        log = "\n".join(filter(None, (result.get("log"), result.get("error"))))
        return Outcome(ok=result["success"], log=log)
