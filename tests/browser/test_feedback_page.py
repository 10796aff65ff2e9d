"""Feedback and Formgrader in a real browser: accessible, offline, and nothing runs.

The class, with its attacker, is that of tests/classroom/feedback_class.py.
"""

import json
import re
import shutil
from types import SimpleNamespace

import pytest
from nbconvert.exporters import HTMLExporter
from nbgrader.server_extensions.formgrader import handlers
from traitlets.config import Config

from ppdl_course.classroom.feedback.exporter import render
from ppdl_course.classroom.feedback.page import Page
from ppdl_course.classroom.gradebook.nbgrader_course import NbgraderCourse
from tests.browser.conftest import jupyterlab
from tests.classroom.conftest import TINY
from tests.classroom.feedback_class import ATTACKS, TRAP, hand_in_and_grade

pytestmark = pytest.mark.browser
STUDENTS = ["ada", "bob", "mallory"]


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    return hand_in_and_grade(tmp_path_factory.mktemp("feedback") / "class")


@pytest.fixture
def visit(browser):
    """Return a function that opens an address and notes what the page tries."""
    contexts = []

    def open_page(address, width=1100):
        context = browser.new_context(viewport={"width": width, "height": 800})
        contexts.append(context)
        page = context.new_page()
        seen = SimpleNamespace(page=page, requests=[], dialogs=[], console=[])

        def forget(request):
            if request.failure == "csp":  # never left the browser
                seen.requests.remove(request.url)

        def answer(dialog):
            seen.dialogs.append(dialog.message)
            dialog.dismiss()

        page.on("request", lambda request: seen.requests.append(request.url))
        page.on("requestfailed", forget)
        page.on("console", lambda message: seen.console.append(message.text))
        page.on("dialog", answer)
        page.route(re.compile("^https?://(?!127.0.0.1)"), lambda route: route.abort())
        page.goto(address)
        return seen

    yield open_page
    for context in contexts:
        context.close()


def address(course, student):
    return (course.root / "feedback" / student / TINY / f"{TINY}.html").as_uri()


def has_run(seen):
    """Tell whether anything of the attacks ran, or reached its trap."""
    seen.page.wait_for_timeout(300)  # scripts, errors of pictures, frames, refreshes
    pwned = seen.page.evaluate("window.pwned !== undefined")
    return pwned or seen.dialogs or [url for url in seen.requests if TRAP in url]


@pytest.mark.parametrize("width", [1100, 320])
@pytest.mark.parametrize("student", STUDENTS)
def test_axe_finds_no_fault_and_nothing_sticks_out(
    course, visit, artefacts, student, width
):
    from axe_playwright_python.sync_playwright import Axe

    page = visit(address(course, student), width).page
    page.screenshot(path=artefacts / f"feedback_{student}_{width}.png", full_page=True)
    faults = Axe().run(page).response["violations"]
    # minor: the empty corner of ada's own table
    assert [f for f in faults if f["impact"] != "minor"] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("student", STUDENTS)
def test_the_page_asks_for_nothing_and_runs_nothing(course, visit, student):
    seen = visit(address(course, student))
    assert not has_run(seen)
    assert seen.requests == [address(course, student)]
    assert seen.console == []  # nor did the content policy have to refuse anything


def test_a_forged_verdict_stays_in_its_box_and_looks_like_text(course, visit):
    page = visit(address(course, "mallory")).page
    forged = page.locator(".yours .rich", has_text="Passed: 9 of 9 points")
    assert forged.count() >= 1
    outside = """boxes => boxes.flatMap(box => {
        const edge = box.getBoundingClientRect();
        return [...box.querySelectorAll('*')].filter(each => {
            const r = each.getBoundingClientRect(), style = getComputedStyle(each);
            return style.position !== 'static' || r.top < edge.top
                || r.bottom > edge.bottom || each.className || each.id;
        }).map(each => each.outerHTML);
    })"""
    assert page.locator(".yours .rich").evaluate_all(outside) == []
    verdicts = page.locator(".verdict")
    assert verdicts.count() == 3
    assert page.locator(".yours .verdict, .yours .state").count() == 0
    assert page.locator(".results").is_visible()
    borders = """all => all.map(each => getComputedStyle(each).borderLeftStyle)"""
    assert set(verdicts.evaluate_all(borders)) == {"solid"}
    assert set(page.locator(".yours").evaluate_all(borders)) == {"dashed"}


