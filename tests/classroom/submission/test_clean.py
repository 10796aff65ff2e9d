"""Whatever became of a notebook: repaired where it is certain, else refused."""

import copy
import io
import json
import os
import re
import zipfile
from unittest.mock import MagicMock

import jupytext
import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nbconvert import ScriptExporter

from ppdl_course.checks.verdict import Mistake
from ppdl_course.classroom.magics import python_of
from ppdl_course.classroom.submission.clean import Unreadable, clean
from ppdl_course.classroom.submission.matching import grade_id, normal
from ppdl_course.classroom.submission.tidy import tidy

from ..conftest import REPOSITORY, TINY
from ..grader.here import submission

MEAN, CLIP, WHY = "check-mean_age", "check-clip_ages", "why_mean"
NAME = f"{TINY}.ipynb"
MEAN_ANSWER = "def mean_age(ages):\n    return sum(ages) / max(1, len(ages))"
CLIP_ANSWER = "def clip_ages(ages, bound):\n    return [min(a, bound) for a in ages]"


@pytest.fixture(scope="session")
def release(built):
    return nbformat.read(built / "notebooks" / TINY / NAME, as_version=4)


@pytest.fixture
def answered(release):
    """A solved submission with an answer to the question and a cell of one's own."""
    return solved(release)


def solved(release):
    notebook = copy.deepcopy(release)
    notebook.cells[at(notebook, "mean_age")].source = MEAN_ANSWER
    notebook.cells[at(notebook, "clip_ages")].source = CLIP_ANSWER
    notebook.cells[at(notebook, WHY)].source = "Take the difference."
    own = nbformat.v4.new_code_cell("my_note = 'tried it out'", id="own")
    notebook.cells.insert(at(notebook, CLIP), own)
    return notebook


def at(notebook, name):
    return [grade_id(cell) for cell in notebook.cells].index(name)


def new_code(source):
    return nbformat.v4.new_code_cell(source)


def points(notebook, exam):
    """Run a cleaned notebook in order, each check as the instructor wrote it."""
    tests = {grade_id(c): c.source for c in exam.cells if grade_id(c)}
    names, passed = {"get_ipython": MagicMock()}, {}
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        name = grade_id(cell)
        code = tests[name] if name.startswith("check-") else cell.source
        try:
            exec(python_of(code), names)
            passed[name] = True
        except (Exception, Mistake):
            passed[name] = False
    return passed[MEAN], passed[CLIP]


@pytest.fixture(scope="session")
def exam(built):
    return nbformat.read(built / "solutions" / TINY / NAME, as_version=4)


def write(folder, notebook, name=NAME):
    """Write a notebook as some editor might, valid or not."""
    path = folder / TINY / name
    path.parent.mkdir(exist_ok=True)
    text = notebook if isinstance(notebook, str) else json.dumps(notebook, indent=1)
    path.write_text(text, encoding="utf-8", errors="surrogatepass")
    return path.parent


def test_an_untouched_submission_passes_without_a_finding(answered, release, tmp_path):
    cleaned = clean(write(tmp_path, answered), release)
    assert cleaned.findings == ()
    assert cleaned.file == NAME
    assert cleaned.notebook.cells == answered.cells
    assert [c.source for c in cleaned.handed_in.cells] == [
        c.source for c in answered.cells
    ]


@pytest.mark.parametrize(
    "chapter", sorted((REPOSITORY / "notebooks").glob("[0-9]*_*/"))
)
def test_every_chapter_as_handed_out_comes_back_as_it_is(chapter):
    path = chapter / f"{chapter.name}.ipynb"
    blank = nbformat.read(path, as_version=4)
    cleaned = clean(path, blank)
    assert cleaned.findings == ()
    assert cleaned.notebook == blank


def test_nothing_in_the_students_folder_is_touched(answered, release, tmp_path):
    folder = write(tmp_path, answered, "01_tiny (1).ipynb")
    (folder / "notes.txt").write_text("mine")
    before = {
        path.name: (path.read_bytes(), path.stat().st_mtime_ns, path.stat().st_mode)
        for path in folder.iterdir()
    }
    clean(folder, release)
    after = {
        path.name: (path.read_bytes(), path.stat().st_mtime_ns, path.stat().st_mode)
        for path in folder.iterdir()
    }
    assert after == before


# Files


@pytest.mark.parametrize(
    "name", ["01_tiny (1).ipynb", "homework.ipynb", "01_tiny.ipynb.txt", "x.json", "x"]
)
def test_another_file_name_is_said_and_read(answered, release, tmp_path, name):
    cleaned = clean(write(tmp_path, answered, name), release)
    assert cleaned.findings == (f"{name} is taken as {NAME}",)
    assert cleaned.notebook.cells == answered.cells


