"""Turn the text of a notebook's file into cells with a type and a source.

Any format since 2011, text after the end, a merge conflict whose sides agree, a script
that was exported from a notebook: read. What leaves two ways to go on, for instance a
file that ends in the middle of a cell, is refused with the place.
"""

import json
import re
from typing import Any

import nbformat
from nbformat import NotebookNode

CELL_TYPES = ("code", "markdown", "raw")
MOST_CELLS = 2_000
"""Cells of a notebook, ten times those of a long chapter with all that was tried."""
MOST_ITEMS = 1_000_000
"""Objects and lists in a file: each takes memory, however little it says."""

_BETWEEN = re.compile(r"[ \r\n\t,]*")
_CONFLICT = re.compile(r"^(<{7}|\|{7}|={7}|>{7})(?: .*)?$")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_PERCENT = re.compile(r"^# %%", re.MULTILINE)
_PROMPT = re.compile(r"^# In\s?\[[\d ]*\]:[ \t]*$", re.MULTILINE)


class Unreadable(ValueError):
    """A submission that cannot be graded: what was found, and where."""


def read_text(name: str, text: str, findings: list[str]) -> NotebookNode:
    """Return the notebook that a file's text holds.

    Args:
        name: Of the file, for the findings.
        text: Of the file.
        findings: What was odd, and what was made of it; added to.

    Returns:
        Plain cells; their metadata and ids are what the file claims. Of their outputs
        the types alone are kept, each once.

    Raises:
        Unreadable: With the file, the line and the cell, as far as they can be told.
    """
    try:
        if text.lstrip().startswith(("{", "[", "<<<<<<<")):
            return _plain(name, _parse(name, text, findings), findings)
        return _from_script(name, text, findings)
    except RecursionError:
        raise Unreadable(f"{name} is nested too deeply to be a notebook") from None


def _parse(name: str, text: str, findings: list[str]) -> Any:
    """Return what some JSON says, if one can be certain of it."""
    marks = [n for n, line in enumerate(text.splitlines()) if _CONFLICT.match(line)]
    if marks:
        return _merge(name, text, marks[0] + 1, findings)
    _require_few_items(name, text)
    text = text.lstrip()
    try:
        content, end = json.JSONDecoder().raw_decode(text)
    except json.JSONDecodeError as error:
        return _salvage(name, text, error, findings)
    except ValueError as error:  # an integer of more than 4,300 digits
        raise Unreadable(f"{name} is not a notebook: {error}") from None
    if rest := text[end:].strip("\0 \r\n\t"):
        line = text[:end].count("\n") + 1
        if '"cell_type"' in rest:
            raise Unreadable(
                f"{name}: after the notebook, in line {line}, there are more cells: "
                "two notebooks in one file, of which nobody knows which one counts"
            )
        findings.append(
            f"{name}: after the notebook's end, in line {line}, stands {rest[:40]!r}: "
            "left out"
        )
    return content


def _require_few_items(name: str, text: str) -> None:
    items = text.count("{") + text.count("[")
    if items > MOST_ITEMS:
        what = f"about {items:,} objects and lists; at most {MOST_ITEMS:,} are read"
        raise Unreadable(f"{name} holds {what}")


def _require_few_cells(name: str, cells: int) -> None:
    if cells > MOST_CELLS:
        what = f"{cells:,} cells or more; at most {MOST_CELLS:,} are read"
        raise Unreadable(f"{name} has {what}")


def _merge(name: str, text: str, first: int, findings: list[str]) -> Any:
    """Read a file with the marks of a merge conflict, if both sides say the same."""
    _require_few_items(name, text)
    sides: tuple[list[str], list[str]] = ([], [])
    state = ""
    for line in text.splitlines():
        mark = _CONFLICT.match(line)
        if mark:
            state = mark[1][0].replace(">", "")
            continue
        for side, belongs in zip(sides, ("<", "="), strict=True):
            if state in ("", belongs):
                side.append(line)
    where = f"{name} holds the marks of a merge conflict (<<<<<<<) in line {first}"
    try:
        ours, theirs = (_plain(name, json.loads("\n".join(side)), []) for side in sides)
    except ValueError:
        raise Unreadable(f"{where}, and neither side is whole") from None
    texts = [[(c.cell_type, c.source) for c in side.cells] for side in (ours, theirs)]
    if texts[0] != texts[1]:
        pairs = zip(*texts, strict=False)
        numbers = (n for n, (a, b) in enumerate(pairs, 1) if a != b)
        at = next(numbers, min(map(len, texts)) + 1)
        raise Unreadable(f"{where}, and its sides differ in cell {at}")
    findings.append(f"{where}: both sides have the same cells")
    return json.loads("\n".join(sides[0]))


