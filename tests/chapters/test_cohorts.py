"""The bank holds for every cohort: twenty of them here, and one through nbgrader.

Here a check cell is executed in this process, behind the official cells that it needs.
An answer that names what varies is right for each cohort; one that keeps the published
number is told so.
"""

import contextlib
import io

import pytest

from ppdl_course.classroom.authoring.build import build, find_sources
from ppdl_course.classroom.authoring.marks import read_chapter, read_parameters
from ppdl_course.classroom.authoring.variants import assignments
from ppdl_course.classroom.bank.answers import Answer, read_answers, read_bank
from ppdl_course.classroom.bank.graded_bank import grade_answers, grade_by_nbgrader
from ppdl_course.classroom.gradebook.nbgrader_course import NbgraderCourse
from ppdl_course.classroom.judging.cell_dependencies import needed_cells
from ppdl_course.classroom.magics import python_of

from .conftest import ROOT
from .test_chapters import run, troubles

BANK = ROOT / "bank"
COHORTS = [f"{year}-{term}" for year in range(2026, 2036) for term in ("spring", "a")]
SOURCES = {path.stem: path for path in find_sources(None, ROOT)}


VARIED = {chapter: read_parameters(source) for chapter, source in SOURCES.items()}
EXERCISES = [
    (chapter, exercise)
    for chapter, parameters in VARIED.items()
    for exercise in dict.fromkeys(parameter.exercise for parameter in parameters)
]


def grade_id(cell):
    return cell.metadata.get("nbgrader", {}).get("grade_id", "")


def numbers_of(chapter, exercise, cohort):
    mine = [p for p in VARIED[chapter] if p.exercise == exercise]
    values = {parameter.name: parameter.value(cohort) for parameter in mine}
    return assignments("\n".join(f"{name} =" for name in values), values)


def parts(chapter, exercise, cohort):
    """Return the cells that a check needs, its numbers, the model answer, the check."""
    cells = read_chapter(SOURCES[chapter], cohort).cells
    ids = [grade_id(cell) for cell in cells]
    numbers, check = (ids.index(f"{kind}-{exercise}") for kind in ("varies", "check"))
    before = [
        python_of(cell.source)
        if cell.cell_type == "code" and not grade_id(cell)
        else ""
        for cell in cells[:numbers]
    ]
    answers = (a.code for a in read_answers(BANK / chapter / f"{exercise}.py"))
    readers = [*answers, cells[check].source]
    needed = needed_cells([*before, *readers], range(numbers, numbers + len(readers)))
    official = [before[place] for place in needed if place < numbers]
    return official, *(cells[place].source for place in range(numbers, check + 1))


def verdict(namespace, *codes):
    """Return what a check says of an answer; empty if it passes."""
    with contextlib.redirect_stdout(io.StringIO()):
        try:
            for code in codes:
                exec(code, namespace)
        except Exception as error:
            return " ".join(str(error).split()) or type(error).__name__
    return ""


def test_every_chapter_has_an_exercise_that_varies():
    assert {chapter for chapter, _ in EXERCISES} == set(SOURCES)


@pytest.mark.filterwarnings("ignore:divide by zero")  # of a wrong answer
@pytest.mark.parametrize(("chapter", "exercise"), EXERCISES)
def test_the_bank_holds_for_twenty_cohorts(chapter, exercise):
    official, published, model, check = parts(chapter, exercise, None)
    same, drawn, _, too = parts(chapter, exercise, COHORTS[0])
    assert (same, too) == (official, check)
    assert drawn == numbers_of(chapter, exercise, COHORTS[0])
    variants = {published: None}  # the same numbers need no second look
    for cohort in COHORTS:
        variants.setdefault(numbers_of(chapter, exercise, cohort), cohort)
    assert len(variants) >= 3
    namespace = {"__name__": "__main__"}
    for cell in official:
        exec(cell, namespace)
    found = []
    for numbers, cohort in variants.items():
        answers = read_answers(BANK / chapter / f"{exercise}.py", cohort)
        assert any(answer.copied for answer in answers)
        for answer in [Answer("model", model), *answers]:
            said = verdict(dict(namespace), numbers, answer.code, check)
            due = " ".join((answer.says or "").split())
            if said if answer.right else due not in said:
                found.append(f"{numbers}, {answer.name}: due {due!r}, but {said!r}")
    assert not found, "\n".join(found)


@pytest.mark.chapter
@pytest.mark.nightly
def test_a_cohorts_chapter_is_run_and_graded_like_the_published_one(tmp_path):
    chapter, cohort = "01_feedforward_backprop", "2026-autumn"
    autumn = tmp_path / "autumn"
    build([chapter], root=ROOT, cohort=cohort, output=autumn)
    solved = read_chapter(SOURCES[chapter], cohort)
    run(solved, tmp_path)
    assert not [cell.source for cell in solved.cells if troubles(cell)]
    names = [path.stem for path in (BANK / chapter).glob("*.py")]
    bank = read_bank(BANK / chapter, names, cohort, each=2)
    rows = grade_answers(NbgraderCourse(autumn), chapter, bank, grade_by_nbgrader)
    assert rows
    assert not [row for row in rows if row.surprise]
