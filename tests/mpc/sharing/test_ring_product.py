"""Tests for ppdl_course.mpc.sharing.ring_product."""

import subprocess
import sys

import numpy as np
import pytest

from ppdl_course.mpc.sharing.ring_product import (
    MOST_TERMS,
    SMALL,
    limb_product,
    limbs,
    ring_product,
)

WORST = (2**21 - 1) | (2**20 - 1) << 22 | (2**20 - 1) << 43
EDGES = (0, 1, 2**63, 2**64 - 1, 2**21, 2**21 - 1, 2**42, 2**43 - 1, WORST)


def exact(a, b):
    """Python's integers, reduced at the end."""
    rows, columns = a.tolist(), b.T.tolist()
    return [
        [
            sum(x * y for x, y in zip(row, column, strict=True)) % 2**64
            for column in columns
        ]
        for row in rows
    ]


@pytest.mark.parametrize("inner", [1, 7, MOST_TERMS, MOST_TERMS + 1])
@pytest.mark.parametrize("columns", [1, 4, 5, 9])
def test_random_matrices_multiply_as_python_integers(inner, columns):
    rng = np.random.default_rng(inner + columns)
    a = rng.integers(0, 2**64, (3, inner), np.uint64)
    b = rng.integers(0, 2**64, (inner, columns), np.uint64)
    turned = np.ascontiguousarray(a.T).T
    for product in (ring_product, limb_product):
        assert product(a, b).tolist() == exact(a, b)
        assert product(turned, b).tolist() == exact(a, b)


@pytest.mark.parametrize("x", EDGES)
def test_edges_of_limbs_stay_exact_over_the_longest_sum(x):
    """Sums of the largest limbs of both signs come nearest to 2^53."""
    for y in EDGES:
        a = np.full((2, MOST_TERMS), x, np.uint64)
        a[1] = (-x) % 2**64
        b = np.full((MOST_TERMS, 5), y, np.uint64)
        b[:, 1] = (-y) % 2**64
        assert limb_product(a, b).tolist() == exact(a, b)


def test_limbs_rebuild_the_number_and_keep_their_bounds():
    rng = np.random.default_rng(0)
    words = np.concatenate(
        [np.array(EDGES, np.uint64), rng.integers(0, 2**64, 991, np.uint64)]
    ).reshape(10, 100)
    parts = limbs(words)
    assert np.abs(parts[0]).max() <= 2**21
    assert np.abs(parts[1:]).max() <= 2**20
    for word, (low, middle, high) in zip(
        words.ravel().tolist(), parts.reshape(3, -1).T.tolist(), strict=True
    ):
        assert (int(low) + (int(middle) << 22) + (int(high) << 43) - word) % 2**64 == 0


@pytest.mark.parametrize("turn", [False, True])
def test_large_products_and_those_of_transposes_agree_with_numpy(turn):
    """Past SMALL, where torch multiplies; numpy's wrapping loop is the oracle."""
    rng = np.random.default_rng(2)
    a, b = (rng.integers(0, 2**64, s, np.uint64) for s in ((70, 80), (80, 90)))
    assert a.size * 90 > SMALL
    a[0], b[:, 0] = 2**63, 2**64 - 1
    wanted = a @ b
    if turn:
        a, b = np.asfortranarray(a), np.asfortranarray(b)
    for product in (ring_product, limb_product):
        assert np.array_equal(product(a, b), wanted)
        assert np.array_equal(product(a[::2], b[:, ::3]), wanted[::2, ::3])
    a.flags.writeable = False
    assert np.array_equal(ring_product(a, b), wanted)


def test_small_products_do_not_load_torch():
    code = (
        "import sys, numpy as np; "
        "from ppdl_course.mpc.sharing.ring_product import ring_product; "
        "a = np.ones((30, 30), np.uint64); ring_product(a, a); "
        "print('torch' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize(
    ("a", "b", "message"),
    [
        (np.zeros((2, 3)), np.zeros((3, 2), np.uint64), "a must have dtype uint64"),
        (
            np.zeros((2, 3), np.uint64),
            np.zeros((2, 2), np.uint64),
            "b must have 3 rows",
        ),
        (np.zeros(3, np.uint64), np.zeros((3, 2), np.uint64), "a must be a matrix"),
    ],
)
def test_other_shapes_and_dtypes_are_refused(a, b, message):
    for product in (ring_product, limb_product):
        with pytest.raises(ValueError, match=message):
            product(a, b)
