"""Work done in a fork, which may end or hang without harm to who asked for it.

The process that forks must have one thread, since a fork copies only one, and keeps to
reading what its owner sends; a fork reads what a student made.
"""

import contextlib
import os
import select
import signal
import socket
from collections.abc import Callable
from typing import NoReturn

from ppdl_course.classroom.judging.wire import Broken, receive, send

_SAY_SECONDS = 5.0


class ForkEnded(Exception):
    """The fork ended without a result; the text says how: ``SIGSEGV``, ``status 1``."""


class ForkLate(Exception):
    """The fork took longer than it may, and was ended."""


def in_fork(
    work: Callable[[], bytes], seconds: float, owner: socket.socket, most_bytes: int
) -> bytes:
    """Return what ``work`` returns in a fork, which is gone afterwards.

    Args:
        work: Done in the fork; what it raises ends that.
        seconds: How long it may take.
        owner: Silent until this returns: if it can be read, it has been closed.
        most_bytes: How long the result may be.

    Raises:
        ForkEnded: If it ended otherwise, or said too much.
        ForkLate: If it did not end in time.
        Broken: If the owner is gone.
    """
    mine, its = socket.socketpair()
    with mine, its:
        child = os.fork()
        if child == 0:
            owner.close()
            mine.close()
            _be_fork(work, its)
        its.close()
        result = None
        try:
            ready, *_ = select.select([mine, owner], [], [], seconds)
            if owner in ready:
                raise Broken("the owner is gone")
            if mine in ready:
                mine.settimeout(_SAY_SECONDS)
                with contextlib.suppress(Broken, OSError):
                    result = bytes(receive(mine, most_bytes))
        finally:
            with contextlib.suppress(OSError):  # it may have no group yet
                os.killpg(child, signal.SIGKILL)
            os.kill(child, signal.SIGKILL)  # not reaped: it is there, dead or alive
            _, status = os.waitpid(child, 0)
    if result is not None:
        return result
    if not ready:
        raise ForkLate
    raise ForkEnded(ending(os.waitstatus_to_exitcode(status)))


def ending(code: int) -> str:
    """Return how a process ended, for somebody to read.

    Args:
        code: Its exit status, or the negative number of the signal that ended it.
    """
    return signal.Signals(-code).name if code < 0 else f"status {code}"


def _be_fork(work: Callable[[], bytes], its: socket.socket) -> NoReturn:
    """Do ``work`` and end, whatever happens; nothing is cleaned up a second time."""
    try:
        os.setsid()
        send(its, work())
        os._exit(0)
    except BaseException as error:
        os.write(2, f"{type(error).__name__}: {error}\n".encode(errors="replace"))
        os._exit(1)
