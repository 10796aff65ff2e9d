"""Mutants: what is made of an answer, and which of them pass a toy's check."""

import ast
import json
import shutil

import pytest
from typer.testing import CliRunner

from ppdl_course.classroom import cli
from ppdl_course.classroom.authoring.build import find_sources
from ppdl_course.classroom.bank import mutation
from ppdl_course.classroom.bank.answers import read_answers, read_equivalents
from ppdl_course.classroom.bank.mutants import mutants
from ppdl_course.classroom.bank.mutation import Tried, choose, missed, try_exercise
from ppdl_course.classroom.bank.whole_cells import WholeCells

from ..conftest import HERE, REPOSITORY, TINY

BANK = HERE / "course" / "bank"
RETURN = "return distinctive_total / len(ages) if len(ages) else 0.0"


def texts(body, head="def f(a, b):"):
    lines = [head, *(f"    {line}" for line in body.splitlines())]
    return [mutant.text for mutant in mutants("\n".join(lines))]


@pytest.fixture(scope="module")
def tiny():
    return WholeCells(HERE / "course" / "solutions" / f"{TINY}.py")


@pytest.mark.parametrize("source", find_sources(None, REPOSITORY), ids=lambda s: s.stem)
def test_every_mutant_compiles_and_differs_and_every_mark_fits_one(source):
    cells = WholeCells(source)
    for exercise in cells.exercises:
        code = cells.official(exercise)
        made = mutants(code)
        assert made, exercise
        codes = [ast.unparse(ast.parse(code)), *(mutant.code for mutant in made)]
        assert len(set(codes)) == len(codes)
        assert len({mutant.text for mutant in made}) == len(made)
        for mutant in made:
            compile(mutant.code, exercise, "exec")
        assert mutants(code) == made  # the same, in the same order
        marked = read_equivalents(REPOSITORY / "bank" / source.stem / f"{exercise}.py")
        assert set(marked) <= {mutant.text for mutant in made}, exercise


@pytest.mark.parametrize(
    ("body", "due"),
    [
        ("return a + b", "return a - b"),
        ("return a ** b", "return b ** a"),
        ("return a < b", "return a <= b"),
        ("return a < b", "return a > b"),
        ("return a and b", "return a or b"),
        ("return a in b", "return a not in b"),
        ("return a[7]", "return a[6]"),
        ("return a[b]", "return a[b + 1]"),
        ("return a[b]", "return a[b - 1]"),
        ("return a[1:b]", "return a[:b]"),
        ("return a[1:b]", "return a[1:b + 1]"),
        ("return a.sum(axis=0)", "return a.sum(axis=1)"),
        ("return a.sum(axis=0)", "return a.sum()"),
        ("return a", "return -a"),
        ("return -a", "return a"),
        ("return a(True)", "return a(False)"),
        ("return a(b, 1)", "return a(1, b)"),
        ("return (a, b)", "return (b, a)"),
        ("return a if b else 0", "return 0 if b else a"),
        ("return [x for x in a if x]", "return [x for x in a]"),
        ("return sum(range(b))", "return sum(range(b - 1))"),
        ("return 1.5", "return 0.5"),
    ],
)
def test_each_kind_of_small_mistake_is_made(body, due):
    assert f"{body} -> {due}" in texts(body)


@pytest.mark.parametrize(
    ("body", "due"),
    [
        ("a += 1\nreturn a", "a += 1 -> (left out)"),
        ("a += 1\nreturn a", "a += 1 -> a -= 1"),
        ("a += 1\na *= 2\nreturn a", "a += 1; a *= 2 -> a *= 2; a += 1"),
        ("if a:\n    b = 1\nreturn b", "if a: -> (left out)"),
        ("if a:\n    b = 1\nreturn b", "if a: -> if not a:"),
        ("if a:\n    b = 1\nreturn b", "b = 1 -> (left out)"),
    ],
)
def test_a_line_is_left_out_or_exchanged_with_the_next(body, due):
    assert due in texts(body)


