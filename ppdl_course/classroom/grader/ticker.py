"""How a batch goes on, for the person who waits for it."""

import contextlib
import shutil
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, TextIO

from ppdl_course.classroom.gradebook.nbgrader_course import NbgraderCourse
from ppdl_course.classroom.grader import batch
from ppdl_course.classroom.grader.report import Report
from ppdl_course.classroom.grader.tally import Tally
from ppdl_course.classroom.terminal import printable


class Ticker:
    """Shows a batch's progress; call it with each :class:`Tally`.

    On a terminal one line is written over again and again, below the failures. Into a
    file or a pipe goes a line for each submission.

    Args:
        stream: Where to write.
    """

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._in_place = stream.isatty()
        self._failed: set[str] = set()
        self._done = -1

    def __call__(self, tally: Tally) -> None:
        """Show how far the batch is."""
        if not tally.total:
            return
        for student in [name for name in tally.failed if name not in self._failed]:
            self._failed.add(student)
            self._line(printable(f"{student}: {tally.failed[student]}"))
        if self._in_place:
            width = shutil.get_terminal_size().columns - 1  # a second line would stay
            self._stream.write(f"\r\x1b[K{_line(tally)[:width]}")
        elif tally.done != self._done:
            self._stream.write(f"{_line(tally)}\n")
        self._done = tally.done
        self._stream.flush()

    def close(self) -> None:
        """Leave the line behind."""
        if self._in_place:
            self._stream.write("\r\x1b[K")
            self._stream.flush()

    def _line(self, text: str) -> None:
        self._stream.write(f"\r\x1b[K{text}\n" if self._in_place else f"{text}\n")


def grade_and_show(
    course: NbgraderCourse | Path, chapter: str, stream: TextIO, **options: Any
) -> Report:
    """Grade the submissions of a chapter, and show a stream how far it is.

    Args:
        course: As for :func:`~ppdl_course.classroom.grader.batch.grade`.
        chapter: The same.
        stream: Where to write.
        **options: The others of ``grade``.
    """
    ticker = Ticker(stream)
    with ctrl_c_noticed() as stop_if_pressed:

        def progress(tally: Tally) -> None:
            stop_if_pressed()
            ticker(tally)

        try:
            return batch.grade(course, chapter, progress=progress, **options)
        finally:
            ticker.close()


@contextlib.contextmanager
def ctrl_c_noticed() -> Iterator[Callable[[], None]]:
    """Give a function that raises KeyboardInterrupt if Ctrl-C was ever pressed.

    The exception itself may come in a finaliser, a library's or a database's, where
    Python reports it and goes on as if nothing had been.
    """
    pressed = threading.Event()

    def notice(*_: object) -> None:
        pressed.set()
        raise KeyboardInterrupt

    def stop_if_pressed() -> None:
        if pressed.is_set():
            raise KeyboardInterrupt

    ours = (
        threading.current_thread() is threading.main_thread()
        and signal.getsignal(signal.SIGINT) is signal.default_int_handler
    )
    if ours:
        signal.signal(signal.SIGINT, notice)
    try:
        yield stop_if_pressed
    finally:
        if ours:
            signal.signal(signal.SIGINT, signal.default_int_handler)


def _line(tally: Tally) -> str:
    parts = [f"{tally.done}/{tally.total}"]
    if tally.seconds_left is not None and tally.done < tally.total:
        parts.append(f"{_clock(tally.seconds_left)} left")
    else:
        parts.append(_clock(tally.seconds))
    if tally.failed:
        parts.append(f"{len(tally.failed)} failed")
    if tally.last:
        parts.append(printable(tally.last))
    return "  ".join(parts)


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02}"
