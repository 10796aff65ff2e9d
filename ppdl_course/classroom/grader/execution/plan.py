"""What of a submission is run: its checks' places, and the cells that matter to them.

Left out are the cells of the release that are unchanged and on which nothing depends
that the student wrote.
"""

import functools
from dataclasses import dataclass, field

import nbformat
from nbformat import NotebookNode

from ppdl_course.classroom.judging.cell_dependencies import (
    needed_cells,
    reaches_anything,
)


@dataclass
class Plan:
    """What is done with one notebook.

    Attributes:
        places: Of the cells to run and the checks to decide, in their order.
        checks: The grade ids of the checks, by place.
        names: Of exercises and checks, by place.
        left_out: The code of the other cells.
    """

    places: list[int] = field(default_factory=list)
    checks: dict[int, str] = field(default_factory=dict)
    names: dict[int, str] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)


def planned(notebook: NotebookNode, exam: str, *, every_cell: bool) -> Plan:
    """Return what to do with a submission; clear all its outputs.

    Args:
        notebook: The submission.
        exam: The instructor's edition, as JSON.
        every_cell: Leave nothing out.
    """
    plan = Plan()
    codes, roots = [], set()
    for place, cell in enumerate(notebook.cells):
        codes.append("")
        if cell.cell_type != "code":
            continue
        cell.outputs, cell.execution_count = [], None
        mark = cell.metadata.get("nbgrader", {})
        if mark.get("grade") or mark.get("solution"):
            plan.names[place] = mark["grade_id"].removeprefix("check-")
        if mark.get("grade"):  # its code stays "": a check of the student's file
            plan.checks[place] = mark["grade_id"]
        elif cell.source.strip():
            codes[place] = cell.source
            # What the student wrote or changed runs in any case: it may matter to
            # a check in ways that no analysis of names can see.
            own = cell.source.strip() not in _official(exam)
            if own or mark.get("solution"):
                roots.add(place)
    run = {place for place, code in enumerate(codes) if code}
    # Code like exec or globals() may read names that it does not spell out.
    if not every_cell and not any(reaches_anything(codes[n]) for n in roots):
        needed = set(needed_cells(codes, roots))
        plan.left_out = [codes[place] for place in run - needed]
        run = needed
    plan.places = sorted(run | set(plan.checks))
    return plan


@functools.lru_cache(maxsize=4)  # the same for every submission of a chapter
def _official(exam: str) -> frozenset[str]:
    """Return the code that the release has in common with the instructor's edition."""
    marked = (
        (cell, cell.metadata.get("nbgrader", {}))
        for cell in nbformat.reads(exam, as_version=4).cells
        if cell.cell_type == "code"
    )
    return frozenset(
        cell.source.strip()
        for cell, mark in marked
        if not mark.get("grade") and not mark.get("solution")
    )
