"""Chapter 9's figures: the numbers drawn, and what the alternative text says."""

import numpy as np
import pytest

from ppdl_course.figures import homomorphic_encryption as he
from ppdl_course.figures import seal_budget as he_budget
from ppdl_course.figures.seal_error_table import error_table
from ppdl_course.he.seal.errors import TROUBLES
from ppdl_course.he.seal.plan import bfv_budget


def labelled(picture):
    return all(ax.get_xlabel() for ax in picture.axes) and picture.alt


def test_noise_growth_draws_the_levels_and_the_limit():
    picture = he.noise_growth([8, 17, 34, 68], 60)
    noise, limit = picture.axes[0].lines
    np.testing.assert_array_equal(noise.get_ydata(), [8, 17, 34, 68])
    assert set(limit.get_ydata()) == {60}
    assert "last level well below it is 2" in picture.alt
    assert labelled(picture)


def test_refreshed_noise_draws_every_ciphertext():
    picture = he.refreshed_noise([0.001, 0.1], [0.002, 0.003])
    points, same, limit = picture.axes[0].lines
    np.testing.assert_array_equal(points.get_xdata(), [0.001, 0.1])
    np.testing.assert_array_equal(points.get_ydata(), [0.002, 0.003])
    np.testing.assert_array_equal(same.get_xdata(), same.get_ydata())
    assert set(limit.get_xdata()) == {0.125}
    assert "2 ciphertexts" in picture.alt
    assert labelled(picture)


def test_costs_draws_milliseconds_and_bytes():
    picture = he.costs({"a": (0.1, 512), "b": (0.001, 12)})
    left, right = picture.axes
    assert [bar.get_width() for bar in left.patches] == [1.0, 100.0]
    assert [bar.get_width() for bar in right.patches] == [12, 512]
    assert "a: 100 ms, 512 bytes" in picture.alt
    assert labelled(picture)


def test_the_noise_budget_is_the_models_and_measurements_stand_beside_it():
    picture = he_budget.bfv_noise_budget(8192, 4, 43, 17, measured=[150, 122])
    predicted, measured = picture.axes[0].lines[:2]
    want = [
        bfv_budget(8192, [43] * 5, 17, d) for d in range(len(predicted.get_ydata()))
    ]
    np.testing.assert_array_equal(predicted.get_ydata(), want)
    np.testing.assert_array_equal(measured.get_ydata(), [150, 122])
    assert labelled(picture)


def test_an_insecure_chain_is_refused_with_what_is_allowed():
    with pytest.raises(ValueError, match=r"215 bits; n = 4096 allows 109"):
        he_budget.bfv_noise_budget(4096, 4, 43, 17)


def test_the_budget_bar_says_what_seal_will_say():
    picture = he_budget.budget_bar(8192, 60, 40, 1, 40, 2)
    assert 'SEAL will say "scale out of bounds" at product 2' in picture.alt
    picture = he_budget.budget_bar(8192, 60, 40, 2, 40, 2)
    assert "2 products in a row are affordable" in picture.alt
    picture = he_budget.budget_bar(8192, 60, 40, 2, 30, 1)
    assert "No exception, but results wrong by 2^-10" in picture.alt
    heights = [bar.get_height() for bar in picture.axes[0].patches]
    assert heights == [140, 140, 30, 60]
    assert labelled(picture)


def test_the_budget_bar_refuses_what_seal_refuses():
    with pytest.raises(ValueError, match="SEAL: encryption parameters are not set"):
        he_budget.budget_bar(4096, 60, 40, 2, 40, 2)
    with pytest.raises(ValueError, match="SEAL: failed to find enough"):
        he_budget.ckks_precision(10, 2)


def test_precision_is_measured_and_follows_the_line():
    for scale in (25, 35):
        picture = he_budget.ckks_precision(scale, 0)
        line, point = picture.axes[0].lines
        predicted = line.get_ydata()[list(line.get_xdata()).index(scale)]
        assert abs(point.get_ydata()[0] - predicted) < 1.5
    assert labelled(picture)


def test_the_table_of_messages_holds_each_and_says_where_there_is_none():
    page = error_table()._repr_html_()
    assert page.count("<tr>") == 1 + len(TROUBLES)
    assert "<code>scale out of bounds</code>" in page
    assert "doesn&#x27;t hold a Galois keys" in page
    assert page.count("nothing: the result is wrong") == 4


@pytest.mark.parametrize(
    ("degree", "chains"),
    [
        (4096, [(1, 20, 14), (4, 21, 14), (2, 36, 40)]),
        (8192, [(1, 20, 40), (9, 21, 14), (4, 43, 17)]),
        (32768, [(1, 60, 20), (14, 58, 14)]),
    ],
)
def test_the_degree_alone_moves_the_axes_of_the_noise_budget(degree, chains):
    axes = [he_budget.bfv_noise_budget(degree, *chain).axes[0] for chain in chains]
    assert len({(ax.get_xlim(), ax.get_ylim()) for ax in axes}) == 1
    for ax in axes:
        assert ax.lines[0].get_xdata()[-1] <= ax.get_xlim()[1]
        assert max(ax.lines[0].get_ydata()) <= ax.get_ylim()[1]
