import base64
import html.parser
import time

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppdl_course.classroom.grader.execution import clean_html as cleaning
from ppdl_course.classroom.grader.execution.clean_html import clean_html, steps_of
from ppdl_course.classroom.grader.execution.outputs import Outputs

PNG = base64.b64encode(b"\x89PNG").decode()


def collect(*messages, limit=10_000):
    cell = nbformat.v4.new_code_cell("x")
    outputs = Outputs(limit)
    outputs.begin(cell)
    for kind, content in messages:
        outputs.take(kind, content, len(str(content)))
    outputs.write()
    nbformat.validate(nbformat.v4.new_notebook(cells=[cell]))
    return cell.outputs


def text(string, name="stdout"):
    return "stream", {"name": name, "text": string}


def shown(data, display_id=None, kind="display_data"):
    return kind, {"data": data, "metadata": {}, "transient": {"display_id": display_id}}


def data_of(bundle):
    (output,) = collect(shown(bundle), limit=3_000_000)
    return output.data


def test_what_is_printed_one_after_the_other_is_one_output():
    first, second, third = collect(text("a"), text("b"), text("c", "stderr"), text("d"))
    assert (first.text, second.text, third.text) == ("ab", "c", "d")
    assert second.name == "stderr"


def test_an_update_changes_what_was_displayed_before_also_in_another_cell():
    cells = [nbformat.v4.new_code_cell("x") for _ in range(2)]
    outputs = Outputs(10_000)
    outputs.begin(cells[0])
    outputs.take(*shown({"text/plain": "10 %"}, "bar"), 1)
    outputs.begin(cells[1])
    outputs.take(*shown({"text/plain": "99 %"}, "bar", "update_display_data"), 1)
    outputs.take(*shown({"text/plain": "?"}, "other", "update_display_data"), 1)
    outputs.write()
    assert cells[0].outputs[0].data == {"text/plain": "99 %"}
    assert cells[1].outputs == []


def test_clear_output_clears_at_once_or_before_the_next_output():
    assert collect(text("a"), ("clear_output", {"wait": False})) == []
    wait = ("clear_output", {"wait": True})
    (kept,) = collect(text("a"), wait)
    assert kept.text == "a"
    (kept,) = collect(text("a"), wait, text("b"), text("c"))
    assert kept.text == "bc"


def test_output_beyond_the_limit_is_left_out_and_a_last_line_says_so():
    (kept,) = collect(*[text("x" * 800)] * 20, limit=3_000)
    assert kept.text.count("x") == 2_400
    assert kept.text.endswith("\n… more than 3,000 bytes: the rest is left out.\n")


def test_a_flood_is_told_from_many_cells_that_each_print_a_little():
    outputs = Outputs(1_000)
    for _ in range(5):
        outputs.begin(nbformat.v4.new_code_cell("x"))
        outputs.take(*text("x" * 700), 700)
        assert not outputs.flooded
    assert outputs.cut
    outputs.take(*text("x" * 700), 700)
    assert outputs.flooded


def test_what_is_not_kept_is_counted_but_takes_no_room():
    cell = nbformat.v4.new_code_cell("x")
    outputs = Outputs(1_000)
    outputs.begin(None)
    for _ in range(3):
        outputs.take(*text("x" * 300), 300)
    assert outputs.flooded
    outputs.begin(cell)
    outputs.take(*text("x" * 700), 700)
    outputs.write()
    assert cell.outputs[0].text == "x" * 700


def test_one_display_shown_many_times_counts_each_time_it_is_updated():
    many = [shown({"text/plain": ""}, "a")] * 50
    update = shown({"text/plain": "x" * 1_000}, "a", "update_display_data")
    assert "xx" not in str(collect(*many, update, limit=20_000)[0])


def test_a_result_cannot_be_taken_for_points():
    (output,) = collect(("execute_result", {"data": {"text/plain": "99"}}))
    assert output.output_type == "display_data"


def test_pictures_stay_and_what_is_no_picture_does_not():
    assert data_of({"image/png": PNG, "text/plain": "Figure"})["image/png"] == PNG
    bad = {"image/png": '"><script>alert(1)</script>', "text/plain": "Figure"}
    assert data_of(bad) == {"text/plain": "Figure"}
    assert data_of({"image/jpeg": PNG[:-1], "text/plain": "x"}) == {"text/plain": "x"}


