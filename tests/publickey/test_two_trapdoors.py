"""DT-PKC: weak, strong and split decryption agree, and no half of a key decrypts."""

from itertools import chain, count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ppdl_course.publickey.arithmetic.safe_primes import PUBLISHED
from ppdl_course.publickey.paired import UserSecret, joint_key
from ppdl_course.publickey.two_trapdoors import StrongSecret, combine

P, Q = PUBLISHED[256]  # toy size, insecure
N = P * Q
HALF = (N - 1) // 2
STRONG = StrongSecret.from_primes(P, Q)
USERS = [UserSecret.generate(STRONG.parameters) for _ in range(2)]
SHARES = STRONG.split()
FEW = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
FOREIGN = StrongSecret.from_primes(*PUBLISHED[512])


def split_decrypt(c, shares=SHARES):
    return combine(STRONG.parameters, *(s.partial_decrypt(c) for s in shares))


@FEW
@given(st.one_of(st.sampled_from([0, 1, -1, HALF, -HALF]), st.integers(-HALF, HALF)))
def test_weak_strong_and_split_decryption_agree(engine, m):
    for user in USERS:
        c = user.public.encrypt(m)
        assert user.decrypt(c) == STRONG.decrypt(c) == m
        assert user.public.signed(split_decrypt(c)) == m


def test_the_worked_example_of_the_chapter():
    joint = joint_key([user.public for user in USERS])
    c = USERS[0].public.encrypt(17)
    assert [USERS[0].decrypt(c), STRONG.decrypt(c), split_decrypt(c)] == [17, 17, 17]
    assert split_decrypt(joint.encrypt(21) * 2) == 42  # the shares serve every key


def test_strong_decryption_is_the_papers_formula():
    """L(T1^lambda) / lambda, with lambda as the order of g found by trying."""
    strong = StrongSecret.from_primes(23, 59)  # so small that loops end
    n, g = 23 * 59, strong.parameters.g
    order, x = 1, g
    while x != 1:
        order, x = order + 1, x * g % n**2
    assert order == 2 * 11 * 29  # lcm(22, 58)
    user = UserSecret.generate(strong.parameters, x=41)
    for m in (0, 1, 700, n - 1):
        a, b = user.public.raw_encrypt(m, r=5)
        value = 1
        for _ in range(order):
            value = value * b % n**2
        by_formula = next(k for k in range(n) if k * order % n == (value - 1) // n)
        assert by_formula == m == strong.raw_decrypt((a, b))


def test_a_split_is_zero_modulo_lambda_and_one_modulo_n():
    lam = (P - 1) * (Q - 1) // 2
    for first, second in (STRONG.split() for _ in range(5)):
        whole = first.exponent + second.exponent
        assert whole % lam == 0
        assert whole % N == 1
        assert first.exponent != SHARES[0].exponent


@pytest.mark.parametrize("first", [0, 1, (P - 1) * (Q - 1) // 2 * N - 1])
def test_the_ends_of_the_first_shares_range_work(first):
    shares = STRONG.split(randbelow=lambda _: first)
    assert split_decrypt(USERS[0].public.encrypt(5), shares) == 5


@pytest.mark.parametrize("k", [0, 1])
def test_one_share_alone_decrypts_nothing(k):
    """What it gets is not 1 modulo N, so that no L is even defined; nor twice."""
    c = USERS[0].public.encrypt(5)
    partial = SHARES[k].partial_decrypt(c)
    assert partial % N != 1
    parameters = STRONG.parameters
    for other in (partial, 1, pow(partial, -1, N**2) + 1):
        with pytest.raises(ValueError, match="both shares' partial decryptions"):
            combine(parameters, partial, other)


def test_each_share_is_spread_over_its_whole_range():
    """Both alike, so that neither knows more: all sixteenths are met."""
    lam_n = (P - 1) * (Q - 1) // 2 * N
    drawn = [STRONG.split() for _ in range(600)]
    for k in (0, 1):
        cells = {pair[k].exponent * 16 // lam_n for pair in drawn}
        assert cells == set(range(16))  # missed with probability 16 (15/16)^600 < 1e-15


def test_partial_decryptions_of_two_ciphertexts_do_not_combine():
    c, d = USERS[0].public.encrypt(5), USERS[0].public.encrypt(5)
    first, second = SHARES[0].partial_decrypt(c), SHARES[1].partial_decrypt(d)
    with pytest.raises(ValueError, match="their product is not 1 modulo N"):
        combine(STRONG.parameters, first, second)


def test_keys_of_another_modulus_decrypt_nothing():
    c = UserSecret.generate(FOREIGN.parameters).public.encrypt(5)
    for decrypt in (STRONG.decrypt, SHARES[0].partial_decrypt):
        with pytest.raises(ValueError, match="a key of another N or g"):
            decrypt(c)


@pytest.mark.parametrize("t1", [0, N**2, P, 1, N**2 - 1, 1 + N])
def test_what_is_no_t1_is_refused(t1):
    good = USERS[0].public.raw_encrypt(3)
    with pytest.raises(ValueError, match="T1 must"):
        SHARES[0].partial(t1)
    with pytest.raises(ValueError, match="T1 must"):
        STRONG.raw_decrypt((good[0], t1))


@pytest.mark.parametrize("value", [0, N**2, -1])
def test_a_partial_decryption_out_of_range_is_refused(value):
    with pytest.raises(ValueError, match=r"second must be in \(0, N\*\*2\)"):
        combine(STRONG.parameters, 5, value)


def test_g_is_drawn_again_if_it_is_no_unit_or_of_small_order():
    """1 and 22 give g = -1; 23 and 59 are no units modulo their product."""
    draws = chain([22, 58, 0], count(2))
    strong = StrongSecret.from_primes(23, 59, randbelow=lambda _: next(draws))
    n = 23 * 59
    assert strong.parameters.g == -pow(3, 2 * n, n * n) % (n * n)


def test_secrets_are_not_shown():
    shown = repr(STRONG) + repr(SHARES)
    for secret in (P, Q, *(share.exponent for share in SHARES)):
        assert str(secret) not in shown


def test_a_fresh_key_has_its_bits_and_works():
    strong = StrongSecret.generate(1024)
    assert strong.parameters.n.bit_length() == 1024
    user = UserSecret.generate(strong.parameters)
    assert strong.decrypt(user.public.encrypt(-12)) == -12