def test_a_notebook_in_a_folder_of_its_own_is_found(answered, release, tmp_path):
    folder = write(tmp_path, answered)
    (folder / "homework").mkdir()
    (folder / NAME).rename(folder / "homework" / NAME)
    (folder / ".ipynb_checkpoints").mkdir()
    (folder / ".ipynb_checkpoints" / "01_tiny-checkpoint.ipynb").write_text("{}")
    cleaned = clean(folder, release)
    assert cleaned.findings == (f"homework/{NAME} is taken as {NAME}",)


def archived(answered, names=(NAME,), extra=()):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, nbformat.writes(answered))
        for name in extra:
            archive.writestr(name, "something")
    return data.getvalue()


def test_an_archive_is_read_and_not_unpacked(answered, release, tmp_path):
    folder = tmp_path / TINY
    folder.mkdir()
    names = [f"../../work/{NAME}"]  # would leave the folder if it was unpacked
    data = archived(answered, names, ["__MACOSX/._x.ipynb"])
    (folder / "work.zip").write_bytes(data)
    cleaned = clean(folder, release)
    assert "was handed in as an archive" in cleaned.findings[-1]
    assert cleaned.notebook.cells == answered.cells
    assert [path.name for path in tmp_path.rglob("*")] == [TINY, "work.zip"]


def test_an_archive_that_is_called_a_notebook_is_read(answered, release, tmp_path):
    folder = tmp_path / TINY
    folder.mkdir()
    (folder / NAME).write_bytes(archived(answered))
    assert clean(folder, release).notebook.cells == answered.cells


def test_an_archive_without_a_notebook_is_refused(answered, release, tmp_path):
    folder = tmp_path / TINY
    folder.mkdir()
    (folder / "work.zip").write_bytes(archived(answered, (), ["essay.docx"]))
    with pytest.raises(
        Unreadable, match=r"work.zip is an archive without .*essay.docx"
    ):
        clean(folder, release)


def test_an_archive_that_unpacks_to_too_much_is_refused(release, tmp_path):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(NAME, b"0" * 100_000_001)
    folder = tmp_path / TINY
    folder.mkdir()
    (folder / "bomb.zip").write_bytes(data.getvalue())
    with pytest.raises(Unreadable, match="unpacks to more than 100,000,000 bytes"):
        clean(folder, release)


REFUSED = {
    "empty": (b"", r"01_tiny.ipynb is empty \(0 bytes\)"),
    "blank": (b" \n\0\0", r"is empty \(4 bytes\)"),
    "page": (b"<!DOCTYPE html><html>", "is a web page"),
    "pdf": (b"%PDF-1.7", "is a PDF"),
    "picture": (b"\x89PNG\r\n\x1a\n", "is a picture"),
    "script": (b"import numpy\nprint(1)", "shows no cells .it begins 'import numpy'"),
    "list": (b"[1, 2]", "is not a notebook, but a list"),
    "object": (b'{"name": 1}', "has no cells; it holds name"),
    "deep": (b'{"cells": ' + b"[" * 200_000, "nested too deeply"),
    "digits": (b'{"cells": ' + b"9" * 5000 + b"}", "not a notebook"),
    "numbers": (b'{"cells": [1]}', "cell 1 is a int"),
    "texts": (
        b'{"cells": [{"cell_type": "code", "source": [1]}]}',
        "cell 1 has no text",
    ),
    "no cells": (b'{"cells": []}', "has no cell with any text"),
    "archive": (b"PK\3\4 and then nothing", "is a damaged archive"),
}


@pytest.mark.parametrize("content", REFUSED.values(), ids=REFUSED)
def test_what_is_no_notebook_is_refused_by_name(release, tmp_path, content):
    folder = tmp_path / TINY
    folder.mkdir()
    (folder / NAME).write_bytes(content[0])
    with pytest.raises(Unreadable, match=content[1]):
        clean(folder, release)


def test_a_folder_without_a_notebook_is_refused(release, tmp_path):
    (tmp_path / TINY).mkdir()
    with pytest.raises(Unreadable, match=r"no notebook was handed in; .* nothing"):
        clean(tmp_path / TINY, release)
    (tmp_path / TINY / "essay.docx").write_text("my answers")
    with pytest.raises(Unreadable, match=r"the folder holds essay.docx"):
        clean(tmp_path / TINY, release)
    with pytest.raises(Unreadable, match=r"lost.ipynb does not exist"):
        clean(tmp_path / "lost.ipynb", release)


@pytest.mark.skipif(os.name == "nt", reason="links need rights, pipes another name")
def test_links_and_pipes_are_refused_without_being_opened(exam, release, tmp_path):
    secret = tmp_path / "exam.ipynb"
    nbformat.write(exam, secret)
    folder = tmp_path / TINY
    folder.mkdir()
    (folder / NAME).symlink_to(secret)
    with pytest.raises(Unreadable, match=r"01_tiny.ipynb is not an ordinary file"):
        clean(folder, release)
    (folder / NAME).unlink()
    os.mkfifo(folder / NAME)  # to open it would wait for ever
    with pytest.raises(Unreadable, match=r"01_tiny.ipynb is not an ordinary file"):
        clean(folder, release)


