"""The chapters of the course, for each test that takes a ``source``."""

from pathlib import Path

from ppdl_course.classroom.authoring.build import find_sources

ROOT = Path(__file__).resolve().parents[2]


def pytest_generate_tests(metafunc):
    """Give each test that takes a ``source`` every chapter of the course."""
    if "source" in metafunc.fixturenames:
        sources = find_sources(None, ROOT)
        metafunc.parametrize("source", sources, ids=[path.stem for path in sources])
