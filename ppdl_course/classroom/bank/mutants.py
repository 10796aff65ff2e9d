"""Small mistakes made on purpose in an answer: its mutants.

Each differs from the answer in one place: an operator or a comparison's boundary
exchanged, a constant or an index one off, an axis left out, a sign turned, a line left
out, two lines or two arguments exchanged. R. DeMillo, R. Lipton and F. Sayward, "Hints
on Test Data Selection: Help for the Practicing Programmer", IEEE Computer, 1978: tests
that find all small mistakes find most large ones, too.
"""

import ast
import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_OTHER: dict[type, tuple[type, ...]] = {
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Div,),
    ast.Div: (ast.Mult,),
    ast.FloorDiv: (ast.Div, ast.Mod),
    ast.Mod: (ast.FloorDiv,),
    ast.Pow: (ast.Mult,),
    ast.MatMult: (ast.Mult,),
    ast.BitAnd: (ast.BitOr,),
    ast.BitOr: (ast.BitAnd,),
    ast.BitXor: (ast.BitOr, ast.BitAnd),
    ast.LShift: (ast.RShift,),
    ast.RShift: (ast.LShift,),
    ast.Lt: (ast.LtE, ast.Gt),
    ast.LtE: (ast.Lt, ast.GtE),
    ast.Gt: (ast.GtE, ast.Lt),
    ast.GtE: (ast.Gt, ast.LtE),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.And: (ast.Or,),
    ast.Or: (ast.And,),
}
MOST_CHARACTERS = 60
"""Of a statement that a mutant's text shows whole."""
_ORDER_MATTERS = (ast.Sub, ast.Div, ast.FloorDiv, ast.Mod, ast.Pow, ast.MatMult)
_ORDER_IS_FREE = ("xor", "and_", "min", "max", "minimum", "maximum", "gcd")
_UNSEEN_FIELDS = ("annotation", "returns", "decorator_list", "type_params")
_DEFINES = (ast.FunctionDef, ast.ClassDef)  # without them all that follows fails
_LEAVE = (ast.Return, ast.Raise, ast.Break, ast.Continue)


@dataclass(frozen=True)
class Mutant:
    """An answer with one small mistake.

    Attributes:
        text: What was changed, ``old -> new``; no two of an answer have the same.
        code: All of it.
    """

    text: str
    code: str


def mutants(code: str) -> list[Mutant]:
    """Return the mutants of an answer, in the order of its lines.

    Args:
        code: The cell. If it marks a part as the solution, only that is changed.

    Returns:
        Mutants that compile, no two alike, none alike to the answer. Annotations,
        docstrings and the texts of messages stay.

    Raises:
        SyntaxError: If the code does not parse.
    """
    tree = ast.parse(code)
    seen, texts = {ast.unparse(tree)}, Counter[str]()
    made = []
    for holder, field, value, change in list(_changes(tree, _solution(code))):
        old = getattr(holder, field)
        setattr(holder, field, value)
        mutated = ast.unparse(tree)
        setattr(holder, field, old)
        if mutated in seen or not _compiles(mutated):
            continue
        seen.add(mutated)
        text = (
            change if isinstance(change, str) else _told(change, holder, field, value)
        )
        texts[text] += 1
        number = f" #{texts[text]}" if texts[text] > 1 else ""
        made.append(Mutant(text + number, mutated))
    return made


Change = tuple[ast.AST, str, Any, "str | ast.stmt"]
"""A node, its field, what to put there; and what to call it, or in which statement."""


def _solution(code: str) -> range:
    lines = [line.strip() for line in code.splitlines()]
    if "# BEGIN SOLUTION" not in lines:
        return range(1, len(lines) + 1)
    return range(lines.index("# BEGIN SOLUTION") + 1, lines.index("# END SOLUTION") + 1)


def _changes(
    node: ast.AST, lines: range, inside: ast.stmt | None = None
) -> Iterator[Change]:
    """Yield the changes of a node and of all within it."""
    inside = node if isinstance(node, ast.stmt) else inside
    if inside is not None and getattr(node, "lineno", inside.lineno) in lines:
        for field, value in _changed_fields(node):
            yield node, field, value, inside
    for field, value in ast.iter_fields(node):
        if field in _UNSEEN_FIELDS or isinstance(node, ast.JoinedStr):
            continue
        if isinstance(value, list) and value and isinstance(value[0], ast.stmt):
            yield from _changed_block(node, field, value, lines)
        for place, part in enumerate(value if isinstance(value, list) else [value]):
            if not isinstance(part, ast.AST):
                continue
            if inside is not None and getattr(part, "lineno", 0) in lines:
                for other in _instead(part, node, field):
                    if isinstance(value, list):
                        yield node, field, _put(value, place, other), inside
                    else:
                        yield node, field, other, inside
            yield from _changes(part, lines, inside)


def _put(values: list, place: int, *others: Any) -> list:
    return [*values[:place], *others, *values[place + max(1, len(others)) :]]


