"""Submissions executed by real kernels without a sandbox, which every platform has."""

import os
import selectors
import subprocess
import sys
import textwrap
import time

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from ppdl_course.classroom.grader.execution import dialogue
from ppdl_course.classroom.grader.execution.run import MOST_KERNELS, run_job
from ppdl_course.classroom.grader.job import Job
from ppdl_course.classroom.judging.judge import Judge
from ppdl_course.classroom.kernels.sandbox import open_kernels
from ppdl_course.classroom.limits import Limits

START = """
import time
from ppdl_course.checks.verdict import checking, require
class Box:
    pass
"""
CELLS = [
    ("text", "# A chapter"),
    ("code", START),
    ("code", "shown = 'a figure that nothing depends on'"),
    ("code", "box = Box()"),
    ("code", "other = box\nother.rate = 2"),
    ("code", "SIZE = 3"),
    ("exercise", "double", "def double(x):\n    return 2 * x"),
    ("check", "double", "require(double(SIZE) == 6, 'double(3) must be 6')"),
    ("text", "Next."),
    ("exercise", "triple", "def triple(x):\n    return 3 * x"),
    ("check", "triple", "require(triple(SIZE) == 9, 'triple(3) must be 9')"),
    ("exercise", "square", "def square(x):\n    return x * x"),
    ("check", "square", "require(square(SIZE) == 9, 'square(3) must be 9')"),
    ("question", "why", "Because."),
]
FIGURE, BOX, RATE, SIZE = 2, 3, 4, 5
STUB = "def {}(x):\n    raise NotImplementedError('your answer goes here')"
LIMITS = Limits(seconds=30, cell_seconds=5, wall_factor=10, output_bytes=20_000)


def cell_of(kind, *content):
    if kind in ("text", "code"):
        return (new_markdown_cell if kind == "text" else new_code_cell)(*content)
    name, code = content
    if kind == "check":
        code = f"with checking('{name}'):\n{textwrap.indent(code, '    ')}"
    cell = (new_markdown_cell if kind == "question" else new_code_cell)(code)
    cell.metadata["nbgrader"] = {
        "grade_id": f"check-{name}" if kind == "check" else name,
        "grade": kind in ("check", "question"),
        "solution": kind in ("exercise", "question"),
    }
    return cell


EXAM = new_notebook(cells=[cell_of(*cell) for cell in CELLS])


def submission(extra=(), change=None, **answers):
    """Return the chapter with these answers; ``extra``: (grade id, code before it)."""
    cells = []
    for place, cell in enumerate(EXAM.cells):
        cell = cell.copy()
        name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
        for before, code in extra:
            if before == name:
                cells.append(new_code_cell(code))
        if name.startswith("check-"):
            cell["source"] = f"print('the visible check of {name}')"
        elif name and cell.cell_type == "code":
            right = cell.source
            cell["source"] = {None: right, "": STUB.format(name)}.get(
                answers.get(name), answers.get(name)
            )
        elif change and place == change[0]:
            cell["source"] = change[1]
        cells.append(cell)
    return new_notebook(cells=cells)


@pytest.fixture(scope="module")
def kernels():
    with open_kernels("unsafe", LIMITS) as opened:
        yield opened


@pytest.fixture
def grade(kernels):
    """Execute a submission; what comes back is valid, with outputs in each check."""

    def run(notebook, limits=LIMITS, judge=None, every_cell=False):
        text, exam = nbformat.writes(notebook), nbformat.writes(EXAM)
        job = Job("ann", "01", text, exam, limits, every_cell=every_cell)
        result = run_job(job, kernels, judge or Judge(EXAM))
        assert result.failure == ""
        graded = nbformat.reads(result.notebook, as_version=4)
        nbformat.validate(graded)
        assert all(check.outputs for check in checks(graded).values())
        assert result.seconds < limits.wall_seconds + 5
        return graded, " ".join(result.notices)

    return run


def checks(notebook):
    named = {
        c.metadata.get("nbgrader", {}).get("grade_id", ""): c for c in notebook.cells
    }
    return {k[6:]: cell for k, cell in named.items() if k.startswith("check-")}


