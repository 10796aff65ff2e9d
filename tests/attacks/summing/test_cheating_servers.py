"""Each cheat of a server is caught under its own name; a lie of a client is not."""

import numpy as np
import pytest

from ppdl_course.attacks.summing.cheating_servers import (
    CHEATS,
    HONEST,
    LIE,
    CountsTwice,
    run,
)
from ppdl_course.federated.verifiable.client import VerifiedClient
from ppdl_course.federated.verifiable.combination import coefficients, combination
from ppdl_course.publickey.commitments import Pedersen
from ppdl_course.publickey.groups import SMALL_GROUP
from ppdl_course.publickey.schnorr import Aggregate, verify_aggregate

NAMES = [f"client {i}" for i in range(1, 5)]
CAUGHT = {
    "changes a coordinate": "WrongSum",
    "drops a client": "ClientDropped",
    "counts a client twice": "CountedTwice",
    "replays a round": "Replayed",
    "forges a signature": "ForgedSignature",
}


def play(cheat, seed=0, **options):
    options = {"group": SMALL_GROUP, **options}
    return run(cheat, rng=np.random.default_rng(seed), **options)


@pytest.mark.parametrize("cheat", CHEATS)
@pytest.mark.parametrize("seed", range(3))
def test_every_client_catches_a_cheat_by_name(cheat, seed):
    verdicts = play(cheat, seed)
    assert [verdicts.of(name) for name in NAMES] == [CAUGHT[cheat]] * 4
    assert verdicts.accepted == {}


def test_every_cheat_has_its_name():
    assert CAUGHT.keys() == CHEATS.keys()
    assert len(set(CAUGHT.values())) == 5


@pytest.mark.parametrize("cheat", [HONEST, LIE])
def test_an_honest_sum_is_accepted_even_one_of_lies(cheat):
    verdicts = play(cheat)
    assert [verdicts.of(name) for name in NAMES] == ["accepted"] * 4
    size = max(abs(total).max() for total in verdicts.accepted.values())
    assert (size > 4000) == (cheat == LIE)  # four honest ones of at most 1000 each


def test_without_the_check_of_the_product_a_changed_coordinate_passes(monkeypatch):
    """The signatures alone say nothing about the sum."""
    monkeypatch.setattr(Pedersen, "opens", lambda *_: True)
    verdicts = play("changes a coordinate")
    assert [verdicts.of(name) for name in NAMES] == ["accepted"] * 4


def test_without_signatures_a_forged_commitment_passes(monkeypatch):
    """The product alone says nothing about who committed."""
    monkeypatch.setattr(VerifiedClient, "_holds", lambda *_: True)
    verdicts = play("forges a signature")
    assert [verdicts.of(name) for name in NAMES] == ["accepted"] * 4


def test_a_client_counted_twice_has_signatures_and_commitments_that_fit(monkeypatch):
    """All equations hold with the doubled list: only the list gives it away."""
    seen, original = [], CountsTwice.proof

    def proof(self, rows):
        seen.append((self, original(self, rows)))
        return seen[-1][1]

    monkeypatch.setattr(CountsTwice, "proof", proof)
    play("counts a client twice")
    server, (names, encoded, opening, nonces, response) = seen[-1]
    assert names == ("client 1", "client 2", "client 3", "client 4", "client 2")
    group = SMALL_GROUP
    committed = [group.decode(data, "commitment") for data in encoded]
    r = coefficients(server._digest, 8)
    envelope = Pedersen(group)
    value = combination(r, server._total)
    assert envelope.opens(envelope.total(committed), value, opening)
    publics = [server._directory[name] for name in names]
    pairs = zip(names, encoded, strict=True)
    messages = [server._statement(name, data) for name, data in pairs]
    signature = Aggregate(tuple(group.decode(n, "nonce") for n in nonces), response)
    assert verify_aggregate(group, publics, messages, signature)


def test_bad_arguments_are_refused():
    with pytest.raises(ValueError, match="cheat must be one of"):
        play("naps")
    with pytest.raises(ValueError, match="clients must be an integer >= 3, got 2"):
        play(HONEST, clients=2)
    with pytest.raises(ValueError, match="size must be an integer >= 1, got 0"):
        play(HONEST, size=0)
