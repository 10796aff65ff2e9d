"""A class on a hub, as docs/hub.md says: real accounts, a real hub, a real browser.

The term is gone through once, in namespaces of its own (hub/machine.py), and its facts
are judged here. Nothing of it touches this machine's accounts, folders or ports.
"""

import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock

from .hub.machine import ENTER, ROOT, why_not

pytestmark = pytest.mark.browser
GUIDE = (ROOT / "docs" / "hub.md").read_text(encoding="utf-8")
CHAPTER = "01_feedforward_backprop"
PROXY = ROOT / "build/hub/node_modules/.bin/configurable-http-proxy"


def what_is_missing() -> str:
    """Say what is missing here; empty if nothing is."""
    if not (shutil.which("chromium") or shutil.which("chromium-browser")):
        return "no chromium on the PATH"
    if not PROXY.exists():
        return "no proxy: npm install --prefix build/hub configurable-http-proxy@5"
    return why_not("bwrap", "node", "openssl")


@pytest.fixture(scope="session")
def facts(tmp_path_factory):
    """What happened in one term, whichever workers run these tests."""
    base = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        base = base.parent  # which the workers share
    path = base / "hub.json"
    with FileLock(base / "hub.lock"):
        if not path.exists():
            missing = what_is_missing()
            if missing and os.environ.get("PPDL_REQUIRE_BROWSER") and os.geteuid() == 0:
                pytest.fail(missing)
            if missing:
                pytest.skip(missing)
            accounts = Path("/etc/passwd").read_bytes()
            term = [sys.executable, "-m", "tests.classroom.hub.term", str(path)]
            run = subprocess.run(
                [*ENTER, *term], cwd=ROOT, capture_output=True, text=True, timeout=600
            )
            assert Path("/etc/passwd").read_bytes() == accounts
            found = json.loads(path.read_text() or "{}") if path.exists() else {}
            path.write_text(json.dumps({**found, "failed": run.stderr[-4000:]}))
    found = json.loads(path.read_text())
    print(found.get("seconds"))
    assert "all" in found["seconds"], found["failed"]
    return found


def test_a_student_answers_in_the_browser_and_gets_points_and_feedback(facts):
    assert facts["check"].strip() == "✔ layer_forward: passed"
    rows = csv.DictReader(io.StringIO(facts["scores"]))
    scores = {row["student_id"]: float(row["score"]) for row in rows}
    source = (ROOT / "solutions" / f"{CHAPTER}.py").read_text(encoding="utf-8")
    checks = re.findall(r"^# %% check=.* points=(\d+)", source, re.MULTILINE)
    all_exercises = sum(map(float, checks))  # the question waits for a person
    assert scores == {"ada": 2.0, "bob": all_exercises, "cy": 0.0}
    assert "layer_forward" in facts["feedback shown"]
    for name, page in facts["feedback"].items():
        assert "layer_forward" in page, name
        assert "units=6" not in page, f"the hidden tests are in {name}'s feedback"


def test_an_instructor_sees_the_class_in_formgrader(facts):
    assert "ada" in facts["formgrader"]
    assert "bob" in facts["formgrader"]


def test_what_a_student_wrote_does_not_act_in_the_instructors_browser(facts):
    assert facts["attack on prof"] == {
        "the answer is shown": True,
        "the output is shown": True,
        "it acts": False,
    }


REFUSED, UNKNOWN = 403, 404  # the second where even to say that it exists says much


def test_a_student_is_refused_formgrader_and_other_servers(facts):
    assert facts["hub"] == {
        "ada: own server": 200,
        "ada: Formgrader in it": UNKNOWN,
        "prof: Formgrader": 200,
        "prof: a student's server": REFUSED,
        "cy: Formgrader": REFUSED,
        "cy: the course account's files": REFUSED,
        "cy: another's server": REFUSED,
        "cy: start the course account's server": UNKNOWN,
        "cy: administration": REFUSED,
        "token: own account": 200,
        "token: who else": REFUSED,
        "token: another": UNKNOWN,
        "token: another's tokens": UNKNOWN,
        "token: start another's server": UNKNOWN,
        "token: stop another's server": UNKNOWN,
        "token: use another's server": REFUSED,
        "token: use the course account's": REFUSED,
        "token: a second server": 400,
        "token: groups": REFUSED,
        "token: the proxy": REFUSED,
        "loopback: the proxy": REFUSED,
        "loopback: another's server": REFUSED,
    }


def test_a_program_on_one_servers_page_reads_nothing_from_the_hub(facts):
    assert facts["across names"] == "TypeError: Failed to fetch"


def test_the_disk_refuses_a_student_what_its_owner_may_do(facts):
    assert len(facts["disk"]) >= 16
    wrong = {what: who for what, who in facts["disk"].items() if who != [False, True]}
    assert wrong == {}, "(could cy, could the owner)"


def test_what_a_student_forges_in_the_exchange_is_not_collected(facts):
    log = facts["log of grading"]
    assert "it names 'bob' but belongs to 'cy'" in log
    assert "no notebook that is a plain file of 'cy'" in log
    assert "Collecting submission: cy" not in log


def test_a_students_kernel_has_its_limits_and_no_port_to_read_from(facts):
    assert facts["limits"] == {
        "Max processes": "512",
        "Max data size": str(6 * 2**30),
        "Max core file size": "0",
    }
    assert facts["kernel"]["transport"] == "ipc"
    assert facts["kernel"]["ip"].startswith("/home/ada/")


def test_a_copy_holds_gradebook_answers_and_settings(facts):
    for file in (
        "etc/jupyterhub/jupyterhub_config.py",
        "home/grader/gradebook.copy",
        f"home/ada/{CHAPTER}/{CHAPTER}.ipynb",
    ):
        assert file in facts["copy"].splitlines()
    assert facts["submissions in the copy"] == 2


def test_after_the_term_only_the_course_is_left(facts):
    assert facts["left running"] == "", "when the hub had been interrupted"
    assert facts["homes after the term"] == ["grader", "prof"]


def test_the_hub_logs_no_error_but_that_a_student_was_refused(facts):
    errors = re.findall(r"^(?:\[E .*|Traceback.*)$", facts["hub's log"], re.MULTILINE)
    assert errors
    assert [line for line in errors if "not allowed to access Server" not in line] == []


def test_every_command_of_the_guide_is_run_or_marked(facts):
    assert facts["not run"] == []


def test_the_guide_says_so_where_a_command_is_not_run():
    for block in re.finditer(r"^```sh (\w+)\n", GUIDE, re.MULTILINE):
        before = GUIDE[: block.start()].rstrip().rsplit("\n\n", 1)[-1]
        assert block[1] in ("root", "grader", "student", "untested")
        assert (block[1] == "untested") == ("ot tested" in before), before
    assert not re.search(r"^```(?!sh \w+$)\w", GUIDE, re.MULTILINE), "who runs it?"


def test_the_settings_name_what_the_guide_names():
    config = (ROOT / "docs/hub/jupyterhub_config.py").read_text(encoding="utf-8")
    for name in ("ppdl-students", "ppdl-instructors", "hub.example.org", "/opt/ppdl"):
        assert name in config
        assert name in GUIDE
    assert "512 processes and threads, 6 GiB for each process" in GUIDE
