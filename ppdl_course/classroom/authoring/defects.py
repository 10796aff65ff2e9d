"""Defects of a chapter's source that would make a wrong notebook, with their lines."""

import ast
import re

from ppdl_course.classroom.authoring.cells import KINDS, Cell, code_lines

MAX_CODE_LINES = 15
# Where each kind of region may stand. The others are nbgrader's, and start a kernel or
# cut text out as soon as they appear anywhere in a cell.
REGIONS = {"SOLUTION": "exercise", "HIDDEN TESTS": "check"}
RESERVED = ("BEGIN MARK SCHEME", "END MARK SCHEME", "AUTOTEST")

_NAME = re.compile(r"[a-z][a-z0-9_]*")
# Markdown leaves what stands between these tags as it is: its marks would be seen.
_DETAILS = re.compile(r"<details>.*?</details>", re.DOTALL)
_LITERAL = re.compile(r"`[^`\n]+`|(?<!\w)\*\*[^*\s][^*\n]*\*\*")
_PRAGMA = re.compile(r"# (fmt|isort|yapf|noqa|type: ignore|pylint|ruff)\b.*")


def check_cell(cell: Cell, problems: list[tuple[int, str]]) -> None:
    """Look for what is wrong with one cell by itself."""

    def problem(what: str, offset: int = 0) -> None:
        problems.append((cell.line + offset, what))

    marks = {key for key in cell.node.metadata if key != "lines_to_next_cell"}
    if unknown := marks - {*KINDS, "points"}:
        problem(f"unknown mark {', '.join(sorted(unknown))}")
    if len(marks & set(KINDS)) > 1:
        problem(f"a cell is one of them: {', '.join(KINDS)}")
    if cell.kind and not _NAME.fullmatch(cell.name):
        problem(f"{cell.kind} {cell.name!r}: a name is lower case with underscores")

    points = cell.node.metadata.get("points")
    if cell.kind in ("check", "question"):
        number = isinstance(points, int | float) and not isinstance(points, bool)
        if points is None:
            problem(f'{cell.kind} "{cell.name}" has no points')
        elif not number or not points > 0:
            problem(f"points must be a number above 0, got {points!r}")
        if cell.is_code != (cell.kind == "check"):
            right = "code" if cell.kind == "check" else "markdown"
            problem(f'{cell.kind} "{cell.name}" must be a {right} cell')
    elif points is not None:
        problem("points belong to a check or a question")
    if cell.kind in ("exercise", "varies") and not cell.is_code:
        problem(f'{cell.kind} "{cell.name}" must be a code cell')

    length = code_lines(cell.node.source) if cell.is_code else 0
    if length > MAX_CODE_LINES:
        problem(
            f"a code cell has {length} lines, blank ones and imports not counted; at "
            f"most {MAX_CODE_LINES}: split it"
        )
    for offset, line in enumerate(cell.body, 1):
        for word in RESERVED:
            if word in line:
                problem(f"{word} means something to nbgrader; use other words", offset)
        if cell.is_code and (pragma := _PRAGMA.search(line)):
            problem(f"students read {pragma[0]!r} too: do without it", offset)
    if not cell.is_code:
        text = "\n".join(cell.body)
        for hint in _DETAILS.finditer(text):
            for raw in _LITERAL.finditer(hint[0]):
                line = 1 + text.count("\n", 0, hint.start() + raw.start())
                problem(f"{raw[0]!r} stays as typed within <details>", line)
    regions = {region: _check_region(cell, region, problem) for region in REGIONS}
    if cell.kind == "exercise" and cell.is_code:
        if not regions["SOLUTION"]:
            problem(f'exercise "{cell.name}" has no # BEGIN SOLUTION')
        _parse(cell.node.source, problem)
    if cell.kind == "check" and cell.is_code:
        _check_statement(cell, problem)


def _check_region(cell: Cell, region: str, problem) -> int:
    """Check the pairs of BEGIN and END lines of one kind; return how many there are."""
    begin, end, depth, count = f"BEGIN {region}", f"END {region}", 0, 0
    for offset, line in enumerate(cell.body, 1):
        if begin not in line and end not in line:
            continue
        if cell.kind != REGIONS[region] or not cell.is_code:
            problem(f"{line.strip('# ')} outside {_a(REGIONS[region])}", offset)
            return 0
        opens = begin in line
        if line.strip() != f"# {begin if opens else end}":
            problem(f"{begin if opens else end} stands alone on a comment line", offset)
        depth += 1 if opens else -1
        count += opens
        if depth not in (0, 1):
            problem(f"{line.strip('# ')} without its partner", offset)
            return count
    if depth:
        problem(f"{begin} without {end}")
    return count


def _a(kind: str) -> str:
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"


def _parse(code: str, problem) -> ast.Module | None:
    try:
        return ast.parse(code)
    except SyntaxError as error:
        problem(f"does not parse: {error.msg}", error.lineno or 0)
        return None


def _check_statement(cell: Cell, problem) -> None:
    """A check is one ``with checking("name"):`` that still stands without its secrets.

    The guard is what keeps warnings off the error stream (nbgrader scores them 0) and
    turns every mistake into a message; a statement outside it would have neither.
    """
    tree = _parse(cell.node.source, problem)
    if tree is None:
        return
    match tree.body:
        case [ast.With(items=[ast.withitem(context_expr=call)])]:
            right = ast.unparse(call) == f"checking({cell.name!r})"
        case _:
            right = False
    if not right:
        problem(f'a check is one statement: with checking("{cell.name}"):')
        return
    visible = re.sub(
        r"[^\n]*BEGIN HIDDEN TESTS.*?END HIDDEN TESTS[^\n]*",
        "",
        cell.node.source,
        flags=re.DOTALL,
    )
    try:
        ast.parse(visible)
    except SyntaxError:
        problem(f'check "{cell.name}" has nothing left without its hidden tests')


def check_order(cells: list[Cell], problems: list[tuple[int, str]]) -> None:
    """Check what takes the whole chapter: names used once, each exercise checked."""
    first: dict[str, int] = {}
    exercises = {cell.name for cell in cells if cell.kind == "exercise"}
    checked: set[str] = set()
    code = [cell for cell in cells if cell.is_code]
    following = dict(zip([id(c) for c in code], [*code[1:], None], strict=True))
    for cell in cells:
        if cell.kind in ("exercise", "question"):
            if cell.name in first:
                at = first[cell.name]
                message = f'{cell.kind} "{cell.name}": the name is used on line {at}'
                problems.append((cell.line, message))
            first.setdefault(cell.name, cell.line)
        if cell.kind == "exercise" and cell.is_code:
            after = following[id(cell)]
            if after is None or (after.kind, after.name) != ("check", cell.name):
                what = f'exercise "{cell.name}" needs its check in the next code cell'
                problems.append((cell.line, what))
        if cell.kind == "check":
            if cell.name not in exercises:
                what = f'check "{cell.name}" has no exercise of that name'
                problems.append((cell.line, what))
            if cell.name in checked:
                what = f'check "{cell.name}" stands in the chapter twice'
                problems.append((cell.line, what))
            checked.add(cell.name)
