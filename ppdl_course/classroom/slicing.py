"""Which cells of a notebook others depend on, found from their text alone.

Backwards from the cells that must run, a cell is needed if it binds a name that a
needed cell reads, assigns to an attribute or item of such a name, or is a statement
that calls its method (``model.fit(x)``). What a function does to its argument is not
seen: ``docs/author.md`` asks for ``model = train(model)``.

Leaving out too much shows as a ``NameError``; :func:`could_supply` tells whether a cell
left out might have prevented it. Code that reaches names in other ways than by writing
them (:func:`reaches_anything`) cannot be sliced at all.
"""

import ast
import re
import symtable
from collections.abc import Collection, Iterator, Sequence

_MAGIC = re.compile(r"^[ \t]*[%!](.*)$", re.MULTILINE)
_HARMLESS_MAGIC = re.compile(r"^[ \t]*(!|%%?(matplotlib|time|timeit|precision)\b)")
_WORD = re.compile(r"[^\W\d]\w*")
_REACHING_NAMES = frozenset(
    ("__builtins__", "__import__", "eval", "exec", "get_ipython", "globals", "locals")
)
_REACHING_ATTRIBUTES = frozenset(
    ("__dict__", "__globals__", "f_globals", "f_locals", "import_module", "run_module")
)
# Besides what does not parse, what is nested too deep for the parser.
_UNREADABLE = (SyntaxError, ValueError, RecursionError, MemoryError)


def needed_cells(codes: Sequence[str], roots: Collection[int]) -> list[int]:
    """Return which cells must run so that some of them can.

    Args:
        codes: The cells of a notebook in order; cells of text as empty strings.
        roots: Positions of the cells that must run.

    Returns:
        The positions of the roots and of all that they depend on, in order.
    """
    kept: list[int] = []
    needed: set[str] = set()
    for place in reversed(range(len(codes))):
        if place in roots or _supplies(codes[place], needed):
            kept.append(place)
            needed |= _reads(codes[place])
    return kept[::-1]


def reaches_anything(code: str) -> bool:
    """Tell whether code may read or bind names that it does not spell out."""
    if any(not _HARMLESS_MAGIC.match(found[0]) for found in _MAGIC.finditer(code)):
        return True
    tree = _parse(code)
    return tree is not None and any(map(_reaching, ast.walk(tree)))


def _reaching(node: ast.AST) -> bool:
    match node:
        case ast.Name(id=name):
            return name in _REACHING_NAMES
        case ast.Attribute(value=ast.Name(id="sys"), attr="modules"):
            return True
        case ast.Attribute(attr=name):
            return name in _REACHING_ATTRIBUTES
        case ast.Call(func=ast.Name(id="vars" | "dir"), args=[]):
            return True
        case ast.alias(name=name):
            return name in ("*", "__main__")
    return False


def could_supply(code: str, name: str) -> bool:
    """Tell whether a cell binds a name anywhere: as a variable, attribute or module."""
    tree = _parse(code)
    if tree is None:
        return name in _WORD.findall(code)
    return any(name in _bound_by(node) for node in ast.walk(tree))


def _bound_by(node: ast.AST) -> set[str]:
    match node:
        case (
            ast.Name(id=name, ctx=ast.Store())
            | ast.Attribute(attr=name, ctx=ast.Store())
        ):
            return {name}
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            return {node.name}
        case ast.alias():
            return {*node.name.split("."), node.asname or ""}
    return set()


def _supplies(code: str, needed: set[str]) -> bool:
    """Tell whether a cell defines or changes one of the names that are needed."""
    if not code:
        return False
    if _MAGIC.search(code) or reaches_anything(code):
        return True
    tree = _parse(code)
    if tree is None:
        return True
    if not needed.isdisjoint(_binds(code)):
        return True
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute | ast.Subscript):
            if isinstance(node.ctx, ast.Store | ast.Del) and _root(node) in needed:
                return True
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            call = node.value.func  # a statement like model.fit(x) changes model
            if isinstance(call, ast.Attribute) and _root(call) in needed:
                return True
    return False


def _root(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _parse(code: str) -> ast.Module | None:
    try:
        return ast.parse(_MAGIC.sub("#", code))
    except _UNREADABLE:
        return None


def _tables(code: str) -> Iterator[symtable.SymbolTable]:
    """Yield the names of a cell itself, then of each function and class in it."""
    tables = [symtable.symtable(_MAGIC.sub("#", code), "cell", "exec")]
    while tables:
        yield (table := tables.pop())
        tables += table.get_children()


def _reads(code: str) -> set[str]:
    """Return the names of the notebook that a cell reads or changes."""
    found = {word for line in _MAGIC.findall(code) for word in _WORD.findall(line)}
    try:
        for table in _tables(code):
            outermost = table.get_type() == "module"
            found |= {
                symbol.get_name()
                for symbol in table.get_symbols()
                if symbol.is_referenced() and (outermost or symbol.is_global())
            }
        changed = (
            node.target
            for node in ast.walk(_parse(code) or ast.Module())
            if isinstance(node, ast.AugAssign)
        )
        return found | {node.id for node in changed if isinstance(node, ast.Name)}
    except _UNREADABLE:  # an answer that does not parse: take every word as read
        return set(_WORD.findall(code))


def _binds(code: str) -> set[str]:
    """Return the names of the notebook that a cell binds, also by def and import."""
    try:
        return {
            symbol.get_name()
            for table in _tables(code)
            for symbol in table.get_symbols()
            if (symbol.is_assigned() or symbol.is_imported())
            and (table.get_type() == "module" or symbol.is_declared_global())
        }
    except _UNREADABLE:
        return set(_WORD.findall(code))
