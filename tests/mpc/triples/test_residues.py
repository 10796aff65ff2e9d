"""Tests for ppdl_course.mpc.triples.residues."""

import secrets

import numpy as np
import pytest

from ppdl_course.mpc.triples.residues import (
    MODULUS,
    PRIMES,
    N,
    centre,
    decode,
    encode,
    largest_primes,
    pack,
    transform,
    unpack,
)


def test_the_modulus_is_within_the_standards_bound():
    assert len(PRIMES) == len(set(PRIMES))
    assert all(p % (2 * N) == 1 and p < 2**22 for p in PRIMES)
    assert 195 < MODULUS.bit_length() <= 218  # table 1, n = 8,192, ternary, 128 bits


LARGE = largest_primes(4096, 24, 3)


@pytest.mark.parametrize(
    ("p", "n"), [(PRIMES[0], N), (PRIMES[-1], N), (LARGE[0], 4096), (257, 64)]
)
def test_products_of_values_are_products_modulo_x_to_the_n_plus_one(p, n):
    """Sparse polynomials, multiplied term by term in Python's integers."""
    rng = np.random.default_rng(0)
    t = transform(p, n)
    terms = [
        [
            (int(j), int(c))
            for j, c in zip(
                rng.choice(n, 30, replace=False),
                rng.integers(-(p // 2), p // 2, 30),
                strict=True,
            )
        ]
        for _ in range(2)
    ]
    dense = np.zeros((2, n))
    for row, pairs in zip(dense, terms, strict=True):
        for j, c in pairs:
            row[j] = c
    wanted = [0] * n
    for i, c in terms[0]:
        for j, d in terms[1]:
            sign = -1 if i + j >= n else 1
            wanted[(i + j) % n] = (wanted[(i + j) % n] + sign * c * d) % p
    values = t.forward(dense)
    found = t.backward(centre(values[:1] * values[1:], p))[0]
    assert [int(v) % p for v in found] == wanted


@pytest.mark.parametrize(("p", "n"), [(PRIMES[0], N), (LARGE[0], 4096)])
def test_the_transform_of_the_largest_coefficients_stays_exact(p, n):
    x = np.full((2, n), float(p // 2))
    x[1, ::2] *= -1
    back = transform(p, n).backward(transform(p, n).forward(x.copy()))
    assert [int(v) % p for v in back.ravel()] == [int(v) % p for v in x.ravel()]


@pytest.mark.parametrize(
    ("p", "n", "words"),
    [
        (largest_primes(4096, 26, 1)[0], 4096, "p must be below"),
        (257, 100, "n a multiple of 64, got 257 and 100"),
        (8191, 64, "p must be a prime that is 1 modulo 128, got 8191"),
        (129, 64, "p must be a prime that is 1 modulo 128, got 129"),
    ],
)
def test_a_prime_that_would_round_or_has_no_roots_is_refused(p, n, words):
    with pytest.raises(ValueError, match=words):
        transform(p, n)


WORDS = np.array([0, 1, 2**63, 2**63 - 1, 2**64 - 1, 12345], np.uint64)


def test_encoding_rounds_as_python_does():
    for p in PRIMES:
        found = [int(v) % p for v in encode(WORDS, p)]
        nearest = [(MODULUS * v + 2**63) >> 64 for v in WORDS.tolist()]
        # words from 2^63 on may stand for themselves less 2^64: q less, 0 modulo p
        assert found == [v % p for v in nearest]


def test_decoding_rounds_as_python_does():
    values = [
        0,
        1,
        MODULUS - 1,
        MODULUS // 2,
        *(secrets.randbelow(MODULUS) for _ in range(200)),
    ]
    residues = [centre(np.array([v % p for v in values], float), p) for p in PRIMES]
    wanted = [(2**65 * v + MODULUS) // (2 * MODULUS) % 2**64 for v in values]
    # fractions are floats: a value within 2^-40 of a half may go either way
    assert decode(residues).tolist() == wanted


def test_residues_come_back_from_their_bytes():
    p = PRIMES[3]
    x = np.arange(-(p // 2), p // 2, 9973, dtype=float).reshape(1, -1)
    data = pack(x, p)
    assert data.dtype == np.uint8
    assert np.array_equal(unpack(data, p), x)
    with pytest.raises(ValueError, match=f"residues must be below {p}"):
        unpack(np.full((1, 3), 255, np.uint8), p)
