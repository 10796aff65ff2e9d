"""Tests for small_rings: the twin where all fits, and counts where it does not."""

import numpy as np
import pytest

from ppdl_course.mpc.learning.fixed_point import FixedPoint
from ppdl_course.mpc.learning.regression import RegressionPlan, batches
from ppdl_course.mpc.learning.twin import Plain
from ppdl_course.mpc.learning.twin import train as twin_train
from ppdl_course.mpc.planning.small_rings import SmallRing, train


def data(rows=300, features=4):
    rng = np.random.default_rng(1)
    x = rng.normal(size=(rows, features))
    y = (x @ rng.normal(size=(features, 1)) > 0) * 1.0
    return x, y, RegressionPlan(rows, features, batches(rows, 50, 3, rng), 6)


def test_in_the_ring_of_words_it_comes_to_the_weights_of_the_twin():
    x, y, plan = data()
    ring = SmallRing(64, np.random.default_rng(2))
    w = train(ring, plan, 13, x, y)
    plain = Plain(FixedPoint(13))
    expected = plain.decode(twin_train(plain, plan, x, y, np.zeros((4, 1))))
    assert np.abs(w - expected).max() < 30 * 2.0**-13  # a unit or so for each step
    assert (ring.overflows, ring.failures) == (0, 0)
    assert ring.truncations == 18 * (50 + 4)


@pytest.mark.parametrize("bits", [16, 24, 32])
def test_truncation_fails_as_often_as_the_formula_says(bits):
    ring = SmallRing(bits, np.random.default_rng(3))
    x = np.full(40_000, 2 ** (bits - 4))
    ring.truncate(x, 3)
    assert ring.failures == pytest.approx(len(x) / 16, rel=0.1)


def test_a_failed_truncation_is_off_by_the_ring_over_the_factor():
    ring = SmallRing(20, np.random.default_rng(4))
    x = np.full(2000, -(2**17))
    off = ring.truncate(x, 5) - (x >> 5)
    assert set(np.abs(off[np.abs(off) > 1]).tolist()) <= {2**15 - 1, 2**15, 2**15 + 1}
    assert (np.abs(off) > 1).sum() == ring.failures > 0


def test_a_product_that_does_not_fit_wraps_and_is_counted():
    ring = SmallRing(16, np.random.default_rng(5))
    a, b = np.array([[200, 100]]), np.array([[200, 1], [0, 1]])
    assert ring.product(a, b).tolist() == [[40_000 - 2**16, 300]]
    assert ring.overflows == 1


def test_bad_sizes_are_refused():
    with pytest.raises(ValueError, match=r"bits must be an integer in 8\.\.64, got 65"):
        SmallRing(65, np.random.default_rng(0))
    x, y, plan = data()
    with pytest.raises(
        ValueError, match=r"fraction_bits must be an integer in 1\.\.13"
    ):
        train(SmallRing(20, np.random.default_rng(0)), plan, 14, x, y)
