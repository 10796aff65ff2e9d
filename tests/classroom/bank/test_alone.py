"""Work in a process of its own: what comes back of it, and that nothing stays."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ppdl_course.checks.verdict import Mistake
from ppdl_course.classroom.bank import alone as module
from ppdl_course.classroom.bank.alone import alone


def sleep_for_ever():
    time.sleep(1000)


def spin():
    while True:
        pass


def test_work_that_returns_passes_and_changes_nothing_here():
    here = []
    outcome = alone(lambda: here.append(1), 5)
    assert (outcome.passed, outcome.message, outcome.kind) == (True, "", "passed")
    assert 0 <= outcome.seconds < 5
    assert here == []


def test_a_mistake_is_told_in_one_line_and_another_error_with_its_name():
    def mistaken():
        raise Mistake("two\n  lines")

    assert alone(mistaken, 5).message == "two lines"
    outcome = alone(lambda: {}["x"], 5)
    assert (outcome.message, outcome.kind) == ("KeyError: 'x'", "KeyError")


def test_the_deadline_counts_processor_time():
    outcome = alone(spin, 1)
    assert (outcome.passed, outcome.kind, outcome.seconds) == (False, "deadline", None)
    assert outcome.message.endswith("used more than 1 s of processor time")
    assert alone(lambda: time.sleep(1.5), 1).passed


def test_what_ignores_the_deadline_or_waits_for_ever_is_ended_too(monkeypatch):
    def ignores():
        import signal

        signal.signal(signal.SIGXCPU, signal.SIG_IGN)
        spin()

    assert alone(ignores, 1).kind == "deadline"
    monkeypatch.setattr(module, "SHORTEST_WALL", 0.5)
    monkeypatch.setattr(module, "WALL", 0.5)
    outcome = alone(sleep_for_ever, 1)
    assert (outcome.kind, outcome.message) == (
        "deadline",
        "no verdict: it took longer than 0.5 s",
    )


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="looks at /proc")
def test_what_the_work_started_ends_with_it(tmp_path):
    path = tmp_path / "pid"

    def starts():
        code = "import time; time.sleep(1000)"
        path.write_text(str(subprocess.Popen([sys.executable, "-c", code]).pid))

    assert alone(starts, 20).passed
    started = int(path.read_text())
    end = time.monotonic() + 20
    while time.monotonic() < end:
        try:
            os.kill(started, 0)
            state = open(f"/proc/{started}/stat").read().rpartition(")")[2].split()[0]
        except (ProcessLookupError, FileNotFoundError):
            return
        if state == "Z":  # ended, and nobody here reaps it
            return
        time.sleep(0.05)
    pytest.fail(f"process {started} still runs")


def test_memory_has_a_limit_and_passing_it_ends_only_the_work():
    outcome = alone(lambda: bytearray(4 << 30), 20)
    assert outcome.kind == "MemoryError"


def test_less_than_a_second_is_refused():
    with pytest.raises(ValueError, match="seconds must be at least 1, got 0"):
        alone(spin, 0)
