"""A picture shows itself with its alternative text, in colours and in dashes."""

import base64
import re

import pytest
from matplotlib.figure import Figure

from ppdl_course.figures.picture import Picture, counted, styled


def test_a_picture_is_an_html_image_with_escaped_alternative_text():
    picture = Picture('loss < 1 & "falling"')
    picture.subplots().plot([0, 1])
    html = picture._repr_html_()
    assert 'alt="loss &lt; 1 &amp; &quot;falling&quot;"' in html
    data = base64.b64decode(re.search(r'base64,([^"]+)"', html)[1])
    assert data == picture.png()
    assert data.startswith(b"\x89PNG")


def test_a_picture_without_alternative_text_is_refused():
    with pytest.raises(ValueError, match="alt must describe the picture"):
        Picture()._repr_html_()


def test_lines_differ_in_dash_as_well_as_colour():
    ax = Picture("x").subplots()
    lines = [ax.plot([0, 1], label=str(i))[0] for i in range(7)]
    assert len({line.get_color() for line in lines}) == 7
    dashes = [(str(line.get_linestyle()), str(line._dash_pattern)) for line in lines]
    assert len(set(dashes)) == 7


def test_each_of_several_panels_tells_its_lines_apart():
    for ax in Picture("x").subplots(1, 2):
        first, second = ax.plot([0, 1], [0, 1])[0], ax.plot([0, 1], [1, 0])[0]
        assert first.get_linestyle() != second.get_linestyle()


def test_layout_and_resolution_can_be_chosen():
    picture = Picture("x", figsize=(2, 1), dpi=50, layout="none")
    assert isinstance(picture, Figure)
    assert (picture.dpi, picture.get_layout_engine()) == (50, None)


@pytest.mark.parametrize(
    ("number", "words", "says"),
    [
        (0, ("product",), "0 products"),
        (1, ("product",), "1 product"),
        (2, ("query", "queries"), "2 queries"),
        (1000, ("product",), "1,000 products"),
    ],
)
def test_one_thing_is_not_many(number, words, says):
    assert counted(number, *words) == says


def test_what_has_no_style_of_its_own_is_refused_instead_of_left_out():
    assert list(styled({"a": 1, "b": 2}.items(), "os^")) == [
        (("a", 1), "o"),
        (("b", 2), "s"),
    ]
    with pytest.raises(ValueError, match="at most 2 can be drawn, got 3"):
        styled(["a", "b", "c"], "os")
