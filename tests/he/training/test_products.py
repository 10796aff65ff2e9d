import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ppdl_course.he.seal.plan import primes_of_size
from ppdl_course.he.training.products import prepared, sum_of_products, times

PRIMES = primes_of_size(16, 28, 3)


def slow(left, right, primes):
    found = np.zeros((3, *left[0].shape[1:]), object)
    for x, y in zip(left, right, strict=True):
        x, y = x.astype(object), y.astype(object)
        found[0] += x[0] * y[0]
        found[1] += x[0] * y[1] + x[1] * y[0]
        found[2] += x[1] * y[1]
    return found % np.array(primes, object)[:, None]


@settings(max_examples=20)
@given(st.integers(1, 200), st.integers(1, 40), st.integers(0, 2**32))
def test_sums_equal_python_integers(terms, n, seed):
    rng = np.random.default_rng(seed)
    q = np.array(PRIMES, np.uint32)[:, None]
    left, right = (
        [rng.integers(0, q, (2, 3, n)).astype(np.uint32) for _ in range(terms)]
        for _ in range(2)
    )
    found = sum_of_products(left, prepared(right), PRIMES)
    assert found.dtype == np.uint32
    assert (found == slow(left, right, PRIMES)).all()


@pytest.mark.parametrize("terms", [63, 64, 65, 128, 129])
def test_the_largest_residues_do_not_carry_at_the_ends_of_a_block(terms):
    whole = np.broadcast_to(
        (np.array(PRIMES, np.uint32) - 1)[None, :, None], (2, 3, 4097)
    )
    found = sum_of_products([whole] * terms, prepared([whole] * terms), PRIMES)
    # (-1) (-1) a term, the middle part twice
    assert (found[0] == terms).all()
    assert (found[1] == 2 * terms).all()
    assert (found[2] == terms).all()


def test_a_number_a_row():
    parts = np.array([[[3, 4], [5, 6]]], np.uint32)
    assert times(parts, [2, 10], [97, 13]).tolist() == [[[6, 8], [11, 8]]]


def test_terms_that_do_not_fit_are_refused():
    one = np.zeros((2, 3, 8), np.uint32)
    with pytest.raises(ValueError, match="as many terms"):
        sum_of_products([], np.zeros((0, 2, 3, 8)), PRIMES)
    with pytest.raises(ValueError, match="as many terms"):
        sum_of_products([one], prepared([one, one]), PRIMES)
    with pytest.raises(ValueError, match="shape"):
        sum_of_products([one], prepared([one[:, :2]]), PRIMES)
    with pytest.raises(ValueError, match="one shape"):
        prepared([one, one[:, :2]])
    with pytest.raises(ValueError, match="one shape"):
        prepared([])
    with pytest.raises(ValueError, match="28 bits"):
        sum_of_products(
            [one[:, :1]], prepared([one[:, :1]]), [primes_of_size(16, 29, 1)[0]]
        )
