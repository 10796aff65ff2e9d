"""BCP: user and master agree, the wrong keys do not, and keys are switched."""

import math
from itertools import chain, count

import phe
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ppdl_course.publickey.arithmetic.safe_primes import PUBLISHED
from ppdl_course.publickey.arithmetic.squared_modulus import Factors, Parameters
from ppdl_course.publickey.bcp import MasterSecret
from ppdl_course.publickey.paired import UserSecret
from ppdl_course.publickey.two_trapdoors import StrongSecret

P, Q = PUBLISHED[256]  # toy size, insecure
N = P * Q
HALF = (N - 1) // 2
MASTER = MasterSecret.from_primes(P, Q)
USERS = [UserSecret.generate(MASTER.parameters) for _ in range(2)]
FEW = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@FEW
@given(st.one_of(st.sampled_from([0, 1, -1, HALF, -HALF]), st.integers(-HALF, HALF)))
def test_user_and_master_decryption_agree(engine, m):
    for user in USERS:
        c = user.public.encrypt(m)
        assert user.decrypt(c) == MASTER.decrypt(c) == m
        assert MASTER.decrypt((c + c) * -2 + 3) == (-4 * m + 3 + HALF) % N - HALF


@FEW
@given(st.integers(-HALF, HALF), st.integers(1, 2**600))
def test_full_length_secrets_agree_too(engine, m, x):
    """A secret beyond N, of which the master learns only its remainder."""
    user = UserSecret.generate(MASTER.parameters, x=x)
    assert MASTER.decrypt(user.public.encrypt(m)) == m


def paper_master(pair, h, n, g, p, q):
    """Section 3.2 of the paper, line by line, with lambda = p' q' and plain powers."""
    square, lam = n * n, (p - 1) // 2 * ((q - 1) // 2)

    def over_k(x):
        return (pow(x, lam, square) - 1) // n * pow(k, -1, n) % n

    k = (pow(g, lam, square) - 1) // n
    a, r = over_k(h), over_k(pair[0])
    gamma = a * r % n
    opened = pow(pair[1] * pow(g, -gamma, square), lam, square)
    return (opened - 1) // n * pow(lam, -1, n) % n


@FEW
@given(st.integers(0, N - 1))
def test_the_master_computes_what_the_papers_formula_says(engine, m):
    public, g = USERS[0].public, MASTER.parameters.g
    pair = public.raw_encrypt(m)
    assert MASTER.raw_decrypt(public, pair) == m
    assert paper_master(pair, public.h, N, g, P, Q) == m


@FEW
@given(st.integers(0, N - 1))
def test_b_alone_is_paillier_for_who_knows_the_mask(m):
    """phe as an oracle: b / h^r = 1 + m N is a Paillier ciphertext."""
    private = phe.PaillierPrivateKey(phe.PaillierPublicKey(N), P, Q)
    _, b = USERS[0].public.raw_encrypt(m, r=1234567)
    plain = b * pow(USERS[0].public.h, -1234567, N**2) % N**2
    assert private.raw_decrypt(plain) == m


def test_the_master_with_another_users_key_gets_a_number_that_is_wrong():
    for m in (0, 5, 12345):
        wrong = MASTER.raw_decrypt(USERS[1].public, USERS[0].public.raw_encrypt(m))
        assert 0 <= wrong < N
        assert wrong != m


def test_a_user_with_the_wrong_secret_notices():
    c = USERS[0].public.encrypt(5)
    with pytest.raises(ValueError, match="not encrypted under this key"):
        USERS[1].raw_decrypt(c.pair)


def test_a_switched_key_opens_for_the_other_user():
    c = MASTER.switch(USERS[0].public.encrypt(-77), USERS[1].public)
    assert USERS[1].decrypt(c) == -77
    with pytest.raises(ValueError, match="under another public key"):
        USERS[0].decrypt(c)


def test_a_blinded_switch_shows_the_master_the_sum_only():
    mask = 2**200 + 9
    seen = USERS[0].public.encrypt(-77) + mask
    assert MASTER.decrypt(seen) == mask - 77
    assert USERS[1].decrypt(MASTER.switch(seen, USERS[1].public) - mask) == -77


def test_the_master_reads_a_short_secret_itself():
    """What the module says of short exponents, here below N."""
    user = UserSecret.generate(MASTER.parameters, x=2**200 + 3)
    log = MASTER.factors.log
    k = log(MASTER.parameters.g)
    assert log(user.public.h) * pow(k, -1, N) % N == user.x


def test_keys_of_another_modulus_are_refused():
    foreign = UserSecret.generate(MasterSecret.from_primes(*PUBLISHED[512]).parameters)
    mine = USERS[0].public.encrypt(5)
    with pytest.raises(ValueError, match="public must be a key of this N and g"):
        MASTER.decrypt(foreign.public.encrypt(5))
    with pytest.raises(ValueError, match="to must be a key of this N and g"):
        MASTER.switch(mine, foreign.public)
    with pytest.raises(ValueError, match="factors must be the primes of N"):
        MasterSecret(MASTER.parameters, Factors(*PUBLISHED[512]))


def test_the_base_of_the_other_scheme_serves_no_master():
    """g of DT-PKC has no part of order N: its logarithm is 0."""
    parameters = StrongSecret.from_primes(P, Q).parameters
    with pytest.raises(ValueError, match="g must have an order that N divides"):
        MasterSecret(parameters, Factors(P, Q))


@pytest.mark.parametrize("part", [0, 1])
@pytest.mark.parametrize("entry", [0, N**2, P, 1, N**2 - 1, 1 + N])
def test_the_master_decrypts_nothing_that_is_no_ciphertext(part, entry):
    pair = list(USERS[0].public.raw_encrypt(3))
    pair[part] = entry
    with pytest.raises(ValueError, match=f"{'ab'[part]} must"):
        MASTER.raw_decrypt(USERS[0].public, tuple(pair))


def test_g_is_a_square_of_full_order_and_drawn_until_it_is():
    n = 23 * 59
    draws = chain([22, 0, n * n - 2], count(7))
    master = MasterSecret.from_primes(23, 59, randbelow=lambda _: next(draws))
    g, order, x = master.parameters.g, 1, master.parameters.g
    while x != 1:
        order, x = order + 1, x * g % n**2
    assert order == n * 11 * 29
    assert math.isqrt(g) ** 2 == g  # a small square, not reduced


def test_the_primes_are_not_shown():
    assert str(P) not in repr(MASTER)
    assert str(Q) not in repr(MASTER)


def test_a_fresh_key_has_its_bits_and_works():
    master = MasterSecret.generate(1024)
    assert master.parameters.n.bit_length() == 1024
    user = UserSecret.generate(master.parameters)
    assert master.decrypt(user.public.encrypt(-12)) == -12


def test_parameters_made_elsewhere_are_the_same_key():
    same = Parameters(N, MASTER.parameters.g)
    user = UserSecret.generate(same)
    assert MASTER.decrypt(user.public.encrypt(4)) == 4
