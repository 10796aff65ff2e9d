"""Folders of answers that nobody tuned a check to: on the tiny chapter."""

import json
import shutil

import pytest
from typer.testing import CliRunner

from ppdl_course.classroom import cli
from ppdl_course.classroom.bank import unseen
from ppdl_course.classroom.bank.unseen import Count, Graded, grade_unseen, read_unseen
from ppdl_course.classroom.bank.whole_cells import WholeCells

from ..conftest import HERE, TINY

BANK = HERE / "course" / "bank"
MEAN = "def mean_age(ages):\n    return sum(ages) / len(ages) if len(ages) else 0\n"
THIRTY = "def mean_age(ages):\n    return 30\n"


@pytest.fixture(scope="module")
def chapters():
    return {TINY: WholeCells(HERE / "course" / "solutions" / f"{TINY}.py")}


@pytest.fixture
def folder(tmp_path):
    """Makes a folder with these answers, marks and code, to the first exercise."""

    def make(*answers, exercise="mean_age", chapter=TINY):
        path = tmp_path / "answers" / chapter / f"{exercise}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n\n".join(f"# %% {mark}\n{code}" for mark, code in answers))
        return tmp_path / "answers"

    return make


def graded(folder, chapters, seconds=20):
    rows = [r for rows in grade_unseen(folder, chapters, BANK, seconds) for r in rows]
    return {row.answer: row for row in rows}


def test_right_wrong_and_misnamed_answers_are_told_apart(folder, chapters):
    path = folder(
        ('right="a"', MEAN),
        ('right="b"', THIRTY),
        ('wrong="c" says="a list | of NOBODY"', THIRTY),
        ('wrong="d" says="two halves"', THIRTY),
        ('wrong="e" says="two halves"', "def mean_age(ages):\n    return mean(ages)\n"),
        ('wrong="f" says="not defined"', "mean_age = None\ndel mean_age\n"),
        ('wrong="g" says="two halves"', MEAN),
    )
    rows = graded(path, chapters)
    assert {name: (row.fault, row.named) for name, row in rows.items()} == {
        "a": ("", ""),
        "b": ("right, rejected", ""),
        "c": ("", "own"),  # one of its words, in other letters
        "d": ("", "bank"),
        "e": ("matches no misconception", ""),
        "f": ("", "own"),
        "g": ("wrong, accepted", ""),
    }
    assert rows["c"].message == "✘ mean_age: What is the mean of nobody?"
    assert rows["e"].message == "NameError: name 'mean' is not defined"
    assert Count.of(list(rows.values())) == Count(
        right=2,
        right_rejected=1,
        wrong=5,
        wrong_accepted=1,
        no_misconception=1,
        named_by_own_words=2,
        named_by_the_bank=1,
    )


def test_what_the_bank_says_of_many_mistakes_names_none(folder, chapters, monkeypatch):
    path = folder(('wrong="a" says="two halves"', THIRTY))
    assert graded(path, chapters)["a"].named == "bank"
    says = frozenset({"What is the mean of nobody?"})
    monkeypatch.setattr(unseen, "TOO_GENERAL", says)
    assert graded(path, chapters)["a"].fault == "matches no misconception"


def test_words_count_from_the_beginning_of_a_word_and_not_within_one(folder, chapters):
    # the message: What is the mean of nobody?
    path = folder(('wrong="c" says="nobody | ?"', THIRTY))
    with pytest.raises(ValueError, match="answer 'c': says='\\?' is in nearly every"):
        read_unseen(path, chapters)
    path = folder(('wrong="a" says="body"', THIRTY), ('wrong="b" says="nob"', THIRTY))
    rows = graded(path, chapters)
    assert [row.named for row in rows.values()] == ["bank", "own"]


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("while True: pass\n", "no verdict: it used more than 1 s of processor time"),
        ("import sys\nsys.exit(0)\n", "SystemExit: 0"),
        (
            "import os\nos._exit(0)\n",
            "the process ended before a verdict: status 0",
        ),
        ("def mean_age(ages:\n", "SyntaxError: '(' was never closed"),
        ("raise KeyboardInterrupt\n", "KeyboardInterrupt"),
    ],
)
def test_what_hangs_or_ends_its_process_is_rejected_and_the_next_is_graded(
    folder, chapters, code, message
):
    path = folder(('right="odd"', code), ('right="even"', MEAN))
    rows = graded(path, chapters, seconds=1)
    assert rows["odd"].fault == "right, rejected"
    assert rows["odd"].message.startswith(message)
    assert rows["even"].accepted


