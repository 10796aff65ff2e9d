"""Which cell of a submission is which cell of the release.

A graded cell is known by the grade id in its metadata; where an editor or a website has
stripped that, by its cell id or its unchanged text. :mod:`tidy` also looks for the
function that a cell defines, and for what stands right beside a known cell.
"""

import re
from collections import Counter
from dataclasses import dataclass, field

from nbformat import NotebookNode


def grade_id(cell: NotebookNode) -> str:
    """Return the grade id that a cell's metadata claims, or nothing."""
    claimed = cell.metadata.get("nbgrader")
    name = claimed.get("grade_id") if isinstance(claimed, dict) else None
    return name if isinstance(name, str) else ""


def normal(source: str) -> str:
    """Return a cell's text without what editors add and remove by themselves."""
    return "\n".join(line.rstrip() for line in source.strip().splitlines())


@dataclass(eq=False)
class Cell:
    """A cell of the submission, and its number there (0: put back from the release)."""

    kind: str
    source: str
    number: int = 0
    id: str = ""
    attachments: NotebookNode = field(default_factory=NotebookNode)

    @property
    def text(self) -> str:
        """Its source, without what editors add and remove by themselves."""
        return normal(self.source)


class CellMatching:
    """The cells of a submission, matched with those of the release, to be edited.

    Args:
        notebook: The submission; not changed.
        release: The chapter's graded cells in order, and its ungraded ones.
        has_ungraded: False if the release holds none of the ungraded cells. A cell
            is then known by what it says of itself, and never by its place or its
            function.
    """

    def __init__(
        self,
        notebook: NotebookNode,
        release: NotebookNode,
        *,
        has_ungraded: bool = True,
    ):
        self.release, self.has_ungraded = release, has_ungraded
        self.findings: list[str] = []
        self.official = {grade_id(c): c for c in release.cells if grade_id(c)}
        self.checks = [n for n, c in self.official.items() if _is_check(c)]
        self.exercises, self.questions = (
            [
                name
                for name, cell in self.official.items()
                if cell.cell_type == kind and name not in self.checks
            ]
            for kind in ("code", "markdown")
        )
        self.blank = {name: normal(c.source) for name, c in self.official.items()}
        texts = Counter(normal(cell.source) for cell in release.cells)
        self.handed_out = set(texts)
        by_id = {c.get("id"): n for n, c in enumerate(release.cells) if c.get("id")}
        # A text that stands in the release twice says nothing about the place; nor does
        # the one stub that all questions share.
        by_text = {
            normal(c.source): n
            for n, c in enumerate(release.cells)
            if texts[normal(c.source)] == 1 and grade_id(c) not in self.questions
        }
        # The cells in their present order; whoever settles one edits this list.
        self.cells: list[Cell] = []
        # What is known about them: the graded cell that each may be, the place of each
        # in the release, and in the end the one cell that is each graded cell.
        self.claims: dict[str, list[Cell]] = {name: [] for name in self.official}
        self.places: dict[int, Cell] = {}
        self.kept: dict[str, Cell] = {}
        self.labelled: set[str] = set()
        numbers = {
            name: n for n, c in enumerate(release.cells) if (name := grade_id(c))
        }
        for number, node in enumerate(notebook.cells, 1):
            cell = Cell(node.cell_type, node.source, number, node.get("id", ""))
            cell.attachments = node.get("attachments", cell.attachments)
            self.cells.append(cell)
            name = grade_id(node)
            place = by_text.get(cell.text)  # what was handed out is what it was
            if name and (name not in numbers or place not in (None, numbers[name])):
                self.say(f"Cell {number} claims to be {name[:60]!r}, and is not")
            elif name:
                self.labelled.add(name)
                place = numbers[name]
            if place is None:
                place = by_id.get(cell.id)
            if place is not None:
                self.places[place] = cell
                if name := grade_id(release.cells[place]):
                    self.claims[name].append(cell)

    def say(self, finding: str) -> None:
        """Note what was found."""
        self.findings.append(finding)

    def at(self, cell: Cell) -> int:
        """Return where a cell lies now."""
        return self.cells.index(cell)

    def is_own(self, cell: Cell) -> bool:
        """Tell whether the student added a cell: it is none of the release's."""
        if not self.has_ungraded:
            return False
        if cell.text in self.handed_out or cell in self.kept.values():
            return False
        return not self.is_claimed(cell)

    def is_claimed(self, cell: Cell) -> bool:
        """Tell whether a cell says of itself that it is a graded cell."""
        return any(cell in mine for mine in self.claims.values())

    def defining(self, name: str) -> list[Cell]:
        """Return the student's own cells that define an exercise's function."""
        cells = [c for c in self.cells if self.is_own(c) and defines(c, name)]
        return [c for c in cells if c.kind == "code"] or cells

    def beside(self, name: str, kind: str) -> Cell | None:
        """Return the unknown cell next to what stands next to a cell in the release."""
        if not self.has_ungraded:
            return None
        place = self.release.cells.index(self.official[name])
        near = []
        for neighbour, step in ((place - 1, 1), (place + 1, -1)):
            anchor = self.places.get(neighbour)
            there = self.at(anchor) + step if anchor in self.cells else -1
            if 0 <= there < len(self.cells):
                near.append(self.cells[there])
        near = [cell for cell in near if self._may_be(cell, name)]
        return next((c for c in near if c.kind == kind), None) or next(iter(near), None)

    def _may_be(self, cell: Cell, name: str) -> bool:
        """Tell whether an unknown cell could be this graded one."""
        if cell.text != self.blank[name]:
            others = (other for other in self.exercises if other != name)
            taken = any(defines(cell, other) for other in others)
            return bool(cell.text) and self.is_own(cell) and not taken
        return not self.is_claimed(cell) and cell not in self.kept.values()

    def behind(self, cell: Cell) -> int:
        """Return the place behind a cell and what the student added below it."""
        place = self.at(cell) + 1
        while place < len(self.cells) and self.is_own(self.cells[place]):
            place += 1
        return place

    def place_of(self, name: str) -> int:
        """Return where a missing cell belongs: behind what stands above it."""
        for number in reversed(range(self.release.cells.index(self.official[name]))):
            above = self.release.cells[number]
            cell = self.kept.get(grade_id(above)) or self.places.get(number)
            if cell in self.cells:
                return self.at(cell) + 1
        return 0


def _is_check(cell: NotebookNode) -> bool:
    """Tell whether a graded cell is the chapter's own: a check, or numbers for one."""
    return cell.cell_type == "code" and not cell.metadata.nbgrader["solution"]


def defines(cell: Cell, name: str) -> bool:
    """Tell whether a cell binds a name at its outermost level."""
    name = re.escape(name)
    bound = rf"^(?:(?:async +)?def|class) +{name}\b|^{name} *(?::[^=\n]+)?=(?!=)"
    return re.search(bound, cell.source, re.MULTILINE) is not None
