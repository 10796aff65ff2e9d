"""Chapter 7's widgets follow their controls, and stay quick."""

import pytest

from ppdl_course.combined.prices import Priced
from ppdl_course.mpc.circuits.circuit import from_bits
from ppdl_course.widgets import deepsecure
from ppdl_course.widgets.deepsecure import (
    WEIGHTS,
    bits_explorer,
    pruning_explorer,
    small_unit,
    unit_explorer,
)

TABLE = {
    (w, f): Priced(0.5 + f / 20, 100 * w * f)
    for w in (6, 8, 12)
    for f in (1, 2, 4, 6)
    if f <= w - 2
}


def picture(explorer):
    return explorer._canvas.value


@pytest.mark.parametrize(("x1", "x2"), [(3, -2), (-3, 2), (-3, -2), (2, 0)])
def test_the_unit_is_relu_of_a_rounded_sum_of_products(x1, x2):
    numbers = [n % 16 for n in (x1, x2, *WEIGHTS)]
    exact = (WEIGHTS[0] * x1 + WEIGHTS[1] * x2) / 4
    assert abs(small_unit().compute(*numbers) - max(exact, 0)) <= 0.5


def test_the_unit_shows_bits_or_labels():
    explorer = unit_explorer()
    assert "wires carry a 1" in picture(explorer)
    before = picture(explorer)
    explorer.controls["x1"].value = -3
    assert picture(explorer) != before
    explorer.controls["view"].value = "evaluator"
    assert "No bit can be read" in picture(explorer)
    assert "the output is" not in picture(explorer)
    assert explorer.fallback().count("<img") == 4


def test_the_evaluators_view_changes_with_every_garbling(monkeypatch):
    seen = []
    figure = deepsecure.unit_wires

    def watched(circuit, bits, labels, **shown):
        seen.append((from_bits(bits), labels.tobytes()))
        return figure(circuit, bits, labels, **shown)

    monkeypatch.setattr(deepsecure, "unit_wires", watched)
    explorer = unit_explorer()
    explorer._redraw()
    (first, labels), (second, others) = seen
    assert first == second
    assert labels != others


def test_the_bits_follow_both_sliders_and_say_what_does_not_fit():
    explorer = bits_explorer(TABLE, 0.9)
    assert "Words of 8 bits, 6 after the point: accuracy 0.800" in picture(explorer)
    explorer.controls["fraction_bits"].value = 2
    assert "Words of 8 bits, 2 after the point: accuracy 0.600" in picture(explorer)
    explorer.controls["width"].value = 6
    explorer.controls["fraction_bits"].value = 6
    assert "must be at most 4 in words of 6 bits" in picture(explorer)
    assert 2 <= len(explorer._states) <= 6


def test_pruning_follows_its_slider():
    after = {0.1: Priced(0.9, 1000), 0.5: Priced(0.95, 5000), 1: Priced(0.97, 10_000)}
    explorer = pruning_explorer(after, {0.1: 0.3, 0.5: 0.9, 1: 0.97})
    assert "100% of the weights kept" in picture(explorer)
    explorer.controls["keep"].value = 0.1
    assert "10% of the weights kept: accuracy 0.300" in picture(explorer)
    assert explorer.fallback().count("<img") == 3