def _salvage(
    name: str, text: str, error: json.JSONDecodeError, findings: list[str]
) -> Any:
    """Read a notebook of which only what follows the last cell is damaged."""
    where = f"{name} is damaged in line {error.lineno}, column {error.colno}"
    start = re.search(r'"cells"\s*:\s*\[', text)
    if not start:
        raise Unreadable(f"{where} ({error.msg})") from None
    decoder, position, cells = json.JSONDecoder(), start.end(), []
    while True:
        position = _BETWEEN.match(text, position).end()
        try:
            cell, position = decoder.raw_decode(text, position)
        except ValueError:
            break
        cells.append(cell)
        _require_few_cells(name, len(cells))
    if not text.startswith("]", position):
        ends = (
            "the file ends" if '"cell_type"' not in text[position + 1 :] else "that is"
        )
        raise Unreadable(
            f"{where} ({error.msg}): {ends} in cell {len(cells) + 1}; the "
            f"{len(cells)} cells before it are whole. Ask for the file again"
        ) from None
    findings.append(f"{where}, after the last cell: all {len(cells)} cells were read")
    return {"cells": cells, "nbformat": 4}


def _plain(name: str, content: Any, findings: list[str]) -> NotebookNode:
    """Return a notebook of any format as cells with a known type and a text."""
    if not isinstance(content, dict):
        raise Unreadable(f"{name} is not a notebook, but a {type(content).__name__}")
    cells = content.get("cells")
    if cells is None and isinstance(sheets := content.get("worksheets"), list):
        sheets = [sheet for sheet in sheets if isinstance(sheet, dict)]
        cells = [cell for sheet in sheets for cell in sheet.get("cells") or []]
        findings.append(f"{name} has the format of notebooks before 2015 (nbformat 3)")
    if not isinstance(cells, list):
        keys = ", ".join(map(str, content)) or "nothing"
        raise Unreadable(f"{name} has no cells; it holds {keys[:200]}")
    _require_few_cells(name, len(cells))
    metadata = content.get("metadata")
    notebook = nbformat.v4.new_notebook()
    notebook.metadata = _claims(metadata)
    for number, cell in enumerate(cells, 1):
        notebook.cells.append(_plain_cell(name, number, cell, findings))
    return notebook


def _plain_cell(name: str, number: int, cell: Any, findings: list[str]) -> NotebookNode:
    """Return a cell with every field that later stages read, of the right type.

    Raises:
        Unreadable: If it has no text: then nobody knows what the student wrote.
    """
    if not isinstance(cell, dict):
        raise Unreadable(f"{name}: cell {number} is a {type(cell).__name__}")
    source = cell.get("source", cell.get("input", ""))
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if not isinstance(source, str):
        raise Unreadable(f"{name}: cell {number} has no text: {str(source)[:40]!r}")
    source = source.replace("\r\n", "\n")
    if _LONE_SURROGATE.search(source):
        source = _LONE_SURROGATE.sub("\N{REPLACEMENT CHARACTER}", source)
        findings.append(f"Cell {number} holds half a character: replaced by a mark")
    kind = cell.get("cell_type")
    if kind == "heading":
        level = cell.get("level")
        level = level if isinstance(level, int) and 1 <= level <= 6 else 1
        kind, source = "markdown", "#" * level + " " + source
    elif kind not in CELL_TYPES:
        was, kind = kind, "code" if "outputs" in cell else "markdown"
        findings.append(f"Cell {number} is of no known type ({was!r:.40}): {kind}")
    plain = NotebookNode(cell_type=kind, source=source)
    plain.id = cell["id"] if isinstance(cell.get("id"), str) else ""
    plain.metadata = _claims(cell.get("metadata"))
    if isinstance(cell.get("attachments"), dict):
        plain.attachments = _claims(cell["attachments"])
    # Of the outputs nothing counts but of which kinds there are; there may be many.
    outputs = cell.get("outputs")
    outputs = outputs if isinstance(outputs, list) else []
    found = (one.get("output_type") for one in outputs if isinstance(one, dict))
    kinds = dict.fromkeys(kind for kind in found if isinstance(kind, str))
    plain.outputs = [NotebookNode(output_type=kind) for kind in kinds]
    return plain


def _claims(value: Any) -> NotebookNode:
    return nbformat.from_dict(value) if isinstance(value, dict) else NotebookNode()


def _from_script(name: str, text: str, findings: list[str]) -> NotebookNode:
    """Read a script that was exported from a notebook and still shows its cells."""
    if _PERCENT.search(text):
        import jupytext

        read_cells = jupytext.reads(text, fmt="py:percent").cells
        cells = [(cell.cell_type, cell.source) for cell in read_cells]
    elif _PROMPT.search(text):
        cells = [cell for part in _PROMPT.split(text) for cell in _exported(part)]
    else:
        line = text.strip().splitlines()[0][:60]
        raise Unreadable(
            f"{name} is not a notebook and shows no cells (it begins {line!r}): "
            "ask for the .ipynb file"
        )
    findings.append(f"{name} is a script: read as a notebook of {len(cells)} cells")
    content = {"cells": [{"cell_type": kind, "source": s} for kind, s in cells]}
    return _plain(name, content, findings)


def _exported(part: str) -> list[tuple[str, str]]:
    """Take apart what nbconvert writes below ``# In[1]:``: code, then the texts."""
    pieces = re.split(r"(\n{2,})", part.strip("\n"))  # paragraphs and what is between
    texts: list[tuple[str, str]] = []
    while pieces and all(line.startswith("#") for line in pieces[-1].splitlines()):
        lines = pieces.pop().splitlines()
        words = "\n".join(re.sub(r"^# ?", "", line) for line in lines)
        texts.insert(0, ("markdown", words))
        del pieces[-1:]
    return [("code", "".join(pieces)), *texts] if pieces else texts
