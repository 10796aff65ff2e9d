"""The students' archive: complete, without answers, the same on every machine."""

import json
import os
import subprocess
import sys
import zipfile

import nbformat
import pytest
from typer.testing import CliRunner

from ppdl_course.classroom.authoring.build import build, find_sources
from ppdl_course.classroom.authoring.leaks import leaks
from ppdl_course.classroom.cli import app
from ppdl_course.classroom.course import pristine_path
from ppdl_course.classroom.term.handout import (
    FOLDER,
    CannotHandOut,
    collect,
    handout,
    refuse_unready,
    write,
)

from ..conftest import REPOSITORY, TINY, furnish

ANSWER = "distinctive_total = sum(ages)"
HIDDEN = "hidden_secret = mean_age([])"
RUBRIC = (
    "Two means, with and without Ada, differ by her age over n: both together tell it."
)


@pytest.fixture
def checkout(course):
    """The tiny course, built, with all that a checkout holds beside it."""
    furnish(course)
    build(root=course)
    return course


@pytest.fixture(scope="module")
def files():
    """What the real course hands out."""
    return collect(REPOSITORY)


def names(archive):
    with zipfile.ZipFile(archive) as opened:
        return opened.namelist()


# --- what is in it


def test_students_get_each_chapter_untouched_and_the_course_map(files):
    for source in find_sources(None, REPOSITORY):
        name = source.stem
        pristine = pristine_path(name, REPOSITORY).read_bytes()
        assert files[f"notebooks/{name}/{name}.ipynb"] == pristine
        assert files[f"notebooks/.pristine/{name}.ipynb"] == pristine
    assert files["notebooks/00_course_map.ipynb"]
    assert files["data/law_cases.csv"]
    assert files["data/circuits/adder_32.txt"]
    assert files["ppdl_course/stored/sgd_runs.json"]
    assert files["ppdl_course/classroom/kernels/moved_names.toml"]
    assert files["requirements.lock"] == (REPOSITORY / "requirements.lock").read_bytes()


def test_students_get_nothing_that_is_the_instructors(files):
    top = {name.split("/")[0] for name in files}
    assert top == {
        *("LICENSE", "LICENSE-TEXT", "Makefile", "README.md", "data", "docs"),
        *("environment.yml", "notebooks", "ppdl_course"),
        *("pyproject.toml", "requirements.lock"),
    }
    docs = {name for name in files if name.startswith("docs/")}
    assert docs == {"docs/glossary.md", "docs/notation.md", "docs/images/chapter.png"}


def test_no_file_holds_an_answer_a_hidden_test_or_a_rubric(files):
    found = leaks(files, find_sources(None, REPOSITORY))
    assert [leak for leak in found if not leak.in_package] == []


def test_the_readme_is_the_students_part_and_its_links_work(files):
    readme = files["README.md"].decode()
    assert "make lab" in readme
    assert "then runs the examples in the package" in readme
    assert "instructor" not in readme
    assert "notebooks/01_feedforward_backprop/01_feedforward_backprop.ipynb" in readme
    assert "| 20 | Crypto-Nets |" in readme


def test_the_makefile_has_the_targets_that_work_without_the_tests(files):
    makefile = files["Makefile"].decode()
    targets = [line.split(":")[0] for line in makefile.splitlines() if " ; " in line]
    assert targets == ["lab", "test", "install"]
    assert ".PHONY: lab test install\n" in makefile


def test_a_stray_file_is_not_taken(checkout, tmp_path):
    before = collect(checkout)
    for stray in (
        *("data/grades.csv", "data/circuits/answers.txt", "gradebook.db", "notes.md"),
        *("submitted/ada/01_tiny/01_tiny.ipynb", "feedback/ada/page.html"),
        *(f"notebooks/{TINY}/{TINY}.before-reset-1.ipynb", ".git/config"),
        *("notebooks/.pristine/02_gone.ipynb", "ppdl_course/notes.txt"),
        *("docs/instructor.md", "tests/bank.py", "ppdl_course/a.pyc"),
    ):
        path = checkout / stray
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(ANSWER)
    assert collect(checkout) == before