def passed(notebook):
    return [
        name
        for name, check in checks(notebook).items()
        if not any(output.output_type == "error" for output in check.outputs)
    ]


def said(cell):
    return "\n".join(
        output.get("text")
        or "\n".join(output.get("traceback", []))
        or str(dict(output))
        for output in cell.outputs
    )


def ran(notebook):
    return [n for n, c in enumerate(notebook.cells) if c.get("execution_count")]


def test_each_check_is_decided_outside_and_only_what_matters_runs(grade):
    answers = {"triple": "def triple(x):\n    return 2 * x", "square": ""}
    graded, notices = grade(submission(**answers))
    assert passed(graded) == ["double"]
    assert said(checks(graded)["double"]) == "✔ double: passed\n"
    assert "triple(3) must be 9" in said(checks(graded)["triple"])
    assert "not answered yet" in said(checks(graded)["square"])
    assert ran(graded) == [6, 9, 11]
    assert notices == ""


def test_the_students_checks_outputs_and_results_earn_nothing(grade):
    wrong = submission(double="def double(x):\n    return 7")
    for cell in wrong.cells:
        if cell.cell_type == "code":
            cell.outputs = [nbformat.v4.new_output("stream", text="✔ double: passed")]
    checks(wrong)["double"].source = "double = lambda x: 6"
    graded, _ = grade(wrong)
    assert passed(graded) == ["triple", "square"]
    assert "✔" not in said(checks(graded)["double"])
    assert graded.cells[FIGURE].outputs == []


def test_a_check_sees_the_functions_as_they_are_at_its_place(grade):
    later = [("check-triple", "def double(x):\n    return None\ndef square(x): pass")]
    graded, _ = grade(submission(extra=later))
    assert passed(graded) == ["double", "triple", "square"]
    earlier = [
        ("double", "def triple(x): return 9\ntriple.kept = 1"),
        ("check-square", "1/0"),
    ]
    graded, _ = grade(submission(extra=earlier, square="square = triple"))
    assert passed(graded) == ["double", "triple", "square"]


def test_what_students_change_or_add_runs_with_all_it_depends_on(grade):
    graded, _ = grade(
        submission(
            extra=[("triple", "kept = SIZE + 1\nkept"), ("triple", "")],
            change=(FIGURE, "shown = 'my figure'\nprint(shown)"),
            double="def double(x):\n    return x + SIZE",
        )
    )
    assert passed(graded) == ["double", "triple", "square"]
    assert ran(graded) == [FIGURE, SIZE, 6, 9, 11, 13]
    assert said(graded.cells[FIGURE]) == "my figure\n"
    assert graded.cells[9].outputs[0].data == {"text/plain": "4"}


@pytest.mark.parametrize("code", ["eval('1')", "globals()['x'] = 1", "%run -h"])
def test_code_that_may_reach_any_name_makes_every_cell_run(grade, code):
    graded, _ = grade(submission(extra=[("triple", code)]))
    assert {FIGURE, BOX, RATE, SIZE} < set(ran(graded))


def test_every_cell_runs_on_demand(grade):
    graded, _ = grade(submission(), every_cell=True)
    assert ran(graded) == [1, 2, 3, 4, 5, 6, 9, 11]


def test_a_missing_name_that_was_left_out_makes_every_cell_run(grade):
    graded, _ = grade(submission(double="def double(x):\n    return box.rate * x"))
    assert passed(graded) == ["double", "triple", "square"]
    assert RATE in ran(graded)
    graded, _ = grade(submission(double="print(box.rate)\ndef double(x): return 2 * x"))
    assert "double" in passed(graded)
    assert said(graded.cells[6]) == "2\n"


def test_a_missing_name_of_the_students_own_does_not(grade):
    graded, _ = grade(
        submission(double="def double(x):\n    return typo * x + box.typo")
    )
    assert passed(graded) == ["triple", "square"]
    assert "NameError: name 'typo' is not defined" in said(checks(graded)["double"])
    assert RATE not in ran(graded)


