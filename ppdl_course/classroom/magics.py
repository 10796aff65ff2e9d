"""A cell as Python reads it, with IPython's own lines (magics) told apart.

A line that begins with ``%`` or ``!`` may as well be the middle of an expression::

    share = (total
             % modulus)

So Python is asked first: what it can read holds no magic. Only what it cannot read goes
through IPython's own transformer, which knows strings and brackets; its calls are then
taken out of the syntax tree. No regular expression decides what is code.
"""

import ast
import warnings
from dataclasses import dataclass

_CALLS = {  # what IPython's transformer makes of its own lines, and how they began
    "run_line_magic": "%",
    "run_cell_magic": "%%",
    "system": "!",
    "getoutput": "!",
}
_SIGNS = "%!?/;,"  # what IPython's own lines begin or end with
_MOST_WORK = 300_000
"""Lines with such a sign, times characters: the transformer reads all for each one."""
# Besides what does not parse, what is nested too deep for the parser.
_UNREADABLE = (SyntaxError, ValueError, RecursionError, MemoryError)


@dataclass(frozen=True)
class PlainCell:
    """A cell without its magics.

    Attributes:
        code: Python; the text as it was if there is no magic in it.
        tree: What the code says, by the lines of the cell as it was.
        magics: IPython's own lines in order, like ``%time f()`` or ``!ls``; of a cell
            magic the first line, for what it holds is read as Python if it can be.
    """

    code: str
    tree: ast.Module
    magics: tuple[str, ...] = ()


def plain_cell(source: str) -> PlainCell | None:
    r"""Return a cell without its magics; None if neither Python nor IPython reads it.

    >>> plain_cell("(17\n% 5)").magics
    ()
    >>> plain_cell("%matplotlib inline\n(17\n% 5)").magics
    ('%matplotlib inline',)
    """
    try:
        return PlainCell(source, ast.parse(source))
    except _UNREADABLE:
        pass
    try:
        finder, text = _Finder(), _transformed(source)
        tree = finder.visit(ast.parse(text))
        if not finder.magics:  # the prompts of a console, say
            return PlainCell(text, tree)
        code = ast.unparse(ast.fix_missing_locations(tree))
        return PlainCell(code, tree, tuple(finder.magics))
    except _UNREADABLE:
        return None


def python_of(source: str) -> str:
    r"""Return a cell's Python; all its text if neither Python nor IPython reads it.

    >>> python_of("%matplotlib inline\nx = (17\n% 5)")
    'pass\nx = 17 % 5'
    """
    plain = plain_cell(source)
    return source if plain is None else plain.code


def _transformed(source: str) -> str:
    """Return what IPython would run for a cell.

    Raises:
        SyntaxError: If IPython cannot read it either, or not within bounds.
    """
    marked = sum(any(s in line for s in _SIGNS) for line in source.splitlines())
    if (1 + marked) * len(source) > _MOST_WORK:
        raise SyntaxError("too many lines that could be magics")
    from IPython.core.inputtransformer2 import TransformerManager

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return TransformerManager().transform_cell(source)
        except Exception as error:  # foreign text: the transformer promises nothing
            raise SyntaxError(str(error)) from None


class _Finder(ast.NodeTransformer):
    """Takes the transformer's calls out of a tree, and remembers them."""

    def __init__(self) -> None:
        self.magics: list[str] = []

    def visit_Expr(self, node: ast.Expr) -> ast.AST | list[ast.stmt]:
        """Replace a magic that stands for itself by ``pass``, or by what it holds."""
        call = _call(node.value)
        if call is None:
            return self.generic_visit(node)
        self._remember(call)
        _, *texts = call
        inner = plain_cell(texts[2]) if len(texts) > 2 else None
        if inner is None:
            return ast.copy_location(ast.Pass(), node)
        self.magics += inner.magics
        ast.increment_lineno(inner.tree, node.lineno)
        return inner.tree.body or [ast.copy_location(ast.Pass(), node)]

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Remember a magic whose result is used, as in ``x = !ls``; it stays."""
        if call := _call(node):
            self._remember(call)
        return self.generic_visit(node)

    def _remember(self, call: list[str]) -> None:
        kind, *texts = call
        self.magics.append((_CALLS[kind] + " ".join(texts[:2])).rstrip())


def _call(node: ast.AST) -> list[str] | None:
    """Return the method and the texts of one of the transformer's calls."""
    match node:
        case ast.Call(
            func=ast.Attribute(
                value=ast.Call(func=ast.Name(id="get_ipython"), args=[]), attr=kind
            ),
            args=args,
        ) if kind in _CALLS:
            if all(isinstance(arg, ast.Constant) for arg in args):
                return [kind, *(str(arg.value) for arg in args)]
    return None