def test_a_block_of_one_statement_keeps_a_pass():
    made = {m.text: m.code for m in mutants("def f(a):\n    if a:\n        a += 1\n")}
    assert made["a += 1 -> (left out)"] == "def f(a):\n    if a:\n        pass"


def test_docstrings_annotations_messages_and_free_orders_stay():
    body = '"""Of 3 and 4."""\nraise ValueError(f"{a[1]} of {b + 1}")'
    assert texts(body, "def f(a: 1, b: 2) -> 3:") == [
        "raise ValueError(f'{a[1]} of {b + 1}') -> (left out)"
    ]
    assert texts("return max(a, b)") == [
        "return max(a, b) -> (left out)",
        "return max(a, b) -> return -max(a, b)",
    ]


def test_only_the_marked_solution_is_changed():
    code = (
        "A = 1\n\ndef f(b=2):\n    # BEGIN SOLUTION\n    return 3\n    # END SOLUTION\n"
    )
    assert [mutant.text for mutant in mutants(code)] == [
        "return 3 -> (left out)",
        "return 3 -> return 4",
        "return 3 -> return 2",
    ]


def test_of_a_long_line_the_text_shows_the_part_and_its_number_if_it_repeats():
    long = f"return [{'x' * 60}, a + b, a + b]"
    assert [text for text in texts(long) if text.startswith("a + b")] == [
        "a + b -> a - b",
        "a + b -> a - b #2",
    ]


@pytest.fixture
def lax(tmp_path):
    """The tiny chapter, whose first check no longer asks for the mean of nobody."""
    text = (HERE / "course" / "solutions" / f"{TINY}.py").read_text()
    asks = 'require(bool(hidden_secret == 0), "What is the mean of nobody?")'
    assert asks in text
    path = tmp_path / f"{TINY}.py"
    path.write_text(text.replace(f"    {asks}\n", ""))
    return WholeCells(path)


def test_survivors_of_a_toy_check_are_found_and_no_others(tiny, lax):
    whole = try_exercise(tiny, TINY, "mean_age", {})
    assert (whole.survivors, whole.killed, whole.mutants) == ([], 8, 8)
    tried = try_exercise(lax, TINY, "mean_age", {})
    assert tried.survivors == [
        f"{RETURN} -> {RETURN[:-3]}{end}" for end in ("1.0", "-1.0")
    ]
    assert (tried.killed, tried.mutants, tried.slow) == (6, 8, [])
    assert missed([whole]) == []
    assert missed([whole, tried]) == ["at least 98% of the mutants are killed"]
    assert mutation.rate([whole, tried]) == 14 / 16
    assert tried.text().splitlines() == [
        "01_tiny/mean_age: 6 of 8",
        *(f"  survives: {text}" for text in tried.survivors),
    ]


def test_a_marked_survivor_does_not_count_and_a_wrong_mark_is_named(lax):
    one, zero = f"{RETURN} -> {RETURN[:-3]}1.0", f"{RETURN} -> (left out)"
    marks = {one: "for a test", zero: "it is not", "x -> y": "nor is this"}
    tried = try_exercise(lax, TINY, "mean_age", marks)
    assert tried.survivors == [f"{RETURN} -> {RETURN[:-3]}-1.0"]
    assert (tried.killed, tried.mutants) == (5, 6)
    assert set(tried.equivalent) == {one, zero}
    assert list(tried.rejected) == [zero]
    assert "The mean of 20 and 40 is 30." in tried.rejected[zero]
    assert tried.stale == ["x -> y"]
    assert missed([tried])[1:] == [
        "no mutant that is marked equivalent is rejected",
        "every mark of an equivalent fits a mutant",
    ]


def test_a_mutant_that_hangs_is_killed_by_the_deadline(tmp_path, monkeypatch):
    text = (HERE / "course" / "solutions" / f"{TINY}.py").read_text()
    loop = "n = len(ages)\n    while n > 9:\n        n -= 1\n    return np.minimum"
    path = tmp_path / f"{TINY}.py"
    path.write_text(text.replace("return np.minimum", loop))
    monkeypatch.setattr(mutation, "SHORTEST", 1)
    tried = try_exercise(WholeCells(path), TINY, "clip_ages", {})
    assert tried.slow == ["while n > 9: -> while n < 9:"]
    assert tried.killed == tried.mutants - len(tried.survivors)


