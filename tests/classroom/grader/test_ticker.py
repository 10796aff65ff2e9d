"""Ctrl-C ends a batch, also when the exception itself was lost."""

import contextlib
import io
import signal

import pytest

from ppdl_course.classroom.grader import batch, ticker
from ppdl_course.classroom.grader.tally import Tally


@pytest.fixture(autouse=True)
def _as_in_a_terminal():
    """Hear Ctrl-C, which a shell lets those ignore that run in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


class Finalised:
    """Meets Ctrl-C while it is finalised, as a database's connection may."""

    def __del__(self):
        signal.raise_signal(signal.SIGINT)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_interrupt_that_a_finaliser_swallowed_stops_at_the_next_submission(
    monkeypatch,
):
    turns = []

    def grade(course, chapter, *, progress):
        for turn in range(3):
            turns.append(turn)
            Finalised()  # no name holds it
            progress(Tally(total=3))

    monkeypatch.setattr(batch, "grade", grade)
    with pytest.raises(KeyboardInterrupt):
        ticker.grade_and_show(None, "01", io.StringIO())
    assert turns == [0]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_an_interrupt_is_raised_where_it_comes_and_a_foreign_handler_stays():
    with ticker.ctrl_c_noticed() as stop_if_pressed:
        stop_if_pressed()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            stop_if_pressed()
    heard = []
    before = signal.signal(signal.SIGINT, lambda *_: heard.append(1))
    try:
        with contextlib.ExitStack() as stack:
            stack.enter_context(ticker.ctrl_c_noticed())
            signal.raise_signal(signal.SIGINT)
        assert heard == [1]
    finally:
        signal.signal(signal.SIGINT, before)
