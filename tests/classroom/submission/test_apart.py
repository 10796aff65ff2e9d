"""One submission read in a process of its own: what comes back, what may go wrong."""

import os
import signal
import sys
import time
from pathlib import Path

import nbformat
import pytest

from ppdl_course.classroom.submission import apart
from ppdl_course.classroom.submission.apart import Apart, Ready
from ppdl_course.classroom.submission.plain import Unreadable

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="forks")
BOOK = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("x = 'é \U0001f600'")])


def read(folder):
    """Do what the folder's name says, as a cleaner might in its bad hours."""
    match folder.name.split("-"):
        case ["sleep"]:
            time.sleep(60)
        case ["loop"]:
            while True:
                pass
        case ["end"]:
            os._exit(3)
        case ["signal"]:
            os.kill(os.getpid(), signal.SIGABRT)
        case ["refuse"]:
            raise Unreadable(f"{folder} is empty")
        case ["raise"]:
            raise ZeroDivisionError("nobody foresaw this")
        case ["memory"]:
            bytes(apart.MEMORY_BYTES + (1 << 30))
    return Ready(BOOK, (str(folder), str(os.getppid())))


@pytest.fixture(scope="module")
def reader():
    with Apart(read, seconds=2.0) as reader:
        yield reader


def works(reader):
    ready = reader.read(Path("honest"))
    return (ready.notebook, ready.findings[0]) == (BOOK, "honest")


def test_a_submission_comes_back_as_it_was_read(reader):
    ready = reader.read(Path("ann"))
    assert ready.notebook == BOOK
    assert isinstance(ready.notebook.cells[0], nbformat.NotebookNode)
    assert ready.findings[0] == "ann"
    assert ready.findings[1] != str(os.getpid())


def test_a_folder_may_have_any_name(reader):
    folder = Path(os.fsdecode(b"M\xfcller \n'"))
    assert reader.read(folder).findings[0] == str(folder)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("sleep", "reading it took longer than 2 s"),
        ("end", r"reading it ended the process that did it \(status 3\)"),
        ("signal", r"reading it ended the process that did it \(SIGABRT\)"),
        ("refuse", "^refuse is empty$"),
        ("raise", "^cannot be put in order: ZeroDivisionError: nobody foresaw this$"),
    ],
)
def test_what_goes_wrong_is_told_and_the_next_is_read(reader, name, told):
    began = time.monotonic()
    with pytest.raises(Unreadable, match=told):
        reader.read(Path(name))
    assert time.monotonic() - began < 20
    assert works(reader)


@pytest.mark.skipif(sys.platform != "linux", reason="others do not limit their data")
def test_one_that_would_take_all_memory_is_told(reader):
    with pytest.raises(Unreadable, match="MemoryError"):
        reader.read(Path("memory"))
    assert works(reader)


def test_the_processors_time_is_limited_whatever_the_clock_says(monkeypatch):
    monkeypatch.setattr(apart, "CPU_SECONDS", 1)
    told = "reading it used more than 1 s of processor time"
    with Apart(read) as reader, pytest.raises(Unreadable, match=told):
        reader.read(Path("loop"))


def test_a_reader_that_was_killed_is_told_and_started_again():
    with Apart(read, seconds=20) as reader:
        os.kill(reader._process, signal.SIGKILL)
        with pytest.raises(Unreadable, match="was ended"):
            reader.read(Path("ann"))
        assert works(reader)


def test_it_holds_no_lock_of_its_owners(tmp_path):
    with (tmp_path / "lock").open("w") as held, Apart(read) as reader:
        files = Path(f"/proc/{reader._process}/fd")
        if not files.is_dir():
            pytest.skip("only Linux shows what a process has open")
        assert works(reader)
        opened = [os.readlink(file) for file in files.iterdir()]
        assert held.name not in opened


def test_nothing_is_left_when_its_owner_closes():
    reader = Apart(read)
    process = reader._process
    reader.close()
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


def test_where_nothing_can_fork_it_is_read_here(monkeypatch):
    monkeypatch.delattr(os, "fork")
    with Apart(read) as reader:
        assert reader.read(Path("ann")).notebook is BOOK
