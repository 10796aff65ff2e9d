"""Notebooks that were handed out before modules of the course moved still run.

A class keeps the edition that it was given. When it is graded, its cells import modules
under their old names, which ``moved_names.toml`` lists with the new ones. As an
extension of IPython this puts the new names in place while a cell is read; what the
student wrote stays as it is. ``nbgrader_config.py`` and our own kernels load it.
"""

import ast
import functools
import importlib
import importlib.util
import tomllib
from pathlib import Path
from typing import Any

PACKAGE = "ppdl_course"
TABLE = Path(__file__).with_name("moved_names.toml")


def load_ipython_extension(shell: Any) -> None:
    """Put new names in place of old ones in every cell of this shell."""
    shell.ast_transformers.append(NewNames())


@functools.cache
def moved() -> dict[str, str]:
    """Return each old full name of a module or class, and its new one."""
    table = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    return {f"{PACKAGE}.{old}": f"{PACKAGE}.{new}" for old, new in table.items()}


class NewNames(ast.NodeTransformer):
    """Replaces ``from OLD import name`` and ``import OLD as name``."""

    def visit_Import(self, node: ast.Import) -> ast.Import:
        """Rename modules that have a name of their own in the cell."""
        for alias in node.names:
            if alias.asname and alias.name in moved():
                alias.name = moved()[alias.name]
        return node

    def visit_ImportFrom(self, node: ast.ImportFrom) -> list[ast.ImportFrom]:
        """Give each imported name a statement of its own, from where it is now."""
        if node.level or f"{node.module}.".partition(".")[0] != PACKAGE:
            return [node]
        return [
            ast.copy_location(_statement(str(node.module), alias), node)
            for alias in node.names
        ]


def _statement(module: str, alias: ast.alias) -> ast.ImportFrom:
    if (new := moved().get(f"{module}.{alias.name}")) and not _is_there(module, alias):
        parent, _, name = new.rpartition(".")
        names = [ast.alias(name, alias.asname or alias.name)]
        return ast.ImportFrom(parent, names, 0)
    if module in moved() and not _is_there(module, alias):
        return ast.ImportFrom(moved()[module], [alias], 0)
    return ast.ImportFrom(module, [alias], 0)


def _is_there(module: str, alias: ast.alias) -> bool:
    """Tell whether today's module of this name holds this name.

    Some old modules are folders now, so both an old and a new notebook may mean them.
    """
    try:
        if importlib.util.find_spec(f"{module}.{alias.name}") is not None:
            return True
        return hasattr(importlib.import_module(module), alias.name)
    except ImportError:
        return False
