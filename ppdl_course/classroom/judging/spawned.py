"""Checks decided apart where no process can fork: one is spawned for each.

That takes the seconds of its imports, whose processor time does not count. It has no
walls, which there are none of on such a system either; from outside only its wall time
is limited.
"""

import multiprocessing
import socket
import time
from typing import Any, Self

import nbformat
from nbformat import NotebookNode

from ppdl_course.classroom.budget import Budget, took_longer_than
from ppdl_course.classroom.judging import forked
from ppdl_course.classroom.judging.forks import ending
from ppdl_course.classroom.judging.judge import Judge
from ppdl_course.classroom.judging.session import Answers
from ppdl_course.classroom.judging.verdicts import outputs_of


class SpawnedJudge:
    """The checks of one chapter at a time; as :class:`~.apart.JudgeApart`."""

    def __init__(self) -> None:
        self._exam = ""

    def use(self, exam: str) -> None:
        """Decide the checks of another chapter from now on."""
        Judge(nbformat.reads(exam, as_version=4))  # raises what is wrong with it
        self._exam = exam

    def prepare(self, grade_id: str) -> None:
        """Do nothing: each process runs the instructor's own cells itself."""

    def check(
        self, grade_id: str, answers: Answers, budget: Budget
    ) -> list[NotebookNode]:
        """Return the outputs of a check; see :meth:`~.apart.JudgeApart.check`."""
        budget.restart()
        spawning = multiprocessing.get_context("spawn")
        mine, its = spawning.Pipe(duplex=False)
        spent = spawning.RawValue("d", 0.0)
        what = (self._exam, grade_id, answers.connection)
        limits = (budget.wall, budget.processor, spent)
        process = spawning.Process(
            target=_decide_once, args=(*what, *limits, its), daemon=True
        )
        process.start()
        its.close()
        waiting = Budget(budget.wall + forked.START_SECONDS)
        reply: dict[str, Any] = {"late": took_longer_than(budget.wall)}
        try:
            while not waiting.over():
                spent.value = budget.spent
                if mine.poll(forked.TELL):
                    reply = {"said": mine.recv_bytes().decode()}
                    told = float(mine.recv_bytes(64).decode())
                    answers.computed = min(max(0.0, told), budget.processor)
                    break
        except (EOFError, OSError, ValueError):
            process.join()
            reply = {"ended": ending(process.exitcode or 0)}
        finally:
            mine.close()
            process.kill()
            process.join()
        return outputs_of(reply, answers)

    def close(self) -> None:
        """Do nothing: no process outlives its check."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _decide_once(
    exam: str,
    grade_id: str,
    connection: socket.socket,
    wall: float,
    processor: float,
    spent: Any,
    its: Any,
) -> None:
    """Decide one check, in a process of its own from the start."""
    judge = Judge(nbformat.reads(exam, as_version=4))
    judge.prepare(grade_id)
    before = time.process_time()
    budget = Budget(wall, processor, lambda: spent.value + time.process_time())
    its.send_bytes(forked.decided(judge, grade_id, connection, budget))
    its.send_bytes(str(time.process_time() - before).encode())