def test_a_link_to_a_folder_is_not_followed(answered, release, tmp_path):
    other = write(tmp_path, answered)
    mine = tmp_path / "mine"
    mine.mkdir()
    try:
        (mine / TINY).symlink_to(other, target_is_directory=True)
    except OSError:
        pytest.skip("links need rights here")
    with pytest.raises(Unreadable, match="no notebook was handed in"):
        clean(mine, release)


# Several notebooks


def test_of_a_blank_notebook_and_an_answered_one_the_answered_one_counts(
    answered, release, tmp_path
):
    write(tmp_path, release)
    cleaned = clean(write(tmp_path, answered, "01_tiny-Copy1.ipynb"), release)
    assert cleaned.file == "01_tiny-Copy1.ipynb"
    assert f"{NAME} is not graded" in cleaned.findings
    assert cleaned.notebook.cells == answered.cells


@pytest.fixture
def other(answered):
    """Another answered notebook."""
    other = copy.deepcopy(answered)
    other.cells[at(other, "mean_age")].source = "def mean_age(ages): return 30"
    return other


def test_of_two_answered_notebooks_the_one_with_the_chapters_name_counts(
    answered, other, release, tmp_path
):
    write(tmp_path, other, "01_tiny-Copy1.ipynb")
    cleaned = clean(write(tmp_path, answered), release)
    assert cleaned.findings == ("01_tiny-Copy1.ipynb is not graded",)
    assert cleaned.notebook.cells == answered.cells


def test_two_different_notebooks_of_other_names_are_refused(
    answered, other, release, tmp_path
):
    write(tmp_path, other, "a.ipynb")
    folder = write(tmp_path, answered, "b.ipynb")
    with pytest.raises(Unreadable, match=r"2 different notebooks.*a.ipynb, b.ipynb"):
        clean(folder, release)
    write(tmp_path, other, "b.ipynb")  # the same file twice is certain again
    assert clean(folder, release).file == "a.ipynb"


def test_a_damaged_file_of_the_right_name_beside_a_whole_one_is_refused(
    answered, release, tmp_path
):
    text = json.dumps(answered, indent=1)
    write(tmp_path, answered, "old.ipynb")
    folder = write(tmp_path, text[: len(text) // 2])
    with pytest.raises(Unreadable, match=r"There is also old.ipynb: which one counts"):
        clean(folder, release)
    write(tmp_path, "")  # an empty file holds no answer
    assert clean(folder, release).file == "old.ipynb"


def test_the_notebook_of_another_chapter_is_refused(release, tmp_path):
    other = (
        REPOSITORY / "notebooks" / "05_garbled_circuits" / "05_garbled_circuits.ipynb"
    )
    folder = write(tmp_path, other.read_text(encoding="utf-8"))
    with pytest.raises(Unreadable, match=r"not this chapter.* 0 of the 5 .* 1\d of an"):
        clean(folder, release)
    stripped = nbformat.read(other, as_version=4)
    for cell in stripped.cells:
        cell.metadata = {}
    write(tmp_path, stripped)
    with pytest.raises(Unreadable, match=r"not this chapter.*begins '# 5. "):
        clean(folder, release)


def test_another_chapter_beside_the_right_one_does_no_harm(answered, release, tmp_path):
    other = (
        REPOSITORY / "notebooks" / "05_garbled_circuits" / "05_garbled_circuits.ipynb"
    )
    folder = write(tmp_path, other.read_text(encoding="utf-8"), "05.ipynb")
    cleaned = clean(write(tmp_path, answered), release)
    assert cleaned.notebook.cells == answered.cells
    assert cleaned.findings[0].startswith("Not graded: 05.ipynb is not this chapter")
    assert len(list(folder.iterdir())) == 2


# Damaged text


def test_encodings_and_marks_of_editors_are_read(answered, release, tmp_path):
    answered.cells[at(answered, WHY)].source = "Größe: 5 €, naïve"
    text = nbformat.writes(answered)
    path = tmp_path / NAME
    for encoding, says in [("utf-8-sig", "byte order mark"), ("utf-16", "utf-16")]:
        path.write_bytes(text.encode(encoding))
        cleaned = clean(path, release)
        assert says in cleaned.findings[0]
        assert cleaned.notebook.cells == answered.cells
    path.write_bytes(text.replace("€", "Euro").encode("latin-1"))
    cleaned = clean(path, release)
    assert "is not in UTF-8" in cleaned.findings[0]
    answer = cleaned.notebook.cells[at(cleaned.notebook, WHY)]
    assert answer.source == "Größe: 5 Euro, naïve"


@pytest.mark.parametrize("rest", ["}", "\n]}", "garbage \0", '"metadata": {}}'])
def test_text_after_the_end_is_left_out_and_said(answered, release, tmp_path, rest):
    cleaned = clean(write(tmp_path, nbformat.writes(answered) + rest), release)
    assert "after the notebook's end, in line" in cleaned.findings[0]
    assert cleaned.notebook.cells == answered.cells


def test_two_notebooks_in_one_file_are_refused(answered, release, tmp_path):
    text = nbformat.writes(answered)
    with pytest.raises(Unreadable, match="two notebooks in one file"):
        clean(write(tmp_path, text + text), release)


def test_a_file_that_ends_in_a_cell_is_refused_with_the_place(
    answered, release, tmp_path
):
    text = json.dumps(answered, indent=1)
    cut = text.index("Take the difference")
    line = text[:cut].count("\n") + 1
    with pytest.raises(
        Unreadable, match=rf"line {line}, .* that is in cell 12; the 11 cells"
    ):
        clean(write(tmp_path, text[:cut]), release)


def test_wherever_a_file_ends_nothing_but_unreadable_comes_of_it(
    answered, release, tmp_path
):
    text = json.dumps(answered, indent=1)
    whole = text.index('"metadata": {\n  "kernelspec"')
    for cut in range(0, len(text), 97):
        folder = write(tmp_path, text[:cut])
        if cut < whole - 10:
            with pytest.raises(Unreadable):
                clean(folder, release)
        elif cut >= whole:  # only what follows the last cell is missing
            cleaned = clean(folder, release)
            assert "after the last cell" in cleaned.findings[0]
            assert cleaned.notebook.cells == answered.cells


@settings(max_examples=150)
@given(data=st.data())
def test_wherever_bytes_are_changed_nothing_but_unreadable_comes_of_it(
    data, release, tmp_path_factory
):
    text = bytearray(nbformat.writes(solved(release)).encode())
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(text) - 1))
        new = data.draw(
            st.binary(max_size=4) | st.sampled_from([b'"', b"{", b"]", b","])
        )
        text[place : place + data.draw(st.integers(0, 20))] = new
    path = tmp_path_factory.getbasetemp() / "fuzzed.ipynb"
    path.write_bytes(bytes(text))
    try:
        cleaned = clean(path, release)
    except Unreadable:
        return
    nbformat.validate(cleaned.notebook)
    nbformat.writes(cleaned.notebook).encode()
    graded = [cell for cell in release.cells if "nbgrader" in cell.metadata]
    kept = {
        cell.metadata.get("nbgrader", {}).get("grade_id"): cell
        for cell in cleaned.notebook.cells
    }
    for cell in graded:
        mark = cell.metadata.nbgrader
        assert kept[mark.grade_id].metadata.nbgrader == mark
        if mark.locked:
            assert kept[mark.grade_id].source == cell.source


