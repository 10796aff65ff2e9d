"""The table of the bank: on a tiny chapter, graded by nbgrader in this process."""

import json
import shutil

import nbformat
import pytest
from typer.testing import CliRunner

from ppdl_course.checks.error_rates import STATED
from ppdl_course.classroom import cli
from ppdl_course.classroom.authoring.marks import read_chapter
from ppdl_course.classroom.bank import graded_bank
from ppdl_course.classroom.bank.graded_bank import chapter_table, grade_by_nbgrader
from ppdl_course.classroom.bank.promised_rates import PromisedRates, promised_rates
from ppdl_course.classroom.bank.table import Row, Table

from ..conftest import HERE, TINY

BANK = HERE / "course" / "bank"


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    """The tiny chapter's table; its bank has one answer that is not what it says."""
    root = tmp_path_factory.mktemp("odd")
    shutil.copytree(HERE / "course" / "solutions", root / "solutions")
    shutil.copy(HERE.parents[1] / "nbgrader_config.py", root)
    bank = shutil.copytree(BANK / TINY, root / "bank")
    text = (bank / "clip_ages.py").read_text()
    (bank / "clip_ages.py").write_text(text.replace("it drops none", "it drops one"))
    source = root / "solutions" / f"{TINY}.py"
    return chapter_table(source, bank, grade=grade_by_nbgrader)


def test_every_answer_is_there_once_stub_first_exercise_by_exercise(table):
    assert [row.kind for row in table.rows] == 2 * (
        ["stub", *["right"] * 3, *["wrong"] * 8]
    )
    assert [row.exercise for row in table.rows] == [
        *12 * ["mean_age"],
        *12 * ["clip_ages"],
    ]
    names = [(row.exercise, row.answer) for row in table.rows]
    assert len(set(names)) == len(names)


def test_points_and_messages_are_those_of_the_grader(table):
    rows = {(row.exercise, row.answer): row for row in table.rows}
    stub = rows["mean_age", "blank"]
    assert (stub.score, stub.full) == (0, 2)
    assert "not answered yet" in stub.message
    assert (rows["clip_ages", "where"].score, rows["clip_ages", "where"].matches) == (
        3,
        None,
    )
    wrong = rows["mean_age", "sum"]
    assert (wrong.score, wrong.matches, wrong.surprise) == (0, True, "")


def test_a_wrong_answer_without_its_message_is_a_surprise(table):
    (odd,) = table.surprises
    assert (odd.answer, odd.score, odd.matches) == ("drops", 0, False)
    assert odd.surprise == "must say 'it drops one'"
    assert "✘ must say 'it drops one': " in table.text()
    assert table.text().endswith("1 surprises")


@pytest.mark.parametrize(
    ("kind", "score", "surprise"),
    [
        ("stub", 0, ""),
        ("stub", 1, "scored 1, not 0"),
        ("right", 2, ""),
        ("right", 1, "scored 1, not 2"),
        ("wrong", 0, ""),
        ("wrong", 2, "scored 2, not 0"),
        ("right", None, "could not be graded"),
        ("wrong", None, "could not be graded"),
    ],
)
def test_points_that_nobody_earned_or_somebody_lost_are_surprises(
    kind, score, surprise
):
    row = Row("mean_age", "a", kind, score, 2, "said", matches=True)
    assert row.surprise == surprise


def test_submissions_that_could_not_be_graded_are_told_why(course):
    def none_start(course, chapter):
        handed_in = (course.root / "submitted").iterdir()
        return {path.name: "no kernel started" for path in handed_in}

    source = course / "solutions" / f"{TINY}.py"
    table = chapter_table(source, BANK / TINY, grade=none_start)
    assert len(table.surprises) == len(table.rows) == 24
    assert {(row.score, row.message) for row in table.rows} == {
        (None, "no kernel started")
    }


def chapter(*sources):
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    cells[-1].metadata["nbgrader"] = {"grade_id": "check-private_total"}
    return nbformat.v4.new_notebook(cells=cells)


