"""What a class got right and wrong: for a terminal, as JSON, and as a picture."""

import math
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.utils import compute_checksum

from ppdl_course.classroom.bank.answers import Answer, read_answers, verdict
from ppdl_course.classroom.gradebook.writer import GradebookWriter
from ppdl_course.classroom.terminal import printable


@dataclass(frozen=True)
class Exercise:
    """How the class did in one exercise, or in one question graded by hand.

    Attributes:
        name: As in the chapter's marks.
        points: The most it gives.
        right: Students with all its points.
        wrong: Students who answered, and do not have them all.
        blank: Students who left it as it was.
        waiting: Students whose answer waits for a human.
        mean: Mean points of those who do not wait; NaN for nobody.
        mistakes: The bank's wrong answers that were seen, and how often; two answers
            that are told the same are one, and ``"another"`` is what no answer says.
    """

    name: str
    points: float
    right: int
    wrong: int
    blank: int
    waiting: int
    mean: float
    mistakes: dict[str, int]


@dataclass(frozen=True)
class Report:
    """What came of grading a chapter.

    Attributes:
        chapter: Its full name.
        graded: Who was graded in this run.
        skipped: Who was not, and why.
        failed: Who could not be graded, and why.
        notices: What was found in a submission and what it tried, by student.
        exercises: How the class did, everybody graded so far included.
        totals: Each student's points for the checks.
        maximum: The most points for the checks.
        executed: How many submissions were executed in this run.
        seconds: How long the run took.
        picture: The file with the distribution of the points; None without any.
        alt: What the picture shows.
    """

    chapter: str
    graded: tuple[str, ...]
    skipped: dict[str, str]
    failed: dict[str, str]
    notices: dict[str, tuple[str, ...]]
    exercises: tuple[Exercise, ...]
    totals: dict[str, float]
    maximum: float
    executed: int
    seconds: float
    picture: Path | None
    alt: str

    def as_json(self) -> dict:
        """Return all of it as lists, dictionaries, numbers and text."""
        fields = asdict(self)
        fields["picture"] = str(self.picture) if self.picture else None
        for row in fields["exercises"]:
            row["mean"] = None if math.isnan(row["mean"]) else row["mean"]
        return fields

    def text(self) -> str:
        """Return what to print at the end."""
        lines = [self._headline(), ""]
        if self.totals:
            lines += [*self._table(), ""]
        lines += _list("Skipped", _by_reason(self.skipped))
        lines += _list("Found in submissions", self.notices)
        lines += _list("Not graded", {n: (w,) for n, w in self.failed.items()})
        if self.picture:
            lines += [f"Picture: {self.picture}", self.alt]
        return "\n".join(lines).rstrip()

    def _headline(self) -> str:
        pace = ""
        if self.executed:
            pace = f", {self.seconds / self.executed:.1f} s each"
        return (
            f"{self.chapter}: {len(self.graded)} graded, {len(self.skipped)} skipped, "
            f"{len(self.failed)} failed; {self.executed} executed in "
            f"{self.seconds:.0f} s{pace}"
        )

    def _table(self) -> list[str]:
        """Return a line for each exercise, and below it one for each mistake seen."""
        rows = [
            ("exercise", "points", "right", "wrong", "blank", "waiting", "mean"),
            *(
                (
                    row.name,
                    f"{row.points:g}",
                    str(row.right),
                    str(row.wrong),
                    str(row.blank),
                    str(row.waiting or ""),
                    "" if math.isnan(row.mean) else f"{row.mean:.2f}",
                )
                for row in self.exercises
            ),
        ]
        wide = [max(map(len, column)) for column in zip(*rows, strict=True)]
        lines = []
        for number, cells in enumerate(rows):
            first, *others = (
                cell.rjust(w) if k else cell.ljust(w)
                for k, (cell, w) in enumerate(zip(cells, wide, strict=True))
            )
            lines.append("  ".join((first, *others)).rstrip())
            if number:
                mistakes = self.exercises[number - 1].mistakes.items()
                lines += [f"    {count} x {what}" for what, count in mistakes]
        return lines


def _by_reason(students: dict[str, str]) -> dict[str, tuple[str, ...]]:
    reasons: dict[str, list[str]] = {}
    for student, why in students.items():
        reasons.setdefault(why, []).append(student)
    return {why: (", ".join(names),) for why, names in reasons.items()}


def _list(title: str, found: dict[str, tuple[str, ...]]) -> list[str]:
    pairs = [(name, what) for name, many in found.items() for what in many]
    lines = [f"  {printable(name)}: {printable(what)}" for name, what in pairs]
    return [f"{title}:", *lines, ""] if lines else []


