"""Checks decided in a process of their own, whose end is the end of one answer.

What a check opens came from a student: bytes for TenSEAL to load, which can crash it;
sets and dicts that take time by the square of their size to build, in one call that no
alarm interrupts; numbers that a check then multiplies. So each check, from the first
value that is received to its verdict, is decided in a process between walls, with
limits of memory and time that are kept from outside. What it computes counts towards
the submission; the instructor's own cells, which run before, do not.

All of a check, and not only ``context_from``: values are built in many places, a later
check will have others, and one that forgets a guard would not be seen. A fork of a
process that has everything imported (:mod:`forked`) costs 20 to 50 ms, seven of them a
third of a second for a submission that takes several; a guard around single calls would
cost the same for each. The worker itself cannot fork: it has threads.

Where a process cannot fork (Windows), one is spawned for each check (:mod:`spawned`).
"""

import json
import os
import secrets
import select
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any, Protocol, Self

from nbformat import NotebookNode

from ppdl_course.checks.fresh_inputs import VARIABLE
from ppdl_course.classroom.budget import Budget, took_longer_than
from ppdl_course.classroom.course import is_root_user
from ppdl_course.classroom.judging import forked
from ppdl_course.classroom.judging.session import Answers
from ppdl_course.classroom.judging.shared_number import SharedNumber
from ppdl_course.classroom.judging.spawned import SpawnedJudge
from ppdl_course.classroom.judging.verdicts import outputs_of
from ppdl_course.classroom.judging.wire.messages import Broken, receive, send
from ppdl_course.classroom.kernels import bubblewrap
from ppdl_course.classroom.kernels.provisioner import USERS
from ppdl_course.classroom.limits import Limits

MEMORY_BYTES = 4 << 30
"""Of one check's own data, for what it makes of the values that an answer returned."""
_CLOSE_SECONDS = 2.0  # then it is at work on something long
_PROGRAM = "ppdl_course.classroom.judging.forked"


class Decides(Protocol):
    """Whatever decides checks: a :class:`Judge` does so in this process."""

    def prepare(self, grade_id: str) -> None:
        """Do what the submission shall not pay for."""

    def check(
        self, grade_id: str, answers: Answers, budget: Budget
    ) -> list[NotebookNode]:
        """Return the outputs of a check."""


