"""Execute submissions on a ``dask.distributed`` cluster that the instructor started.

Each dask worker keeps as many worker processes of our own as it has threads, with their
kernels and judges (:mod:`ppdl_course.classroom.grader.workers`), from its first
submission until it ends or the grading does. A dask worker that is lost takes only time
with it: the scheduler gives its submissions to the others.

A cluster's workers get the exam with its hidden tests, and their results are believed;
whoever can talk to the scheduler can run code on all machines. So the machines must be
trusted, and the scheduler's port closed to others, or secured by TLS; see
docs/instructor.md.
"""

import asyncio
import contextlib
import time
import uuid
from concurrent.futures import Future

from distributed import Client, Worker, WorkerPlugin, get_worker

from ppdl_course.classroom.grader.job import Job, Result
from ppdl_course.classroom.grader.workers import KernelChoice, LocalPool, Stopped

CONNECT_SECONDS = 20
PATIENCE_SECONDS = 60  # a worker that was lost is started again by its nanny


class NoCluster(Stopped):
    """There is no scheduler, or no worker, where one was looked for."""


class ClusterPool:
    """The workers of a cluster.

    Args:
        address: Of the scheduler, ``tcp://...`` or ``tls://...``; certificates are read
            from dask's own configuration.
        kernels: What each worker process opens.

    Raises:
        NoCluster: If no scheduler answers, or it has no workers.
    """

    def __init__(self, address: str, kernels: KernelChoice) -> None:
        # Its own: two gradings on one cluster have nothing to do with each other.
        self._name = f"ppdl-grader-{uuid.uuid4()}"
        self._alive, self._lost = time.monotonic(), False
        try:
            self._client = Client(
                address, timeout=CONNECT_SECONDS, set_as_default=False
            )
        except (OSError, ValueError, RuntimeError) as error:
            raise NoCluster(
                f"no dask scheduler answers at {address}: {error}"
            ) from None
        try:
            if not self._client.nthreads():
                raise NoCluster(
                    f"the scheduler at {address} has no workers: start `dask worker "
                    f"{address}` on each machine"
                )
            self._client.register_plugin(_Workers(kernels), name=self._name)
        except BaseException:
            self._client.close()
            raise
        # A submission runs as often as it was handed over: two that are equal are two.
        self._executor = self._client.get_executor(pure=False)

    @property
    def ahead(self) -> int:
        """One waits for each that is executed, so that no worker does."""
        return 2 * max(1, self._threads())

    def submit(self, job: Job) -> "Future[Result]":
        """Execute a job on one of the workers."""
        return self._executor.submit(_execute, self._name, job)

    def check(self) -> None:
        """Look whether the cluster still has a worker.

        Raises:
            NoCluster: If it has had none for a minute, or the scheduler is gone.
        """
        if self._threads():
            self._alive = time.monotonic()
        elif time.monotonic() - self._alive > PATIENCE_SECONDS:
            raise NoCluster(
                "the cluster has lost all its workers: start others, add --resume"
            )

    def close(self) -> None:
        """End what is being executed; the cluster itself goes on."""
        if not self._lost:
            with contextlib.suppress(OSError):
                self._executor.shutdown(wait=False)
                self._client.unregister_worker_plugin(self._name)
        self._client.close()

    def _threads(self) -> int:
        try:
            return sum(self._client.nthreads().values())
        except OSError:
            self._lost = True
            raise NoCluster(
                "the cluster's scheduler is gone: start it and its workers again, "
                "add --resume"
            ) from None


class _Workers(WorkerPlugin):
    """Our own worker processes of one dask worker."""

    def __init__(self, kernels: KernelChoice) -> None:
        self.kernels = kernels
        self.pool: LocalPool | None = None

    def setup(self, worker: Worker) -> None:
        self.pool = LocalPool(self.kernels, worker.state.nthreads)

    async def teardown(self, worker: Worker) -> None:
        if self.pool is not None:
            await asyncio.to_thread(self.pool.close)


def _execute(name: str, job: Job) -> Result:
    pool = get_worker().plugins[name].pool
    return pool.run(job)
