"""Real worker processes, with kernels without a sandbox: this runs anywhere."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace

import nbformat
import pytest

from ppdl_course.classroom.gradebook.nbgrader_course import NbgraderCourse
from ppdl_course.classroom.gradebook.writer import GradebookWriter
from ppdl_course.classroom.grader.job import Job
from ppdl_course.classroom.grader.workers import (
    CannotExecute,
    KernelChoice,
    LocalPool,
    WorkerDied,
    imported,
)
from ppdl_course.classroom.kernels import sandbox
from ppdl_course.classroom.limits import Limits

from .here import MEAN, TINY

CHOICE = KernelChoice("unsafe", Limits(seconds=60))
LOOP = "def mean_age(ages):\n    while True:\n        pass"
unix = pytest.mark.skipif(os.name == "nt", reason="sends signals as Unix has them")


@pytest.fixture(scope="module")
def job(handed_in):
    writer = GradebookWriter(NbgraderCourse(handed_in), TINY)
    path = handed_in / "submitted" / "ann" / TINY / f"{TINY}.ipynb"
    text = writer.sanitise("ann", nbformat.read(path, as_version=4))
    return Job("ann", TINY, text, writer.exam(), CHOICE.limits)


def looping(job):
    notebook = nbformat.reads(job.submission, as_version=4)
    for cell in notebook.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "mean_age":
            cell.source = LOOP
    return replace(job, submission=nbformat.writes(notebook))


@pytest.fixture
def pool():
    pool = LocalPool(CHOICE, 1, grace=10)
    yield pool
    pool.close()


def process_of(pool):
    """Return the worker's process id as soon as it has one."""
    (worker,) = pool._every
    until = time.monotonic() + 60
    while worker._process is None:
        assert time.monotonic() < until
        time.sleep(0.01)
    return worker._process.pid


def is_gone(pid, seconds=30.0):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


def test_a_worker_decides_the_checks_of_one_submission_after_another(pool, job):
    for name in ("ann", "bob"):
        result = pool.submit(replace(job, student=name)).result(timeout=120)
        assert (result.student, result.failure) == (name, "")
        run = nbformat.reads(result.notebook, as_version=4)
        said = {
            cell.metadata.nbgrader.grade_id: cell.outputs
            for cell in run.cells
            if "nbgrader" in cell.metadata and cell.cell_type == "code"
        }
        assert "passed" in said[MEAN][0].text
    first = process_of(pool)
    pool.close()
    assert is_gone(first)


@pytest.mark.skipif(sys.platform != "linux", reason="others do not limit their data")
def test_a_check_that_would_take_all_memory_fails_by_itself(pool, job):
    exam = nbformat.reads(job.exam, as_version=4)
    for cell in exam.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == MEAN:
            cell.source = "bytes(int(mean_age([8])) << 30)"
    greedy = replace(job, exam=nbformat.writes(exam))
    run = nbformat.reads(pool.submit(greedy).result(timeout=120).notebook, as_version=4)
    (check,) = [
        c for c in run.cells if c.metadata.get("nbgrader", {}).get("grade_id") == MEAN
    ]
    assert [output.get("ename") for output in check.outputs] == ["MemoryError"]
    first = process_of(pool)
    assert pool.submit(job).result(timeout=120).failure == ""
    assert process_of(pool) == first


@unix
def test_a_worker_that_is_killed_is_replaced_and_its_job_told(pool, job):
    future = pool.submit(looping(job))
    first = process_of(pool)
    time.sleep(1)
    os.kill(first, signal.SIGKILL)
    with pytest.raises(WorkerDied, match="the worker ended"):
        future.result(timeout=60)
    assert pool.submit(job).result(timeout=120).failure == ""
    assert process_of(pool) != first


@unix
def test_a_worker_that_hangs_is_ended_and_replaced(job):
    pool = LocalPool(CHOICE, 1, grace=0.5)
    try:
        hurried = replace(job, limits=Limits(seconds=0.5, wall_factor=1))
        future = pool.submit(hurried)
        os.kill(process_of(pool), signal.SIGSTOP)
        with pytest.raises(WorkerDied, match="took longer than 1 s"):
            future.result(timeout=60)
        assert pool.submit(job).result(timeout=120).failure == ""
    finally:
        pool.close()


@unix
def test_workers_end_with_their_owner_also_in_the_middle_of_a_job(job, tmp_path):
    package = "ppdl_course.classroom"
    imports = (
        f"from {package}.grader.job import Job\nfrom {package}.limits import Limits"
    )
    (tmp_path / "job.py").write_text(f"{imports}\nJOB = {looping(job)!r}")
    owner = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import time\n"
            "from ppdl_course.classroom.grader.workers import *\n"
            "from job import JOB\n"
            "pool = LocalPool(KernelChoice('unsafe', JOB.limits), 1)\n"
            "pool.submit(JOB)\n"
            "(worker,) = pool._every\n"
            "while worker._process is None: time.sleep(0.01)\n"
            "print(worker._process.pid, flush=True)\n"
            "time.sleep(99)\n",
        ],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        stdout=subprocess.PIPE,
        text=True,
    )
    worker = int(owner.stdout.readline())
    time.sleep(3)  # at work by now, or about to be
    owner.kill()
    owner.wait()
    assert is_gone(worker)


def test_kernels_that_cannot_be_had_are_told_with_the_reason(job, monkeypatch):
    def refuse(*args, **named):
        raise RuntimeError("install bubblewrap")

    monkeypatch.setattr(sandbox, "open_kernels", refuse)
    pool = LocalPool(CHOICE, 1)
    try:
        with pytest.raises(CannotExecute, match="install bubblewrap"):
            pool.submit(job).result(timeout=60)
    finally:
        pool.close()


def test_a_worker_without_an_exam_it_can_read_says_so(pool, job):
    with pytest.raises(CannotExecute, match="NotJSONError"):
        pool.submit(replace(job, exam="nonsense")).result(timeout=60)


def test_a_pool_needs_a_worker():
    with pytest.raises(ValueError, match="jobs must be at least 1, got 0"):
        LocalPool(CHOICE, 0)


def test_what_a_chapter_imports_is_found_in_all_its_cells():
    code = [
        "%matplotlib inline\nimport numpy as np, math",
        "from ppdl_course.parties import codec\n"
        "from ppdl_course.checks.verdict import require",
        "def f():\n    from os.path import join\n    import tenseal",
    ]
    cells = [nbformat.v4.new_code_cell(text) for text in code]
    cells.append(nbformat.v4.new_markdown_cell("import nothing"))
    exam = nbformat.writes(nbformat.v4.new_notebook(cells=cells))
    assert imported(exam) == (
        "math",
        "numpy",
        "os.path",
        "ppdl_course.checks.verdict",
        "ppdl_course.parties.codec",
        "tenseal",
    )
