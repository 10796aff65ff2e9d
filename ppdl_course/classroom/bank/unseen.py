"""``ppdl bank --unseen FOLDER``: answers that nobody tuned a check to, counted.

The folder has the bank's format, for any of the exercises: ``NN_topic/EXERCISE.py``.
Whoever writes it does not know what the checks say. So ``says`` of a wrong answer may
list words that name its mistake, with `` | `` between them; one must stand in the
message, in any case, from the beginning of a word. A message also counts as naming a
misconception if it holds words by which the bank's own answers to this exercise name
one. Either may fit by accident, so the share so counted is an upper bound: whether the
mistake that was made is named, a reader decides.

Every answer runs in a process of its own (:mod:`~ppdl_course.classroom.bank.alone`).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ppdl_course.classroom.bank.alone import Outcome
from ppdl_course.classroom.bank.answers import Answer, read_answers
from ppdl_course.classroom.bank.whole_cells import CELL_SECONDS, WholeCells, check_alone

MOST_RIGHT_REJECTED = 0
MOST_WRONG_ACCEPTED = 0.01
LEAST_NAMED = 0.90
"""Of all wrong answers, those accepted included."""
FEWEST_CHARACTERS = 3
"""Of words that may name a mistake: "1" or "k" is in nearly every message."""
TOO_GENERAL = frozenset(("is wrong", "must have shape"))
"""What some of the bank's answers are told, and names no misconception."""

Found = dict[str, dict[str, list[Answer]]]
"""Answers by chapter and exercise."""


@dataclass(frozen=True)
class Graded:
    """What one answer came to.

    Attributes:
        chapter: Its full name.
        exercise: Its name.
        answer: As the folder names it.
        right: What the folder says of it.
        accepted: What the check says of it.
        message: The check's, in one line; empty if accepted.
        named: ``"own"`` if the message holds the answer's own words, ``"bank"`` if
            words of the bank for this exercise, ``""`` if neither.
    """

    chapter: str
    exercise: str
    answer: str
    right: bool
    accepted: bool
    message: str
    named: str

    @property
    def fault(self) -> str:
        """What the check got wrong; empty if nothing."""
        if self.right:
            return "" if self.accepted else "right, rejected"
        if self.accepted:
            return "wrong, accepted"
        return "" if self.named else "matches no misconception"


@dataclass(frozen=True)
class Count:
    """How many answers of which kind came to what."""

    right: int
    right_rejected: int
    wrong: int
    wrong_accepted: int
    no_misconception: int
    named_by_own_words: int
    named_by_the_bank: int

    @classmethod
    def of(cls, rows: list[Graded]) -> "Count":
        """Count."""
        wrong = [row for row in rows if not row.right]
        return cls(
            right=len(rows) - len(wrong),
            right_rejected=sum(row.right and not row.accepted for row in rows),
            wrong=len(wrong),
            wrong_accepted=sum(row.accepted for row in wrong),
            no_misconception=sum(bool(r.fault) and not r.accepted for r in wrong),
            named_by_own_words=sum(row.named == "own" for row in wrong),
            named_by_the_bank=sum(row.named == "bank" for row in wrong),
        )

    @property
    def named(self) -> int:
        """Of the wrong answers, how many are named, in either way."""
        return self.named_by_own_words + self.named_by_the_bank

    def text(self) -> str:
        """Return the shares that the thresholds are about, in one line."""
        wrong = max(self.wrong, 1)
        return (
            f"of {self.wrong} wrong answers "
            f"{self.wrong_accepted / wrong:.1%} accepted, "
            f"{self.named / wrong:.1%} named, "
            f"{self.named_by_own_words / wrong:.1%} by their own words"
        )

    @property
    def failures(self) -> list[str]:
        """The thresholds that are missed, each with what it asks."""
        wrong = max(self.wrong, 1)
        asked = (
            (self.right_rejected > MOST_RIGHT_REJECTED, "no right answer is rejected"),
            (
                self.wrong_accepted / wrong > MOST_WRONG_ACCEPTED,
                f"at most {MOST_WRONG_ACCEPTED:.0%} of the wrong ones are accepted",
            ),
            (
                self.wrong > 0 and self.named / wrong < LEAST_NAMED,
                f"at least {LEAST_NAMED:.0%} of the wrong ones are named",
            ),
        )
        return [text for missed, text in asked if missed]


