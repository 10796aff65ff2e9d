"""A student's first hour: the course map, its link to chapter 1, a slider moved."""

import statistics

import pytest

from ppdl_course.classroom.course import COURSE_MAP
from ppdl_course.syllabus import CHAPTERS
from tests.browser import notebook_page as notebook

pytestmark = pytest.mark.browser
MOVES = 5


@pytest.fixture(scope="module")
def course_map(page, lab, artefacts):
    page.goto(lab(COURSE_MAP))
    notebook.run_all(page)
    page.screenshot(path=artefacts / "course_map.png")
    return page


@pytest.fixture(scope="module")
def chapter_1(course_map, artefacts):
    course_map.click(f'{notebook.NOTEBOOK} a:has-text("Feedforward")')
    course_map.wait_for_selector(
        f'{notebook.NOTEBOOK} h1:has-text("Feedforward"), '
        f'{notebook.NOTEBOOK} h1:has-text("feedforward")'
    )
    notebook.run_all(course_map)
    return course_map


def test_the_map_finds_the_set_up_well_and_shows_progress(course_map):
    text = course_map.inner_text(notebook.NOTEBOOK)
    assert "All is well: go to chapter 1." in text
    assert "0 exercises passed so far." in text
    assert notebook.error_messages(course_map) == []


def test_an_unanswered_chapter_1_shows_only_the_checks_own_messages(chapter_1):
    messages = notebook.error_messages(chapter_1)
    assert len(messages) >= 6, "one for each exercise"
    assert [m for m in messages if not m.startswith("✎")] == []


def test_a_slider_moved_by_keyboard_redraws_its_picture(chapter_1, artefacts):
    widgets = chapter_1.locator(notebook.WIDGET)
    widgets.first.wait_for()
    assert widgets.count() >= 3
    for number in range(widgets.count()):
        widget = widgets.nth(number)
        times = []
        for move in range(MOVES):
            readout = widget.locator(".widget-readout").first.inner_text()
            key = "ArrowRight" if move < 3 else "ArrowLeft"
            before, after, milliseconds = notebook.move_slider(chapter_1, widget, key)
            times.append(milliseconds)
            moved = widget.locator(".widget-readout").first.inner_text()
            assert before[0] != after[0], "the picture did not change"
            assert before[1] != after[1], "the alternative text did not change"
            assert moved != readout
        chapter_1.screenshot(path=artefacts / f"chapter_1_widget_{number}.png")
        print(f"widget {number}: {times} ms a redraw")
        assert statistics.median(times) < 150


def test_an_exported_page_has_pictures_in_place_of_widgets(chapter_1, lab):
    notebook.save(chapter_1)
    name = CHAPTERS[0].name
    exported = lab(f"notebooks/{name}/{name}.ipynb")
    exported = exported.replace("/lab/workspaces/test/tree/", "/nbconvert/html/")
    page = chapter_1.request.get(exported).text()
    widgets = chapter_1.locator(notebook.WIDGET).count()
    assert page.count("<table><caption>") == widgets
