"""A small class that handed in, for the tests of what happens to it."""

import shutil

import pytest

from ..conftest import make_course
from .here import make_class


@pytest.fixture(scope="session")
def handed_in(tmp_path_factory):
    """The tiny course, released and handed in; tests only copy it."""
    course = make_course(tmp_path_factory.mktemp("class") / "course")
    make_class(course)
    return course


@pytest.fixture
def class_folder(handed_in, tmp_path):
    """A class that handed in, for a test to grade."""
    return shutil.copytree(handed_in, tmp_path / "class")