def test_an_endless_cell_is_interrupted_and_all_others_count(grade):
    limits = Limits(seconds=30, cell_seconds=1, wall_factor=40)
    graded, notices = grade(submission(extra=[("double", "while True: pass")]), limits)
    assert passed(graded) == ["double", "triple", "square"]
    assert "KeyboardInterrupt" in said(graded.cells[6])
    assert "This cell used more than 1 s of processor time." in said(graded.cells[6])
    assert notices == "Cell 7 used more than 1 s of processor time."


def test_a_cell_that_waits_is_ended_by_the_limit_of_wall_time(grade):
    limits = Limits(seconds=30, cell_seconds=1, wall_factor=2)
    began = time.monotonic()
    graded, notices = grade(submission(extra=[("double", "time.sleep(60)")]), limits)
    assert time.monotonic() - began < 20
    assert passed(graded) == ["double", "triple", "square"]
    assert notices == "Cell 7 took longer than 2 s."


SWALLOW = """
while True:
    try:
        time.sleep(60)
    except KeyboardInterrupt:
        pass
"""


def test_a_cell_that_swallows_the_interrupt_loses_its_kernel_and_nothing_else(grade):
    limits = Limits(seconds=30, cell_seconds=1, wall_factor=2)
    graded, notices = grade(submission(extra=[("triple", SWALLOW)]), limits)
    assert passed(graded) == ["double", "triple", "square"]
    assert "Cell 10 went on after an interrupt: its kernel was ended." in notices


def test_a_dead_kernel_is_noticed_at_once_and_a_fresh_one_goes_on(grade):
    begin = time.monotonic()
    helper = "def helper(x):\n    return 3 * x\nprint('once')"
    graded, notices = grade(
        submission(
            extra=[("double", helper), ("triple", "print('last words', flush=True)\n"
                   # what a kernel has not sent yet ends with it
                   "import os, time; time.sleep(0.5); os._exit(0)"),
                   ("square", "helper = helper")],
            double="",
            triple="def triple(x):\n    return helper(x)",
        )
    )  # fmt: skip
    assert time.monotonic() - begin < 10
    assert passed(graded) == ["triple", "square"]
    assert said(graded.cells[6]) == "once\n"
    assert "last words" in said(graded.cells[10])
    assert "The kernel ended in this cell." in said(graded.cells[10])
    assert "Cell 11 ended the kernel." in notices


def test_what_a_kernel_said_before_its_end_is_read_however_late(grade, monkeypatch):
    class Descheduled(selectors.DefaultSelector):
        """Of a process that waits for the processor once it has found nothing."""

        def select(self, timeout=None):
            found = super().select(timeout)
            if not found:
                time.sleep(0.6)
            return found

    monkeypatch.setattr(dialogue.selectors, "DefaultSelector", Descheduled)
    # It prints and ends within that time.
    leave = (
        "import os; time.sleep(0.2); print('last words', flush=True)\n"
        "time.sleep(0.1); os._exit(0)"
    )
    graded, notices = grade(submission(extra=[("triple", leave)]))
    assert "last words" in said(graded.cells[9])
    assert "Cell 10 ended the kernel." in notices


def test_after_its_last_kernel_the_rest_is_told_why_it_was_not_run(grade):
    leave = "import os; os._exit(1)"
    extra = [*[("triple", leave)] * (MOST_KERNELS - 1), ("square", leave)]
    graded, notices = grade(submission(extra=extra))
    assert passed(graded) == ["double", "triple"]
    often = f"the kernel had ended {MOST_KERNELS} times"
    assert f"not made: {often}" in said(checks(graded)["square"])
    assert f"not run: {often}" in said(graded.cells[-3])
    assert notices.count("ended the kernel") == MOST_KERNELS


def test_a_cell_that_quits_takes_no_later_cell_along(grade):
    quits = [("triple", "quit()"), ("square", "get_ipython().ask_exit()")]
    graded, notices = grade(submission(extra=quits))
    assert passed(graded) == ["double", "triple", "square"]
    assert notices.count("ended the kernel") == 2
    assert "exercise" not in notices  # which is where the kernel would end by itself


