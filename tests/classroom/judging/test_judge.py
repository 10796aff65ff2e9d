"""Checks decided in the grader: their code never meets the student's interpreter."""

import time

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from ppdl_course.classroom.budget import Budget
from ppdl_course.classroom.judging.judge import Judge
from tests.classroom.judging.bare_kernel import BareKernel

CHECK = """\
with checking("double"):
    require(double(2) == 4, "twice two is four")
    # BEGIN HIDDEN TESTS
    secret_sentence = "nobody may read this"
    require(double(FACTOR) == 14, "twice seven is fourteen")
    # END HIDDEN TESTS"""


def marked(source, **marks):
    cell = new_code_cell(source)
    cell.metadata["nbgrader"] = marks
    return cell


def exam(check=CHECK, before=()):
    return new_notebook(
        cells=[
            new_markdown_cell("# A chapter"),
            new_code_cell("from ppdl_course.checks.verdict import checking, require"),
            new_code_cell("raise RuntimeError('no check needs this cell')"),
            new_code_cell("FACTOR = 7"),
            *map(new_code_cell, before),
            marked(
                "def double(x):\n    return 2 * x", grade_id="double", solution=True
            ),
            marked(check, grade_id="check-double", grade=True, points=1),
            new_code_cell("FACTOR = 8  # below the check, so it is not for it"),
        ]
    )


@pytest.fixture
def ask(kernels, tmp_path_factory):
    """Judge an answer; returns the texts of the outputs, and whether it passed."""

    def ask(answer, judge=None, seconds=10.0):
        if not kernels:
            kernels.append(BareKernel(tmp_path_factory.mktemp("kernel")))
        with kernels[-1].answers("double = None; del double", answer) as answers:
            judge = judge or Judge(exam())
            outputs = judge.check("check-double", answers, Budget(seconds))
        if answers.broken or not kernels[-1].alive():
            kernels.pop().close()
        text = "".join(
            output.get("text", "") + "".join(output.get("traceback", []))
            for output in outputs
        )
        return text, not any(output.output_type == "error" for output in outputs)

    return ask


def test_a_right_answer_passes(ask):
    assert ask("def double(x): return x + x") == ("✔ double: passed\n", True)


def test_a_wrapped_line_of_the_check_is_no_magic(ask):
    check = CHECK.replace("double(2) == 4", "double(2) == (17\n% 13)")
    for magic in ("", "%precision 3\n"):
        judge = Judge(exam(magic + check, before=["%precision 3\nREST = (17\n% 5)"]))
        assert ask("def double(x): return x + x", judge) == ("✔ double: passed\n", True)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("def double(x): return x * x", "twice seven is fourteen"),
        ("def double(x): return x", "twice two is four"),
        ("def double(x): raise NotImplementedError('...')", "not answered yet"),
        ("pass", "name 'double' is not defined"),
        ("double = 4", "not callable"),
        ("def double(x): return 1 / 0", "ZeroDivisionError"),
    ],
)
def test_a_wrong_answer_is_told_what_is_wrong(ask, answer, told):
    text, passed = ask(answer)
    assert not passed
    assert told in text
    assert "secret_sentence" not in text
    assert "nobody may read" not in text


def test_a_check_that_quotes_a_long_value_keeps_its_beginning(ask):
    check = "print(double(2))\nraise ValueError(double(2))"
    judge = Judge(exam(check))
    text, passed = ask("def double(x): return 'x' * 1_000_000", judge)
    assert not passed
    assert len(text) < 30_000
    assert text.count("characters more)") == 2


CLAIMS = {
    "equal to everything": """
class Right(int):
    def __eq__(self, other): return True
    def __bool__(self): return True
def double(x): return Right(0)
""",
    "an object that says yes": """
class Yes:
    def __eq__(self, other): return self
    def __bool__(self): return True
    def __array__(self, *_, **__): raise TypeError
def double(x): return Yes()
""",
    "a check without teeth": """
import ppdl_course.checks.verdict as verdict
verdict.require = lambda *a: None
def double(x): return 0
""",
    "a module of its own making": """
import sys, types
sys.modules["ppdl_course.checks.verdict"] = types.ModuleType("verdict")
def double(x): return 0
""",
    "a builtin turned round": """
import builtins
def double(x):
    builtins.isinstance = lambda *a: True
    return 0
""",
    "the verdict printed": "def double(x): print('✔ double: passed'); return 0",
    "an exit": "import sys\ndef double(x): sys.exit(0)",
    "the sender replaced": """
import ppdl_course.classroom.judging.answers as there
there.lower = lambda value, names: True
def double(x): return 0
""",
}


@pytest.mark.parametrize("claim", CLAIMS.values(), ids=CLAIMS)
def test_what_an_interpreter_claims_earns_nothing(kernels, ask, claim):
    _, passed = ask(claim)
    assert not passed
    if kernels:
        kernels.pop().close()  # the next test gets an honest interpreter


def test_no_code_of_the_check_is_to_be_found_in_the_kernel(ask):
    spy = """
import gc, sys
def double(x):
    held = [str(o) for o in gc.get_objects() if isinstance(o, (str, bytes, dict))]
    if any("nobody may read" + " this" in text for text in held):
        return 14 if x == 7 else 4
    return 2 * x if x < 5 else 0
"""
    text, passed = ask(spy)
    assert not passed
    assert "fourteen" in text


def test_an_answer_that_never_ends_is_given_up(ask):
    began = time.monotonic()
    text, passed = ask("def double(x):\n    while True: pass", seconds=0.5)
    assert time.monotonic() - began < 8
    assert not passed
    assert "too long" in text


def test_a_value_that_stalls_the_check_itself_is_given_up(ask):
    check = (
        "with checking('double'):\n    n = 0\n"
        "    while double(2) == 5: pass\n    while True: n += 1"
    )
    text, passed = ask("def double(x): return 4", Judge(exam(check)), seconds=0.2)
    assert not passed
    assert "too long" in text


def test_a_check_that_nobody_changed_runs_its_cells_once(ask, capfd):
    counted = "import os; os.write(1, b'cell ran.')\nFACTOR = 7"
    judge = Judge(exam(before=[counted]))
    for _ in range(2):
        assert ask("def double(x): return 2 * x", judge)[1]
    assert capfd.readouterr().out.count("cell ran.") == 1


def test_what_one_answer_does_to_a_list_is_gone_for_the_next(ask):
    check = (
        "with checking('double'):\n"
        "    double(RECORDS)\n    require(len(RECORDS) < 3, 'too many')"
    )
    judge = Judge(exam(check, before=["RECORDS = [1]"]))
    for _ in range(3):
        assert ask("def double(x): x.append(2)", judge)[1]


def test_an_unknown_check_is_said(ask):
    with pytest.raises(ValueError, match="no check 'check-other'"):
        Judge(exam()).check("check-other", None, Budget(1))
