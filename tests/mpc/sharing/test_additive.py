"""Tests for ppdl_course.mpc.sharing.additive and .costs."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from ppdl_course.mpc.sharing.additive import (
    ArithmeticParty,
    deal,
    join,
    random_words,
    receive_supplies,
    relu_ands,
    send_supplies,
    split,
)
from ppdl_course.parties.channel import Channel
from ppdl_course.parties.costs import Cost, step, timed
from ppdl_course.parties.threads import run
from ppdl_course.parties.views import (
    FALSE_ALARM,
    p_value,
    samples_needed,
    uniform_p_value,
)

INT64 = st.integers(-(2**63), 2**63 - 1)
EDGES = [0, 1, -1, 2**63 - 1, -(2**63), 2**62, -(2**62), 2**32, -(2**32)]


def compute(program, supplies):
    with Channel("Alice", "Bob") as channel:
        results = run(
            channel,
            lambda end: program(ArithmeticParty(end, 0, supplies[0])),
            lambda end: program(ArithmeticParty(end, 1, supplies[1])),
        )
    return results, channel


@given(hnp.arrays(np.int64, hnp.array_shapes(min_dims=0), elements=INT64))
def test_shares_join_to_the_number(x):
    first, second = split(x)
    assert np.array_equal(join(first, second), x)


def test_one_share_is_uniform_whatever_the_number():
    """Top four bits of each share; every number of EDGES, 16 cells."""
    alarm = FALSE_ALARM / (2 * len(EDGES))
    count = samples_needed(0.5, 16, false_alarm=alarm)
    for number in EDGES:
        for share in split(np.full(count, number)):
            assert uniform_p_value((share >> np.uint64(60)).astype(int), 16) > alarm


@settings(max_examples=25, deadline=None)
@given(
    st.tuples(*[st.integers(1, 4)] * 3).flatmap(
        lambda s: st.tuples(
            hnp.arrays(np.int64, s[:2], elements=INT64),
            hnp.arrays(np.int64, s[1:], elements=INT64),
        )
    )
)
def test_matrix_products_agree_with_python_integers(matrices):
    x, w = matrices
    supplies = deal(linear=(*x.shape, w.shape[1]))
    xs, ws = split(x), split(w)
    shares, channel = compute(
        lambda me: me.matmul(xs[me.party], ws[me.party]), supplies
    )
    exact = x.astype(object) @ w.astype(object)
    wrapped = [((int(v) + 2**63) % 2**64) - 2**63 for v in exact.ravel()]
    assert join(*shares).ravel().tolist() == wrapped
    assert channel.rounds == 1


@settings(max_examples=25, deadline=None)
@given(st.lists(INT64, min_size=1, max_size=5))
def test_relu_agrees_with_the_definition(numbers):
    x = np.array([*numbers, *EDGES])
    xs = split(x)
    supplies = deal(relus=len(x))
    shares, channel = compute(lambda me: me.relu(xs[me.party]), supplies)
    assert join(*shares).tolist() == [max(int(v), 0) for v in x]
    assert channel.rounds == 9  # 7 for the sign, 1 to a number, 1 for the product


def test_relu_keeps_the_shape():
    x = np.arange(-6, 6).reshape(3, 4)
    xs = split(x)
    shares, _ = compute(lambda me: me.relu(xs[me.party]), deal(relus=12))
    assert np.array_equal(join(*shares), np.maximum(x, 0))


def test_sharing_an_input_over_the_channel():
    x = np.array(EDGES)
    shares, _ = compute(
        lambda me: me.share(x) if me.party == 0 else me.receive_share(), deal(relus=0)
    )
    assert np.array_equal(join(*shares), x)


@pytest.mark.parametrize("party", ["Alice", "Bob"])
def test_what_a_party_receives_in_a_relu_does_not_depend_on_the_number(party):
    """Positive against negative numbers: all bytes received, by their low 4 bits."""
    count = samples_needed(0.5, 16, pair=True)

    def seen(number):
        xs = split(np.full(count, number))
        _, channel = compute(lambda me: me.relu(xs[me.party]), deal(relus=count))
        bodies = []
        for message in channel.view(party):
            if message.receiver == party:
                payload = message.payload
                parts = payload if isinstance(payload, list) else [payload]
                bodies += [np.frombuffer(part.tobytes(), np.uint8) for part in parts]
        return np.concatenate(bodies) & 15

    assert p_value(seen(2**40), seen(-(2**40))) > FALSE_ALARM / 2


def test_a_share_reused_as_its_own_cover_would_be_seen():
    """The same test does catch a leak: shares whose sign bit is not covered."""
    count = samples_needed(0.5, 16, pair=True)
    cover = random_words(count) >> np.uint64(1)
    tops = [
        ((np.full(count, n).astype(np.uint64) ^ cover) >> np.uint64(60)).astype(int)
        for n in (2**40, -(2**40))
    ]
    assert p_value(*tops) < FALSE_ALARM


def test_the_relu_costs_more_than_the_product():
    """32 x 64 by 64 x 32: the survey's remark, in bytes and rounds of one run."""
    x, w = (np.ones(shape, np.int64) for shape in ((32, 64), (64, 32)))
    xs, ws = split(x), split(w)
    supplies = deal(linear=(32, 64, 32), relus=1024)
    products, linear = compute(
        lambda me: me.matmul(xs[me.party], ws[me.party]), supplies
    )
    _, relu = compute(lambda me: me.relu(products[me.party]), supplies)
    assert relu.bytes > 2 * linear.bytes
    assert (relu.rounds, linear.rounds) == (9, 1)


