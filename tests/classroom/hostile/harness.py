"""Compose hostile notebooks from ``bank/`` and have them graded between honest ones.

A file of the bank is one submission, in cells of the percent format::

    # %% says="..."                    its docstring, and what the report must say;
                                       several phrases with | between them; "or"
                                       within one where a busy machine says the other
    # %% above="find_i" shows="..."    a cell of the student's above that exercise, and
                                       what its output must contain, to show that it ran
    # %% answer="find_i" earns=0       an answer, and the points it deserves
    # %% points="find_i" earns=0       points only
    # %% forge="notebook"              run here, on the notebook to be handed in

All other exercises are answered right. ``__ROOT__`` and the like in the code stand for
what an attacker might know: the paths, ports and processes of the grader.
"""

import contextlib
import json
import os
import secrets
import shutil
import socket
import sqlite3
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

import jupytext
import nbformat

from ppdl_course.classroom.bank.answers import answered, read_bank
from ppdl_course.classroom.course import pristine_path
from ppdl_course.classroom.gradebook.nbgrader_course import NbgraderCourse
from ppdl_course.classroom.grader.batch import grade
from ppdl_course.classroom.limits import Limits

CHAPTER = "04_millionaires_problem"
BANK = Path(__file__).parent / "bank"
REPOSITORY = Path(__file__).parents[3]
HONEST = ("aaron", "lin", "zoe")  # before, among and after the hostile ones
SECRET = "a-secret-of-the-environment"
MARK = "ppdl-hostile-mark"
ESSAY = "handed in by {}: an answer that nobody else may read"
LIMITS = Limits(
    seconds=60,
    cell_seconds=6,
    wall_factor=2,  # on the sleepers' account: each waits so long for its end
    memory_bytes=1 << 30,
    processes=64,
    file_bytes=20_000_000,
    output_bytes=200_000,
)


@dataclass
class Attack:
    """One file of the bank."""

    name: str
    says: list[str] = field(default_factory=list)
    shows: list[str] = field(default_factory=list)
    cells: list[tuple[str, str]] = field(default_factory=list)  # place, code
    answers: dict[str, str] = field(default_factory=dict)
    earns: dict[str, float | None] = field(default_factory=dict)
    forgeries: list[str] = field(default_factory=list)


def read_attack(path: Path) -> Attack:
    attack = Attack(path.stem)
    for cell in jupytext.read(path, fmt="py:percent").cells:
        marks, code = cell.metadata, cell.source
        attack.says += filter(None, marks.get("says", "").split("|"))
        attack.shows += filter(None, marks.get("shows", "").split("|"))
        if "above" in marks:
            attack.cells.append((marks["above"], code))
        if "answer" in marks:
            attack.answers[marks["answer"]] = code
        if "forge" in marks:
            attack.forgeries.append(code)
        if "earns" in marks:
            attack.earns[marks.get("answer") or marks["points"]] = marks["earns"]
    return attack


ATTACKS = {path.stem: read_attack(path) for path in sorted(BANK.glob("*.py"))}


