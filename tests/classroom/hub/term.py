"""A term on a hub, on a bare machine: what docs/hub.md says, and what it rules out.

``python -m tests.classroom.hub.term FACTS.json``, inside the namespaces of
``machine.ENTER``. It does everything and judges nothing: test_hub.py reads the facts.
"""

import contextlib
import json
import os
import re
import shlex
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import nbformat

from ppdl_course.classroom.bank.answers import answered, read_bank
from tests.classroom.hub.attempts import (
    CHAPTER,
    ask,
    disk_of_others,
    forge,
    hub_of_others,
)
from tests.classroom.hub.guide import SYSTEM_PATH, Guide, ended, run_as
from tests.classroom.hub.machine import ROOT, STAGE, make_bare, sh
from tests.classroom.hub.student import Student

HOST = "hub.example.org"
HUB = f"https://{HOST}"
STUDENTS = ("ada", "bob", "cy")  # one in the browser, one in a terminal, one attacker
ARTEFACTS = STAGE / "artefacts"
ATTACK = "<script>acted = true</script><img src='x' onerror='acted = true'>"
STARTED = time.monotonic()

facts: dict = {"seconds": {}}


def done(what: str) -> None:
    """Note the time: where a slow run lost it."""
    facts["seconds"][what] = round(time.monotonic() - STARTED, 1)


# -- The machine


def set_up(guide: Guide, checkout: bytes) -> dict[str, str]:
    """Run the guide's first part; return everybody's password."""
    os.chdir("/root")
    people = "".join(f"{name},L,F,{name}@example.org\n" for name in STUDENTS)
    Path("students.csv").write_text(f"id,last_name,first_name,email\n{people}")
    for heading, who, code in guide.blocks:
        if heading == "Keep a copy":
            break
        if who == "root":
            sh(guide.take(heading, who))
        elif "git clone" in code:  # stands for it: the files of this checkout
            unpack = """mkdir --mode 0700 ~grader/course && cd ~grader/course
                tar --extract --no-same-owner && git init --quiet && git add .
                git -c user.name=a -c user.email=a commit --quiet --message a
                chown --recursive grader: ."""
            subprocess.run(["bash", "-euc", unpack], input=checkout, check=True)
        elif code.startswith("make"):  # stands for it: our environment
            sh(f"mkdir /opt/ppdl/.venv; mount --bind {ROOT}/.venv /opt/ppdl/.venv")
    password = sh("openssl rand -base64 12").strip()
    sh("chpasswd", input=f"prof:{password}\n")
    lines = Path("passwords.txt").read_text().splitlines()
    return {"prof": password, **dict(line.split(":", 1) for line in lines)}


def start_hub() -> subprocess.Popen:
    """Start the hub as its systemd unit says."""
    unit = Path("/etc/systemd/system/jupyterhub.service").read_text()
    settings = dict(re.findall(r"^(\w+)=(.*)$", unit, re.MULTILINE))
    folder = Path(settings["WorkingDirectory"])
    folder.mkdir(mode=int(settings["StateDirectoryMode"], 8))
    with (ARTEFACTS / "hub.log").open("w") as log:
        return subprocess.Popen(
            shlex.split(settings["ExecStart"]),
            cwd=folder,
            env={"PATH": SYSTEM_PATH, "LANG": "C.UTF-8"},
            stdout=log,
            stderr=log,
        )


def wait_for_the_hub(hub: subprocess.Popen) -> None:
    """Wait until the hub serves its login page."""
    for _ in range(600):
        assert hub.poll() is None, "the hub ended"
        try:
            if ask(f"{HUB}/hub/login") == 200:
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise TimeoutError("no hub")


# -- The term


def term(guide: Guide, hub: subprocess.Popen, passwords: dict, right: dict) -> None:
    """Go from the first release to the feedback."""
    from playwright.sync_api import sync_playwright

    before = guide.start("Before the term", "grader")
    wait_for_the_hub(hub)
    ended(before)
    release = guide.start("1. Release", "grader")
    with sync_playwright() as playwright:
        chromium = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = playwright.chromium.launch(
            executable_path=chromium,
            args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
        )
        ada, cy, prof = (
            Student(browser, HOST, name, passwords[name], ARTEFACTS)
            for name in ("ada", "cy", "prof")
        )
        try:
            ada.log_in("/hub/spawn")
            ada.wait_for_server("ada")
            ada.wait_for_lab()
            done("ada has JupyterLab")
            ended(release)
            done("released")
            bob = guide.start("2. Students work", "student", "bob")
            forge()
            ada.fetch()
            ada.open_chapter()
            facts["check"] = ada.answer("layer_forward", right["layer_forward"])
            done("ada has answered")
            ended(bob)
            answer_all("bob", right)
            bob = guide.start("2. Students work", "student", "bob")
            ada.submit()
            facts["limits"], facts["kernel"] = kernel_of("ada")
            ended(bob)
            done("handed in")

            grading = guide.start("3. Collect, grade, give feedback", "grader")
            prof.log_in("/hub/spawn/grader")
            cy.log_in("/hub/home")
            facts["disk"] = disk_of_others()
            facts["across names"] = ada.fetch_from_another_name(f"{HUB}/hub/api/user")
            prof.wait_for_server("grader")
            facts["hub"] = hub_of_others(cy, ada, prof)
            cy.see(f"{cy.url('/user/grader/formgrader')}", "hub_refused")
            facts["log of grading"] = ended(grading)
            facts["scores"] = run_as("grader", "cat course/grades.csv")
            done("graded")
            facts["formgrader"] = prof.see_formgrader(CHAPTER)
            facts["attack on prof"] = prof.open_submission("bob", CHAPTER, ATTACK)
            done("prof sees Formgrader")

            bob = guide.start("4. Students fetch their feedback", "student", "bob")
            facts["feedback shown"] = ada.fetch_feedback()
            ended(bob)
            facts["feedback"] = {
                name: run_as(name, f"cat {CHAPTER}/feedback/*/{CHAPTER}.html")
                for name in ("ada", "bob")
            }
            done("feedback fetched")
        finally:
            with contextlib.suppress(Exception):  # what failed before is what matters
                ada.look("hub_last")
            browser.close()


