"""The bank's own rules, and that a wrong answer which passes does not go unnoticed."""

import copy

import nbformat
import pytest

from ppdl_course.classroom.authoring.build import build
from ppdl_course.classroom.bank.answers import (
    Answer,
    answered,
    read_answers,
    read_bank,
    submissions,
)
from ppdl_course.classroom.bank.graded_bank import grade_answers, grade_by_nbgrader
from ppdl_course.classroom.gradebook.nbgrader_course import NbgraderCourse

from ..conftest import HERE, TINY

FOLDER = HERE / "course" / "bank" / TINY
EXERCISES = ["mean_age", "clip_ages"]


@pytest.fixture
def student(built):
    path = built / "notebooks" / TINY / f"{TINY}.ipynb"
    return nbformat.read(path, as_version=4)


def test_answers_keep_their_names_their_code_and_what_must_be_said():
    answers = read_answers(FOLDER / "clip_ages.py")
    assert [a.name for a in answers if a.right] == ["comprehension", "where", "loop"]
    drops = next(a for a in answers if a.name == "drops")
    assert drops.says == "it drops none"
    assert drops.code.startswith("def clip_ages(ages, bound):\n    return [age")


@pytest.mark.parametrize(
    "mark",
    [
        "",
        ' right="a" wrong="b" says="c"',
        ' wrong="a"',
        ' wrong="a" says=""',
        ' right="a" says="b"',
        " [markdown]",
    ],
)
def test_an_answer_neither_right_nor_wrong_is_refused(tmp_path, mark):
    path = tmp_path / "sigmoid.py"
    path.write_text(f"# %%{mark}\nx = 1\n")
    with pytest.raises(ValueError, match=r"sigmoid\.py, answer 1: needs right="):
        read_answers(path)


def test_a_copied_answer_is_right_as_published_and_wrong_for_a_cohort(tmp_path):
    text = (FOLDER / "mean_age.py").read_text()
    copied = '\n\n# %% copied="theirs" says="another variant"\nmean_age = 1\n'
    (tmp_path / "mean_age.py").write_text(text + copied)
    *_, published = read_answers(tmp_path / "mean_age.py")
    assert published.right
    plain = read_bank(tmp_path, ["mean_age"])["mean_age"]
    *others, for_cohort = read_bank(tmp_path, ["mean_age"], "a")["mean_age"]
    assert others == plain
    assert (for_cohort.name, for_cohort.says) == ("theirs", "another variant")


def test_a_name_used_twice_is_refused(tmp_path):
    path = tmp_path / "sigmoid.py"
    path.write_text('# %% right="a"\nx = 1\n\n# %% right="a"\nx = 2\n')
    with pytest.raises(ValueError, match=r"answer 2: the name 'a' is used twice"):
        read_answers(path)


def test_a_bank_needs_a_file_for_each_exercise_and_no_other():
    with pytest.raises(ValueError, match=r"differ: \['third'\]"):
        read_bank(FOLDER, [*EXERCISES, "third"])
    with pytest.raises(ValueError, match=r"differ: \['clip_ages'\]"):
        read_bank(FOLDER, ["mean_age"])


def test_a_bank_needs_three_right_and_eight_wrong_answers(tmp_path):
    text = (FOLDER / "mean_age.py").read_text()
    (tmp_path / "mean_age.py").write_text(text[: text.index('# %% wrong="nothing"')])
    with pytest.raises(
        ValueError, match="2 right and 3 wrong answers; at least 3 and 8"
    ):
        read_bank(tmp_path, ["mean_age"])


def test_every_answer_is_handed_in_and_short_lists_repeat_a_right_one(student):
    bank = read_bank(FOLDER, EXERCISES)
    bank["mean_age"].append(Answer("ninth", "mean_age = None", says="x"))
    composed = submissions(student, bank)
    names = [each.student for each in composed]
    assert names == [
        "stub",
        *(f"right_{k}" for k in range(3)),
        *(f"wrong_{k}" for k in range(9)),
    ]
    last = composed[-1].answers
    assert last["mean_age"].name == "ninth"
    assert last["clip_ages"].name == "comprehension"
    given = {a.name for each in composed for a in each.answers.values() if a}
    assert given == {a.name for answers in bank.values() for a in answers}


