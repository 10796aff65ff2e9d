"""A dask cluster of separate processes grades a class, also if a part of it dies."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from ppdl_course.classroom.grader.batch import grade
from ppdl_course.classroom.grader.workers import Stopped

from .here import CLASS, EXPECTED, TINY, HerePool, scores

pytest.importorskip("distributed", reason="needs ppdl-course[cluster]")


class Cluster:
    """A scheduler and workers, each a process, as docs/instructor.md starts them."""

    def __init__(self, folder, workers, settings=()):
        self._folder, self._env = folder, {**os.environ, **dict(settings)}
        self._log = (folder / "dask.log").open("wb")
        self.file = folder / "scheduler.json"
        protocol = ["--protocol", "tls"] if settings else []
        self.scheduler = self._start(
            "scheduler", "--host", "127.0.0.1", "--port", "0", *protocol
        )
        join = ["--nthreads", "1", "--no-nanny", "--local-directory", str(folder)]
        self.workers = [self._start("worker", *join) for _ in range(workers)]
        self.address = self._address()

    def _start(self, *words):
        where = ["--scheduler-file", str(self.file), "--no-dashboard"]
        return subprocess.Popen(
            [sys.executable, "-m", "dask", *words, *where],
            env=self._env,
            stdout=self._log,
            stderr=self._log,
        )

    def _address(self):
        until = time.monotonic() + 90
        registered = 0
        while registered < len(self.workers) or not self.file.exists():
            assert time.monotonic() < until, "the cluster did not start"
            time.sleep(0.1)
            log = (self._folder / "dask.log").read_text()
            registered = log.count("Register worker addr")
        while not (text := self.file.read_text()).endswith("}"):
            time.sleep(0.01)
        return json.loads(text)["address"]

    def close(self):
        for process in (*self.workers, self.scheduler):  # workers first: they say so
            process.terminate()
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._log.close()


@pytest.fixture
def cluster(tmp_path_factory):
    """Two workers; all connections are encrypted, and need the certificate."""
    import dask
    from distributed.security import Security

    folder = tmp_path_factory.mktemp("cluster")
    made = Security.temporary()
    for name, text in {"ca": made.tls_ca_file, "key": made.tls_client_key}.items():
        (folder / f"{name}.pem").write_text(text)
    # As JSON, which is YAML: what docs/instructor.md says to write.
    tls = {"ca-file": str(folder / "ca.pem")}
    for who in ("scheduler", "worker", "client"):
        tls[who] = {"cert": str(folder / "ca.pem"), "key": str(folder / "key.pem")}
    comm = {"require-encryption": True, "tls": tls}
    settings = folder / "dask.yaml"
    settings.write_text(json.dumps({"distributed": {"comm": comm}}))
    cluster = Cluster(folder, 2, {"DASK_CONFIG": str(settings)})
    here = {"distributed.comm.require-encryption": True}
    here["distributed.comm.tls.ca-file"] = tls["ca-file"]
    here["distributed.comm.tls.client"] = tls["client"]
    with dask.config.set(here):
        yield cluster
    cluster.close()


def children(pid):
    """Return the processes that a process has started."""
    listed = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True
    )
    return [int(word) for word in listed.stdout.split()]


def kernels_of(process):
    return [
        pid
        for pid in children(process.pid)
        if b"grader.worker" in _command(pid).encode()
    ]


def _command(pid):
    shown = subprocess.run(
        ["ps", "-o", "args=", "-p", str(pid)], capture_output=True, text=True
    )
    return shown.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="kills as Unix does")
def test_a_cluster_grades_everybody_once_although_a_worker_is_killed(
    cluster, class_folder
):
    assert cluster.address.startswith("tls://")
    victim, survivor = cluster.workers
    orphans = []

    def kill_one(tally):
        if tally.done == 1 and not orphans:
            orphans.extend(kernels_of(victim))
            os.kill(victim.pid, signal.SIGKILL)
            victim.wait()

    report = grade(
        class_folder, TINY, kind="unsafe", cluster=cluster.address, progress=kill_one
    )
    assert orphans
    assert report.failed == {}
    assert sorted(report.graded) == list(CLASS)
    assert scores(class_folder) == EXPECTED
    until = time.monotonic() + 30
    while any(_command(pid) for pid in orphans):  # no worker process outlives its owner
        assert time.monotonic() < until
        time.sleep(0.1)
    # The rest of the cluster goes on, without what the grading had started there.
    assert survivor.poll() is None
    while kernels_of(survivor):
        assert time.monotonic() < until
        time.sleep(0.1)
    again = grade(
        class_folder, TINY, kind="unsafe", cluster=cluster.address, student="ann"
    )
    assert again.graded == ("ann",)


def test_a_scheduler_that_is_not_there_is_named(class_folder, monkeypatch):
    from ppdl_course.classroom.grader import cluster

    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 1)
    with pytest.raises(Stopped, match="no dask scheduler answers at tcp"):
        grade(class_folder, TINY, kind="unsafe", cluster="tcp://127.0.0.1:9")


def test_a_cluster_without_workers_is_refused_with_the_command_to_start_one(
    class_folder, tmp_path
):
    empty = Cluster(tmp_path, 0)
    try:
        with pytest.raises(Stopped, match=f"start `dask worker {empty.address}`"):
            grade(class_folder, TINY, kind="unsafe", cluster=empty.address)
    finally:
        empty.close()


def test_a_scheduler_that_is_lost_stops_the_batch_which_can_be_resumed(
    class_folder, tmp_path
):
    lost = Cluster(tmp_path, 1)

    def lose(tally):
        if tally.done == 1:
            lost.scheduler.kill()

    try:
        with pytest.raises(Stopped, match="--resume"):
            grade(
                class_folder, TINY, kind="unsafe", cluster=lost.address, progress=lose
            )
    finally:
        lost.close()
    report = grade(
        class_folder, TINY, kind="unsafe", pool=HerePool(class_folder / "begun")
    )
    assert report.skipped
    assert scores(class_folder) == EXPECTED
