"""The base of every widget: controls reach the figure, pages without kernel too."""

import gc
import re

import ipywidgets as widgets
import pytest

from ppdl_course.figures.picture import Picture
from ppdl_course.widgets.explorer import Explorer

DRAWN = r'<div data-redraw="\d+" data-redraw-ms="[0-9.]+">(.*)</div>'


class Text:
    """The simplest thing that can be drawn."""

    def __init__(self, text):
        self.text = text

    def _repr_html_(self):
        return f"<b>{self.text}</b>"


def explorer(figure=None, **changes):
    arguments = {
        "controls": {
            "epsilon": widgets.FloatSlider(
                value=1.0, min=0.1, max=5, description="privacy budget"
            ),
            "n": widgets.IntSlider(value=3),
        },
        "caption": "Drag & see",
        "states": [{"epsilon": 0.5, "n": 2}, {"epsilon": 2.0, "n": 4}],
        **changes,
    }
    draw = figure or (lambda epsilon, n: Text(f"{epsilon} and {n}"))
    return Explorer(draw, **arguments)


def canvas(shown):
    """Return what the figure drew, inside the element that carries its time."""
    page = shown.children[-2].value
    drawn = re.fullmatch(DRAWN, page, re.DOTALL)
    return drawn[1]


def pictures():
    return {id(o) for o in gc.get_objects() if type(o) is Picture}


def test_the_first_picture_shows_the_controls_values():
    assert canvas(explorer()) == "<b>1.0 and 3</b>"


def test_moving_a_control_redraws_with_its_value_and_keeps_the_others():
    shown = explorer()
    shown.controls["n"].value = 7
    assert canvas(shown) == "<b>1.0 and 7</b>"
    assert shown.values == {"epsilon": 1.0, "n": 7}
    assert shown.redraw_ms > 0


def test_a_value_error_of_the_figure_becomes_an_escaped_message():
    def refuse(epsilon, n):
        raise ValueError("epsilon must be < 1 & > 0")

    shown = explorer(refuse)
    assert canvas(shown) == '<p role="alert">epsilon must be &lt; 1 &amp; &gt; 0</p>'


def test_other_errors_are_not_hidden():
    def broken(epsilon, n):
        raise KeyError("bug")

    with pytest.raises(KeyError):
        explorer(broken)


def test_the_fallback_has_each_state_in_words_and_the_caption():
    html = explorer().fallback()
    assert "<caption>Drag &amp; see</caption>" in html
    assert "privacy budget = 0.5, n = 2</th><td><b>0.5 and 2</b>" in html
    assert "privacy budget = 2.0, n = 4</th><td><b>2.0 and 4</b>" in html


def test_a_page_without_kernel_gets_the_fallback():
    bundle = explorer()._repr_mimebundle_()
    data = bundle[0] if isinstance(bundle, tuple) else bundle
    assert data["text/html"].startswith("<table>")
    assert "application/vnd.jupyter.widget-view+json" in data


def test_states_are_required_and_must_name_every_control():
    with pytest.raises(ValueError, match="states must hold at least one setting"):
        explorer(states=[])
    with pytest.raises(ValueError, match=r"states must name \['epsilon', 'n'\]"):
        explorer(states=[{"epsilon": 1.0}])


def test_a_redraw_leaves_no_picture_behind():
    def draw(epsilon, n):
        picture = Picture("a line")
        picture.subplots().plot([0, n])
        return picture

    shown = explorer(draw)
    gc.collect()
    before = pictures()
    for n in range(5):
        shown.controls["n"].value = n
    assert pictures() <= before
    assert gc.isenabled()