def test_a_submission_keeps_what_only_a_hidden_test_reads(student):
    place = next(n for n, c in enumerate(student.cells) if c.id == "clip_ages")
    student.cells[place:place] = [nbformat.v4.new_code_cell("for_hidden = 1")]
    exam = copy.deepcopy(student)
    check = next(
        cell
        for cell in exam.cells
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "check-clip_ages"
    )
    check.source += "\nassert for_hidden"
    sources = [
        [cell.source for cell in answered(student, {}, edition).cells]
        for edition in (student, exam)
    ]
    assert ["for_hidden = 1" in each for each in sources] == [False, True]
    assert check.source not in sources[1]  # no hidden test is handed in


def test_a_submission_keeps_what_is_read_and_leaves_out_the_rest(student):
    extra = [
        "figure = draw(ages)",  # read by nobody
        "helper = lambda x: bound",  # needed by the next
        "ages[0] = helper(1)",  # changes what a check reads
        "ages.sort()",  # changes it, too
        "print(ages)",  # shows it
        "shown = ages.sum()",  # reads it
    ]
    cells = [nbformat.v4.new_code_cell(text) for text in extra]
    place = next(n for n, c in enumerate(student.cells) if c.id == "clip_ages")
    before = [cell.source for cell in student.cells]
    student.cells[place:place] = cells
    kept = [c.source for c in answered(student, {}).cells]
    assert [text for text in extra if text in kept] == extra[1:4]
    assert any(text.startswith("%matplotlib inline\nimport numpy") for text in kept)
    assert not [text for text in kept if text.startswith("# ")]  # no prose
    assert [c.source for c in student.cells if c.source not in extra] == before


def test_an_answer_that_does_not_parse_takes_nothing_away(student):
    broken = {"clip_ages": Answer("broken", "def clip_ages(ages:\n", says="x")}
    kept = [cell.source for cell in answered(student, broken).cells]
    assert "def clip_ages(ages:\n" in kept


def test_nbgrader_agrees_with_the_bank_and_each_surprise_is_named(course):
    build(root=course)
    bank = read_bank(FOLDER, EXERCISES)
    two = {
        "mean_age": [bank["mean_age"][1], bank["mean_age"][2]],
        "clip_ages": [bank["clip_ages"][0], bank["clip_ages"][2]],
    }
    course = NbgraderCourse(course)
    rows = grade_answers(course, TINY, two, grade_by_nbgrader)
    assert [row.surprise for row in rows] == [""] * 6
    right, wrong = two["mean_age"]
    swapped = {
        "mean_age": [
            Answer("no mean", wrong.code),
            Answer("a mean", right.code, says="no mean"),
        ],
        "clip_ages": [
            two["clip_ages"][0],
            Answer("drops", two["clip_ages"][1].code, says="something else"),
        ],
    }
    rows = grade_answers(course, TINY, swapped, grade_by_nbgrader)
    assert [(r.exercise, r.answer, r.surprise) for r in rows if r.surprise] == [
        ("mean_age", "no mean", "scored 0, not 2"),
        ("mean_age", "a mean", "scored 2, not 0"),
        ("clip_ages", "drops", "must say 'something else'"),
    ]


def test_a_right_answer_that_fails_only_when_given_again_is_a_surprise(course):
    build(root=course)
    bank = read_bank(FOLDER, EXERCISES)
    bank["mean_age"], bank["clip_ages"] = bank["mean_age"][:1], bank["clip_ages"][:2]

    def fails_the_second(course, chapter):
        assert grade_by_nbgrader(course, chapter) == {}
        return {"right_1": "no kernel started"}

    rows = grade_answers(NbgraderCourse(course), TINY, bank, fails_the_second)
    assert [(r.exercise, r.answer) for r in rows if r.surprise] == [
        ("mean_age", "loop"),
        ("clip_ages", "where"),
    ]
