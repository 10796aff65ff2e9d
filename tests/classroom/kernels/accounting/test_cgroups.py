"""Memory cgroups, on a folder that looks like the system's own."""

import os
import subprocess
import sys

import pytest

from ppdl_course.classroom.kernels.accounting import cgroups
from ppdl_course.classroom.kernels.accounting.cgroups import (
    MemoryGroup,
    _first_place,
    place,
)

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Linux only")


@pytest.fixture
def tree(tmp_path, monkeypatch):
    """The root, a slice with the memory controller, and a scope in it."""
    monkeypatch.setattr(cgroups, "_is_ours", lambda folder: True)
    scope = tmp_path / "app.slice" / "run.scope"
    scope.mkdir(parents=True)
    for folder, controllers in ((scope, ""), (scope.parent, "cpu memory pids")):
        (folder / "cgroup.procs").touch()
        (folder / "cgroup.subtree_control").write_text(controllers)
    return tmp_path, scope


def found(tree):
    root, scope = tree
    return _first_place([scope, *scope.parents], root)


def test_kernels_stand_beside_the_grader_where_memory_is_controlled(tree):
    assert found(tree) == (tree[1].parent, "")


def test_the_graders_own_cgroup_is_taken_if_it_controls_memory(tree):
    (tree[1] / "cgroup.subtree_control").write_text("memory")
    assert found(tree) == (tree[1], "")


def test_without_the_controller_it_is_said_how_to_get_it(tree):
    (tree[1].parent / "cgroup.subtree_control").write_text("cpu pids")
    above, why = found(tree)
    assert above is None
    assert "systemd-run --user --scope" in why


def test_what_is_not_delegated_is_left_alone(tree, monkeypatch):
    monkeypatch.setattr(cgroups, "_is_ours", lambda folder: False)
    assert found(tree)[0] is None


def test_root_takes_only_what_is_marked_as_delegated(tmp_path, monkeypatch):
    monkeypatch.setattr(cgroups, "is_root_user", lambda: True)
    assert not cgroups._is_ours(tmp_path)
    monkeypatch.setattr(os, "getxattr", lambda folder, name: b"1")
    assert cgroups._is_ours(tmp_path)


def test_a_group_takes_a_process_with_its_family_and_has_a_limit(tree):
    moved = []

    class Noted(MemoryGroup):
        def _write(self, name, value):
            super()._write(name, value)
            if name == "cgroup.procs":
                moved.append(value)

    line = [sys.executable, "-c", PARENT]
    with subprocess.Popen(
        line, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        child = int(process.stdout.readline())
        group = Noted(tree[1].parent, 1 << 30)
        group.take(process.pid)
        process.stdin.close()
    assert set(moved) == {process.pid, child}
    assert (group.folder / "memory.max").read_text() == str((1 << 30) + (64 << 20))
    assert (group.folder / "memory.oom.group").read_text() == "1"


PARENT = """
import subprocess, sys
child = subprocess.Popen(["sleep", "60"])
print(child.pid, flush=True)
sys.stdin.read()
child.kill()
"""


def test_where_none_can_be_had_the_reason_is_said():
    above, why = place()
    assert (above is None) == bool(why)
