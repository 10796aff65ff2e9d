"""Tests for oblivious_transfer: delivery and both secrecies."""

import random
import secrets
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ppdl_course.mpc.transfer.oblivious_transfer import (
    Receiver,
    Sender,
    receive_strings,
    send_strings,
)
from ppdl_course.parties.channel import Channel
from ppdl_course.parties.threads import run
from ppdl_course.publickey.groups import MODP_2048, P256, SMALL_GROUP, TOY_GROUP

GROUPS = pytest.mark.parametrize(
    "group", [TOY_GROUP, SMALL_GROUP, P256], ids=["toy", "small", "P-256"]
)
M0, M1 = b"attack at dawn!", b"hold till dusk!"


def transfer(pairs, choices, group, tcp=False):
    with Channel("Sender", "Receiver", tcp=tcp) as channel:
        _, got = run(
            channel,
            lambda end: send_strings(end, pairs, group),
            lambda end: receive_strings(end, choices, group),
        )
    return got, channel


@GROUPS
@given(
    transfers=st.lists(
        st.tuples(
            st.integers(0, 40).flatmap(
                lambda n: st.tuples(*[st.binary(min_size=n, max_size=n)] * 2)
            ),
            st.integers(0, 1),
        ),
        max_size=8,
    )
)
@settings(max_examples=25, deadline=None)
def test_receiver_gets_each_chosen_string(group, transfers):
    pairs = [pair for pair, _ in transfers]
    choices = [choice for _, choice in transfers]
    got, channel = transfer(pairs, choices, group)
    assert got == [pair[choice] for pair, choice in transfers]
    assert channel.rounds == 3


def test_the_2048_bit_group_delivers_over_tcp():
    assert transfer([(M0, M1)] * 2, [0, 1], MODP_2048, tcp=True)[0] == [M0, M1]


def test_blinded_choice_is_exactly_uniform_for_both_choices():
    """Every exponent of the toy group is tried: equal distributions."""
    public_key = Sender(TOY_GROUP, randbelow=lambda n: 3).public_key
    seen = {
        choice: Counter(
            Receiver(
                [choice], public_key, TOY_GROUP, randbelow=lambda n, b=b: b
            ).blinded[0]
            for b in range(TOY_GROUP.q)
        )
        for choice in (0, 1)
    }
    assert seen[0] == seen[1]
    assert set(seen[0].values()) == {1}
    assert len(seen[0]) == TOY_GROUP.q


@GROUPS
def test_receiver_cannot_decrypt_the_other_string(group):
    """With the receiver's key the other ciphertext gives unrelated bytes."""
    for choice in (0, 1):
        sender = Sender(group)
        receiver = Receiver([choice], sender.public_key, group)
        ((e0, e1),) = sender.encrypt(receiver.blinded, [(M0, M1)])
        assert receiver.decrypt([(e0, e1)]) == [(M0, M1)[choice]]
        assert receiver.decrypt([(e1, e0)]) != [(M1, M0)[choice]]


def test_reading_the_other_string_means_solving_diffie_hellman():
    """The other key is k1 = k0 / g^(a a): computing it is computing g^(a a) from g^a.

    That is the Diffie-Hellman problem, which an honest receiver's own key does not
    help with. In the toy group, whose logarithms are easy, the relation is checked.
    """
    group = TOY_GROUP
    for a in range(1, group.q):
        sender = Sender(group, randbelow=lambda n, a=a: a)
        receiver = Receiver([0], sender.public_key, group)
        ratio = group.quotient(
            int.from_bytes(receiver._keys[0], "big"), pow(group.g, a * a, group.p)
        )
        B = group.decode(receiver.blinded[0], "B")
        A = group.decode(sender.public_key, "A")
        assert ratio == pow(group.quotient(B, A), a, group.p)


@GROUPS
def test_equal_strings_have_unrelated_ciphertexts(group):
    sender = Sender(group)
    receiver = Receiver([0, 0, 1], sender.public_key, group)
    ciphertexts = sender.encrypt(receiver.blinded, [(M0, M0)] * 3)
    flat = [e for pair in ciphertexts for e in pair]
    assert len(set(flat)) == 6  # the position enters the hash, even where B repeats


@GROUPS
def test_a_choice_shows_in_no_length(group):
    sender = Sender(group)
    sizes = {
        c: [len(b) for b in Receiver([c] * 4, sender.public_key, group).blinded]
        for c in (0, 1)
    }
    assert sizes[0] == sizes[1]


def test_known_answer_in_the_toy_group():
    """Worked in the chapter: a = 3, b = 5, c = 1 modulo 23 give A = 18 and B = 9."""
    sender = Sender(TOY_GROUP, randbelow=lambda n: 3)
    receiver = Receiver([1], sender.public_key, TOY_GROUP, randbelow=lambda n: 5)
    assert (sender.public_key, receiver.blinded) == (bytes([18]), [bytes([9])])


@pytest.mark.parametrize("bad", [0, 5, 22, 23, 255])
def test_elements_outside_the_toy_group_are_refused_by_both(bad):
    with pytest.raises(ValueError, match=r"B\[0\] is not in the order-q subgroup"):
        Sender(TOY_GROUP).encrypt([bytes([bad])], [(M0, M1)])
    with pytest.raises(ValueError, match="A is not in the order-q subgroup"):
        Receiver([0], bytes([bad]), TOY_GROUP)


def test_points_off_the_curve_are_refused_by_both():
    bad = b"\2" + b"\xff" * 32
    good = Receiver([0], Sender().public_key).blinded
    with pytest.raises(ValueError, match=r"B\[1\] is not a point"):
        Sender().encrypt([*good, bad], [(M0, M1)] * 2)
    with pytest.raises(ValueError, match="A is not a point"):
        Receiver([0], bad)


def test_an_element_outside_would_give_the_choice_away():
    """Why the receiver checks: with A = -1 the Legendre symbol of B is the choice."""
    group, A = SMALL_GROUP, SMALL_GROUP.p - 1
    for choice in (0, 1):
        B = pow(A, choice, group.p) * group.base_power(group.exponent()) % group.p
        assert (pow(B, group.q, group.p) != 1) == bool(choice)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Sender(TOY_GROUP).encrypt([], [(M0, M1)]), "0 choices for 1 pairs"),
        (lambda: Sender(TOY_GROUP).encrypt([b"\1"], [(b"a", b"bb")]), "1 != 2 bytes"),
        (lambda: Receiver([0, 2], b"\1", TOY_GROUP), "choices must be 0 or 1, got 2"),
        (lambda: Receiver(["1"], b"\1", TOY_GROUP), "choices must be 0 or 1"),
        (lambda: Receiver([1], b"\1", TOY_GROUP).decrypt([]), "0 pairs, 1 choices"),
        (
            lambda: Receiver([1], b"\1", TOY_GROUP).decrypt([(b"a", b"bb")]),
            "equally long",
        ),
        (lambda: Receiver([1], b"\1", TOY_GROUP).decrypt([("a", "b")]), "equally long"),
    ],
)
def test_bad_arguments_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_secrets_do_not_come_from_the_global_generator():
    random.seed(0)
    first = Sender().public_key
    random.seed(0)
    assert Sender().public_key != first


def test_sender_never_uses_the_exponent_zero():
    draws = iter([0, 0, 7])
    sender = Sender(TOY_GROUP, randbelow=lambda n: next(draws))
    assert sender.public_key == bytes([pow(4, 7, 23)])


def test_long_strings_are_carried_whole():
    pair = secrets.token_bytes(100_000), secrets.token_bytes(100_000)
    assert transfer([pair], [1], P256)[0] == [pair[1]]
