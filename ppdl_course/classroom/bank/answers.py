"""The bank of answers: right and wrong answers to every exercise, as submissions.

``bank/NN_topic/EXERCISE.py`` holds, for one exercise, cells like::

    # %% right="masked"
    # %% wrong="naive" says="overflow"
    # %% copied="published number" says="another variant"
    # %% equivalent="both branches give the same at 0"

each a whole replacement of the exercise's cell. A copied one keeps the number of the
published edition: it is right there, and wrong for every cohort. The last kind holds no
answer but, as comments, mutants of the chapter's own answer that are right, with the
reason (:mod:`~ppdl_course.classroom.bank.mutation`). :func:`submissions`
composes from them notebooks as students would hand them in: the k-th right answer to
every exercise, the k-th wrong one to every exercise, and the blank stub.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import jupytext
from nbformat import NotebookNode

from ppdl_course.classroom.judging.cell_dependencies import needed_cells

FEWEST_RIGHT, FEWEST_WRONG = 3, 8
"""What the bank keeps of each, for every exercise; copied answers do not count."""


@dataclass(frozen=True)
class Answer:
    """One answer: its name, its code, and what its mistake must make the check say."""

    name: str
    code: str
    says: str | None = None  # the message due; None for a right answer
    copied: bool = False

    @property
    def right(self) -> bool:
        """Whether it must score full."""
        return self.says is None


@dataclass(frozen=True)
class Submission:
    """A notebook to hand in, and the answer it gives to each exercise (None: blank)."""

    student: str
    notebook: NotebookNode
    answers: dict[str, Answer | None]


def read_answers(path: Path, cohort: str | None = None) -> list[Answer]:
    """Read the answers to one exercise, as they are for a cohort or as published.

    Raises:
        ValueError: If a cell is neither right nor wrong, if a wrong one does not say
            what it must be told, or if two have the same name.
    """
    answers: list[Answer] = []
    for number, cell in enumerate(jupytext.read(path, fmt="py:percent").cells, 1):
        marks = {k: v for k, v in cell.metadata.items() if k != "lines_to_next_cell"}
        where = f"{path.name}, answer {number}"
        match marks:
            case {"right": str(name), **rest} if not rest:
                answer = Answer(name, cell.source)
            case {"wrong": str(name), "says": str(says), **rest} if says and not rest:
                answer = Answer(name, cell.source, says)
            case {"equivalent": str(reason), **rest} if reason and not rest:
                continue
            case {"copied": str(name), "says": str(says), **rest} if says and not rest:
                message = None if cohort is None else says
                answer = Answer(name, cell.source, message, copied=True)
            case _:
                raise ValueError(
                    f'{where}: needs right="...", or wrong="..." (copied="...") and '
                    f'says="...", got {marks}'
                )
        if answer.name in {other.name for other in answers}:
            raise ValueError(f"{where}: the name {answer.name!r} is used twice")
        answers.append(answer)
    return answers


def read_equivalents(path: Path) -> dict[str, str]:
    """Return why mutants of an exercise's own answer are right, by their text."""
    return {
        line.lstrip("# ").rstrip(): cell.metadata["equivalent"]
        for cell in jupytext.read(path, fmt="py:percent").cells
        if "equivalent" in cell.metadata
        for line in cell.source.splitlines()
        if line.strip("# ")
    }


def read_bank(
    folder: Path,
    exercises: Iterable[str],
    cohort: str | None = None,
    *,
    each: int | None = None,
) -> dict[str, list[Answer]]:
    """Read the answers to a chapter's exercises; copied ones only for a cohort.

    Args:
        folder: The chapter's part of the bank.
        exercises: The names of its exercises.
        cohort: Whose numbers the exercises have; None for the published ones.
        each: Keep only so many right and so many wrong answers to an exercise, the
            first ones, and all copied ones; None for all.

    Raises:
        ValueError: If an exercise has no file, or a file no exercise; if there are
            fewer than ``FEWEST_RIGHT`` right or ``FEWEST_WRONG`` wrong answers.
    """
    files = {path.stem: path for path in sorted(folder.glob("*.py"))}
    if odd := set(files) ^ set(exercises):
        raise ValueError(f"{folder.name}: bank and chapter differ: {sorted(odd)}")
    bank = {name: read_answers(files[name], cohort) for name in exercises}
    for name, answers in bank.items():
        own = [answer.right for answer in answers if not answer.copied]
        right, wrong = own.count(True), own.count(False)
        if right < FEWEST_RIGHT or wrong < FEWEST_WRONG:
            raise ValueError(
                f"{folder.name}/{name}.py: {right} right and {wrong} wrong answers; at "
                f"least {FEWEST_RIGHT} and {FEWEST_WRONG}"
            )
        kept = [a for a in answers if cohort is not None or not a.copied]
        bank[name] = kept if each is None else _first(kept, each)
    return bank


