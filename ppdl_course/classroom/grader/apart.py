"""Checks decided in a process of their own, whose end is the end of one answer.

What a check opens came from a student: bytes for TenSEAL to load, which can crash it;
sets and dicts that take time by the square of their size to build, in one call that no
alarm interrupts; numbers that a check then multiplies. So each check, from the first
value that is received to its verdict, is decided in a process between walls, with
limits of memory and time that are kept from outside.

All of a check, and not only ``context_from``: values are built in many places, a later
check will have others, and one that forgets a guard would not be seen. A fork of a
process that has everything imported (:mod:`forked`) costs 20 to 50 ms, seven of them a
third of a second for a submission that takes several; a guard around single calls would
cost the same for each. The worker itself cannot fork: it has threads.

Where a process cannot fork (Windows), one is spawned for each check; that takes the
seconds of its imports.
"""

import json
import multiprocessing
import os
import secrets
import socket
import subprocess
import sys
from collections.abc import Sequence
from typing import Any, Protocol, Self

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_output

from ppdl_course.classroom.course import is_root_user
from ppdl_course.classroom.grader import forked
from ppdl_course.classroom.judging.forks import ending
from ppdl_course.classroom.judging.judge import Judge
from ppdl_course.classroom.judging.session import Answers
from ppdl_course.classroom.judging.wire import Broken, receive, send
from ppdl_course.classroom.kernels import bubblewrap
from ppdl_course.classroom.kernels.provisioner import USERS
from ppdl_course.classroom.limits import Limits

MEMORY_BYTES = 4 << 30
"""Of one check's own data, for what it makes of the values that an answer returned."""
START_SECONDS = 100.0
"""To import a chapter's packages, or to run its own cells."""
_CLOSE_SECONDS = 2.0  # then it is at work on something long
_PROGRAM = "ppdl_course.classroom.grader.forked"
_OPENED = "What your function returned could not be opened: the process that opened it"


class Decides(Protocol):
    """Whatever decides checks: a :class:`Judge` does so in this process."""

    def check(
        self, grade_id: str, answers: Answers, seconds: float
    ) -> list[NotebookNode]:
        """Return the outputs of a check."""