def test_a_function_that_never_returns_costs_its_own_points_only(grade):
    limits = Limits(seconds=30, cell_seconds=1, wall_factor=40)
    loop = "def triple(x):\n    while True: pass"
    graded, notices = grade(submission(triple=loop), limits)
    assert passed(graded) == ["double", "square"]
    assert "your function takes too long" in said(checks(graded)["triple"])
    assert "The check of triple (cell 11)" in notices


def test_a_function_that_ends_the_kernel_costs_its_own_points_only(grade):
    leave = "import os\ndef double(x):\n    os._exit(0)"
    graded, notices = grade(submission(double=leave))
    assert passed(graded) == ["triple", "square"]
    assert "The check of double (cell 8)" in notices


LEAVE_ONCE = """
import os, ppdl_course.classroom.judging.answers as answers
if not os.path.exists({mark!r}):
    open({mark!r}, "w").close()
    answers.lend = lambda *_: os._exit(1)
"""


def test_a_check_before_which_the_kernel_ended_is_made_in_a_fresh_one(grade, tmp_path):
    leave = LEAVE_ONCE.format(mark=str(tmp_path / "begun"))
    graded, notices = grade(submission(extra=[("triple", leave)]))
    assert passed(graded) == ["double", "triple", "square"]
    assert "The check of triple (cell 12) ended the kernel." in notices


def test_a_kernel_that_cannot_lend_its_functions_fails_at_once(grade):
    begin = time.monotonic()
    broken = "import sys\nsys.modules['ppdl_course.classroom.judging.answers'] = None"
    graded, notices = grade(submission(extra=[("triple", broken)]))
    assert time.monotonic() - begin < 10
    assert passed(graded) == ["double"]
    assert "No function can be called" in said(checks(graded)["triple"])
    assert "The check of triple (cell 12) had to end the kernel" in notices


COMPUTE = """
start = time.process_time()
while time.process_time() < start + {}: pass
"""


@pytest.mark.parametrize(
    ("code", "limits", "why"),
    [
        (
            COMPUTE.format(1.6),
            Limits(3, 2, wall_factor=40),
            "used more than 3 s of processor time",
        ),
        ("time.sleep(1.6)", Limits(3, 2, wall_factor=1), "took longer than 3 s"),
    ],
)
def test_the_whole_notebook_has_a_budget(grade, code, limits, why):
    graded, notices = grade(submission(extra=[("triple", code)] * 3), limits)
    assert passed(graded) == ["double"]
    told = said(checks(graded)["square"])
    assert f"not made: the whole notebook {why}" in told
    assert f"The whole notebook {why}." in notices


def test_what_an_ended_kernel_has_used_counts_on(grade):
    leave = f"{COMPUTE.format(1)}\nimport os; os._exit(1)"
    limits = Limits(seconds=2.5, cell_seconds=2, wall_factor=20)
    graded, notices = grade(submission(extra=[("triple", leave)] * 4), limits)
    assert passed(graded) == ["double"]
    assert "The whole notebook used more than 2.5 s of processor time." in notices


FORK_AND_EXIT = """
import os, signal
signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them
while True:
    if os.fork() == 0:
        start = time.process_time()
        while time.process_time() < start + 0.02: pass
        os._exit(0)
    try: os.wait()
    except ChildProcessError: pass
"""


@pytest.mark.skipif(sys.platform != "linux", reason="counted on Linux only")
def test_who_computes_in_children_that_end_at_once_does_not_escape(grade):
    limits = Limits(seconds=30, cell_seconds=2, wall_factor=20)
    graded, notices = grade(submission(extra=[("triple", FORK_AND_EXIT)]), limits)
    assert passed(graded) == ["double", "triple", "square"]
    assert "Cell 10 used more than 2 s of processor time." in notices


ENDLESS_MESSAGE = """
import zmq
socket = get_ipython().kernel.iopub_socket
socket = getattr(socket, "io_thread", socket)
socket = getattr(socket, "socket", socket)
for _ in range(3_000):
    socket.send(bytes(10_000), zmq.SNDMORE)
socket.send(b"")
"""


