"""Checks decided in a process of their own: what it meets ends one answer alone."""

import os
import sys
import time

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from ppdl_course.checks.fresh_inputs import VARIABLE
from ppdl_course.classroom.budget import Budget
from ppdl_course.classroom.grader.execution.run import run_job
from ppdl_course.classroom.grader.job import Job
from ppdl_course.classroom.judging import forked
from ppdl_course.classroom.judging.apart import JudgeApart
from ppdl_course.classroom.judging.spawned import SpawnedJudge
from ppdl_course.classroom.kernels.sandbox import open_kernels, sandbox_available
from ppdl_course.classroom.limits import Limits

from .bare_kernel import BareKernel

pytestmark = pytest.mark.skipif(os.name == "nt", reason="forks")
linux = pytest.mark.skipif(sys.platform != "linux", reason="as Linux has it")
walls = pytest.mark.skipif(bool(sandbox_available()), reason=sandbox_available())

LIMITS = Limits(seconds=60, cell_seconds=10)
DOUBLE = "def double(x):\n    return 2 * x"
RIGHT = "require(double(3) == 6, 'twice three is six')"
# What a library does that crashes, and a value that is long to build: neither lets the
# check go on, and no exception tells of it. The check does it, as the answer asks.
ENDS = "if double(3) == 'end': os._exit(7)\n"
SIGNALS = "if double(3) == 'signal': os.kill(os.getpid(), signal.SIGABRT)\n"
HOLDS = (
    "if double(3) == 'hold':\n"
    "    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])\n"
    "    time.sleep(60)\n"
)
CHECK = ENDS + SIGNALS + HOLDS + RIGHT
IMPORTS = (
    "import os, random, signal, threading, time\n"
    "from pathlib import Path\n"
    "import numpy as np\n"
    "from ppdl_course.checks.verdict import checking, require"
)


def exam(check=CHECK, before="", names=("double",)):
    cells = [new_code_cell(IMPORTS), new_code_cell(before)]
    for name in names:
        answer = DOUBLE.replace("double", name)
        code = check.replace("double", name)
        for source, marks in (
            (answer, {"grade_id": name, "solution": True, "grade": False}),
            (code, {"grade_id": f"check-{name}", "solution": False, "grade": True}),
        ):
            cells.append(new_code_cell(source))
            cells[-1].metadata["nbgrader"] = marks
    return new_notebook(cells=cells)


@pytest.fixture(scope="module")
def judges():
    judges = {
        "forks": JudgeApart(LIMITS, walls=False),
        "spawns": SpawnedJudge(),
    }
    if not sandbox_available():
        judges["walls"] = JudgeApart(LIMITS, walls=True)
    yield judges
    for judge in judges.values():
        judge.close()


@pytest.fixture
def ask(judges, kernels, tmp_path_factory):
    """Judge an answer; returns the outputs and what the grader keeps of it."""

    def ask(answer, how="forks", chapter=None, budget=None):
        if not kernels:
            kernels.append(BareKernel(tmp_path_factory.mktemp("kernel")))
        judge = judges[how]
        judge.use(nbformat.writes(chapter or exam()))
        with kernels[-1].answers(answer) as answers:
            outputs = judge.check("check-double", answers, budget or Budget(10, 10))
        if answers.broken or not kernels[-1].alive():
            kernels.pop().close()
        return outputs, answers

    return ask


def returns(value):
    return f"def double(x): return {value!r}"


def errors(outputs):
    return [output.evalue for output in outputs if output.output_type == "error"]


HOW = ["forks", "spawns", pytest.param("walls", marks=walls)]


@pytest.mark.parametrize("how", HOW)
def test_answers_are_judged_as_in_the_same_process(ask, how):
    check = f"print('seen')\n{RIGHT}"
    for answer, wrong in ((DOUBLE, []), (returns(5), ["twice three is six"])):
        outputs, answers = ask(answer, how, exam(check))
        assert outputs[0].text == "seen\n"
        assert errors(outputs) == wrong
        assert (answers.broken, answers.incident) == ("", "")


@pytest.mark.parametrize("how", HOW)
def test_a_process_that_ends_is_told_once_and_the_next_answer_judged(ask, how):
    outputs, answers = ask(returns("end"), how)
    (message,) = errors(outputs)
    assert len(outputs) == 1
    assert message == (
        "What your function returned could not be opened: "
        "the process that opened it ended (status 7)."
    )
    assert answers.incident == (
        "the process that opened what the function returned ended (status 7)"
    )
    assert answers.broken == ""  # its kernel is as good as before
    assert errors(ask(DOUBLE, how)[0]) == []


def test_a_signal_is_told_by_its_name(ask):
    (message,) = errors(ask(returns("signal"))[0])
    assert message.endswith("the process that opened it ended (SIGABRT).")


@pytest.mark.parametrize("how", HOW)
def test_a_process_that_no_alarm_reaches_is_ended_from_outside(ask, how, monkeypatch):
    monkeypatch.setattr(forked, "START_SECONDS", 8.0)  # of which a spawned one has all
    began = time.monotonic()
    outputs, answers = ask(returns("hold"), how, budget=Budget(1))
    (message,) = errors(outputs)
    assert "took longer than" in message
    assert "was ended" in message
    assert answers.incident
    assert time.monotonic() - began < 30
    assert errors(ask(DOUBLE, how)[0]) == []


