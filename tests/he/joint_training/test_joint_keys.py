"""Joint BGV keys: products decrypt with all shares, and with none missing."""

import itertools

import numpy as np
import pytest

from ppdl_course.he.joint_training.joint_keys import (
    KeyShare,
    add_up,
    common_polynomials,
    join_keys,
    open_jointly,
)
from ppdl_course.he.joint_training.residues import down
from ppdl_course.he.lattice import bgv
from ppdl_course.he.lattice.rlwe import Parameters

SIZES = Parameters.of_size(64, levels=5, bits=30, t=257)  # toy size, insecure
SEED = b"known to all"
FLOOD = 50


def keys_of(count, sizes=SIZES, seed=SEED):
    shares = [KeyShare(sizes, seed) for _ in range(count)]
    first = add_up([s.first_round() for s in shares], sizes.key_ring())
    second = [s.second_round(first) for s in shares]
    public = join_keys(sizes, seed, [s.public_share() for s in shares], first, second)
    return shares, bgv.Evaluator(public)


@pytest.fixture(scope="module")
def three():
    return keys_of(3)


def opened(shares, c):
    return open_jointly(SIZES, c, [s.partial(c, FLOOD) for s in shares])


def product(e, x, y):
    return down(e, e.multiply(e.encrypt(x), e.encrypt(y)), 4)


def test_the_worked_example_of_the_system(three):
    shares, e = three
    assert opened(shares, product(e, [1, 2, 3], [10, 20, 30]))[:3].tolist() == [
        10,
        40,
        90,
    ]


@pytest.mark.parametrize("count", [1, 2, 5])
def test_products_of_products_decrypt_for_any_number_of_owners(count):
    shares, e = keys_of(count)
    rng = np.random.default_rng(count)
    x, y, z = rng.integers(-128, 129, (3, 64))
    c = product(e, x, y)
    deep = down(e, e.multiply(c, down(e, e.encrypt(z), 4)), 3)
    wanted = (x * y * z + 128) % 257 - 128
    np.testing.assert_array_equal(opened(shares, deep), wanted)


def test_shares_missing_one_give_garbage(three):
    shares, e = three
    x = np.arange(64)
    c = product(e, x, np.ones(64, dtype=int))
    np.testing.assert_array_equal(opened(shares, c), x)
    for size in (0, 1, 2):
        for some in itertools.combinations(shares, size):
            right = (opened(some, c) == x).sum()
            # a slot is right by chance with probability 1/257: nine of 64 < 1e-10
            assert right < 9


def test_a_stranger_s_share_in_place_of_an_owner_s_gives_garbage(three):
    shares, e = three
    c = product(e, np.arange(64), np.ones(64, dtype=int))
    stranger = KeyShare(SIZES, SEED)
    assert (opened([*shares[:2], stranger], c) == np.arange(64)).sum() < 9


def test_the_phase_of_a_relinearisation_row_is_the_square(three):
    """By definition: b + d s = w s^2 + t e with small e."""
    shares, e = three
    at, p = SIZES.key_ring(), SIZES
    s = at.residues(sum(share._s for share in shares))
    square = at.multiply(s, s)
    for i, row in enumerate(e.keys.relinearisation):
        b, d = at.backward(row)
        wanted = np.zeros_like(square)
        wanted[i] = p.special % p.primes[i] * square[i] % p.primes[i]
        rest = at.integers((b + at.multiply(d, s) - wanted) % at.q)
        assert all(int(v) % p.t == 0 for v in rest)
        assert max(map(abs, rest)) < p.t * 2**16


def test_common_polynomials_depend_on_the_seed_alone():
    a, rows = common_polynomials(SIZES, b"x")
    again, rows_again = common_polynomials(SIZES, b"x")
    other, _ = common_polynomials(SIZES, b"y")
    np.testing.assert_array_equal(a, again)
    np.testing.assert_array_equal(rows, rows_again)
    assert (a != other).mean() > 0.9
    # no polynomial comes twice: the same a for two keys gives differences of secrets
    flat = [tuple(r) for r in (*a, *rows.reshape(-1, SIZES.n))]
    assert len(set(flat)) == len(flat)


def test_a_partial_decryption_is_flooded(three):
    """Two of the same ciphertext differ by multiples of t, as wide as asked for."""
    shares, e = three
    c = product(e, [1], [1])
    at = SIZES.ring(c.level)
    first, second = (shares[0].partial(c, FLOOD) for _ in range(2))
    gap = at.integers((first - second) % at.q)
    assert all(int(v) % SIZES.t == 0 for v in gap)
    assert 2 ** (FLOOD - 3) < max(map(abs, gap)) / SIZES.t < 2**FLOOD


def test_what_an_owner_sends_does_not_add_up_to_its_secret():
    """With u = s the sum f + d would be s w and noise: the secret, for all to read."""
    for i, (f, d) in enumerate(KeyShare(SIZES, SEED).first_round()):
        j = (i + 1) % len(SIZES.primes)  # w is 0 there: only noise would be left
        q = SIZES.primes[j]
        total = (f[j] + d[j]) % q
        assert np.minimum(total, q - total).max() > q // 4
