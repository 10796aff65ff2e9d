"""What a chapter's checks promise about their errors, read from its check cells.

A check of random output states its rates beside its definition, in
``ppdl_course.checks.error_rates``. Here they are looked up by the names that a
chapter's cells use; the check modules are imported for that, and no check is run.
"""

import ast
import importlib
from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any

from nbformat import NotebookNode


@dataclass(frozen=True)
class Stated:
    """What the statistical checks of one exercise promise together.

    Attributes:
        false_fail: A right answer fails the exercise with at most this probability:
            the sum over all calls of its cell.
        power: Each mistake is found with at least this probability.
        against: The mistakes.
    """

    false_fail: float
    power: float
    against: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the same for ``json.dumps``."""
        return asdict(self)

    def lines(self) -> list[str]:
        """Return it in words."""
        rate = f"fails a right answer at most {self.false_fail:.2g} of the time"
        finds = f"finds with probability {self.power:g} or more: "
        return [rate, finds + "; ".join(self.against)]


def stated_rates(solution: NotebookNode) -> dict[str, Stated]:
    """Return what is promised for each exercise whose checks are statistics.

    Args:
        solution: The instructor's edition, with the hidden tests.

    Raises:
        ValueError: If a statistical check is called in a loop: then the calls cannot
            be counted here.
    """
    modules: dict[str, str] = {}
    found = {}
    for cell in solution.cells:
        if cell.cell_type != "code":
            continue
        tree = ast.parse("\n".join(_python(cell.source)))
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and _of_checks(node.module):
                modules |= {
                    a.asname or a.name: f"{node.module}.{a.name}" for a in node.names
                }
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        if grade_id.startswith("check-"):
            rates = _of_cell(tree, modules, grade_id)
            if rates is not None:
                found[grade_id.removeprefix("check-")] = rates
    return found


def _of_checks(module: str | None) -> bool:
    return f"{module}.".startswith("ppdl_course.checks.")


def _python(source: str) -> list[str]:
    """Return the lines of a cell without IPython's own."""
    return [line for line in source.splitlines() if not line.startswith(("%", "!"))]


def _of_cell(tree: ast.AST, modules: dict[str, str], grade_id: str) -> Stated | None:
    calls = Counter(_checks(tree, modules))
    looped = {
        name
        for loop in ast.walk(tree)
        if isinstance(loop, ast.For | ast.While | ast.comprehension)
        for name in _checks(loop, modules)
    }
    rates = []
    for (module, name), count in calls.items():
        stated = _stated(module, name)
        if stated is None:
            continue
        if (module, name) in looped:
            raise ValueError(f"{grade_id}: {name} is a statistic, and called in a loop")
        rates.append((count, stated))
    if not rates:
        return None
    return Stated(
        false_fail=sum(count * stated.false_fail for count, stated in rates),
        power=min(stated.power for _, stated in rates),
        against=tuple(dict.fromkeys(m for _, stated in rates for m in stated.against)),
    )


def _checks(tree: ast.AST, modules: dict[str, str]) -> list[tuple[str, str]]:
    """Return module and name of each check that is called."""
    return [
        (modules[node.func.value.id], node.func.attr)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in modules
    ]


def _stated(module: str, name: str) -> Any:
    from ppdl_course.checks.error_rates import STATED

    return STATED.get(getattr(importlib.import_module(module), name, None))
