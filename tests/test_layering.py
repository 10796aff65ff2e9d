"""Imports point downward, floor by floor, and importing the package costs nothing."""

import ast
import subprocess
import sys
from collections import Counter
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "ppdl_course"
FLOORS = (
    ("arguments", "syllabus", "systems"),
    ("parties", "publickey", "law"),
    ("data",),
    ("nn", "families"),
    ("mpc", "he", "dp"),
    ("federated",),
    ("attacks", "combined"),
    ("stored",),
    ("checks", "figures"),
    ("widgets",),
    ("classroom",),
)
CLASSROOM_FLOORS = (
    ("budget", "course", "limits", "magics", "terminal"),
    ("kernels", "authoring"),
    ("judging",),
    ("submission", "student", "feedback"),
    ("gradebook", "term"),
    ("bank",),
    ("grader",),
    ("bench",),
    ("cli",),
)
FLOOR = {room: floor for floor, rooms in enumerate(FLOORS) for room in rooms}
FIRST_MATHS, LAST_MATHS = FLOOR["publickey"], FLOOR["stored"]
NO_MATHS = {"parties", "data"}  # of those floors; what grading uses too
MOST_FILES = 14
"""Modules in a folder, its ``__init__`` not counted."""
HOME = {"matplotlib": "figures", "ipywidgets": "widgets", "IPython": "widgets"}
HEAVY = ("torch", "tenseal", "opacus", "sklearn", "matplotlib", "numpy", "ipywidgets")


def imports(path):
    """The line and full name of what a module imports, wherever that stands in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: relative import"
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            yield from ((node.lineno, name) for name in names)


def modules(package=PACKAGE):
    return [
        path
        for path in sorted(package.rglob("*.py"))
        if path != package / "__init__.py"
    ]


MODULES = [
    pytest.param(path, id=path.relative_to(PACKAGE).as_posix()) for path in modules()
]


def room(path, package=PACKAGE):
    """The part of the package that a module belongs to: "nn" for nn/losses.py."""
    return path.relative_to(package).parts[0].removesuffix(".py")


def upward(path, package=PACKAGE):
    """What a module imports from its own floor or one above, other than its room's."""
    own = room(path, package)
    for line, name in imports(path):
        top, _, rest = name.partition(".")
        other = rest.partition(".")[0]
        if top != "ppdl_course" or other in (own, ""):
            continue
        if other not in FLOOR:
            yield f"{path.name}:{line}: {name} has no floor"
        elif FLOOR[other] >= FLOOR[own]:
            yield (
                f"{path.relative_to(package)}:{line}: {own} (floor {FLOOR[own]}) "
                f"imports {name} ({other}, floor {FLOOR[other]})"
            )


@pytest.mark.parametrize("path", MODULES)
def test_a_module_imports_only_its_own_room_and_floors_below(path):
    assert not list(upward(path))


def test_an_arrow_up_or_along_a_floor_is_found(tmp_path):
    package = tmp_path / "ppdl_course"
    (package / "he").mkdir(parents=True)
    path = package / "he" / "rsa.py"
    path.write_text("import math\n\nfrom ppdl_course.mpc import sharing\n")
    assert list(upward(path, package)) == [
        "he/rsa.py:3: he (floor 4) imports ppdl_course.mpc.sharing (mpc, floor 4)"
    ]


def test_the_folders_of_the_classroom_import_only_from_those_below():
    floor = {name: n for n, names in enumerate(CLASSROOM_FLOORS) for name in names}
    arrows = []
    for path in modules(PACKAGE / "classroom"):
        own = room(path, PACKAGE / "classroom")
        for line, name in imports(path):
            _, is_classroom, rest = name.partition("ppdl_course.classroom.")
            other = rest.partition(".")[0]
            if is_classroom and other != own and floor[other] >= floor[own]:
                arrows.append(f"{path.relative_to(PACKAGE)}:{line}: {own} -> {other}")
    assert not arrows


@pytest.mark.parametrize("path", MODULES)
def test_the_classroom_knows_no_mathematics(path):
    if room(path) != "classroom":
        return
    for line, name in imports(path):
        other = [*name.split("."), ""][1]
        maths = FIRST_MATHS <= FLOOR.get(other, -1) <= LAST_MATHS
        ours = name.startswith("ppdl_course.")
        assert not (ours and maths and other not in NO_MATHS), f"{path}:{line}: {name}"


def module_of(name, known):
    """The module that an imported name stands for or in; None if it is none of ours."""
    return next((n for n in (name, name.rpartition(".")[0]) if n in known), None)


def graph():
    """Which module imports which at its top level, at once and by name."""
    names = {
        ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(
            ".__init__"
        ): path
        for path in modules()
    }
    return {
        name: {module_of(other, names) for _, other in imports(path)} - {None, name}
        for name, path in names.items()
    }


def circle(imported):
    """The modules of one circle, the first again at the end; nothing if none."""
    try:
        TopologicalSorter(imported).prepare()
    except CycleError as error:
        return error.args[1]
    return []


def test_no_files_import_each_other_in_a_circle():
    assert " -> ".join(circle(graph())) == ""


def test_a_circle_is_found():
    assert (
        len(circle({"marks": {"variants"}, "variants": {"marks"}, "cli": set()})) == 3
    )


def test_no_folder_holds_more_than_fourteen_modules():
    count = Counter(path.parent for path in modules() if path.name != "__init__.py")
    by_topic = {PACKAGE / "figures", PACKAGE / "widgets"}  # a file for each chapter
    full = {
        path.relative_to(PACKAGE): n
        for path, n in count.items()
        if n > MOST_FILES and path not in by_topic
    }
    assert not full


def test_three_modules_with_one_prefix_are_a_folder():
    prefixes = Counter(
        (path.parent.relative_to(PACKAGE), path.stem.partition("_")[0])
        for path in modules()
        if not path.stem.startswith("_")
    )
    assert not [where for where, count in prefixes.items() if count > 2]


@pytest.mark.parametrize("folder", ["checks", "figures", "widgets"])
def test_each_chapter_finds_its_own_word(folder):
    root = PACKAGE.parent
    topics = {path.stem[3:] for path in (root / "solutions").glob("[0-9]*.py")}
    there = {path.stem for path in (PACKAGE / folder).iterdir()}
    assert topics <= there


@pytest.mark.parametrize("path", MODULES)
def test_drawing_and_widgets_stay_in_their_folders(path):
    if path.name == "doctor.py":
        return  # it makes one of each, to see whether they work
    for line, name in imports(path):
        home = HOME.get(name.partition(".")[0])
        if name.startswith("IPython.core.inputtransformer2."):
            continue  # it reads text, and shows nothing
        assert home in (None, room(path)), f"{path}:{line}: {name} belongs to {home}/"


def test_each_room_has_a_floor():
    assert {room(path) for path in modules()} <= set(FLOOR)


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
def test_a_room_loads_no_library_that_it_does_not_use(name):
    assert not loaded(f"import ppdl_course.{name}") & {"torch", "tenseal", "opacus"}
