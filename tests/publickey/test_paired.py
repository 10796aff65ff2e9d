"""Pairs modulo N^2: sums, factors, rerandomising, joint keys, and what is refused."""

import math
from dataclasses import FrozenInstanceError

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ppdl_course.publickey.arithmetic.safe_primes import PUBLISHED
from ppdl_course.publickey.arithmetic.squared_modulus import Factors, Parameters
from ppdl_course.publickey.bcp import MasterSecret
from ppdl_course.publickey.paired import PublicKey, UserSecret, joint_key
from ppdl_course.publickey.two_trapdoors import StrongSecret

P, Q = PUBLISHED[256]  # toy size, insecure
N = P * Q
HALF = (N - 1) // 2
PARAMETERS = {
    "BCP": MasterSecret.from_primes(P, Q).parameters,
    "DT-PKC": StrongSecret.from_primes(P, Q).parameters,
}
ENDS = (0, 1, -1, HALF, -HALF)
SIGNED = st.one_of(st.sampled_from(ENDS), st.integers(-HALF, HALF))
FEW = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
"""Engine and keys are the same for all examples of a run."""


@pytest.fixture(params=sorted(PARAMETERS))
def secret(request):
    return UserSecret.generate(PARAMETERS[request.param])


def centred(x):
    return (x + HALF) % N - HALF


def slow_encrypt(public, m, r):
    """The definition, with products instead of powers."""
    a = b = 1
    for _ in range(r):
        a = a * public.parameters.g % N**2
        b = b * public.h % N**2
    for _ in range(m):
        b = b * (1 + N) % N**2
    return a, b


def slow_decrypt(secret, pair):
    """Try every small message."""
    mask = pow(pair[0], secret.x, N**2)
    for m in range(200):
        if mask * pow(1 + N, m, N**2) % N**2 == pair[1]:
            return m
    raise AssertionError("no message below 200")


@pytest.mark.parametrize("prepared", [False, True])
@pytest.mark.parametrize(("m", "r"), [(0, 1), (1, 2), (17, 77), (199, 200)])
def test_encryption_is_its_definition(engine, secret, prepared, m, r):
    public = secret.public.prepare(window=4) if prepared else secret.public
    pair = public.raw_encrypt(m, r=r)
    assert pair == slow_encrypt(public, m, r)
    assert slow_decrypt(secret, pair) == secret.raw_decrypt(pair) == m
    assert {type(x) for x in pair} == {int}


@FEW
@given(SIGNED, SIGNED, SIGNED)
def test_sums_and_known_factors_are_those_of_the_messages(engine, secret, x, y, k):
    public = secret.public
    c, d = public.encrypt(x), public.encrypt(y)
    assert secret.decrypt(c) == x
    assert secret.decrypt(c + d) == centred(x + y)
    assert secret.decrypt(c - d.rerandomised()) == centred(x - y)
    assert secret.decrypt(c + k) == secret.decrypt(k + c) == centred(x + k)
    assert secret.decrypt(c - k) == centred(x - k)
    assert secret.decrypt(k - c) == centred(k - x)
    assert secret.decrypt(c * k) == secret.decrypt(k * c) == centred(x * k)
    assert secret.decrypt(-c) == -x


def test_numpys_integers_count_as_pythons(secret):
    c = secret.public.encrypt(np.int64(2**62))
    known = np.uint64(5)
    assert secret.decrypt((c - known) * np.int8(-3) + known) == -3 * (2**62 - 5) + 5


def test_two_encryptions_and_a_rerandomised_one_are_three_pairs(secret):
    public = secret.public
    pairs = [public.encrypt(5).pair, public.encrypt(5).pair]
    pairs.append(public.ciphertext(pairs[0]).rerandomised().pair)
    assert len({x for pair in pairs for x in pair}) == 6
    assert [secret.raw_decrypt(pair) for pair in pairs] == [5, 5, 5]


def test_a_factor_of_zero_is_a_fresh_encryption_and_not_one_and_one(secret):
    c = secret.public.encrypt(9) * 0
    assert c.pair != (1, 1)
    assert secret.decrypt(c) == 0


