"""A batch: who is graded, skipped, reported; what nbgrader makes of it."""

import errno
import json
import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import Future
from types import SimpleNamespace

import nbformat
import pytest
from nbgrader.preprocessors import SaveAutoGrades
from sqlalchemy.exc import OperationalError
from traitlets.config import Config

from ppdl_course.classroom.bank.answers import verdict
from ppdl_course.classroom.gradebook.nbgrader_course import NbgraderCourse
from ppdl_course.classroom.gradebook.writer import Unreleased
from ppdl_course.classroom.grader import one_run, tally
from ppdl_course.classroom.grader.batch import NoSandbox, grade
from ppdl_course.classroom.grader.journal import Journal
from ppdl_course.classroom.grader.workers import CannotExecute, Stopped
from ppdl_course.classroom.limits import Limits
from ppdl_course.classroom.submission import apart

from .here import CLASS, EXPECTED, TINY, WHY, HerePool, scores, submission


def graded(course, **settings):
    """Grade; return the report and who was executed, in order."""
    begun = course / "begun"
    begun.unlink(missing_ok=True)
    pool = settings.pop("pool", None) or HerePool(begun)
    report = grade(course, TINY, pool=pool, **settings)
    return report, begun.read_text().split() if begun.exists() else []


def test_every_submission_is_graded_as_nbgrader_would(class_folder):
    report, begun = graded(class_folder)
    assert scores(class_folder) == EXPECTED
    assert sorted(report.graded) == sorted(begun) == list(CLASS)
    assert (report.skipped, report.failed) == ({}, {})
    run = NbgraderCourse(class_folder).graded("cem", TINY)
    assert "The mean of 20 and 40 is 30." in verdict(run, "mean_age")


def kept(cell):
    """What of a cell does not depend on who executed it."""
    return cell.cell_type, cell.source, cell.metadata.get("nbgrader")


def test_gradebook_and_files_equal_those_of_nbgrader_autograde(
    class_folder, tmp_path_factory
):
    other = shutil.copytree(class_folder, tmp_path_factory.mktemp("stock") / "course")
    graded(class_folder)
    assert NbgraderCourse(other).autograde(TINY).ok
    ours, theirs = NbgraderCourse(class_folder), NbgraderCourse(other)
    assert ours.scores(TINY) == theirs.scores(TINY)
    for student in CLASS:
        mine, stock = (course.graded(student, TINY) for course in (ours, theirs))
        assert [kept(cell) for cell in mine.cells] == [kept(c) for c in stock.cells]
        submitted = class_folder / "submitted" / student / TINY / f"{TINY}.ipynb"
        handed_in = nbformat.read(submitted, as_version=4)
        assert [cell.id for cell in mine.cells] == [cell.id for cell in handed_in.cells]
        path = f"autograded/{student}/{TINY}/{TINY}.ipynb"
        assert (class_folder / path).stat().st_mode == (other / path).stat().st_mode
    assert ours.feedback(TINY).ok
    page = (class_folder / "feedback" / "cem" / TINY / f"{TINY}.html").read_text(
        "utf-8"
    )
    assert "The mean of 20 and 40 is 30." in page


def test_the_students_files_stay_as_they_are(class_folder):
    folder = class_folder / "submitted" / "ann" / TINY
    (folder / f"{TINY}.ipynb").rename(folder / f"{TINY} (1).ipynb")
    before = (folder / f"{TINY} (1).ipynb").read_bytes()
    graded(class_folder)
    assert [path.name for path in folder.iterdir()] == [f"{TINY} (1).ipynb"]
    assert (folder / f"{TINY} (1).ipynb").read_bytes() == before
    assert scores(class_folder)["ann"] == (2, 3)


def test_what_was_graded_and_is_unchanged_is_skipped_with_the_reason(class_folder):
    graded(class_folder)
    report, begun = graded(class_folder)
    assert begun == []
    assert report.graded == ()
    assert report.skipped == dict.fromkeys(CLASS, "graded before, and unchanged since")
    assert report.exercises[0].right == 3  # the table is still of the whole class


