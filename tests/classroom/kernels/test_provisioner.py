"""The provisioners under other programs than ours: stock nbgrader, and nbclient."""

import os
import subprocess
import sys
from importlib.metadata import entry_points

import nbformat
import pytest

from ppdl_course.classroom.authoring.build import build
from ppdl_course.classroom.gradebook.nbgrader_course import NbgraderCourse

from ..conftest import TINY
from .inside import processes_with, sandboxed

HONEST = "def mean_age(ages):\n    return sum(ages) / len(ages) if len(ages) else 0.0"
CLIP = "def clip_ages(ages, bound):\n    return [min(age, bound) for age in ages]"
# Right only where the gradebook beside the submissions can be read.
SPY = """def mean_age(ages):
    open({gradebook!r}, "rb").read()
    return sum(ages) / len(ages) if len(ages) else 0.0"""
HELPER = "from helper import clip_ages"


def test_the_names_of_the_provisioners_lead_to_them() -> None:
    group = entry_points(group="jupyter_client.kernel_provisioners")
    loaded = {each.name: each.load() for each in group if each.name.startswith("ppdl")}
    assert {name: one.__name__ for name, one in loaded.items()} == {
        "ppdl-cold": "ColdProvisioner",
        "ppdl-warm": "WarmProvisioner",
    }


@sandboxed
@pytest.mark.parametrize("name", ["ppdl-cold", "ppdl-warm"])
def test_stock_nbgrader_grades_in_the_sandbox_by_a_variable(course, name) -> None:
    build(root=course)
    released = NbgraderCourse(course)
    assert released.release(TINY).ok
    handed_out = nbformat.read(course / "notebooks" / TINY / f"{TINY}.ipynb", 4)
    spying = SPY.format(gradebook=str(course / "gradebook.db"))
    for student, mean, clip in (("ada", HONEST, HELPER), ("eve", spying, CLIP)):
        for cell in handed_out.cells:
            cell.source = {"mean_age": mean, "clip_ages": clip}.get(
                cell.metadata.get("nbgrader", {}).get("grade_id"), cell.source
            )
        path = released.hand_in(student, TINY, handed_out)
        (path.parent / "helper.py").write_text(CLIP)
    program = f"""
from pathlib import Path
from ppdl_course.classroom.gradebook.nbgrader_course import NbgraderCourse
done = NbgraderCourse(Path.cwd()).autograde({TINY!r})
print(done.log)
"""
    run = subprocess.run(
        [sys.executable, "-c", program],
        cwd=course,
        env=os.environ | {"JUPYTER_DEFAULT_PROVISIONER_NAME": name},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    checks = ("check-mean_age", "check-clip_ages")
    scores = released.scores(TINY)
    assert [scores["ada"][check] for check in checks] == [2, 3], run.stdout + run.stderr
    assert [scores["eve"][check] for check in checks] == [0, 3]
    tried = str(released.graded("eve", TINY))
    assert "FileNotFoundError" in tried
    assert not processes_with("ppdl_course.classroom.kernels.kernel")
