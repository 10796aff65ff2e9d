import contextlib
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppdl_course.classroom.judging.cell_dependencies import (
    could_supply,
    needed_cells,
    reaches_anything,
)

NAMES = st.sampled_from("abcd")
CELLS = st.one_of(
    st.builds("{} = {} + [{}]".format, NAMES, NAMES, st.integers(0, 9)),
    st.builds("{}.append({})".format, NAMES, st.integers(0, 9)),
    st.builds("{}[:1] = [len({})]".format, NAMES, NAMES),
    st.builds("{} += {}".format, NAMES, NAMES),
    st.builds("def f{0}(n=len({0})): return {1}[:n]".format, NAMES, NAMES),
    st.builds("{} = f{}()".format, NAMES, NAMES),
    st.builds("{} = [len({}) for x in {}]".format, NAMES, NAMES, NAMES),
    st.builds("print({})".format, NAMES),
)
START = [
    *(f"{name} = [0]" for name in "abcd"),
    *(f"def f{n}(): return []" for n in "abcd"),
]


def value(codes, name):
    namespace = {}
    with contextlib.redirect_stdout(io.StringIO()):
        for code in codes:
            exec(code, namespace)
    return namespace[name]


@given(st.lists(CELLS, max_size=12), NAMES)
def test_the_needed_cells_give_what_all_cells_give(cells, name):
    # No two names share a list: what one name does to another is not in the text.
    codes = [*START, *cells, f"{name} = list({name})"]
    kept = needed_cells(codes, {len(codes) - 1})
    assert value([codes[n] for n in kept], name) == value(codes, name)


@pytest.mark.parametrize(
    ("code", "root"),
    [
        ("import numpy as np", "np.ones(3)"),
        ("import os.path", "os.path.sep"),
        ("from math import pi as p", "def area(r): return p * r"),
        ("def helper(): pass", "class A:\n    def f(self): return helper()"),
        ("class Base: pass", "class A(Base): pass"),
        ("Number = int", "def f(x: Number): pass"),
        ("start = 1", "def f(x=start): pass"),
        ("log = print", "@log\ndef f(): pass"),
        ("xs = [1]", "[x for x in xs]"),
        ("total = 0", "total += 1"),
        ("total = 0", "def f():\n    global total\n    total += 1"),
        ("[last := x for x in 'ab']", "last"),
        ("def reset():\n    global state\n    state = 0", "state"),
        ("model.fit(x)", "model"),
        ("model.rate = 1", "model"),
        ("del table['a']", "table"),
        ("for i in range(3): pass", "i"),
        ("with open('f') as file: pass", "file"),
        ("try: pass\nexcept OSError as error: e = error", "e"),
        ("x = 1", "%timeit f(x)"),
        ("x = 1", "def broken(x:"),
        ("%matplotlib inline", "1"),
        ("from math import *", "1"),
        ("exec('x = 1')", "x"),
        ("if 1:\n    %time x = 1", "1"),
        ("x = 1", "-" * 10_000 + "x"),
    ],
)
def test_a_cell_is_kept_that_another_depends_on(code, root):
    assert needed_cells([code, root], {1}) == [0, 1]


@pytest.mark.parametrize(
    ("code", "root"),
    [
        ("x = 1", "def f():\n    x = 2\n    return x"),
        ("x = 1", "def f(c):\n    x = c\n    x ^= 1\n    return x"),
        ("x = 1", "f = lambda x: x"),
        ("x = 1", "y = [x for x in 'ab']"),
        ("def f():\n    x = 1", "x = 2\nprint(x)"),
        ("print(x)", "x"),
        ("y = x", "x"),
        ("figure(x)", "x"),
        ("", "x"),
        ("# x = 1", "x"),
    ],
)
def test_a_cell_is_left_out_that_nothing_depends_on(code, root):
    assert needed_cells([code, root], {1}) == [1]


def test_what_a_needed_cell_needs_is_needed_and_what_comes_later_is_not():
    codes = ["a = 1", "b = a", "c = 1", "d = b", "a = 2"]
    assert needed_cells(codes, {3}) == [0, 1, 3]
    assert needed_cells(codes, set()) == []


def test_a_function_reads_names_when_it_is_called():
    codes = ["rate = 1", "def f():\n    return [rate for _ in 'ab']", "rate = 2", "f()"]
    assert needed_cells(codes, {3}) == [0, 1, 2, 3]
    at_once = ["rate = 1", "f = [rate for _ in 'ab']", "rate = 2", "f"]
    assert needed_cells(at_once, {3}) == [0, 1, 3]


@pytest.mark.parametrize(
    "code",
    [
        "exec(text)",
        "f = eval",
        "globals()['x']",
        "vars()['x']",
        "dir()",
        "from math import *",
        "%run other.py",
        "%load_ext autoreload",
        "if x:\n    %run other.py",
        "get_ipython().run_line_magic('run', 'x')",
        "import sys\nsys.modules['__main__'].x",
        "import __main__",
        "f.__globals__['x']",
    ],
)
def test_code_that_may_reach_any_name_is_told(code):
    assert reaches_anything(code)


@pytest.mark.parametrize(
    "code",
    [
        "re.compile('x')",
        '"""Do not use eval or exec."""',
        "vars(server)",
        "model.modules()",
        "%matplotlib inline\n%time x = 1\n%%timeit\n!ls",
        "model.eval()",
        "def broken(",
        "-" * 10_000 + "x",
    ],
)
def test_ordinary_code_reaches_only_what_it_names(code):
    assert not reaches_anything(code)


def test_a_cell_could_supply_what_it_binds_anywhere():
    code = (
        "import scipy.stats as s\ndef f():\n    model.rate = 1\n    for i in x: y = 1"
    )
    names = ["scipy", "stats", "s", "f", "rate", "i", "y"]
    assert [name for name in names if not could_supply(code, name)] == []
    assert [name for name in ["model", "x", "import"] if could_supply(code, name)] == []
    assert could_supply("def broken(x", "x")