def read_unseen(folder: Path, chapters: dict[str, WholeCells]) -> Found:
    """Read a folder of answers in the bank's format.

    Args:
        folder: Holds ``NN_topic/EXERCISE.py``.
        chapters: By their full names.

    Raises:
        ValueError: Naming the file, and in it the answer and its field, if a chapter or
            exercise is unknown, a file cannot be read, or there is no answer at all.
    """
    if not folder.is_dir():
        raise ValueError(f"{folder}: no such folder")
    found: Found = {}
    for path in sorted(folder.rglob("*.py")):
        where = path.relative_to(folder)
        if len(where.parts) != 2 or where.parts[0] not in chapters:
            raise ValueError(
                f"{where}: must be CHAPTER/EXERCISE.py with one of the chapters "
                f"{', '.join(chapters)}"
            )
        chapter = where.parts[0]
        exercises = chapters[chapter].exercises
        if path.stem not in exercises:
            raise ValueError(
                f"{where}: no exercise {path.stem!r}; {chapter} has "
                f"{', '.join(exercises)}"
            )
        try:
            answers = read_answers(path)
            _check_words(answers)
        except (ValueError, OSError) as error:
            raise ValueError(f"{where}: {error}") from None
        if not answers:
            raise ValueError(f"{where}: holds no answer")
        found.setdefault(chapter, {})[path.stem] = answers
    if not found:
        raise ValueError(f"{folder}: holds no CHAPTER/EXERCISE.py")
    return found


def grade_unseen(
    folder: Path,
    chapters: dict[str, WholeCells],
    bank: Path,
    seconds: int = CELL_SECONDS,
) -> Iterator[list[Graded]]:
    """Grade a folder's answers, exercise by exercise.

    Args:
        folder: Holds ``NN_topic/EXERCISE.py``.
        chapters: By their full names.
        bank: The checkout's own answers, for the words that name misconceptions.
        seconds: Of processor time for an answer and its check.

    Raises:
        ValueError: As :func:`read_unseen` does, before anything is graded.
    """
    for chapter, exercises in read_unseen(folder, chapters).items():
        for exercise, answers in exercises.items():
            known = _misconceptions(bank / chapter / f"{exercise}.py")
            rows = []
            for answer in answers:
                outcome = check_alone(chapters[chapter], exercise, answer.code, seconds)
                named = _named(outcome, answer, known)
                told = (outcome.passed, outcome.message, named)
                rows.append(Graded(chapter, exercise, answer.name, answer.right, *told))
            yield rows


def _misconceptions(path: Path) -> list[str]:
    known = read_answers(path) if path.is_file() else []
    said = [answer.says for answer in known if answer.says]
    return [words for words in said if words not in TOO_GENERAL]


def _named(outcome: Outcome, answer: Answer, known: list[str]) -> str:
    if outcome.passed or answer.says is None:
        return ""
    if any(_holds(outcome.message, words) for words in answer.says.split(" | ")):
        return "own"
    return "bank" if any(_holds(outcome.message, words) for words in known) else ""


def _holds(message: str, words: str) -> bool:
    """Tell whether words stand in a message, from the beginning of a word."""
    text = re.escape(" ".join(words.split()))
    begins = r"(?<!\w)" if words[:1].isalnum() else ""
    return re.search(begins + text, message, re.IGNORECASE) is not None


def _check_words(answers: list[Answer]) -> None:
    for answer in answers:
        for words in (answer.says or "").split(" | ") if answer.says else ():
            if len(words.strip()) < FEWEST_CHARACTERS:
                raise ValueError(
                    f"answer {answer.name!r}: says={words!r} is in nearly every "
                    f"message; at least {FEWEST_CHARACTERS} characters"
                )


def as_text(rows: list[Graded]) -> str:
    """Return the table: a line for each exercise, then all, then what to look at."""
    names = [f"{row.chapter}/{row.exercise}" for row in rows]
    width = max(map(len, names))
    lines = [
        f"{'':{width}}  right rejected  wrong accepted  no misconception  bank's words"
    ]
    for name in [*dict.fromkeys(names), "in all"]:
        count = Count.of(
            [r for r, n in zip(rows, names, strict=True) if name in (n, "in all")]
        )
        lines.append(
            f"{name:{width}}  {count.right_rejected:5} of {count.right:<5}"
            f"  {count.wrong_accepted:5} of {count.wrong:<5}"
            f"  {count.no_misconception:16}  {count.named_by_the_bank:12}".rstrip()
        )
    for row, name in zip(rows, names, strict=True):
        if row.fault or row.named == "bank":
            what = row.fault or "named by the bank's words: is it this mistake?"
            lines.append(f"{name}, {row.answer}: {what}")
            lines += [f"    {row.message}"] if row.message else []
    lines.append(Count.of(rows).text())
    failures = Count.of(rows).failures
    lines += [f"missed: {text}" for text in failures] or ["every threshold is kept"]
    return "\n".join(lines)


def as_json(rows: list[Graded]) -> dict[str, Any]:
    """Return the same for ``json.dumps``, with each answer's message."""
    by_exercise: dict[str, list[Graded]] = {}
    for row in rows:
        by_exercise.setdefault(f"{row.chapter}/{row.exercise}", []).append(row)
    return {
        "thresholds": {
            "right_rejected": MOST_RIGHT_REJECTED,
            "share_of_wrong_accepted": MOST_WRONG_ACCEPTED,
            "share_of_wrong_named": LEAST_NAMED,
        },
        "missed": Count.of(rows).failures,
        "all": vars(Count.of(rows)),
        "exercises": [
            {
                "exercise": name,
                **vars(Count.of(answers)),
                "answers": [vars(row) | {"fault": row.fault} for row in answers],
            }
            for name, answers in by_exercise.items()
        ],
    }
