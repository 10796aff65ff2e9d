"""Name what a submission tried, for a human to look at; points never depend on it.

The metadata and outputs of the file are compared with what was handed out, and the
student's cells are read by :mod:`scan`. That finds what is written openly; what hides
in a string, or is made up at run time, shows in the incidents of the sandbox. A cell
that was handed out and left as it was is not looked at.
"""

import ast
import time
from collections.abc import Iterator

from nbformat import NotebookNode
from nbgrader.utils import compute_checksum

from ppdl_course.classroom.magics import plain_cell
from ppdl_course.classroom.submission.matching import grade_id, normal
from ppdl_course.classroom.submission.scan import SCRIPT, Scan

MOST = 20
"""How many notices one submission gets."""
MOST_SECONDS = 10.0
"""Processor time for one submission's notices; an honest one takes a tenth of one."""

_GUARDED = {
    *("print", "display", "isinstance", "type", "all", "any", "open", "exec"),
    *("AssertionError", "BaseException", "Exception", "__import__", "__builtins__"),
}


def notices(submission: NotebookNode, release: NotebookNode) -> list[str]:
    """Return what a submission tried, a sentence for each, with the cell's number.

    Args:
        submission: As it was handed in (``Cleaned.handed_in``), so that the numbers,
            the metadata and the outputs are those of the student's file.
        release: The student's edition of the chapter.
    """
    sentences = [*forgeries(submission, release)]
    handed_out = {normal(cell.source) for cell in release.cells}
    scan = Scan(*_chapter_names(release))
    until = time.process_time() + MOST_SECONDS
    for number, cell in enumerate(submission.cells, 1):
        if time.process_time() > until:
            what = f"reading the others took longer than {MOST_SECONDS:g} s"
            sentences.insert(0, f"Cell {number} and later were not looked at: {what}.")
            break
        new = normal(cell.source) not in handed_out
        if cell.cell_type == "code":
            # Also cells handed out: what they import has a meaning in later ones.
            attempts = scan.look(cell.source)
            sentences += [f"Cell {number} {what}." for what in attempts if new]
        elif new and SCRIPT.search(cell.source):
            sentences.append(f"Cell {number} shows JavaScript.")
    if len(sentences) > MOST:
        sentences[MOST:] = [f"And {len(sentences) - MOST} more of the kind."]
    return sentences


def _chapter_names(release: NotebookNode) -> tuple[set[str], set[str]]:
    """Return the names of a chapter's checks, and the modules that it imports."""
    guarded, modules = set(_GUARDED), set()
    for cell in release.cells:
        plain = plain_cell(cell.source) if cell.cell_type == "code" else None
        for node in ast.walk(plain.tree) if plain else ():
            if isinstance(node, ast.Import):
                modules |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                modules.add(node.module.partition(".")[0])
                guarded |= {
                    alias.asname or alias.name
                    for alias in node.names
                    if f"{node.module}.{alias.name}".startswith("ppdl_course.checks")
                }
    return guarded, modules


def forgeries(submission: NotebookNode, release: NotebookNode) -> Iterator[str]:
    """Yield what a file claims about graded cells that was not handed out so."""
    official = {grade_id(c): c for c in release.cells if grade_id(c)}
    claimed = [
        (number, cell, official[name])
        for number, cell in enumerate(submission.cells, 1)
        if (name := grade_id(cell)) in official
    ]
    older = any(map(_is_older, (c for _, c, _ in claimed), (o for _, _, o in claimed)))
    for number, cell, own in claimed:
        mine, theirs = own.metadata.nbgrader, cell.metadata.nbgrader
        name = mine.grade_id
        for key in ("points", "grade", "solution", "locked", "task"):
            if key in mine and key in theirs and theirs[key] != mine[key]:
                yield (
                    f"Cell {number} claims {key} = {str(theirs[key])[:40]} for "
                    f"{name!r}; it was handed out with {mine[key]}."
                )
        checksum = mine.get("checksum")
        if not older and checksum and theirs.get("checksum", checksum) != checksum:
            yield f"Cell {number} carries a changed checksum for {name!r}."
        if mine.grade and not mine.solution:
            for output in cell.get("outputs", []):
                if _kind(output) == "execute_result":
                    yield (
                        f"Cell {number}, the check {name!r}, comes with a result that "
                        "nbgrader could take for points."
                    )
                    break


def _is_older(cell: NotebookNode, official: NotebookNode) -> bool:
    """Tell whether a check is from an earlier edition: another, but true, checksum."""
    claims, own = cell.metadata.nbgrader, official.metadata.nbgrader
    if not (own.grade and not own.solution) or claims.get("checksum") is None:
        return False
    try:
        return claims["checksum"] not in (own.get("checksum"), None) and claims[
            "checksum"
        ] == compute_checksum(cell)
    except (KeyError, TypeError, ValueError):
        return False


def _kind(output: object) -> str:
    return str(output.get("output_type")) if isinstance(output, dict) else ""
