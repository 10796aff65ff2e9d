"""Pedersen's commitments: what opens, what adds up, and who could cheat."""

from collections import Counter

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ppdl_course.publickey.commitments import Pedersen
from ppdl_course.publickey.groups import P256, SMALL_GROUP, TOY_GROUP

GROUPS = [TOY_GROUP, SMALL_GROUP, P256]
numbers = st.integers(-(2**300), 2**300)


@pytest.mark.parametrize("group", GROUPS)
@settings(max_examples=20, deadline=None)
@given(numbers, numbers, numbers, numbers)
def test_the_product_of_commitments_opens_to_the_sums(group, x, r, y, s):
    envelope = Pedersen(group)
    if group is P256:  # infinity has no coordinates; it has a test of its own
        assume(all(k % group.order for k in (r, s, r + s)))
    total = envelope.total([envelope.commit(x, r), envelope.commit(y, s)])
    assert envelope.opens(total, x + y, r + s)
    assert not envelope.opens(total, x + y + 1, r + s)
    assert not envelope.opens(total, x + y, r + s + 1)


def test_a_commitment_is_the_textbooks_formula():
    """g^x h^r mod p by Python's own power, on the group that fits a page."""
    envelope = Pedersen(TOY_GROUP)
    for x in range(11):
        for r in range(11):
            expected = pow(4, x, 23) * pow(envelope.h, r, 23) % 23
            assert envelope.commit(x, r) == expected


@pytest.mark.parametrize("group", GROUPS)
def test_a_blinding_of_the_order_is_none(group):
    envelope = Pedersen(group)
    for multiple in (0, group.order, -3 * group.order):
        assert envelope.commit(5, multiple) == group.base_power(5)


def test_hiding_is_perfect_each_value_gives_each_commitment_once():
    envelope = Pedersen(TOY_GROUP)
    for x in range(TOY_GROUP.order):
        seen = Counter(envelope.commit(x, r) for r in range(TOY_GROUP.order))
        assert set(seen.values()) == {1}
        assert len(seen) == TOY_GROUP.order


def test_who_knows_the_logarithm_of_h_opens_to_anything():
    """Why h is hashed: in the toy group the logarithm is found by trying."""
    envelope = Pedersen(TOY_GROUP)
    log = next(k for k in range(11) if pow(4, k, 23) == envelope.h)
    committed = envelope.commit(3, 5)
    assert envelope.opens(committed, 7, 5 + (3 - 7) * pow(log, -1, 11))


@pytest.mark.parametrize("group", GROUPS)
def test_the_second_generator_is_hashed_from_its_label(group):
    assert Pedersen(group).h == Pedersen(group).h
    group.decode(group.encode(Pedersen(group).h), "h")  # refuses what is no element
    if group is not TOY_GROUP:
        assert Pedersen(group, b"another").h != Pedersen(group).h


def test_blindings_are_drawn_below_the_order():
    envelope = Pedersen(TOY_GROUP)
    assert {envelope.blinding() for _ in range(500)} == set(range(11))  # fails < 1e-19
    assert envelope.blinding(lambda order: order - 1) == 10


def test_nothing_is_no_commitment():
    with pytest.raises(ValueError, match="commitments must be one or more, got none"):
        Pedersen(P256).total([])
    with pytest.raises(
        ValueError, match="exponent must not be a multiple of the order"
    ):
        Pedersen(P256).commit(P256.order, -P256.order)
    assert not Pedersen(P256).opens(Pedersen(P256).h, 0, 0)


@pytest.mark.parametrize("group", [TOY_GROUP, SMALL_GROUP])
def test_an_element_of_order_two_is_refused_on_the_way_in(group):
    """-1 has order 2 in Z_p^*, and would change the sign of a product unseen."""
    with pytest.raises(ValueError, match="C is not in the order-q subgroup"):
        group.decode(group.encode(group.p - 1), "C")
