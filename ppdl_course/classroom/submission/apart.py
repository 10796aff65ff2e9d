"""Submissions read and put in order in a process of their own, with a deadline.

A file that is slow to read, or ends who reads it, is then one student's trouble. A
process that has everything imported, and has read nothing, forks once for each
submission; what comes back is text. It is itself a fork of who grades, made before that
has threads: to import all again would take seconds. Where a process cannot fork
(Windows), submissions are read in the one that grades.
"""

import contextlib
import functools
import json
import os
import signal
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn, Self

import nbformat
from nbformat import NotebookNode

from ppdl_course.classroom.judging.forks import ForkEnded, ForkLate, Work, in_fork
from ppdl_course.classroom.judging.wire.messages import Broken, receive, send
from ppdl_course.classroom.kernels.seccomp import control
from ppdl_course.classroom.submission.plain import Unreadable

SECONDS = 120.0
"""For one submission; an honest one takes a tenth of one."""
CPU_SECONDS = 40
"""Of the processor, for one submission: a busy machine costs nobody the deadline."""
MEMORY_BYTES = 2 << 30
MOST_BYTES = 256 << 20
"""Of a submission in order."""
_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG


@dataclass(frozen=True)
class Ready:
    """A submission in order.

    Attributes:
        notebook: To be graded; see :class:`~.clean.Cleaned`.
        findings: What was odd, and what was tried, a sentence each.
    """

    notebook: NotebookNode
    findings: tuple[str, ...]


class Apart:
    """Reads submissions, one after the other, each in a process of its own.

    Args:
        work: Reads one, given its folder.
        seconds: How long it may take.
    """

    def __init__(
        self, work: Callable[[Path], Ready], *, seconds: float = SECONDS
    ) -> None:
        self._work, self._seconds = work, seconds
        self._process = 0
        if hasattr(os, "fork"):
            self._start()

    def read(self, folder: Path) -> Ready:
        """Return a submission in order.

        Raises:
            Unreadable: If it cannot be graded: what was found; or that reading it took
                too long, ended the process, or raised what nobody foresaw.
        """
        if not self._process:
            return self._work(folder)
        try:
            send(self._control, os.fsencode(folder))
            reply = json.loads(receive(self._control, 2 * MOST_BYTES))
        except (Broken, OSError):
            self.close()
            self._start()  # rarely: now there are threads, which a fork leaves behind
            raise Unreadable("the process that read it was ended") from None
        if "unreadable" in reply:
            raise Unreadable(reply["unreadable"])
        notebook = nbformat.from_dict(reply["notebook"])
        return Ready(notebook, tuple(reply["findings"]))

    def _start(self) -> None:
        self._control, its = socket.socketpair()
        self._process = os.fork()
        if self._process == 0:
            _serve(self._work, its, self._seconds)
        its.close()

    def close(self) -> None:
        """End the process."""
        if self._process:
            self._control.close()  # it ends its fork, and then itself
            os.waitpid(self._process, 0)
            self._process = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _serve(
    work: Callable[[Path], Ready], owner: socket.socket, seconds: float
) -> NoReturn:
    """Be the process that forks, until the owner is gone."""
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the owner's, which then hangs up
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        # None of the owner's files: a lock is held until the last who has it closes it.
        os.closerange(3, owner.fileno())
        os.closerange(owner.fileno() + 1, 1 << 16)
        with contextlib.suppress(Broken, OSError):
            while True:
                folder = Path(os.fsdecode(bytes(receive(owner))))
                reading = Work(
                    functools.partial(_read, work, folder),
                    wall=seconds,
                    processor=CPU_SECONDS,
                    most_bytes=MOST_BYTES,
                )
                try:
                    said, _ = in_fork(reading, owner)
                except ForkLate as why:
                    said = _unreadable(str(why))
                except ForkEnded as how:
                    said = _unreadable(f"ended the process that did it ({how})")
                send(owner, said)
    finally:
        os._exit(0)


def _unreadable(why: str) -> bytes:
    return json.dumps({"unreadable": f"reading it {why}"}).encode()


def _read(work: Callable[[Path], Ready], folder: Path) -> bytes:
    """Be a fork: read one submission within limits."""
    _limit()
    reply: dict[str, Any]
    try:
        ready = work(folder)
        reply = {"notebook": ready.notebook, "findings": ready.findings}
    except Unreadable as why:
        reply = {"unreadable": str(why)}
    except Exception as error:  # whatever it is, it ends this one alone
        why = f"cannot be put in order: {type(error).__name__}: {error}"
        reply = {"unreadable": why}
    return json.dumps(reply).encode()


def _limit() -> None:
    import resource

    if sys.platform == "linux":
        control(_DIE_WITH_PARENT, signal.SIGKILL)
    for name, most in (
        ("RLIMIT_CORE", 0),
        ("RLIMIT_DATA", MEMORY_BYTES),
    ):
        with contextlib.suppress(OSError, ValueError):  # what the platform has
            kind = getattr(resource, name)
            resource.setrlimit(kind, (most, resource.getrlimit(kind)[1]))