def test_the_joint_key_opens_with_the_sum_of_the_secrets(secret):
    parameters = secret.public.parameters
    others = [UserSecret.generate(parameters) for _ in range(2)]
    together = joint_key([s.public for s in (secret, *others)])
    whole = UserSecret(together, secret.x + sum(s.x for s in others))
    c = together.encrypt(21) * 2
    assert whole.decrypt(c) == 42
    for one in (secret, *others):
        with pytest.raises(ValueError, match="not encrypted under this key"):
            one.raw_decrypt(c.pair)
        with pytest.raises(ValueError, match="under another public key"):
            one.decrypt(c)


def test_a_changed_sign_does_not_tell_whether_the_secret_is_even(secret):
    parameters = secret.public.parameters
    for x in (1000, 1001):
        one = UserSecret.generate(parameters, x=x)
        a, b = one.public.raw_encrypt(7)
        assert one.raw_decrypt((parameters.n_squared - a, b)) == 7


def test_a_made_up_pair_gives_the_key_away_to_who_hears_the_answer(secret):
    """What the module says is not protected."""
    one = UserSecret.generate(secret.public.parameters, x=123456789)
    a, b = one.public.raw_encrypt(7)
    heard = one.raw_decrypt((a * (1 + N) % N**2, b))
    assert (7 - heard) % N == one.x


def test_a_secret_is_not_shown_and_not_changed(secret):
    assert str(secret.x) not in repr(secret)
    assert str(P) not in repr(MasterSecret.from_primes(P, Q).factors)
    with pytest.raises(FrozenInstanceError):
        secret.x = 3


def test_no_object_holds_more_than_its_party_may(secret):
    fields = set(vars(secret.public)) | set(vars(secret.public.parameters))
    assert fields == {"parameters", "h", "n", "g", "n_squared", *LAYOUT}
    assert set(vars(secret)) == {"public", "x"}


LAYOUT = ("exponent_bits", "_tables")


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        (0, r"must be in \(0, N\*\*2\), got 0"),
        (-5, r"must be in \(0, N\*\*2\), got -5"),
        (N**2, r"must be in \(0, N\*\*2\)"),
        (N**2 + 1, r"must be in \(0, N\*\*2\)"),
        (P, "must be coprime to N"),
        (7 * Q * Q, "must be coprime to N"),
        (N, "must be coprime to N"),
        (1, "must not be of small order"),
        (N**2 - 1, "must not be of small order"),
        (1 + 5 * N, "must not be of small order"),
        (N - 1, "must not be of small order"),
        ("7", "must be an integer, got '7'"),
    ],
)
@pytest.mark.parametrize("part", [0, 1])
def test_what_is_no_ciphertext_is_named_and_not_decrypted(secret, part, entry, says):
    pair = list(secret.public.raw_encrypt(3))
    pair[part] = entry
    name = "ab"[part]
    for refuses in (secret.raw_decrypt, secret.public.ciphertext):
        with pytest.raises(ValueError, match=f"{name} {says}"):
            refuses(tuple(pair))


@pytest.mark.parametrize("pair", [(3,), (3, 4, 5), 7, "ab", None])
def test_what_is_no_pair_is_refused(secret, pair):
    with pytest.raises(ValueError, match=r"pair must be two integers \(a, b\)"):
        secret.raw_decrypt(pair)


def test_one_bad_entry_of_a_list_is_found_whereever_it_stands(secret):
    parameters = secret.public.parameters
    good = [x for _ in range(5) for x in secret.public.raw_encrypt(1)]
    parameters.require_elements(batch=good)
    parameters.require_elements(batch=[])
    for place in range(len(good) + 1):
        with pytest.raises(ValueError, match="batch must be coprime to N"):
            parameters.require_elements(batch=[*good[:place], 3 * P, *good[place:]])


@pytest.mark.parametrize("m", [HALF + 1, -HALF - 1, N, 2**300])
def test_a_message_out_of_range_is_refused(secret, m):
    c = secret.public.encrypt(1)
    for name, refuses in [
        ("m", secret.public.encrypt),
        ("summand", c.__add__),
        ("factor", c.__mul__),
    ]:
        with pytest.raises(ValueError, match=rf"{name} must be within \+-\(N - 1\)"):
            refuses(m)


