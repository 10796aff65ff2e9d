"""Look for the answers in files that students get.

Secret is what stands in an instructor's edition alone: the lines of answers, hidden
tests, model answers and rubrics that the student's edition shows nowhere.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode

from ppdl_course.classroom.authoring.marks import read_chapter

MARKS = ("BEGIN SOLUTION", "END SOLUTION", "BEGIN HIDDEN TESTS", "END HIDDEN TESTS")
PACKAGE = "ppdl_course/"
SHORTEST = 12  # characters of a line that can give something away

_REGION = re.compile(r"# BEGIN (SOLUTION|HIDDEN TESTS)\n(.*?)# END \1", re.DOTALL)


@dataclass(frozen=True)
class Leak:
    """A line that students must not see, in a file that they would get."""

    file: str
    line: str
    where: str  # the chapter and cell it belongs to

    @property
    def in_package(self) -> bool:
        """Whether it is a line of the library, which an answer may resemble."""
        return self.file.startswith(PACKAGE)


def leaks(
    files: Mapping[str, bytes], sources: Iterable[Path], cohort: str | None = None
) -> Iterator[Leak]:
    """Yield every line of an answer, hidden test or rubric that is in a file.

    A line counts if it stands nowhere in what the chapter shows. In the package only
    whole lines count, elsewhere any occurrence, also within a notebook's strings.

    Args:
        files: The archive.
        sources: The text sources of the chapters.
        cohort: Whose numbers the exercises have.
    """
    secret = {
        line: f"{source.stem}, {cell}"
        for source in sources
        for cell, line in secret_lines(read_chapter(source, cohort))
    }
    for name, content in files.items():
        text = content.decode("utf-8", "replace")
        if name.endswith(".ipynb"):
            text = "\n".join([text, *_strings(json.loads(text))])
        if name.startswith(PACKAGE):
            lines = {line.strip() for line in text.splitlines()}
            leaked = [line for line in secret if line in lines]
        else:
            leaked = [line for line in (*secret, *MARKS) if line in text]
        for line in leaked:
            yield Leak(name, line, secret.get(line, "an instructor's mark"))


def secret_lines(chapter: NotebookNode) -> Iterator[tuple[str, str]]:
    """Yield ``(cell, line)`` for what stands in an instructor's edition alone."""
    hidden: list[tuple[str, str]] = []
    shown = []
    for cell in chapter.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        if name and cell.cell_type == "markdown":  # model answer and rubric
            hidden += [(name, line) for line in cell.source.splitlines()]
            continue
        for region in _REGION.finditer(cell.source):
            hidden += [(name, line) for line in region[2].splitlines()]
        shown.append(_REGION.sub("", cell.source))
    everything_shown = "\n".join(shown)
    for name, line in hidden:
        words = line.strip()
        if len(words) >= SHORTEST and words not in everything_shown:
            yield name, words


def _strings(value: object) -> Iterator[str]:
    """Yield every string in a notebook, a cell's lines also joined."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from _strings(inner)
    elif isinstance(value, list):
        if all(isinstance(line, str) for line in value):
            yield "".join(value)
        for inner in value:
            yield from _strings(inner)
    elif isinstance(value, str):
        yield value