COMPUTES = (
    "def compute(seconds):\n"
    "    start = time.process_time()\n"
    "    while time.process_time() < start + seconds: pass"
)
FORKS = ["forks", pytest.param("walls", marks=walls)]


@pytest.mark.parametrize("how", FORKS)
def test_one_that_computes_too_long_is_ended_whatever_the_clock_says(ask, how):
    # So deep in a library that no signal is handled.
    deep = "signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM]), compute(60)"
    chapter = exam(f"if double(3) == 'long': {deep}\n{RIGHT}", COMPUTES)
    outputs, answers = ask(returns("long"), how, chapter, Budget(200, 1))
    (message,) = errors(outputs)
    assert message.endswith("used more than 1 s of processor time and was ended.")
    assert answers.incident
    assert 1 < answers.computed < 1 + forked.GRACE + 2
    assert errors(ask(DOUBLE, how, chapter)[0]) == []


@pytest.mark.parametrize("how", HOW)
def test_a_function_that_computes_too_long_is_named_with_the_limit(ask, how):
    began = time.monotonic()
    loop = "def double(x):\n    while True: pass"
    # As the worker's meter, which the process itself cannot see, tells of the kernel.
    budget = Budget(200, 1, used=lambda: (time.monotonic() - began) / 2)
    outputs, answers = ask(loop, how, budget=budget)
    slow = "the check used more than 1 s of processor time"
    assert errors(outputs) == [
        f"your function takes too long: {slow}. Nothing more can be checked here."
    ]
    assert answers.broken == f"it takes too long, {slow}"
    assert answers.incident == ""


@pytest.mark.parametrize("how", HOW)
def test_what_a_check_computes_is_told_and_the_instructors_own_cells_are_not(ask, how):
    before = f"{COMPUTES}\ncompute(2)"
    chapter = exam(f"{RIGHT}\ncompute(0.5)", before)
    for _ in range(2):
        outputs, answers = ask(DOUBLE, how, chapter, Budget(30, 1.5))
        assert errors(outputs) == []
        assert 0.5 <= answers.computed < 1.5


@linux
def test_nor_are_those_that_start_threads(ask):
    before = (
        f"{COMPUTES}\ncompute(2)\nready = threading.Event()\n"
        "threading.Thread(target=ready.wait, args=(99,), daemon=True).start()"
    )
    chapter = exam(f"{RIGHT}\nready, compute(0.5)", before)
    outputs, answers = ask(DOUBLE, chapter=chapter, budget=Budget(30, 1.5))
    assert errors(outputs) == []
    assert 0.5 <= answers.computed < 1.5


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("def double(x): return range(10**9)", "a range of 1,000,000,000 numbers"),
        ("def double(x): return 1 << (1 << 21)", "an integer of 2,097,153 bits"),
    ],
)
def test_too_many_items_and_too_large_values_are_refused(ask, answer, told):
    outputs, answers = ask(answer)
    assert told in errors(outputs)[0]
    assert told in answers.broken


@linux
def test_a_check_that_would_take_all_memory_fails_by_itself(ask):
    outputs, answers = ask(DOUBLE, chapter=exam("bytes(double(4) << 30)"))
    assert [output.ename for output in outputs] == ["MemoryError"]
    assert answers.incident == ""


def test_cells_that_start_threads_are_run_in_each_process(ask):
    before = (
        "ready = threading.Event()\n"
        "threading.Thread(target=ready.wait, args=(99,), daemon=True).start()\n"
        "mine = os.getpid()"
    )
    check = f"{RIGHT}\nready, print(mine == os.getpid(), threading.active_count())"
    for _ in range(2):
        outputs, _ = ask(DOUBLE, chapter=exam(check, before))
        assert outputs[0].text == "True 2\n"


def test_other_cells_are_run_once_and_changes_stay_with_one_answer(ask):
    before = "made = [os.getpid()]"
    check = f"{RIGHT}\nmade.append(0)\nprint(made)"
    said = [ask(DOUBLE, chapter=exam(check, before))[0][0].text for _ in range(2)]
    assert said[0] == said[1]
    assert said[0].endswith(", 0]\n")


def test_no_two_answers_meet_the_same_draws(ask):
    chapter = exam("double(3)\nprint(random.random(), np.random.random())")
    drawn = {tuple(ask(DOUBLE, chapter=chapter)[0][0].text.split()) for _ in range(3)}
    assert len({first for first, _ in drawn}) == 3
    assert len({second for _, second in drawn}) == 3


