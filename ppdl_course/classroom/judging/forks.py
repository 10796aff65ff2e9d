"""Work done in a fork, which may end or hang without harm to who asked for it.

The process that forks must have one thread, since a fork copies only one, and keeps to
reading what its owner sends; a fork reads what a student made.
"""

import contextlib
import math
import os
import select
import signal
import socket
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

from ppdl_course.classroom.budget import took_longer_than, used_more_than
from ppdl_course.classroom.judging.wire.messages import Broken, receive, send

_SAY_SECONDS = 5.0


class ForkEnded(Exception):
    """The fork ended without a result; the text says how: ``SIGSEGV``, ``status 1``.

    Attributes:
        processor_seconds: What it had used.
    """

    def __init__(self, how: str, processor_seconds: float) -> None:
        super().__init__(how)
        self.processor_seconds = processor_seconds


class ForkLate(ForkEnded):
    """The fork used more time than it may, and was ended; the text says which."""


@dataclass(frozen=True)
class Work:
    """What a fork may take for its work.

    Attributes:
        do: Done in the fork; what it raises ends that.
        wall: How long it may take, in seconds.
        processor: How much of the processor, in seconds; the system counts whole ones.
        grace: How much more of either, in seconds, before the fork is ended: where it
            keeps to its limits by itself, it can say more about it.
        prepare: Done in the fork first; its time is not counted.
        prepare_wall: How long that may take, in seconds; 0: as long as the work.
        most_bytes: How long the result may be.
    """

    do: Callable[[], bytes]
    wall: float
    processor: float = math.inf
    grace: float = 0.0
    prepare: Callable[[], None] = lambda: None
    prepare_wall: float = 0.0
    most_bytes: int = 1 << 20


def in_fork(work: Work, owner: socket.socket) -> tuple[bytes, float]:
    """Do some work in a fork, which is gone afterwards.

    Args:
        work: What it does, and what it may take.
        owner: Silent until this returns: if it can be read, it has been closed.

    Returns:
        What ``work.do`` returned, and what it used, in seconds of processor time: by
        the system's own account, with the processes that it waited for.

    Raises:
        ForkEnded: If it ended otherwise, or said too much.
        ForkLate: If it did not end in time.
        Broken: If the owner is gone.
    """
    mine, its = socket.socketpair()
    before, result = 0.0, None
    with mine, its:
        child = os.fork()
        if child == 0:
            owner.close()
            mine.close()
            _be_fork(work, its)
        its.close()
        try:
            late = not _heard(mine, owner, work.prepare_wall or work.wall)
            if not late and (begun := _said(mine, 8)):
                (before,) = struct.unpack("d", begun)
                late = not _heard(mine, owner, work.wall + work.grace)
                result = None if late else _said(mine, work.most_bytes)
        finally:
            with contextlib.suppress(OSError):  # it may have no group yet
                os.killpg(child, signal.SIGKILL)
            os.kill(child, signal.SIGKILL)  # not reaped: it is there, dead or alive
            _, status, usage = os.wait4(child, 0)
    used = max(0.0, usage.ru_utime + usage.ru_stime - before)
    if result is not None:
        return result, used
    code = os.waitstatus_to_exitcode(status)
    if used >= work.processor and code == -signal.SIGKILL:
        raise ForkLate(used_more_than(work.processor), used)
    if late:
        raise ForkLate(took_longer_than(work.wall), used)
    raise ForkEnded(ending(code), used)


def ending(code: int) -> str:
    """Return how a process ended, for somebody to read.

    Args:
        code: Its exit status, or the negative number of the signal that ended it.
    """
    return signal.Signals(-code).name if code < 0 else f"status {code}"


def _heard(mine: socket.socket, owner: socket.socket, seconds: float) -> bool:
    """Wait until the fork says something or ends; tell whether it did in time.

    Raises:
        Broken: If the owner is gone.
    """
    ready, *_ = select.select([mine, owner], [], [], seconds)
    if owner in ready:
        raise Broken("the owner is gone")
    return mine in ready


def _said(mine: socket.socket, most_bytes: int) -> bytes | None:
    mine.settimeout(_SAY_SECONDS)
    with contextlib.suppress(Broken, OSError):
        return bytes(receive(mine, most_bytes))
    return None


def _be_fork(work: Work, its: socket.socket) -> NoReturn:
    """Do the work and end, whatever happens; nothing is cleaned up a second time."""
    try:
        os.setsid()
        work.prepare()
        _limit(work.processor + work.grace)
        # Said before anything of the student's is read, so it can be believed.
        send(its, struct.pack("d", time.process_time()))
        send(its, work.do())
        os._exit(0)
    except BaseException as error:
        os.write(2, f"{type(error).__name__}: {error}\n".encode(errors="replace"))
        os._exit(1)


def _limit(processor: float) -> None:
    """Let the system end this process, which may be deep in a library by then."""
    import resource

    if processor < math.inf:
        most = math.ceil(time.process_time() + processor)
        with contextlib.suppress(OSError, ValueError):  # a lower one stands
            resource.setrlimit(resource.RLIMIT_CPU, (most, most))
