"""Work in a process of its own, forked from this one, that ends at a deadline.

What an answer does to its process (patches a module, eats memory, hangs, exits) ends
with it. This is no sandbox: the answers run as you, with your files.

The limit is on processor time, so a busy machine changes no verdict; the wall clock
stops only what waits for something that does not come.
"""

import json
import os
import socket
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ppdl_course.classroom.judging.forks import ForkEnded, ForkLate, Work, in_fork
from ppdl_course.classroom.limits import Limits

WALL = 10
"""Seconds on the wall for each second of processor, and at least ``SHORTEST_WALL``."""
SHORTEST_WALL = 60.0
MOST_CHARACTERS, MOST_SAID = 10_000, 1 << 20
"""Of a message, and bytes of all that the fork says."""


@dataclass(frozen=True)
class Outcome:
    """What work came to.

    Attributes:
        passed: Whether it returned.
        message: What it raised, in one line, or how its process ended; empty if passed.
        seconds: Of processor time; None if the process ended otherwise.
        kind: ``"passed"``, the exception's name, ``"deadline"`` or ``"ended"``.
    """

    passed: bool
    message: str
    seconds: float | None
    kind: str


def one_thread() -> None:
    """Let libraries compute in one thread: the fork of a process has no others.

    To be called before they are imported; torch also listens later.
    """
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = "1"
    if torch := sys.modules.get("torch"):
        torch.set_num_threads(1)


def threads() -> int:
    """Return how many threads this process has, those of libraries too where known."""
    tasks = Path("/proc/self/task")
    return len(list(tasks.iterdir())) if tasks.is_dir() else threading.active_count()


def alone(work: Callable[[], object], seconds: int) -> Outcome:
    """Do work in a process of its own.

    Args:
        work: What to do; its result is dropped.
        seconds: Of processor time, after which the process is ended; at least 1.

    Raises:
        ValueError: If ``seconds`` is below 1.
        RuntimeError: If this system cannot fork.
    """
    if seconds < 1:
        raise ValueError(f"seconds must be at least 1, got {seconds}")
    if not hasattr(os, "fork"):
        raise RuntimeError("this system cannot fork: run `ppdl bank` without options")
    owner, silent = socket.socketpair()  # nobody asks for an end of this fork
    with owner, silent:
        try:
            wall = max(SHORTEST_WALL, WALL * seconds)
            order = Work(lambda: _done(work), wall, seconds, most_bytes=MOST_SAID)
            said, _ = in_fork(order, owner)
        except ForkLate as late:
            return Outcome(False, f"no verdict: it {late}", None, "deadline")
        except ForkEnded as end:
            message = f"the process ended before a verdict: {end}"
            return Outcome(False, message, None, "ended")
    return Outcome(**json.loads(said))


def _done(work: Callable[[], object]) -> bytes:
    """Do work within limits, here in the fork; return its outcome."""
    import resource  # not on Windows, which cannot fork either

    for name, limit in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_DATA, Limits().memory_bytes),
    ):
        _, most = resource.getrlimit(name)
        least = limit if most == resource.RLIM_INFINITY else min(limit, most)
        resource.setrlimit(name, (least, most))
    start = time.process_time()
    try:
        work()
    except BaseException as error:  # also SystemExit: the parent hears of all
        told, kind = " ".join(str(error).split()), type(error).__name__
        message = told if kind == "Mistake" else f"{kind}: {told}".rstrip(": ")
        message = message.encode(errors="replace").decode()[:MOST_CHARACTERS]
        outcome = Outcome(False, message, time.process_time() - start, kind)
    else:
        outcome = Outcome(True, "", time.process_time() - start, "passed")
    return json.dumps(vars(outcome)).encode()
