"""A cohort gets its own numbers: the same everywhere, and other than the published."""

import json

import nbformat
import pytest

from ppdl_course.classroom.authoring.build import build
from ppdl_course.classroom.authoring.variants import Parameter, cohort_of, other_cohort
from ppdl_course.classroom.bank.answers import verdict
from ppdl_course.classroom.gradebook.nbgrader_course import NbgraderCourse
from ppdl_course.classroom.submission.clean import clean

from ..conftest import REPOSITORY
from .conftest import assert_named

CHAPTER = "01_scaled"
TEXT = '''\
# %% [markdown]
# # Numbers from 0 to {{TOP}}

# %%
from ppdl_course.checks.verdict import checking, require

# %% varies="scale"
# In your class:
FACTOR = 2  # of 2, 3, 5, 7
TOP = 1.5  # from 0.5 to 2.5 step 0.1

# %% exercise="scale"
def scale(x):
    """Return {{FACTOR}} times x, at most TOP."""
    # BEGIN SOLUTION
    return min(TOP, FACTOR * x)
    # END SOLUTION


# %% check="scale" points=2
with checking("scale"):
    require(scale(0.25) == min(TOP, FACTOR / 4), f"{FACTOR} quarters, at most {TOP}.")
    # BEGIN HIDDEN TESTS
    require(scale(9) == TOP, "The top.")
    # END HIDDEN TESTS

# %% [markdown] question="why" points=1
# Because of $10^{-{{FACTOR}}}$.
'''
FIGURES = "# *Difficulty 1/5. Importance 1/5. {where}, 2 minutes.*\n"
TIMED = TEXT.replace(
    "{{TOP}}\n",
    "{{TOP}}\n#\n# *Time: 3 minutes in class: 1 reading, 0 at the widgets, 2 exercises."
    " At home: 2\n# minutes.*\n#\n" + FIGURES.format(where="In class"),
    1,
).replace(
    '# %% [markdown] question="why"',
    "# %% [markdown]\n" + FIGURES.format(where="At home") + "\n"
    '# %% [markdown] question="why"',
)
"""The same with the minutes that a build asks for."""
COHORTS = [f"{year}-{term}" for year in range(2026, 2036) for term in ("spring", "a")]


def sources(notebook):
    return [cell.source for cell in notebook.cells]


def values(notebook):
    found = {}
    exec(notebook.cells[2].source, found)
    return found["FACTOR"], found["TOP"]


def test_without_a_cohort_the_written_numbers_stand_everywhere(read):
    prose, _, numbers, exercise, _, question = sources(read(TEXT))
    assert prose == "# Numbers from 0 to 1.5"
    assert numbers == "# In your class:\nFACTOR = 2\nTOP = 1.5"
    assert '"""Return 2 times x, at most TOP."""' in exercise
    assert question == "Because of $10^{-2}$."
    assert "ppdl" not in read(TEXT).metadata


def test_texts_vary_too_and_keep_their_quotes(read):
    text = TEXT.replace("FACTOR = 2  # of 2, 3, 5, 7", 'FACTOR = "a"  # of "a", "b\\n"')
    assert 'FACTOR = "a"' in sources(read(text))[2]
    assert 'FACTOR = "b\\n"' in sources(read(text, "autumn"))[2]


def test_a_cohort_gets_the_same_numbers_in_prose_docstring_and_code(read):
    notebook = read(TEXT, "2026-autumn")
    factor, top = values(notebook)
    prose, _, _, exercise, check, question = sources(notebook)
    assert (prose, question) == (
        f"# Numbers from 0 to {top}",
        f"Because of $10^{{-{factor}}}$.",
    )
    assert f"Return {factor} times x" in exercise
    assert check == sources(read(TEXT))[4]  # it reads the names
    assert cohort_of(notebook) == "2026-autumn"


def test_a_draw_is_the_one_that_the_documentation_states():
    # printf 'a\ndouble\nK' | sha256sum ends in ba: 10 modulo 16, 0xba modulo 256.
    parameter = Parameter("K", "double", -1, (-1, *range(16)))
    assert parameter.value("a") == 10
    parameter = Parameter("K", "double", -1, (*range(256), -1))
    assert parameter.value("a") == 0xBA


def test_no_cohort_draws_the_published_number_and_each_other_one_is_drawn(read):
    drawn = [values(read(TEXT, cohort)) for cohort in COHORTS]
    assert {factor for factor, _ in drawn} == {3, 5, 7}
    tops = {top for _, top in drawn}
    assert len(tops) > 8
    assert tops < {k / 10 for k in range(5, 26)} - {1.5}  # 0.7, not 0.7000000000000001
    assert drawn == [values(read(TEXT, cohort)) for cohort in COHORTS]


def test_the_cell_with_the_numbers_is_read_only(read):
    cell = read(TEXT, "a").cells[2]
    assert cell.id == "varies-scale"
    assert cell.metadata.nbgrader == {
        "grade": False,
        "grade_id": "varies-scale",
        "locked": True,
        "schema_version": 3,
        "solution": False,
        "task": False,
    }