@pytest.mark.parametrize("how", ["forks", pytest.param("walls", marks=walls)])
def test_a_variable_fixes_what_a_new_process_draws(ask, judges, monkeypatch, how):
    draw = "from ppdl_course.checks.fresh_inputs import fresh_seed\nprint(fresh_seed())"
    seeds = []
    for fixed in ("autumn", "autumn", "spring"):
        monkeypatch.setenv(VARIABLE, fixed)
        with JudgeApart(LIMITS, walls=how == "walls") as judge:
            monkeypatch.setitem(judges, "new", judge)
            seeds.append(ask(DOUBLE, "new", exam(f"double(3)\n{draw}"))[0][0].text)
    assert seeds[0] == seeds[1] != seeds[2]


@walls
def test_between_walls_there_is_no_other_file_process_or_network(ask, tmp_path):
    tests = os.path.dirname(__file__)
    check = (
        f"print(Path({tests!r}).exists(), Path({str(tmp_path)!r}).exists())\n"
        "print(len([p for p in os.listdir('/proc') if p.isdigit()]) < 6)\n"
        "print(len(os.listdir('/sys/class/net')) if Path('/sys/class').exists() else 0)"
        "\ndouble(3)"
    )
    outputs, _ = ask(DOUBLE, "walls", exam(check))
    assert outputs[0].text == "False False\nTrue\n0\n"


def test_an_exam_that_cannot_be_read_and_one_that_fails_are_the_graders_own(ask):
    with pytest.raises(RuntimeError, match="ZeroDivisionError"):
        ask(DOUBLE, chapter=exam(f"number, {RIGHT}", "number = 1 / 0"))
    unread = pytest.raises(RuntimeError, match="NotJSONError")
    with JudgeApart(LIMITS, walls=False) as judge, unread:
        judge.use("nonsense")


def test_a_process_that_was_killed_between_two_answers_costs_nobody_any(ask, judges):
    chapter = exam()
    ask(DOUBLE, chapter=chapter)
    judges["forks"]._process.kill()
    judges["forks"]._process.wait()
    assert errors(ask(DOUBLE, chapter=chapter)[0]) == []


def test_one_that_is_killed_in_an_answer_ends_that_and_is_started_again(ask):
    chapter = exam(
        "if double(3) == 'all': os.kill(os.getppid(), signal.SIGKILL)\n"
        "if double(3) == 'all': time.sleep(60)"
    )
    (message,) = errors(ask(returns("all"), chapter=chapter)[0])
    assert message.endswith("the process that opened it ended (with its owner).")
    assert errors(ask(DOUBLE, chapter=chapter)[0]) == []


def test_one_that_is_killed_pays_for_all_the_time_that_it_had(ask):
    kill = "os.kill(os.getppid(), signal.SIGKILL)"
    check = f"double(3)\ntime.sleep(0.5)\n{kill}\ntime.sleep(60)"
    _, answers = ask(DOUBLE, chapter=exam(check))
    assert 0.5 <= answers.computed <= 10


def test_no_process_is_left_when_the_owner_closes():
    judge = JudgeApart(LIMITS, walls=False)
    process = judge._process
    judge.close()
    assert process.poll() is not None


@pytest.mark.parametrize("how", ["forks", pytest.param("walls", marks=walls)])
def test_the_other_checks_of_a_submission_keep_their_points(judges, how):
    names = ("before", "double", "after", "last")
    chapter = exam(names=names)
    submitted = exam(names=names)
    for cell in submitted.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "double":
            cell.source = returns("end")
    judges[how].use(nbformat.writes(chapter))
    texts = nbformat.writes(submitted), nbformat.writes(chapter)
    with open_kernels("unsafe", LIMITS) as kernels:
        result = run_job(Job("ann", "01", *texts, LIMITS), kernels, judges[how])
    graded = nbformat.reads(result.notebook, as_version=4)
    failed = {
        cell.metadata.nbgrader.grade_id: errors(cell.outputs)
        for cell in graded.cells
        if cell.metadata.get("nbgrader", {}).get("grade")
    }
    assert [name for name, told in failed.items() if told] == ["check-double"]
    assert "could not be opened" in failed["check-double"][0]
    assert result.notebook.count("the process that opened it ended") == 2  # and trace
    assert [note for note in result.notices if "opened" in note] == [
        "The check of double (cell 6): the process that opened what the function "
        "returned ended (status 7)."
    ]
    assert not any("kernel" in note for note in result.notices)


@pytest.mark.parametrize("how", FORKS)
def test_what_checks_compute_counts_towards_the_whole_notebook(judges, how):
    names = ("one", "two", "three")
    chapter = exam(f"{RIGHT}\ncompute(2.5)", f"{COMPUTES}\ncompute(3)", names)
    text = nbformat.writes(chapter)
    judges[how].use(text)
    limits = Limits(seconds=5, cell_seconds=5, wall_factor=60)
    with open_kernels("unsafe", limits) as kernels:
        result = run_job(Job("ann", "01", text, text, limits), kernels, judges[how])
    assert "The whole notebook used more than 5 s of processor time." in result.notices
    graded = nbformat.reads(result.notebook, as_version=4)
    failed = [
        cell.metadata.nbgrader.grade_id
        for cell in graded.cells
        if cell.metadata.get("nbgrader", {}).get("grade") and errors(cell.outputs)
    ]
    # What the kernel's start takes is counted too.
    assert failed in (["check-three"], ["check-two", "check-three"])
