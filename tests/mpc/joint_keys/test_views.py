"""What the crypto server opens does not depend on the values, to the stated bits.

Two secrets at the ends of the range are compared. Each comparison fails without cause
once in 10^6, the file in 10^5; that a leak is seen is shown by one: too short a mask,
and no coin.
"""

from fractions import Fraction
from itertools import product
from types import SimpleNamespace

import numpy as np
import pytest

from ppdl_course.mpc.joint_keys import carries
from ppdl_course.mpc.joint_keys.carries import bits_of
from ppdl_course.mpc.joint_keys.cloud import Cloud
from ppdl_course.mpc.joint_keys.residues import inverses
from ppdl_course.mpc.joint_keys.sealed import seal
from ppdl_course.mpc.joint_keys.session import together
from ppdl_course.parties.views import FALSE_ALARM, p_value, uniform_p_value

BOUND = 1000
EACH = 150
CELLS = 8


def opened(toy, values, operation, **options):
    """The numbers that the crypto server opened, one list a message."""
    a = toy.sealed(values, BOUND)
    _, channel = together(
        toy.issued, toy.joint, lambda cloud: operation(cloud, a), **options
    )
    return [note.value for note in channel.notes if note.label == "opened"]


def cells(numbers, reach):
    """Which of equal parts of 0 .. reach - 1 each number is in."""
    return [min(int(number) * CELLS // reach, CELLS) for number in numbers]


def products(cloud, a):
    return cloud.multiply(a, a)


def truncations(cloud, a):
    return cloud.truncate(a, 2)


@pytest.mark.parametrize(
    ("operation", "bits"), [(products, 11), (truncations, 12)], ids=["product", "cut"]
)
def test_masked_values_look_alike_for_the_ends_of_the_range(toy, operation, bits):
    """|x| < 2^10; masks have bits + hiding_bits bits."""
    for hiding_bits, alike in ((40, True), (1, False)):
        reach = 1 << (bits + hiding_bits)
        low, high = (
            cells(
                opened(toy, [end] * EACH, operation, hiding_bits=hiding_bits)[0], reach
            )
            for end in (-BOUND, BOUND)
        )
        found = p_value(low, high)
        assert (found >= FALSE_ALARM) is alike, (hiding_bits, found)


def test_a_transformed_value_is_uniform_modulo_n(toy):
    n = toy.joint.n
    for values in ([-BOUND] * EACH, [BOUND] * EACH):
        (seen,) = opened(toy, values, lambda cloud, a: cloud.transform(a))
        assert uniform_p_value(cells(seen, n), CELLS) >= FALSE_ALARM


def test_all_four_openings_of_the_product_across_keys_are_uniform(toy):
    n = toy.joint.n
    (seen,) = opened(toy, [BOUND] * EACH, lambda cloud, a: cloud.multiply_across(a, a))
    for part in np.array(seen, object).reshape(4, EACH):
        assert uniform_p_value(cells(part, n), CELLS) >= FALSE_ALARM


def comparisons(toy, value):
    """Zeros of each comparison, their places, and the other terms, of one value."""
    _, terms = opened(toy, [value] * EACH, truncations)
    groups = np.array(terms, object).reshape(EACH, -1)
    zeros = (groups == 0).sum(1).tolist()
    assert set(zeros) <= {0, 1}
    places = [list(group).index(0) for group in groups if 0 in group]
    return zeros, places, cells([u for u in groups.ravel() if u], toy.joint.n)


def test_a_comparison_shows_units_and_a_zero_by_the_fall_of_a_coin(toy):
    """x mod 4 = 0 never carries, x mod 4 = 3 does in three of four cases."""
    views = [comparisons(toy, value) for value in (-BOUND, BOUND - 1)]
    for first, second in zip(*views, strict=True):
        assert p_value(first, second) >= FALSE_ALARM
    for zeros, places, units in views:
        assert uniform_p_value(units, CELLS) >= FALSE_ALARM
        assert uniform_p_value(places, 3) >= FALSE_ALARM
        assert 45 <= sum(zeros) <= 105  # a fair coin's: 75 of 150, deviation 6


def test_without_the_coin_zeros_tell_the_carry(toy, monkeypatch):
    monkeypatch.setattr(carries, "secrets", SimpleNamespace(randbits=lambda _: 0))
    never, often = (comparisons(toy, value)[0] for value in (-BOUND, BOUND - 1))
    assert sum(never) == 0
    assert p_value(never, often) < FALSE_ALARM


def recognised(toy, strong, z, own):
    """Masks R mod 4 that explain what the cloud sent, for who made the bits of z.

    For a guess of R and coin each term c is known, and with what was opened its factor
    rho: does c^rho come to what was sent?
    """
    parameters = toy.joint.parameters
    n, square = parameters.n, parameters.n_squared
    bits = toy.sealed([bits_of(z, 2)], 1).first
    mask = np.array([bits_of(own, 2)], object)
    sent, _ = carries.blinded_terms(bits, mask, parameters)
    _, fresh = toy.joint.raw_encrypt(0)
    found = set()
    for guess, sign in product(range(4), (1, -1)):
        terms = carries.terms(
            bits[0], inverses(bits, square)[0], bits_of(guess, 2), sign, parameters
        )
        explained = set()
        for c, u in product(terms, sent):
            plain, times = (strong.raw_decrypt((1, t * fresh % square)) for t in (c, u))
            if plain:
                rho = times * pow(plain, -1, n) % n
                explained |= {u} if pow(c, rho, square) == u else set()
        if len(explained) == sum(
            strong.raw_decrypt((1, u * fresh % square)) != 0 for u in sent
        ):
            found.add(guess)
    return found


def test_without_the_refresh_the_crypto_server_reads_the_mask(toy, strong, monkeypatch):
    assert recognised(toy, strong, 2, 1) == set()

    def none(shape, _):
        return np.full(shape, 1, object)

    monkeypatch.setattr(carries, "fresh_powers", none)
    left = []
    for z, own in product(range(4), repeat=2):
        found = recognised(toy, strong, z, own)
        assert own in found
        left.append(len(found))
    # of four; where all bits agree, a term that is 0 may hide the last one
    assert max(left) <= 2
    assert left.count(1) >= 14


def test_the_same_value_is_never_opened_twice_alike(toy):
    first, second = (opened(toy, [7] * 5, products)[0] for _ in range(2))
    assert not set(first) & set(second)


def test_the_stated_distance_adds_up_over_all_that_was_opened(toy):
    def counted(cloud):
        a = toy.sealed([1, 2, 3], 3)
        cloud.multiply(a, a)
        cloud.truncate(a, 1)
        cloud.transform(a)
        return cloud.distance

    found, _ = together(toy.issued, toy.joint, counted, hiding_bits=30)
    assert found == Fraction(6 + 3, 2**30)


def test_hiding_bits_below_one_are_refused(toy):
    with pytest.raises(ValueError, match="hiding_bits must be an integer >= 1"):
        Cloud(None, toy.issued.cloud, toy.joint, hiding_bits=0)


def test_what_the_cloud_receives_is_under_the_joint_key_or_a_bit_s_t1(toy):
    """The cloud opens nothing: its half of the key gives no message of any of it."""
    a = seal(toy.joint, [5], bound=7)
    _, channel = together(toy.issued, toy.joint, lambda cloud: cloud.truncate(a, 2))
    n = toy.joint.n
    received = [m.payload for m in channel.view("cloud") if m.receiver == "cloud"]
    numbers = [t for m in received for t in (m.get("T1") or m["bits"])]
    assert len(numbers) == 3
    assert all(toy.issued.cloud.partial(t) % n != 1 for t in numbers)
