"""Every control of every chapter, moved to both ends in a real page."""

import pytest

from ppdl_course.syllabus import CHAPTERS
from tests.browser import notebook_page as notebook
from tests.browser.conftest import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.nightly]
NAMES = [each.name for each in CHAPTERS if (ROOT / "notebooks" / each.name).is_dir()]


@pytest.mark.parametrize("name", NAMES)
def test_each_control_redraws_its_picture_from_end_to_end(page, lab, artefacts, name):
    page.goto(lab(f"notebooks/{name}/{name}.ipynb"))
    notebook.run_all(page)
    assert [m for m in notebook.error_messages(page) if not m.startswith("✎")] == []
    widgets = page.locator(notebook.EXPLORER)
    assert widgets.count() >= 1, "no chapter without a control"
    slow = {}
    for number in range(widgets.count()):
        widget = widgets.nth(number)
        times = notebook.move_every_control(page, widget)
        assert times, "a widget without a control"
        slow[number] = max(times)
        widget.screenshot(path=artefacts / f"{name}_widget_{number}.png")
    print(f"{name}: slowest redraws {slow} ms of processor time")
    notebook.shut_down(page)
