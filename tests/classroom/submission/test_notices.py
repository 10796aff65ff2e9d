"""What a submission tried is named with its cell; honest ones raise no alarm."""

import copy

import nbformat
import pytest

from ppdl_course.classroom.bank.answers import read_answers
from ppdl_course.classroom.submission.notices import MOST, notices

from ..conftest import REPOSITORY, TINY
from .test_clean import CLIP, MEAN, WHY, at, solved

CHAPTERS = sorted(REPOSITORY.glob("notebooks/[0-9]*_*/"))


@pytest.fixture(scope="session")
def release(built):
    path = built / "notebooks" / TINY / f"{TINY}.ipynb"
    return nbformat.read(path, as_version=4)


def found(release, *sources):
    """Return what is said of cells added to a solved submission, which has 12."""
    notebook = solved(release)
    notebook.cells += [nbformat.v4.new_code_cell(source) for source in sources]
    return notices(notebook, release)


TRIED = {
    "exit": ("import os\nos._exit(0)", "uses os._exit, which ends the kernel"),
    "exit from": (
        "from os import _exit as leave\nleave(0)",
        "imports os._exit, which ends the kernel",
    ),
    "sys.exit": ("import sys as s\ns.exit()", "uses sys.exit, which ends the kernel"),
    "quit": ("def mean_age(ages):\n    quit()", "calls quit(), which ends the kernel"),
    "kill": (
        "import os\nos.kill(os.getppid(), 9)",
        "uses os.kill, which sends signals to processes",
    ),
    "process": ("import subprocess", "imports subprocess, which starts processes"),
    "fork": ("import os\nwhile 1: os.fork()", "uses os.fork, which starts processes"),
    "shell": ("!cat /etc/passwd", "runs '!'"),
    "script": ("%%bash\ncat /etc/passwd", "runs '%%bash'"),
    "socket": ("import socket as s", "imports socket, which opens connections"),
    "secure socket": (
        "from ssl import create_default_context",
        "imports ssl.create_default_context, which opens connections",
    ),
    "certificate": (
        "import ssl\nssl.get_server_certificate(('court', 443))",
        "uses ssl.get_server_certificate, which opens connections",
    ),
    "device": (
        "open('/dev/urandom/../mem', 'rb')",
        "names a path outside of its folder ('/dev/urandom/../mem')",
    ),
    "web": ("import urllib.request", "imports urllib, which opens the network"),
    "memory": ("from ctypes import cdll", "imports ctypes, which reaches into memory"),
    "environment": (
        "import os\nprint(os.environ)",
        "uses os.environ, which reads the environment variables",
    ),
    "module": (
        "np.allclose = lambda *_, **__: True",
        "changes numpy.allclose, which all code uses",
    ),
    "module deep": (
        "import numpy.linalg as la\nla.norm = len",
        "changes numpy.linalg.norm, which all code uses",
    ),
    "setattr": (
        "setattr(np, 'isclose', len)",
        "changes numpy.isclose",
    ),
    "checks module": (
        "from ppdl_course.checks import verdict\nverdict.require = print",
        "changes ppdl_course.checks.verdict.require, which all code uses",
    ),
    "checking": ("def checking(name): ...", "gives 'checking' another meaning"),
    "require": ("if True:\n    require = print", "gives 'require' another meaning"),
    "print": ("from mine import print", "gives 'print' another meaning"),
    "equal": (
        "class Yes:\n    def __eq__(self, other): return True",
        "defines __eq__, so that its objects answer comparisons",
    ),
    "bool": (
        "class Yes(float):\n    __bool__ = lambda self: True",
        "defines __bool__, so that its objects answer comparisons",
    ),
    "transformer": (
        "get_ipython().input_transformers_post.append(len)",
        "uses input_transformers_post, which changes how cells are run or shown",
    ),
    "frames": (
        "import sys\nsys._getframe().f_back",
        "uses sys._getframe, which watches or changes running code",
    ),
    "classes": (
        "object.__subclasses__()",
        "uses __subclasses__, which reaches into the interpreter",
    ),
    "grader": (
        "from ppdl_course.classroom.judging import answers",
        "imports ppdl_course.classroom, which belongs to the grader",
    ),
    "gradebook": ("open('gradebook.db')", "names 'gradebook'"),
    "solutions": ("p = f'solutions/{n}.py'", "names 'solutions/'"),
    "path": (
        "open('/etc/passwd')",
        "names a path outside of its folder ('/etc/passwd')",
    ),
    "parent": ("open('../x')", "names a path outside of its folder ('../x')"),
    "verdict": (
        "print('✔ mean_age: passed')",
        "writes a verdict of its own ('✔ mean_age: passed')",
    ),
    "javascript": ("display(HTML('<script>x()</script>'))", "shows JavaScript"),
    "interrupt": (
        "while True:\n    try:\n        f()\n    except BaseException:\n        pass",
        "catches the interrupt within an endless loop",
    ),
}


@pytest.mark.parametrize("tried", TRIED.values(), ids=TRIED)
def test_what_was_tried_is_named_with_its_cell(release, tried):
    source, says = tried
    assert f"Cell 13 {says}." in found(release, source)