def test_a_cohort_gets_its_own_numbers(tmp_path):
    from ..authoring.test_variants import CHAPTER, TIMED

    root = tmp_path / "course"
    (root / "solutions").mkdir(parents=True)
    (root / "solutions" / f"{CHAPTER}.py").write_text(TIMED, encoding="utf-8")
    (root / "nbgrader_config.py").write_text("c = get_config()\n")
    furnish(root)
    build(root=root)
    name = f"notebooks/{CHAPTER}/{CHAPTER}.ipynb"
    published, cohort = collect(root), collect(root, "2026-autumn")
    assert b"FACTOR = 2" in published[name]
    assert b"FACTOR = 2" not in cohort[name]
    assert {n for n in cohort if cohort[n] != published[n]} == {
        name,
        f"notebooks/.pristine/{CHAPTER}.ipynb",
    }


# --- the same bytes


def test_the_same_course_gives_the_same_bytes(checkout, tmp_path):
    module = checkout / "ppdl_course" / "module.py"
    module.write_bytes(b"1\n2\n")
    handout(checkout, tmp_path / "one.zip")
    for path in checkout.rglob("*"):
        os.utime(path, (1e9, 1e9))
    (checkout / "Makefile").chmod(0o600)
    module.write_bytes(b"1\r\n2\r\n")  # as git writes it on Windows
    handout(checkout, tmp_path / "two.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    listed = names(tmp_path / "one.zip")
    assert listed == sorted(listed)
    assert all(name.startswith(f"{FOLDER}/") for name in listed)


def test_the_order_of_the_files_does_not_matter(tmp_path):
    write({"b": b"2", "a": b"1"}, tmp_path / "one.zip")
    write({"a": b"1", "b": b"2"}, tmp_path / "two.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        assert archive.testzip() is None
        assert archive.read(f"{FOLDER}/a") == b"1"
        assert {i.date_time for i in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


# --- what it refuses


def test_stale_files_are_refused(checkout):
    source = checkout / "solutions" / f"{TINY}.py"
    source.write_text(source.read_text().replace("# Two exercises", "# 2 exercises"))
    with pytest.raises(CannotHandOut, match=r"stale: solutions/.*Run `ppdl build`"):
        refuse_unready(checkout)


def test_somebodys_work_is_refused_and_named(checkout, tmp_path):
    path = checkout / "notebooks" / TINY / f"{TINY}.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[1].source = "my_work = 1"
    nbformat.write(notebook, path)
    with pytest.raises(CannotHandOut, match=f"worked in notebooks/{TINY}/{TINY}.ipynb"):
        handout(checkout, tmp_path / "handout.zip")
    assert not (tmp_path / "handout.zip").exists()


@pytest.mark.parametrize("name", ["requirements.lock", "README.md", "data/README.md"])
def test_a_missing_file_is_refused(checkout, name):
    (checkout / name).unlink()
    with pytest.raises(CannotHandOut, match=r"is missing in"):
        collect(checkout)


def test_a_link_to_what_students_do_not_get_is_refused(checkout):
    readme = checkout / "README.md"
    readme.write_text(readme.read_text(encoding="utf-8") + "[a](docs/author.md)\n")
    with pytest.raises(CannotHandOut, match=r"docs/author\.md"):
        collect(checkout)


def test_a_readme_that_describes_make_test_otherwise_is_refused(checkout):
    readme = checkout / "README.md"
    text = readme.read_text(encoding="utf-8").replace("tests everything", "tests")
    readme.write_text(text, encoding="utf-8")
    with pytest.raises(CannotHandOut, match="make test"):
        collect(checkout)


def test_a_student_cannot_make_a_handout(checkout):
    (checkout / "solutions" / f"{TINY}.py").unlink()
    with pytest.raises(CannotHandOut, match="no text sources"):
        collect(checkout)


@pytest.mark.parametrize("secret", [ANSWER, HIDDEN, RUBRIC, "# BEGIN SOLUTION"])
@pytest.mark.parametrize("place", ["docs/glossary.md", "environment.yml"])
def test_an_answer_in_a_file_is_refused_and_named(checkout, tmp_path, secret, place):
    path = checkout / place
    path.write_text(path.read_text(encoding="utf-8") + secret, encoding="utf-8")
    with pytest.raises(CannotHandOut, match=f"{place}: ") as refused:
        handout(checkout, tmp_path / "handout.zip")
    assert secret.strip("# ") in str(refused.value)
    assert not (tmp_path / "handout.zip").exists()


def test_an_answer_in_a_notebook_is_found_wherever_it_stands(checkout):
    sources = find_sources(None, checkout)
    name = f"notebooks/{TINY}/{TINY}.ipynb"
    notebook = json.loads(collect(checkout)[name])
    assert list(leaks({name: json.dumps(notebook).encode()}, sources)) == []
    notebook["metadata"]["widgets"] = {"state": [{"a": RUBRIC}]}
    notebook["cells"][1]["outputs"] = [{"text": ["distinctive_total = ", "sum(ages)"]}]
    found = {
        leak.line for leak in leaks({name: json.dumps(notebook).encode()}, sources)
    }
    assert found == {ANSWER, RUBRIC}


def test_a_line_of_the_package_is_reported_and_no_reason_to_refuse(checkout, tmp_path):
    path = checkout / "ppdl_course" / "ages.py"
    path.write_text(f"def mean(ages):\n    {ANSWER}\n")
    made = handout(checkout, tmp_path / "handout.zip")
    (leak,) = made.overlaps
    assert (leak.file, leak.line) == ("ppdl_course/ages.py", ANSWER)
    assert leak.where == f"{TINY}, mean_age"


# --- the command


def test_the_command_writes_the_archive(checkout, monkeypatch):
    monkeypatch.chdir(checkout)
    said = CliRunner().invoke(app, ["handout"])
    assert said.exit_code == 0, said.output
    assert "handout.zip: " in said.output
    assert "no answers" in said.output
    assert f"{FOLDER}/notebooks/{TINY}/{TINY}.ipynb" in names("handout.zip")


def test_the_command_says_what_is_wrong(checkout, monkeypatch):
    monkeypatch.chdir(checkout)
    (checkout / "Makefile").unlink()
    said = CliRunner().invoke(app, ["handout"])
    assert said.exit_code == 1
    assert "Makefile is missing" in said.output


# --- on a clean machine

RUN_CHAPTER = """
import sys
import nbformat
from nbclient import NotebookClient

import ppdl_course

print(ppdl_course.__file__)
path = sys.argv[1]
notebook = nbformat.read(path, as_version=4)
folder = {"metadata": {"path": path.rpartition("/")[0]}}
NotebookClient(notebook, timeout=120, allow_errors=True, resources=folder).execute()
for cell in notebook.cells:
    for output in cell.get("outputs", []):
        if output.output_type == "error":
            print("ERROR", output.evalue)
"""


@pytest.mark.chapter
def test_the_archive_works_where_there_is_nothing_else(files, tmp_path):
    write(files, tmp_path / "handout.zip")
    with zipfile.ZipFile(tmp_path / "handout.zip") as archive:
        archive.extractall(tmp_path)
    root, home = tmp_path / FOLDER, tmp_path / "home"
    home.mkdir()
    kept = {"PATH", "SYSTEMROOT", "TEMP", "TMP", "LANG", "PIP_CACHE_DIR"}
    clean = {name: value for name, value in os.environ.items() if name in kept}
    clean |= {"HOME": str(home), "USERPROFILE": str(home), "PYTHONPATH": str(root)}

    def python(*arguments):
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=root,
            env=clean,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=400,
        )
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
        return done.stdout

    # what `make lab` does at its end, with the packages that are here already
    target = tmp_path / "site"
    install = ["install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    python("-m", "pip", *install, "--target", str(target), str(root))
    package = {n for n in files if n.startswith("ppdl_course/") and "." in n}
    assert [n for n in sorted(package) if not (target / n).exists()] == []
    # what `make test` does after installing
    assert "passed" in python("-m", "pytest", "-q", "-p", "no:cacheprovider")
    # chapter 1, unanswered
    chapter = "notebooks/01_feedforward_backprop/01_feedforward_backprop.ipynb"
    where, *errors = python("-c", RUN_CHAPTER, chapter).splitlines()
    assert where.startswith(str(root))
    assert len(errors) >= 6
    assert [error for error in errors if not error.startswith("ERROR ✎")] == []
