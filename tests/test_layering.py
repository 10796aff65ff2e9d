"""Imports point downward, and importing the package costs nothing."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "ppdl_course"
MATHS = {"attacks", "dp", "families", "federated", "he", "law", "mpc", "nn"}
MATHS |= {"data"}
TABLES = {
    "classroom",
    "syllabus",
    "systems",
    "__init__",
}  # know of the maths by name only
LAYERS = {
    "widgets": 3,
    "figures": 2,
    "checks": 2,
    **dict.fromkeys(MATHS, 1),
    "codec": 0,
}
HOME = {"matplotlib": "figures", "ipywidgets": "widgets", "IPython": "widgets"}
HEAVY = ("torch", "tenseal", "opacus", "sklearn", "matplotlib", "numpy", "ipywidgets")


def imports(path):
    """The full names that a module imports, wherever the import stands in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


MODULES = [
    pytest.param(path, id=path.relative_to(PACKAGE).as_posix())
    for path in sorted(PACKAGE.rglob("*.py"))
]


def part(path):
    """The part of the package that a module belongs to: "nn" for nn/losses.py."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", MODULES)
def test_a_module_imports_only_its_own_part_and_what_lies_below(path):
    own = part(path)
    for name in imports(path):
        top, _, rest = name.partition(".")
        other = rest.partition(".")[0]
        if top != "ppdl_course" or other in (own, ""):
            continue
        if own in TABLES:
            assert other not in MATHS, f"{own} imports {name}"
        else:
            assert other in LAYERS, f"{own} imports {name}"
            # Within the maths, parts build on each other; figures and checks do not.
            below = LAYERS[other] < LAYERS[own] or LAYERS[own] == LAYERS[other] == 1
            assert below, f"{own} imports {name}"


@pytest.mark.parametrize("path", MODULES)
def test_drawing_and_widgets_stay_in_their_folders(path):
    if path.name == "doctor.py":
        return  # it makes one of each, to see whether they work
    for name in imports(path):
        home = HOME.get(name.partition(".")[0])
        assert home in (None, part(path)), f"{name} belongs to {home}/"


def test_each_part_of_the_package_has_a_layer():
    parts = {part(path) for path in PACKAGE.rglob("*.py")}
    assert parts <= {*LAYERS, *TABLES}


def loaded(statement):
    """What a fresh interpreter has loaded after a statement."""
    code = f"import sys; {statement}; print(*sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    return {name.partition(".")[0] for name in run.stdout.split()}


def test_importing_the_package_loads_no_large_library():
    assert not loaded("import ppdl_course") & set(HEAVY)


@pytest.mark.parametrize("name", ["nn", "data", "checks", "widgets"])
def test_a_part_loads_no_library_that_it_does_not_use(name):
    assert not loaded(f"import ppdl_course.{name}") & {"torch", "tenseal", "opacus"}
