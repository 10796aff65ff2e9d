"""The installer: what it trusts, what it clears away, and the line it ends with."""

import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from ppdl_course.classroom.student import install
from ppdl_course.classroom.student.install import FINISHED, UNFINISHED, CannotInstall


@pytest.fixture
def venv(tmp_path):
    return tmp_path / ".venv"


@pytest.fixture
def log(tmp_path):
    path = tmp_path / "log"
    path.write_text("")
    return path


def finish(venv):
    venv.mkdir(exist_ok=True)
    (venv / FINISHED).write_text(json.dumps(install.fingerprint(venv)))


@pytest.mark.parametrize("version", [(3, 10, 13), (3, 15, 0), (2, 7, 18)])
def test_a_python_out_of_range_is_refused_with_the_remedy(version):
    with pytest.raises(CannotInstall, match=r"Python 3.11 to 3.14 .*make PYTHON="):
        install.check_python(version)


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 14, 9)])
def test_the_oldest_and_newest_python_are_accepted(version):
    assert install.check_python(version) is None


def test_a_full_disk_is_refused_before_anything_is_written(venv, monkeypatch):
    usage = SimpleNamespace(free=install.NEEDED_BYTES - 1)
    monkeypatch.setattr(install.shutil, "disk_usage", lambda folder: usage)
    with pytest.raises(CannotInstall, match=r"disk full: .* GB are needed"):
        install.install(venv)
    assert not venv.exists()


def test_a_finished_install_is_trusted(venv):
    finish(venv)
    assert install.is_current(venv)


def test_an_install_from_an_older_lock_is_brought_up_to_date(venv):
    finish(venv)
    stamp = install.fingerprint(venv) | {"inputs": "older"}
    (venv / FINISHED).write_text(json.dumps(stamp))
    (venv / "kept").write_text("")
    assert not install.is_current(venv)
    install.begin(venv)
    assert (venv / "kept").exists()
    assert (venv / UNFINISHED).exists()


def test_an_install_that_was_moved_is_made_anew(venv, tmp_path):
    finish(venv)
    moved = venv.rename(tmp_path / "elsewhere")
    assert not install.is_current(moved)
    install.begin(moved)
    assert [path.name for path in moved.iterdir()] == [UNFINISHED]


def test_a_half_made_install_is_never_trusted_and_cleared_away(venv):
    finish(venv)
    (venv / UNFINISHED).write_text("999999999")  # no such process
    assert not install.is_current(venv)
    install.begin(venv)
    assert [path.name for path in venv.iterdir()] == [UNFINISHED]


@pytest.mark.skipif(
    os.name != "posix", reason="processes are asked about on POSIX only"
)
def test_an_install_that_is_still_running_is_left_alone(venv):
    venv.mkdir()
    (venv / UNFINISHED).write_text(str(os.getpid()))
    with pytest.raises(CannotInstall, match="another install is running"):
        install.is_current(venv)


def test_an_environment_of_somebody_else_is_never_touched(venv):
    venv.mkdir()
    (venv / "pyvenv.cfg").write_text("theirs")
    with pytest.raises(CannotInstall, match="not made by this course: move it away"):
        install.is_current(venv)
    assert (venv / "pyvenv.cfg").read_text() == "theirs"


def test_a_failed_install_leaves_no_environment(venv, monkeypatch):
    def fail(folder, log):
        (folder / "half").write_text("")
        raise CannotInstall("a package could not be installed")

    monkeypatch.setattr(install, "fill", fail)
    with pytest.raises(CannotInstall, match="a package"):
        install.install(venv)
    assert not venv.exists()


@pytest.mark.parametrize(
    ("says", "message"),
    [
        ("OSError: [Errno 28] No space left on device", "disk full"),
        ("NewConnectionError: Failed to establish", "no network"),
        ("something else", "a package could not"),
    ],
)
def test_the_last_line_names_what_was_missing(says, message, log):
    command = [sys.executable, "-c", f"print({says!r}); raise SystemExit(1)"]
    with pytest.raises(CannotInstall, match=message):
        install.run(command, log, "a package could not be installed")
    assert says in log.read_text()


def test_an_earlier_failure_in_the_log_is_not_blamed_again(log):
    log.write_text("NewConnectionError from the step before\n")
    with pytest.raises(CannotInstall, match="what it was"):
        install.run([sys.executable, "-c", "raise SystemExit(1)"], log, "what it was")


def test_torch_is_taken_from_the_cpu_index_and_then_from_the_ordinary_one(
    log, monkeypatch, capsys
):
    asked = []

    def run(command, log, missing):
        asked.append(command[1:])
        if install.CPU_INDEX in command:
            raise CannotInstall(missing)

    monkeypatch.setattr(install, "run", run)
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("PPDL_TORCH", "cpu")
    install.install_torch(["pip"], log)
    assert install.CPU_INDEX in asked[0]
    assert asked[0][-1] == asked[1][-1] == "torch==2.13.0"
    told = capsys.readouterr().out
    assert "cannot be reached" in told
    assert "5.9 GB in all" in told
    asked.clear()
    monkeypatch.setenv("PPDL_TORCH", "gpu")
    install.install_torch(["pip"], log)
    assert asked == [["torch==2.13.0"]]


def test_an_unknown_choice_of_torch_is_refused(log, monkeypatch):
    monkeypatch.setenv("PPDL_TORCH", "tpu")
    with pytest.raises(CannotInstall, match="PPDL_TORCH must be cpu or gpu, got 'tpu'"):
        install.install_torch(["pip"], log)


def test_the_installer_runs_without_the_package():
    """It is started before anything is installed, by file name, in isolation."""
    script = Path(install.__file__)
    code = f"import runpy; runpy.run_path({str(script)!r}, run_name='imported')"
    subprocess.run([sys.executable, "-I", "-S", "-c", code], check=True)