HONEST = {
    "words": "# os._exit(0) in a comment\n'''import socket'''\nx = 'exit'",
    "attributes": "model.weight = 3\nmodel.np.allclose = 3",
    "switches": "import torch\ntorch.backends.cudnn.deterministic = True",
    "again": "import numpy as np\nfrom ppdl_course.checks.verdict import require",
    "own names": "exit_code = 3\nquit = None\nallclose = np.allclose",
    "inner names": "def f(type, all):\n    print = 3\n    return [any for any in all]",
    "loops": "while True:\n    try:\n        f()\n    except Exception:\n        break",
    "interrupted": "while True:\n    try:\n        f()\n    except:\n        raise",
    "dataclass": "class Pair:\n    def __init__(self): ...\n    def __len__(self): ...",
    "paths": "x = 'a/b'\ny = '/'\nz = 'data.csv'\nw = '~ about 3'",
    "magics": "%timeit f()\n%matplotlib inline",
    "broken": "def f(:\n  import socket",
}


@pytest.mark.parametrize("source", HONEST.values(), ids=HONEST)
def test_what_is_honest_raises_no_alarm(release, source):
    assert found(release, source) == []


def test_a_chapters_own_modules_may_be_imported(release):
    notebook = copy.deepcopy(release)
    notebook.cells[1].source += "\nimport threading"
    assert notices(notebook, release) != []
    assert notices(notebook, notebook) == []
    own = nbformat.v4.new_code_cell("import threading")
    again = copy.deepcopy(notebook)
    again.cells.append(own)
    assert notices(again, notebook) == []


def test_an_import_is_remembered_from_cell_to_cell(release):
    said = found(release, "import os as system", "def f():\n    system._exit(1)")
    assert said == ["Cell 14 uses os._exit, which ends the kernel."]


def test_javascript_in_a_text_is_named(release):
    notebook = solved(release)
    text = "<img src=x><SCRIPT>steal()</SCRIPT>"
    notebook.cells.append(nbformat.v4.new_markdown_cell(text))
    assert notices(notebook, release) == ["Cell 13 shows JavaScript."]


@pytest.mark.parametrize(
    ("key", "value", "says"),
    [
        ("points", 300, "claims points = 300 for 'check-clip_ages'; .* out with 3"),
        ("locked", False, "claims locked = False"),
        ("grade", False, "claims grade = False"),
        ("solution", True, "claims solution = True"),
        ("checksum", "0" * 32, "carries a changed checksum for 'check-clip_ages'"),
        ("points", float("nan"), "claims points = nan"),
    ],
)
def test_forged_metadata_is_named(release, key, value, says):
    notebook = solved(release)
    notebook.cells[at(notebook, CLIP)].metadata.nbgrader[key] = value
    (said,) = notices(notebook, release)
    assert said.startswith(f"Cell 10 {says.partition(';')[0]}")


def test_a_forged_checksum_of_a_question_is_named(release):
    notebook = solved(release)
    notebook.cells[at(notebook, WHY)].metadata.nbgrader["checksum"] = "forged"
    assert notices(notebook, release) == [
        "Cell 12 carries a changed checksum for 'why_mean'."
    ]


def test_an_earlier_edition_of_the_chapter_is_no_forgery(release):
    later = copy.deepcopy(release)
    for cell in later.cells:
        if "nbgrader" in cell.metadata:
            cell.metadata.nbgrader["checksum"] = "of the later text"
    assert notices(solved(release), later) == []


def test_a_result_in_a_check_is_named_and_what_it_printed_is_not(release):
    notebook = solved(release)
    check = notebook.cells[at(notebook, MEAN)]
    check.outputs = [nbformat.v4.new_output("stream", text="✔ mean_age: passed")]
    assert notices(notebook, release) == []
    result = nbformat.v4.new_output("execute_result", {"text/plain": "2.0"})
    check.outputs += [result, "not even an output"]
    (said,) = notices(notebook, release)
    assert said == (
        "Cell 5, the check 'check-mean_age', comes with a result that nbgrader could "
        "take for points."
    )


def test_there_is_an_end_to_the_notices(release):
    said = found(release, *["import socket"] * 100)
    assert len(said) == MOST + 1
    assert said[-1] == f"And {100 - MOST} more of the kind."


@pytest.mark.parametrize("chapter", CHAPTERS, ids=[path.name for path in CHAPTERS])
def test_the_solved_chapter_and_every_honest_answer_raise_no_alarm(chapter):
    name = chapter.name
    blank = nbformat.read(chapter / f"{name}.ipynb", as_version=4)
    path = REPOSITORY / "solutions" / name / f"{name}.ipynb"
    assert notices(nbformat.read(path, as_version=4), blank) == []
    files = list((REPOSITORY / "bank" / name).glob("*.py"))
    answers = [answer for path in files for answer in read_answers(path)]
    assert len(answers) >= 11 * len(files) > 0
    everything = copy.deepcopy(blank)
    # The bank calls an answer sly that is made to be taken for a right one.
    for answer in (a for a in answers if not a.name.startswith("sly")):
        cell = nbformat.v4.new_code_cell(answer.code)
        everything.cells.append(cell)
    assert notices(everything, blank) == []


def test_a_sly_answer_of_the_bank_raises_an_alarm():
    chapter = "03_privacy_leakage"
    answers = read_answers(REPOSITORY / "bank" / chapter / "most_likely_number.py")
    (code,) = [answer.code for answer in answers if answer.name == "sly text"]
    path = REPOSITORY / "notebooks" / chapter / f"{chapter}.ipynb"
    blank = nbformat.read(path, as_version=4)
    everything = copy.deepcopy(blank)
    everything.cells.append(nbformat.v4.new_code_cell(code))
    alarms = notices(everything, blank)
    assert any("defines __eq__" in alarm for alarm in alarms)
