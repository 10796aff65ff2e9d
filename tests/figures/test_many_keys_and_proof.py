"""Chapter 13's figures: what they draw follows from what they are given."""

import numpy as np
import pytest

from ppdl_course.attacks.coalitions import Reading
from ppdl_course.figures.many_keys_and_proof import (
    Round,
    checked_training,
    dropouts,
    readings,
    system_costs,
    table,
)

FOUND = {
    "owner 1, BCP": Reading(41, "the master's key"),
    "owner 2, BGV": Reading(None, "no key opens it"),
    "<odd>": Reading(None, "not seen"),
}


def test_what_is_read_stands_out_and_is_counted():
    page = readings(FOUND, ("cloud", "master")).html
    assert "Together: cloud, master. They read 1 of 3 ciphertexts." in page
    assert "<strong>READ: 41</strong>" in page
    assert page.count("<strong>") == 1
    assert page.count(">safe<") == 2
    assert "the master&#x27;s key" in page
    assert "&lt;odd&gt;" in page
    assert "Together: nobody. They read 1 of" in readings(FOUND, ()).html


def test_an_age_of_0_is_read_as_well():
    page = readings({"one": Reading(0, "a key")}, ("cloud",)).html
    assert "READ: 0" in page
    assert "They read 1 of 1 ciphertext." in page


def test_a_table_says_its_heads_rows_and_caption():
    page = table(("way", "a", "b"), [("x", "READ 1", "not READ")], "all & some").html
    assert page.count("<th scope=col") == 3
    assert page.count("<th scope=row") == 1
    assert "<strong>READ 1</strong>" in page
    assert "<strong>not READ</strong>" not in page
    assert "<caption>all &amp; some</caption>" in page


ROUNDS = {
    (2, 0, 0): Round(np.array([3, -4]), np.array([3, -4]), 20, 5.0),
    (2, 1, 0): Round(None, np.array([1, 2]), 9, 2.5),
}


def test_a_round_shows_both_sums_and_its_messages():
    picture = dropouts(ROUNDS, 2, 0, 0)
    left, right = picture.axes
    assert [bar.get_height() for bar in left.patches] == [3, -4]
    assert left.lines[0].get_ydata().tolist() == [3, -4]
    line, mark = right.lines
    assert line.get_xydata().tolist() == [[0, 20], [1, 9]]
    assert mark.get_xydata().tolist() == [[0, 20]]
    assert "the sum [3, -4]; the plain sum of the uploads is [3, -4]" in picture.alt
    assert "20 messages, 5.0 kB" in picture.alt


def test_a_round_that_stopped_has_no_sum():
    picture = dropouts(ROUNDS, 2, 1, 0)
    left, _ = picture.axes
    assert not left.lines
    assert left.get_title() == "no sum: too few are left"
    assert "no sum; the plain sum of the uploads is [1, 2]" in picture.alt
    with pytest.raises(ValueError, match=r"must be run beforehand, got \(3, 0, 0\)"):
        dropouts(ROUNDS, 3, 0, 0)


def test_no_setting_moves_the_axes_of_a_round():
    one, other = (dropouts(ROUNDS, *key).axes for key in ROUNDS)
    for a, b in zip(one, other, strict=True):
        assert a.get_xlim() == b.get_xlim()
        assert a.get_ylim() == b.get_ylim()


def test_losses_are_drawn_round_by_round():
    picture = checked_training({"alone": [0.7, 0.6], "together": [0.7, 0.5]})
    lines = picture.axes[0].lines
    assert [line.get_ydata().tolist() for line in lines] == [[0.7, 0.6], [0.7, 0.5]]
    assert len({line.get_marker() for line in lines}) == 2
    assert "alone from 0.700 to 0.600; together from 0.700 to 0.500" in picture.alt


def test_costs_are_drawn_in_their_units():
    picture = system_costs({"one": (0.5, 2.0, 3), "other": (1.0, 4.0, 1)})
    widths = [[bar.get_width() for bar in ax.patches] for ax in picture.axes]
    assert widths == [[0.5, 1.0], [2.0, 4.0], [3, 1]]
    assert [ax.get_xlabel() for ax in picture.axes] == [
        "seconds, all parties",
        "megabytes",
        "messages of one owner",
    ]
    assert "one: 0.50 s, 2.00 MB, 3 messages of one owner" in picture.alt
    assert "other: 1.00 s, 4.00 MB, 1 message of one owner" in picture.alt
    assert picture.png().startswith(b"\x89PNG")
