"""The feedback page: what it says, and that nothing of a submission can run in it.

What a browser does with it is in tests/browser/test_feedback_page.py.
"""

import re
import shutil

import nbformat
import pytest
from bs4 import BeautifulSoup
from filelock import FileLock
from hypothesis import given, settings
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from ppdl_course.classroom.authoring.build import find_sources
from ppdl_course.classroom.course import pristine_path
from ppdl_course.classroom.feedback.boxes import MAX_OUTPUTS, is_message, shown
from ppdl_course.classroom.feedback.exporter import render
from ppdl_course.classroom.feedback.page import Page, Result
from ppdl_course.classroom.feedback.places import Place, read_places
from ppdl_course.classroom.feedback.safe import (
    MAX_HTML,
    MAX_NESTED,
    MAX_TEXT,
    NO_ALT,
    picture,
    plain,
    safe_html,
    safe_markdown,
)
from ppdl_course.classroom.gradebook.nbgrader_course import NbgraderCourse

from .conftest import REPOSITORY, TINY
from .feedback_class import ATTACKS, PIXEL, TRAP, WRITTEN, hand_in_and_grade

GOOD_TAGS = {
    *("a", "b", "blockquote", "br", "caption", "code", "del", "details", "div", "em"),
    *("hr", "i", "img", "li", "ol", "p", "pre", "s", "span", "strong", "sub"),
    *("summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul"),
}
GOOD_ATTRIBUTES = {"alt", "colspan", "href", "rowspan", "scope", "src"}


@pytest.fixture(scope="session")
def course(tmp_path_factory, worker_id):
    """The class of feedback_class.py, graded once, whichever workers run the tests."""
    base = tmp_path_factory.getbasetemp()
    base = base if worker_id == "master" else base.parent  # which the workers share
    root = base / "feedback-class"
    with FileLock(base / "feedback-class.lock"):
        if root.exists():
            return NbgraderCourse(root)
        return hand_in_and_grade(root)


@pytest.fixture
def copied(course, tmp_path):
    """A copy of that class for one test to change."""
    return NbgraderCourse(shutil.copytree(course.root, tmp_path / "class"))


def page(course, student):
    path = course.root / "feedback" / student / TINY / f"{TINY}.html"
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def words(element):
    return " ".join(element.get_text().split())


def rows(soup):
    return [
        [words(cell) for cell in row.find_all(["th", "td"])]
        for row in soup.select(".results tr")
    ]


def section(soup, name):
    return soup.find(attrs={"aria-labelledby": f"for-{name}"})


# --- what it says


def test_the_table_gives_verdict_points_and_sum(course):
    assert rows(page(course, "ada")) == [
        ["Exercise", "Result", "Points"],
        ["Exercise 1.1: the mean age", "✔ passed", "2 of 2"],
        ["Exercise 1.2: no age above a bound", "✘ not passed", "0 of 3"],
        [
            "Question: why is a mean not private?",
            "… waits for your instructor",
            "up to 4",
        ],
        ["Sum", "2 of 9"],
    ]
    assert "2 of 9 points, and 1 result is not decided yet." in words(
        page(course, "ada")
    )


def test_each_verdict_stands_with_its_answer_and_message(course):
    failed = section(page(course, "ada"), "clip_ages")
    verdict = words(failed.select_one(".verdict"))
    assert "✘ Not passed: 0 of 3 points" in verdict
    assert "The check says: Clipping replaces ages; it drops none." in verdict
    assert "Read again in the chapter: “Exercise 1.2: no age above a bound”" in verdict
    assert "age <= bound" in words(failed.select_one(".yours"))
    passed = section(page(course, "ada"), "mean_age")
    assert words(passed.select_one(".verdict")) == "✔ Passed: 2 of 2 points"


def test_an_error_of_the_answer_is_shown_as_the_answers_own(course):
    failed = section(page(course, "bob"), "mean_age")
    assert "ended with an error" in words(failed.select_one(".verdict"))
    assert "division by zero" not in words(failed.select_one(".verdict"))
    assert "ZeroDivisionError: division by zero" in words(failed.select_one(".yours"))