def test_a_message_of_many_parts_is_cut_at_the_limit_of_one(grade):
    before = most_memory_kb()
    graded, notices = grade(submission(extra=[("double", ENDLESS_MESSAGE)]))
    assert passed(graded) == ["double", "triple", "square"]
    assert "Cell 7 printed more than 20,000 bytes." in notices
    assert most_memory_kb() - before < 10_000


BURN = "while True: pass"


def test_a_busy_machine_costs_an_honest_answer_nothing(grade):
    # On Linux all on one core, of which each gets a seventh.
    core = min(os.sched_getaffinity(0)) if sys.platform == "linux" else None
    pin = "" if core is None else f"import os\nos.sched_setaffinity(0, [{core}])\n"
    burners = [subprocess.Popen([sys.executable, "-c", pin + BURN]) for _ in range(6)]
    try:
        honest = f"{pin}{COMPUTE.format(3)}\ndef triple(x):\n    return 3 * x"
        limits = Limits(seconds=30, cell_seconds=5, wall_factor=20)
        began = time.monotonic()
        graded, notices = grade(submission(triple=honest), limits)
        took = time.monotonic() - began
    finally:
        for burner in burners:
            burner.kill()
            burner.wait()
    assert passed(graded) == ["double", "triple", "square"]
    assert notices == ""
    assert took > 5  # or nothing was shown here


def most_memory_kb():
    if sys.platform != "linux":  # others have no such figure, or in another unit
        return 0
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


@pytest.mark.parametrize(
    "flood",
    [
        "while True: print('x' * 1000)",
        "while True: print('x', flush=True)",
        "print('x' * 100_000_000)",
        "from IPython.display import display\nwhile True: display('x' * 100)",
    ],
)
def test_a_flood_is_stopped_and_does_not_fill_the_memory(grade, flood):
    before = most_memory_kb()
    graded, notices = grade(submission(extra=[("double", flood)]))
    assert passed(graded) == ["double", "triple", "square"]
    assert len(nbformat.writes(graded)) < 60_000
    # So much at once takes some kernels longer to send than a cell may take.
    late = ("used more than 5 s", "ended the kernel")
    for told in (said(graded.cells[6]), notices):
        assert any(words in told for words in ("more than 20,000 bytes", *late))
    assert most_memory_kb() - before < 100_000


def test_what_a_function_prints_during_its_check_is_not_the_checks_output(grade):
    loud = "def double(x):\n    print('✔ double: passed', flush=True)\n    return 5"
    graded, _ = grade(submission(double=loud))
    assert "✔" not in said(checks(graded)["double"])
    flood = "def double(x):\n    print('x' * 30_000_000)\n    return 2 * x"
    graded, _ = grade(submission(double=flood))
    assert passed(graded) == ["double", "triple", "square"]


FORGED = r"""
import json
kernel = get_ipython().kernel
honest = kernel.session.pack
kernel.session.pack = lambda value: json.dumps(value, default=str).encode()
iopub, parent = kernel.iopub_socket, kernel.get_parent()
def send(kind, content):
    kernel.session.send(iopub, kind, content, parent=parent)
for kind in ("display_data", "error", "status", "clear_output", "update_display_data"):
    send(kind, {"data": 1, "transient": 2, "traceback": 3})
for text in (5, ["x"], None, "half of \ud83d"):
    send("stream", {"name": text, "text": text})
deep = []
for _ in range(500):
    deep = [deep]
send("display_data", {"data": deep})
iopub.send_multipart([b"junk"])
iopub.send_multipart([b"<IDS|MSG>", b"", b"[", b"{}", b"{}", b"{}"])
kernel.session.pack = honest
send("status", {"execution_state": "idle"})
"""


def test_messages_that_are_none_are_passed_over(grade):
    graded, _ = grade(submission(extra=[("double", FORGED)]))
    assert passed(graded) == ["double", "triple", "square"]
    assert "half of ?" in said(graded.cells[6])


