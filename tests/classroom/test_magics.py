import ast
import time

import pytest
from IPython.core.interactiveshell import InteractiveShell

from ppdl_course.classroom.authoring.cells import code_lines
from ppdl_course.classroom.judging.cell_dependencies import (
    could_supply,
    needed_cells,
    reaches_anything,
)
from ppdl_course.classroom.magics import plain_cell, python_of
from ppdl_course.classroom.submission.scan import Scan

WRAPPED = {
    "modulo": "x = (17\n% 5)",
    "indented modulo": "x = (\n    17\n    % 5\n)",
    "unequal": "x = (17\n!= 5)",
    "in a text": 'x = """\n%run y\n!ls\n"""',
    "in a call": "x = max(1, 17\n   %len('abc'))",
}
MAGICS = {
    "%precision 3\n": "%precision 3",
    "!true\n": "!true",
    "if 1:\n    %precision 3\n": "%precision 3",
    "%%time\n": "%%time",
    "%%capture\n%precision 3\n": "%%capture",
}


@pytest.mark.parametrize("code", WRAPPED.values(), ids=WRAPPED)
def test_what_python_reads_holds_no_magic(code):
    assert python_of(code) == code
    assert plain_cell(code).magics == ()


@pytest.mark.parametrize("code", WRAPPED.values(), ids=WRAPPED)
@pytest.mark.parametrize("magic", MAGICS)
def test_a_wrapped_line_beside_a_magic_means_what_it_means_in_ipython(magic, code):
    plain = plain_cell(magic + code)
    assert plain.magics[0] == MAGICS[magic]
    ours, theirs = {}, InteractiveShell.instance()
    exec(plain.code, ours)
    theirs.run_cell(magic + code, silent=True)
    assert ours["x"] == theirs.user_ns.pop("x")


def test_the_result_of_a_magic_stays_a_call_and_is_told():
    plain = plain_cell("files = !ls -l\n%precision 3")
    assert plain.magics == ("!ls -l", "%precision 3")
    assert "files" in {n.id for n in ast.walk(plain.tree) if isinstance(n, ast.Name)}


@pytest.mark.parametrize("code", ["def f(:\n%x", "x = (\n% 5", "\0", "(" * 1000])
def test_what_nobody_reads_is_said_to_be_so_and_kept(code):
    assert plain_cell(code) is None
    assert python_of(code) == code


@pytest.mark.parametrize("line", ["%x\n", "a = !x\n", "x?\n"])
def test_thousands_of_magics_are_refused_at_once(line):
    began = time.process_time()
    assert plain_cell(line * 20_000) is None
    assert time.process_time() - began < 1


def test_a_wrapped_line_hides_nothing_from_the_notices_and_accuses_nobody():
    look = Scan(set(), set()).look
    assert look("same = (a\n!= b)") == []
    assert look("%matplotlib inline\nsame = (a\n  != b)") == []
    assert look("import os\nx = (17\n% 5); os._exit(0)") == [
        "uses os._exit, which ends the kernel"
    ]
    assert look("%time f()\nimport os\nx = (17\n% os._exit(0))") == [
        "uses os._exit, which ends the kernel"
    ]
    assert look("x = !cat /etc/passwd") == ["runs '!'"]
    assert look("if True:\n    !cat /etc/passwd") == ["runs '!'"]


def test_a_wrapped_line_counts_for_what_a_cell_depends_on():
    cells = ["%matplotlib inline\nstep = 5", "rest = (17\n% step)", "print(rest)"]
    assert needed_cells(cells, {2}) == [0, 1, 2]
    assert not reaches_anything(cells[1])
    assert reaches_anything("x = (17\n% eval('5'))")
    assert could_supply("%precision 3\nx = (17\n% (y := 5))", "y")


def test_a_wrapped_import_is_no_line_to_read():
    code = "from os import (\n    path)\n(17\n% 5)"
    assert code_lines(code) == 2
    assert code_lines(f"%matplotlib inline\n{code}") == 3
    assert code_lines(f"%%time\n%precision 3\n{code}") == 4