def conflicted(text, ours, theirs):
    """Return a file as git leaves it, with both versions of one line."""
    line = next(line for line in text.splitlines() if ours in line)
    sides = [
        "<<<<<<< HEAD",
        line,
        "=======",
        line.replace(ours, theirs),
        ">>>>>>> mine",
    ]
    return text.replace(line, "\n".join(sides))


def test_a_merge_conflict_that_leaves_the_cells_alike_is_read(
    answered, release, tmp_path
):
    text = conflicted(json.dumps(answered, indent=1), "Python 3", "Python 3 (kernel)")
    cleaned = clean(write(tmp_path, text), release)
    assert "both sides have the same cells" in cleaned.findings[0]
    assert cleaned.notebook.cells == answered.cells


def test_a_merge_conflict_of_two_answers_is_refused_with_cell_and_line(
    answered, release, tmp_path
):
    text = json.dumps(answered, indent=1)
    line = text[: text.index("Take the difference")].count("\n") + 1
    text = conflicted(text, "Take the difference", "No idea")
    where = rf"conflict \(<<<<<<<\) in line {line}, and its sides differ in cell 12"
    with pytest.raises(Unreadable, match=where):
        clean(write(tmp_path, text), release)


def test_nan_lone_surrogates_and_wrong_fields_are_put_right(
    answered, release, tmp_path
):
    raw = json.loads(nbformat.writes(answered))
    raw["cells"][1]["execution_count"] = float("nan")
    raw["cells"][1]["outputs"] = [{"data": {"x": float("inf")}}]
    raw["cells"][2]["metadata"] = "none"
    raw["cells"][2]["extra"] = 1
    raw["cells"][0]["source"] += "\ud83d"
    del raw["metadata"], raw["nbformat"], raw["nbformat_minor"]
    cleaned = clean(write(tmp_path, json.dumps(raw)), release)
    assert cleaned.findings == ("Cell 1 holds half a character: replaced by a mark",)
    nbformat.validate(cleaned.notebook)
    assert "NaN" not in nbformat.writes(cleaned.notebook)
    assert cleaned.notebook.cells[0].source.endswith("�")


# Formats