def test_an_answer_that_its_own_check_rejects_has_no_mutants_tried(tmp_path):
    text = (HERE / "course" / "solutions" / f"{TINY}.py").read_text()
    path = tmp_path / f"{TINY}.py"
    path.write_text(text.replace("distinctive_total / len", "1 + len"))
    with pytest.raises(ValueError, match=r"01_tiny/mean_age: not even its own .* 30"):
        try_exercise(WholeCells(path), TINY, "mean_age", {})


def test_the_aim_is_met_at_98_in_100_and_missed_below():
    def tried(survivors):
        return Tried("c", "e", 100, ["x"] * survivors, [], {}, {}, [])

    assert missed([tried(2)]) == []
    assert missed([tried(3)]) == ["at least 98% of the mutants are killed"]


def test_marks_are_read_with_their_reason_and_are_no_answers(tmp_path):
    path = tmp_path / "mean_age.py"
    mark = '\n\n# %% equivalent="the same"\n# a -> b\n# c[0] -> c[1] #2\n'
    path.write_text((BANK / TINY / "mean_age.py").read_text() + mark)
    assert read_equivalents(path) == {
        "a -> b": "the same",
        "c[0] -> c[1] #2": "the same",
    }
    assert read_answers(path) == read_answers(BANK / TINY / "mean_age.py")


def test_exercises_and_chapters_are_chosen_by_name():
    cells = {path.stem: WholeCells(path) for path in find_sources(None, REPOSITORY)}
    every = choose([], cells)
    assert len(every) == sum(len(each.exercises) for each in cells.values())
    three = choose(["blind"], cells)
    assert [chapter[:2] for chapter, _ in three] == ["04", "08", "11"]
    assert choose(["11/blind"], cells) == three[2:]
    first = choose(["01"], cells)
    assert [name for _, name in first] == cells["01_feedforward_backprop"].exercises
    assert choose(["cross_entropy", "01", "cross_entropy"], cells)[0] == first[2]
    assert len(choose(["cross_entropy", "01"], cells)) == len(first)
    with pytest.raises(ValueError, match="no exercise or chapter '05/blind'"):
        choose(["05/blind"], cells)


def test_the_command_lists_survivors_and_ends_with_1_below_the_aim(course, monkeypatch):
    (course / "notebooks").mkdir()
    bank = shutil.copytree(BANK, course / "bank") / TINY / "mean_age.py"
    monkeypatch.chdir(course)

    def ppdl(*words):
        return CliRunner().invoke(cli.app, ["bank", "--mutants", *words])

    strict = ppdl()
    assert strict.exit_code == 0
    assert strict.stdout.splitlines() == [
        "01_tiny/mean_age: 8 of 8",
        "01_tiny/clip_ages: 2 of 2",
        "killed 10 of 10 mutants: 100.00%",
    ]
    source = course / "solutions" / f"{TINY}.py"
    lines = source.read_text().splitlines(keepends=True)
    source.write_text("".join(line for line in lines if "nobody" not in line))
    result = ppdl("mean_age", "--json")
    assert result.exit_code == 1
    data = json.loads(result.stdout)
    assert data["rate"] == 6 / 8
    assert [each["exercise"] for each in data["exercises"]] == ["mean_age"]
    survivors = data["exercises"][0]["survivors"]
    assert len(survivors) == 2
    marks = "".join(f"# {text}\n" for text in survivors)
    bank.write_text(f'{bank.read_text()}\n\n# %% equivalent="nobody asks"\n{marks}')
    result = ppdl("mean_age")
    assert result.exit_code == 0
    assert result.stdout.startswith("01_tiny/mean_age: 6 of 6, and 2 equivalent\n")
    assert "no exercise or chapter 'median'" in ppdl("median").stderr
