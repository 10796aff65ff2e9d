"""Column sums against plain integers, and their price."""

from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ppdl_course.mpc.circuits.builder import ONE, ZERO, Builder
from ppdl_course.mpc.circuits.circuit import to_bits
from ppdl_course.mpc.circuits.dot_product import (
    column_sum,
    default_drop,
    dot_circuit,
    dot_plain,
    dot_product,
    left_out_mean,
    multiply_rounded,
    partial_products,
)
from ppdl_course.mpc.circuits.exhaustive import signed

EDGES = [-32768, -32767, -4096, -1, 0, 1, 2, 4095, 4096, 32767]


def bits(words, width=16):
    """Words, shape (n, k), as input bits, shape (k * width, n)."""
    spread = np.asarray(words)[:, :, None] >> np.arange(width) & 1
    return spread.reshape(len(words), -1).T.astype(bool)


def run(circuit, x, w, width=16):
    return signed(circuit.evaluate(np.concatenate([bits(x, width), bits(w, width)])))


def wrapped(number, width=16):
    half = 1 << (width - 1)
    return (number + half) % (2 * half) - half


def exact(x, w, fraction_bits=12, width=16):
    """Python's own integers, rounded half up, modulo 2^n."""
    totals = [
        sum(int(a) * int(c) for a, c in zip(*row, strict=True))
        for row in zip(x, w, strict=True)
    ]
    half = 1 << fraction_bits >> 1
    return [wrapped((t + half) >> fraction_bits, width) for t in totals]


def test_products_of_edge_words_are_exact():
    pairs = np.array(list(product(EDGES, EDGES)))
    x, w = pairs[:, :1], pairs[:, 1:]
    assert run(dot_circuit(1, drop=0), x, w).tolist() == exact(x, w)


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 5), st.integers(2, 9), st.data())
def test_any_width_and_point_is_exact_without_left_out_columns(terms, width, data):
    fraction = data.draw(st.integers(0, width - 1))
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32)))
    x, w = rng.integers(-(1 << (width - 1)), 1 << (width - 1), (2, 20, terms))
    circuit = dot_circuit(terms, width=width, fraction_bits=fraction, drop=0)
    assert run(circuit, x, w, width).tolist() == exact(x, w, fraction, width)


def test_left_out_columns_are_what_the_plain_sum_leaves_out():
    rng = np.random.default_rng(1)
    x, w = rng.integers(-32768, 32768, (2, 400, 7))
    got = run(dot_circuit(7), x, w)
    drop = default_drop(12)
    low = sum(  # bit by bit, as the columns are defined
        (x[:, k] >> i & 1) * (w[:, k] >> j & 1) << (i + j)
        for k in range(7)
        for i in range(drop)
        for j in range(drop - i)
    )
    kept = (x * w).sum(axis=1) - low
    assert np.array_equal(
        kept, [dot_plain(x[i : i + 1], w[i : i + 1], drop=9)[0, 0] for i in range(400)]
    )
    mean = left_out_mean(7, drop) >> drop << drop
    assert got.tolist() == [wrapped((int(t) + mean + 2048) >> 12) for t in kept]


def test_the_constant_is_the_mean_of_what_is_left_out():
    rng = np.random.default_rng(2)
    x, w = rng.integers(0, 1 << 9, (2, 200_000))
    left_out = np.zeros(len(x), np.int64)
    for i in range(9):
        left_out += (x >> i & 1) * (w & ((1 << (9 - i)) - 1)) << i
    assert left_out.mean() == pytest.approx(left_out_mean(1, 9), rel=0.01)


def test_a_dense_term_costs_at_most_405_ands_and_a_product_480():
    assert dot_circuit(64).and_gates <= 405 * 64
    assert dot_circuit(1, drop=0).and_gates <= 480


def test_constants_fold_and_a_word_without_sign_is_cheaper():
    b = Builder()
    x = [*b.input(15), ZERO]
    three = [ONE, ONE, *[ZERO] * 14]
    circuit = b.build(multiply_rounded(b, x, three, fraction_bits=0))
    assert circuit.compute(1000) == 3000
    assert circuit.and_gates < 16


@given(st.lists(st.integers(0, 5), min_size=1, max_size=6), st.integers(-99, 99))
def test_columns_add_up_modulo_their_number(sizes, number):
    b = Builder()
    wires = b.input(sum(sizes) + 1)
    cuts = np.cumsum([0, *sizes])
    columns = [wires[i:j] for i, j in pairwise(cuts)]
    circuit = b.build([*column_sum(b, columns, number), wires[-1]])
    value = int(np.random.default_rng(sum(sizes)).integers(0, 1 << (sum(sizes) + 1)))
    ones = to_bits(value, len(wires))
    want = number + sum(
        int(ones[wire]) << k for k, column in enumerate(columns) for wire in column
    )
    assert circuit.compute(value) & ((1 << len(sizes)) - 1) == want % (1 << len(sizes))


def test_bad_words_and_places_are_refused():
    b = Builder()
    x, w = b.input(8), b.input(8)
    with pytest.raises(ValueError, match="equally many, got 0"):
        dot_product(b, [], [], fraction_bits=0)
    with pytest.raises(ValueError, match="words must all have 8 bits"):
        dot_product(b, [x], [w[:4]], fraction_bits=4)
    with pytest.raises(ValueError, match=r"fraction_bits must be an integer in 0\.\.7"):
        dot_product(b, [x], [w], fraction_bits=8)
    with pytest.raises(ValueError, match=r"drop must be an integer in 0\.\.4, got 5"):
        dot_product(b, [x], [w], fraction_bits=4, drop=5)
    with pytest.raises(ValueError, match=r"drop must be an integer in 0\.\.7"):
        partial_products(b, x, w, [[]], 9)
    with pytest.raises(ValueError, match="terms must be an integer >= 1, got 0"):
        dot_circuit(0)