@pytest.mark.parametrize("minor", [0, 1, 2, 3, 4])
def test_older_formats_without_cell_ids_are_read(answered, release, tmp_path, minor):
    raw = json.loads(nbformat.writes(answered))
    raw["nbformat_minor"] = minor
    for cell in raw["cells"]:
        del cell["id"]
    cleaned = clean(write(tmp_path, raw), release)
    assert cleaned.findings == ()
    assert [c.source for c in cleaned.notebook.cells] == [
        c.source for c in answered.cells
    ]
    assert cleaned.notebook.nbformat_minor == 5
    nbformat.validate(cleaned.notebook)


def test_a_notebook_of_format_3_is_read(answered, release, tmp_path):
    nbformat.write(nbformat.convert(copy.deepcopy(answered), 3), tmp_path / NAME)
    cleaned = clean(tmp_path / NAME, release)
    assert "nbformat 3" in cleaned.findings[0]
    assert [c.source for c in cleaned.notebook.cells] == [
        c.source for c in answered.cells
    ]


def test_double_and_missing_ids_are_made_one_of_a_kind(answered, release, tmp_path):
    raw = json.loads(nbformat.writes(answered))
    for cell in raw["cells"]:
        cell["id"] = "same" if cell["cell_type"] == "code" else "not valid!"
    cleaned = clean(write(tmp_path, raw), release)
    ids = [cell.id for cell in cleaned.notebook.cells]
    assert len(set(ids)) == len(ids)
    for cell in release.cells:
        if grade_id(cell):
            assert cell.id in ids


# Scripts


def test_a_script_in_the_percent_format_is_read(answered, release, tmp_path, exam):
    (tmp_path / TINY).mkdir()
    path = tmp_path / TINY / "01_tiny.py"
    path.write_text(jupytext.writes(answered, "py:percent"), encoding="utf-8")
    cleaned = clean(path.parent, release)
    assert "is a script: read as a notebook" in " ".join(cleaned.findings)
    assert points(cleaned.notebook, exam) == (True, True)
    answer = cleaned.notebook.cells[at(cleaned.notebook, WHY)]
    assert answer.source == "Take the difference."


def test_a_script_that_jupyter_exported_is_read(answered, release, tmp_path, exam):
    stripped = copy.deepcopy(answered)
    stripped.metadata.language_info["file_extension"] = ".py"
    stripped.metadata.language_info["nbconvert_exporter"] = "python"
    text, _ = ScriptExporter().from_notebook_node(stripped)
    (tmp_path / TINY).mkdir()
    path = tmp_path / TINY / "01_tiny.py"
    path.write_text(text, encoding="utf-8")
    cleaned = clean(path.parent, release)
    assert points(cleaned.notebook, exam) == (True, True)
    answer = cleaned.notebook.cells[at(cleaned.notebook, WHY)]
    assert answer.source == "Take the difference."


# Graded cells


def put_in_order(notebook, release):
    tidied, findings = tidy(notebook, release)
    nbformat.validate(tidied)
    return tidied, " ".join(findings)


def test_a_copied_answer_runs_and_counts_once(answered, release, exam):
    twin = copy.deepcopy(answered.cells[at(answered, "mean_age")])
    twin.source = "def mean_age(ages):\n    return sum(ages)  # my first attempt"
    answered.cells.insert(at(answered, "mean_age"), twin)
    tidied, said = put_in_order(answered, release)
    assert "is a copy or a part of 'mean_age': it is run" in said
    assert tidied.cells[at(tidied, "mean_age")].source == MEAN_ANSWER
    assert points(tidied, exam) == (True, True)
    assert any("first attempt" in cell.source for cell in tidied.cells)


@pytest.mark.parametrize("below", [0, 1], ids=["above", "below"])
def test_a_blank_copy_does_not_undo_the_answer(answered, release, exam, below):
    place = at(answered, "mean_age")
    blank = copy.deepcopy(release.cells[at(release, "mean_age")])
    answered.cells.insert(place + below, blank)
    tidied, said = put_in_order(answered, release)
    assert f"Cell {place + below + 1} is a blank copy of 'mean_age': left out" in said
    assert points(tidied, exam) == (True, True)


def test_an_answer_in_a_copy_below_the_check_counts(answered, release, exam):
    place = at(answered, "mean_age")
    answer = copy.deepcopy(answered.cells[place])
    answered.cells[place].source = release.cells[place].source
    answered.cells.insert(at(answered, MEAN) + 1, answer)
    tidied, said = put_in_order(answered, release)
    assert "stood above the answer: moved" in said
    assert points(tidied, exam) == (True, True)