CHECKS = "ppdl_course.checks"
IMPORTS = (
    f"%matplotlib inline\nfrom {CHECKS}.differential_privacy import totals as checks"
)
DIRECTLY = f"from {CHECKS}.differential_privacy.totals import check_private_total"


def test_the_rates_of_all_calls_of_a_check_cell_add_up():
    solved = chapter(
        IMPORTS,
        "checks.check_private_total(f)\nchecks.check_estimate_share(g)\n"
        "checks.check_private_total(f, seed=2)",
    )
    from ppdl_course.checks.differential_privacy import totals as dp

    one = STATED[dp.check_private_total]
    (rates,) = promised_rates(solved).values()
    assert rates == PromisedRates(2 * one.false_fail, one.power, one.against)


def test_a_check_that_is_imported_by_its_own_name_is_found():
    solved = chapter(DIRECTLY, "check_private_total(f)")
    assert list(promised_rates(solved)) == ["private_total"]


def test_what_a_chapter_of_the_course_promises_is_found():
    source = HERE.parents[1] / "solutions" / "15_differential_privacy.py"
    promised = promised_rates(read_chapter(source))
    assert {"private_histogram", "private_total"} <= set(promised)


def test_a_check_that_is_no_statistic_states_nothing():
    assert promised_rates(chapter(IMPORTS, "checks.check_estimate_share(g)")) == {}


def test_a_statistic_in_a_loop_is_refused_since_its_calls_cannot_be_counted():
    loop = "for seed in (1, 2):\n    checks.check_private_total(f, seed=seed)"
    with pytest.raises(ValueError, match="check_private_total is a statistic, and"):
        promised_rates(chapter(IMPORTS, loop))


@pytest.fixture
def ppdl(monkeypatch, tmp_path):
    """The command, whose chapters come to what a test says."""
    monkeypatch.setattr(cli, "course_root", lambda: tmp_path)

    def run(*words, rows):
        promised = {"mean_age": PromisedRates(1e-6, 0.99, ("no noise", "seed reused"))}
        made = iter([Table("01_tiny", tuple(rows), promised)])
        monkeypatch.setattr(graded_bank, "tables", lambda *_, **__: made)
        return CliRunner().invoke(cli.app, ["bank", *words])

    return run


WELL = Row(
    "mean_age", "none", "wrong", 0, 2, "Where is it?", expected="Where", matches=True
)


def test_the_command_prints_the_table_and_ends_well(ppdl):
    shown = ppdl(rows=[WELL])
    assert shown.exit_code == 0
    assert "mean_age: 0 right answers, 1 wrong ones" in shown.stdout
    assert "fails a right answer at most 1e-06 of the time" in shown.stdout
    assert "probability 0.99 or more: no noise; seed reused" in shown.stdout
    assert "wrong  none   0 of 2  ✔ Where is it?" in shown.stdout


def test_the_command_ends_with_status_1_over_a_surprise(ppdl):
    stub = Row("mean_age", "blank", "stub", 2, 2, "passed")
    assert ppdl(rows=[WELL, stub]).exit_code == 1


def test_the_table_as_json_has_each_answer_and_what_checks_promise(ppdl):
    ((chapter,),) = [json.loads(ppdl("--json", rows=[WELL]).stdout)]
    assert (chapter["chapter"], chapter["surprises"]) == ("01_tiny", 0)
    (exercise,) = chapter["exercises"]
    assert exercise["wrong"] == 1
    assert exercise["statistics"] == {
        "false_fail": 1e-6,
        "power": 0.99,
        "against": ["no noise", "seed reused"],
    }
    (answer,) = exercise["answers"]
    assert (answer["answer"], answer["matches"], answer["score"]) == ("none", True, 0)


def test_without_a_bank_the_command_says_where_it_looked(monkeypatch, tmp_path):
    monkeypatch.setattr(cli, "course_root", lambda: tmp_path)
    shown = CliRunner().invoke(cli.app, ["bank"])
    assert shown.exit_code == 1
    assert "no bank of answers in" in shown.stderr