BROKEN = {
    "no values": ("  # of 2, 3, 5, 7", "", 9, "its values stand beside it"),
    "one value": ("of 2, 3, 5, 7", "of 2", 9, "at least two"),
    "a value twice": ("of 2, 3, 5, 7", "of 2, 3, 2", 9, "listed twice"),
    "its own value left out": ("of 2, 3, 5, 7", "of 3, 5", 9, "2 is not among"),
    "its own value outside": ("TOP = 1.5", "TOP = 3.5", 10, "3.5 is not among"),
    "its own value between": ("TOP = 1.5", "TOP = 1.55", 10, "1.55 is not among"),
    "kinds mixed": ("of 2, 3, 5, 7", "of 2, 3, 5.0", 9, "5.0 is float"),
    "text among numbers": ("of 2, 3, 5, 7", "of 2, 'b'", 9, "'b' is str"),
    "no literal": ("of 2, 3, 5, 7", "of 2, x", 9, "written out"),
    "a truth value": ("FACTOR = 2 ", "FACTOR = True ", 9, "written out"),
    "a list": ("of 2, 3, 5, 7", "of [2], [3]", 9, "written out"),
    "a range backwards": ("from 0.5 to 2.5", "from 2.5 to 0.5", 10, "not end at 0.5"),
    "a step of 0": ("step 0.1", "step 0", 10, "not end at 2.5"),
    "a step too wide": ("step 0.1", "step 0.3", 10, "does not end at 2.5"),
    "a range of words": ("from 0.5", "from low", 10, "not numbers"),
    "a range without end": ("to 2.5", "to inf", 10, "not finite"),
    "a range too fine": ("step 0.1", "step 0.0001", 10, "more than 1000"),
    "a name in lower case": ("FACTOR = 2", "factor = 2", 9, "in capitals"),
    "a name twice": ("TOP = 1.5", "FACTOR = 1.5", 7, "FACTOR is given twice"),
    "no line": (
        "FACTOR = 2  # of 2, 3, 5, 7\nTOP = 1.5  # from 0.5 to 2.5 step 0.1\n",
        "",
        7,
        "is written as",
    ),
    "an unknown name": ("to {{TOP}}", "to {{LAST}}", 2, "{{LAST}}: no such name"),
    "an unknown name in a stub": ("n {{FACTOR}}", "n {{F}}", 14, "{{F}}: no such name"),
    "braces in code": ("FACTOR / 4", "{{FACTOR}} / 4", 22, "without braces"),
    "a number that the answer is not told": (
        "at most TOP.",
        "and so on.",
        7,
        "TOP is unused: its exercise",
    ),
    "a number that is not checked": (
        "    require(scale(0.25) == min(TOP, FACTOR / 4), "
        'f"{FACTOR} quarters, at most {TOP}.")',
        "    require(True, str(TOP))",
        7,
        "FACTOR is unused: its check",
    ),
    "a cell between": (
        '# %% exercise="scale"',
        '# %%\n1 + 1\n\n# %% exercise="scale"',
        7,
        "right before its exercise",
    ),
    "prose": (
        '# %% varies="scale"',
        '# %% [markdown] varies="scale"',
        7,
        "a code cell",
    ),
    "points": ('varies="scale"', 'varies="scale" points=1', 7, "points belong to"),
}


@pytest.mark.parametrize(
    ("old", "new", "line", "what"), BROKEN.values(), ids=BROKEN.keys()
)
def test_a_defect_is_named_with_its_line(defects, old, new, line, what):
    assert old in TEXT
    assert_named(defects(TEXT.replace(old, new, 1)), line, what)


@pytest.mark.parametrize("name", ["", "a b", "../a", "a\nb", "é", "x" * 61, "-x"])
def test_a_cohort_needs_a_plain_name(read, name):
    with pytest.raises(ValueError, match="a cohort's name is"):
        read(TEXT, name)


@pytest.fixture
def course(tmp_path):
    root = tmp_path / "course"
    (root / "solutions").mkdir(parents=True)
    (root / f"solutions/{CHAPTER}.py").write_text(TIMED, encoding="utf-8")
    settings = (REPOSITORY / "nbgrader_config.py").read_text(encoding="utf-8")
    (root / "nbgrader_config.py").write_text(settings, encoding="utf-8")
    (root / "notebooks").mkdir()
    (root / "notebooks/00_course_map.ipynb").write_text("{}", encoding="utf-8")
    return root