def report_on(
    writer: GradebookWriter,
    *,
    graded: tuple[str, ...],
    skipped: dict[str, str],
    failed: dict[str, str],
    notices: dict[str, tuple[str, ...]],
    executed: int,
    seconds: float,
) -> Report:
    """Read what the class has in the gradebook and in its executed notebooks.

    Args:
        writer: The chapter's part of the gradebook.
        graded: Who was graded in this run.
        skipped: Who was not, and why.
        failed: Who could not be graded, and why.
        notices: What was found, by student.
        executed: How many submissions were executed in this run.
        seconds: How long the run took so far.
    """
    scores = writer.course.scores(writer.chapter)
    points = writer.course.points(writer.chapter)
    runs = {
        student: nbformat.read(path, as_version=4)
        for student in scores
        if (path := writer.autograded(student)).is_file()
    }
    bank = _bank(writer)
    checks = {name: most for name, most in points.items() if _is_check(name)}
    totals = {
        student: sum(scores[student].get(name) or 0.0 for name in checks)
        for student in runs
    }
    maximum = sum(checks.values())
    picture, alt = None, ""
    if totals and maximum:
        picture = writer.root / "build" / "grading" / f"{writer.chapter}.png"
        alt = _draw(picture, totals, maximum, writer.chapter)
    return Report(
        chapter=writer.chapter,
        graded=tuple(sorted(graded)),
        skipped=skipped,
        failed=dict(sorted(failed.items())),
        notices={name: many for name, many in sorted(notices.items()) if many},
        exercises=tuple(
            _exercise(name, most, runs, scores, bank) for name, most in points.items()
        ),
        totals=totals,
        maximum=maximum,
        executed=executed,
        seconds=seconds,
        picture=picture,
        alt=alt,
    )


def _bank(writer: GradebookWriter) -> Path:
    """Return the chapter's bank, of the course or (for a cohort) of the checkout."""
    inner = Path("bank", writer.chapter)
    own = writer.root / inner
    return own if own.is_dir() else Path(__file__).parents[3] / inner


def _is_check(grade_id: str) -> bool:
    return grade_id.startswith("check-")


def _exercise(
    grade_id: str,
    most: float,
    runs: dict[str, NotebookNode],
    scores: dict[str, dict[str, float | None]],
    bank: Path,
) -> Exercise:
    """Count how everybody graded so far did in one exercise or question.

    Args:
        grade_id: Of the check, or of the question.
        most: The most points it gives.
        runs: The executed notebooks, by student.
        scores: Points by student and grade id; None for what waits for a human.
        bank: The folder of the chapter's known answers; it need not exist.
    """
    name = grade_id.removeprefix("check-")
    answers = _wrong_answers(bank / f"{name}.py") if _is_check(grade_id) else []
    counts: Counter[str] = Counter()
    mistakes: Counter[str] = Counter()
    known = []
    for student, run in runs.items():
        score = scores[student].get(grade_id)
        if score is not None:
            known.append(score)
        if _is_blank(run, name):
            counts["blank"] += 1
        elif score is None:
            counts["waiting"] += 1
        elif score >= most:
            counts["right"] += 1
        else:
            counts["wrong"] += 1
            if answers:
                mistakes[_mistake(verdict(run, name), answers)] += 1
    return Exercise(
        name=name,
        points=most,
        right=counts["right"],
        wrong=counts["wrong"],
        blank=counts["blank"],
        waiting=counts["waiting"],
        mean=sum(known) / len(known) if known else math.nan,
        mistakes=dict(mistakes.most_common()),
    )


def _wrong_answers(path: Path) -> list[Answer]:
    """Return the wrong answers in a file of the bank; none if it is not there."""
    if not path.is_file():
        return []
    return [answer for answer in read_answers(path) if not answer.right]


def _mistake(said: str, answers: list[Answer]) -> str:
    """Return which wrong answers of the bank are told what this one was told."""
    fitting = [a for a in answers if a.says and " ".join(a.says.split()) in said]
    if not fitting:
        return "another"
    # One message may fit several mistakes. The longest text tells most of it.
    says = max((" ".join((a.says or "").split()) for a in fitting), key=len)
    names = [a.name for a in fitting[:3]]  # in the bank the usual mistakes come first
    return f"{' or '.join(names)}: {says!r}"


def _is_blank(run: NotebookNode, name: str) -> bool:
    """Tell whether an exercise or a question is as it was handed out."""
    for cell in run.cells:
        mark = cell.metadata.get("nbgrader", {})
        if mark.get("grade_id") == name and mark.get("solution"):
            return mark.get("checksum") == compute_checksum(cell)
    return True


def _draw(path: Path, totals: dict[str, float], maximum: float, chapter: str) -> str:
    """Write the picture of the points; return what it shows."""
    from ppdl_course.figures.points import points_distribution

    within = [min(max(total, 0.0), maximum) for total in totals.values()]
    picture = points_distribution(within, maximum=maximum, chapter=chapter)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(picture.png())
    return picture.alt