def test_the_content_policy_alone_stops_every_attack(tmp_path, visit):
    # As if nothing had been cleaned: the second line of defence, by itself.
    html = render(Page("A chapter", "ada", 0, 1, 0, ()))
    path = tmp_path / "page.html"
    attacked = html.replace("</main>", "".join(ATTACKS[:-3]) + "</main>")
    path.write_text(attacked, encoding="utf-8")
    seen = visit(path.as_uri())
    assert not has_run(seen)
    seen.page.evaluate("document.querySelector('#bait').click()")
    assert not has_run(seen)
    assert seen.page.locator(".results").is_visible()  # nor did its style sheet apply
    path.write_text(re.sub("<meta http-equiv=[^>]*>", "", attacked), encoding="utf-8")
    assert has_run(visit(path.as_uri())), "so that the lines above could fail"


def test_the_page_can_be_read_by_keyboard(course, visit):
    page = visit(address(course, "ada"), 360).page

    def press(key):
        page.keyboard.press(key)
        return page.evaluate(
            "[document.activeElement.id, document.activeElement.textContent.trim(),"
            "document.activeElement.getBoundingClientRect().left >= 0]"
        )

    assert press("Tab") == ["", "Skip to the result", True]
    assert press("Enter")[0] == "result"
    assert press("Tab")[1] == "Exercise 1.1: the mean age"
    press("Tab")
    assert press("Enter")[0] == "for-clip_ages"
    stops = [press("Tab")[1] for _ in range(8)]
    assert "Back to the result" in stops
    assert "https://e.org" in stops
    wide = page.locator(".rich")
    assert set(wide.evaluate_all("all => all.map(each => each.tabIndex)")) == {0}


def without_attachment(course, copy):
    """Copy the class; nbconvert's own template cannot show a missing attachment."""
    shutil.copytree(course.root, copy)
    graded = copy / "autograded" / "mallory" / TINY / f"{TINY}.ipynb"
    graded.chmod(0o644)
    notebook = json.loads(graded.read_text(encoding="utf-8"))
    text = json.dumps(notebook).replace("attachment:no.png", "no.png")
    graded.write_text(text, encoding="utf-8")
    return copy


def test_nbgraders_own_page_would_have_run_it(course, visit, tmp_path):
    root = without_attachment(course, tmp_path / "class")
    stock = Config()
    stock.GenerateFeedback.exporter_class = HTMLExporter
    stock.HTMLExporter = Config(sanitize_html=False, filters={}, preprocessors=[])
    stocked = NbgraderCourse(root, stock)
    assert stocked.feedback(TINY, "mallory").ok
    assert has_run(visit(address(stocked, "mallory")))


def formgrader(course, base, token):
    """Return the addresses of the submissions in Formgrader, by student."""
    with course.gradebook() as gradebook:
        submissions = gradebook.assignment_submissions(TINY)
        return {
            s.student.id: f"{base}/formgrader/submissions/{s.notebooks[0].id}/"
            f"?index=0&token={token}"
            for s in submissions
        }


def test_formgrader_shows_a_submission_and_runs_nothing(
    course, visit, tmp_path, artefacts
):
    with jupyterlab(course.root, tmp_path, artefacts / "formgrader.log") as server:
        pages = formgrader(course, *server)
        seen = visit(pages["mallory"])
        page = seen.page
        page.wait_for_selector("#check-mean_age")
        page.screenshot(path=artefacts / "formgrader.png", full_page=True)
        assert not has_run(seen)
        page.evaluate("document.querySelector('#bait')?.click()")
        assert not has_run(seen)
        text = page.inner_text("#notebook")
        assert "✘ mean_age: The mean of 20 and 40 is 30." in text
        assert "✔ Passed: 9 of 9 points" in text  # the attacker's, as mere text
        ada = visit(pages["ada"]).page
        assert ada.locator('img[src^="data:image/png"]').count() == 1


def test_formgrader_without_our_settings_would_have_run_it(course, visit, tmp_path):
    root = without_attachment(course, tmp_path / "class")
    settings = Config()
    settings.HTMLExporter.template_name = "formgrade"
    settings.HTMLExporter.extra_template_basedirs = [handlers.template_path]
    graded = root / "autograded" / "mallory" / TINY / f"{TINY}.ipynb"
    names = {"index": 0, "total": 1, "base_url": "", "notebook_id": TINY}
    html, _ = HTMLExporter(config=settings).from_filename(str(graded), resources=names)
    path = tmp_path / "formgrader.html"
    path.write_text(html, encoding="utf-8")
    assert has_run(visit(path.as_uri()))
