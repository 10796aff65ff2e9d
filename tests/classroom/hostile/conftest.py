"""One batch: hostile notebooks between honest ones, graded as ``ppdl grade`` does it.

What was seen of it is kept in a file, for whichever worker runs a test.
"""

import contextlib
import hashlib
import os
import pickle
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from filelock import FileLock

from ppdl_course.classroom.kernels.sandbox import sandbox_available

from .harness import ATTACKS, HONEST, MARK, SECRET, Class, family, processes, soon, tree

collect_ignore_glob = ["bank/*"]


@dataclass
class Seen:
    """What came of a batch, and what was around it before and after."""

    expected: dict
    scores: dict
    full: dict
    notices: dict
    failed: dict
    text: str
    printed: dict  # by a student's cells; without tracebacks, which show code
    outputs: dict  # all that a student's notebook shows
    pages: dict  # feedback pages
    manual_scores: list
    heard: list
    left_running: dict
    left_lying: list
    changed: dict  # path: (before, after)
    submitted: tuple  # hash before and after
    seconds: float


@pytest.fixture(scope="session")
def seen(tmp_path_factory):
    """The whole batch, in warm kernels."""
    return once(tmp_path_factory, "hostile", lambda root: batch(root, "warm", ATTACKS))


def once(tmp_path_factory, name, run):
    if why := sandbox_available():
        if os.environ.get("PPDL_REQUIRE_BROWSER") == "1":
            pytest.fail(why)
        pytest.skip(why)
    return kept(tmp_path_factory, name, run)


def kept(tmp_path_factory, name, run):
    base = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent  # which the workers share
    file = base / f"{name}.pickle"
    with FileLock(base / f"{name}.lock"):
        if not file.exists():
            root = base / name / "course"
            root.mkdir(parents=True)
            file.write_bytes(pickle.dumps(run(root)))
        return pickle.loads(file.read_bytes())


def batch(root, kind, names, *, guarded=True, **settings):
    """Hand in, grade, and note all that can be seen of it."""
    course = Class(root)
    students = {f"h_{name}": ATTACKS[name] for name in names}
    for student in HONEST:
        course.honest(student)
    for attack in students.values():
        course.hostile(attack, guarded=guarded)
    course.broken()
    around = course.around
    places = [root / name for name in ("solutions", "notebooks", "submitted")]
    places += [root / "ppdl_course", around.home]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PPDL_SECRET", SECRET)
        patch.setenv("HOME", str(around.home))
        patch.setenv("MPLCONFIGDIR", str(root.parent / "matplotlib"))  # the grader's
        (around.home / ".profile").write_text("# mine\n")
        before = {str(place): tree(place) for place in places}
        mounts, handed_in = _mounts(), _hash(root / "submitted")
        began = time.monotonic()
        report = course.grade(kind, **settings)
        seconds = time.monotonic() - began
        soon(lambda: not family(os.getpid()))
        after = {str(place): tree(place) for place in places}
    changed = {p: (before[p], after[p]) for p in before if before[p] != after[p]}
    if _mounts() != mounts:
        changed["mounts"] = mounts, _mounts()
    outputs = {student: course.outputs(student) for student in (*HONEST, *students)}
    seen = Seen(
        expected={h: course.expected(None) for h in HONEST}
        | {s: course.expected(attack) for s, attack in students.items()},
        scores=course.course.scores(course.chapter),
        full=course.course.points(course.chapter),
        notices=report.notices,
        failed=report.failed,
        text=str(report.as_json()),
        printed={student: printed for student, (printed, _) in outputs.items()},
        outputs={student: shown for student, (_, shown) in outputs.items()},
        pages=course.pages(
            ["h_fakes_a_score"] if "h_fakes_a_score" in students else []
        ),
        manual_scores=course.manual_scores(),
        heard=around.heard,
        left_running={
            pid: line
            for pid, line in processes().items()
            if MARK in line or pid in family(os.getpid())
        },
        left_lying=_lying_around(root),
        changed=changed,
        submitted=(handed_in, _hash(root / "submitted")),
        seconds=seconds,
    )
    around.close()
    return seen


def _mounts():
    path = Path("/proc/self/mounts")
    return path.read_text() if path.exists() else ""


def _hash(folder):
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    contents = b"".join(bytes(path) + path.read_bytes() for path in files)
    return hashlib.sha256(contents).hexdigest()


def _lying_around(root):
    """Return the files that carry the mark, wherever an attack would have put them."""
    places = [Path("/tmp"), Path("/var/tmp"), Path("/dev/shm"), Path.home(), Path.cwd()]
    places += [Path(os.__file__).parent, Path(pytest.__file__).parents[1]]
    found = [path for place in places for path in place.glob(f"*{MARK}*")]
    found += [path for path in root.parent.rglob(f"*{MARK}*")]
    for place in places:
        with contextlib.suppress(OSError):
            found += [
                p for p in place.glob("sitecustomize.py") if MARK in p.read_text()
            ]
    return [str(path) for path in found]