def test_supplies_travel_over_a_channel_from_a_dealer():
    with Channel("Dealer", "Alice", "Bob") as wire:
        for name, supplies in zip(
            ("Alice", "Bob"), deal(linear=(2, 3, 1), relus=4), strict=True
        ):
            send_supplies(wire["Dealer"], name, supplies)
        a, b = (receive_supplies(wire[name], "Dealer") for name in ("Alice", "Bob"))
    u, v, z = (p + q for p, q in zip(a.matrices[0], b.matrices[0], strict=True))
    assert np.array_equal(u @ v, z)
    assert len(a.bits) == relu_ands(4) == 4 * 187
    assert np.array_equal(
        a.bits.c ^ b.bits.c, (a.bits.a ^ b.bits.a) & (a.bits.b ^ b.bits.b)
    )
    assert len(wire.view("Alice")) == 1


def test_a_float_is_not_shared():
    with pytest.raises(ValueError, match="x must be int64 or uint64, got float64"):
        split(np.array([1.5]))


def test_a_share_of_another_type_is_refused():
    channel = Channel("Alice", "Bob")
    me = ArithmeticParty(channel["Alice"], 0, deal()[0])
    channel["Bob"].send("share", np.zeros(3))
    with pytest.raises(ValueError, match="share must be an array of uint64"):
        me.receive_share()


def test_a_cost_counts_one_run():
    results, cost = timed(
        "hello",
        lambda end: end.send("x", b"12345"),
        lambda end: end.receive("x"),
    )
    assert results == [None, b"12345"]
    assert (cost.method, cost.messages, cost.bytes, cost.rounds) == ("hello", 1, 17, 1)
    assert 0 < cost.seconds < 5


def test_a_step_counts_only_what_it_added():
    channel = Channel("Alice", "Bob")
    costs = []
    for _ in range(3):
        _, cost = step(
            "ping",
            channel,
            lambda end: (end.send("x", 1), end.receive("y")),
            lambda end: end.send("y", end.receive("x")),
        )
        costs.append((cost.messages, cost.bytes, cost.rounds))
    assert costs == [(2, channel.bytes // 3, 2)] * 3


def test_the_network_estimate_adds_latency_and_transmission():
    cost = Cost("x", 4, 1000, 10, 0.5)
    assert cost.over_network(latency=0.02, bandwidth=1e4) == pytest.approx(0.8)
