"""Each graded cell of a chapter once, and nothing lost of what the student wrote.

A graded cell is known by the grade id in its metadata; where an editor or a website has
stripped that, by its cell id, its unchanged text, the function it defines, or its place
right beside a known cell. Then:

* **An exercise more than once** (copied, split, tried again): all that differ from the
  blank stub stay and run in their order, so nothing of a split answer is lost; the last
  above the check carries the id. Blank copies are left out: they would undo the answer.
* **A blank exercise whose function one other cell defines**: that cell is the answer.
  If several do, nobody knows which one is meant: reported, and left as it is.
* **A deleted exercise** comes back blank, unless some cell defines its function.
* **A changed check** runs as an ordinary cell, above the official one. A deleted one
  comes back; one that stands above its answer moves below it.
* **A question**: parts that lie side by side become one. A blank one takes the text
  that stands right below it. A deleted one comes back with a note, for a human to see.
* **Another type** (code, markdown, raw) becomes the right one again.

What a file claims in metadata, ids and outputs goes no further: the release's holds.
"""

import copy
import hashlib
import re

import nbformat
from nbformat import NotebookNode

from ppdl_course.classroom.submission.matching import Cell, CellMatching, defines

_ID = re.compile(r"[a-zA-Z0-9_-]{1,64}")
_NOTE = "*This answer was missing from what was handed in.*"


def tidy(
    notebook: NotebookNode, release: NotebookNode, *, has_ungraded: bool = True
) -> tuple[NotebookNode, list[str]]:
    """Return a submission with each graded cell of the release once.

    Args:
        notebook: What was handed in; not changed.
        release: The chapter's graded cells in order, and its ungraded ones.
        has_ungraded: False if the release holds none of the ungraded cells. A cell
            is then never taken for another because of its place.

    Returns:
        The new notebook, and a sentence for each thing that was found. Cells are
        numbered as in ``notebook``, from 1.
    """
    matching = CellMatching(notebook, release, has_ungraded=has_ungraded)
    for name in matching.exercises:
        _settle_exercise(matching, name)
    for name in matching.questions:
        _settle_question(matching, name)
    for name in matching.checks:
        _settle_check(matching, name)
    return _written(matching), matching.findings


def _settle_exercise(matching: CellMatching, name: str) -> None:
    """Find the cell that answers an exercise."""
    mine = matching.claims[name]
    blanks = [cell for cell in mine if cell.text == matching.blank[name]]
    answers = [cell for cell in mine if cell not in blanks]
    code = [cell for cell in answers if cell.kind == "code"]
    beside = [] if mine else [matching.beside(name, "code")]
    candidates = (
        code or _definitions(matching, name, blanks) or answers or blanks or beside
    )
    kept = _last_above_check(matching, name, candidates)
    if kept is None:
        kept = Cell("code", matching.official[name].source)
        check = matching.claims.get(f"check-{name}")
        place = matching.at(check[-1]) if check else matching.place_of(name)
        matching.cells.insert(place, kept)
        matching.say(f"Cell {name!r} was deleted: put back blank")
    elif kept not in mine and (mine or matching.is_claimed(kept)):
        matching.say(
            f"Cell {kept.number} defines {name!r}, which its own cell does not"
        )
        if matching.is_claimed(kept):  # two answers in one cell, which has its own name
            note = Cell("code", f"# {name} is defined above, with another answer.")
            matching.cells.insert(matching.behind(kept), note)
            kept = note
    _keep(matching, name, kept)
    for cell in mine:
        if cell in blanks and cell is not kept:
            matching.cells.remove(cell)  # it would undo the answer
            matching.say(f"Cell {cell.number} is a blank copy of {name!r}: left out")
        elif cell in code and cell is not kept:
            matching.say(
                f"Cell {cell.number} is a copy or a part of {name!r}: it is run, and "
                f"cell {kept.number} is graded"
            )


def _definitions(matching: CellMatching, name: str, blanks: list[Cell]) -> list[Cell]:
    """Return other cells that define an exercise's function, if it is clear which."""
    own = matching.defining(name)
    merged = [
        cell
        for other, mine in matching.claims.items()
        for cell in mine
        if other != name and cell.text != matching.blank[other] and defines(cell, name)
    ]
    if blanks and len(own + merged) > 1:
        numbers = ", ".join(str(cell.number) for cell in own + merged)
        matching.say(
            f"{name!r} is blank, but cells {numbers} define it: which one counts?"
        )
        return []
    return own or merged


def _last_above_check(
    matching: CellMatching, name: str, candidates: list[Cell | None]
) -> Cell | None:
    """Return the last of some cells that the exercise's check comes after."""
    cells = [cell for cell in candidates if cell is not None]
    cells = [cell for cell in cells if cell.kind == "code"] or cells
    if checks := matching.claims.get(f"check-{name}"):
        last = matching.at(checks[-1])
        cells = [cell for cell in cells if matching.at(cell) < last] or cells
    return cells[-1] if cells else None