def test_only_what_a_check_says_is_taken_for_its_words():
    def error(ename, evalue, *traceback):
        return new_output(
            "error", ename=ename, evalue=evalue, traceback=list(traceback)
        )

    said = "✘ mean_age: no."
    assert is_message(error("Mistake", said, said))
    assert is_message(error("Mistake", said, "✘ mean_age:\nno."))
    assert not is_message(error("ValueError", said, said))
    assert not is_message(error("Mistake", said, "Cell In[2], line 1", said))
    assert not is_message(error("Mistake", "Full marks.", "Full marks."))


def test_what_was_left_blank_is_called_so(course):
    soup = page(course, "bob")
    assert [row[1] for row in rows(soup)[2:4]] == ["✎ not answered"] * 2
    assert "Write your answer here" not in words(soup)


def test_a_students_own_cells_and_prints_are_shown_below_their_section(course):
    others = page(course, "ada").find(attrs={"aria-labelledby": "others"})
    assert "Below “Exercise 1.1: the mean age”" in words(others)
    assert "my own print: <b>not bold</b> [34. 71. 9.]" in words(others)
    assert others.find("img")["alt"] == "Picture drawn by the code: <one dot>"
    # the chapter's own cells are not repeated
    assert "A cell in between" not in words(page(course, "ada"))


HIDDEN = ["hidden_secret", "HIDDEN TESTS", "[bound], bound", "What is the mean of"]


@pytest.mark.parametrize("student", ["ada", "bob", "mallory"])
def test_no_hidden_test_is_in_the_page(course, student):
    soup = page(course, student)
    assert not [h for h in HIDDEN if h in str(soup) or h in words(soup)]
    run = course.graded(student, TINY)  # so that this could fail
    assert any("hidden_secret" in cell.source for cell in run.cells)


def test_comments_and_points_by_hand_are_shown(copied):
    with copied.gradebook() as gradebook:
        grade = gradebook.find_grade("why_mean", TINY, TINY, "ada")
        grade.manual_score, grade.needs_manual_grade = 3.5, False
        comment = gradebook.find_comment("why_mean", TINY, TINY, "ada")
        comment.manual_comment = "Say **n**. <script>x</script>"
        gradebook.db.commit()
    assert copied.feedback(TINY, "ada").ok
    soup = page(copied, "ada")
    assert rows(soup)[3][1:] == ["◐ some of the points", "3.5 of 4"]
    shown_comment = section(soup, "why_mean").select_one(".verdict .comment")
    assert words(shown_comment) == "Say n."
    assert shown_comment.find("strong")
    assert rows(soup)[-1] == ["Sum", "5.5 of 9"]


def test_a_late_penalty_has_its_row():
    late = Page("A chapter", "ada", 1.0, 3.0, 0.5, ())
    soup = BeautifulSoup(render(late), "html.parser")
    assert rows(soup)[1] == ["Handed in late", "taken off", "-0.5"]


def test_hints_and_sections_come_from_the_headings_above():
    check = {"grade": True, "grade_id": "check-x"}
    question = {"grade": True, "grade_id": "q"}
    chapter = new_notebook(
        cells=[
            new_markdown_cell("# 7. Title"),
            new_markdown_cell("## 7.1 *First*"),
            new_markdown_cell("### Exercise 7.1: x\n<details>a</details><details>"),
            new_markdown_cell("```\n# no heading\n```\n<details>"),
            new_code_cell("", metadata={"nbgrader": check}),
            new_markdown_cell("## 7.2 Second\ntext"),
            new_code_cell("", metadata={"nbgrader": question}),
        ]
    )
    assert read_places(chapter) == (
        "7. Title",
        {
            "check-x": Place("Exercise 7.1: x", "7.1 First", 3),
            "q": Place("7.2 Second"),
        },
    )


