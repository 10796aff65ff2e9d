"""A tiny course (one chapter, two exercises, one question) to build and to grade."""

import shutil
from pathlib import Path

import pytest

from ppdl_course.classroom.authoring.build import build
from ppdl_course.classroom.term import handout

collect_ignore_glob = ["course/*"]
HERE = Path(__file__).parent
REPOSITORY = HERE.parents[1]
TINY = "01_tiny"


def make_course(root: Path) -> Path:
    """Write the tiny course's source and the project's own settings into a folder."""
    shutil.copytree(HERE / "course" / "solutions", root / "solutions")
    shutil.copy(REPOSITORY / "nbgrader_config.py", root)
    return root


def furnish(root: Path) -> Path:
    """Add what else a checkout holds, as far as a handout needs it."""
    for name in ("README.md", "Makefile", "data", "docs/images", *handout.FILES):
        source, copy = REPOSITORY / name, root / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, copy)
        else:
            shutil.copy(source, copy)
    # ppdl takes this for the course's folder; Python, for nothing: it has no module.
    (root / "ppdl_course").mkdir()
    return root


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """The tiny course, built once; tests only read it."""
    root = make_course(tmp_path_factory.mktemp("built"))
    build(root=root)
    return root


@pytest.fixture
def course(tmp_path):
    """The tiny course as sources only, for a test to write in."""
    return make_course(tmp_path)
