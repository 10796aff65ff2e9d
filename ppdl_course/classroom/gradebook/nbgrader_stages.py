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
from nbformat.v4 import new_code_cell, new_markdown_cell
from nbgrader.api import Gradebook, SourceCell
from nbgrader.preprocessors import ClearHiddenTests, NbGraderPreprocessor
from nbgrader.utils import is_grade
from traitlets import List
from traitlets.log import get_logger

from ppdl_course.classroom.submission.notices import forgeries
from ppdl_course.classroom.submission.tidy import tidy
from ppdl_course.classroom.terminal import printable

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
    path = Path(notebooks[0])
    right = path.with_name(f"{assignment}.ipynb")
    if path.name != right.name:
        name = printable(str(path))
        get_logger().warning("%s is taken as %s", name, right.name)
        notebooks[0] = str(path.rename(right))


class TidyCells(NbGraderPreprocessor):
    """Put the graded cells of a submission in order before they are overwritten.

    What ``ppdl grade`` does with the release at hand (``submission/tidy``), done with
    what the gradebook knows of it: a copied, split, foreign, deleted or retyped cell.
    nbgrader would call the first "an old version of the metadata format" and stop the
    whole batch. It stands in the place of nbgrader's ``DeduplicateIds``.
    """

    def preprocess(
        self, nb: NotebookNode, resources: dict
    ) -> tuple[NotebookNode, dict]:
        """Compare the submission with the cells that the gradebook knows."""
        names = resources["nbgrader"]
        with Gradebook(names["db_url"]) as gradebook:
            known = gradebook.find_notebook(names["notebook"], names["assignment"])
            points = {cell.name: cell.max_score for cell in known.grade_cells}
            answered = {cell.name for cell in known.solution_cells}
            cells = [_official(c, points, answered) for c in known.source_cells]
        official = NotebookNode(cells=cells, metadata=NotebookNode())
        tidied, findings = tidy(nb, official, has_ungraded=False)
        for finding in [*forgeries(nb, official), *findings]:
            self.log.warning("%s", printable(finding))
        nb.cells = tidied.cells
        return nb, resources


def _official(
    source: SourceCell, points: dict[str, float], answered: set[str]
) -> NotebookNode:
    """Return a graded cell as it was handed out, from the gradebook."""
    new = new_code_cell if source.cell_type == "code" else new_markdown_cell
    cell = new(source.source, metadata={"nbgrader": {"grade_id": source.name}})
    del cell["id"]
    cell.metadata.nbgrader |= {
        "cell_type": source.cell_type,
        "checksum": source.checksum,
        "grade": source.name in points,
        "locked": source.locked,
        "schema_version": 3,
        "solution": source.name in answered,
        "task": False,
    }
    if source.name in points:
        cell.metadata.nbgrader["points"] = points[source.name]
    ClearHiddenTests()._remove_hidden_test_region(cell)
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
