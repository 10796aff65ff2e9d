"""Tests for ppdl_course.mpc.triples.bare_answer."""

import numpy as np
import pytest

from ppdl_course.mpc.pseudorandom import Stream
from ppdl_course.mpc.triples import rlwe
from ppdl_course.mpc.triples.bare_answer import ENOUGH, bare_sums, read_factor
from ppdl_course.mpc.triples.residues import PRIMES, unpack
from ppdl_course.parties.channel import Channel
from ppdl_course.parties.threads import run

PLACES = 40


def public(rng, k):
    return [rng.integers(0, p, (k, PLACES)) for p in PRIMES[:ENOUGH]]


def test_bare_sums_give_the_matrix_away():
    rng = np.random.default_rng(0)
    u = rng.integers(0, 2**64, (3, 12), np.uint64)
    u[0, :3] = 0, 2**63, 2**64 - 1
    a = public(rng, 12)
    assert np.array_equal(read_factor(a, bare_sums(u, a)), u)


def test_the_protocols_answer_does_not():
    """The same attack on what really crosses, with the values that B knows."""
    u, v = np.arange(1, 6, dtype=np.uint64)[None], np.ones((5, 1), np.uint64)
    with Channel("A", "B") as channel:
        run(
            channel,
            lambda end: rlwe.multiply(end, u, 1),
            lambda end: rlwe.be_multiplied(end, v, 1),
        )
    payload = {m.label: m.payload for m in channel.messages}
    stream = Stream(payload["public key"][0])
    for p in PRIMES:  # the key's own a comes first
        rlwe._uniform(stream, p, 1)
    values = [rlwe._uniform(stream, p, 5) for p in PRIMES]
    a = [
        part[:, :PLACES].astype(np.int64) % p
        for part, p in zip(values[:ENOUGH], PRIMES, strict=False)
    ]
    sent = [
        unpack(payload["products"][i, 1], p)[:, :PLACES].astype(np.int64) % p
        for i, p in enumerate(PRIMES[:ENOUGH])
    ]
    assert np.array_equal(read_factor(a, bare_sums(u, a)), u)  # these are the values
    assert not np.array_equal(read_factor(a, sent), u)


def test_too_few_primes_or_places_are_refused():
    rng = np.random.default_rng(1)
    a = public(rng, 4)
    with pytest.raises(ValueError, match="a and sums must be of 3 primes, got 2"):
        read_factor(a[:2], a[:2])
    few = [part[:, :3] for part in a]
    with pytest.raises(ValueError, match="places must give 4 independent equations"):
        read_factor(few, few)