def test_a_submission_that_came_in_again_is_graded_again(class_folder):
    graded(class_folder)
    NbgraderCourse(class_folder).hand_in(
        "cem", TINY, submission(class_folder, "loop", "where")
    )
    report, begun = graded(class_folder)
    assert (report.graded, begun) == (("cem",), ["cem"])
    assert scores(class_folder)["cem"] == (2, 3)


def test_one_student_is_graded_on_request_also_if_unchanged(class_folder):
    graded(class_folder)
    report, begun = graded(class_folder, student="bob")
    assert (report.graded, begun, report.skipped) == (("bob",), ["bob"], {})


def test_other_limits_or_a_lost_file_grade_again(class_folder):
    graded(class_folder)
    assert len(graded(class_folder, limits=Limits(seconds=99))[1]) == len(CLASS)
    report, _ = graded(class_folder, limits=Limits(seconds=99))
    assert report.graded == ()
    shutil.rmtree(class_folder / "autograded" / "eve")
    assert graded(class_folder, limits=Limits(seconds=99))[1] == ["eve"]


def test_a_changed_check_of_the_course_grades_everybody_again(
    class_folder, monkeypatch
):
    graded(class_folder)
    monkeypatch.setattr(one_run, "code_of_checks", lambda: [b"another"])
    assert len(graded(class_folder)[1]) == len(CLASS)
    monkeypatch.undo()
    assert len(list(one_run.code_of_checks())) > 5


def test_a_changed_exam_grades_everybody_again_once_it_is_released(class_folder):
    graded(class_folder)
    source = class_folder / "solutions" / f"{TINY}.py"
    source.write_text(source.read_text().replace("points=3", "points=5"))
    from ppdl_course.classroom.authoring.build import build

    build(root=class_folder)
    with pytest.raises(Unreleased, match=r"check-clip_ages has 5 points, 3.0 there"):
        graded(class_folder)
    assert NbgraderCourse(class_folder).release(TINY).ok
    report, begun = graded(class_folder)
    assert len(begun) == len(CLASS)
    assert report.maximum == 7


def test_other_hidden_tests_than_those_released_are_refused_by_name(class_folder):
    exam = class_folder / "solutions" / TINY / f"{TINY}.ipynb"
    exam.write_text(exam.read_text().replace("What is the mean of nobody?", "Oh."))
    with pytest.raises(Unreleased, match="check-mean_age is another"):
        graded(class_folder)


def test_a_chapter_that_was_never_released_is_refused(class_folder):
    (class_folder / "gradebook.db").unlink()
    with pytest.raises(Unreleased, match="01_tiny is not in the gradebook"):
        grade(class_folder, TINY)


def test_a_student_or_chapter_that_is_not_there_is_named(class_folder):
    with pytest.raises(ValueError, match=r"'zoe' has no folder .* in: ann, bob"):
        grade(class_folder, TINY, student="zoe")
    with pytest.raises(ValueError, match="there are: 01_tiny"):
        grade(class_folder, "99")
    shutil.rmtree(class_folder / "submitted")
    with pytest.raises(ValueError, match="nothing to grade in"):
        grade(class_folder, TINY)


def test_an_unreadable_submission_is_reported_and_the_others_are_graded(class_folder):
    (class_folder / "submitted" / "bob" / TINY / f"{TINY}.ipynb").write_text(
        "<html>log in"
    )
    report, _ = graded(class_folder)
    assert list(report.failed) == ["bob"]
    assert "web page" in report.failed["bob"]
    assert scores(class_folder) == {k: v for k, v in EXPECTED.items() if k != "bob"}


def test_a_submission_that_cannot_be_executed_is_reported_and_tried_next_time(
    class_folder,
):
    pool = HerePool(class_folder / "begun", fails=["cem"])
    report, _ = graded(class_folder, pool=pool)
    assert report.failed == {"cem": "kernel: no"}
    assert "cem" not in scores(class_folder)
    report, begun = graded(class_folder)
    assert (begun, report.failed) == (["cem"], {})