def _first(answers: list[Answer], each: int) -> list[Answer]:
    own = {
        right: [a for a in answers if a.right is right and not a.copied][:each]
        for right in (True, False)
    }
    return [a for a in answers if a.copied or a in own[a.right]]


def submissions(
    student: NotebookNode,
    bank: dict[str, list[Answer]],
    exam: NotebookNode | None = None,
) -> list[Submission]:
    """Compose the submissions that give every answer of a chapter's bank.

    Args:
        student: The student's edition of the chapter.
        bank: The answers to each of its exercises.
        exam: The instructor's edition, for whoever runs hidden tests in the
            submission's own kernel: what these read is kept, too.

    Returns:
        ``stub``, ``right_0``, ``right_1``, ..., ``wrong_0``, ... Each gives one answer
        to every exercise; where an exercise has no k-th wrong (or right) answer, its
        first right one is given again.
    """
    composed: list[tuple[str, dict[str, Answer | None]]] = [
        ("stub", dict.fromkeys(bank))
    ]
    for label, right in (("right", True), ("wrong", False)):
        kind = {
            n: [a for a in answers if a.right is right] for n, answers in bank.items()
        }
        for k in range(max(map(len, kind.values()), default=0)):
            chosen: dict[str, Answer | None] = {}
            for name, answers in bank.items():
                first_right = next(answer for answer in answers if answer.right)
                chosen[name] = kind[name][k] if k < len(kind[name]) else first_right
            composed.append((f"{label}_{k}", chosen))
    return [
        Submission(name, answered(student, answers, exam), answers)
        for name, answers in composed
    ]


def answered(
    student: NotebookNode,
    answers: dict[str, Answer | None],
    exam: NotebookNode | None = None,
) -> NotebookNode:
    """Return a copy of the student's edition with these answers, and only what runs.

    Cells that no answer and no check of the exam reads, the figures and widgets, are
    left out: a submission without them scores the same, and the whole chapter is
    executed by another test. Leaving out too much cannot go unnoticed: a right answer
    would fail.
    """
    notebook = student.copy()
    notebook.cells = [cell.copy() for cell in student.cells]
    for cell in notebook.cells:
        answer = answers.get(cell.metadata.get("nbgrader", {}).get("grade_id", ""))
        if answer is not None:
            cell["source"] = answer.code
    checks = {
        mark["grade_id"]: cell.source
        for cell in (exam or student).cells
        if (mark := cell.metadata.get("nbgrader", {})).get("grade")
        and not mark["solution"]
    }
    codes = [
        checks.get(cell.metadata.get("nbgrader", {}).get("grade_id"), cell.source)
        if cell.cell_type == "code"
        else ""
        for cell in notebook.cells
    ]
    graded = {n for n, c in enumerate(notebook.cells) if "nbgrader" in c.metadata}
    notebook.cells = [notebook.cells[n] for n in needed_cells(codes, graded)]
    return notebook


def verdict(notebook: NotebookNode, exercise: str) -> str:
    """Return all that the check of an exercise printed or raised, without colours."""
    parts: Iterable[str] = (
        "\n".join((output.get("evalue", ""), *output.get("traceback", [])))
        if output.output_type == "error"
        else str(output.get("text", ""))
        for cell in notebook.cells
        if cell.metadata.get("nbgrader", {}).get("grade_id") == f"check-{exercise}"
        for output in cell.outputs
    )
    return " ".join(re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(parts)).split())
