"""Repair what a student handed in, where it is certain what was meant.

:mod:`handed_in` finds the files, :mod:`plain` reads them, :mod:`tidy` puts the cells in
order. Here it is decided which of several notebooks counts: the only one of this
chapter, else the only one with an answer, else the one with the chapter's name. Where
that leaves two, or where nothing of the chapter is found, the submission is refused
with what was found and where, and the others are graded.

The student's files stay as they are: nothing is renamed, changed or removed.
"""

from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode

from ppdl_course.classroom.authoring.variants import other_cohort
from ppdl_course.classroom.submission.handed_in import HandedIn, read_all
from ppdl_course.classroom.submission.matching import CellMatching, grade_id, normal
from ppdl_course.classroom.submission.plain import Unreadable
from ppdl_course.classroom.submission.tidy import tidy

__all__ = ["Cleaned", "Unreadable", "clean"]


@dataclass(frozen=True)
class Cleaned:
    """A submission put in order.

    Attributes:
        notebook: To be graded: nbformat 4.5, no outputs, the release's metadata.
        findings: What was odd and what was made of it, a sentence each. Cells are
            numbered as in the student's file, from 1.
        handed_in: The student's notebook as it came, which :mod:`notices` looks at.
        file: The name of its file, within the folder.
    """

    notebook: NotebookNode
    findings: tuple[str, ...]
    handed_in: NotebookNode
    file: str


def clean(path: Path, release: NotebookNode) -> Cleaned:
    """Return what a student handed in for a chapter, ready to be graded.

    Args:
        path: The folder of the submission, whose name is the chapter's; or the file.
        release: The student's edition of the chapter, as it was handed out.

    Raises:
        Unreadable: If it cannot be graded: what was found, and where.
    """
    name = f"{path.name}.ipynb" if path.is_dir() else path.name
    chosen, findings = _choose(read_all(path), name, release)
    notebook, more = tidy(chosen.notebook, release)
    if other := other_cohort(chosen.notebook, release):
        more = [other, *more]
    return Cleaned(
        notebook=notebook,
        findings=(*findings, *chosen.findings, *more),
        handed_in=chosen.notebook,
        file=chosen.name,
    )


def _choose(
    found: dict[str, HandedIn | Unreadable], right: str, release: NotebookNode
) -> tuple[HandedIn, list[str]]:
    """Return the notebook that was meant, and what else there was."""
    problems: dict[str, Unreadable] = {}
    fitting: list[HandedIn] = []
    for name, one in found.items():
        try:
            if isinstance(one, Unreadable):
                raise one
            _require_chapter(one, release)
            fitting.append(one)
        except Unreadable as problem:
            problems[name] = problem
    if not fitting:
        raise Unreadable("; ".join(map(str, problems.values())))
    broken = problems.get(right)
    if broken and " is empty " not in str(broken):
        others = ", ".join(one.name for one in fitting)
        raise Unreadable(f"{broken}. There is also {others}: which one counts?")
    answered = [one for one in fitting if not _is_blank(one.notebook, release)]
    rest = answered or fitting
    named = [one for one in rest if one.name == right]
    versions = {tuple(normal(c.source) for c in one.notebook.cells) for one in rest}
    if len(versions) > 1 and not named:
        names = ", ".join(one.name for one in rest)
        raise Unreadable(
            f"{len(rest)} different notebooks, none called {right}: {names}"
        )
    chosen = (named or rest)[0]
    findings = []
    if chosen.name != right:
        findings.append(f"{chosen.name} is taken as {right}")
    findings += [f"{one.name} is not graded" for one in fitting if one is not chosen]
    findings += [f"Not graded: {problem}" for problem in problems.values()]
    return chosen, findings


def _require_chapter(one: HandedIn, release: NotebookNode) -> None:
    """Refuse the notebook of another chapter."""
    matching = CellMatching(one.notebook, release)
    here = {name for name, claims in matching.claims.items() if claims}
    here |= {name for name in matching.exercises if matching.defining(name)}
    claimed = {grade_id(cell) for cell in one.notebook.cells} - {""}
    foreign = claimed - set(matching.official)
    if len(here) > len(foreign):
        return
    title = next((t for c in one.notebook.cells if (t := c.source.strip())), "")
    if not title:
        raise Unreadable(f"{one.name} has no cell with any text")
    raise Unreadable(
        f"{one.name} is not this chapter: it has {len(here)} of the "
        f"{len(matching.official)} graded cells, and {len(foreign)} of another. It "
        f"begins {title.partition(chr(10))[0][:60]!r}"
    )


def _is_blank(notebook: NotebookNode, release: NotebookNode) -> bool:
    """Tell whether a notebook holds nothing that was not handed out."""
    handed_out = {normal(cell.source) for cell in release.cells}
    return all(normal(cell.source) in handed_out | {""} for cell in notebook.cells)
