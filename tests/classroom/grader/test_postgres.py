"""The same gradebook in a real PostgreSQL, started for this test on a Unix socket."""

import csv
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from ppdl_course.classroom.gradebook.nbgrader_course import NbgraderCourse
from ppdl_course.classroom.grader.batch import grade

from .here import CLASS, EXPECTED, TINY, WHY, HerePool, make_class

pwd = pytest.importorskip("pwd", reason="starts the server as Unix does")
USER = "nobody"  # PostgreSQL refuses to run as root


def program(name):
    """Return a program of PostgreSQL; Debian keeps them off the path."""
    found = shutil.which(name) or next(
        iter(sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))[::-1]), None
    )
    if found is None and not os.environ.get("PPDL_REQUIRE_BROWSER"):
        pytest.skip(f"needs PostgreSQL's {name}")
    assert found, f"{name} is not installed"
    return str(found)


@pytest.fixture
def database():
    """A server of our own; the address of an empty database."""
    pytest.importorskip("psycopg", reason="needs ppdl-course[cluster]")
    initdb, pg_ctl = program("initdb"), program("pg_ctl")
    folder = tempfile.mkdtemp(prefix="pg-")  # short: a socket's path has 107 bytes
    owner, become = pwd.getpwuid(os.getuid()).pw_name, []
    if os.getuid() == 0:
        owner, become = USER, ["setpriv", f"--reuid={USER}", "--clear-groups"]
        os.chown(folder, pwd.getpwnam(USER).pw_uid, -1)

    def run(*words):
        done = subprocess.run(
            [*become, *words], cwd=folder, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, done.stdout + done.stderr

    data = f"{folder}/data"
    try:
        run(initdb, "-D", data, "--auth=trust", f"--username={owner}", "--no-sync")
        settings = f"-c listen_addresses='' -c unix_socket_directories={folder}"
        settings += " -c fsync=off"
        # Not through a pipe, which the server would hold open.
        with open(f"{folder}/log", "wb") as log:
            start = [pg_ctl, "-D", data, "-w", "-o", settings, "start"]
            subprocess.run(
                [*become, *start], cwd=folder, stdout=log, check=True, timeout=120
            )
        try:
            yield f"postgresql+psycopg://{owner}@/postgres?host={folder}"
        finally:
            run(pg_ctl, "-D", data, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


def test_a_class_is_graded_into_postgresql(course, database):
    config = course / "nbgrader_config.py"
    config.write_text(
        f"{config.read_text()}\nc.CourseDirectory.db_url = {database!r}\n"
    )
    make_class(course)
    report = grade(course, TINY, pool=HerePool(course / "begun"))
    assert sorted(report.graded) == list(CLASS)
    graded = NbgraderCourse(course)
    assert {
        student: (mine["check-mean_age"], mine["check-clip_ages"])
        for student, mine in graded.scores(TINY).items()
    } == EXPECTED
    with graded.gradebook() as gradebook:
        assert gradebook.engine.dialect.name == "postgresql"
        by_hand = gradebook.find_grade(WHY, TINY, TINY, "ann")
        by_hand.manual_score, by_hand.needs_manual_grade = 3.5, False
        gradebook.db.commit()
    assert not list(course.glob("*.db"))
    report = grade(course, TINY, student="ann", pool=HerePool(course / "begun"))
    assert (report.graded, graded.scores(TINY)["ann"][WHY]) == (("ann",), None)
    graded.export(course / "grades.csv")
    with open(course / "grades.csv", encoding="utf-8") as file:
        totals = {
            row["student_id"]: float(row["score"]) for row in csv.DictReader(file)
        }
    assert totals == {name: sum(EXPECTED[name]) for name in CLASS} | {"ann": 8.5}
    assert graded.feedback(TINY).ok