def test_scripts_and_states_of_widgets_are_left_out():
    bundle = {
        "application/javascript": "alert(1)",
        "application/vnd.jupyter.widget-view+json": {"model_id": "x"},
    }
    assert data_of({**bundle, "text/plain": "Slider"}) == {"text/plain": "Slider"}
    assert "(displayed as application/javascript" in data_of(bundle)["text/plain"]
    assert collect(("comm_open", {"data": {}}), ("comm_msg", {})) == []


def test_markdown_and_latex_appear_as_they_were_written():
    link = "[click](javascript:alert(1))"
    assert data_of({"text/markdown": link, "text/plain": "M"}) == {"text/plain": link}
    assert data_of({"text/latex": "$x$"}) == {"text/plain": "$x$"}


def test_a_drawing_becomes_an_image_in_which_nothing_runs():
    drawing = '<svg onload="alert(1)"/>'
    data = data_of({"image/svg+xml": drawing, "text/plain": '<"Figure">'})
    assert "onload" not in data["text/html"]
    assert 'alt="&lt;&quot;Figure&quot;&gt;" src="data:image/svg' in data["text/html"]


def test_the_courses_own_pictures_and_tables_stay_as_they_are():
    picture = (
        f'<img alt="A line" style="max-width: 100%;" src="data:image/png;base64,{PNG}">'
    )
    table = (
        '<table><caption>c</caption><tbody><tr><th scope="row">a</th>'
        f"<td>{picture}</td></tr></tbody></table>"
    )
    assert clean_html(table) == table
    framed = '<style scoped>\n.dataframe td {color: red}\n</style><p class="x">1</p>'
    assert clean_html(framed) == "<p>1</p>"


