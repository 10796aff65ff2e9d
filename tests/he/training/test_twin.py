import numpy as np
import pytest

from ppdl_course.he.training.integers import Precision
from ppdl_course.he.training.twin import FloatTwin, Twin, moduli_for


def test_the_float_twin_follows_the_exact_one(net, samples):
    precision = Precision(6, 8, divisor=4)
    exact, fast = Twin(net, precision), FloatTwin(net, precision)
    for k in range(20):
        y = np.roll(samples, k, axis=1)
        exact.step(samples, y)
        fast.step(samples, y)
    for name, part in vars(exact.net).items():
        np.testing.assert_allclose(part, getattr(fast.net, name), atol=1e-12)
        assert np.abs(part - getattr(net, name)).max() > 0.01
    assert 0 < fast.largest[0] < 2


def test_both_refuse_what_the_cubic_does_not_hold_for(net, samples):
    for twin in (Twin(net, Precision()), FloatTwin(net, Precision())):
        with pytest.raises(ValueError, match="W1 must keep"):
            twin.step(9 * samples, samples)


def test_moduli_hold_the_scale_times_the_largest_weight():
    precision = Precision(2, 3)
    moduli = moduli_for(precision, 64, bits=24, size=4.0)
    largest = 4 * max(vars(precision.scales.new).values())
    product = 1
    for t in moduli:
        product *= t
    assert product > 2 * largest
    assert product // moduli[-1] <= 2 * largest
    with pytest.raises(ValueError, match="bits must leave"):
        moduli_for(precision, 16384, bits=16)
