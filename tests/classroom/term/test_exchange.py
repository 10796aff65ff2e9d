"""What students forge in nbgrader's exchange is not collected, and stops nobody else.

The users are the system accounts that every Unix has; only root can act for them.
"""

import logging
import os
import shutil
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import nbformat
import pytest
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from ppdl_course.classroom.term.exchange import STAMP, CheckedCollect

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="needs Linux and root"
)
ANN, BOB = "daemon", "games"
CHAPTER = "01_tiny"


class Exchange:
    """An inbound folder, and the course folder it is collected into."""

    def __init__(self, root):
        self.now = datetime.now(UTC).replace(tzinfo=None)
        self.course = root / "course"
        self.inbound = root / "exchange" / "ppdl" / "inbound"
        self.inbound.mkdir(parents=True)
        self.inbound.parent.parent.chmod(0o1777)
        self.config = Config()
        self.config.CourseDirectory.root = str(self.course)
        self.config.CourseDirectory.course_id = "ppdl"
        self.config.CourseDirectory.assignment_id = CHAPTER
        self.config.Exchange.root = str(root / "exchange")
        self.config.ExchangeCollect.update = True

    def name(self, student, before=timedelta()):
        """Return what a folder is called that is handed in now, or some time before."""
        time = self.now - before
        return f"{student}+{CHAPTER}+{time:%Y-%m-%d %H:%M:%S.%f} UTC+random"

    def hand_in(self, owner, name, says="mine"):
        """Write a submission as its owner would; return its folder."""
        import pwd

        folder = self.inbound / name
        folder.mkdir()
        cells = [nbformat.v4.new_markdown_cell(says)]
        nbformat.write(
            nbformat.v4.new_notebook(cells=cells), folder / f"{CHAPTER}.ipynb"
        )
        (folder / STAMP).write_text("1999-01-01 00:00:00 UTC")
        user = pwd.getpwnam(owner)
        for path in (folder, *folder.iterdir()):
            os.chown(path, user.pw_uid, user.pw_gid)
        return folder

    def collect(self):
        """Collect; return what was found of each student."""
        folder = CourseDirectory(config=self.config)
        CheckedCollect(coursedir=folder, config=self.config).start()
        return {
            path.parts[-3]: nbformat.read(path, 4).cells[0].source
            for path in self.course.glob(f"submitted/*/{CHAPTER}/*.ipynb")
        }

    def time(self, student):
        folder = self.course / "submitted" / student / CHAPTER
        text = (folder / STAMP).read_text().removesuffix(" UTC")
        return datetime.fromisoformat(text)


@pytest.fixture(scope="module")
def gradebook(tmp_path_factory):
    """An empty gradebook, made once: it takes a second."""
    from nbgrader.api import Gradebook

    path = tmp_path_factory.mktemp("gradebook") / "gradebook.db"
    with pytest.MonkeyPatch.context() as patch:  # nbgrader starts alembic by its name
        programs = Path(sys.executable).parent
        patch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
        Gradebook(f"sqlite:///{path}", "ppdl").close()
    return path


@pytest.fixture
def exchange(tmp_path, monkeypatch, gradebook):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "course").mkdir()
    shutil.copy(gradebook, tmp_path / "course")
    return Exchange(tmp_path)


def test_each_students_newest_submission_is_collected(exchange):
    exchange.hand_in(ANN, exchange.name(ANN, timedelta(seconds=20)), "first")
    exchange.hand_in(ANN, exchange.name(ANN), "second")
    exchange.hand_in(BOB, exchange.name(BOB))
    assert exchange.collect() == {ANN: "second", BOB: "mine"}
    assert exchange.time(ANN) == exchange.now, (
        "the stated time stands if nothing speaks against"
    )