def test_a_split_answer_runs_in_its_order(answered, release, exam):
    place = at(answered, "clip_ages")
    second = copy.deepcopy(answered.cells[place])
    answered.cells[place].source = "def one(age, bound):\n    return min(age, bound)"
    second.source = (
        "def clip_ages(ages, bound):\n    return [one(a, bound) for a in ages]"
    )
    answered.cells.insert(place + 1, second)
    for labels in (True, False):  # JupyterLab copies the metadata, other editors do not
        if not labels:
            del second.metadata["nbgrader"]
            second.id = "new"
        tidied, _ = put_in_order(answered, release)
        sources = [cell.source for cell in tidied.cells]
        first = sources.index(answered.cells[place].source)
        assert sources[first + 1] == second.source
        assert points(tidied, exam) == (True, True)


def test_a_deleted_exercise_comes_back_blank_in_its_place(answered, release, exam):
    del answered.cells[at(answered, "mean_age")]
    tidied, said = put_in_order(answered, release)
    assert "Cell 'mean_age' was deleted: put back blank" in said
    assert at(tidied, "mean_age") == at(tidied, MEAN) - 1
    assert points(tidied, exam) == (False, True)


def test_an_answer_in_a_cell_of_its_own_counts_for_a_blank_exercise(
    answered, release, exam
):
    for blank in ("there", "deleted"):
        notebook = copy.deepcopy(answered)
        place = at(notebook, "mean_age")
        notebook.cells.insert(place, new_code(MEAN_ANSWER))
        notebook.cells[place + 1].source = release.cells[place].source
        if blank == "deleted":
            del notebook.cells[place + 1]
        tidied, _ = put_in_order(notebook, release)
        assert points(tidied, exam) == (True, True), blank
        assert tidied.cells[at(tidied, "mean_age")].source == MEAN_ANSWER


def test_two_answers_beside_a_blank_exercise_are_reported_and_left(
    answered, release, exam
):
    place = at(answered, "mean_age")
    answered.cells[place].source = release.cells[place].source
    answered.cells.insert(place, new_code(MEAN_ANSWER))
    answered.cells.append(new_code("def mean_age(ages):\n    return 30"))
    tidied, said = put_in_order(answered, release)
    number = len(answered.cells)
    assert f"'mean_age' is blank, but cells {place + 1}, {number} define it" in said
    assert [c.source for c in tidied.cells] == [c.source for c in answered.cells]
    assert points(tidied, exam) == (False, True)


@pytest.mark.parametrize("blank", ["there", "deleted"])
def test_two_answers_merged_into_one_cell_both_count(answered, release, exam, blank):
    answered.cells[at(answered, "mean_age")].source += f"\n\n\n{CLIP_ANSWER}"
    place = at(answered, "clip_ages")
    answered.cells[place].source = release.cells[at(release, "clip_ages")].source
    if blank == "deleted":
        del answered.cells[place]
    tidied, said = put_in_order(answered, release)
    assert (
        "defines 'clip_ages', which its own cell does not" in said or blank != "there"
    )
    assert points(tidied, exam) == (True, True)


def test_a_changed_check_runs_above_the_official_one(answered, release, exam):
    check = answered.cells[at(answered, MEAN)]
    place = at(answered, "mean_age")
    answered.cells[place].source = release.cells[place].source
    check.source = f"{MEAN_ANSWER}\n\n\n{check.source}"  # answered in the wrong cell
    tidied, said = put_in_order(answered, release)
    assert (
        f"Cell {place + 2} changes 'check-mean_age': the official one is used" in said
    )
    assert tidied.cells[at(tidied, MEAN)].source == release.cells[place + 1].source
    assert points(tidied, exam) == (True, True)


def test_deleted_and_copied_checks_are_there_once_behind_the_answer(
    answered, release, exam
):
    answered.cells.insert(0, copy.deepcopy(answered.cells[at(answered, MEAN)]))
    del answered.cells[at(answered, CLIP)]
    tidied, said = put_in_order(answered, release)
    assert "Cell 1 is a copy of 'check-mean_age': left out" in said
    assert "Cell 'check-clip_ages' was deleted: put back" in said
    own = [cell.source for cell in tidied.cells].index("my_note = 'tried it out'")
    assert at(tidied, "clip_ages") == own - 1 == at(tidied, CLIP) - 2
    assert points(tidied, exam) == (True, True)


@pytest.mark.parametrize("kind", ["markdown", "raw"])
def test_a_graded_cell_of_another_type_gets_its_own_back(answered, release, exam, kind):
    for name in ("mean_age", CLIP):
        cell = answered.cells[at(answered, name)]
        cell.cell_type = kind
        del cell["outputs"], cell["execution_count"]
    answered.cells[at(answered, WHY)].cell_type = "code"
    tidied, said = put_in_order(answered, release)
    assert f"'mean_age', is {kind}: taken as code" in said
    assert f"'{CLIP}', is {kind}: taken as code" in said
    assert "'why_mean', is code: taken as markdown" in said
    assert points(tidied, exam) == (True, True)
    assert tidied.cells[at(tidied, WHY)].cell_type == "markdown"


