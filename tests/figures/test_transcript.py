"""Tests for ppdl_course.figures.transcript and figures.millionaires."""

import re

import numpy as np
import pytest

from ppdl_course.figures.millionaires_problem import (
    cost_by_bits,
    cost_table,
    growth,
    layer_costs,
    number_list,
    two_views,
)
from ppdl_course.figures.transcript import EVERYONE, WIRE, brief, transcript, views
from ppdl_course.parties.channel import Channel
from ppdl_course.parties.costs import Cost


@pytest.fixture
def record():
    channel = Channel("Alice", "Bob", "Carol")
    alice, bob, carol = channel.ends
    alice.note("secret", 4321)
    alice.send("first", 1234, to="Bob")
    bob.note("heard", bob.receive(sender="Alice"))
    bob.send("<b>", "5678", to="Carol")
    carol.receive(sender="Bob")
    return channel


def shown(page):
    return {value for value in ("4321", "1234", "5678", "heard") if value in page.html}


@pytest.mark.parametrize(
    ("view", "step", "expected"),
    [
        (EVERYONE, 2, {"4321", "1234", "5678", "heard"}),
        (EVERYONE, 1, {"4321", "1234", "heard"}),
        (EVERYONE, 0, {"4321"}),
        (WIRE, 2, {"1234", "5678"}),
        ("Alice", 2, {"4321", "1234"}),
        ("Bob", 2, {"1234", "5678", "heard"}),
        ("Carol", 2, {"5678"}),
    ],
)
def test_a_view_shows_what_that_party_can_know_and_no_more(
    record, view, step, expected
):
    assert shown(transcript(record, step=step, view=view)) == expected


def test_counters_follow_the_step(record):
    sizes = [m.size for m in record.messages]
    page = transcript(record, step=1).html
    assert f"Message 1 of 2: {sizes[0]} bytes, 1 round" in page
    page = transcript(record, step=2).html
    assert f"Message 2 of 2: {sum(sizes)} bytes, 2 rounds" in page


def test_there_is_a_column_for_each_party_and_text_is_escaped(record):
    page = transcript(record, step=2).html
    assert re.findall(r"<th scope=col>(\w+)</th>", page)[1:] == [
        "Alice",
        "Bob",
        "Carol",
    ]
    assert "<strong>&lt;b&gt;</strong>" in page


def test_long_runs_show_their_last_lines():
    channel = Channel("Alice", "Bob")
    for turn in range(5000):
        channel["Alice"].send("m", turn)
    page = transcript(channel, step=5000).html
    assert page.count("<tr>") == 13
    assert "4999" in page
    assert len(page) < 10_000


def test_bad_states_are_named(record):
    with pytest.raises(ValueError, match=r"step must be an integer in 0\.\.2, got 3"):
        transcript(record, step=3)
    with pytest.raises(ValueError, match="view must be one of"):
        transcript(record, step=1, view="Dave")
    lean = Channel("A", "B", keep_bodies=False)
    lean["A"].send("x", 1)
    with pytest.raises(ValueError, match="keep_bodies must be True"):
        transcript(lean, step=1)
    assert views(lean) == (EVERYONE, "A", "B", WIRE)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (7, "7"),
        (1 / 3, "0.3333"),
        (True, "True"),
        (None, "None"),
        (10**40, "10000…0000 (133 bits)"),
        (b"\1\2", "0102"),
        (bytes(9), "000000000000… (9 bytes)"),
        ([1, 2, 3, 4, 5], "[1, 2, 3, 4, … (5)]"),
        ((1, b""), "(1, )"),
        ({"a": 1}, "{a: 1}"),
        (np.arange(6, dtype=np.uint8).reshape(2, 3), "uint8 (2, 3): 0, 1, 2, 3, …"),
        ("x" * 100, "x" * 59 + "…"),
    ],
)
def test_values_are_cut_to_one_line(value, text):
    assert brief(value) == text


def test_the_list_hides_from_bob_which_entries_were_raised():
    drawn = {
        view: number_list(101, [5, 40, 71], i=2, j=1, x=106, view=view)
        for view in (EVERYONE, "Alice", "Bob")
    }
    labels = {
        view: picture.axes[0].get_legend_handles_labels()[1]
        for view, picture in drawn.items()
    }
    assert not any("raised by 1" in label for label in labels["Bob"])
    assert "Bob reads here" not in labels["Alice"]
    assert "entry 1 equals x mod p: i ≥ 1" in drawn["Bob"].alt
    (points,) = (
        line for line in drawn["Bob"].axes[0].lines if line.get_marker() == "s"
    )
    assert points.get_ydata().tolist() == [5 / 101, 40 / 101, 71 / 101]
    with pytest.raises(ValueError, match="view must be"):
        number_list(101, [5], i=1, j=1, x=1, view="Carol")


def test_pictures_draw_and_say_their_numbers():
    a, b = Cost("product", 2, 65594, 1, 0.001), Cost("ReLU", 18, 161676, 9, 0.002)
    pictures = {
        "At R = 8: toy: 0.20 s, 900 bytes": growth(
            [4, 8], {"toy": [Cost("", 4, 500, 4, 0.1), Cost("", 4, 900, 4, 0.2)]}
        ),
        "i = 3: 1 to 2, i = 4: 1 to 3": two_views(
            [0, 0, 1], [1, 1, 1, 0], names=("i = 3", "i = 4"), p=0.25
        ),
        "Yao, 2 bits: 65,594 bytes, 1 rounds": cost_by_bits(
            [2, 4], {"Yao": [a], "tree": [a, b]}
        ),
        "ReLU: 161,676 bytes, 9 rounds, 2.00 ms here, 198 ms": layer_costs(
            a, b, latency=0.02, bandwidth=1e7
        ),
    }
    for text, picture in pictures.items():
        assert text in picture.alt
        assert picture.png().startswith(b"\x89PNG")
        assert all(ax.get_ylabel() for ax in picture.axes)


def test_the_cost_table_takes_any_row():
    page = cost_table([Cost("a & b", 1, 2000, 3, 0.0045)], caption="x < y")
    assert "<td>2,000</td><td>3</td><td>4.5</td>" in page.html
    assert "a &amp; b" in page.html
    assert "x &lt; y" in page.html
