"""Which cells of a notebook others depend on, found from their text alone.

Backwards from the cells that must run, a cell is needed if it binds a name that a
needed cell reads, assigns to an attribute or item of such a name, or is a statement
that calls its method (``model.fit(x)``). What a function reads it reads when it is
called, so there a later cell may matter as well. What a function does to its argument
is not seen: ``docs/author.md`` asks for ``model = train(model)``.

Leaving out too much shows as a ``NameError``; :func:`could_supply` tells whether a cell
left out might have prevented it. Code that reaches names in other ways than by writing
them (:func:`reaches_anything`) cannot be sliced at all.
"""

import ast
import re
import symtable
from collections.abc import Collection, Sequence

from ppdl_course.classroom.magics import plain_cell

_HARMLESS_MAGIC = re.compile(r"!|%%?(matplotlib|pinfo2?|precision|time|timeit)\b")
_WORD = re.compile(r"[^\W\d]\w*")
_REACHING_NAMES = frozenset(
    ("__builtins__", "__import__", "eval", "exec", "get_ipython", "globals", "locals")
)
_REACHING_ATTRIBUTES = frozenset(
    ("__dict__", "__globals__", "f_globals", "f_locals", "import_module", "run_module")
)
_AT_ONCE = ("listcomp", "setcomp", "dictcomp", "genexpr")  # functions by name only
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
    cells = [_Cell(code) for code in codes]
    called: set[str] = set()  # read by functions, at some time after their definition
    while True:
        kept: list[int] = []
        needed = set(called)
        for place in reversed(range(len(cells))):
            cell = cells[place]
            if place in roots or cell.always or not needed.isdisjoint(cell.supplies):
                kept.append(place)
                needed |= cell.reads
        read_later = {name for place in kept for name in cells[place].reads_later}
        if read_later <= called:
            return kept[::-1]
        called |= read_later


def reaches_anything(code: str) -> bool:
    """Tell whether code may read or bind names that it does not spell out."""
    plain = plain_cell(code)
    return plain is not None and (
        not all(map(_HARMLESS_MAGIC.match, plain.magics))
        or any(map(_reaching, ast.walk(plain.tree)))
    )


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
    plain = plain_cell(code)
    if plain is None:
        return name in _WORD.findall(code)
    return any(name in _bound_by(node) for node in ast.walk(plain.tree))


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


class _Cell:
    """What the text of a cell tells.

    Attributes:
        always: Whether it runs in any case: it may supply anything.
        reads: The names of the notebook that it reads or changes, at any time.
        reads_later: Those of them that its functions read.
        supplies: The names that it defines or changes.
    """

    def __init__(self, code: str) -> None:
        plain = plain_cell(code)
        self.always = plain is None or bool(plain.magics) or reaches_anything(code)
        try:
            table = plain and symtable.symtable(plain.code, "cell", "exec")
        except _UNREADABLE:
            table = None
        if plain is None or table is None:  # it does not parse: every word is read
            self.reads = self.reads_later = self.supplies = set(_WORD.findall(code))
            return
        self.reads = {word for line in plain.magics for word in _WORD.findall(line)}
        self.reads_later, self.supplies = set(), set()
        self._add(table, later=False)
        bound = set(self.supplies)
        for node in ast.walk(plain.tree):
            # x += 1 reads x too, as no symbol table says; a function's own x does not
            if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
                self.reads |= {node.target.id} & bound
            self.supplies |= _changed_by(node)
        self.reads |= self.reads_later

    def _add(self, table: symtable.SymbolTable, *, later: bool) -> None:
        outermost = table.get_type() == "module"
        later |= table.get_type() == "function" and table.get_name() not in _AT_ONCE
        for symbol in table.get_symbols():
            name = symbol.get_name()
            if symbol.is_referenced() and (outermost or symbol.is_global()):
                (self.reads_later if later else self.reads).add(name)
            bound = symbol.is_assigned() or symbol.is_imported()
            if bound and (outermost or symbol.is_declared_global()):
                self.supplies.add(name)
        for child in table.get_children():
            self._add(child, later=later)


def _changed_by(node: ast.AST) -> set[str]:
    match node:
        case ast.Attribute(ctx=ast.Store() | ast.Del()):
            return _root(node)
        case ast.Subscript(ctx=ast.Store() | ast.Del()):
            return _root(node)
        case ast.Expr(value=ast.Call(func=ast.Attribute() as called)):
            return _root(called)  # a statement like model.fit(x) changes model
    return set()


def _root(node: ast.expr) -> set[str]:
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return {node.id} if isinstance(node, ast.Name) else set()
