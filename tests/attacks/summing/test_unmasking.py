"""Which clients keep a victim's numbers from a server that asks for too much."""

import numpy as np
import pytest

from ppdl_course.attacks.summing.unmasking import CLIENTS, WAYS, attack
from ppdl_course.publickey.groups import SMALL_GROUP

NAMES = tuple("abcdef")
READ = {
    ("single mask", "late upload"),
    ("single mask", "both kinds"),
    ("single mask", "all others left"),
    ("anything", "both kinds"),
    ("anything", "all others left"),
    ("one kind", "all others left"),
}
REFUSED = {
    "late upload": set(),
    "both kinds": {"AskedTwice"},
    "all others left": {"TooFew"},
    "two lists": {"TooFew"},
}


def play(way, clients, victim="c", names=NAMES, threshold=4):
    rng = np.random.default_rng(0)
    values = {name: rng.integers(-(2**62), 2**62, 4) for name in names}
    options = {"way": way, "clients": clients, "threshold": threshold}
    return values, attack(values, victim, **options, group=SMALL_GROUP)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("clients", CLIENTS)
def test_each_kind_of_client_stops_what_it_is_said_to_stop(way, clients):
    values, attempt = play(way, clients)
    if (clients, way) in READ:
        assert attempt.read.tolist() == values["c"].tolist()
        assert attempt.refused == {}
    else:
        assert attempt.read is None


@pytest.mark.parametrize("way", WAYS)
def test_signed_lists_stop_all_of_them_by_name(way):
    _, attempt = play(way, "signed list")
    assert set(attempt.refused.values()) == REFUSED[way]


@pytest.mark.parametrize("n", [3, 4, 5, 7])
@pytest.mark.parametrize("way", WAYS)
def test_signed_lists_hold_for_any_number_and_any_victim(n, way):
    names = NAMES[:n] if n < 7 else (*NAMES, "g")
    for victim in (names[0], names[-1]):
        _, attempt = play(way, "signed list", victim, names, n // 2 + 1)
        assert attempt.read is None


def test_names_that_are_not_known_are_refused():
    for argument, value in (("way", "ask"), ("clients", "kind"), ("victim", "z")):
        arguments = {"way": "both kinds", "clients": "anything", "victim": "c"}
        with pytest.raises(ValueError, match=f"{argument} must be one of"):
            play(**{**arguments, argument: value})
