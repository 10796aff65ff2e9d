"""Tests for ppdl_course.law.files and the command that writes them."""

import os
import subprocess
import sys

import pytest

from ppdl_course import data
from ppdl_course.law.files import contents


@pytest.fixture(scope="module")
def made():
    return contents()


def test_the_generator_makes_every_file_again_byte_for_byte(made):
    assert set(made) == set(data.SHA256)
    for name, content in made.items():
        # Compared as a bool: a diff of megabytes helps nobody.
        same = (data.FOLDER / name).read_bytes() == content
        assert same, f"{name} differs; run python -m ppdl_course.law"


def test_the_files_are_utf_8_with_unix_line_ends(made):
    for content in made.values():
        assert b"\r" not in content
        assert content.endswith(b"\n")
        content.decode("utf-8")


def test_the_command_writes_the_same_bytes(made, tmp_path):
    """In a new process, with another hash seed: no set's order may get in."""
    subprocess.run(
        [sys.executable, "-m", "ppdl_course.law", str(tmp_path)],
        check=True,
        capture_output=True,
        env={**os.environ, "PYTHONHASHSEED": "12345"},
    )
    for name, content in made.items():
        assert (tmp_path / name).read_bytes() == content
