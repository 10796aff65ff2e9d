"""Read a chapter's text source and expand its marks to nbgrader's metadata.

The marks stand on the first line of a cell (docs/author.md)::

    # %% exercise="sigmoid"             -> a solution cell, id ``sigmoid``
    # %% check="sigmoid" points=2       -> a locked test cell, id ``check-sigmoid``
    # %% [markdown] question="why" points=2  -> a cell graded by hand, id ``why``
    # %% varies="sigmoid"               -> a read-only cell, id ``varies-sigmoid``

Whatever would make a wrong notebook is refused here, with file and line, before
nbgrader sees it: nbgrader itself lets most of it pass.
"""

import hashlib
import re
from collections import Counter
from pathlib import Path

import jupytext
import nbformat
from nbformat import NotebookNode

from ppdl_course.classroom.authoring import variants
from ppdl_course.classroom.authoring.cells import Cell
from ppdl_course.classroom.authoring.defects import check_cell, check_order
from ppdl_course.classroom.authoring.minutes import check_minutes
from ppdl_course.classroom.authoring.prose import fill_prose
from ppdl_course.classroom.authoring.readable_answers import check_readable_answers

_MARK = re.compile(r"\s*#\s*%%+(\s|$)")  # jupytext's start of a cell
_KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


class ChapterError(ValueError):
    """A chapter cannot be built; one line per problem, each ``file:line: text``."""


def read_chapter(source: Path, cohort: str | None = None) -> NotebookNode:
    """Return the instructor's edition of a chapter: solutions, all tests, no outputs.

    Args:
        source: The chapter's text, in jupytext's percent format.
        cohort: For whom numbers vary (:mod:`variants`); None for those in the text.

    Raises:
        ChapterError: Naming every problem of the file by its line.
        ValueError: If no cohort can have this name.
    """
    cells, parameters = _read(source)
    values = {parameter.name: parameter.value(cohort) for parameter in parameters}
    notebook = nbformat.v4.new_notebook(
        metadata={"kernelspec": _KERNEL, "language_info": {"name": "python"}}
    )
    notebook.nbformat_minor = 5
    if cohort is not None:
        notebook.metadata["ppdl"] = {"cohort": variants.check_cohort(cohort)}
    seen: Counter[str] = Counter()
    for cell in cells:
        notebook.cells.append(_expand(cell, values, seen))
    nbformat.validate(notebook)
    return notebook


def read_parameters(source: Path) -> list[variants.Parameter]:
    """Return what varies in a chapter, in its order.

    Raises:
        ChapterError: As :func:`read_chapter` does.
    """
    return _read(source)[1]


def check_promises(source: Path) -> None:
    """Hold a chapter against what it promises: its minutes, and answers kept back.

    Raises:
        ChapterError: Naming every problem of the file by its line.
    """
    problems: list[tuple[int, str]] = []
    cells = _read(source)[0]
    check_minutes(cells, problems)
    check_readable_answers(cells, problems)
    _report(source, problems)


def _report(source: Path, problems: list[tuple[int, str]]) -> None:
    if problems:
        path = source.as_posix()
        lines = [f"{path}:{at}: {what}" for at, what in sorted(set(problems))]
        raise ChapterError("\n".join(lines))


def _read(source: Path) -> tuple[list[Cell], list[variants.Parameter]]:
    """Return the cells of a text without a defect, and what varies in it."""
    text = source.read_text(encoding="utf-8")
    problems: list[tuple[int, str]] = []
    cells = _split(text, problems)
    parameters: list[variants.Parameter] = []
    if not problems:
        for cell in cells:
            check_cell(cell, problems)
        check_order(cells, problems)
        parameters = variants.find_parameters(cells, problems)
    _report(source, problems)
    return cells, parameters


def _split(text: str, problems: list[tuple[int, str]]) -> list[Cell]:
    """Pair jupytext's cells with their lines, which jupytext does not keep."""
    lines = text.splitlines()
    starts = [n for n, line in enumerate(lines) if _MARK.match(line)]
    head = lines[: starts[0]] if starts else lines
    for number, line in enumerate(head, 1):
        if line.strip() and not line.startswith("#"):
            problems.append((number, "stands before the first cell; begin it by # %%"))
            return []
    nodes = jupytext.reads(text, fmt="py:percent").cells
    if len(nodes) != len(starts):
        problems.append((1, f"{len(starts)} cell marks, but {len(nodes)} cells"))
        return []
    ends = [*starts[1:], len(lines)]
    return [
        Cell(node, start + 1, tuple(lines[start + 1 : end]))
        for node, start, end in zip(nodes, starts, ends, strict=True)
    ]


def _expand(
    cell: Cell, values: dict[str, variants.Value], seen: Counter[str]
) -> NotebookNode:
    """Return the built cell: nbgrader's metadata, and an id that stays the same."""
    new = nbformat.v4.new_code_cell if cell.is_code else nbformat.v4.new_markdown_cell
    if cell.node.cell_type == "raw":
        new = nbformat.v4.new_raw_cell
    out = new(cell.node.source)
    if variants.is_filled(cell):
        out["source"] = variants.fill(out.source, values)
    elif cell.kind == "varies":
        out["source"] = variants.assignments(out.source, values)
    if out.cell_type == "markdown":
        out["source"] = fill_prose(out.source)
    if cell.kind:
        prefix = f"{cell.kind}-" if cell.kind in ("check", "varies") else ""
        grade_id = f"{prefix}{cell.name}"
        out.metadata["nbgrader"] = {
            "grade": cell.kind in ("check", "question"),
            "grade_id": grade_id,
            "locked": cell.kind in ("check", "varies"),
            "schema_version": 3,
            "solution": cell.kind in ("exercise", "question"),
            "task": False,
        }
        if cell.kind in ("check", "question"):
            out.metadata["nbgrader"]["points"] = cell.node.metadata["points"]
        if cell.kind == "check":  # so that Run All goes on past a check that fails
            out.metadata["tags"] = ["raises-exception"]
        base = grade_id[:60]
    else:
        digest = hashlib.sha256(f"{out.cell_type}\n{out.source}".encode())
        base = digest.hexdigest()[:12]
    seen[base] += 1
    out["id"] = base if seen[base] == 1 else f"{base}-{seen[base]}"
    return out