@pytest.mark.parametrize("m", [-1, N])
def test_a_residue_out_of_range_is_refused(secret, m):
    with pytest.raises(ValueError, match=r"m must be in \[0, N\)"):
        secret.public.raw_encrypt(m)


def test_randomness_of_zero_is_refused_since_it_hides_nothing(secret):
    with pytest.raises(ValueError, match="r must be positive, got 0"):
        secret.public.raw_encrypt(3, r=0)


def test_floats_and_words_are_no_messages(secret):
    for m in (1.5, "3", None):
        with pytest.raises(ValueError, match="m must be an integer"):
            secret.public.encrypt(m)
    with pytest.raises(ValueError, match="factor must be an integer"):
        secret.public.encrypt(1) * secret.public.encrypt(2)


def test_ciphertexts_of_two_users_do_not_add(secret):
    other = UserSecret.generate(secret.public.parameters)
    with pytest.raises(ValueError, match="under the same public key"):
        secret.public.encrypt(1) + other.public.encrypt(2)


def test_keys_of_another_modulus_do_not_join(secret):
    foreign = StrongSecret.from_primes(*PUBLISHED[512]).parameters
    with pytest.raises(ValueError, match="keys must share N and g"):
        joint_key([secret.public, UserSecret.generate(foreign).public])
    with pytest.raises(ValueError, match="at least one"):
        joint_key([])


def test_a_secret_of_another_key_is_refused(secret):
    with pytest.raises(ValueError, match="x must be the exponent of h"):
        UserSecret(secret.public, secret.x + 1)


@pytest.mark.parametrize("h", [1, N**2 - 1, 0, P, 1 + N])
def test_a_public_key_of_small_order_is_refused(secret, h):
    with pytest.raises(ValueError, match="h must"):
        PublicKey(secret.public.parameters, h)


@pytest.mark.parametrize(
    ("n", "g", "bits", "says"),
    [
        (14, 3, 0, "n must be an integer >= 15"),
        (16, 3, 0, "n must be odd"),
        (N, 1, 0, "g must not be of small order"),
        (N, P, 0, "g must be coprime"),
        (N, 4, 7, "exponent_bits must be an integer >= 8"),
    ],
)
def test_parameters_out_of_range_are_refused(n, g, bits, says):
    with pytest.raises(ValueError, match=says):
        Parameters(n, g, bits)


@pytest.mark.parametrize(
    ("p", "q", "says"),
    [
        (P, P, "it is not"),
        (13, 23, "p must be a safe prime, got 13"),
        (23, 21, "q must be a safe prime, got 21"),
        (23, 5, "q must be a safe prime, got 5"),
        (11, 23, "it is not"),  # 11 divides 22
    ],
)
def test_factors_that_do_not_serve_are_refused(p, q, says):
    with pytest.raises(ValueError, match=says):
        Factors(p, q)


@pytest.mark.parametrize(("p", "q"), [(7, 11), (23, 59), (P, Q)])
def test_log_is_the_power_of_phi_by_definition(engine, p, q):
    factors, n = Factors(p, q), p * q
    for x in (2, 1 + n, n + 2, n * n - 1, 3**80 % (n * n)):
        if math.gcd(x, n) == 1:
            power = pow(x, (p - 1) * (q - 1), n * n)
            assert power == 1 + factors.log(x) * n


def test_short_exponents_are_short_and_toys_have_enough(secret):
    assert secret.public.parameters.exponent_bits == 512
    assert Parameters(77, 9).exponent_bits == 2 * 7 + 64
    assert (
        StrongSecret.from_primes(P, Q, exponent_bits=40).parameters.exponent() < 2**40
    )


def test_an_exponent_of_zero_is_drawn_again(secret):
    draws = iter([0, 0, 5])
    assert secret.public.parameters.exponent(randbits=lambda _: next(draws)) == 5


def test_a_base_with_a_table_takes_any_exponent(engine, secret):
    """Longer than the table, or negative: then without it."""
    parameters = Parameters(N, secret.public.parameters.g, exponent_bits=20)
    parameters.prepare(window=3)
    for exponent in (0, 1, 2**20 - 1, 2**20, 3**50, -1, -(2**30)):
        assert parameters.power(parameters.g, exponent) == pow(
            parameters.g, exponent, N**2
        )
