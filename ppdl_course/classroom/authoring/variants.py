r"""Variants: a cohort gets its own numbers in the exercises that are marked for it.

A cell marked ``varies`` stands right before an exercise. Each of its lines gives a name
a value, and says beside it what other values will do::

    # %% varies="encode_fixed"
    DECIMALS = 6  # of 3, 4, 5, 6, 7
    RATE = 0.5  # from 0.1 to 0.9 step 0.1

Answer, check and hidden tests read the name. Prose and docstrings write
``{{DECIMALS}}``, and the build puts the number in its place. Without a cohort that is
the number written here. For a cohort the value is drawn from the *other* ones, those of
the published edition and its answers left out::

    others[int(sha256("COHORT\nEXERCISE\nNAME"), big-endian) modulo len(others)]

so it is the same on every machine and in every version, and each name is drawn by
itself. The built cell is read-only and holds the chosen values alone.
"""

import ast
import hashlib
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import partial

from nbformat import NotebookNode

from ppdl_course.classroom.authoring.cells import Cell

Value = int | float | str

_NAME = re.compile(r"[A-Z][A-Z0-9_]*")
_COHORT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,59}")
_IN_PROSE = re.compile(r"\{\{\s*(\w+)\s*\}\}")
_RANGE = re.compile(r"from (\S+) to (\S+) step (\S+)")
_ANSWER = re.compile(r"# BEGIN SOLUTION.*# END SOLUTION", re.DOTALL)
_MOST = 1000  # alternatives; more is a slip in the step


@dataclass(frozen=True)
class Parameter:
    """One name that varies.

    Attributes:
        name: In capitals.
        exercise: The exercise that it belongs to.
        written: Its value in the source and in the default build.
        alternatives: All values that it may have, the written one among them.
    """

    name: str
    exercise: str
    written: Value
    alternatives: tuple[Value, ...]

    def value(self, cohort: str | None) -> Value:
        """Return the written value, or for a cohort the one drawn from the others.

        >>> decimals = Parameter("DECIMALS", "encode_fixed", 6, (4, 5, 6, 7))
        >>> decimals.value(None), decimals.value("2026-autumn")
        (6, 5)
        """
        if cohort is None:
            return self.written
        others = [value for value in self.alternatives if value != self.written]
        key = "\n".join((cohort, self.exercise, self.name))
        number = int.from_bytes(hashlib.sha256(key.encode()).digest(), "big")
        return others[number % len(others)]


def check_cohort(cohort: str) -> str:
    """Return the name of a cohort if it is one.

    Raises:
        ValueError: If it is not made of letters, digits and ``. _ -`` (at most 60).
    """
    if not _COHORT.fullmatch(cohort):
        raise ValueError(
            f"a cohort's name is 1 to 60 letters, digits and . _ -, got {cohort!r}"
        )
    return cohort


def find_parameters(
    cells: list[Cell], problems: list[tuple[int, str]]
) -> list[Parameter]:
    """Return what varies in a chapter, in its order.

    Args:
        cells: All cells of the chapter.
        problems: Whatever is wrong is added here, with its line.
    """

    def problem(cell: Cell, what: str, offset: int = 0) -> None:
        problems.append((cell.line + offset, what))

    marked = [cell for cell in cells if cell.is_code or cell.kind]
    parameters: list[Parameter] = []
    for cell, after in zip(marked, [*marked[1:], None], strict=True):
        if cell.kind != "varies" or not cell.is_code:
            continue
        if after is None or (after.kind, after.name) != ("exercise", cell.name):
            problem(cell, f'varies "{cell.name}" stands right before its exercise')
        parameters += _read(cell, partial(problem, cell))
    _check_use(parameters, cells, problem)
    return parameters


def _read(cell: Cell, problem: Callable) -> list[Parameter]:
    """Read the lines of a ``varies`` cell; report what is wrong with each."""
    parameters = []
    for offset, line in enumerate(cell.body, 1):
        if not line.strip() or line.startswith("#"):
            continue
        try:
            parameters.append(_parameter(cell.name, line))
        except ValueError as error:
            problem(str(error), offset)
    if not parameters:
        problem("what varies is written as K = 5  # of 3, 5, 7")
    return parameters


def _parameter(exercise: str, line: str) -> Parameter:
    """Return what one line says; raise ValueError with the reason if it cannot be."""
    code, _, comment = line.partition("  # ")
    name, _, text = (part.strip() for part in code.partition("="))
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r}: what varies is NAME = value, the name in capitals")
    written = _literal(text)
    if comment.startswith("of "):
        listed = _literal(f"[{comment.removeprefix('of ')}]", list)
        alternatives = tuple(listed)
    elif steps := _RANGE.fullmatch(comment.strip()):
        alternatives = _range(*steps.groups())
    else:
        raise ValueError(
            f"{name}: its values stand beside it, as "
            "`# of 3, 5, 7` or `# from 2.0 to 9.0 step 0.5`"
        )
    if len(set(alternatives)) < len(alternatives):
        raise ValueError(f"{name}: a value is listed twice")
    if len(alternatives) < 2:
        raise ValueError(f"{name}: one value is no choice; at least two")
    if odd := [value for value in alternatives if type(value) is not type(written)]:
        kinds = f"{type(written).__name__}, and {odd[0]!r} is {type(odd[0]).__name__}"
        raise ValueError(f"{name}: values of different kinds: {written!r} is {kinds}")
    if written not in alternatives:
        raise ValueError(f"{name}: its own value {written!r} is not among {comment!r}")
    return Parameter(name, exercise, written, alternatives)


