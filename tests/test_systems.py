"""The registry is true: what it calls working exists, and has its test."""

import ast
import importlib
from pathlib import Path

import pytest

from ppdl_course.syllabus import CHAPTERS, PARTS
from ppdl_course.systems import FAMILIES, SYSTEMS

ROOT = Path(__file__).resolve().parents[1]
WORKING = [system for system in SYSTEMS if system.status == "working"]


@pytest.mark.parametrize("system", WORKING, ids=lambda s: s.ref)
def test_a_working_system_can_be_imported(system):
    module, _, name = system.code.partition(":")
    assert callable(getattr(importlib.import_module(module), name)), system.code


@pytest.mark.parametrize("system", WORKING, ids=lambda s: s.ref)
def test_a_working_system_names_a_test_that_exists(system):
    path, _, name = system.test.partition("::")
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    functions = {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
    assert name in functions, system.test


@pytest.mark.parametrize("system", WORKING, ids=lambda s: s.ref)
def test_a_working_system_has_its_chapter(system):
    (chapter,) = (c for c in CHAPTERS if c.number == system.chapter)
    assert (ROOT / "solutions" / f"{chapter.name}.py").exists()


@pytest.mark.parametrize("system", SYSTEMS, ids=lambda s: s.ref)
def test_a_row_names_both_code_and_test_or_neither(system):
    assert bool(system.code) == bool(system.test)


def test_each_reference_from_3_to_48_is_in_exactly_one_row():
    covered = []
    for system in SYSTEMS:
        first, _, last = system.ref.partition("-")
        covered += range(int(first), int(last or first) + 1)
    assert sorted(covered) == list(range(3, 49))


def test_only_45_belongs_to_two_groups():
    assert [s.ref for s in SYSTEMS if len(s.families) > 1] == ["45"]
    assert all(family in FAMILIES for s in SYSTEMS for family in s.families)


def test_chapters_are_numbered_from_1_and_grouped_by_part():
    assert [c.number for c in CHAPTERS] == list(range(1, 19))
    assert list(dict.fromkeys(c.part for c in CHAPTERS)) == list(PARTS)
