"""Three parties: the answer, what each of them sees, what the client computes."""

import numpy as np
import pytest

from ppdl_course.mpc.learning.garbled.delegation import (
    Proxy,
    ShareOwner,
    WeakClient,
    delegate,
    split_bits,
)
from ppdl_course.mpc.learning.garbled.parties import classify
from ppdl_course.mpc.learning.garbled.word_network import WordNetwork, input_words
from ppdl_course.mpc.learning.garbled.words import to_wires
from ppdl_course.nn import Network
from ppdl_course.parties.channel import Channel
from ppdl_course.parties.threads import run

RNG = np.random.default_rng(90)


def small(sizes=(6, 5, 4), **options):
    net = Network(list(sizes), "relu", rng=np.random.default_rng(0))
    return WordNetwork.of(net, **options)


@pytest.mark.parametrize("output", ["label", "scores"])
def test_the_answer_is_the_twins(output):
    words, x = small(output=output), RNG.uniform(-1, 1, (3, 6))
    want = words.predict(x) if output == "label" else words.forward(x)
    assert np.array_equal(delegate(words, x).labels, want)


def test_the_client_sends_two_shares_of_its_bits_and_nothing_else():
    words, x = small(), RNG.uniform(-1, 1, (2, 6))
    answer = delegate(words, x, keep_bodies=True)
    mine = [m for m in answer.channel.messages if m.sender == "client"]
    assert [(m.receiver, m.label) for m in mine] == [
        ("proxy", "share"),
        ("proxy", "samples"),
        ("owner", "share"),
        ("owner", "samples"),
    ]
    first, second = (m.payload for m in mine if m.label == "share")
    bits = to_wires(input_words(words.shape, x), 16)
    assert np.array_equal(np.unpackbits(first ^ second, axis=-1).astype(bool), bits)
    assert sum(m.size for m in mine) < 2 * (2 * 6 * 2) + 200


def test_delegation_costs_a_transfer_for_each_bit_and_no_gate():
    words, x = small(), RNG.uniform(-1, 1, (1, 6))
    extra = delegate(words, x).cost.bytes - classify(words, x).cost.bytes
    # columns in whole blocks of 128 bits, twice 16 bytes a label, and small messages
    assert extra < 6 * 16 * 48 + 128 * 16 + 1000


def test_each_share_alone_is_fair_coins():
    """Frequency of each bit over 4,000 draws; false alarm 1e-7 (Hoeffding)."""
    for value in (False, True):
        for share in split_bits(np.full((4000, 64), value)):
            bound = np.sqrt(np.log(2 * 64 * 4 / 1e-7) / (2 * 4000))
            assert np.abs(share.mean(axis=0) - 0.5).max() < bound


def test_neither_server_is_sent_the_answers_other_half():
    answer = delegate(small(), RNG.uniform(-1, 1, (1, 6)), keep_bodies=True)
    colours = [m.receiver for m in answer.channel.messages if m.label == "colours"]
    assert colours == ["client", "client"]


def test_a_bad_sample_is_refused_before_it_is_shared():
    words = small()
    with pytest.raises(ValueError, match="x must be within -8"):
        delegate(words, np.full((1, 6), -8.1))


def test_servers_that_mean_different_networks_stop_all_three():
    words, other = small(), small((6, 4, 4))
    errors = []

    def kept(program):
        def play(end):
            try:
                program(end)
            except ValueError as error:
                errors.append((end.name, str(error)))

        return play

    with Channel("client", "proxy", "owner") as channel:
        run(
            channel,
            kept(lambda end: WeakClient(end, words.shape).classify(np.zeros((1, 6)))),
            kept(lambda end: Proxy(end, other.shape).serve()),
            kept(lambda end: ShareOwner(end, words).serve()),
        )
    assert sorted(name for name, _ in errors) == ["client", "owner", "proxy"]
    assert all("must have the owner's shape" in error for _, error in errors)
