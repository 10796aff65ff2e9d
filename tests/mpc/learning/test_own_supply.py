"""Tests for ppdl_course.mpc.learning.own_supply: material without a dealer."""

import numpy as np
import pytest

from ppdl_course.mpc.learning import network, regression
from ppdl_course.mpc.learning.fixed_point import FixedPoint
from ppdl_course.mpc.learning.material import (
    Choices,
    Choosing,
    Mask,
    Product,
    Side,
    Signs,
    Triple,
)
from ppdl_course.mpc.learning.nonlinear import relu
from ppdl_course.mpc.learning.own_supply import OwnSupply
from ppdl_course.mpc.learning.session import without_dealer

FIXED = FixedPoint()


def material(*requests, method="ot"):
    """Both servers' shares of some requests."""
    session = without_dealer(
        lambda server: [server.supply.take(r) for r in requests], method=method
    )
    return list(zip(*session.results, strict=True))


@pytest.mark.parametrize("method", ["ot", "rlwe"])
@pytest.mark.parametrize("shape", [(2, 5, 3), (4, 3, 1)])
def test_products_of_masks_are_products_of_what_both_drew(method, shape):
    m, k, n = shape
    found = material(
        Mask("X", (m, k)),
        Mask("W", (k, n)),
        Product(Side("X"), Side("W")),
        Product(Side("X", (1, 0), True), Side("X", (0, 1))),
        method=method,
    )
    u, v, z, square = ((a[0] + b[0]).astype(object) for a, b in found)
    rows = u[[1, 0]].T @ u[[0, 1]]
    for exact, got in ((u @ v, z), (rows, square)):
        assert got.tolist() == [[int(x) % 2**64 for x in row] for row in exact]


def test_triples_bits_and_their_products_are_right():
    found = material(Triple((2, 3)), Choices("r", 70), Choosing("r", 70))
    (t0, t1), (c0, c1), (p0, p1) = found
    u, v, w = (a + b for a, b in zip(t0, t1, strict=True))
    assert np.array_equal(u * v, w)
    packed, words = c0[0] ^ c1[0], c0[1] + c1[1]
    bits = np.unpackbits(packed.view(np.uint8), bitorder="little")[:70]
    assert np.array_equal(bits, words)
    assert set(bits) == {0, 1}
    assert np.array_equal(words * (p0[0] + p1[0]), p0[1] + p1[1])


def test_triples_of_a_comparison_are_right():
    ((first, second),) = material(Signs(100, 32))
    levels = (len(first) - 2) // 3
    leaf_c = first[2 * levels + 1] ^ second[2 * levels + 1]
    assert np.array_equal(leaf_c, first[0] & second[0])
    for k in range(levels):
        a, b = (first[i] ^ second[i] for i in (2 * k + 1, 2 * k + 2))
        i = 2 * levels + 2 + k
        assert np.array_equal(first[i] ^ second[i], a & b)


def test_a_relu_without_a_dealer():
    x = np.array([5, -5, 0, 2**31 - 1, -(2**31)])
    session = without_dealer(lambda s, v: relu(s, v)[0], x.view(np.uint64))
    assert session.total.view(np.int64).tolist() == [5, 0, 0, 2**31 - 1, 0]


def test_a_logistic_step_without_a_dealer():
    rng = np.random.default_rng(0)
    x, y, w = (
        rng.normal(size=(6, 4)),
        rng.integers(0, 2, (6, 1)),
        rng.normal(size=(4, 1)),
    )
    plan = regression.RegressionPlan(6, 4, ((0, 2, 4), (1, 3, 5)), 3)
    session = without_dealer(
        lambda server, *shares: regression.train(server, plan, *shares),
        *(FIXED.encode(v) for v in (x, y, w)),
    )
    for rows in ([0, 2, 4], [1, 3, 5]):
        p = np.clip(x[rows] @ w + 0.5, 0, 1)
        w = w - x[rows].T @ (p - y[rows]) / 8
    assert np.abs(FIXED.decode(session.total) - w).max() < 0.002


def test_a_network_step_without_a_dealer():
    rng = np.random.default_rng(1)
    plan = network.NetworkPlan((3, 4, 2), 5, ((0, 1, 2, 3, 4),), 3)
    x, y = rng.normal(size=(5, 3)), rng.normal(size=(5, 2))
    w = [rng.normal(size=shape) for shape in plan.shapes]
    session = without_dealer(
        lambda server, *shares: network.train(server, plan, *shares),
        FIXED.encode(x),
        FIXED.encode(y),
        [FIXED.encode(v) for v in w],
    )
    a = np.maximum(x @ w[0], 0)
    d = a @ w[1] - y
    first = w[0] - x.T @ ((d @ w[1].T) * (a > 0)) / 8
    second = w[1] - a.T @ d / 8
    for got, wanted in zip(session.total, (first, second), strict=True):
        assert np.abs(FIXED.decode(got) - wanted).max() < 0.002


def test_an_unknown_method_is_refused():
    with pytest.raises(ValueError, match="method must be 'ot' or 'rlwe', got 'he'"):
        OwnSupply(None, 0, "he")
