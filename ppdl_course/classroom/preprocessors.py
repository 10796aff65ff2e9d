"""Our stages in nbgrader's pipelines; ``nbgrader_config.py`` puts them in place.

:func:`find_notebook` finds a submission under another file name; :class:`TidyCells`
lets a batch go on past a student who copied a graded cell; :class:`HideTests` keeps
hidden tests out of the feedback that students get; :class:`PlainOutputs` keeps what a
submission displays from running in Formgrader.
"""

import re
from pathlib import Path

from nbconvert.preprocessors import Preprocessor
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell
from nbgrader.api import Gradebook, SourceCell
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import is_grade
from traitlets import List
from traitlets.log import get_logger

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


def find_notebook(assignment: str, student: str, notebooks: list[str]) -> None:
    """Rename the only notebook of a submission if it is not called as it should be.

    A browser saves ``01_topic (1).ipynb``; nbgrader would find no notebook. Of two
    strangers neither is chosen: nbgrader then names the student and goes on.

    Args:
        assignment: The chapter.
        student: The student, or a pattern for all; not used.
        notebooks: The submission's files, changed in place. nbgrader calls this for
            each submission in turn.
    """
    if len(notebooks) != 1:
        return
    found = Path(notebooks[0])
    right = found.with_name(f"{assignment}.ipynb")
    if found.name != right.name:
        get_logger().warning("%s is taken as %s", found, right.name)
        notebooks[0] = str(found.rename(right))


class TidyCells(NbGraderPreprocessor):
    """Put the graded cells of a submission in order before they are overwritten.

    A copied or split cell carries a grade id twice, and a cell copied from another
    chapter an unknown one: they become ordinary cells. nbgrader would call the first
    "an old version of the metadata format" and stop the whole batch, and fail on the
    second. A deleted exercise comes back as its blank stub, in its place, and so does
    a deleted read-only cell: nbgrader puts deleted checks back by itself, but only
    after a cell that is still there.

    Its place in the sanitising pipeline is between ``DeduplicateIds``, which empties
    the metadata of the first of two, and ``OverwriteCells``.
    """

    def preprocess(
        self, nb: NotebookNode, resources: dict
    ) -> tuple[NotebookNode, dict]:
        """Compare the submission with the cells that the gradebook knows."""
        names = resources["nbgrader"]
        with Gradebook(names["db_url"]) as gradebook:
            notebook = gradebook.find_notebook(names["notebook"], names["assignment"])
            scored = {cell.name for cell in notebook.grade_cells}
            blanks = {
                cell.name: None if cell.name in scored else _blank(cell)
                for cell in notebook.source_cells
            }
        for number, cell in enumerate(nb.cells, 1):
            graded = cell.metadata.get("nbgrader")
            if graded is not None and graded.get("grade_id") not in blanks:
                del cell.metadata["nbgrader"]
                self.log.warning("Cell %d is a copy: it is not graded", number)
        place = 0
        for name, blank in blanks.items():
            found = [n for n, cell in enumerate(nb.cells) if _grade_id(cell) == name]
            if blank and not found:
                self.log.warning("Cell %r was deleted: put back blank", name)
                nb.cells.insert(place, blank)
                found = [place]
            place = found[0] + 1 if found else place
        return nb, resources


def _grade_id(cell: NotebookNode) -> str | None:
    return cell.metadata.get("nbgrader", {}).get("grade_id")


def _blank(source: SourceCell) -> NotebookNode:
    """Return an exercise's stub, or a read-only cell, as the gradebook remembers it."""
    cell = new_code_cell(source.source)
    cell.metadata["nbgrader"] = {
        "cell_type": "code",
        "checksum": source.checksum,
        "grade": False,
        "grade_id": source.name,
        "locked": source.locked,
        "schema_version": 3,
        "solution": not source.locked,
        "task": False,
    }
    return cell


class HideTests(NbGraderPreprocessor):
    """Show the outcome and the message of a check, not its source.

    The source stands in two places: the cell, and the frames of a traceback that
    passed through it. Frames of the student's own cells stay; they help.
    """

    # The HTML exporter sets it for every stage of its pipeline.
    display_data_priority = List([]).tag(config=True)

    def preprocess_cell(
        self, cell: NotebookNode, resources: dict, cell_index: int
    ) -> tuple[NotebookNode, dict]:
        """Replace a check's source, and cut its frames out of the tracebacks."""
        if not (is_grade(cell) and cell.cell_type == "code"):
            return cell, resources
        name = cell.metadata.nbgrader["grade_id"].removeprefix("check-")
        cell.source = f"# The checks of {name!r}. What they found:"
        number = cell.execution_count
        own = re.compile(rf"^\s*(Cell\s+)?In\s?\[{number}\]", re.MULTILINE)
        for output in cell.outputs:
            if output.output_type == "error":
                output.traceback = [
                    frame
                    for frame in output.traceback
                    if not own.search(_COLOURS.sub("", frame))
                ]
        return cell, resources


class PlainOutputs(Preprocessor):
    """Take from outputs whatever but their data and alternative text.

    nbconvert's templates write a picture's width and height into the page without
    quotes: ``display(..., metadata={"width": "1 onerror=..."})`` would run there.
    """

    def preprocess_cell(
        self, cell: NotebookNode, resources: dict, index: int
    ) -> tuple[NotebookNode, dict]:
        """Strip the metadata of one cell's outputs."""
        for output in cell.get("outputs", []):
            alt = output.get("metadata", {}).get("alt")
            if "metadata" in output:
                plain = {"alt": alt} if isinstance(alt, str) else {}
                output.metadata = NotebookNode(plain)
        return cell, resources
