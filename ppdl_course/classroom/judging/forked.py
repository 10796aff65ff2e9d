"""The program in whose forks checks are decided; its owner is :mod:`apart`.

It has imported what a chapter needs and run the instructor's own cells. It reads
nothing that came from a student: a fork does that, once for each check, within limits::

    worker   the exam; then a check's name, and the connection to the student's kernel
      this     makes the instructor's names, once a check; forks; keeps the time
        fork     confines itself, calls the student's functions, decides, says so, ends

Between its walls a fork cannot see what the student's kernel computes: the worker does,
and writes the number into a file (:mod:`shared_number`). What the fork computes, the
system tells this process.

It has one thread, since a fork copies only one. Where the instructor's cells start
others (TenSEAL does, for each context), it says ``threads`` and ends: of such a check
every fork runs these cells itself.
"""

import contextlib
import functools
import gc
import importlib
import json
import os
import signal
import socket
import sys
import threading
import time
from typing import Any

import nbformat

from ppdl_course.classroom.budget import Budget
from ppdl_course.classroom.judging import judge as judging
from ppdl_course.classroom.judging.forks import ForkEnded, ForkLate, Work, in_fork
from ppdl_course.classroom.judging.session import Answers
from ppdl_course.classroom.judging.shared_number import read_number
from ppdl_course.classroom.judging.wire.messages import Broken, receive, send
from ppdl_course.classroom.kernels import kernel
from ppdl_course.classroom.kernels.seccomp import control

MOST_SAID = 1 << 20
"""Bytes that a fork may say; a check's outputs are much shorter."""
GRACE = judging.GRACE + 1.0
"""Seconds from the end of a check's time until its process is ended from outside."""
OWN_SECONDS = 60.0
"""For a fork that runs the instructor's own cells first."""
START_SECONDS = 100.0
"""To import a chapter's packages, or to run its own cells."""
TELL = 0.1
"""Seconds until the process that decides hears again what the kernel has used."""
_DIE_WITH_PARENT, _DUMPABLE = 1, 4  # PR_SET_PDEATHSIG, PR_SET_DUMPABLE


class Forks:
    """Decides checks in forks of this process.

    Args:
        control: To the owner; its end is the end of this process.
        order: ``limits``: the fork's memory and files, in bytes; ``walls``: whether
            this process stands between any; ``user``: whom a fork becomes, 0 for nobody
            else; ``spent``: the file of a number (:mod:`shared_number`), which is what
            the student's kernel has used.
    """

    def __init__(self, control: socket.socket, order: dict[str, Any]) -> None:
        self._control, self._order = control, order
        self._spent: int = order["spent"]
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
        if "prepare" in request:
            return self._prepare(request["prepare"])
        _, files, *_ = socket.recv_fds(self._control, 1, 1)
        with socket.socket(fileno=files[0]) as connection:
            return self._checked(request, connection)

    def _prepare(self, name: str) -> dict[str, Any]:
        assert self._judge is not None
        if name not in self._prepared:
            self._judge.prepare(name)
            self._prepared.add(name)
            _freeze()
        return {"threads": True} if _threads() > self._threads else {}

    def _checked(
        self, request: dict[str, Any], connection: socket.socket
    ) -> dict[str, Any]:
        assert self._judge is not None
        judge, name = self._judge, request["check"]
        budget = functools.partial(
            Budget, request["wall"], request["processor"], self._used
        )

        def prepare() -> None:
            self._confine()
            judge.prepare(name)  # does nothing but for cells that start threads

        work = Work(
            lambda: decided(judge, name, connection, budget()),
            wall=request["wall"],
            processor=request["processor"],
            grace=GRACE,
            prepare=prepare,
            prepare_wall=OWN_SECONDS,
            most_bytes=MOST_SAID,
        )
        try:
            said, used = in_fork(work, self._control)
            return {"said": said.decode(errors="replace"), "used": used}
        except ForkLate as why:
            return {"late": str(why), "used": why.processor_seconds}
        except ForkEnded as how:
            return {"ended": str(how), "used": how.processor_seconds}

    def _used(self) -> float:
        """Return what either side computes, in a fork."""
        return read_number(self._spent) + time.process_time()

    def _confine(self) -> None:
        """Be the fork: nobody, with limits."""
        _set(_DIE_WITH_PARENT, signal.SIGKILL)  # before and, if the user changes, after
        _set(_DUMPABLE, 1)  # for the limits that are set by files of its own
        kernel.confine(self._order | {"sandbox": self._order["walls"]})
        _set(_DIE_WITH_PARENT, signal.SIGKILL)
        kernel.reseed()


def decided(
    judge: judging.Judge, grade_id: str, connection: socket.socket, budget: Budget
) -> bytes:
    """Return the outputs of a check, and why its kernel is of no more use, as JSON."""
    answers = Answers(connection)
    outputs = judge.check(grade_id, answers, budget)
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