class JudgeApart:
    """The checks of one chapter at a time, each decided in a process of its own.

    Args:
        limits: Of these, the size of files.
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
        self._limits = {"memory_bytes": memory_bytes, "file_bytes": limits.file_bytes}
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

    def check(
        self, grade_id: str, answers: Answers, seconds: float
    ) -> list[NotebookNode]:
        """Return the outputs of a check; see :meth:`Judge.check`.

        A process that ends, or does not come to an end in time, is one of the outputs,
        and stands in ``answers.incident``.

        Raises:
            RuntimeError: If there is no such check, or the chapter's own cells fail.
        """
        # Not this answer's fault, if it ended while nobody asked.
        if self._process is None or self._process.poll() is not None:
            self._read_exam()
        request = {"check": grade_id, "seconds": seconds}
        request["afresh"] = grade_id in self._afresh
        try:
            reply = self._asked(
                request, seconds + START_SECONDS, answers.connection.fileno()
            )
        except (Broken, OSError) as error:
            late = isinstance(error, TimeoutError)
            self.close()  # it is started again for the next check
            reply = {"late": seconds} if late else {"ended": "with its owner"}
        if "threads" in reply:
            self.close()
            self._afresh.add(grade_id)
            return self.check(grade_id, answers, seconds)
        return _outputs(reply, answers)

    def _read_exam(self) -> None:
        if self._process is None or self._process.poll() is not None:
            self.close()
            self._start()
        try:
            self._asked({"exam": self._exam}, START_SECONDS)
        except (Broken, OSError) as error:
            self.close()
            raise RuntimeError(f"no process to decide checks in: {error}") from None

    def _asked(
        self, request: dict[str, Any], seconds: float, file: int | None = None
    ) -> dict[str, Any]:
        self._control.settimeout(seconds)
        send(self._control, json.dumps(request).encode())
        if file is not None:
            socket.send_fds(self._control, [b"+"], [file])
        reply = json.loads(receive(self._control, 4 * forked.MOST_SAID))
        if "error" in reply:
            raise RuntimeError(reply["error"])
        return reply

    def _start(self) -> None:
        self._control, its = socket.socketpair()
        order = {"socket": its.fileno(), "preload": self._preload, "walls": self._walls}
        user = secrets.choice(USERS) if self._walls and is_root_user() else 0
        order |= {"limits": self._limits | {"processes": _processes()}, "user": user}
        line = bubblewrap.command(None) if self._walls else []
        if user:  # whom the administrator without this right could not end
            line[-1:-1] = ["--cap-add", "CAP_KILL"]
        # One thread: each core has a worker, and threads do not outlive a fork.
        single = {"OMP_NUM_THREADS": "1", "MPLBACKEND": "agg"}
        for name, value in single.items() if self._walls else ():
            line[-1:-1] = ["--setenv", name, value]  # walls let no variable through
        with its:
            self._process = subprocess.Popen(
                [*line, sys.executable, "-P", "-m", _PROGRAM, json.dumps(order)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[its.fileno()],
                env={**os.environ, **single},
            )

    def close(self) -> None:
        """End the process, with all that it has forked."""
        if self._process is None:
            return
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


class SpawnedJudge:
    """The same where no process can fork: one is spawned for each check.

    It has no walls, which there are none of on such a system either.
    """

    def __init__(self) -> None:
        self._exam = ""

    def use(self, exam: str) -> None:
        """Decide the checks of another chapter from now on."""
        Judge(nbformat.reads(exam, as_version=4))  # raises what is wrong with it
        self._exam = exam

    def check(
        self, grade_id: str, answers: Answers, seconds: float
    ) -> list[NotebookNode]:
        """Return the outputs of a check; see :meth:`JudgeApart.check`."""
        spawning = multiprocessing.get_context("spawn")
        mine, its = spawning.Pipe(duplex=False)
        what = (self._exam, grade_id, answers.connection, seconds)
        process = spawning.Process(target=_decide_once, args=(*what, its), daemon=True)
        process.start()
        its.close()
        allowed = seconds + START_SECONDS
        try:
            heard = mine.poll(allowed)
            reply = {"said": mine.recv_bytes().decode()} if heard else {"late": allowed}
        except (EOFError, OSError):
            process.join()
            reply = {"ended": ending(process.exitcode or 0)}
        finally:
            mine.close()
            process.kill()
            process.join()
        return _outputs(reply, answers)

    def close(self) -> None:
        """Do nothing: no process outlives its check."""

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


def _decide_once(
    exam: str, grade_id: str, connection: socket.socket, seconds: float, its: Any
) -> None:
    """Decide one check, in a process of its own from the start."""
    judge = Judge(nbformat.reads(exam, as_version=4))
    its.send_bytes(forked.decided(judge, grade_id, connection, seconds))


def _outputs(reply: dict[str, Any], answers: Answers) -> list[NotebookNode]:
    """Return what a process said about a check as outputs, or what became of it."""
    if "late" in reply:
        how = f"took longer than {reply['late']:.3g} s and was ended"
    elif "ended" in reply:
        how = f"ended ({reply['ended']})"
    else:
        try:
            said = json.loads(reply["said"])
            outputs = [_output(each) for each in said["outputs"]]
            answers.broken = str(said["broken"])
            return outputs
        # Whatever it says: what it had opened may have taken it over.
        except (LookupError, TypeError, ValueError, RecursionError):
            how = "did not say what came of it"
    answers.incident = f"the process that opened what the function returned {how}"
    message = f"{_OPENED} {how}."
    return [new_output("error", ename="NotOpened", evalue=message, traceback=[message])]


def _output(said: dict[str, Any]) -> NotebookNode:
    if said["output_type"] == "stream":
        return new_output("stream", name="stdout", text=str(said["text"]))
    (trace,) = said["traceback"]
    kind, message = str(said["ename"]), str(said["evalue"])
    return new_output("error", ename=kind, evalue=message, traceback=[str(trace)])


def _processes() -> int:
    """Return how many processes there may be: as many as now."""
    import resource

    return resource.getrlimit(resource.RLIMIT_NPROC)[1]
