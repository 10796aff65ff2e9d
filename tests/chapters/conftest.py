"""The chapters of the course, and how long each one ran."""

from pathlib import Path

from ppdl_course.classroom.build import find_sources

collect_ignore_glob = ["bank/*"]
ROOT = Path(__file__).resolve().parents[2]


def pytest_generate_tests(metafunc):
    """Give each test that takes a ``source`` every chapter of the course."""
    if "source" in metafunc.fixturenames:
        sources = find_sources(None, ROOT)
        metafunc.parametrize("source", sources, ids=[path.stem for path in sources])


def pytest_terminal_summary(terminalreporter):
    """Print the seconds that each chapter took, also when workers ran them."""
    rows = sorted(
        (value, name)
        for reports in terminalreporter.stats.values()
        for report in reports
        for name, value in getattr(report, "user_properties", [])
        if name.startswith("chapter ") and report.when == "call"
    )
    if rows:
        terminalreporter.section("seconds from top to bottom, in a fresh kernel")
        for seconds, name in rows[::-1]:
            terminalreporter.line(f"{seconds:7.1f}  {name.removeprefix('chapter ')}")