class Danger(html.parser.HTMLParser):
    """Collects what acts or fetches."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            inert = (value or "").startswith("data:image/") and tag == "img"
            if name.startswith("on") or (
                name in ("src", "href", "action") and not inert
            ):
                self.found.append((tag, name))
            if name == "style" and ("url" in value or "position" in value):
                self.found.append((tag, value))
        if tag in (
            "script",
            "style",
            "iframe",
            "a",
            "form",
            "link",
            "meta",
            "object",
            "svg",
        ):
            self.found.append(tag)


def dangers(page):
    parser = Danger()
    parser.feed(page)
    return parser.found


@pytest.mark.parametrize(
    "page",
    [
        "<script>alert(1)</script>",
        "<scr<script></script>ipt>alert(1)</script>",
        '<img src=x onerror="alert(1)">',
        '<img src="https://example.org/seen.png">',
        '<img src="data:text/html;base64,PHNjcmlwdD4=">',
        '<a href="javascript:alert(1)">x</a>',
        '<div style="position:fixed;background:url(//example.org)">x</div>',
        "<svg><script>alert(1)</script></svg>",
        "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
        '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
        "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
        '<form action="//example.org"><input></form>',
        '<meta http-equiv="refresh" content="0;url=//example.org">',
    ],
)
def test_nothing_that_acts_or_fetches_is_left_of_a_page(page):
    assert dangers(clean_html(page)) == []


PIECES = st.sampled_from(
    ["<", ">", "</", "/>", "<!--", "-->", "<![CDATA[", "]]>", "script", "style", "svg",
     "math", "img", " src=", " onerror=", '"', "'", "alert(1)", "javascript:", "&lt;",
     "table", "p", "a href=", "\0", "\n", "title", "noscript", "template"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=30).map("".join))
def test_no_broken_page_gets_through(page):
    assert dangers(clean_html(page)) == []


def test_html_that_would_take_long_to_clean_is_shown_as_text():
    nested = "<b><p>" * 3_000
    assert data_of({"text/html": nested, "text/plain": "deep"}) == {
        "text/plain": "deep"
    }


def seconds_to_clean(page):
    begin = time.process_time()
    shown = data_of({"text/html": page, "text/plain": "plain"})
    return time.process_time() - begin, shown


# Each of them takes the parser's time for every sign: harmless here, as they are small.
REPEATED = {
    "attributes": ("<p ", "a{} ", ">"),
    "attributes with values": ("<p ", "a{}='1'", ">"),
    "attributes behind a quoted end": ("<p x='>' ", "a{} ", ">"),
    "attributes within a comment's quotes": ("<!-- <p a=' --><p ", "a{} ", ">' -->"),
    "attributes of an end": ("<p></p ", "a{} ", ">"),
    "signs of a name": ("<p ", "1", ">"),
    "slashes": ("<p ", "/", ">"),
    "characters by name": ("", "&amp", ""),
    "characters by name, in a value": ("<p title='", "&amp", "'>"),
    "ends of a comment": ("<!--", "-", ""),
    "a declaration": ("<!DOCTYPE ", "a", ">"),
    "ends of a section": ("<svg><![CDATA[", "]", ""),
    "a style": ("<p style='", "color:red;", "'>"),
    "tags": ("", "<p a", ""),
}


@pytest.mark.parametrize("kind", REPEATED)
def test_a_page_that_would_take_long_to_clean_is_shown_as_text(kind):
    first, repeated, last = REPEATED[kind]
    page = first + "".join(repeated.format(n) for n in range(120_000)) + last
    seconds, shown = seconds_to_clean(page)
    assert shown == {"text/plain": "plain"}
    assert seconds < 2  # cleaning these takes from 5 seconds to many minutes


@pytest.mark.parametrize("tag", ["<a", "<p/a=", "<p ", "<p a='"])
def test_what_is_read_from_many_places_is_given_up(tag):
    seconds, shown = seconds_to_clean(tag * 3_900 + "x" * 1_000_000)
    assert shown == {"text/plain": "plain"}
    assert seconds < 2


def test_the_time_to_clean_what_is_let_through_is_bounded():
    full = "<p " + "1" * 95_000 + ">"
    seconds, shown = seconds_to_clean(full)
    assert "text/html" in shown
    assert seconds < 20  # a quarter of a second for each 10,000, and not squared


def test_all_pages_of_a_notebook_count_together():
    pages = [shown({"text/html": f"<p>{'&amp;' * 30_000}</p>", "text/plain": "x"})] * 5
    forms = [set(output.data) for output in collect(*pages, limit=10_000_000)]
    assert forms == [{"text/html", "text/plain"}] * 3 + [{"text/plain"}] * 2


def test_a_tag_has_as_many_attributes_as_any_honest_one_needs():
    page = f"<p {' '.join(f'a{n}=1' for n in range(50))}>x</p>"
    assert data_of({"text/html": page, "text/plain": "x"})["text/html"] == "<p>x</p>"
    more = page.replace("<p ", "<p b ")
    assert data_of({"text/html": more, "text/plain": "x"}) == {"text/plain": "x"}


def test_a_large_picture_and_a_large_table_are_let_through():
    picture = f"<img src='data:image/png;base64,{'ab/+' * 200_000}'>"
    row = "<tr>" + "  <td style='text-align: right'>-1.25</td>\n" * 10 + "</tr>"
    for page in (picture, f"<table>{row * 100}</table>"):
        assert "text/html" in data_of({"text/html": page, "text/plain": "x"})


def attributes_that_the_parser_sees(page):
    """Return the most that one tag has."""
    from bleach.html5lib_shim import HTMLTokenizer

    counts = [0]

    class Counting(HTMLTokenizer):
        def emitCurrentToken(self):
            counts.append(len(self.currentToken["data"]))
            super().emitCurrentToken()

    assert list(Counting(page)) is not None
    return max(counts)


@given(st.lists(PIECES | st.sampled_from([" a=", " b", "/c", "= "]), max_size=60))
def test_no_attribute_is_hidden_from_the_count(pieces):
    page = "".join(pieces)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cleaning, "_MOST_ATTRIBUTES", 3)
        if steps_of(page, 10_000) is not None:
            assert attributes_that_the_parser_sees(page) <= 3


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text() | st.just("\ud800"),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)
    ),
    max_leaves=8,
)
KEYS = ["data", "name", "text", "transient", "ename", "evalue", "traceback", "wait"]
KINDS = [
    "stream", "display_data", "execute_result", "error", "clear_output",
    "update_display_data", "comm_open", "unheard_of",
]  # fmt: skip


@given(
    st.lists(
        st.tuples(st.sampled_from(KINDS), st.dictionaries(st.sampled_from(KEYS), JSON))
    )
)
def test_whatever_a_kernel_sends_the_notebook_stays_one(messages):
    outputs = collect(*messages)
    cell = nbformat.v4.new_code_cell("1", outputs=outputs)
    text = nbformat.writes(nbformat.v4.new_notebook(cells=[cell]))
    back = nbformat.reads(text.encode().decode(), as_version=4)
    assert len(back.cells[0].outputs) == len(outputs)