def test_the_advice_names_section_exercise_and_hints():
    place = Place("Exercise 7.1: x", "7.1 First", 1)
    failed = Result("x", place, "failed", 0, 2, False, message="no")
    soup = BeautifulSoup(render(Page("A", "b", 0, 2, 0, (failed,))), "html.parser")
    assert words(soup.select_one(".again")) == (
        "Read again in the chapter: section “7.1 First”, then “Exercise 7.1: x”. "
        "It has 1 hint to open."
    )


def test_a_check_that_did_not_come_to_its_end_is_explained():
    stopped = Result("x", Place("X"), "failed", 0, 2, False)
    soup = BeautifulSoup(render(Page("A", "b", 0, 2, 0, (stopped,))), "html.parser")
    assert "did not come to its end" in words(soup.select_one(".verdict"))


@pytest.mark.parametrize(
    "chapter", [source.stem for source in find_sources(None, REPOSITORY)]
)
def test_every_chapter_gives_each_of_its_exercises_a_section(chapter):
    path = pristine_path(chapter, REPOSITORY)
    _, places = read_places(nbformat.read(path, as_version=4))
    assert len(places) >= (6 if chapter != "17_private_models" else 2)  # begun
    for name, place in places.items():
        assert re.match(r"(Exercise|Question) \d+\.\w+", place.title), name
        assert re.match(r"\d+\.\d+ \w", place.section), name
        assert place.hints or not name.startswith("check-"), name


# --- what it does not let through


def is_safe(html):
    """Tell whether HTML has nothing but the few tags and attributes of texts."""
    for tag in BeautifulSoup(html, "html.parser").find_all(True):
        assert tag.name in GOOD_TAGS, tag
        assert set(tag.attrs) <= GOOD_ATTRIBUTES, tag
        assert tag.get("src", "data:image/png;base64,").startswith("data:image/"), tag
        assert re.match("https?://", tag.get("href", "http://")), tag
    return True


@pytest.mark.parametrize("attack", [*ATTACKS, WRITTEN])
@pytest.mark.parametrize("clean", [safe_html, safe_markdown])
def test_nothing_of_an_attack_is_left(clean, attack):
    html = clean(attack)
    assert is_safe(html)
    assert f'"{TRAP}' not in html
    assert clean(html) == html or clean is safe_markdown  # nothing appears on the way


MARKUP = st.lists(
    st.sampled_from(
        [
            *(
                "<",
                ">",
                "</",
                "/>",
                "<!--",
                "-->",
                "--!>",
                "<![CDATA[",
                "]]>",
                "<?",
                "&",
            ),
            *(
                "script",
                "style",
                "svg",
                "math",
                "img",
                "p",
                "table",
                "td",
                "a",
                "title",
            ),
            *("mtext", "noscript", "template", "xmp", "textarea", "select", "mglyph"),
            *(" src=", " href=", " onerror=alert(1) ", "'", '"', "`", "=", " ", "\n"),
            *("javascript:alert(1)", "data:text/html,x", "x", "&lt;", "&#60;", "\x00"),
        ]
    ),
    max_size=25,
).map("".join)


@settings(max_examples=200, deadline=None)
@given(MARKUP)
def test_no_markup_at_all_gets_more_than_text_through(text):
    assert is_safe(safe_html(text))
    assert is_safe(safe_markdown(text))


def test_tables_and_pictures_of_the_course_stay():
    image = f"data:image/png;base64,{PIXEL}"
    row = '<tr><th scope="row">a</th><td colspan="2">1</td></tr>'
    table = f"<table><tbody>{row}</tbody></table>"
    assert safe_html(table) == table
    assert safe_html("a</div>b<i>c") == "ab<i>c</i>"
    assert safe_html("notes.txt") == "notes.txt"
    shown_image = f'<img alt="a &lt; b" src="{image}">'
    assert safe_html(f'<img style="x" src="{image}" alt="a < b">') == shown_image
    assert NO_ALT in safe_html(f'<img src="{image}">')
    assert picture({"image/png": PIXEL + "\n"}, "a < b") == shown_image
    assert picture({"image/svg+xml": "<svg/>", "image/png": '" onload="'}, "x") is None