def test_a_submission_whose_worker_died_is_tried_once_more_by_itself(class_folder):
    pool = HerePool(class_folder / "begun", dies=["ann", "bob", "bob"])
    report, begun = graded(class_folder, pool=pool)
    assert report.failed == {"bob": "twice: the worker ended"}
    assert begun.count("ann") == begun.count("bob") == 2
    assert begun[-2:] == ["ann", "bob"]
    assert "bob" not in scores(class_folder)


def test_grades_and_comments_given_by_hand_stay(class_folder):
    graded(class_folder)
    with NbgraderCourse(class_folder).gradebook() as gradebook:
        grade_ = gradebook.find_grade(WHY, TINY, TINY, "ann")
        grade_.manual_score, grade_.needs_manual_grade = 3.5, False
        gradebook.find_comment("mean_age", TINY, TINY, "ann").manual_comment = "Fine."
        gradebook.db.commit()
    graded(class_folder, student="ann")
    with NbgraderCourse(class_folder).gradebook() as gradebook:
        grade_ = gradebook.find_grade(WHY, TINY, TINY, "ann")
        assert (grade_.score, grade_.needs_manual_grade) == (3.5, True)
        assert gradebook.find_comment("mean_age", TINY, TINY, "ann").comment == "Fine."


def test_a_late_submission_has_its_penalty(class_folder):
    config = class_folder / "nbgrader_config.py"
    config.write_text(
        config.read_text() + "c.AssignLatePenalties.plugin_class = "
        "'nbgrader.plugins.LateSubmissionPlugin'\n"
        "c.LateSubmissionPlugin.penalty_method = 'zero'\n"
    )
    with NbgraderCourse(class_folder).gradebook() as gradebook:
        gradebook.update_or_create_assignment(TINY, duedate="2026-01-01 00:00:00 UTC")
    for student, day in {"ann": "01-02", "bob": "2025-12-31"}.items():
        day = day if len(day) > 5 else f"2026-{day}"
        stamp = class_folder / "submitted" / student / TINY / "timestamp.txt"
        stamp.write_text(f"{day} 00:00:00 UTC")
    graded(class_folder)
    with NbgraderCourse(class_folder).gradebook() as gradebook:
        penalties = {
            name: gradebook.find_submission(TINY, name).late_submission_penalty
            for name in ("ann", "bob")
        }
    assert penalties == {"ann": 5.0, "bob": 0.0}


def test_files_that_came_along_are_copied_and_links_are_not(class_folder):
    folder = class_folder / "submitted" / "ann" / TINY
    (folder / "more").mkdir()
    (folder / "more" / "notes.txt").write_text("mine")
    try:
        for name in ("exam.txt", "more/[a]"):
            (folder / name).symlink_to(class_folder / "solutions" / f"{TINY}.py")
        (folder / "all").symlink_to(class_folder / "solutions")
    except OSError:
        pytest.skip("this user may not make links")
    graded(class_folder)
    copied = class_folder / "autograded" / "ann" / TINY
    assert {path.relative_to(copied).as_posix() for path in copied.rglob("*")} == {
        "more",
        "more/notes.txt",
        f"{TINY}.ipynb",
    }
    assert scores(class_folder) == EXPECTED


@pytest.mark.parametrize(
    "stamp",
    [
        "2026-01-31 12:00:00." + "1" * 5000,
        "1e" + "9" * 90,
        "9" * 90,
        "2026-01-31 12:00:00 UTC" + " " * 100 + "9" * 5000,
        "\0",
    ],
)
def test_an_endless_time_stamp_stops_nobody_else(class_folder, stamp):
    (class_folder / "submitted" / "ann" / TINY / "timestamp.txt").write_text(stamp)
    report, _ = graded(class_folder)
    assert "timestamp.txt must be like" in report.failed["ann"]
    assert len(report.failed["ann"]) < 300
    assert set(report.graded) == set(CLASS) - {"ann"}


