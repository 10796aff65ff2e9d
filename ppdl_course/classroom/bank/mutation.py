"""``ppdl bank --mutants``: which small mistakes in the course's own answers pass.

Every mutant (:mod:`~ppdl_course.classroom.bank.mutants`) of an exercise's official
answer meets the whole check cell in a process of its own. One that passes is a
survivor: either the check misses a mistake, or the mutant is right. Then the exercise's
file in the bank says so, with the reason and the mutant's text::

    # %% equivalent="both branches give 1/2 at 0"
    # return np.where(x >= 0, 1, small) -> return np.where(x > 0, 1, small)

Such a mutant does not count, but runs: a check that rejects it rejects a right answer.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any

from ppdl_course.classroom.bank.answers import read_equivalents
from ppdl_course.classroom.bank.mutants import mutants
from ppdl_course.classroom.bank.whole_cells import WholeCells, check_alone

AIM = 0.98
"""Of the mutants that are not marked equivalent, at least so many must be killed."""
SHORTEST, TIMES = 3, 5
"""A mutant has so many seconds, or so many times those of the official answer."""


@dataclass(frozen=True)
class Tried:
    """What the mutants of one exercise came to.

    Attributes:
        chapter: Its full name.
        exercise: Its name.
        mutants: How many there are, those marked equivalent not counted.
        survivors: Those that passed and are not marked.
        slow: Killed by the deadline alone.
        equivalent: Marked ones, with the reason.
        rejected: Marked ones that the check rejects, with its message.
        stale: Marks that fit no mutant.
    """

    chapter: str
    exercise: str
    mutants: int
    survivors: list[str]
    slow: list[str]
    equivalent: dict[str, str]
    rejected: dict[str, str]
    stale: list[str]

    @property
    def killed(self) -> int:
        """How many did not pass."""
        return self.mutants - len(self.survivors)

    def text(self) -> str:
        """Return a line, and one for each thing to look at."""
        lines = [f"{self.chapter}/{self.exercise}: {self.killed} of {self.mutants}"]
        if self.equivalent:
            lines[0] += f", and {len(self.equivalent)} equivalent"
        lines += [f"  survives: {text}" for text in self.survivors]
        lines += [
            f"  marked equivalent, rejected: {text} ({told})"
            for text, told in self.rejected.items()
        ]
        lines += [f"  marked equivalent, no such mutant: {text}" for text in self.stale]
        return "\n".join(lines)


def choose(names: list[str], chapters: dict[str, WholeCells]) -> list[tuple[str, str]]:
    """Return the chapter and exercise of each name, all for no name.

    Args:
        names: Of exercises (``sigmoid``, or ``04/blind`` where two chapters have one)
            or chapters (``04``).
        chapters: By their full names.

    Raises:
        ValueError: Naming what is neither.
    """
    every = [
        (chapter, exercise)
        for chapter, cells in chapters.items()
        for exercise in cells.exercises
    ]
    chosen: list[tuple[str, str]] = []
    for name in names:
        begins, slash, ends = name.rpartition("/")
        found = [
            (chapter, exercise)
            for chapter, exercise in every
            if ends == exercise and (not slash or chapter.startswith(begins))
        ] or [pair for pair in every if not slash and name in (pair[0], pair[0][:2])]
        if not found:
            raise ValueError(f"no exercise or chapter {name!r}")
        chosen += found
    return list(dict.fromkeys(chosen)) if names else every


def try_mutants(
    names: list[str], chapters: dict[str, WholeCells], bank: Path
) -> Iterator[Tried]:
    """Try the mutants of the named exercises, or of all, in the chapters' order.

    Args:
        names: As for :func:`choose`.
        chapters: By their full names.
        bank: Holds ``CHAPTER/EXERCISE.py`` with the marks of equivalent mutants.

    Raises:
        ValueError: If a name is unknown, or an official answer does not pass.
    """
    for chapter, exercise in choose(names, chapters):
        marked = read_equivalents(bank / chapter / f"{exercise}.py")
        yield try_exercise(chapters[chapter], chapter, exercise, marked)


def try_exercise(
    cells: WholeCells, chapter: str, exercise: str, marked: dict[str, str]
) -> Tried:
    """Try the mutants of one exercise's official answer.

    Args:
        cells: Of the chapter.
        chapter: Its full name.
        exercise: One of ``cells.exercises``.
        marked: Why mutants are right, by their text.

    Raises:
        ValueError: If the official answer does not pass.
    """
    code = cells.official(exercise)
    official = check_alone(cells, exercise, code)
    if not official.passed:
        raise ValueError(
            f"{chapter}/{exercise}: not even its own answer passes: {official.message}"
        )
    seconds = max(SHORTEST, ceil(TIMES * (official.seconds or 0)))
    made = mutants(code)
    survivors, slow, rejected = [], [], {}
    for mutant in made:
        outcome = check_alone(cells, exercise, mutant.code, seconds)
        if mutant.text in marked:
            if not outcome.passed:
                rejected[mutant.text] = outcome.message
        elif outcome.passed:
            survivors.append(mutant.text)
        elif outcome.kind == "deadline":
            slow.append(mutant.text)
    texts = {mutant.text for mutant in made}
    equivalent = {text: why for text, why in marked.items() if text in texts}
    stale = [text for text in marked if text not in texts]
    count = len(made) - len(equivalent)
    return Tried(chapter, exercise, count, survivors, slow, equivalent, rejected, stale)


def rate(tried: list[Tried]) -> float:
    """Return the share of mutants killed; 1 if there are none."""
    count = sum(each.mutants for each in tried)
    return sum(each.killed for each in tried) / count if count else 1.0


def missed(tried: list[Tried]) -> list[str]:
    """Return what is not as it must be, in all."""
    found = []
    if rate(tried) < AIM:
        found.append(f"at least {AIM:.0%} of the mutants are killed")
    if any(each.rejected for each in tried):
        found.append("no mutant that is marked equivalent is rejected")
    if any(each.stale for each in tried):
        found.append("every mark of an equivalent fits a mutant")
    return found


def summary(tried: list[Tried]) -> str:
    """Return the last lines of the table."""
    killed, count = sum(t.killed for t in tried), sum(t.mutants for t in tried)
    lines = [f"killed {killed} of {count} mutants: {rate(tried):.2%}"]
    if slow := sum(len(each.slow) for each in tried):
        lines[0] += f", {slow} of them by the deadline"
    lines += [f"missed: {text}" for text in missed(tried)]
    return "\n".join(lines)


def as_json(tried: list[Tried]) -> dict[str, Any]:
    """Return the same for ``json.dumps``."""
    return {
        "aim": AIM,
        "rate": rate(tried),
        "missed": missed(tried),
        "exercises": [vars(each) | {"killed": each.killed} for each in tried],
    }