def answer_all(name: str, right: dict) -> None:
    """Fill a student's fetched chapter with right answers, and with an attack."""
    path = Path(f"/home/{name}/{CHAPTER}/{CHAPTER}.ipynb")
    notebook = answered(nbformat.read(path, as_version=4), right)
    for cell in notebook.cells:
        graded = cell.metadata.get("nbgrader", {})
        if cell.cell_type == "markdown" and graded.get("solution"):
            cell.source = f"what I wrote {ATTACK}"
        elif graded.get("grade_id") == "sigmoid":
            shown = f"HTML('what I ' + 'displayed' + {ATTACK!r})"
            cell.source += f"\n\nfrom IPython.display import HTML\n\ndisplay({shown})"
    nbformat.write(notebook, path)


def kernel_of(name: str) -> tuple[dict[str, str], dict]:
    """Return the limits under which a student's kernel runs, and where it listens."""
    pid = sh(f"pgrep -u {name} -f ipykernel_launcher").split()[0]
    text = Path(f"/proc/{pid}/limits").read_text()
    limits = {
        what: re.search(rf"^{what}\s+(\S+)", text, re.MULTILINE)[1]
        for what in ("Max processes", "Max data size", "Max core file size")
    }
    connection = sh(f"cat ~{name}/.local/share/jupyter/runtime/kernel*.json")
    return limits, json.loads(connection)


def main(path: str) -> None:
    """Run everything; write the facts, also those of a run that failed."""
    bank = read_bank(ROOT / "bank" / CHAPTER, exercises())
    right = {name: answers[0] for name, answers in bank.items()}
    listing = "git ls-files --cached --others --exclude-standard -z ':(exclude)tests'"
    pack = ["bash", "-c", f"{listing} | tar --create --null --files-from -"]
    checkout = subprocess.run(pack, cwd=ROOT, check=True, capture_output=True)
    artefacts = Path(os.environ.get("PPDL_ARTEFACTS", ROOT / "build/artefacts"))
    artefacts.mkdir(parents=True, exist_ok=True)
    with open(path, "w", encoding="utf-8") as out:  # its folder is about to be covered
        course = (ROOT / name for name in (".venv", "ppdl_course", "data"))
        same = (Path(sys.base_prefix), *course)
        proxy = {ROOT / "build/hub": Path("/opt/hub"), artefacts: ARTEFACTS}
        names = [HOST, *(f"{name}.{HOST}" for name in ("grader", "prof", *STUDENTS))]
        guide = Guide()
        make_bare({folder: folder for folder in same} | proxy, names)
        try:
            passwords = set_up(guide, checkout.stdout)
            done("set up")
            hub = start_hub()
            try:
                term(guide, hub, passwords, right)
                sh(guide.take("Keep a copy", "root"))
                facts["copy"] = sh("tar --list --file /var/backups/ppdl/*.tar.gz")
                facts["submissions in the copy"] = copied_submissions()
            finally:
                hub.send_signal(signal.SIGINT)
                hub.wait(60)
            facts["hub's log"] = (ARTEFACTS / "hub.log").read_text()
            facts["left running"] = sh(
                "ps -o stat=,args= -u ada,bob,cy,grader,prof | grep -v ^Z || true"
            )
            sh(guide.take("At the end of the term", "root"))
            facts["homes after the term"] = sorted(os.listdir("/home"))
            facts["not run"] = [b for b in guide.left if b[1] != "untested"]
            done("all")
        finally:
            json.dump(facts, out, indent=1)


def copied_submissions() -> int:
    """Return how many students' submissions the copied gradebook has."""
    file = "home/grader/gradebook.copy"
    sh(f"tar --extract -C /tmp --file /var/backups/ppdl/*.tar.gz {file}")
    with sqlite3.connect(f"/tmp/{file}") as gradebook:
        counted = "SELECT COUNT(DISTINCT student_id) FROM submitted_assignment"
        return gradebook.execute(counted).fetchone()[0]


def exercises() -> list[str]:
    """Return the names of the chapter's exercises."""
    source = (ROOT / "solutions" / f"{CHAPTER}.py").read_text(encoding="utf-8")
    return re.findall(r'^# %% exercise="(\w+)"', source, re.MULTILINE)


if __name__ == "__main__":
    main(sys.argv[1])
