"""Chapter 7's figures: what they draw follows from what they are given."""

import numpy as np
import pytest
from matplotlib.collections import PathCollection

from ppdl_course.combined.prices import Priced
from ppdl_course.figures.deepsecure import (
    activation_errors,
    bits_trade,
    costs,
    distances,
    pruning_trade,
    unit_wires,
)
from ppdl_course.mpc.circuits.builder import ZERO, Builder
from ppdl_course.mpc.garbling.worked_examples import garbled_wires
from ppdl_course.mpc.label_hash import as_bytes

TABLE = {
    (8, 2): Priced(0.7, 1000),
    (8, 4): Priced(0.8, 2000),
    (12, 4): Priced(0.9, 5000),
}
PRUNED = {0.1: Priced(0.9, 100_000), 1: Priced(0.97, 500_000)}


@pytest.fixture(scope="module")
def gate():
    b = Builder()
    x, y = b.input(1)[0], b.input(1)[0]
    circuit = b.build([b.and_(x, y), b.xor(x, y), b.inv(x)])
    return circuit, *garbled_wires(circuit, np.array([1, 0], bool))


def test_a_units_wires_carry_bits_or_colours_but_not_both(gate):
    circuit, bits, labels = gate
    clear = unit_wires(circuit, bits, labels, clear=True)
    assert "1 AND gate with" in clear.alt
    assert "2 of 5 wires carry a 1, the output is 010" in clear.alt
    hidden = unit_wires(circuit, bits, labels, clear=False)
    assert as_bytes(labels[2])[:2].hex() in hidden.alt
    assert "the output is" not in hidden.alt


def test_every_wire_has_a_mark_of_its_own_place(gate):
    picture = unit_wires(*gate, clear=True)
    places = [
        tuple(point)
        for series in picture.axes[0].collections
        if isinstance(series, PathCollection)
        for point in series.get_offsets()
    ]
    assert len(set(places)) == len(places) == 5


def test_inputs_carry_their_names_and_a_constant_its_mark():
    b = Builder()
    x = b.input(2)
    circuit = b.build([b.and_(*x), ZERO])
    picture = unit_wires(
        circuit, *garbled_wires(circuit, np.ones(2, bool)), clear=True, names=["word"]
    )
    ax = picture.axes[0]
    assert [text.get_text() for text in ax.texts] == ["word"]
    assert sum(len(s.get_segments()) for s in ax.collections[:2]) == 2
    assert "constant" in [text.get_text() for text in ax.get_legend().get_texts()]


def test_the_bits_figure_marks_the_chosen_format_and_refuses_another():
    picture = bits_trade(TABLE, 0.95, width=8, fraction_bits=4)
    left, right = picture.axes
    assert left.lines[0].get_ydata().tolist() == [0.7, 0.8]
    assert left.lines[-1].get_xydata().tolist() == [[4, 0.8]]
    assert right.lines[-1].get_ydata()[0] == pytest.approx(0.064)
    assert "accuracy 0.800 (floating point 0.950), 2,000 AND gates" in picture.alt
    with pytest.raises(ValueError, match="must be at most 4 in words of 8 bits, got 6"):
        bits_trade(TABLE, 0.95, width=8, fraction_bits=6)


def test_the_axes_of_the_bits_figure_stay_while_the_sliders_move():
    limits = {
        tuple(ax.get_xlim() + ax.get_ylim() for ax in bits_trade(TABLE, 0.95, *at).axes)
        for at in TABLE
    }
    assert len(limits) == 1


def test_the_pruning_figure_compares_with_and_without_retraining():
    picture = pruning_trade(PRUNED, {0.1: 0.4, 1: 0.97}, 0.1)
    left, right = picture.axes
    assert left.lines[0].get_ydata().tolist() == [0.9, 0.97]
    assert left.lines[1].get_ydata().tolist() == [0.4, 0.97]
    assert [bar.get_height() for bar in right.patches] == [3.2, 16.0]
    assert "5.0 times fewer than with 100%" in picture.alt
    with pytest.raises(ValueError, match=r"keep must be one of \[0.1, 1\], got 0.5"):
        pruning_trade(PRUNED, {0.1: 0.4, 1: 0.97}, 0.5)


def test_errors_distances_and_costs_say_their_numbers():
    x = np.array([-1.0, 0.0, 1.0])
    picture = activation_errors(x, {"a": x + 0.25}, x)
    assert picture.alt == "Worst errors: a: 0.2500"
    picture = distances(np.array([0.5, 0.0, 0.2]), {"Hana": 1})
    assert "1 of 3 records lie in the public subspace" in picture.alt
    assert "the next one is 0.2 of its length" in picture.alt
    assert "Hana: 0" in picture.alt
    picture = costs([("ours", 30.0, 0.9), ("theirs", 241.0, None)])
    assert [bar.get_width() for bar in picture.axes[0].patches] == [30.0, 241.0]
    assert picture.alt.endswith("ours: 30 MB, 0.900 right; theirs: 241 MB")


def test_every_figure_renders_with_a_description(gate):
    for picture in (
        unit_wires(*gate, clear=False),
        bits_trade(TABLE, 0.95, 8, 2),
        pruning_trade(PRUNED, {0.1: 0.4, 1: 0.97}, 1),
        distances(np.array([0.5, 0.0]), {}),
    ):
        assert picture.png().startswith(b"\x89PNG")
        assert "alt=" in picture._repr_html_()
