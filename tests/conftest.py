"""Settings of all tests: which ones wait for the night, and where the time went.

Workers of pytest-xdist (``--dist loadfile``) get whole files, since a file's fixtures
are made once in a process; one worker has all that needs the browser. The mark for
groups is not used: pytest 9.2 and pytest-xdist 3.8 together pass over it in silence.
"""

import importlib.util
import os
import sys
from collections import Counter
from pathlib import PurePath

import pytest
from hypothesis import settings

from ppdl_course.checks import fresh_inputs

# No deadline: the machine may be busy. On CI a commit meets the same examples every
# time; elsewhere each run looks for new ones.
settings.register_profile(
    "course", deadline=None, derandomize=bool(os.environ.get("CI"))
)
settings.load_profile("course")


class _WithoutTorch:
    """Skips whoever imports PyTorch, a file or one test, where it is not installed."""

    @staticmethod
    def find_spec(name, *_):
        if name.partition(".")[0] in ("torch", "opacus"):
            pytest.skip("PyTorch is not installed", allow_module_level=True)


if not importlib.util.find_spec("torch"):
    sys.meta_path.insert(0, _WithoutTorch)


@pytest.fixture(autouse=True)
def _inputs_repeated_on_ci(request, monkeypatch):
    """Let checks draw the same fresh inputs at every run of a test on CI."""
    if os.environ.get("CI"):
        monkeypatch.setenv(fresh_inputs.VARIABLE, request.node.nodeid)
        monkeypatch.setattr(fresh_inputs, "_drawn", Counter())


def pytest_addoption(parser):
    """Let ``--nightly`` run the slow tests too."""
    parser.addoption("--nightly", action="store_true", help="run nightly tests too")


def pytest_collection_modifyitems(config, items):
    """Skip what waits for the night, unless it is asked for."""
    if config.getoption("nightly") or "nightly" in config.getoption("markexpr"):
        return
    for item in items:
        if item.get_closest_marker("nightly"):
            item.add_marker(pytest.mark.skip(reason="nightly"))


# Tests without a fixture in common: any worker may take any of them.
SINGLE = ("tests/chapters/", "tests/checks/test_error_rates.py")


def shared(nodeid):
    """Return the name of what one worker runs in one go."""
    file, _, test = nodeid.partition("::")
    if file.startswith(SINGLE):
        return nodeid
    if file == "tests/checks/test_answers.py":  # a chapter's cells run once
        return file + test[test.find("[") :][:3]
    return "browser" if file.startswith("tests/browser/") else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Let ``--dist loadfile`` know which files belong together, and which do not."""
    from xdist.scheduler import LoadFileScheduling

    class Scheduling(LoadFileScheduling):
        def _split_scope(self, nodeid):
            return shared(nodeid)

    if config.getvalue("dist") == "loadfile":
        return Scheduling(config, log)
    return None


@pytest.hookimpl(wrapper=True, tryfirst=True)  # after the list of failures
def pytest_terminal_summary(terminalreporter):
    """Print where the time went, also when workers ran the tests, and what waits."""
    yield
    reports = [
        report
        for reports in terminalreporter.stats.values()
        for report in reports
        if isinstance(report, pytest.TestReport)
    ]
    _chapters(terminalreporter, reports)
    _folders(terminalreporter, reports)
    waiting = sum(r.skipped and r.longrepr[2] == "Skipped: nightly" for r in reports)
    if waiting:
        terminalreporter.line(
            f"not run: {waiting} tests marked nightly; run them with `make nightly`"
        )


def _chapters(terminalreporter, reports):
    rows = sorted(
        (value, name)
        for report in reports
        for name, value in report.user_properties
        if name.startswith("chapter ") and report.when == "call"
    )
    if rows:
        terminalreporter.section("seconds from top to bottom, in a fresh kernel")
        for seconds, name in rows[::-1]:
            terminalreporter.line(f"{seconds:7.1f}  {name.removeprefix('chapter ')}")


def _folders(terminalreporter, reports):
    seconds, tests = Counter(), Counter()
    for report in reports:
        place = PurePath(report.nodeid.partition("::")[0])
        folder = PurePath(*place.parts[:-1][:3])
        seconds[str(folder)] += report.duration
        tests[str(folder)] += report.when == "call"
    if len(seconds) > 1:
        terminalreporter.section("seconds by folder, added up over the workers")
        for folder, total in seconds.most_common():
            if total >= 1:
                terminalreporter.line(f"{total:7.0f}  {folder}: {tests[folder]} tests")