def _changed_fields(node: ast.AST) -> Iterator[tuple[str, Any]]:
    """Yield changes of a node's own fields: operators, orders, what is left out."""
    match node:
        case ast.BinOp(op=op, left=left, right=right):
            yield from (("op", other()) for other in _OTHER.get(type(op), ()))
            if isinstance(op, _ORDER_MATTERS):
                yield "__dict__", vars(node) | {"left": right, "right": left}
        case ast.AugAssign(op=op) | ast.BoolOp(op=op):
            yield from (("op", other()) for other in _OTHER.get(type(op), ()))
        case ast.Compare(ops=ops):
            for place, op in enumerate(ops):
                for other in _OTHER[type(op)]:
                    yield "ops", _put(ops, place, other())
        case ast.IfExp(body=body, orelse=orelse):
            yield "__dict__", vars(node) | {"body": orelse, "orelse": body}
        case ast.If(test=test) | ast.While(test=test) if not _compares(test):
            yield "test", ast.UnaryOp(ast.Not(), test)
        case ast.Call(func=function, args=args, keywords=keywords):
            if not _named(function, *_ORDER_IS_FREE):
                yield from (("args", values) for values in _exchanged(args))
            for place, keyword in enumerate(keywords):
                if keyword.arg in ("axis", "dim", "keepdims", "keepdim"):
                    yield "keywords", _put(keywords, place)
        case ast.Tuple(elts=elts, ctx=ast.Load()):
            yield from (("elts", values) for values in _exchanged(elts))
        case ast.comprehension(ifs=ifs):
            yield from (("ifs", _put(ifs, place)) for place in range(len(ifs)))
        case ast.Slice():
            yield from (
                (f, None) for f in ("lower", "upper", "step") if getattr(node, f)
            )


def _compares(test: ast.expr) -> bool:
    return isinstance(test, ast.Compare) and len(test.ops) == 1


def _exchanged(values: list[Any]) -> Iterator[list[Any]]:
    for place, (one, two) in enumerate(itertools.pairwise(values)):
        if not isinstance(one, ast.Starred) and not isinstance(two, ast.Starred):
            yield _put(values, place, two, one)


def _instead(part: ast.AST, holder: ast.AST, field: str) -> Iterator[ast.expr]:
    """Yield what may stand instead of an expression."""
    match part:
        case ast.Constant(value=bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(value=int(value) | float(value)):
            yield from (ast.Constant(value + 1), ast.Constant(value - 1))
        case ast.UnaryOp(op=ast.USub() | ast.Not() | ast.Invert(), operand=operand):
            yield operand
    if not isinstance(part, ast.expr) or isinstance(part, ast.Constant | ast.Tuple):
        return
    index = isinstance(holder, ast.Subscript) and field == "slice"
    counted = isinstance(holder, ast.Call) and _named(holder.func, "range")
    bound = isinstance(holder, ast.Slice)
    if (
        bound
        or (index and not isinstance(part, ast.Slice))
        or (counted and field == "args")
    ):
        yield from (ast.BinOp(part, op(), ast.Constant(1)) for op in (ast.Add, ast.Sub))
    if isinstance(holder, ast.Return) and not isinstance(
        part,
        ast.Compare | ast.BoolOp | ast.UnaryOp | ast.List | ast.ListComp | ast.Dict,
    ):
        yield ast.UnaryOp(ast.USub(), part)


def _named(function: ast.expr, *names: str) -> bool:
    last = function.attr if isinstance(function, ast.Attribute) else None
    return (function.id if isinstance(function, ast.Name) else last) in names


def _changed_block(
    holder: ast.AST, field: str, block: list[ast.stmt], lines: range
) -> Iterator[Change]:
    """Yield a block without one of its statements, or with two exchanged."""
    for place, one in enumerate(block):
        if one.lineno not in lines or isinstance(one, _DEFINES) or _is_docstring(one):
            continue
        rest = _put(block, place)
        yield holder, field, rest or [ast.Pass()], f"{_head(one)} -> (left out)"
        two = block[place + 1] if place + 1 < len(block) else one
        if two is not one and not isinstance(two, _LEAVE):
            heads = _head(one), _head(two)
            text = f"{heads[0]}; {heads[1]} -> {heads[1]}; {heads[0]}"
            yield holder, field, _put(block, place, two, one), text


def _is_docstring(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def _head(statement: ast.stmt) -> str:
    return ast.unparse(statement).splitlines()[0]


def _told(inside: ast.stmt, holder: ast.AST, field: str, value: Any) -> str:
    """Return the changed line of a statement, or of a long one the changed part."""
    whole = _before_and_after(inside, holder, field, value)
    if isinstance(holder, ast.expr) and max(map(len, whole)) > MOST_CHARACTERS:
        whole = _before_and_after(holder, holder, field, value)
    return " -> ".join(whole)


def _before_and_after(
    shown: ast.AST, holder: ast.AST, field: str, value: Any
) -> tuple[str, str]:
    before, old = ast.unparse(shown).splitlines(), getattr(holder, field)
    setattr(holder, field, value)
    after = ast.unparse(shown).splitlines()
    setattr(holder, field, old)
    pairs = zip(before, after, strict=False)
    one, two = next(((b, a) for b, a in pairs if b != a), (before[0], after[0]))
    return one.strip(), two.strip()


def _compiles(code: str) -> bool:
    try:
        compile(code, "mutant", "exec", dont_inherit=True)
    except (SyntaxError, ValueError, OverflowError):
        return False
    return True
