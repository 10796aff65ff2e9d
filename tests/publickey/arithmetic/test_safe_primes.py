"""Safe primes: of the asked length, and really safe."""

import pytest
from cryptography.hazmat.primitives.asymmetric import dh
from cryptography.utils import CryptographyDeprecationWarning
from phe.util import is_prime

from ppdl_course.publickey.arithmetic import safe_primes
from ppdl_course.publickey.arithmetic.safe_primes import (
    PUBLISHED,
    is_safe_prime,
    safe_prime,
    safe_prime_pair,
)


@pytest.mark.parametrize("bits", [32, 33, 48, 64, 96, 160])
def test_a_safe_prime_has_the_asked_length(engine, bits):
    p = safe_prime(bits)
    assert p >> (bits - 2) == 3  # so that a product has exactly twice the bits
    assert is_prime(p)
    assert is_prime((p - 1) // 2)


def test_two_draws_differ():
    assert safe_prime(64) != safe_prime(64)


def test_safe_primes_are_told_from_others():
    found = [p for p in range(200) if is_safe_prime(p)]
    assert found == [5, 7, 11, 23, 47, 59, 83, 107, 167, 179]  # OEIS A005385


def test_the_sieve_crosses_out_only_what_a_small_prime_divides():
    start = 2**40 + 1
    alive = set(safe_primes._survivors(start).tolist())
    small = [p for p in range(3, 2**16, 2) if is_prime(p)]
    for step in range(400):
        s = start + 2 * step
        divided = any(s % p == 0 or (2 * s + 1) % p == 0 for p in small)
        assert (step in alive) == (not divided)


@pytest.mark.parametrize("bits", sorted(PUBLISHED))
def test_published_pairs_are_safe_and_as_long_as_they_say(bits):
    p, q = PUBLISHED[bits]
    assert is_safe_prime(p)
    assert is_safe_prime(q)
    assert p != q
    assert (p * q).bit_length() == bits


def test_a_fresh_pair_has_the_bits_of_its_product():
    p, q = safe_prime_pair(1024)
    assert (p * q).bit_length() == 1024
    assert p != q
    assert {p, q}.isdisjoint(PUBLISHED[1024])


@pytest.mark.parametrize("bits", [1022, 1025])
def test_short_or_odd_lengths_are_refused(bits):
    with pytest.raises(ValueError, match="bits must be even and at least 1024"):
        safe_prime_pair(bits)


def test_too_few_bits_are_refused():
    with pytest.raises(ValueError, match="bits must be an integer >= 32, got 31"):
        safe_prime(31)


def test_the_librarys_safe_primes_are_deprecated():
    """Why there is a search of our own; see docs/sharp_edges.md."""
    with pytest.warns(CryptographyDeprecationWarning, match="will be removed"):
        p = dh.generate_parameters(2, 512).parameter_numbers().p
    assert is_safe_prime(p)
