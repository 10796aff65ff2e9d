"""Chapter 5's figures: what they draw follows from what they are given."""

import re

import numpy as np
import pytest

from ppdl_course.figures.garbled_circuits import (
    STEPS,
    adder_wires,
    compared_views,
    comparison_costs,
    gate_step,
    scheme_costs,
)
from ppdl_course.mpc.circuits.circuit import to_bits
from ppdl_course.mpc.garbling.scheme_costs import GateCost
from ppdl_course.mpc.garbling.worked_examples import garbled_adder, garbled_and
from ppdl_course.mpc.label_hash import as_bytes


def texts(picture):
    return " ".join(t.get_text() for t in picture.axes[0].texts)


def label(pair, bit):
    return as_bytes(pair[bit])[:4].hex()


@pytest.mark.parametrize("x", [0, 1])
@pytest.mark.parametrize("y", [0, 1])
def test_the_last_step_shows_the_label_of_x_and_y(x, y):
    garbler = garbled_and()
    picture = gate_step(garbler, x, y, step=4)
    a, b, c = garbler.pairs
    shown = texts(picture)
    for pair, bit in ((a, x), (b, y), (c, x & y)):
        assert label(pair, bit) in shown
        assert label(pair, 1 - bit) not in shown
    assert label(c, x & y) in picture.alt


def test_the_garblers_desk_shows_all_labels_and_no_row_before_step_1():
    garbler = garbled_and()
    shown = texts(gate_step(garbler, 0, 0, step=0))
    assert all(label(pair, bit) in shown for pair in garbler.pairs for bit in (0, 1))
    row = as_bytes(garbler.garbled.rows[0][0])[:4].hex()
    assert row not in shown
    assert row in texts(gate_step(garbler, 0, 0, step=1))


def test_where_labels_stand_does_not_tell_the_bit():
    """The evaluator's desk has its labels at the same places for any bits."""
    places = []
    for x, y in ((0, 0), (1, 1)):
        ax = gate_step(garbled_and(), x, y, step=4).axes[0]
        held = [t for t in ax.texts if re.fullmatch("[0-9a-f]{8}…", t.get_text())]
        places.append([t.get_position() for t in held])
    assert places[0] == places[1]


def test_steps_and_bits_out_of_range_are_refused():
    with pytest.raises(ValueError, match=r"step must be an integer in 0\.\.4, got 5"):
        gate_step(garbled_and(), 0, 0, step=len(STEPS))
    with pytest.raises(ValueError, match="x must be 0 or 1, got 2"):
        gate_step(garbled_and(), 2, 0, step=0)


@pytest.mark.parametrize("clear", [True, False])
def test_the_adder_shows_bits_or_labels_but_not_both(clear):
    bits, labels = garbled_adder(to_bits(5, 4), to_bits(3, 4))
    shown = {name: row.astype(int).tolist() for name, row in bits.items()}
    picture = adder_wires(shown, labels, clear=clear)
    words = texts(picture).split()
    hexes = [as_bytes(one)[:2].hex() for row in labels.values() for one in row]
    assert all((h in words) != clear for h in hexes)
    assert ("sum = 1000" in picture.alt) == clear
    colours = {line.get_color() for line in picture.axes[0].lines}
    assert len(colours) == (2 if clear else 1)


def test_cost_figures_hold_the_numbers_they_were_given():
    costs = [GateCost("one", 128, 64, 400.0, 200.0), GateCost("two", 32, 0, 45.0, 28.0)]
    picture = scheme_costs(costs)
    widths = [bar.get_width() for bar in picture.axes[0].patches]
    assert sorted(widths) == [0, 32, 64, 128]
    assert "two: 32 bytes an AND, 0 an XOR, 45 ns to garble" in picture.alt
    curves = {"a way": ((4, 8), (100, 200), (0.1, 0.2))}
    picture = comparison_costs(curves)
    assert picture.axes[0].lines[0].get_ydata().tolist() == [100, 200]
    assert "a way: 200 bytes and 0.200 s at 8 bits" in picture.alt


def test_compared_views_draws_every_frequency():
    picture = compared_views({"x = 0": np.full(7, 0.5), "x = 1": np.ones(7)}, runs=100)
    lines = picture.axes[0].lines
    assert [line.get_ydata().tolist() for line in lines] == [[0.5] * 7, [1.0] * 7]
    assert "x = 1: at most 0.500 from one half" in picture.alt


def test_every_figure_renders_with_a_description():
    bits, labels = garbled_adder(to_bits(1, 3), to_bits(2, 3))
    shown = {name: row.astype(int).tolist() for name, row in bits.items()}
    for picture in (
        gate_step(garbled_and(), 1, 1, step=2),
        adder_wires(shown, labels, clear=False),
        compared_views({"x": np.full(3, 0.5)}, runs=10),
    ):
        assert picture.png().startswith(b"\x89PNG")
        assert "alt=" in picture._repr_html_()
