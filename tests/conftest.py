"""Settings of all tests."""

import os

from hypothesis import settings

# No deadline: the machine may be busy. On CI a commit meets the same examples every
# time; elsewhere each run looks for new ones.
settings.register_profile(
    "course", deadline=None, derandomize=bool(os.environ.get("CI"))
)
settings.load_profile("course")


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
