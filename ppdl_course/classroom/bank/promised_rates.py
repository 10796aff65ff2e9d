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

from ppdl_course.checks.error_rates import STATED, ErrorRates
from ppdl_course.classroom.magics import python_of


@dataclass(frozen=True)
class PromisedRates:
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


def promised_rates(solution: NotebookNode) -> dict[str, PromisedRates]:
    """Return what is promised for each exercise whose checks are statistics.

    Args:
        solution: The instructor's edition, with the hidden tests.

    Raises:
        ValueError: If a statistical check is called in a loop: then the calls cannot
            be counted here.
    """
    imported: dict[str, str] = {}  # what a cell's name stands for, in full
    promised = {}
    for cell in solution.cells:
        if cell.cell_type != "code":
            continue
        tree = ast.parse(python_of(cell.source))
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and _is_of_checks(node.module):
                imported |= {
                    alias.asname or alias.name: f"{node.module}.{alias.name}"
                    for alias in node.names
                }
        grade_id = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        if grade_id.startswith("check-"):
            rates = _of_cell(tree, imported, grade_id)
            if rates is not None:
                promised[grade_id.removeprefix("check-")] = rates
    return promised


def _is_of_checks(module: str | None) -> bool:
    return f"{module}.".startswith("ppdl_course.checks.")


def _of_cell(
    tree: ast.AST, imported: dict[str, str], grade_id: str
) -> PromisedRates | None:
    """Return what the statistics called in a check cell promise together, if any.

    By the union bound their false-fail rates add up; of their powers the least holds.
    """
    calls = Counter(_checks_called(tree, imported))
    looped = {
        name
        for loop in ast.walk(tree)
        if isinstance(loop, ast.For | ast.While | ast.comprehension)
        for name in _checks_called(loop, imported)
    }
    rates = []
    for name, count in calls.items():
        rate = _rate(name)
        if rate is None:
            continue
        if name in looped:
            what = f"{name.rpartition('.')[2]} is a statistic, and called in a loop"
            raise ValueError(f"{grade_id}: {what}")
        rates.append((count, rate))
    if not rates:
        return None
    return PromisedRates(
        false_fail=sum(count * rate.false_fail for count, rate in rates),
        power=min(rate.power for _, rate in rates),
        against=tuple(dict.fromkeys(m for _, rate in rates for m in rate.against)),
    )


def _checks_called(tree: ast.AST, imported: dict[str, str]) -> list[str]:
    """Return the full name of each function of ``checks`` that is called."""
    names = []
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=module), attr=name)):
                if module in imported:
                    names.append(f"{imported[module]}.{name}")
            case ast.Call(func=ast.Name(id=name)) if name in imported:
                names.append(imported[name])
    return names


def _rate(check: str) -> ErrorRates | None:
    """Return what a check promises of one call; None for one that is no statistic."""
    module, _, name = check.rpartition(".")
    return STATED.get(getattr(importlib.import_module(module), name, None))
