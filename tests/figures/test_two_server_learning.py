"""Chapter 6's figures: what they draw follows from what they are given."""

import numpy as np
import pytest

from ppdl_course.figures.two_server_learning import (
    activations,
    pieces_trade,
    small_ring,
    step_costs,
    triple_costs,
    truncation_failures,
    word_bits,
)


def test_each_bit_of_each_view_is_drawn_and_the_worst_is_said():
    views = {"a share": np.full(64, 0.5), "the data": np.linspace(0, 1, 64)}
    picture = word_bits(views, runs=100, bound=0.1)
    lines = picture.axes[0].lines
    assert [line.get_ydata().tolist() for line in lines] == [
        view.tolist() for view in views.values()
    ]
    assert "a share at most 0.000 from one half" in picture.alt
    assert "the data at most 0.500 from one half" in picture.alt


def test_measured_failures_stand_beside_the_line_of_the_formula():
    picture = truncation_failures([50, 60], [0, 250], 4000, plan=31.4)
    line, points, plan = picture.axes[0].lines
    assert np.allclose(line.get_ydata(), 2.0 ** (line.get_xdata() - 64))
    assert points.get_xdata().tolist() == [60]  # a logarithm has no place for 0
    assert points.get_ydata().tolist() == [250 / 4000]
    assert plan.get_xdata()[0] == 31.4
    assert "2^50: 0 failures, 2^60: 250 failures" in picture.alt
    assert "largest product has 31 bits" in picture.alt


RUNS = {(32, 4): (0.6, 0, 0), (32, 8): (0.7, 3, 1), (64, 4): (0.65, 0, 0)}


def test_a_ring_shows_its_own_runs_and_marks_one():
    picture = small_ring(RUNS, 0.71, 8, 32)
    curve, _, mark = picture.axes[0].lines
    assert curve.get_xydata().tolist() == [[4, 60], [8, 70]]
    assert mark.get_xydata().tolist() == [[8, 70]]
    assert "70.0% right" in picture.alt
    assert "3 overflows, 1 failed truncation." in picture.alt
    with pytest.raises(ValueError, match=r"must be one of \[4\] in a ring of 64 bits"):
        small_ring(RUNS, 0.71, 8, 64)


def test_no_setting_moves_the_axes_of_a_ring():
    axes = [small_ring(RUNS, 0.71, 4, ring).axes for ring in (32, 64)]
    for one, other in zip(*axes, strict=True):
        assert one.get_xlim() == other.get_xlim()
        assert one.get_ylim() == other.get_ylim()


def test_activations_show_curves_and_accuracies():
    points = np.linspace(-1, 1, 5)
    curves = {"line": points, "square": points**2}
    picture = activations(curves, points, {"line": 0.9, "square": 0.4}, majority=0.5)
    left, right = picture.axes
    assert [line.get_label() for line in left.lines] == ["line", "square"]
    assert [bar.get_width() for bar in right.patches] == [90, 40]
    assert "line 90.0%, square 40.0%; majority 50.0%" in picture.alt


def test_pieces_show_accuracy_and_cost_of_each_number():
    points = np.linspace(-1, 1, 5)
    rows = {
        2: (points, {"law": 0.6, "digits": 0.9}, 50.0),
        3: (points, {"law": 0.7, "digits": 0.8}, 100.0),
    }
    picture = pieces_trade(rows, points, points, 3)
    law, digits, _ = picture.axes[1].lines
    assert law.get_ydata().tolist() == [60, 70]
    assert digits.get_ydata().tolist() == [90, 80]
    assert picture.axes[2].lines[0].get_ydata().tolist() == [50, 100]
    assert "3 pieces: right on 70.0% of law, 80.0% of digits; 100 bytes" in picture.alt
    with pytest.raises(ValueError, match=r"pieces must be one of \[2, 3\], got 5"):
        pieces_trade(rows, points, points, 5)


def test_costs_are_drawn_in_their_units():
    picture = step_costs({"linear": (0.5, 2.0, 100), "network": (3.0, 150.0, 900)})
    widths = [[bar.get_width() for bar in ax.patches] for ax in picture.axes]
    assert widths == [[0.5, 3.0], [2.0, 150.0], [100, 900]]
    assert "network: 3.00 s, 150.00 MB, 900 rounds" in picture.alt


def test_every_figure_renders_with_a_description():
    for picture in (
        word_bits({"x": np.full(64, 0.5)}, runs=10, bound=0.1),
        truncation_failures([40], [0], 10, plan=30),
        small_ring(RUNS, 0.7, 4, 64),
        step_costs({"linear": (1.0, 1.0, 1)}),
    ):
        assert picture.png().startswith(b"\x89PNG")
        assert "alt=" in picture._repr_html_()


def test_triples_draw_a_line_through_what_was_measured():
    laws = {"dealer": ((100.0, 10.0), (0.1, 0.0)), "ot": ((1e6, 1e6), (0.5, 0.5))}
    measured = {"dealer": [(1, 110.0, 0.1)], "ot": [(1, 2e6, 1.0)]}
    picture = triple_costs(laws, measured, 4, most=8)
    left, right = picture.axes
    assert left.lines[0].get_xdata().tolist() == [1, 2, 4, 8]
    assert left.lines[2].get_ydata().tolist() == [2, 3, 5, 9]
    assert right.lines[3].get_xydata().tolist() == [[1, 1]]
    assert "4 columns: dealer 0.00 MB, 0.10 s; ot 5.00 MB, 2.50 s" in picture.alt
