"""One worker process: executes the submissions that its owner sends.

It starts its own kernels, and the process that decides checks (:mod:`apart`). On its
standard input come, pickled, which kernels, their address and then jobs; on its
standard output go results. So it can be started from anywhere: a terminal, a test, a
worker of a dask cluster. It ends by itself if its owner is gone, also in the middle of
a submission.
"""

import contextlib
import os
import pickle
import queue
import signal
import sys
import threading
from collections.abc import Iterator
from typing import BinaryIO

from ppdl_course.classroom.grader.execution.run import run_job
from ppdl_course.classroom.grader.job import Job
from ppdl_course.classroom.grader.workers import KernelChoice
from ppdl_course.classroom.judging.apart import (
    MEMORY_BYTES,
    JudgeApart,
    SpawnedJudge,
    open_judge,
)
from ppdl_course.classroom.kernels.sandbox import Kernels, connect_kernels

IDLE_SECONDS = 900.0  # then it ends; its owner starts it again for the next job


def _limit_memory() -> None:
    """Let what would take all memory fail, and nothing else with it."""
    with contextlib.suppress(ImportError, OSError, ValueError):  # not on every system
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_BYTES, hard))


def _serve(
    kernels: Kernels,
    judge: JudgeApart | SpawnedJudge,
    jobs: Iterator[Job],
    answers: BinaryIO,
) -> None:
    """Execute jobs one after the other; end after one that went wrong by our fault."""
    for job in jobs:
        judge.use(job.exam)
        try:
            _answer(answers, "result", run_job(job, kernels, judge))
        except Exception as error:
            _answer(answers, "died", _described(error))
            raise


def _answer(answers: BinaryIO, kind: str, content: object) -> None:
    pickle.dump((kind, content), answers)
    answers.flush()


def _described(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"


def _until_the_end(asks: BinaryIO) -> Iterator[Job]:
    """Yield jobs as they come, and end this process as soon as the owner is gone."""
    jobs: queue.SimpleQueue[Job] = queue.SimpleQueue()

    def read() -> None:
        with contextlib.suppress(EOFError, OSError, pickle.UnpicklingError):
            while True:
                jobs.put(pickle.load(asks))
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=read, daemon=True).start()
    with contextlib.suppress(queue.Empty):
        while True:
            yield jobs.get(timeout=IDLE_SECONDS)


def _go(*_: object) -> None:
    """Leave, closing the kernels; a second request does not interrupt that."""
    signal.signal(signal.SIGTERM, lambda *_: None)
    sys.exit(0)


def main() -> None:
    """Serve on standard input and output, which nothing else may then use."""
    asks, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    # Ctrl-C in the terminal is for the process that owns this one. A function, since a
    # signal that is ignored would be ignored by the kernels as well.
    signal.signal(signal.SIGINT, lambda *_: None)
    signal.signal(signal.SIGTERM, _go)
    try:
        _limit_memory()
        choice: KernelChoice = pickle.load(asks)
        # First: it imports what it needs while the kernels are made ready elsewhere.
        walls = choice.kind != "unsafe"
        with (
            open_judge(choice.limits, walls=walls, preload=choice.preload) as judge,
            connect_kernels(pickle.load(asks), choice.limits) as kernels,
        ):
            _serve(kernels, judge, _until_the_end(asks), answers)
    except (BrokenPipeError, EOFError):
        pass  # the owner is gone
    except Exception as error:
        with contextlib.suppress(OSError):
            _answer(answers, "broken", _described(error))
        raise


if __name__ == "__main__":
    main()