def test_what_an_answer_does_to_its_process_ends_with_it(folder, chapters):
    spoilt = (
        "from ppdl_course.checks import verdict\nverdict.Mistake.x = 1\nages[:] = 0\n"
    )
    seen = "from ppdl_course.checks import verdict\nassert not hasattr(verdict.Mistake, 'x')"
    rows = graded(
        folder(('right="a"', spoilt + MEAN), ('right="b"', f"{seen}\n{MEAN}")), chapters
    )
    assert rows["a"].accepted
    assert rows["b"].accepted


def test_where_a_chapter_starts_threads_each_answer_has_its_own(tmp_path, folder):
    text = (HERE / "course" / "solutions" / f"{TINY}.py").read_text()
    line = "ages = np.array([34.0, 71.0, 9.0])\n"
    assert line in text
    starts = "idle = Thread(target=Event().wait, daemon=True)\nidle.start()\n"
    path = tmp_path / f"{TINY}.py"
    threads = f"from threading import Event, Thread\n\n{line}{starts}"
    path.write_text(text.replace(line, threads))
    asks = "assert idle.is_alive()\n" + MEAN  # in a mere fork it is not
    rows = graded(
        folder(('right="a"', asks), ('right="b"', asks)), {TINY: WholeCells(path)}
    )
    assert [row.fault for row in rows.values()] == ["", ""]


@pytest.mark.parametrize(
    ("made", "error"),
    [
        (
            {"chapter": "02_none"},
            r"^02_none/mean_age\.py: must be CHAPTER/EXERCISE\.py",
        ),
        ({"exercise": "median"}, r"^01_tiny/median\.py: no exercise 'median'; 01_tiny"),
    ],
)
def test_an_unknown_exercise_is_named_with_its_file(folder, chapters, made, error):
    with pytest.raises(ValueError, match=error):
        read_unseen(folder(('right="a"', MEAN), **made), chapters)


@pytest.mark.parametrize(
    ("mark", "field"),
    [('wrong="a"', 'says="..."'), ('rihgt="a"', "got {'rihgt': 'a'}")],
)
def test_a_bad_answer_is_named_with_its_file_and_field(folder, chapters, mark, field):
    with pytest.raises(ValueError, match="answer 1") as told:
        read_unseen(folder((mark, MEAN)), chapters)
    assert str(told.value).startswith("01_tiny/mean_age.py: ")
    assert field in str(told.value)


def test_a_file_that_is_no_text_or_empty_is_named(folder, chapters):
    root = folder(('right="a"', MEAN))
    path = root / TINY / "mean_age.py"
    path.write_bytes(b"# %% right='\xff'\n")
    with pytest.raises(ValueError, match=r"^01_tiny/mean_age\.py: .*utf-8"):
        read_unseen(root, chapters)
    path.write_text("")
    with pytest.raises(ValueError, match=r"^01_tiny/mean_age\.py: "):
        read_unseen(root, chapters)


def test_a_folder_without_answers_is_refused(tmp_path, chapters):
    with pytest.raises(ValueError, match="holds no CHAPTER"):
        read_unseen(tmp_path, chapters)
    with pytest.raises(ValueError, match="no such folder"):
        read_unseen(tmp_path / "none", chapters)


def count(**changes):
    all_well = {
        "right": 10,
        "right_rejected": 0,
        "wrong": 100,
        "wrong_accepted": 1,
        "no_misconception": 9,
        "named_by_own_words": 70,
        "named_by_the_bank": 20,
    }
    return Count(**all_well | changes)


