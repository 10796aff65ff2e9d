"""What is said about a class at the end."""

import io
import json
import shutil

import pytest

from ppdl_course.classroom.bank.answers import Answer
from ppdl_course.classroom.gradebook.nbgrader_course import NbgraderCourse
from ppdl_course.classroom.grader.batch import grade
from ppdl_course.classroom.grader.report import _mistake
from ppdl_course.classroom.grader.tally import Tally
from ppdl_course.classroom.grader.ticker import Ticker
from ppdl_course.classroom.terminal import printable

from .here import CLASSROOM, TINY, WHY, HerePool


@pytest.fixture(scope="module")
def graded(handed_in, tmp_path_factory):
    """The class, graded with the bank of answers at hand, and one failure."""
    course = shutil.copytree(handed_in, tmp_path_factory.mktemp("graded") / "course")
    bank = course / "bank" / TINY
    shutil.copytree(CLASSROOM / "course" / "bank" / TINY, bank)
    clip = bank / "clip_ages.py"  # without one of the mistakes that were made
    clip.write_text(clip.read_text().replace("it drops none", "nobody says this"))
    pool = HerePool(course / "begun", fails=["eve"])
    return course, grade(course, TINY, pool=pool)


def row(report, name):
    return next(row for row in report.exercises if row.name == name)


def test_each_exercise_has_its_counts_and_its_mean(graded):
    _, report = graded
    mean, clip = row(report, "mean_age"), row(report, "clip_ages")
    assert (mean.right, mean.wrong, mean.blank, mean.waiting) == (3, 2, 0, 0)
    assert (clip.right, clip.wrong, clip.blank) == (3, 2, 0)
    assert mean.mean == pytest.approx(6 / 5)
    assert clip.mean == pytest.approx(9 / 5)


def test_wrong_answers_of_the_bank_are_recognised_by_what_they_are_told(graded):
    _, report = graded
    assert row(report, "mean_age").mistakes == {
        "sum or nothing: 'The mean of 20 and 40 is 30.'": 1,
        "empty: 'division by zero'": 1,
    }
    assert row(report, "clip_ages").mistakes == {"another": 2}


def test_a_message_that_fits_several_mistakes_names_them_all():
    bank = [Answer("naive", "", "overflow"), Answer("where", "", "an overflow in exp")]
    assert _mistake("an overflow in exp", bank) == (
        "naive or where: 'an overflow in exp'"
    )
    assert _mistake("overflow", bank) == "naive: 'overflow'"
    assert _mistake("fine", bank) == "another"


def test_the_text_names_all_of_it(graded):
    course, report = graded
    text = report.text()
    assert f"{TINY}: 5 graded, 0 skipped, 1 failed; 6 executed in " in text
    assert "    1 x empty: 'division by zero'" in text.splitlines()
    assert "  eve: kernel: no" in text.splitlines()
    assert "  ann: tried a thing" in text.splitlines()
    assert f"Picture: {course / 'build' / 'grading' / f'{TINY}.png'}" in text
    lines = text.splitlines()
    table = lines[lines.index("") + 1 :]
    assert table[0].split() == [
        *("exercise", "points", "right", "wrong", "blank", "waiting", "mean")
    ]
    assert table[1].split() == ["mean_age", "2", "3", "2", "0", "1.20"]


def test_the_picture_is_there_and_described(graded):
    _, report = graded
    assert report.picture.read_bytes()[:4] == b"\x89PNG"
    assert report.alt in report.text()
    assert report.alt.startswith(
        f"Points for the checks of {TINY}, of 5, by 5 students: 1 with 0"
    )


def test_json_holds_the_same(graded):
    _, report = graded
    fields = json.loads(json.dumps(report.as_json()))
    assert fields["failed"] == {"eve": "kernel: no"}
    assert fields["totals"] == {"ann": 5, "bob": 5, "cem": 0, "dan": 3, "fay": 2}
    assert fields["exercises"][0]["mistakes"]["empty: 'division by zero'"] == 1
    assert fields["notices"]["ann"] == ["tried a thing"]


def test_a_question_waits_for_a_human_and_is_counted_once_graded(graded, tmp_path):
    course = shutil.copytree(graded[0], tmp_path / "course")
    pool = HerePool(course / "begun")
    path = course / "submitted" / "ann" / TINY / f"{TINY}.ipynb"
    path.write_text(
        path.read_text().replace("*Write your answer here.*", "The difference.")
    )
    report = grade(course, TINY, pool=pool)
    why = row(report, "why_mean")
    assert (why.waiting, why.blank, why.right, why.wrong) == (1, 5, 0, 0)
    with NbgraderCourse(course).gradebook() as gradebook:
        by_hand = gradebook.find_grade(WHY, TINY, TINY, "ann")
        by_hand.manual_score, by_hand.needs_manual_grade = 4, False
        gradebook.db.commit()
    report = grade(course, TINY, pool=HerePool(course / "begun"))
    why = row(report, "why_mean")
    assert (why.waiting, why.blank, why.right) == (0, 5, 1)
    assert why.mean == pytest.approx(4 / 6)
    assert report.totals["ann"] == 5  # points for the checks alone
    assert set(report.skipped) == {"ann", "bob", "cem", "dan", "eve", "fay"}
    assert "graded before, and unchanged since: ann, bob, cem" in report.text()


def test_nobody_graded_is_no_error(handed_in, tmp_path):
    course = shutil.copytree(handed_in, tmp_path / "course")
    everybody = ["ann", "bob", "cem", "dan", "eve", "fay"]
    report = grade(course, TINY, pool=HerePool(course / "begun", fails=everybody))
    assert report.picture is None
    assert report.as_json()["exercises"][0]["mean"] is None
    assert list(report.failed) == everybody


def test_what_a_student_chose_cannot_command_the_terminal():
    evil = "\x1b[2J\u202eabc\n\x07é"
    assert printable(evil) == r"\x1b[2J\u202eabc \x07é"
    stream = Terminal()
    Ticker(stream)(Tally(3, 1, 1.0, 1.0, {"bob": evil}, evil))
    assert "\x1b[2J" not in stream.getvalue()
    assert "\u202e" not in stream.getvalue()


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_terminal_gets_one_line_and_a_line_for_each_failure():
    stream = Terminal()
    ticker = Ticker(stream)
    ticker(Tally(3))
    ticker(Tally(3, 1, 61.0, 122.0, {}, "ann"))
    ticker(Tally(3, 2, 62.0, 31.0, {"bob": "no notebook"}, "bob"))
    ticker.close()
    shown = stream.getvalue()
    assert shown.count("\n") == 1
    assert "bob: no notebook\n" in shown
    assert "\r\x1b[K1/3  2:02 left  ann" in shown
    assert "\r\x1b[K2/3  0:31 left  1 failed  bob" in shown
    assert shown.endswith("\r\x1b[K")


def test_a_file_gets_a_line_for_each_submission():
    stream = io.StringIO()
    ticker = Ticker(stream)
    ticker(Tally(2))
    ticker(Tally(2, 1, 1.0, 1.0, {}, "ann"))
    ticker(Tally(2, 1, 2.0, 1.0, {}, "ann"))  # a second went by
    ticker(Tally(2, 2, 3.0, 0.0, {}, "bob"))
    ticker.close()
    assert stream.getvalue() == "0/2  0:00\n1/2  0:01 left  ann\n2/2  0:03  bob\n"