def test_an_old_attempt_kept_as_text_does_not_replace_the_answer(
    answered, release, exam
):
    old = copy.deepcopy(answered.cells[at(answered, "mean_age")])
    old.cell_type, old.source = "markdown", "def mean_age(ages):\n    return 1"
    answered.cells.insert(at(answered, "mean_age") + 1, old)
    tidied, _ = put_in_order(answered, release)
    assert points(tidied, exam) == (True, True)


def test_the_parts_of_a_question_become_one(answered, release):
    place = at(answered, WHY)
    second = copy.deepcopy(answered.cells[place])
    second.source = "And n is known."
    second.attachments = {"a.png": {"image/png": "aGk="}}
    answered.cells.insert(place + 1, second)
    tidied, said = put_in_order(answered, release)
    assert "are parts of the answer to 'why_mean': joined" in said
    answer = tidied.cells[at(tidied, WHY)]
    assert answer.source == "Take the difference.\n\nAnd n is known."
    assert answer.attachments == second.attachments


def test_the_text_below_a_blank_question_is_its_answer(answered, release):
    place = at(answered, WHY)
    answered.cells[place].source = release.cells[at(release, WHY)].source
    answered.cells.insert(place + 1, nbformat.v4.new_markdown_cell("My answer."))
    tidied, said = put_in_order(answered, release)
    assert "The answer to 'why_mean' stood below its cell" in said
    assert tidied.cells[at(tidied, WHY)].source == "My answer."


def test_a_deleted_question_comes_back_for_a_human_to_look_at(answered, release):
    del answered.cells[at(answered, WHY)]
    tidied, said = put_in_order(answered, release)
    assert "Question 'why_mean' was deleted: put back, please look" in said
    answer = tidied.cells[at(tidied, WHY)]
    # nbgrader scores an unchanged question 0 without asking anybody
    assert answer.source != release.cells[at(release, WHY)].source


@pytest.mark.parametrize("also", ["metadata", "ids", "everything"])
def test_graded_cells_are_known_without_their_metadata(answered, release, exam, also):
    for number, cell in enumerate(answered.cells):
        cell.metadata = {"id": "xYz", "colab": {}} if also != "metadata" else {}
        if also != "metadata":
            cell.id = f"new-{number}"
    if also == "everything":  # the texts of the checks, too
        for name in (MEAN, CLIP):
            answered.cells[at(solved(release), name)].source += "\nprint('mine')"
    tidied, said = put_in_order(answered, release)
    assert "had lost the metadata of nbgrader" in said
    assert points(tidied, exam) == (True, True)
    answer = tidied.cells[at(tidied, WHY)]
    assert answer.source == "Take the difference."
    for cell in release.cells:
        if name := grade_id(cell):
            assert tidied.cells[at(tidied, name)].metadata == cell.metadata


def test_what_the_file_claims_goes_no_further(answered, release):
    cell = answered.cells[at(answered, CLIP)]
    cell.metadata.nbgrader |= {"points": 300, "checksum": "0", "locked": False}
    cell.outputs = [nbformat.v4.new_output("execute_result", {"text/plain": "3"})]
    answered.cells[0].metadata["nbgrader"] = {"grade_id": ["a", "list"]}
    answered.cells[1].metadata["nbgrader"] = {"grade_id": "other", "grade": True}
    tidied, said = put_in_order(answered, release)
    assert "Cell 2 claims to be 'other', and is not" in said
    official = release.cells[at(release, CLIP)]
    check = tidied.cells[at(tidied, CLIP)]
    assert (check.metadata, check.outputs) == (official.metadata, [])
    assert "nbgrader" not in tidied.cells[0].metadata
    assert "nbgrader" not in tidied.cells[1].metadata


@pytest.mark.parametrize("what", ["changed", "deleted"])
def test_a_locked_cell_that_is_no_check_comes_back_as_it_was(what):
    name = "04_millionaires_problem"
    path = REPOSITORY / "notebooks" / name / f"{name}.ipynb"
    handed_out = nbformat.read(path, as_version=4)
    notebook = copy.deepcopy(handed_out)
    place = at(notebook, "varies-recover_choice")
    official = handed_out.cells[place]
    if what == "changed":
        notebook.cells[place].source = "DRAW = 1"
    else:
        del notebook.cells[place]
    tidied, said = put_in_order(notebook, handed_out)
    back = at(tidied, "varies-recover_choice")
    assert tidied.cells[back] == official
    assert back < at(tidied, "recover_choice")
    if what == "changed":
        assert tidied.cells[back - 1].source == "DRAW = 1"
    expected = "the official one is used" if what == "changed" else "put back"
    assert expected in said


# Random surgery


