"""An adversary's view is what the log says, for every seat."""

import numpy as np
import pytest

from ppdl_course.federated.adversary import WIRE, Adversary, holds, phases
from ppdl_course.parties.channel import Channel

ROW = np.array([1.0, 2.0, 3.0])


@pytest.fixture
def log():
    channel = Channel("a", "b", "c")
    channel["a"].note("secret", {"deep": [ROW]})
    channel["a"].send("x", ROW, to="b")
    channel["b"].receive("x", sender="a")
    channel["b"].send("y", np.vstack([ROW, ROW + 1]), to="c")
    channel["b"].note("late", 1)
    return channel


@pytest.mark.parametrize(
    ("seats", "labels"),
    [
        ((WIRE,), ["x", "y"]),
        (("a",), ["x", "secret"]),
        (("b",), ["x", "y", "late"]),
        (("c",), ["y"]),
        (("a", "c"), ["x", "y", "secret"]),
    ],
)
def test_a_seat_sees_its_messages_and_its_own_notes(log, seats, labels):
    assert [sight.label for sight in Adversary(seats).sights(log)] == labels


def test_two_seats_see_the_union_of_what_each_sees(log):
    one, two = (Adversary((seat,)).sights(log) for seat in "ac")
    both = Adversary(("a", "c")).sights(log)
    assert {s.label for s in both} == {s.label for s in [*one, *two]}


def test_a_row_is_found_in_nested_values_and_among_other_rows():
    assert holds({"x": [np.vstack([ROW + 5, ROW])]}, ROW)
    assert holds(ROW + 1e-12, ROW)
    assert not holds(ROW + 1e-3, ROW)
    assert not holds(ROW[:2], ROW)
    assert not holds(b"bytes", ROW)


def test_who_is_not_on_the_way_does_not_see_it(log):
    secret = np.array([1.0, 2.0, 3.0])
    assert Adversary(("b",)).sees(log, secret)
    assert not Adversary(("b",)).sees(log, secret + 2)


def test_a_log_is_cut_into_phases(log):
    early, late = phases(log, 1)
    assert [m.label for m in early.messages] == ["x"]
    assert [n.label for n in early.notes] == ["secret"]
    assert [m.label for m in late.messages] == ["y"]
    assert [n.label for n in late.notes] == ["late"]
    with pytest.raises(ValueError, match=r"after must be an integer in 0\.\.2"):
        phases(log, 3)


def test_an_unknown_seat_is_refused(log):
    with pytest.raises(ValueError, match="seats must be among"):
        Adversary(("nobody",)).sights(log)
