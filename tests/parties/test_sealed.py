"""Sealed ends: the receiver reads, the wire does not, and changes are noticed."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ppdl_course.parties.channel import Channel
from ppdl_course.parties.codec import FrameError
from ppdl_course.parties.sealed import SealedEnd
from ppdl_course.parties.threads import run


def pair(**options):
    channel = Channel("a", "b", **options)
    return channel, *(SealedEnd(end) for end in channel.ends)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.binary(max_size=40) | st.integers() | st.text(), max_size=5))
def test_what_is_sealed_is_opened_in_order(values):
    _, a, b = pair()
    for value in values:
        a.send("x", value)
    assert [b.receive("x") for _ in values] == values


def test_the_same_value_never_looks_the_same_on_the_wire():
    channel, a, b = pair()
    for _ in range(50):
        a.send("x", b"the same")
        b.send("x", b"the same")
    bodies = [m.payload for m in channel.messages if m.label == "x"]
    assert len(set(bodies)) == 100
    assert all(b"the same" not in body for body in bodies)


def test_a_changed_message_is_refused():
    def flip(message):
        if message.label != "x":
            return message.payload
        return bytes([message.payload[0] ^ 1]) + message.payload[1:]

    _, a, b = pair(adversary=flip)
    a.send("x", 1)
    with pytest.raises(FrameError, match="changed on the way"):
        b.receive("x")


def test_a_message_played_twice_is_refused():
    kept = []

    def replay(message):
        if message.label != "x":
            return message.payload
        kept.append(message.payload)
        return kept[0]

    _, a, b = pair(adversary=replay)
    a.send("x", 1)
    a.send("x", 2)
    assert b.receive("x") == 1
    with pytest.raises(FrameError, match="changed on the way"):
        b.receive("x")


def test_a_message_under_another_label_is_refused():
    _, a, b = pair()
    a.send("x", 1)
    with pytest.raises(FrameError, match="expected 'y'"):
        b.receive("y")


def test_it_works_over_tcp_between_programs():
    def alice(end):
        sealed = SealedEnd(end)
        sealed.send("x", np.arange(3.0))
        return sealed.receive("y")

    def bob(end):
        sealed = SealedEnd(end)
        sealed.send("y", "hello")
        return sealed.receive("x")

    with Channel("a", "b", tcp=True) as channel:
        got, array = run(channel, alice, bob)
    assert got == "hello"
    np.testing.assert_array_equal(array, np.arange(3.0))


def test_a_stranger_is_refused():
    _, a, _ = pair()
    with pytest.raises(ValueError, match=r"to must be one of \('b',\)"):
        a.send("x", 1, to="c")


def test_what_is_opened_is_noted_as_the_receivers_knowledge():
    channel, a, b = pair()
    a.send("x", 5)
    b.receive("x")
    assert [(n.party, n.label, n.value) for n in channel.notes] == [("b", "x", 5)]