def _literal(text: str, *kinds: type):
    """Return a number or a text that is written out, or what the other kinds allow."""
    allowed = kinds or (int, float, str)
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        value = None
    if isinstance(value, bool) or not isinstance(value, allowed):
        raise ValueError(f"{text.strip('[]')!r}: only numbers and texts, written out")
    if isinstance(value, list):
        for entry in value:
            _literal(repr(entry))
    return value


def _range(low: str, high: str, step: str) -> tuple[Value, ...]:
    """Return low, low + step, ..., high, in decimal, so that 0.1 steps stay exact."""
    try:
        first, last, by = (Decimal(text) for text in (low, high, step))
    except InvalidOperation:
        raise ValueError(f"from {low} to {high} step {step}: not numbers") from None
    if not all(number.is_finite() for number in (first, last, by)):
        raise ValueError(f"from {low} to {high} step {step}: not finite")
    if by <= 0 or last <= first or (last - first) % by:
        raise ValueError(f"from {low} to {high} step {step} does not end at {high}")
    count = int((last - first) / by) + 1
    if count > _MOST:
        raise ValueError(f"from {low} to {high} step {step}: more than {_MOST} values")
    integers = all(re.fullmatch(r"-?\d+", text) for text in (low, high, step))
    return tuple((int if integers else float)(first + k * by) for k in range(count))


def _check_use(
    parameters: Iterable[Parameter], cells: list[Cell], problem: Callable
) -> None:
    """Report names given twice, unknown or misplaced marks, and what nobody uses."""
    own = {(cell.kind, cell.name): cell for cell in cells}
    names: set[str] = set()
    for parameter in parameters:
        at = own["varies", parameter.exercise]
        if parameter.name in names:
            problem(at, f"{parameter.name} is given twice in this chapter")
        names.add(parameter.name)
        exercise = own.get(("exercise", parameter.exercise))
        check = own.get(("check", parameter.exercise))
        word = re.compile(rf"\b{parameter.name}\b")
        if exercise and not word.search(_ANSWER.sub("", exercise.node.source)):
            problem(at, f"{parameter.name} is unused: its exercise does not say it")
        if check and not word.search(check.node.source):
            problem(at, f"{parameter.name} is unused: its check does not read it")
    for cell in cells:
        for offset, line in enumerate(cell.body, 1):
            for name in _IN_PROSE.findall(line):
                if is_filled(cell):
                    if name not in names:
                        problem(cell, f"{{{{{name}}}}}: no such name varies", offset)
                elif name in names:
                    problem(cell, f"write {name} here, without braces", offset)


def is_filled(cell: Cell) -> bool:
    """Tell whether ``{{NAME}}`` has a meaning in a cell: in prose and exercises."""
    return not cell.is_code or cell.kind == "exercise"


def fill(text: str, values: dict[str, Value]) -> str:
    r"""Return a text with the values in place of ``{{NAME}}``.

    >>> fill(r"Round to $10^{-{{DECIMALS}}}$.", {"DECIMALS": 6})
    'Round to $10^{-6}$.'
    """
    return _IN_PROSE.sub(lambda found: str(values[found[1]]), text)


def assignments(source: str, values: dict[str, Value]) -> str:
    """Return a ``varies`` cell as it is built: the chosen values, nothing else."""
    lines = []
    for line in source.splitlines():
        name = line.partition("=")[0].strip()
        lines.append(f"{name} = {_code(values[name])}" if name in values else line)
    return "\n".join(lines)


def _code(value: Value) -> str:
    """Return a value as Python, a text in double quotes."""
    return json.dumps(value) if isinstance(value, str) else repr(value)


def cohort_of(notebook: NotebookNode) -> str | None:
    """Return the cohort for which a notebook was built; None for the default."""
    course = notebook.metadata.get("ppdl")
    cohort = course.get("cohort") if isinstance(course, dict) else None
    return cohort if isinstance(cohort, str) else None


def other_cohort(submission: NotebookNode, release: NotebookNode) -> str:
    """Return a sentence if a submission was built for another cohort, else nothing.

    Where an editor has taken the cohort's name out, the numbers speak for themselves.
    """
    theirs, ours = cohort_of(submission), cohort_of(release)
    if theirs == ours or (theirs is None and _numbers(release) <= _numbers(submission)):
        return ""
    shown = "no cohort" if theirs is None else f"cohort {theirs[:60]!r}"
    due = "no cohort" if ours is None else f"cohort {ours!r}"
    return (
        f"The notebook was built for {shown}, and {due} is graded: exercises that vary "
        "have other numbers"
    )


def _numbers(notebook: NotebookNode) -> set[str]:
    """Return the texts of the cells that hold what varies."""
    texts = set()
    for cell in notebook.cells:
        mark = cell.metadata.get("nbgrader")
        name = mark.get("grade_id") if isinstance(mark, dict) else cell.get("id")
        if str(name).startswith("varies-"):
            texts.add(cell.source)
    return texts