def test_a_written_answer_keeps_lists_links_formulas_and_pasted_pictures():
    html = safe_markdown(
        "- $x<1$\n- see <https://e.org>\n\n![a](attachment:p.png)",
        {"p.png": {"image/png": PIXEL}},
    )
    assert "<li>$x&lt;1$</li>" in html
    assert '<a href="https://e.org">' in html
    assert '<img alt="a"' in html


def test_headings_and_stray_list_items_do_not_disturb_those_of_the_page():
    assert safe_html("<h1>9 of 9</h1>") == "<p>9 of 9</p>"
    assert safe_markdown("# 9 of 9") == "<p><strong>9 of 9</strong></p>\n"
    assert safe_markdown("<li>x</li>").startswith("<p>x")


@pytest.mark.parametrize(
    "text",
    [
        *("<div>" * 50_000, "<p>" * 5_000, "[" * 20_000, ">" * 20_000, "![" * 9_000),
        *("*a " * 6_000, "<!--" * 9_000, "`" * 20_000, "$" * 20_000, "\ud800"),
    ],
    ids=lambda text: repr(text[:5]),
)
def test_no_text_stops_the_page(text):
    assert is_safe(safe_html(text))
    assert is_safe(safe_markdown(text))


def test_what_is_too_much_is_cut_and_said():
    assert plain("x" * (MAX_TEXT + 7)).endswith("[... 7 more characters are not shown]")
    assert "not shown" in safe_html("x" * (MAX_HTML + 1))
    assert "not shown" in safe_html("<b>" * (MAX_NESTED + 1))
    assert plain("\x1b[31mred\x1b[0m\r\nb\rc\x07") == "red\nb\nc"
    stream = new_output("stream", text="x")
    boxes = list(shown(new_code_cell("", outputs=[stream] * (MAX_OUTPUTS + 3))))
    assert len(boxes) == MAX_OUTPUTS + 1
    assert boxes[-1].html == "[3 more: not shown]"


def test_whatever_is_a_students_stands_in_their_boxes_alone(course):
    soup = page(course, "mallory")
    verdicts = [words(verdict) for verdict in soup.select(".verdict .state")]
    assert verdicts == [
        "✘ Not passed: 0 of 2 points",
        "✘ Not passed: 0 of 3 points",
        "… Waits for your instructor: up to 4 points",
    ]
    assert "9 of 9" in words(soup)  # it is shown,
    for box in soup.select(".yours"):
        rich = box.select_one(".rich")
        assert rich is None or is_safe(rich.decode_contents())
        box.decompose()
    assert not [bait for bait in ("9 of 9", "see here", "pwned") if bait in words(soup)]
    ids = [tag["id"] for tag in soup.select("[id]")]
    assert len(set(ids)) == len(ids)


def test_the_page_has_no_script_and_no_address_of_another_machine(course):
    soup = page(course, "mallory")
    assert soup.find_all(["script", "link", "iframe", "base", "object", "form"]) == []
    assert (
        "default-src 'none'" in soup.find("meta", attrs={"http-equiv": True})["content"]
    )
    sources = [tag["src"] for tag in soup.select("[src]")]
    assert all(source.startswith("data:image/") for source in sources)


def test_what_a_template_is_given_is_escaped():
    evil = "<script>&"
    result = Result("x", Place(evil, evil, 1), "failed", 0, 1, False, message=evil * 2)
    html = render(Page(evil, evil, 0, 1, 0, (result,), ((evil, ()),)))
    assert "<script" not in html
    assert html.count("&lt;script&gt;&amp;") == 11


def test_the_page_needs_the_chapter_as_handed_out(copied):
    (copied.root / "notebooks" / ".pristine" / f"{TINY}.ipynb").unlink()
    outcome = copied.feedback(TINY, "bob")
    assert not outcome.ok
    assert "run `ppdl build`" in outcome.log
