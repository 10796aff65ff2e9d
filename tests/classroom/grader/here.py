"""A stand-in for the worker processes, and a small class of students to be graded.

``HerePool`` executes submissions in threads of the process that owns it: for tests of
what surrounds the execution. It notes each submission it begins in a file. As a program
it grades a course folder, to be killed in the middle::

    python here.py FOLDER SECONDS [resume]
"""

import contextlib
import io
import os
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
from nbformat.v4 import new_output

from ppdl_course.classroom.authoring.build import build
from ppdl_course.classroom.bank.answers import answered, read_bank
from ppdl_course.classroom.gradebook.nbgrader_course import NbgraderCourse
from ppdl_course.classroom.grader.batch import grade
from ppdl_course.classroom.grader.job import Job, Result
from ppdl_course.classroom.grader.workers import WorkerDied
from ppdl_course.classroom.magics import python_of

TINY = "01_tiny"
MEAN, CLIP, WHY = "check-mean_age", "check-clip_ages", "why_mean"
CLASSROOM = Path(__file__).parents[1]
BANK = read_bank(CLASSROOM / "course" / "bank" / TINY, ["mean_age", "clip_ages"])
FULL = {MEAN: 2, CLIP: 3}


def answers(mean, clip):
    """Return the bank's answers of these names; None leaves the stub."""
    names = {"mean_age": mean, "clip_ages": clip}
    return {
        exercise: next((a for a in BANK[exercise] if a.name == name), None)
        for exercise, name in names.items()
    }


CLASS = {  # student: answers to the two exercises, points for them
    "ann": (("loop", "comprehension"), (2, 3)),
    "bob": (("loop", "where"), (2, 3)),
    "cem": (("sum", "drops"), (0, 0)),
    "dan": (("empty", "where"), (0, 3)),
    "eve": ((None, None), (0, 0)),
    "fay": (("loop", "drops"), (2, 0)),
}


def make_class(course, students=CLASS):
    """Build and release the tiny chapter, and hand in for each of these students."""
    build(root=course)
    (course / "notebooks").mkdir(exist_ok=True)
    (course / "ppdl_course").mkdir(exist_ok=True)  # ppdl takes it for a course
    graded = NbgraderCourse(course)
    assert graded.release(TINY).ok
    for student in students:
        graded.hand_in(student, TINY, submission(course, *CLASS[student][0]))
    return graded


def submission(course, mean, clip):
    blank = nbformat.read(course / "notebooks" / TINY / f"{TINY}.ipynb", as_version=4)
    return answered(blank, answers(mean, clip))


def scores(course):
    """Return the points for the two checks of each student in the gradebook."""
    return {
        student: (mine[MEAN], mine[CLIP])
        for student, mine in NbgraderCourse(course).scores(TINY).items()
    }


EXPECTED = {student: points for student, (_, points) in CLASS.items()}


class HerePool:
    """Executes jobs in threads; ``begun`` is the file that notes who was begun."""

    def __init__(self, begun, jobs=2, seconds=0.0, dies=(), fails=()):
        self.begun, self.seconds = begun, seconds
        self.dies, self.fails = list(dies), list(fails)
        self.ahead = 2 * jobs
        self._one = threading.Lock()
        self._threads = ThreadPoolExecutor(jobs)

    def submit(self, job):
        return self._threads.submit(self.run, job)

    def check(self):
        pass

    def close(self):
        self._threads.shutdown(wait=True, cancel_futures=True)

    def run(self, job: Job) -> Result:
        note = os.open(self.begun, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        os.write(note, f"{job.student}\n".encode())
        os.close(note)
        time.sleep(self.seconds)
        if job.student in self.dies:
            self.dies.remove(job.student)
            raise WorkerDied("the worker ended")
        if job.student in self.fails:
            return Result(job.student, job.chapter, "", 0.0, failure="kernel: no")
        with self._one:  # standard output belongs to the whole process
            run = execute(job)
        return Result(job.student, job.chapter, run, 0.25, ("tried a thing",))


def execute(job):
    """Execute a trusted submission in this process, with the exam's checks."""
    notebook = nbformat.reads(job.submission, as_version=4)
    exam = {
        cell.metadata.nbgrader["grade_id"]: cell.source
        for cell in nbformat.reads(job.exam, as_version=4).cells
        if "nbgrader" in cell.metadata
    }
    names = {}
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        mark = cell.metadata.get("nbgrader", {})
        graded = mark.get("grade", False)
        code = exam[mark["grade_id"]] if graded else cell.source
        said = io.StringIO()
        try:
            with contextlib.redirect_stdout(said):
                exec(python_of(code), names)
            cell.outputs = [new_output("stream", name="stdout", text=said.getvalue())]
        except Exception as error:
            kind, text = type(error).__name__, str(error)
            cell.outputs = [
                new_output("error", ename=kind, evalue=text, traceback=[text])
            ]
    return nbformat.writes(notebook)


def be_killed():
    """Grade each folder that is named, in a process group of its own, one by one."""
    for line in sys.stdin:
        folder = Path(line.strip())
        pid = os.fork()
        if pid == 0:
            os.setsid()
            pool = HerePool(folder / "begun", seconds=0.15)
            grade(folder, TINY, pool=pool, resume=True)
            os._exit(0)
        print(pid, flush=True)
        os.waitpid(pid, 0)
        print("gone", flush=True)


if __name__ == "__main__":
    be_killed()