def test_each_threshold_is_missed_just_beyond_it():
    assert count().failures == []
    assert count(right_rejected=1).failures == ["no right answer is rejected"]
    (told,) = count(wrong_accepted=2).failures
    assert told == "at most 1% of the wrong ones are accepted"
    (told,) = count(named_by_the_bank=19).failures
    assert told == "at least 90% of the wrong ones are named"


@pytest.mark.parametrize("hundreds", range(1, 100))
def test_exactly_one_in_a_hundred_is_not_too_many(hundreds):
    named = {"named_by_own_words": 90 * hundreds, "named_by_the_bank": 0}
    counted = count(wrong=100 * hundreds, wrong_accepted=hundreds, **named)
    assert counted.failures == []


def test_only_right_answers_miss_no_threshold():
    assert Count.of([Graded(TINY, "mean_age", "a", True, True, "", "")]).failures == []


@pytest.fixture
def ppdl(course, monkeypatch):
    """The command, in the folder of the tiny course with its bank."""
    (course / "notebooks").mkdir()
    shutil.copytree(BANK, course / "bank")
    monkeypatch.chdir(course)
    return lambda *words: CliRunner().invoke(cli.app, ["bank", *map(str, words)])


def test_the_command_prints_a_table_and_ends_with_0_if_all_is_well(ppdl, folder):
    path = folder(('right="a"', MEAN), ('wrong="b" says="nobody"', THIRTY))
    result = ppdl("--unseen", path)
    assert result.exit_code == 0
    _, exercise, everything, shares, last = result.stdout.splitlines()
    assert exercise.split() == "01_tiny/mean_age 0 of 1 0 of 1 0 0".split()
    assert everything.split() == "in all 0 of 1 0 of 1 0 0".split()
    assert shares == (
        "of 1 wrong answers 0.0% accepted, 100.0% named, 100.0% by their own words"
    )
    assert last == "every threshold is kept"


def test_the_command_names_what_is_not_as_it_must_be_and_ends_with_1(ppdl, folder):
    folder(('right="a"', "def clip_ages(ages, bound): 0\n"), exercise="clip_ages")
    path = folder(('right="b"', MEAN), ('wrong="c" says="nobody"', MEAN))
    result = ppdl("--unseen", path)
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert lines[1].split() == "01_tiny/clip_ages 1 of 1 0 of 0 0 0".split()
    assert lines[2].split() == "01_tiny/mean_age 0 of 1 1 of 1 0 0".split()
    assert lines[3].split() == "in all 1 of 2 1 of 1 0 0".split()
    assert lines[4] == "01_tiny/clip_ages, a: right, rejected"
    assert lines[5].startswith("    TypeError: ")
    assert lines[6] == "01_tiny/mean_age, c: wrong, accepted"
    assert lines[7:] == [
        "of 1 wrong answers 100.0% accepted, 0.0% named, 0.0% by their own words",
        "missed: no right answer is rejected",
        "missed: at most 1% of the wrong ones are accepted",
        "missed: at least 90% of the wrong ones are named",
    ]
    data = json.loads(ppdl("--unseen", path, "--json").stdout)
    assert data["all"]["wrong_accepted"] == data["all"]["right_rejected"] == 1
    assert [each["exercise"] for each in data["exercises"]] == [
        "01_tiny/clip_ages",
        "01_tiny/mean_age",
    ]
    assert data["exercises"][1]["answers"][1]["fault"] == "wrong, accepted"
    assert data["thresholds"]["share_of_wrong_named"] == 0.9
    assert len(data["missed"]) == 3


@pytest.mark.parametrize(
    "words", [["--mutants"], ["01"], ["--jobs", "2"], ["--cohort", "a"], ["--unsafe"]]
)
def test_the_command_refuses_options_that_mean_nothing_here(ppdl, folder, words):
    result = ppdl("--unseen", folder(('right="a"', MEAN)), *words)
    assert result.exit_code == 1
    assert "--mutants" in result.stderr