@pytest.mark.skipif(os.name == "nt", reason="such names are not possible there")
def test_a_file_name_in_another_encoding_stops_nobody(class_folder):
    folder = os.fsencode(class_folder / "submitted" / "ann" / TINY)
    with open(folder + b"/M\xfcller.txt", "wb") as file:
        file.write(b"old")
    report, _ = graded(class_folder)
    assert set(report.graded) == set(CLASS)
    assert report.failed == {}
    json.dumps(report.as_json())
    assert graded(class_folder)[1] == []


def mark(class_folder, student, text):
    """Write a comment into a submission, by which a later stage knows it again."""
    path = class_folder / "submitted" / student / TINY / f"{TINY}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[0].source += f"\n{text}"
    nbformat.write(notebook, path)
    return path.parent


@pytest.mark.parametrize("stage", ["contents", "clean", "notices"])
def test_whatever_one_submission_raises_ends_that_one_alone(
    class_folder, monkeypatch, stage
):
    real, folder = getattr(one_run, stage), mark(class_folder, "ann", "marked")

    def break_one(first, *rest):
        if first == folder or "marked" in str(first):
            raise ZeroDivisionError("nobody foresaw this")
        return real(first, *rest)

    monkeypatch.setattr(one_run, stage, break_one)
    report, _ = graded(class_folder)
    assert "ZeroDivisionError: nobody foresaw this" in report.failed["ann"]
    assert set(report.graded) == set(CLASS) - {"ann"}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="read in the same process")
@pytest.mark.parametrize(
    ("does", "told"),
    [
        (lambda: time.sleep(60), "reading it took longer than 1 s"),
        (lambda: os._exit(3), "reading it ended the process that did it (status 3)"),
    ],
)
def test_a_submission_that_is_slow_to_read_or_ends_it_stops_nobody(
    class_folder, monkeypatch, does, told
):
    real, folder = one_run.clean, class_folder / "submitted" / "cem" / TINY

    def clean(path, release):
        if path == folder:
            does()
        return real(path, release)

    monkeypatch.setattr(one_run, "clean", clean)
    monkeypatch.setattr(apart.Apart.__init__, "__kwdefaults__", {"seconds": 1.0})
    began = time.monotonic()
    report, begun = graded(class_folder)
    assert time.monotonic() - began < 30
    assert report.failed == {"cem": told}
    assert sorted(report.graded) == sorted(begun) == sorted(set(CLASS) - {"cem"})
    got = scores(class_folder)
    assert {name: got[name] for name in begun} == {n: EXPECTED[n] for n in begun}


@pytest.mark.parametrize("name", ["ann ", " ann", "ann\t", "ann\x1b[2J", "ann\udcff"])
def test_a_folder_that_nbgrader_takes_for_another_student_is_refused(
    class_folder, name
):
    top = class_folder / "submitted"
    try:
        shutil.copytree(top / "eve", top / name)
    except OSError:
        pytest.skip("such a name is not possible here")
    for _ in range(2):
        report, _ = graded(class_folder)
        assert "Rename it" in report.failed[name]
        assert scores(class_folder) == EXPECTED


def test_a_link_to_a_neighbours_work_is_refused_by_name(class_folder):
    top = class_folder / "submitted"
    (top / "gus").mkdir()
    try:
        (top / "gus" / TINY).symlink_to(top / "ann" / TINY)
        (top / "hal").symlink_to(top / "ann")
        (top / "ida").mkdir()
        (top / "ida" / TINY).symlink_to(top / "nowhere")
    except OSError:
        pytest.skip("this user may not make links")
    report, _ = graded(class_folder)
    for name in ("gus", "hal", "ida"):
        assert name in report.failed[name]
        assert "is a link" in report.failed[name]
    assert scores(class_folder) == EXPECTED