def operate(draw, notebook, release, benign):
    """Change one thing about a notebook, as a student or an editor might."""
    cells = notebook.cells
    kinds = ["copy", "own", "strip", "relabel", "retype", "blank", "uncheck", "lift"]
    if not benign:
        kinds += ["split", "delete", "reorder", "merge", "edit", "claim"]
    kind = draw(st.sampled_from(kinds))
    place = draw(st.integers(0, max(0, len(cells) - 1)))
    graded = [n for n, cell in enumerate(cells) if grade_id(cell)]
    if not cells:
        return
    if kind == "copy":
        cells.insert(place, copy.deepcopy(cells[place]))
    elif kind == "own":
        number = draw(st.integers(0, 99))
        text = f"own_{number} = 'a line of my own'"
        cells.insert(place, new_code(text))
    elif kind == "strip":
        for cell in cells if draw(st.booleans()) else cells[place:][:1]:
            cell.metadata = {}
    elif kind == "relabel":
        cells[place].id = draw(st.sampled_from(["", "x", "not valid!", "mean_age-2"]))
    elif kind == "retype" and graded:
        draw(st.sampled_from([cells[n] for n in graded])).cell_type = draw(
            st.sampled_from(["code", "markdown", "raw"])
        )
    elif kind == "blank":
        stub = draw(st.sampled_from([c for c in release.cells if grade_id(c)]))
        if not grade_id(stub).startswith("why"):  # a blank question is one for a human
            cells.insert(place, copy.deepcopy(stub))
    elif kind in ("uncheck", "lift"):
        checks = [n for n in graded if grade_id(cells[n]).startswith("check-")]
        if checks:
            check = cells.pop(draw(st.sampled_from(checks)))
            if kind == "lift":
                cells.insert(min(place, len(cells)), check)
    elif kind == "split":
        lines = cells[place].source.splitlines()
        cut = draw(st.integers(0, len(lines)))
        second = copy.deepcopy(cells[place])
        cells[place].source = "\n".join(lines[:cut])
        second.source = "\n".join(lines[cut:])
        if draw(st.booleans()):
            second.metadata, second.id = {}, "second"
        cells.insert(place + 1, second)
    elif kind == "delete":
        del cells[place]
    elif kind == "reorder":
        cells.insert(draw(st.integers(0, len(cells) - 1)), cells.pop(place))
    elif kind == "merge":
        for following in cells[place + 1 : place + 2]:
            cells[place].source += f"\n\n{following.source}"
            cells.remove(following)
    elif kind == "edit":
        number = draw(st.integers(0, 99))
        cells[place].source += f"\nan_edit_{number} = 1"
    elif kind == "claim":
        names = [grade_id(c) for c in release.cells if grade_id(c)]
        name = draw(st.sampled_from([*names, "check-other", "", None, 3]))
        cells[place].metadata["nbgrader"] = {"grade_id": name, "points": "many"}


def lines_of(notebook):
    return {
        line.strip() for cell in notebook.cells for line in cell.source.splitlines()
    }


@settings(max_examples=150)
@given(data=st.data())
def test_random_surgery_loses_nothing_and_is_mended_once(data, release):
    notebook = solved(release)
    for _ in range(data.draw(st.integers(1, 8))):
        operate(data.draw, notebook, release, benign=False)
    tidied, findings = tidy(notebook, release)
    nbformat.validate(tidied)
    # nothing of the student's is lost
    assert lines_of(notebook) - lines_of(release) <= lines_of(tidied)
    # each graded cell is there once, as it was handed out, and each check comes last
    names = [grade_id(cell) for cell in tidied.cells if grade_id(cell)]
    assert sorted(names) == sorted(grade_id(c) for c in release.cells if grade_id(c))
    for official in release.cells:
        if name := grade_id(official):
            cell = tidied.cells[at(tidied, name)]
            assert (cell.metadata, cell.id) == (official.metadata, official.id)
            assert cell.cell_type == official.cell_type
        if name.startswith("check-"):
            assert cell.source == official.source
            assert at(tidied, name.removeprefix("check-")) < at(tidied, name)
    for number in re.findall(r"[Cc]ells? (\d+)", " ".join(findings)):
        assert 1 <= int(number) <= len(notebook.cells)
    again, _ = tidy(tidied, release)
    assert again == tidied


@settings(max_examples=100)
@given(data=st.data())
def test_surgery_that_leaves_the_answers_whole_costs_no_points(data, release, exam):
    notebook = solved(release)
    for _ in range(data.draw(st.integers(1, 6))):
        operate(data.draw, notebook, release, benign=True)
    tidied, findings = tidy(notebook, release)
    assert points(tidied, exam) == (True, True), findings
    whole = [
        cell for cell in tidied.cells if normal(cell.source) == normal(MEAN_ANSWER)
    ]
    assert whole
    # as through a file
    answer = tidied.cells[at(tidied, WHY)]
    assert "Take the difference." in answer.source


def test_a_bank_submission_with_nothing_but_what_is_read_is_in_order(built):
    blank = nbformat.read(built / "notebooks" / TINY / NAME, as_version=4)
    tidied, findings = tidy(submission(built, "loop", "where"), blank)
    assert findings == []
    assert len(tidied.cells) == 7
