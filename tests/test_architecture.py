"""What the page on the architecture names is there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
PLACES = ("", "ppdl_course", "ppdl_course/classroom", "ppdl_course/classroom/authoring")
PLACES += ("ppdl_course/classroom/submission", "ppdl_course/classroom/grader")
NAMED = sorted(
    {
        name.removesuffix("/")
        for name in re.findall(r"`([\w./-]+)`", PAGE)
        if ("/" in name or name.endswith((".py", ".toml"))) and "NN_" not in name
    }
)


@pytest.mark.parametrize("name", [name for name in NAMED if "TOPIC" not in name])
def test_each_file_and_folder_of_the_page_exists(name):
    assert any((ROOT / place / name).exists() for place in PLACES)


def test_each_folder_of_the_package_is_on_the_page():
    rooms = [
        path.name
        for path in (ROOT / "ppdl_course").iterdir()
        if path.is_dir() and path.name != "__pycache__"
    ]
    assert not [room for room in rooms if not re.search(rf"\b{room}\b", PAGE)]


def test_the_drawing_has_the_floors_of_the_test():
    from .test_layering import FLOORS

    drawing = PAGE.split("```")[1]
    found = [
        max(drawing.rfind(f"{room} "), drawing.rfind(f"{room},"), drawing.find(room))
        for floor in FLOORS[::-1]
        for room in floor[:1]
        if room in drawing
    ]
    assert found == sorted(found)
    assert len(found) >= len(FLOORS) - 1


def test_the_installer_that_the_readme_names_for_windows_is_there():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    (path,) = re.findall(r"`python (\S+install\.py)`", readme)
    assert (ROOT / path.replace("\\", "/")).is_file()
