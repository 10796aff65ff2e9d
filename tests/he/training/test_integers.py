from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ppdl_course.he.training.cubic import q
from ppdl_course.he.training.integers import (
    Net,
    Precision,
    batch,
    integer_step,
    real_step,
)
from ppdl_course.nn.activations import sigmoid
from ppdl_course.nn.finite_differences import central_differences


def pieces(net):
    return np.concatenate([np.ravel(part) for part in vars(net).values()])


def from_pieces(flat, like):
    sizes = [np.size(part) for part in vars(like).values()]
    cuts = np.split(flat, np.cumsum(sizes)[:-1])
    shapes = [np.shape(part) for part in vars(like).values()]
    return Net(*(c.reshape(s) for c, s in zip(cuts, shapes, strict=True)))


def slow_fractions(x, y, net, rate):
    """One sample's step in fractions, number by number."""

    def f(z):
        return Fraction(1, 2) + z / 4 - z**3 / 48

    def slope(z):
        return Fraction(1, 4) - z * z / 16

    units, outs = range(len(net.b1)), range(len(net.b2))
    z1 = [
        sum(w * a for w, a in zip(net.W1[j], x, strict=True)) + net.b1[j] for j in units
    ]
    a1 = [f(z) for z in z1]
    z2 = [
        sum(w * a for w, a in zip(net.W2[k], a1, strict=True)) + net.b2[k] for k in outs
    ]
    d2 = [(f(z2[k]) - y[k]) * slope(z2[k]) for k in outs]
    d1 = [sum(net.W2[k][j] * d2[k] for k in outs) * slope(z1[j]) for j in units]
    return Net(
        [[net.W1[j][i] - rate * d1[j] * x[i] for i in range(len(x))] for j in units],
        [net.b1[j] - rate * d1[j] for j in units],
        [[net.W2[k][j] - rate * d2[k] * a1[j] for j in units] for k in outs],
        [net.b2[k] - rate * d2[k] for k in outs],
    )


@settings(max_examples=25)
@given(
    st.integers(1, 6),
    st.integers(1, 6),
    st.integers(1, 5),
    st.lists(st.floats(-1, 1, width=16), min_size=12, max_size=12),
)
def test_the_integer_step_is_the_step_in_fractions_exactly(f, w, divisor, floats):
    precision = Precision(f, w, divisor)
    x = np.array([floats[:2]])
    net = Net(
        np.array(floats[2:6]).reshape(2, 2),
        np.array(floats[6:8]),
        np.array([floats[8:10]]),
        np.array(floats[10:11]),
    )
    y = np.array([floats[11:]])
    X, Y, V = precision.inputs(x), precision.inputs(y), precision.weights(net)
    new = integer_step(X, Y, V, precision)
    slow = slow_fractions(
        [Fraction(v, 2**f) for v in X[0]],
        [Fraction(v, 2**f) for v in Y[0]],
        V.each(lambda p: np.vectorize(lambda v: Fraction(v, 2**w), otypes="O")(p)),
        Fraction(1, divisor),
    )
    for name, part in vars(new).items():
        scale = getattr(precision.scales.new, name)
        expected = np.array(getattr(slow, name), object)
        assert (
            np.array([Fraction(v, scale) for v in part.ravel()]) == expected.ravel()
        ).all()


def test_the_step_goes_along_the_numeric_gradient(net, samples):
    x, y = samples[:1], samples[1:2]

    def loss(flat):
        n = from_pieces(flat, net)
        a1 = q(x @ n.W1.T + n.b1)
        return float(((q(a1 @ n.W2.T + n.b2) - y) ** 2).sum() / 2)

    numeric = central_differences(loss, pieces(net), 1e-5)
    new = real_step(x, y, net, rate=1.0)
    change = pieces(new.each(lambda part: part[0])) - pieces(net)
    np.testing.assert_allclose(change, -numeric, atol=1e-9)


def test_integers_floats_and_the_sigmoid_agree(net, samples, precision):
    X, V = precision.inputs(samples), precision.weights(net)
    new = integer_step(X, X, V, precision)
    exact = new.each(lambda part, s: (part / s).astype(float), precision.scales.new)
    x, net = X / 2**2, V.each(lambda part: part / 2**3)
    x, net = x.astype(float), net.each(lambda part: part.astype(float))
    cubic = real_step(x, x, net, rate=1 / 2)
    smooth = real_step(
        x, x, net, rate=1 / 2, f=sigmoid, slope=lambda z: sigmoid(z) * sigmoid(-z)
    )
    np.testing.assert_allclose(pieces(exact), pieces(cubic), atol=1e-15)
    assert 0 < np.abs(pieces(exact) - pieces(smooth)).max() < 0.01


def test_far_outside_the_range_the_two_steps_part(net, samples):
    wide = net.each(lambda part: 8 * part)
    x = 4 * samples
    cubic = real_step(x, x, wide, rate=1.0)
    smooth = real_step(
        x, x, wide, rate=1.0, f=sigmoid, slope=lambda z: sigmoid(z) * sigmoid(-z)
    )
    assert np.abs(pieces(cubic) - pieces(smooth)).max() > 1


def test_a_batch_adds_the_changes_of_its_samples():
    old = Net(*(np.array([5], object) for _ in range(4)))
    each = old.each(lambda w: np.array([[7], [4]], object))
    assert batch(old, each).W1.tolist() == [5 + 2 - 1]


def test_rounding_is_to_the_nearest_unit_and_ends_are_kept():
    precision = Precision(3, 4)
    assert precision.inputs(np.array([0.06, 0.07, -1.0])).tolist() == [0, 1, -8]


@pytest.mark.parametrize(
    ("arguments", "name"),
    [((0, 4), "input_bits"), ((4, 17), "weight_bits"), ((4, 4, 0), "divisor")],
)
def test_a_precision_out_of_range_is_refused(arguments, name):
    with pytest.raises(ValueError, match=name):
        Precision(*arguments)


def test_numbers_that_are_none_are_refused(net):
    with pytest.raises(ValueError, match="finite"):
        Precision().inputs(np.array([[np.nan]]))
    with pytest.raises(ValueError, match="x must have shape"):
        real_step(np.ones((2, 3)), np.ones((2, 4)), net, rate=1.0)
    with pytest.raises(ValueError, match="hidden"):
        Net.drawn(4, 0, 4, rng=np.random.default_rng(0))