def test_equal_submissions_have_a_result_each(class_folder, monkeypatch):
    top = class_folder / "submitted"
    for student in ("bob", "cem"):
        shutil.rmtree(top / student)
        shutil.copytree(top / "ann", top / student)

    def stop(*args):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(one_run.GradebookWriter, "save", stop)
        with pytest.raises(KeyboardInterrupt):
            graded(class_folder, student="ann")
    kept = class_folder / ".ppdl" / "grading" / TINY
    assert len(list(kept.glob("*.json"))) == 1
    graded(class_folder, student="bob")  # must not take away what ann waits for
    report, begun = graded(class_folder, resume=True, student="ann")
    assert begun == []
    assert report.graded == ("ann",)


@pytest.mark.parametrize(
    ("trouble", "says"),
    [
        (OperationalError("", {}, Exception("database is locked")), "is locked"),
        (OSError(errno.ENOSPC, "No space left on device"), "No space left"),
    ],
)
@pytest.mark.parametrize("where", ["save", "journal", "sanitise"])
def test_a_locked_gradebook_or_full_disk_stops_once_and_loses_nothing(
    class_folder, monkeypatch, trouble, says, where
):
    def fail(*args):
        raise trouble

    owner, name = {
        "save": (SaveAutoGrades, "preprocess"),
        "journal": (Journal, "saved"),
        "sanitise": (one_run.GradebookWriter, "sanitise"),
    }[where]
    with monkeypatch.context() as patch:
        patch.setattr(owner, name, fail)
        with pytest.raises(one_run.CannotKeep, match=says):
            graded(class_folder)
    report, _ = graded(class_folder, resume=True)
    assert set(report.graded) == set(CLASS)
    assert scores(class_folder) == EXPECTED


@pytest.mark.skipif(os.name == "nt", reason="makes a pipe with a name")
def test_a_damaged_time_stamp_is_reported_for_that_student(class_folder):
    folder = class_folder / "submitted"
    (folder / "ann" / TINY / "timestamp.txt").write_text("yesterday, I think")
    os.mkfifo(folder / "bob" / TINY / "timestamp.txt")
    report, _ = graded(class_folder)
    assert "got 'yesterday, I think'" in report.failed["ann"]
    assert "timestamp.txt is not an ordinary file" in report.failed["bob"]
    assert set(report.graded) == {"cem", "dan", "eve", "fay"}


def test_what_nbgrader_cannot_save_is_reported_and_not_lost(
    class_folder, monkeypatch, capfd
):
    save = SaveAutoGrades.preprocess

    def fail_once(self, notebook, resources):
        if resources["nbgrader"]["student"] == "bob":
            raise OSError("no space left on device")
        return save(self, notebook, resources)

    monkeypatch.setattr(SaveAutoGrades, "preprocess", fail_once)
    report, _ = graded(class_folder)
    assert report.failed == {"bob": "executed, but not saved: no space left on device"}
    assert capfd.readouterr() == ("", "")
    monkeypatch.undo()
    report, begun = graded(class_folder, resume=True)
    assert (report.graded, begun) == (("bob",), [])
    assert scores(class_folder) == EXPECTED


