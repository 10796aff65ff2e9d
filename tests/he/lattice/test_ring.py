"""Ring arithmetic against a slow loop, Python integers and SEAL's own transform."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ppdl_course.he.lattice.ring import Ring, ntt_primes, ring, slot_order
from ppdl_course.he.seal import residues as seal_read

RING = Ring(16, ntt_primes(16, 31, 2) + ntt_primes(16, 12, 1))
SEEDS = st.integers(0, 2**32 - 1)


def slow_product(a, b):
    n = len(a)
    out = [0] * n
    for i in range(n):
        for j in range(n):
            out[(i + j) % n] += (1 if i + j < n else -1) * int(a[i]) * int(b[j])
    return out


@given(SEEDS)
def test_products_equal_the_slow_loop(seed):
    a, b = np.random.default_rng(seed).integers(-(2**20), 2**20, (2, 16))
    got = RING.integers(RING.multiply(RING.residues(a), RING.residues(b)))
    assert list(got) == slow_product(a, b)


@given(SEEDS)
def test_backward_inverts_forward_at_full_size_of_the_residues(seed):
    a = np.random.default_rng(seed).integers(0, RING.q, (3, 16))
    np.testing.assert_array_equal(RING.backward(RING.forward(a)), a)
    order = np.asfortranarray(a)
    np.testing.assert_array_equal(RING.backward(RING.forward(order)), a)
    stack = np.stack([a, a])
    np.testing.assert_array_equal(RING.forward(stack)[1], RING.forward(a))


@given(st.lists(st.integers(-(2**70), 2**70), min_size=16, max_size=16))
def test_residues_and_integers_are_inverse(coefficients):
    array = np.array(coefficients, dtype=object)
    assert list(RING.integers(RING.residues(array))) == coefficients


@given(SEEDS, st.sampled_from([1, 3, 5, 31]))
def test_automorphism_is_substitution(seed, g):
    a = np.random.default_rng(seed).integers(-50, 50, 16)
    want = [0] * 16
    for i, x in enumerate(a):
        power = i * g % 32
        want[power % 16] += int(x) if power < 16 else -int(x)
    assert list(RING.integers(RING.automorphism(RING.residues(a), g))) == want


@given(SEEDS, st.sampled_from([1, 2, 17, 257]))
def test_division_by_the_last_prime_equals_integer_arithmetic(seed, t):
    rng = np.random.default_rng(seed)
    a = rng.integers(0, RING.q, (3, 16))
    p, smaller = RING.primes[-1], RING.take(2)
    for x, y in zip(
        RING.integers(a), smaller.integers(RING.divide_by_last(a, t=t)), strict=True
    ):
        assert (x - p * y) % t == 0
        assert abs(x - p * y) <= p * (t + 1) // 2


def test_division_rounds_for_t_one():
    a = np.array([RING.primes[-1] * 7 + 3, -RING.primes[-1] * 2 - 1] + [0] * 14)
    got = RING.take(2).integers(RING.divide_by_last(RING.residues(a)))
    assert list(got[:2]) == [7, -2]


def test_x_to_the_3_rotates_slots():
    n = 16
    order = slot_order(n)
    assert sorted(order) == list(range(n))
    exponents = 2 * order + 1
    np.testing.assert_array_equal(
        exponents[: n // 2] * 3 % 32, np.roll(exponents[:8], -1)
    )
    np.testing.assert_array_equal((exponents[:8] + exponents[8:]) % 32, 0)


@settings(max_examples=3, deadline=None)
@given(st.sampled_from([1024, 2048, 4096]))
def test_primes_are_prime_of_their_length_and_one_modulo_2n(n):
    from sympy import isprime

    for q in ntt_primes(n, 25, 3):
        assert isprime(q)
        assert q.bit_length() == 25
        assert q % (2 * n) == 1


def test_the_transform_is_seals_bit_for_bit():
    """SEAL's secret key, stored transformed, comes back ternary under every prime."""
    import tenseal as ts

    context = ts.context(ts.SCHEME_TYPE.CKKS, 4096, coeff_mod_bit_sizes=[30, 24, 30])
    primes = seal_read.primes(context)
    at = ring(4096, tuple(primes))
    key = at.backward(seal_read.secret_key_residues(context).astype(np.int64))
    coefficients = at.integers(key)
    assert set(coefficients) == {-1, 0, 1}


def test_refusals():
    with pytest.raises(ValueError, match="n must be a power of two"):
        Ring(12, [97])
    with pytest.raises(ValueError, match="primes must be below"):
        Ring(16, [101])
    with pytest.raises(ValueError, match="nonempty and different"):
        Ring(16, [97, 97])
    with pytest.raises(ValueError, match=r"bits must be an integer in 2\.\.31"):
        ntt_primes(16, 32, 1)
    with pytest.raises(ValueError, match="count must be at most"):
        ntt_primes(4096, 14, 5)
    with pytest.raises(ValueError, match="g must be odd"):
        RING.automorphism(np.zeros((3, 16), int), 2)
    with pytest.raises(ValueError, match="at least 2 to drop one"):
        RING.take(1).divide_by_last(np.zeros((1, 16), int))
    with pytest.raises(ValueError, match="count must be an integer in"):
        RING.take(4)
    with pytest.raises(ValueError, match="integers must have shape"):
        RING.residues([1, 2])
