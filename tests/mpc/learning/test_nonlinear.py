"""Tests for ppdl_course.mpc.learning.nonlinear."""

from fractions import Fraction

import numpy as np
import pytest

from ppdl_course.mpc.learning.fixed_point import FixedPoint
from ppdl_course.mpc.learning.material import Choosing, ands_for
from ppdl_course.mpc.learning.nonlinear import (
    piecewise_sigmoid,
    relu,
    relu_requests,
    select_again,
    sigmoid_requests,
)
from ppdl_course.mpc.learning.session import together
from ppdl_course.parties.views import FALSE_ALARM, samples_needed, uniform_p_value

EDGES = [0, 1, -1, 2**31 - 1, -(2**31), 2**30, -(2**30), 64, -64]


def numbers(count, bits=31):
    rng = np.random.default_rng(count)
    x = rng.integers(-(2**bits), 2**bits, count)
    x[: len(EDGES)] = EDGES[:count]
    return x


def both(server, x):
    value, bits = relu(server, x)
    return value, bits.words(server)


@pytest.mark.parametrize("count", [1, 64, 100])
def test_relu_and_its_bits_are_those_of_plain_integers(count):
    x = numbers(count)
    session = together(both, relu_requests(count), x.view(np.uint64))
    value, bits = session.total
    assert value.view(np.int64).tolist() == [max(v, 0) for v in x.tolist()]
    assert bits.tolist() == [int(v >= 0) for v in x.tolist()]
    assert session.rounds == 7


@pytest.mark.parametrize("width", [3, 8, 17, 64])
def test_other_widths_compare_as_well(width):
    bound = 2 ** (width - 1)
    rng = np.random.default_rng(width)
    x = rng.integers(-bound, bound, 70)
    x[:2] = -bound, bound - 1
    fixed = FixedPoint(1, width)
    plan = relu_requests(70, width)
    value, _ = together(both, plan, x.view(np.uint64), fixed=fixed).total
    assert value.view(np.int64).tolist() == [max(v, 0) for v in x.tolist()]


def test_beyond_the_bound_the_sign_is_silently_wrong():
    x = np.array([2**31, -(2**31) - 1])
    _, bits = together(both, relu_requests(2), x.view(np.uint64)).total
    assert bits.tolist() == [0, 1]


def test_the_bits_of_a_relu_choose_among_other_numbers():
    x, y = numbers(50), np.arange(50) - 7
    plan = [*relu_requests(50), Choosing("relu", 50)]

    def program(server, x, y):
        _, bits = relu(server, x)
        return select_again(server, bits, y)

    total = together(program, plan, x.view(np.uint64), y.view(np.uint64)).total
    wanted = [b if a >= 0 else 0 for a, b in zip(x.tolist(), y.tolist(), strict=True)]
    assert total.view(np.int64).tolist() == wanted


def test_the_piecewise_sigmoid_is_exact_in_fixed_point():
    fixed = FixedPoint()
    u = np.concatenate([np.linspace(-3, 3, 301), [0.5, -0.5, 1000, -1000]])
    got = together(piecewise_sigmoid, sigmoid_requests(len(u)), fixed.encode(u)).total
    for value, word in zip(
        fixed.encode(u).view(np.int64).tolist(), got.tolist(), strict=True
    ):
        exact = min(max(Fraction(value, 2**13) + Fraction(1, 2), 0), 1)
        assert Fraction(word, 2**13) == exact


def test_a_comparison_costs_86_ands_and_opens_few_bytes():
    assert ands_for(32) == 86
    count = 64_000
    x = np.random.default_rng(0).integers(-(2**31), 2**31, count)
    session = together(both, relu_requests(count), x.view(np.uint64), keep_bodies=False)
    assert session.bytes / count < 54


def test_everything_opened_in_a_relu_is_uniform():
    """The low six bits of each word that crosses, for three values of the data."""
    alarm = FALSE_ALARM / (3 * 7)
    need = samples_needed(0.5, 64, false_alarm=alarm)
    for value in (0, -1, 2**30):
        # a plane holds 64 numbers a word; the highest level has one plane
        count = 64 * need
        x = np.full(count, value).view(np.uint64)
        session = together(both, relu_requests(count), x)
        seen = [m for m in session.online if m.sender == "server 1"]
        assert len(seen) == 7
        for message in seen:
            opened = np.concatenate([a.ravel() for a in message.payload])
            cells = (opened & np.uint64(63)).astype(int)
            assert uniform_p_value(cells, 64) > alarm
