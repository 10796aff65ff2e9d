"""The worker processes that execute submissions, seen from the process that owns them.

A worker (:mod:`ppdl_course.classroom.grader.worker`) lives as long as the batch. One
that dies, or that goes on for longer than its job may take, is ended and replaced; the
future of the job that it had raises :class:`WorkerDied`.
"""

import ast
import contextlib
import pickle
import queue
import subprocess
import sys
import tempfile
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Protocol

from ppdl_course.classroom.grader.job import Job, Result
from ppdl_course.classroom.limits import Limits
from ppdl_course.classroom.magics import python_of

if TYPE_CHECKING:
    from ppdl_course.classroom.kernels.sandbox import Kernels

# On top of what a submission may take: the first one also waits for the exam's own
# cells and for the imports of a warm kernel.
GRACE_SECONDS = 120.0
STOP_SECONDS = 10.0
_PACKAGE = Path(__file__).parents[2]
_PROCESS = "ppdl_course.classroom.grader.worker"


class WorkerDied(RuntimeError):
    """A worker ended or hung while it had this job."""


class Stopped(RuntimeError):
    """The whole batch cannot go on, and what to do about it."""


class CannotExecute(Stopped):
    """No worker can execute anything here, and what to do about it."""


@dataclass(frozen=True)
class KernelChoice:
    """Which kernels there are to be, and what they have imported.

    Attributes:
        kind: ``"warm"``, ``"cold"`` or ``"unsafe"``.
        limits: What one submission may use up.
        preload: The modules that a warm kernel has imported before it begins.
    """

    kind: str
    limits: Limits
    preload: tuple[str, ...] = ()


class Pool(Protocol):
    """Whatever executes jobs, here or elsewhere."""

    @property
    def ahead(self) -> int:
        """How many jobs to hand over before the first comes back."""

    def submit(self, job: Job) -> "Future[Result]":
        """Execute a job some time; the future may raise :class:`WorkerDied`."""

    def check(self) -> None:
        """Raise an error if nothing can be executed any more; called now and then."""

    def close(self) -> None:
        """End what is being executed, and leave nothing behind."""


class LocalPool:
    """Worker processes on this machine.

    Args:
        kernels: What they execute in; opened once for all of them.
        jobs: How many there are.
        grace: Seconds that a job may take on top of its limit until its worker is
            taken for hung.
    """

    def __init__(
        self, kernels: KernelChoice, jobs: int, *, grace: float = GRACE_SECONDS
    ) -> None:
        if jobs < 1:
            raise ValueError(f"jobs must be at least 1, got {jobs}")
        self._threads = ThreadPoolExecutor(jobs + 1, thread_name_prefix="ppdl-grader")
        # Workers import what they need while the warm kernels do the same.
        self._kernels = self._threads.submit(_opened, kernels)
        self._every = [_Worker(kernels, self._kernels, grace) for _ in range(jobs)]
        self._idle: queue.LifoQueue[_Worker] = queue.LifoQueue()
        for worker in self._every:
            self._idle.put(worker)

    @property
    def ahead(self) -> int:
        """One waits for each that is executed, so that no worker does."""
        return 2 * len(self._every)

    def submit(self, job: Job) -> "Future[Result]":
        """Execute a job as soon as a worker is free."""
        return self._threads.submit(self.run, job)

    def run(self, job: Job) -> Result:
        """Execute a job and wait for it.

        Raises:
            WorkerDied: If the worker ended, or was ended because it took too long.
            CannotExecute: If it could not even open its kernels.
        """
        worker = self._idle.get()
        try:
            return worker.run(job)
        finally:
            self._idle.put(worker)

    def check(self) -> None:
        """Do nothing: a worker that is lost is replaced by the next job."""

    def close(self) -> None:
        """End all workers, also those at work."""
        for worker in self._every:
            worker.terminate()
        for worker in self._every:
            worker.stop()
        self._threads.shutdown(wait=True, cancel_futures=True)
        if not self._kernels.cancelled() and self._kernels.exception() is None:
            self._kernels.result().close()