class Surroundings:
    """What an attacker might find around the grader: a server, sockets, a home."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.home = root.parent / "home"
        self.home.mkdir()
        self.socket = root.parent / "socket"
        self.abstract = f"ppdl-hostile-{secrets.token_hex(4)}"
        self.heard: list[str] = []
        self._open: list[socket.socket] = []
        self.port = self._listen(socket.AF_INET, ("127.0.0.1", 0))[1]
        self._listen(socket.AF_UNIX, str(self.socket))
        self._listen(socket.AF_UNIX, f"\0{self.abstract}")

    def _listen(self, family: int, address):
        listening = socket.socket(family, socket.SOCK_STREAM)
        listening.bind(address)
        listening.listen()
        self._open.append(listening)
        threading.Thread(target=self._hear, args=[listening], daemon=True).start()
        return listening.getsockname()

    def _hear(self, listening: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = listening.accept()
                self.heard.append(str(listening.getsockname()))
                connection.close()

    def close(self) -> None:
        for listening in self._open:
            listening.close()

    def fill_in(self, code: str) -> str:
        known = {
            "ROOT": self.root,
            "HOME": self.home,
            "PORT": self.port,
            "PID": os.getpid(),
            "SOCKET": self.socket,
            "ABSTRACT": self.abstract,
            "MARK": MARK,
        }
        for name, value in known.items():
            code = code.replace(f"__{name}__", str(value))
        return code


class Class:
    """A released chapter, and the notebooks that are handed in for it."""

    chapter = CHAPTER

    def __init__(self, root: Path) -> None:
        for name in ("solutions", "notebooks"):
            shutil.copytree(REPOSITORY / name / CHAPTER, root / name / CHAPTER)
        shutil.copy(REPOSITORY / "solutions" / f"{CHAPTER}.py", root / "solutions")
        pristine = pristine_path(CHAPTER, root)
        pristine.parent.mkdir()
        shutil.copy(pristine_path(CHAPTER, REPOSITORY), pristine)
        shutil.copy(REPOSITORY / "nbgrader_config.py", root)
        (root / "ppdl_course").mkdir()
        self.course = NbgraderCourse(root)
        released = self.course.release(CHAPTER)
        assert released.ok, released.log
        path = root / "notebooks" / CHAPTER / f"{CHAPTER}.ipynb"
        self.blank = nbformat.read(path, as_version=4)
        marks = [c.metadata.get("nbgrader", {}) for c in self.blank.cells]
        checks = [m["grade_id"] for m in marks if m.get("grade") and m.get("locked")]
        names = [name.removeprefix("check-") for name in checks]
        bank = read_bank(REPOSITORY / "bank" / CHAPTER, names)
        self.right = {n: next(a for a in bank[n] if a.right) for n in names}
        self.full = self.course.points(CHAPTER)
        self.around = Surroundings(root)

    def expected(self, attack: Attack | None) -> dict[str, float | None]:
        """Return the points that a submission deserves, by grade id."""
        due: dict[str, float | None] = {
            name: points if name.startswith("check-") else 0
            for name, points in self.full.items()
        }
        if attack is None:
            due["again_and_again"] = None  # an essay, for a human to read
        for name, points in attack.earns.items() if attack else ():
            due[f"check-{name}" if f"check-{name}" in due else name] = points
        return due

    def honest(self, student: str) -> None:
        notebook = nbformat.from_dict(self.blank)
        notebook = answered(notebook, self.right)
        for cell in notebook.cells:
            if cell.cell_type == "markdown" and "nbgrader" in cell.metadata:
                cell.source = ESSAY.format(student)
        self.course.hand_in(student, CHAPTER, notebook)

    def hostile(self, attack: Attack, *, guarded: bool = True) -> None:
        """Hand in an attack.

        Args:
            attack: From the bank.
            guarded: Let its cells do nothing if they can see the course's folder, for
                some would destroy it if there was no sandbox.
        """
        notebook = answered(nbformat.from_dict(self.blank), self.right)
        cells = notebook.cells
        for cell in cells:
            name = cell.metadata.get("nbgrader", {}).get("grade_id")
            if name in attack.answers:
                cell.source = self.around.fill_in(attack.answers[name])
        seen = f"os.path.exists(os.sep + {str(self.around.root)[1:]!r})"
        first = f"import os\n\nsandboxed = not {seen}\nprint('sandboxed:', sandboxed)"
        cells.insert(0, nbformat.v4.new_code_cell(first))
        for number, (place, code) in enumerate(attack.cells):
            code = self.around.fill_in(code)
            if guarded:
                code = f"assert sandboxed, 'too dangerous to run'\n{code}"
            own = nbformat.v4.new_code_cell(code, id=f"hostile-{number}")
            ids = [c.metadata.get("nbgrader", {}).get("grade_id") for c in cells]
            cells.insert(ids.index(place), own)
        for code in attack.forgeries:
            exec(code, {"notebook": notebook})
        student = f"h_{attack.name}"
        folder = self.course.root / "submitted" / student / CHAPTER
        folder.mkdir(parents=True)
        text = json.dumps(notebook)
        (folder / f"{CHAPTER}.ipynb").write_text(text, encoding="utf-8")

    def broken(self) -> None:
        """Hand in what cannot be graded."""
        whole = nbformat.writes(self.blank)
        exam = self.course.root / "solutions" / CHAPTER / f"{CHAPTER}.ipynb"
        makers = {
            "x_cut": lambda path: path.write_text(whole[: len(whole) // 2]),
            "x_empty": lambda path: path.touch(),
            "x_link": lambda path: path.symlink_to(exam),
            "x_pipe": lambda path: os.mkfifo(path),
        }
        for student, make in makers.items():
            folder = self.course.root / "submitted" / student / CHAPTER
            folder.mkdir(parents=True)
            make(folder / f"{CHAPTER}.ipynb")

    def grade(self, kind: str, jobs: int = 2, limits: Limits = LIMITS):
        return grade(self.course, CHAPTER, kind=kind, jobs=jobs, limits=limits)

    def outputs(self, student: str) -> tuple[str, str]:
        """Return what a graded submission's cells printed, and all that they show."""
        graded = self.course.graded(student, CHAPTER)
        cells = [cell for cell in graded.cells if cell.cell_type == "code"]
        shown = [output for cell in cells for output in cell.outputs]
        printed = [o.text for o in shown if o.output_type == "stream"]
        return "".join(printed), json.dumps(shown, ensure_ascii=False)

    def pages(self, students: list[str]) -> dict[str, str]:
        """Write feedback for these students, and return their pages."""
        found = {}
        for student in students:
            written = self.course.feedback(CHAPTER, student)
            assert written.ok, written.log
            path = self.course.root / "feedback" / student / CHAPTER / f"{CHAPTER}.html"
            found[student] = path.read_text(encoding="utf-8")
        return found

    def manual_scores(self) -> list:
        with contextlib.closing(
            sqlite3.connect(self.course.root / "gradebook.db")
        ) as db:
            asked = "SELECT manual_score, extra_credit FROM grade"
            return [row for row in db.execute(asked) if any(row)]


def processes() -> dict[int, str]:
    """Return the command line of every process (Linux)."""
    found = {}
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            found[int(path.parent.name)] = path.read_text(errors="replace")
    return found


def family(pid: int) -> set[int]:
    """Return the processes that descend from one."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, ValueError):
            fields = path.read_text(errors="replace").rpartition(")")[2].split()
            parents[int(path.parent.name)] = int(fields[1])
    found = {pid}
    while more := {p for p, parent in parents.items() if parent in found} - found:
        found |= more
    return found - {pid}


def tree(folder: Path) -> dict[str, tuple]:
    """Return what lies in a folder: size and time of each file."""
    found = {}
    for path in sorted(folder.rglob("*")):
        about = path.lstat()
        found[str(path.relative_to(folder))] = about.st_size, about.st_mtime_ns
    return found


def soon(condition, seconds: float = 5) -> bool:
    """Wait until a condition holds."""
    until = time.monotonic() + seconds
    while not condition() and time.monotonic() < until:
        time.sleep(0.05)
    return bool(condition())
