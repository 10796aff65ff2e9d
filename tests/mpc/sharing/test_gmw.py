"""Tests for ppdl_course.mpc.sharing.gmw: gates, triples, comparisons, secrecy, cost."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ppdl_course.mpc.sharing.gmw import (
    BooleanParty,
    ands_to_compare,
    deal_triples,
    make_triples,
    play_comparison,
    random_bits,
    to_bits,
)
from ppdl_course.parties.channel import Channel
from ppdl_course.parties.threads import run
from ppdl_course.parties.views import FALSE_ALARM, p_value, samples_needed
from ppdl_course.publickey.groups import P256, TOY_GROUP


def compute(program, triples):
    """Run program(party) for both; return the xor of what they return."""
    with Channel("Alice", "Bob") as channel:
        first, second = run(
            channel,
            lambda end: program(BooleanParty(end, 0, triples[0])),
            lambda end: program(BooleanParty(end, 1, triples[1])),
        )
    return first ^ second, channel


def shares(bits):
    cover = random_bits(*bits.shape)
    return bits ^ cover, cover


def test_every_gate_on_every_sharing_of_every_input():
    x0, x1, y0, y1 = np.array(list(product((0, 1), repeat=4)), np.uint8).T
    x, y = (x0, x1), (y0, y1)

    def program(me):
        a, b = x[me.party], y[me.party]
        return np.stack([me.and_(a, b), me.invert(a), a ^ b])

    for _ in range(20):
        got, channel = compute(program, deal_triples(16))
        assert got.tolist() == [
            ((x0 ^ x1) & (y0 ^ y1)).tolist(),
            (x0 ^ x1 ^ 1).tolist(),
            (x0 ^ x1 ^ y0 ^ y1).tolist(),
        ]
        assert channel.rounds == 1


@pytest.mark.parametrize("group", [TOY_GROUP, P256], ids=["toy", "P-256"])
def test_triples_by_oblivious_transfer_multiply(group):
    count = 60
    with Channel("Alice", "Bob") as channel:
        t0, t1 = run(
            channel,
            lambda end: make_triples(end, 0, count, group),
            lambda end: make_triples(end, 1, count, group),
        )
    assert np.array_equal(t0.c ^ t1.c, (t0.a ^ t1.a) & (t0.b ^ t1.b))
    assert 0 < (t0.a ^ t1.a).sum() < count


def test_dealt_triples_multiply_and_each_share_is_fair():
    t0, t1 = deal_triples(20_000)
    assert np.array_equal(t0.c ^ t1.c, (t0.a ^ t1.a) & (t0.b ^ t1.b))
    for party in (t0, t1):  # a party's three shares together: 8 equally likely cases
        cells = 4 * party.a + 2 * party.b + party.c
        other = np.random.default_rng(1).integers(0, 8, 20_000)
        assert p_value(cells, other) > FALSE_ALARM


@pytest.mark.parametrize("tree", [False, True])
@pytest.mark.parametrize("bits", [1, 2, 3, 4])
def test_every_pair_of_short_numbers_is_compared_right(bits, tree):
    i, j = (grid.ravel() for grid in np.indices((2**bits, 2**bits)))
    x, y = shares(to_bits(i, bits)), shares(to_bits(j, bits))
    triples = deal_triples(ands_to_compare(bits, tree=tree) * len(i))

    def program(me):
        return me.greater(x[me.party], y[me.party], tree=tree)

    got, _ = compute(program, triples)
    assert np.array_equal(got.astype(bool), i > j)
    assert len(triples[0]) <= len(i) * 2 * bits  # what is left of a tree's upper bound


@settings(max_examples=30, deadline=None)
@given(
    st.sampled_from([7, 31, 32, 63, 64]).flatmap(
        lambda bits: st.tuples(
            st.just(bits),
            *[st.lists(st.integers(0, 2**bits - 1), min_size=3, max_size=3)] * 2,
        )
    ),
    st.booleans(),
)
def test_long_numbers_are_compared_right(case, tree):
    bits, i, j = case
    i[0] = j[0]
    x, y = (shares(to_bits(np.array(n, np.uint64), bits)) for n in (i, j))
    triples = deal_triples(ands_to_compare(bits, tree=tree) * 3)
    got, _ = compute(
        lambda me: me.greater(x[me.party], y[me.party], tree=tree), triples
    )
    assert got.tolist() == [int(a > b) for a, b in zip(i, j, strict=True)]


@pytest.mark.parametrize("tcp", [False, True])
def test_the_millionaires_get_their_answer(tcp):
    for i, j in ((5, 6), (6, 6), (7, 6), (0, 15), (15, 0)):
        with Channel("Alice", "Bob", tcp=tcp) as channel:
            assert (
                run(
                    channel,
                    lambda end, i=i: play_comparison(end, 0, i, 4),
                    lambda end, j=j: play_comparison(end, 1, j, 4),
                )
                == [i >= j] * 2
            )


def test_a_tree_takes_logarithmic_and_a_ripple_linear_rounds():
    rounds = {}
    for tree, bits in product((True, False), (8, 16, 32)):
        x, y = (
            shares(to_bits(np.array([3]), bits)),
            shares(to_bits(np.array([9]), bits)),
        )
        triples = deal_triples(ands_to_compare(bits, tree=tree))
        _, channel = compute(
            lambda me, x=x, y=y, tree=tree: me.greater(
                x[me.party], y[me.party], tree=tree
            ),
            triples,
        )
        rounds[tree, bits] = channel.rounds
    assert [rounds[True, bits] for bits in (8, 16, 32)] == [4, 5, 6]
    assert [rounds[False, bits] for bits in (8, 16, 32)] == [8, 16, 32]


@pytest.mark.parametrize("party", ["Alice", "Bob"])
def test_what_a_party_receives_does_not_depend_on_the_inputs(party):
    """All-zero against all-one numbers; bytes of every message but the answer.

    16 cells; samples by the stated power against w = 0.5 at a false-alarm rate of
    1e-6 over 2 parties.
    """
    count = 8 * samples_needed(0.5, 16, pair=True, false_alarm=FALSE_ALARM / 2)

    def seen(i, j):
        triples = deal_triples(ands_to_compare(4) * count)
        inputs = [to_bits(np.full(count, n), 4) for n in (i, j)]

        def program(me):
            own, other = me.share(inputs[me.party]), me.receive_share(4, count)
            x, y = (own, other) if me.party == 0 else (other, own)
            return me.greater(x, y)

        _, channel = compute(program, triples)
        got = [m.payload for m in channel.view(party) if m.receiver == party]
        return np.concatenate(got)

    low, high = seen(0, 0), seen(15, 15)
    for nibble in (0, 4):
        assert p_value(low >> nibble & 15, high >> nibble & 15) > FALSE_ALARM / 4


def test_triples_are_used_once_and_counted():
    triples, _ = deal_triples(10)
    first = triples.take(4)
    assert (len(triples), len(first[0])) == (6, 4)
    with pytest.raises(ValueError, match="7 triples wanted, 6 left"):
        triples.take(7)


def test_to_bits_is_the_inverse_of_binary_weights():
    numbers = np.array([0, 1, 5, 2**63, 2**64 - 1], np.uint64)
    bits = to_bits(numbers, 64)
    weights = [1 << k for k in range(64)]
    back = [
        sum(int(b) * w for b, w in zip(col, weights, strict=True)) for col in bits.T
    ]
    assert back == [int(n) for n in numbers]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: to_bits(np.array([8]), 3), "numbers must fit"),
        (lambda: to_bits(np.array([0]), 0), "numbers must fit"),
        (lambda: to_bits(np.array([0]), 65), "numbers must fit"),
        (
            lambda: BooleanParty(None, 2, deal_triples(0)[0]),
            "party must be 0 or 1, got 2",
        ),
        (lambda: make_triples(None, "0", 1), "party must be 0 or 1"),
    ],
)
def test_bad_arguments_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_a_share_of_the_wrong_length_is_refused():
    channel = Channel("Alice", "Bob")
    me = BooleanParty(channel["Alice"], 0, deal_triples(1)[0])
    for bad in (np.zeros(2, np.uint8), np.zeros(1), b"\0", None):
        channel["Bob"].send("share", bad)
        with pytest.raises(ValueError, match="share must be 1 packed bytes"):
            me.receive_share(3)
