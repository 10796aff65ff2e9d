"""Sums and products under Paillier: exact or refused, never another number.

Oracles are exact fractions and ``phe``.
"""

import math
import pickle
from dataclasses import replace
from fractions import Fraction

import numpy as np
import phe
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ppdl_course.publickey.encrypted_number import Ciphertext, Encoded, encode
from ppdl_course.publickey.fixed_point import (
    BASE,
    EXPONENT_LIMIT,
    exact_ratio,
    to_mantissa,
)
from ppdl_course.publickey.paillier import FRESH_BOUND, PrivateKey

KEY = PrivateKey.generate(1024)
LONG = PrivateKey.generate(2048)
# room for a few steps only: 2^107 - 1 and 2^89 - 1 are primes of Mersenne
SHORT = PrivateKey.from_primes(2**107 - 1, 2**89 - 1)
TOY = PrivateKey.from_primes(7, 11, g=5652)
THEIR_PUBLIC = phe.PaillierPublicKey(KEY.public.n)
THEIR_PRIVATE = phe.PaillierPrivateKey(THEIR_PUBLIC, KEY.p, KEY.q)
LIMIT = KEY.public.max_int
FEW = settings(max_examples=15, deadline=None)


def exactly(key, c):
    """The exact number in a ciphertext, read without the package's decoding."""
    n, m = key.public.n, key.raw_decrypt(c.c)
    return (m - n if m > n // 2 else m) * Fraction(BASE) ** c.exponent


def mantissa(key, c):
    return exactly(key, c) / Fraction(BASE) ** c.exponent


@pytest.mark.parametrize(("key", "last"), [(KEY, 17), (LONG, 35)])
def test_many_products_are_right_until_one_is_refused(key, last):
    c, exact = key.public.encrypt(1.0), Fraction(1)
    for _ in range(last):
        c, exact = c * 0.9, exact * Fraction(0.9)
        assert exactly(key, c) == exact
        assert key.decrypt(c) == float(exact)
    with pytest.raises(ValueError, match=r"the product could reach 2\*\*"):
        c * 0.9


def test_a_factor_of_fewer_digits_leaves_room_for_many_steps():
    c, exact, factor = KEY.public.encrypt(1), Fraction(1), encode(KEY.public, 0.9)
    factor = encode(KEY.public, 0.9, exponent=-5)
    for _ in range(40):
        c, exact = c * factor, exact * round(0.9 * 16**5) / 16**5
    assert KEY.decrypt(c) == pytest.approx(0.9**40, rel=1e-4)
    assert exactly(KEY, c) == exact


def test_a_sum_that_would_go_right_round_is_refused():
    c = KEY.public.encrypt(LIMIT, largest=LIMIT)
    # three times the largest is n - 5 or so: read without a bound, a small number
    assert abs(3 * LIMIT - KEY.public.n) < 10
    for wrong in (lambda: c + c + c, lambda: c * 3, lambda: c - (-c) + c):
        with pytest.raises(ValueError, match=r"could reach .* at most max_int"):
            wrong()


def operations():
    number = (
        st.integers(-(2**40), 2**40)
        | st.floats(-1e6, 1e6)
        | st.integers(-(2**63), 2**63 - 1).map(np.int64)
        | st.integers(0, 2**64 - 1).map(np.uint64)
        | st.fractions(-9, 9).map(lambda x: Fraction(round(x * 64), 64))
    )
    known = st.sampled_from(["+", "-", "r+", "r-", "*", "r*"])
    alone = st.sampled_from(["double", "minus thrice", "negate", "lower", "fresh"])
    return st.lists(st.tuples(known, number) | st.tuples(alone, st.just(0)), max_size=9)


STEPS = {
    "+": lambda c, k: c + k,
    "-": lambda c, k: c - k,
    "r+": lambda c, k: k + c,
    "r-": lambda c, k: k - c,
    "*": lambda c, k: c * k,
    "r*": lambda c, k: k * c,
    "double": lambda c, _: c + c,
    "minus thrice": lambda c, _: c - c * 3,
    "negate": lambda c, _: -c,
    "lower": lambda c, _: c.at(c.exponent - 2) if isinstance(c, Ciphertext) else c,
    "fresh": lambda c, _: c.rerandomised() if isinstance(c, Ciphertext) else c,
}


def wanted_bound(c, name, known):
    """The bound that a step leads to, from the units of both numbers alone."""
    mantissa, exponent = to_mantissa(known)
    if name in ("*", "r*"):
        return c.bound * abs(mantissa)
    if name in ("+", "-", "r+", "r-"):
        low = min(c.exponent, exponent)
        summand = abs(mantissa) * BASE ** (exponent - low)
        return c.bound * BASE ** (c.exponent - low) + summand
    times = {"double": 2, "minus thrice": 4, "lower": BASE**2}
    return c.bound * times.get(name, 1)


@settings(max_examples=150, deadline=None)
@given(st.integers(-(2**64), 2**64) | st.floats(-1e9, 1e9), operations())
def test_any_computation_is_exact_or_refused(start, steps):
    c, exact = SHORT.public.encrypt(start), Fraction(start)
    for name, known in steps:
        # what it must be, in Python's own exact numbers
        wanted = STEPS[name](exact, Fraction(*exact_ratio("known", known)))
        if wanted_bound(c, name, known) > SHORT.public.max_int:
            with pytest.raises(ValueError, match="could reach"):
                STEPS[name](c, known)
            return
        c, exact = STEPS[name](c, known), wanted
        assert exactly(SHORT, c) == exact
        assert abs(mantissa(SHORT, c)) <= c.bound <= SHORT.public.max_int
        rounded = exact if c.exponent >= 0 else float(exact)
        assert SHORT.decrypt(c) == rounded


@FEW
@given(
    st.integers(-(10**9), 10**9),
    st.floats(-1e6, 1e6).map(lambda b: round(b, 6)),  # phe refuses 1e-300 + 1
    st.integers(-99, 99),
    st.floats(0.01, 100) | st.integers(1, 9) | st.integers(-9, -1),
)
def test_every_operator_agrees_with_phe(a, b, k, d):
    def compute(encrypt):
        return (5 - (encrypt(a) + encrypt(b)) * k - 0.5) / d + (k - encrypt(b))

    ours = KEY.decrypt(compute(KEY.public.encrypt))
    assert ours == THEIR_PRIVATE.decrypt(compute(THEIR_PUBLIC.encrypt))
    plain = (5 - (a + b) * k - 0.5) / d + (k - b)
    assert ours == pytest.approx(plain, rel=1e-9, abs=1e-6)


def test_where_phe_is_silent_we_refuse():
    theirs, ours = THEIR_PUBLIC.encrypt(3), KEY.public.encrypt(3)
    assert THEIR_PRIVATE.decrypt(theirs / math.inf) == 0
    assert THEIR_PRIVATE.decrypt(theirs / 2**1100) == 0
    with pytest.raises(ValueError, match="divisor must be finite, got inf"):
        ours / math.inf
    with pytest.raises(ValueError, match="divisor must be between"):
        ours / 2**1100
    three = THEIR_PUBLIC.encrypt(THEIR_PUBLIC.max_int) * 3
    assert abs(THEIR_PRIVATE.decrypt(three)) < 10


def test_unsigned_integers_are_subtracted_and_not_wrapped():
    c = KEY.public.encrypt(np.uint8(200))
    assert KEY.decrypt(c - np.uint8(5)) == 195
    assert KEY.decrypt(np.uint64(5) - c) == -195
    assert KEY.decrypt(c + np.int64(-(2**63))) == 200 - 2**63
    assert KEY.decrypt(c - np.int64(-(2**63))) == 200 + 2**63
    assert KEY.decrypt(np.float64(0.5) * c) == 100
    assert KEY.decrypt(c * np.int64(2**60 + 1)) == 200 * (2**60 + 1)


def test_the_fresh_bound_is_a_constant():
    values = (0, 1, -(2**64), 0.1, 1e300, 5e-324, np.uint64(2**64 - 1))
    assert {KEY.public.encrypt(v).bound for v in values} == {FRESH_BOUND}
    stated = {KEY.public.encrypt(v, largest=120).bound for v in (0, 37, -120)}
    assert stated == {120}
    rounded = {
        KEY.public.encrypt(v, exponent=-3, largest=1.5).bound for v in (0.0, -1.5, 0.1)
    }
    assert rounded == {1.5 * 16**3}


def test_both_ends_of_the_fresh_range():
    for sign in (1, -1):
        assert KEY.decrypt(KEY.public.encrypt(sign * 2**64)) == sign * 2**64
        with pytest.raises(ValueError, match=r"at most 2\*\*64 .* larger public bound"):
            KEY.public.encrypt(sign * (2**64 + 1))


def test_both_ends_of_a_stated_range():
    encrypt = KEY.public.encrypt
    for sign in (1, -1):
        for largest in (120, 2**80, LIMIT):
            value = sign * largest
            assert KEY.decrypt(encrypt(value, largest=largest)) == value
            with pytest.raises(ValueError, match=r"value (must be within|needs a man)"):
                encrypt(value + sign, largest=largest)
        assert KEY.decrypt(encrypt(sign * 1.5, largest=1.5, exponent=-2)) == sign * 1.5
        with pytest.raises(ValueError, match=r"within \+-largest = 1.5, got"):
            encrypt(sign * math.nextafter(1.5, 2), largest=1.5, exponent=-2)
    with pytest.raises(
        ValueError, match=r"a value up to 2\*\*.* reach max_int \+ 1 in"
    ):
        encrypt(0, largest=LIMIT + 1)
    # a float brings its own exponent, and no more than 56 bits
    tiny = encrypt(1e-300, largest=2**80)
    assert (KEY.decrypt(tiny), tiny.bound) == (1e-300, 2**56)
    # rounding up may pass the largest value, not its bound
    c = encrypt(0.99, largest=0.99, exponent=0)
    assert (KEY.decrypt(c), c.bound) == (1, 1)
    for bad in (0, -1.0):
        with pytest.raises(ValueError, match="largest must be positive, got"):
            encrypt(0, largest=bad)
    with pytest.raises(ValueError, match="largest must be finite, got nan"):
        encrypt(0, largest=math.nan)


def test_the_last_sum_that_fits_is_right_and_the_next_is_refused():
    for sign in (1, -1):
        near = KEY.public.encrypt(sign * (LIMIT - 1), largest=LIMIT - 1)
        one = KEY.public.encrypt(sign, largest=1)
        for full in (near + one, near + sign, near - -one, near - -sign):
            assert full.bound == LIMIT
            assert KEY.decrypt(full) == sign * LIMIT
        for over in (lambda: near + one + one, lambda: near + 2, lambda: near - 2):  # noqa: B023
            with pytest.raises(ValueError, match=r"sum could reach max_int \+ 1 in"):
                over()
        assert KEY.decrypt(full + 0) == sign * LIMIT


def test_the_last_product_that_fits_is_right_and_the_next_is_refused():
    c = KEY.public.encrypt(-7, largest=7)
    factor = LIMIT // 7
    for sign in (1, -1):
        assert KEY.decrypt(c * (sign * factor)) == -7 * sign * factor
        with pytest.raises(ValueError, match="the product could reach"):
            c * (sign * (factor + 1))


def test_the_lowest_exponent_that_fits_is_right_and_the_next_is_refused():
    lowest = -int(math.log(LIMIT // 3, BASE))
    c = KEY.public.encrypt(-3, largest=3)
    assert KEY.decrypt(c.at(lowest)) == -3
    with pytest.raises(ValueError, match=f"exponent {lowest - 1} could reach"):
        c.at(lowest - 1)
    with pytest.raises(ValueError, match="exponent must be <= 0, got 1"):
        c.at(1)
    with pytest.raises(ValueError, match="the sum could reach"):
        KEY.public.encrypt(1.0) + 5e-324


def test_exponents_cannot_run_away():
    tiny = 2.0**-1072  # 16**-268, mantissa 1: the bound does not grow
    c = KEY.public.encrypt(1, largest=1)
    for _ in range(EXPONENT_LIMIT // 268):
        c = c * tiny
    with pytest.raises(ValueError, match=f"within .-{EXPONENT_LIMIT}, got -65660"):
        c * tiny
    zero = KEY.public.encrypt(1) * 0
    assert (KEY.decrypt(zero), zero.bound) == (0, 1)
    with pytest.raises(ValueError, match="could reach"):
        zero.at(-EXPONENT_LIMIT)
    with pytest.raises(ValueError, match="exponent must be within"):
        Ciphertext(KEY.public, 1, 10**9)


def test_a_foreign_ciphertext_may_be_read_and_not_added_to():
    theirs = THEIR_PUBLIC.encrypt(-0.1)
    ours = Ciphertext(KEY.public, theirs.ciphertext(), theirs.exponent)
    assert (KEY.decrypt(ours), ours.bound) == (-0.1, LIMIT)
    assert KEY.decrypt(-ours) == 0.1
    with pytest.raises(ValueError, match=r"the sum could reach max_int \+ 1 in size"):
        ours + Encoded(KEY.public, 1, ours.exponent)
    stated = replace(ours, bound=2**56)
    assert KEY.decrypt(stated * 3 - 1) == 0.1 * -3 - 1


def test_bounds_end_at_one_and_at_the_largest_integer():
    for bound in (1, np.int64(5), LIMIT):
        assert Ciphertext(KEY.public, 1, 0, bound).bound == bound
    for bound in (0, -1, LIMIT + 1):
        with pytest.raises(ValueError, match=r"bound must be in \[1, max_int"):
            Ciphertext(KEY.public, 1, 0, bound)
    with pytest.raises(ValueError, match=r"bound must be an integer, got 1\.5"):
        Ciphertext(KEY.public, 1, 0, 1.5)


def test_an_understated_bound_is_noticed_at_decryption():
    c = KEY.public.encrypt(-100)
    assert KEY.decrypt(replace(c, bound=100)) == -100
    with pytest.raises(OverflowError, match="mantissa is -100, stated was at most 99"):
        KEY.decrypt(replace(c, bound=99))
    dishonest = replace(KEY.public.encrypt(LIMIT, largest=LIMIT), bound=1)
    with pytest.raises(OverflowError, match="between the positive and the negative"):
        KEY.decrypt(dishonest + replace(dishonest, bound=1))


def test_bounds_survive_fresh_randomness_and_the_wire():
    c = KEY.public.encrypt(7) * 3
    assert c.rerandomised().bound == pickle.loads(pickle.dumps(c)).bound == c.bound
    # the exact bound tells the factor, a round one does not
    assert c.bound // FRESH_BOUND == 3
    hidden = c.rerandomised(bound=2**100)
    assert (KEY.decrypt(hidden), hidden.bound) == (21, 2**100)
    with pytest.raises(ValueError, match=r"bound must be at least 2.*, got 5"):
        c.rerandomised(bound=5)
    with pytest.raises(ValueError, match="bound must be in"):
        c.rerandomised(bound=LIMIT + 1)


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_numbers_that_are_not_finite_are_refused_by_name(bad):
    c = KEY.public.encrypt(1)
    for name, use in (
        ("value", lambda: KEY.public.encrypt(bad)),
        ("summand", lambda: c + bad),
        ("summand", lambda: bad - c),
        ("factor", lambda: c * bad),
        ("divisor", lambda: c / bad),
    ):
        with pytest.raises(ValueError, match=f"{name} must be finite, got {bad}"):
            use()


def test_refusals():
    c, other = KEY.public.encrypt(1), LONG.public.encrypt(1)
    with pytest.raises(ValueError, match="same public key"):
        c + other
    with pytest.raises(ValueError, match="factor was encoded for another public key"):
        c * encode(LONG.public, 1)
    with pytest.raises(ValueError, match="factor must be a known number"):
        c * c
    with pytest.raises(ZeroDivisionError, match="divisor must not be 0"):
        c / 0
    with pytest.raises(ValueError, match="factor needs a mantissa of at most n / 3"):
        c * (LIMIT + 1)
    with pytest.raises(ValueError, match=r"residue must be in \[0, n\)"):
        Encoded(KEY.public, KEY.public.n, 0).decode()


def test_a_toy_key_adds_what_fits():
    c = TOY.public.encrypt(5)
    assert TOY.public.fresh_bound == 12
    assert TOY.decrypt(c + 3) == 8
    assert TOY.decrypt(3 - c) == -2
    assert TOY.decrypt(c + TOY.public.encrypt(-12)) == -7
    with pytest.raises(ValueError, match=r"max_int \+ 1 in .* max_int = 24"):
        c + 13