def _settle_question(matching: CellMatching, name: str) -> None:
    """Find the text that answers a question, which a human will read."""
    mine = matching.claims[name] or list(
        filter(None, [matching.beside(name, "markdown")])
    )
    answers = [c for c in mine if c.text != matching.blank[name]]
    if not mine:
        note = f"{_NOTE}\n\n{matching.official[name].source}"
        cell = Cell("markdown", note)
        matching.cells.insert(matching.place_of(name), cell)
        matching.say(f"Question {name!r} was deleted: put back, please look")
        mine = answers = [cell]
    places = [matching.at(cell) for cell in answers]
    if len(answers) > 1 and places[-1] - places[0] == len(places) - 1:
        first, *parts = answers
        numbers = ", ".join(str(cell.number) for cell in answers)
        matching.say(f"Cells {numbers} are parts of the answer to {name!r}: joined")
        for part in parts:
            _join(matching, first, part)
        answers = [first]
    kept = ([c for c in answers if c.kind == "markdown"] or answers or mine)[-1]
    for cell in mine:
        if cell is not kept and cell.text == matching.blank[name]:
            matching.cells.remove(cell)
            matching.say(f"Cell {cell.number} is a blank copy of {name!r}: left out")
        elif cell is not kept and cell in matching.cells:
            matching.say(f"Cell {cell.number} also answers {name!r}: please look")
    _keep(matching, name, kept)
    following = matching.cells[matching.at(kept) + 1 :][:1]
    if not answers and matching.has_ungraded and following:
        below = following[0]
        if below.kind == "markdown" and below.text and matching.is_own(below):
            kept.source = ""
            _join(matching, kept, below)
            matching.say(
                f"The answer to {name!r} stood below its cell, in {below.number}"
            )


def _join(matching: CellMatching, first: Cell, part: Cell) -> None:
    """Append one cell's text to another's."""
    first.source = f"{first.source}\n\n{part.source}" if first.source else part.source
    first.attachments = NotebookNode({**part.attachments, **first.attachments})
    matching.cells.remove(part)


def _settle_check(matching: CellMatching, name: str) -> None:
    """Put the official check where the student's was, below the answer."""
    exercise = name.removeprefix("check-")
    answer = matching.kept.get(exercise)
    mine = matching.claims[name]
    unchanged = [cell for cell in mine if cell.text == matching.blank[name]]
    changed = [cell for cell in mine if cell not in unchanged]
    if not mine:
        start = re.compile(rf"\s*with checking\(.{re.escape(exercise)}.\):")
        changed = [
            c for c in matching.cells if matching.is_own(c) and start.match(c.source)
        ]
    for cell in unchanged[:-1]:
        matching.cells.remove(cell)
        matching.say(f"Cell {cell.number} is a copy of {name!r}: left out")
    for cell in changed:
        matching.say(f"Cell {cell.number} changes {name!r}: the official one is used")
    if unchanged:
        check = unchanged[-1]
    else:
        check = Cell("code", "")
        if changed:
            place = matching.at(changed[-1]) + 1
        else:
            place = matching.behind(answer) if answer else matching.place_of(name)
            matching.say(f"Cell {name!r} was deleted: put back")
        matching.cells.insert(place, check)
    if answer and matching.at(check) < matching.at(answer):
        matching.cells.remove(check)
        matching.cells.insert(matching.behind(answer), check)
        if check.number:
            matching.say(
                f"Cell {check.number}, {name!r}, stood above the answer: moved"
            )
    _keep(matching, name, check)
    check.source = matching.official[name].source


def _keep(matching: CellMatching, name: str, cell: Cell) -> None:
    """Decide that this is the cell of that grade id."""
    kind = matching.official[name].cell_type
    if cell.kind != kind:
        matching.say(f"Cell {cell.number}, {name!r}, is {cell.kind}: taken as {kind}")
        cell.kind = kind
    matching.kept[name] = cell


def _written(matching: CellMatching) -> NotebookNode:
    """Return the matched and edited cells as a notebook."""
    stripped = [
        n for n, c in matching.kept.items() if c.number and n not in matching.labelled
    ]
    if stripped:
        matching.say(
            f"{len(stripped)} graded cells had lost the metadata of nbgrader: known "
            "by their id, text, function or place"
        )
    notebook = nbformat.v4.new_notebook(
        metadata=copy.deepcopy(matching.release.metadata)
    )
    notebook.nbformat_minor = 5
    names = {id(cell): name for name, cell in matching.kept.items()}
    used = {cell.get("id") for cell in matching.official.values()} - {None}
    for cell in matching.cells:
        new = getattr(nbformat.v4, f"new_{cell.kind}_cell")(cell.source)
        own_id = cell.id
        if id(cell) in names:
            official = matching.official[names[id(cell)]]
            new.metadata = copy.deepcopy(official.metadata)
            own_id = official.get("id") or own_id
            used.discard(own_id)
        if cell.kind != "code" and (pictures := _pictures(cell.attachments)):
            new.attachments = pictures
        new.id = _free_id(own_id, cell, used)
        used.add(new.id)
        notebook.cells.append(new)
    return notebook


def _pictures(attachments: NotebookNode) -> NotebookNode:
    """Return what of a cell's attachments is a picture."""
    return NotebookNode(
        {
            name: held
            for name, held in attachments.items()
            if isinstance(held, dict)
            and all(
                k.startswith("image/") and isinstance(v, str) for k, v in held.items()
            )
        }
    )


def _free_id(wanted: str, cell: Cell, used: set[str]) -> str:
    """Return a cell's own id if it is a good one, or one that follows from its text."""
    text = f"{cell.kind}\n{cell.source}".encode()
    base = hashlib.sha256(text).hexdigest()[:12]
    tries = [wanted] if _ID.fullmatch(wanted) else []
    number = 1
    while not tries or tries[0] in used:
        tries = [base if number == 1 else f"{base}-{number}"]
        number += 1
    return tries[0]