def test_a_later_one_takes_its_place_and_the_same_one_is_not_taken_twice(exchange):
    exchange.hand_in(ANN, exchange.name(ANN, timedelta(seconds=20)), "first")
    assert exchange.collect() == {ANN: "first"}
    mark = exchange.course / "submitted" / ANN / CHAPTER / "mark"
    mark.touch()
    exchange.collect()
    assert mark.exists()
    exchange.hand_in(ANN, exchange.name(ANN), "second")
    assert exchange.collect() == {ANN: "second"}
    assert not mark.exists()


def test_a_folder_in_somebody_elses_name_takes_nobodys_place(exchange, caplog):
    exchange.hand_in(BOB, exchange.name(BOB, timedelta(seconds=20)), "bob's own")
    exchange.hand_in(ANN, exchange.name(BOB), "ann's, as bob")
    with caplog.at_level(logging.ERROR):
        assert exchange.collect() == {BOB: "bob's own"}
    assert f"it names '{BOB}' but belongs to '{ANN}'" in caplog.text


def test_a_link_to_the_solution_is_not_followed(exchange, tmp_path, caplog):
    solution = tmp_path / "solution.ipynb"
    cells = [nbformat.v4.new_markdown_cell("the solution")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), solution)
    file = exchange.hand_in(ANN, exchange.name(ANN)) / f"{CHAPTER}.ipynb"
    file.unlink()
    file.symlink_to(solution)
    os.link(solution, file.with_name("hard.ipynb"))
    (file.parent / "folder").symlink_to(tmp_path)
    (exchange.inbound / exchange.name(BOB)).symlink_to(tmp_path)
    with caplog.at_level(logging.WARNING):
        assert exchange.collect() == {}
    assert f"no notebook that is a plain file of '{ANN}'" in caplog.text
    assert "hard.ipynb: not theirs" in caplog.text
    assert not list(exchange.course.rglob("*.ipynb"))


def test_a_pipe_is_left_out_and_does_not_block(exchange):
    folder = exchange.hand_in(ANN, exchange.name(ANN))
    os.mkfifo(folder / "pipe.ipynb")
    assert exchange.collect() == {ANN: "mine"}


def test_a_submission_changed_after_its_stated_time_counts_as_of_then(exchange, caplog):
    exchange.hand_in(ANN, exchange.name(ANN, timedelta(days=3)))
    with caplog.at_level(logging.WARNING):
        exchange.collect()
    assert abs(exchange.time(ANN) - datetime.now(UTC).replace(tzinfo=None)) < timedelta(
        seconds=60
    )
    assert "was changed at" in caplog.text


@pytest.mark.parametrize("time", ["garbage", "+", "99999-01-01 UTC", ""])
def test_a_name_without_a_time_stops_nobody(exchange, time):
    exchange.hand_in(ANN, f"{ANN}+{CHAPTER}+{time}+x")
    exchange.hand_in(BOB, exchange.name(BOB))
    assert exchange.collect() == {BOB: "mine"}


def test_a_submission_over_the_limit_is_refused_with_the_figures(exchange, caplog):
    exchange.config.CourseDirectory.max_dir_size = 1
    exchange.hand_in(ANN, exchange.name(ANN), "x" * 2000)
    exchange.hand_in(BOB, exchange.name(BOB))
    with caplog.at_level(logging.ERROR):
        assert exchange.collect() == {BOB: "mine"}
    assert "at most 1000 are taken" in caplog.text


def test_nbgrader_alone_takes_the_forged_one_and_follows_the_link(exchange, tmp_path):
    # Why CheckedCollect is there; if this fails, nbgrader has changed: look again.
    from nbgrader.exchange.default import ExchangeCollect

    file = exchange.hand_in(ANN, exchange.name(BOB)) / f"{CHAPTER}.ipynb"
    solution = Path(file).rename(tmp_path / "solution.ipynb")
    file.symlink_to(solution)
    folder = CourseDirectory(config=exchange.config)
    ExchangeCollect(coursedir=folder, config=exchange.config).start()
    assert (exchange.course / f"submitted/{BOB}/{CHAPTER}/{CHAPTER}.ipynb").exists()
