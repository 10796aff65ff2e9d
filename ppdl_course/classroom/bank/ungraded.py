"""``ppdl bank`` without the grader: ``--unseen`` and ``--mutants``."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ppdl_course.classroom.authoring.build import find_sources
from ppdl_course.classroom.bank.alone import one_thread


@dataclass(frozen=True)
class Found:
    """What was measured.

    Attributes:
        text: For a terminal.
        data: For ``json.dumps``.
        missed: The thresholds that are not kept.
    """

    text: str
    data: dict[str, Any]
    missed: list[str]


def measure(
    root: Path,
    names: list[str],
    folder: Path | None,
    mutants: bool,
    say: Callable[[str], None],
) -> Found:
    """Grade a folder of answers, or the mutants of the course's own.

    Args:
        root: The checkout.
        names: Whose mutants; all if empty.
        folder: Of answers; None for mutants.
        mutants: Whether these were asked for.
        say: Hears of each exercise as soon as it is done.

    Raises:
        ValueError: If both or neither were asked for, if names are given for a folder,
            or as the two measurements say.
    """
    if mutants == (folder is not None) or (folder and names):
        raise ValueError("ask for --unseen FOLDER, or for --mutants [NAME ...]")
    one_thread()  # before numpy and torch are imported
    from ppdl_course.classroom.bank import mutation, unseen, whole_cells

    chapters = {
        path.stem: whole_cells.WholeCells(path) for path in find_sources(None, root)
    }
    bank = root / "bank"
    if folder is None:
        tried = []
        for each in mutation.try_mutants(names, chapters, bank):
            tried.append(each)
            say(each.text())
        data = mutation.as_json(tried)
        return Found(mutation.summary(tried), data, mutation.missed(tried))
    rows = []
    for graded in unseen.grade_unseen(folder, chapters, bank):
        say(f"{graded[0].chapter}/{graded[0].exercise}")
        rows += graded
    return Found(
        unseen.as_text(rows), unseen.as_json(rows), unseen.Count.of(rows).failures
    )
