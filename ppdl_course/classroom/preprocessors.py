"""Two stages for nbgrader's pipelines; ``nbgrader_config.py`` puts them in place.

:class:`TidyCells` lets a batch go on past a student who copied a graded cell;
:class:`HideTests` keeps hidden tests out of the feedback that students get.
"""

import re

from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor
from nbgrader.utils import is_grade
from traitlets import List

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")


class TidyCells(NbGraderPreprocessor):
    """Make ordinary cells of those that lost their place in the gradebook.

    A copied or split cell carries the same grade id twice, and a cell copied from
    another chapter an unknown one. nbgrader empties the metadata of the first and
    takes the id from the second, then calls both "an old version of the metadata
    format" and stops the whole batch. Its place in the sanitising pipeline is after
    ``OverwriteCells``.
    """

    def preprocess_cell(
        self, cell: NotebookNode, resources: dict, cell_index: int
    ) -> tuple[NotebookNode, dict]:
        """Drop nbgrader's metadata from a cell that has no grade id."""
        graded = cell.metadata.get("nbgrader")
        if graded is not None and not graded.get("grade_id"):
            del cell.metadata["nbgrader"]
            self.log.warning("Cell %d is a copy: taken as ungraded", cell_index + 1)
        return cell, resources


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
