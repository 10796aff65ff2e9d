"""Answers that stand readable in the edition that asks for them.

A student who scrolls may not meet the answer. So no cell that students see may hold two
consecutive lines of a solution, whatever the variables are called: names that the
solution binds itself (parameters, what it assigns) are compared by their order of
appearance, all else to the letter.
"""

import ast
import io
import keyword
import tokenize
import warnings
from collections.abc import Iterable, Iterator

from ppdl_course.classroom.authoring.cells import Cell

LINES = 2
"""So many lines in a row give an answer away."""
LEAST_TOKENS = 14
"""Of those lines together. Shorter ones, such as a loop and its ``append``, are what
many programs share: on the chapters of this course 14 keeps out all of these."""

_BEGIN, _END = "# BEGIN SOLUTION", "# END SOLUTION"
_HIDDEN_BEGIN, _HIDDEN_END = "# BEGIN HIDDEN TESTS", "# END HIDDEN TESTS"


def check_readable_answers(cells: list[Cell], problems: list[tuple[int, str]]) -> None:
    """Look for lines of a solution in cells that students see."""
    visible = [
        (cell, offset, key)
        for cell in cells
        for offset, key in _runs(list(_visible_lines(cell)))
    ]
    places: dict[tuple[str, ...], tuple[Cell, int]] = {}
    for cell, offset, key in visible:
        places.setdefault(key, (cell, offset))
    for exercise in cells:
        if exercise.kind != "exercise" or not exercise.is_code:
            continue
        for _, key in _runs(list(_solution_lines(exercise))):
            if key in places:
                cell, offset = places[key]
                problems.append(
                    (
                        cell.line + offset,
                        f"students read {LINES} lines of the answer to "
                        f"{exercise.name!r} here: import the package's function, or "
                        "ask for something else",
                    )
                )


def _solution_lines(cell: Cell) -> Iterator[tuple[int, str]]:
    inside = False
    for offset, line in enumerate(cell.body, 1):
        if line.strip() in (_BEGIN, _END):
            inside = line.strip() == _BEGIN
        elif inside:
            yield offset, line


def _visible_lines(cell: Cell) -> Iterator[tuple[int, str]]:
    """Yield the lines of a cell that students see, with their place in it."""
    if not cell.is_code:
        if cell.kind != "question":
            for offset, line in enumerate(cell.body, 1):
                yield offset, line.removeprefix("#").strip()
        return
    hidden = {_BEGIN: True, _HIDDEN_BEGIN: True, _END: False, _HIDDEN_END: False}
    secret = False
    for offset, line in enumerate(cell.body, 1):
        secret = hidden.get(line.strip(), secret)
        if not secret:
            yield offset, line


def _runs(lines: list[tuple[int, str]]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Yield each run of consecutive lines of code, in a form without own names."""
    read = [(offset, tokens) for offset, line in lines if (tokens := _tokens(line))]
    for start in range(len(read) - LINES + 1):
        run = read[start : start + LINES]
        if sum(len(tokens) for _, tokens in run) >= LEAST_TOKENS:
            yield run[0][0], _normal(tokens for _, tokens in run)


def _tokens(line: str) -> tuple[str, ...]:
    """Return the tokens of one line of code; none of a comment or of broken text."""
    kept = []
    try:
        for token in tokenize.generate_tokens(io.StringIO(line.strip()).readline):
            if token.type in (tokenize.NAME, tokenize.OP, tokenize.NUMBER):
                kept.append(token.string)
            elif token.type == tokenize.STRING:
                kept.append(repr(_text(token.string)))
    except (tokenize.TokenError, IndentationError, SyntaxError):
        pass  # a line of a longer statement: what was read of it counts
    return tuple(kept)


def _text(string: str) -> object:
    """Return what a string says, so that its quotes make no difference."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a formula's backslash in prose
            return ast.literal_eval(string)
    except (SyntaxError, ValueError):
        return string


def _normal(lines: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """Return tokens with each variable replaced by its number in order of appearance.

    A name behind a dot or before a parenthesis is what is used, and stays.
    """
    numbers: dict[str, int] = {}
    normal = []
    for tokens in lines:
        for place, token in enumerate(tokens):
            before = tokens[place - 1] if place else ""
            after = tokens[place + 1] if place + 1 < len(tokens) else ""
            name = token.isidentifier() and not keyword.iskeyword(token)
            if name and before != "." and after not in ("(", "."):
                token = f"<{numbers.setdefault(token, len(numbers))}>"
            normal.append(token)
        normal.append("\n")
    return tuple(normal)