def test_a_cohorts_course_is_a_folder_of_its_own(course, tmp_path):
    autumn = tmp_path / "autumn"
    before = sorted(course.rglob("*"))
    written = build(root=course, cohort="autumn", output=autumn)
    assert sorted(course.rglob("*")) == before
    assert sorted(p.relative_to(autumn).as_posix() for p in written) == [
        "nbgrader_config.py",
        f"notebooks/.pristine/{CHAPTER}.ipynb",
        "notebooks/00_course_map.ipynb",
        f"notebooks/{CHAPTER}/{CHAPTER}.ipynb",
        f"solutions/{CHAPTER}/{CHAPTER}.ipynb",
    ]
    assert build(root=course, cohort="autumn", output=autumn, check=True) == []
    stale = build(root=course, cohort="spring", output=autumn, check=True)
    assert len(stale) == 3
    student = autumn / f"notebooks/{CHAPTER}/{CHAPTER}.ipynb"
    assert json.loads(student.read_text())["metadata"]["ppdl"] == {"cohort": "autumn"}
    numbers = nbformat.read(student, as_version=4).cells[2]
    assert (numbers.metadata.editable, numbers.metadata.deletable) == (False, False)


@pytest.mark.parametrize(
    ("given", "what"),
    [
        ({"cohort": "a"}, "both --cohort NAME and --output"),
        ({"output": "b"}, "both --cohort NAME and --output"),
        ({"cohort": "a b", "output": "b"}, "a cohort's name is"),
        ({"cohort": "a", "output": "course"}, "holds the text sources"),
    ],
)
def test_a_cohort_never_overwrites_the_checkout(course, given, what):
    if "output" in given:
        given = given | {"output": course.parent / given["output"]}
    with pytest.raises(ValueError, match=what):
        build(root=course, **given)


def test_a_submission_of_another_cohort_is_noticed(read):
    autumn, spring, published = (read(TEXT, c) for c in ("autumn", "spring", None))
    assert other_cohort(autumn, autumn) == other_cohort(published, published) == ""
    assert "built for cohort 'spring', and cohort 'autumn' is graded" in (
        other_cohort(spring, autumn)
    )
    assert "built for no cohort, and cohort 'autumn'" in other_cohort(published, autumn)
    assert "'autumn', and no cohort is graded" in other_cohort(autumn, published)
    for forged in ({"cohort": ["autumn"]}, "autumn", {}):
        spring.metadata["ppdl"] = forged
        assert "built for no cohort" in other_cohort(spring, autumn)


def test_a_submission_that_lost_its_metadata_is_known_by_its_numbers(read):
    autumn, stripped = read(TEXT, "autumn"), read(TEXT, "autumn")
    stripped.metadata.clear()
    assert other_cohort(stripped, autumn) == ""
    stripped.cells[2].metadata["nbgrader"] = "no more"
    assert other_cohort(stripped, autumn) == ""
    stripped.cells[2].source = "FACTOR = 1\nTOP = 1"
    assert "other numbers" in other_cohort(stripped, autumn)


def test_the_finding_is_among_those_of_a_submission(read, tmp_path):
    release, own = read(TEXT, "autumn"), read(TEXT, "spring")
    own.cells[3].source = "def scale(x):\n    return min(TOP, FACTOR * x)"
    path = tmp_path / f"{CHAPTER}.ipynb"
    nbformat.write(own, path)
    cleaned = clean(path, release)
    assert any("built for cohort 'spring'" in each for each in cleaned.findings)
    numbers = [s for s in sources(cleaned.notebook) if "FACTOR =" in s]
    assert numbers == [own.cells[2].source, release.cells[2].source]  # these count


def test_nbgrader_restores_the_numbers_that_a_submission_changed(course, tmp_path):
    autumn = tmp_path / "autumn"
    build(root=course, cohort="autumn", output=autumn)
    grading = NbgraderCourse(autumn)
    assert grading.release(CHAPTER).ok
    release = nbformat.read(autumn / f"notebooks/{CHAPTER}/{CHAPTER}.ipynb", 4)
    factor, top = values(release)
    answers = {
        "by_name": "def scale(x):\n    return min(TOP, FACTOR * x)",
        "by_number": f"def scale(x):\n    return min({top}, {factor} * x)",
        "published": "def scale(x):\n    return min(1.5, 2 * x)",
    }
    for student, answer in answers.items():
        notebook = nbformat.reads(nbformat.writes(release), 4)
        notebook.cells[3].source = answer
        if student != "by_number":  # as in the published edition
            notebook.cells[2].source = "FACTOR = 2\nTOP = 1.5"
        grading.hand_in(student, CHAPTER, notebook)
    deleted = nbformat.reads(nbformat.writes(release), 4)
    deleted.cells[3].source = answers["by_name"]
    del deleted.cells[2]
    grading.hand_in("deleted", CHAPTER, deleted)
    graded = grading.autograde(CHAPTER)
    assert graded.ok, graded.log
    scores = {s: each["check-scale"] for s, each in grading.scores(CHAPTER).items()}
    assert scores == {"by_name": 2, "by_number": 2, "deleted": 2, "published": 0}
    assert f"{factor} quarters" in verdict(
        grading.graded("published", CHAPTER), "scale"
    )
