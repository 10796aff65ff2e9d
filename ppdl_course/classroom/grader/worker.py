"""One worker process: executes the submissions that its owner sends.

It has its own judge, and starts its own kernels. On its standard input come, pickled,
which kernels, their address and then jobs; on its standard output go results. So it can
be started from anywhere: a terminal, a test, a worker of a dask cluster. It ends by
itself if its owner is gone, also in the middle of a submission.
"""

import contextlib
import importlib
import os
import pickle
import queue
import signal
import sys
import threading
from collections.abc import Iterator
from typing import BinaryIO

import nbformat

from ppdl_course.classroom.grader.job import Job
from ppdl_course.classroom.grader.run import run_job
from ppdl_course.classroom.grader.workers import KernelChoice
from ppdl_course.classroom.judging.judge import Judge
from ppdl_course.classroom.kernels.sandbox import Kernels, connect_kernels

IDLE_SECONDS = 900.0  # then it ends; its owner starts it again for the next job
MEMORY_BYTES = 4 << 30
"""Of its own data, for what a check makes of the values that an answer returned."""


def _limit_memory() -> None:
    """Let a check that would take all memory fail, and nothing else with it."""
    with contextlib.suppress(ImportError, OSError, ValueError):  # not on every system
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_DATA)
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_BYTES, hard))


def _prepare(choice: KernelChoice) -> None:
    """Import what the judge will need, while the kernels are made ready elsewhere."""
    for name in choice.preload:
        with contextlib.suppress(Exception):  # a check that needs it will say so
            importlib.import_module(name)


def _serve(kernels: Kernels, jobs: Iterator[Job], answers: BinaryIO) -> None:
    """Execute jobs one after the other; end after one that went wrong by our fault."""
    judges: dict[str, Judge] = {}
    for job in jobs:
        if job.exam not in judges:  # one chapter at a time: forget the last one
            judges = {job.exam: Judge(nbformat.reads(job.exam, as_version=4))}
        try:
            _answer(answers, "result", run_job(job, kernels, judges[job.exam]))
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
        _prepare(choice)
        with connect_kernels(pickle.load(asks), choice.limits) as kernels:
            _serve(kernels, _until_the_end(asks), answers)
    except (BrokenPipeError, EOFError):
        pass  # the owner is gone
    except Exception as error:
        with contextlib.suppress(OSError):
            _answer(answers, "broken", _described(error))
        raise


if __name__ == "__main__":
    main()
