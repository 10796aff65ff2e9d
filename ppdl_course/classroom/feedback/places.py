"""Where in the chapter something stands: its headings and hints."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from nbformat import NotebookNode

_HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*#*$", re.MULTILINE)
_FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Place:
    """Where something stands in the chapter.

    Attributes:
        title: The nearest heading above it.
        section: The heading of the section around that one; empty if it is the section.
        hints: Hints between the title and the exercise.
    """

    title: str
    section: str = ""
    hints: int = 0


def read_places(chapter: NotebookNode) -> tuple[str, dict[str, Place]]:
    """Return a chapter's title, and the place of each graded cell by its grade id."""
    above: dict[int, str] = {}
    hints = 0
    places = {}
    for cell in chapter.cells:
        settings = cell.metadata.get("nbgrader", {})
        if cell.cell_type == "markdown" and not settings:
            hints = 0 if headings(cell.source) else hints
            above = go_below(above, cell.source)
            hints += cell.source.count("<details>")
        elif settings.get("grade"):
            place = place_below(above)
            places[settings["grade_id"]] = Place(place.title, place.section, hints)
    texts = [cell.source for cell in chapter.cells if cell.cell_type == "markdown"]
    every = [words for text in texts for _, words in headings(text)]
    return every[0] if every else "Chapter", places


def headings(source: str) -> list[tuple[int, str]]:
    """Return the headings of a Markdown cell as ``(level, words)``."""
    marked = _HEADING.findall(_FENCE.sub("", source))
    return [(len(marks), re.sub(r"[*`]", "", words)) for marks, words in marked]


def go_below(above: Mapping[int, str], source: str) -> dict[int, str]:
    """Return the headings in force after a Markdown cell, by level."""
    for level, words in headings(source):
        above = {n: old for n, old in above.items() if n < level} | {level: words}
    return dict(above)


def place_below(above: Mapping[int, str]) -> Place:
    """Return the place below these headings, the deepest of which is its title."""
    levels = sorted(above)
    title = above[levels[-1]] if levels else "the beginning"
    section = above.get(2, "")
    return Place(title, section if section != title else "")


def grade_id(cell: NotebookNode) -> str:
    """Return the name under which nbgrader knows a cell; empty if it does not."""
    return str(cell.metadata.get("nbgrader", {}).get("grade_id", ""))
