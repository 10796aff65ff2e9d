"""The program in whose forks checks are decided; its owner is :mod:`apart`.

It has imported what a chapter needs and run the instructor's own cells. It reads
nothing that came from a student: a fork does that, once for each check, within limits::

    worker   the exam; then a check's name, and the connection to the student's kernel
      this     makes the instructor's names, once a check; forks; keeps the time
        fork     confines itself, calls the student's functions, decides, says so, ends

It has one thread, since a fork copies only one. Where the instructor's cells start
others (TenSEAL does, for each context), it says ``threads`` and ends: of such a check
every fork runs these cells itself.
"""

import contextlib
import gc
import importlib
import json
import os
import signal
import socket
import sys
import threading
from typing import Any

import nbformat

from ppdl_course.classroom.judging import judge as judging
from ppdl_course.classroom.judging.forks import ForkEnded, ForkLate, in_fork
from ppdl_course.classroom.judging.session import Answers
from ppdl_course.classroom.judging.wire import Broken, receive, send
from ppdl_course.classroom.kernels import kernel
from ppdl_course.classroom.kernels.seccomp import control

MOST_SAID = 1 << 20
"""Bytes that a fork may say; a check's outputs are much shorter."""
GRACE = judging.GRACE + 1.0
"""Seconds from the deadline of a check until its process is ended from outside."""
OWN_SECONDS = 60.0
"""More for a fork that runs the instructor's own cells first."""
_DIE_WITH_PARENT, _DUMPABLE = 1, 4  # PR_SET_PDEATHSIG, PR_SET_DUMPABLE


class Forks:
    """Decides checks in forks of this process.

    Args:
        control: To the owner; its end is the end of this process.
        order: ``limits``: the fork's memory and files, in bytes; ``walls``: whether
            this process stands between any; ``user``: whom a fork becomes, 0 for nobody
            else.
    """

    def __init__(self, control: socket.socket, order: dict[str, Any]) -> None:
        self._control, self._order = control, order
        self._judge: judging.Judge | None = None
        self._prepared: set[str] = set()
        self._threads = _threads()  # of the imports; one, but for odd machines

    def serve(self) -> None:
        """Do what the owner asks for until it is gone."""
        _set(_DUMPABLE, 0)  # a fork may be the same user, and must not look in here
        with contextlib.suppress(Broken, OSError):
            while True:
                request = json.loads(receive(self._control, most=1 << 30))
                try:
                    reply = self._done(request)
                except Exception as error:  # of the exam: the owner will say so
                    reply = {"error": f"{type(error).__name__}: {error}"}
                send(self._control, json.dumps(reply).encode())
                if "threads" in reply:
                    return

    def _done(self, request: dict[str, Any]) -> dict[str, Any]:
        if "exam" in request:
            exam = nbformat.reads(request["exam"], as_version=4)
            self._judge, self._prepared = judging.Judge(exam), set()
            _freeze()
            return {}
        _, files, *_ = socket.recv_fds(self._control, 1, 1)
        with socket.socket(fileno=files[0]) as connection:
            return self._checked(request, connection)

    def _checked(
        self, request: dict[str, Any], connection: socket.socket
    ) -> dict[str, Any]:
        assert self._judge is not None
        name = request["check"]
        if not request["afresh"] and name not in self._prepared:
            self._judge.prepare(name)
            self._prepared.add(name)
            _freeze()
            if _threads() > self._threads:
                return {"threads": True}
        seconds = request["seconds"] + GRACE
        seconds += OWN_SECONDS if request["afresh"] else 0

        def decide() -> bytes:
            self._confine()
            assert self._judge is not None
            return decided(self._judge, name, connection, request["seconds"])

        try:
            said = in_fork(decide, seconds, self._control, MOST_SAID)
            return {"said": said.decode(errors="replace")}
        except ForkLate:
            return {"late": seconds}
        except ForkEnded as how:
            return {"ended": str(how)}

    def _confine(self) -> None:
        """Be the fork: nobody, with limits."""
        _set(_DIE_WITH_PARENT, signal.SIGKILL)  # before and, if the user changes, after
        _set(_DUMPABLE, 1)  # for the limits that are set by files of its own
        kernel.confine(self._order | {"sandbox": self._order["walls"]})
        _set(_DIE_WITH_PARENT, signal.SIGKILL)
        kernel.reseed()


def decided(
    judge: judging.Judge, grade_id: str, connection: socket.socket, seconds: float
) -> bytes:
    """Return the outputs of a check, and why its kernel is of no more use, as JSON."""
    answers = Answers(connection)
    outputs = judge.check(grade_id, answers, seconds)
    return json.dumps({"outputs": outputs, "broken": answers.broken}).encode()


def _set(option: int, value: int) -> None:
    if sys.platform == "linux":
        control(option, value)


def _threads() -> int:
    with contextlib.suppress(OSError):  # also those that Python does not know of
        return len(os.listdir("/proc/self/task"))
    return threading.active_count()


def _freeze() -> None:
    """Let the collector of a fork pass over what is here, or it would copy it all."""
    gc.collect()
    gc.freeze()


def main() -> None:
    """Serve on the socket that the order on the command line names."""
    order = json.loads(sys.argv[1])
    # For the worker, which ends this by hanging up.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for name in order["preload"]:
        with contextlib.suppress(Exception):  # a check that needs it will say so
            importlib.import_module(name)
    with socket.socket(fileno=order["socket"]) as control:
        Forks(control, order).serve()
    os._exit(0)  # at once: nothing is left to be cleaned up


if __name__ == "__main__":
    main()
