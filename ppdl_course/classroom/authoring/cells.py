"""A cell of a chapter's source, before its marks are expanded."""

import ast
from dataclasses import dataclass

from nbformat import NotebookNode

from ppdl_course.classroom.magics import plain_cell

KINDS = ("exercise", "check", "question", "varies")


@dataclass(frozen=True)
class Cell:
    """One cell of the source: what jupytext read, and where it stands in the file."""

    node: NotebookNode
    line: int  # of its mark, counted from 1
    body: tuple[str, ...]  # the raw lines below the mark

    @property
    def kind(self) -> str:
        """Which of the marks it carries; empty if none."""
        return next((kind for kind in KINDS if kind in self.node.metadata), "")

    @property
    def name(self) -> str:
        """What its mark says."""
        return str(self.node.metadata.get(self.kind, ""))

    @property
    def is_code(self) -> bool:
        """Whether it is code."""
        return self.node.cell_type == "code"


def code_lines(source: str) -> int:
    """Return how many lines of a code cell there are to read: no blanks, no imports."""
    rows = {row for row, line in enumerate(source.splitlines(), 1) if line.strip()}
    plain = plain_cell(source)
    if plain is None:  # reported by itself, where that matters
        return len(rows)
    for node in ast.walk(plain.tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            rows -= set(range(node.lineno, node.end_lineno + 1))
    return len(rows)