def test_only_one_grades_a_chapter_at_a_time(class_folder):
    folder = class_folder / ".ppdl" / "grading" / TINY
    folder.mkdir(parents=True)
    holder = (
        "import fcntl, sys; f = open(sys.argv[1], 'ab'); "
        "fcntl.flock(f, fcntl.LOCK_EX); print(1, flush=True); sys.stdin.read()"
    )
    if sys.platform == "win32":
        pytest.skip("holds the lock as Unix does")
    other = subprocess.Popen(
        [sys.executable, "-c", holder, folder / "lock"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        other.stdout.readline()
        with pytest.raises(Stopped, match="somebody is grading"):
            graded(class_folder)
    finally:
        other.communicate()
    assert (
        graded(class_folder)[0].failed == {}
    )  # the lock of a process that ended is gone


def test_settings_of_the_course_set_the_limits(class_folder):
    course = NbgraderCourse(class_folder, Config(Limits={"seconds": 12.5}))
    seen = []

    class Pool(HerePool):
        def run(self, job):
            seen.append(job.limits)
            return super().run(job)

    grade(course, TINY, pool=Pool(class_folder / "begun"))
    assert set(seen) == {Limits(seconds=12.5)}
    with pytest.raises(ValueError, match="seconds must be above 0, got -1"):
        grade(NbgraderCourse(class_folder, Config(Limits={"seconds": -1})), TINY)


def test_without_a_sandbox_grading_is_refused(class_folder, monkeypatch):
    from ppdl_course.classroom.kernels import sandbox

    monkeypatch.setattr(sandbox, "sandbox_available", lambda: "install bubblewrap")
    with pytest.raises(NoSandbox, match="install bubblewrap"):
        grade(class_folder, TINY)
    assert not (class_folder / ".ppdl").exists()


def test_a_kind_of_kernel_that_does_not_exist_is_refused(class_folder):
    with pytest.raises(ValueError, match="kind must be one of warm, cold, unsafe"):
        grade(class_folder, TINY, kind="hot")


def test_what_no_worker_can_execute_stops_the_batch(class_folder):
    class Pool(HerePool):
        def run(self, job):
            raise CannotExecute("ImportError: no torch")

    with pytest.raises(CannotExecute, match="no torch"):
        graded(class_folder, pool=Pool(class_folder / "begun"))


def test_progress_counts_up_and_names_who_failed(class_folder):
    seen = []
    pool = HerePool(class_folder / "begun", fails=["cem"])
    grade(
        class_folder,
        TINY,
        pool=pool,
        progress=lambda t: seen.append((t.done, t.total, t.last, *t.failed)),
    )
    assert seen[0] == (0, len(CLASS), "")
    dones = [row[0] for row in seen]
    assert dones == sorted(dones)
    assert dones[-1] == len(CLASS)
    assert seen[-1][3:] == ("cem",)
    assert {row[2] for row in seen} == {"", *CLASS}


def test_the_time_left_is_that_of_the_submissions_to_come(class_folder, monkeypatch):
    now, seen = [1000.0], {}
    clock = SimpleNamespace(monotonic=lambda: now[0])
    monkeypatch.setattr(tally, "time", clock)

    class Pool(HerePool):
        def submit(self, job):
            now[0] += 10  # each takes ten seconds
            done = Future()
            done.set_result(self.run(job))
            return done

    pool = Pool(class_folder / "begun", jobs=1)
    pool.ahead = 1
    grade(
        class_folder,
        TINY,
        pool=pool,
        progress=lambda t: seen.update({t.done: t.seconds_left}),
    )
    # From the first on, whose time has the start of the kernels in it.
    assert seen == {0: None, 1: None, 2: 40, 3: 30, 4: 20, 5: 10, 6: 0}


def test_the_journal_keeps_no_results_once_they_are_saved(class_folder):
    graded(class_folder)
    folder = class_folder / ".ppdl" / "grading" / TINY
    assert {path.name for path in folder.iterdir()} == {"journal.jsonl", "lock"}
    lines = [json.loads(x) for x in (folder / "journal.jsonl").open(encoding="utf-8")]
    assert [line["step"] for line in lines].count("saved") == len(CLASS)
    assert folder.stat().st_mode & 0o077 == 0


def test_no_more_is_prepared_ahead_than_needed(class_folder):
    waiting = []

    class Pool(HerePool):
        def submit(self, job):
            future = super().submit(job)
            waiting.append(future)
            assert sum(not f.done() for f in waiting) <= self.ahead
            return future

    report = grade(
        class_folder, TINY, pool=Pool(class_folder / "begun", jobs=1, seconds=0.02)
    )
    assert len(report.graded) == len(waiting) == len(CLASS)