FORGED_END = """
kernel = get_ipython().kernel
parent, stream = kernel.get_parent(), kernel.shell_stream
ident = kernel._parent_ident["shell"]
reply = {"status": "ok", "execution_count": 1, "user_expressions": {}, "payload": []}
kernel.session.send(stream, "execute_reply", reply, parent=parent, ident=ident)
idle = {"execution_state": "idle"}
kernel.session.send(kernel.iopub_socket, "status", idle, parent=parent)
time.sleep(1)
"""


def test_a_forged_end_of_a_cell_gains_nothing(grade):
    graded, _ = grade(submission(extra=[("double", FORGED_END)], triple=""))
    assert passed(graded) == ["double", "square"]


def test_a_flood_that_goes_on_after_an_interrupt_loses_its_kernel(grade):
    flood = "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\n"
    flood += "while True: print('x' * 1000)"
    graded, notices = grade(submission(extra=[("triple", flood)]))
    assert passed(graded) == ["double", "triple", "square"]
    assert "Cell 10 printed more than 20,000 bytes." in notices
    assert "Cell 10 went on after an interrupt: its kernel was ended." in notices


SLOW_TO_INTERRUPT = """
kernel = get_ipython().kernel
now = kernel._send_interrupt_children
def later():
    time.sleep(0.3)
    now()
kernel._send_interrupt_children = later
print('x' * 100_000)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="interrupts come another way")
def test_an_interrupt_hits_no_later_cell_than_its_own(grade):
    graded, _ = grade(
        submission(
            extra=[("triple", SLOW_TO_INTERRUPT)],
            triple="time.sleep(1)\ndef triple(x):\n    return 3 * x",
        )
    )
    assert passed(graded) == ["double", "triple", "square"]


@pytest.mark.parametrize("where", ["check", "cell"])
def test_what_a_flooded_kernel_takes_along_later_is_made_again(grade, where):
    # As when the memory that a flood has filled runs out a moment later.
    end = {
        "check": "from ppdl_course.classroom.judging import answers as a\n"
        "a.lend = lambda *_: os._exit(1)\n",
        "cell": "get_ipython().run_cell = lambda *_, **__: os._exit(1)\n",
    }
    flood = f"import os\n{end[where]}while True: print('x' * 1000)"
    graded, notices = grade(submission(extra=[("triple", flood)]))
    assert passed(graded) == ["double", "triple", "square"]
    assert "Cell 10 printed more than 20,000 bytes." in notices
    assert ("(cell 12)" if where == "check" else "Cell 11") in notices
    assert "The kernel ended" not in said(graded.cells[10])


def test_a_cell_without_enough_memory_is_named(grade):
    graded, notices = grade(submission(extra=[("triple", "raise MemoryError")]))
    assert passed(graded) == ["double", "triple", "square"]
    assert notices == "Cell 10 ran out of memory."


def test_a_cell_that_asks_for_input_gets_an_error(grade):
    graded, _ = grade(submission(extra=[("double", "input('Name?')")]))
    assert passed(graded) == ["double", "triple", "square"]
    assert "StdinNotImplementedError" in said(graded.cells[6])


def test_a_cell_that_does_not_parse_fails_alone(grade):
    graded, _ = grade(submission(triple="def triple(x:"))
    assert passed(graded) == ["double", "square"]
    assert "SyntaxError" in said(graded.cells[9])
    assert "triple" in said(checks(graded)["triple"])


def test_a_mistake_of_the_grader_is_loud_and_leaves_no_kernel(grade, kernels):
    class Wrong:
        def prepare(self, *_):
            pass

        def check(self, *_):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        grade(submission(), judge=Wrong())
    assert not [kernel for kernel in kernels._started if kernel.alive()]


def test_a_kernel_that_does_not_start_is_a_failure_with_its_last_words(kernels):
    class Dead:
        def start(self):
            kernel = kernels.start()
            kernel._provisioner.end()
            return kernel

    job = Job("ann", "01", nbformat.writes(submission()), nbformat.writes(EXAM), LIMITS)
    result = run_job(job, Dead(), Judge(EXAM))
    told = f"the kernel had ended {MOST_KERNELS} times. A kernel did not"
    assert result.failure.startswith(told)
    assert result.notebook == ""