class JudgeApart:
    """The checks of one chapter at a time, each decided in a process of its own.

    Args:
        limits: Of these, the size and number of files.
        walls: Whether to put walls around what is opened; not in unsafe kernels.
        preload: What to import beforehand.
        memory_bytes: What one check may take.
    """

    def __init__(
        self,
        limits: Limits,
        *,
        walls: bool,
        preload: Sequence[str] = (),
        memory_bytes: int = MEMORY_BYTES,
    ) -> None:
        self._walls, self._preload = walls, list(preload)
        self._limits = {
            "memory_bytes": memory_bytes,
            "file_bytes": limits.file_bytes,
            "open_files": limits.open_files,
        }
        self._process: subprocess.Popen | None = None
        self._exam = ""
        self._afresh: set[str] = set()
        self._start()

    def use(self, exam: str) -> None:
        """Decide the checks of another chapter from now on.

        Args:
            exam: The instructor's edition, as JSON.

        Raises:
            RuntimeError: If it cannot be read, or no process can be started.
        """
        if exam != self._exam:
            self._exam, self._afresh = exam, set()
            self._read_exam()

    def prepare(self, grade_id: str) -> None:
        """Let the instructor's own cells run that a check needs, unless they have.

        Raises:
            RuntimeError: If there is no such check, or the chapter's own cells fail.
        """
        # Not an answer's fault, if it ended while nobody asked.
        if self._process is None or self._process.poll() is not None:
            self._read_exam()
        if grade_id in self._afresh:
            return
        if "threads" in self._asked_own({"prepare": grade_id}):
            self.close()
            self._afresh.add(grade_id)
            self._read_exam()

    def check(
        self, grade_id: str, answers: Answers, budget: Budget
    ) -> list[NotebookNode]:
        """Return the outputs of a check; see :meth:`Judge.check`.

        A process that ends, or does not come to an end in time, is one of the outputs,
        and stands in ``answers.incident``; what it computed in ``answers.computed``.

        Raises:
            RuntimeError: If there is no such check, or the chapter's own cells fail.
        """
        self.prepare(grade_id)
        budget.restart()
        began = time.monotonic()
        limits = {"wall": budget.wall, "processor": budget.processor}
        try:
            self._spent.write(0.0)
            self._send({"check": grade_id} | limits)
            socket.send_fds(self._control, [b"+"], [answers.connection.fileno()])
            wait = budget.wall + forked.START_SECONDS
            reply = self._reply(wait, lambda: self._spent.write(budget.spent))
        except (Broken, OSError) as error:
            late = isinstance(error, TimeoutError)
            self.close()  # it is started again for the next check
            how = {"late": took_longer_than(budget.wall)} if late else {}
            # Nobody can tell what it has computed. Its end is not to be a way out.
            used = min(time.monotonic() - began, max(budget.processor_left, 0.0))
            reply = {"ended": "with its owner", "used": used} | how
        answers.computed = float(reply["used"])
        return outputs_of(reply, answers)

    def _read_exam(self) -> None:
        if self._process is None or self._process.poll() is not None:
            self.close()
            self._start()
        self._asked_own({"exam": self._exam})

    def _asked_own(self, request: dict[str, Any]) -> dict[str, Any]:
        """Return the reply to a request in which nothing of a student's is read."""
        try:
            self._send(request)
            return self._reply(forked.START_SECONDS)
        except (Broken, OSError) as error:
            self.close()
            raise RuntimeError(f"no process to decide checks in: {error}") from None

    def _send(self, request: dict[str, Any]) -> None:
        self._control.settimeout(forked.START_SECONDS)
        send(self._control, json.dumps(request).encode())

    def _reply(
        self, seconds: float, meanwhile: Callable[[], object] = lambda: None
    ) -> dict[str, Any]:
        """Wait for a reply.

        Args:
            seconds: How long.
            meanwhile: Done about ten times a second.

        Raises:
            Broken: If there is none.
            TimeoutError: If there is none in time.
            RuntimeError: If it tells of a mistake in the chapter.
        """
        waiting = Budget(seconds)
        while not select.select([self._control], [], [], forked.TELL)[0]:
            meanwhile()
            if waiting.over():
                raise TimeoutError
        reply = json.loads(receive(self._control, 4 * forked.MOST_SAID))
        if "error" in reply:
            raise RuntimeError(reply["error"])
        return reply

    def _start(self) -> None:
        self._control, its = socket.socketpair()
        self._spent = SharedNumber()
        order = {"socket": its.fileno(), "preload": self._preload, "walls": self._walls}
        user = secrets.choice(USERS) if self._walls and is_root_user() else 0
        order |= {"limits": self._limits | {"processes": _processes()}, "user": user}
        order["spent"] = self._spent.fileno()
        line = bubblewrap.command(None) if self._walls else []
        if user:  # whom the administrator without this right could not end
            line[-1:-1] = ["--cap-add", "CAP_KILL"]
        # One thread: each core has a worker, and threads do not outlive a fork.
        single = {"OMP_NUM_THREADS": "1", "MPLBACKEND": "agg"}
        single |= {k: v for k, v in os.environ.items() if k == VARIABLE}
        for name, value in single.items() if self._walls else ():
            line[-1:-1] = ["--setenv", name, value]  # walls let no variable through
        with its:
            self._process = subprocess.Popen(
                [*line, sys.executable, "-P", "-m", _PROGRAM, json.dumps(order)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[its.fileno(), self._spent.fileno()],
                env={**os.environ, **single},
            )

    def close(self) -> None:
        """End the process, with all that it has forked."""
        if self._process is None:
            return
        self._spent.close()
        self._control.close()  # it ends its fork, and then itself
        try:
            self._process.wait(_CLOSE_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_judge(
    limits: Limits, *, walls: bool, preload: Sequence[str]
) -> JudgeApart | SpawnedJudge:
    """Return what decides checks apart on this system; see :class:`JudgeApart`."""
    if hasattr(os, "fork"):
        return JudgeApart(limits, walls=walls, preload=preload)
    return SpawnedJudge()


def _processes() -> int:
    """Return how many processes there may be: as many as now."""
    import resource

    return resource.getrlimit(resource.RLIMIT_NPROC)[1]