class _Worker:
    """One process, started with its first job and again after a death."""

    def __init__(
        self, choice: KernelChoice, kernels: "Future[Kernels]", grace: float
    ) -> None:
        self._choice, self._kernels, self._grace = choice, kernels, grace
        self._process: subprocess.Popen | None = None
        self._said: BinaryIO | None = None
        self._stopped = False
        self._starting = threading.Lock()

    def run(self, job: Job) -> Result:
        """Send a job, wait for its result; see :meth:`LocalPool.run` for the errors.

        Reading from a pipe has no time limit, so a timer ends a process that hangs:
        then the pipe closes, and the reading ends by an error.
        """
        allowed = job.limits.wall_seconds + self._grace
        late = threading.Event()
        process = self._started()

        def end() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(allowed, end)
        timer.daemon = True
        timer.start()
        try:
            kind, content = self._ask(process, job)
        except (EOFError, OSError, pickle.UnpicklingError):
            process.kill()
            process.wait()
            why = f"took longer than {allowed:.0f} s" if late.is_set() else "ended"
            raise WorkerDied(f"the worker {why}{self._last_words()}") from None
        finally:
            timer.cancel()
        if kind == "result":
            return content
        _end(process)
        raise WorkerDied(content) if kind == "died" else CannotExecute(content)

    def _ask(self, process: subprocess.Popen, job: Job) -> tuple:
        assert process.stdin is not None
        assert process.stdout is not None
        pickle.dump(job, process.stdin)
        process.stdin.flush()
        return pickle.load(process.stdout)

    def _started(self) -> subprocess.Popen:
        with self._starting:
            if self._stopped:
                raise WorkerDied("grading was stopped")
            if self._process is None or self._process.poll() is not None:
                self._close_files()
                self._said = tempfile.TemporaryFile()  # noqa: SIM115
                self._process = subprocess.Popen(
                    [sys.executable, "-P", "-m", _PROCESS],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=self._said,
                )
                self._send(self._choice)
                self._send(self._address())
            return self._process

    def _send(self, content: object) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):  # dead already: run() will see
            pickle.dump(content, self._process.stdin)
            self._process.stdin.flush()

    def _address(self) -> str:
        try:
            return self._kernels.result().address
        except Exception as error:
            raise CannotExecute(f"no kernels: {error}") from None

    def _last_words(self) -> str:
        """Return the end of what the process wrote on its error stream."""
        if self._said is None or self._said.closed:
            return ""
        self._said.seek(0)
        lines = self._said.read().decode(errors="replace").strip().splitlines()
        return f": {lines[-1].strip()}" if lines else ""

    def terminate(self) -> None:
        """Ask the process to go, and start no other."""
        with self._starting:
            self._stopped = True
            if self._process is not None:
                self._process.terminate()

    def stop(self) -> None:
        """Wait until the process is gone."""
        if self._process is not None:
            _end(self._process)
            self._close_files()

    def _close_files(self) -> None:
        files = [self._said]
        if self._process is not None:
            files += [self._process.stdin, self._process.stdout]
        for file in files:
            if file is not None:
                with contextlib.suppress(OSError):
                    file.close()


def _end(process: subprocess.Popen) -> None:
    """Let a process close its kernels and go; end it if it does not."""
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _opened(choice: KernelChoice) -> "Kernels":
    from ppdl_course.classroom.kernels.sandbox import open_kernels

    return open_kernels(choice.kind, choice.limits, preload=choice.preload)


def imported(exam: str) -> tuple[str, ...]:
    """Return the modules that the cells of a notebook import, for a warm kernel.

    Args:
        exam: The instructor's edition, as JSON.
    """
    import nbformat

    modules: set[str] = set()
    for cell in nbformat.reads(exam, as_version=4).cells:
        if cell.cell_type != "code":
            continue
        for node in ast.walk(ast.parse(python_of(cell.source))):
            if isinstance(node, ast.Import):
                modules |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                modules |= {_module(node.module, alias.name) for alias in node.names}
    return tuple(sorted(modules))


def _module(package: str, name: str) -> str:
    """Return which module ``from package import name`` needs, as far as it is ours."""
    inner = Path(_PACKAGE, *package.split(".")[1:], f"{name}.py")
    ours = package.partition(".")[0] == _PACKAGE.name
    return f"{package}.{name}" if ours and inner.is_file() else package
