"""Products by transfer: exact, shares uniform, cheaper; and the shallow argmax."""

import numpy as np
import pytest

from ppdl_course.mpc.circuits.arithmetic import argmax_by_rounds
from ppdl_course.mpc.circuits.builder import Builder
from ppdl_course.mpc.garbling.plan import plan
from ppdl_course.mpc.learning.garbled.mixed import (
    MixedClient,
    MixedOwner,
    ProductReceiver,
    ProductSender,
    classify_mixed,
)
from ppdl_course.mpc.learning.garbled.word_network import WordNetwork
from ppdl_course.mpc.learning.garbled.words import Format, Values, to_wires
from ppdl_course.mpc.learning.server import PeerStopped
from ppdl_course.nn import Network
from ppdl_course.parties.channel import Channel
from ppdl_course.parties.threads import run

RNG = np.random.default_rng(91)
EXACT = Format(drop=0)


def small(sizes=(6, 5, 4), activation="relu", **options):
    net = Network(list(sizes), "relu", rng=np.random.default_rng(0))
    for W in net.weights:
        W[:, 0] = np.random.default_rng(1).normal(0, 0.3, len(W))
    return WordNetwork.of(net, form=EXACT, activation=activation, **options)


@pytest.mark.parametrize("activation", ["relu", "sigmoid", "tanh"])
@pytest.mark.parametrize("output", ["label", "scores"])
def test_the_answer_is_the_exact_twins(activation, output):
    words = small(activation=activation, output=output)
    x = RNG.uniform(-1, 1, (3, 6))
    want = words.predict(x) if output == "label" else words.forward(x)
    assert np.array_equal(classify_mixed(words, x).labels, want)


def test_known_bits_of_inputs_need_no_transfer():
    words = small(arriving=Values(13, signed=False))
    x = RNG.uniform(0, 1, (2, 6))
    answer = classify_mixed(words, x)
    assert answer.labels.tolist() == words.predict(x).tolist()
    assert answer.cost.bytes < classify_mixed(small(), x).cost.bytes


@pytest.mark.parametrize("signed", [False, True])
@pytest.mark.parametrize(("n", "inputs", "outputs"), [(1, 1, 1), (2, 3, 5), (3, 7, 4)])
def test_shares_of_products_add_up_modulo_2_to_32(signed, n, inputs, outputs):
    """Against Python's integers, for edge words and all words of both parties."""
    bits = 16
    low, high = (-(1 << 15), 1 << 15) if signed else (0, 1 << 16)
    x = RNG.integers(low, high, (n, inputs))
    x.flat[0] = low
    w = RNG.integers(-(1 << 15), 1 << 15, (outputs, inputs))
    w.flat[-1] = -(1 << 15)
    wires = to_wires(x, bits)
    mine = RNG.integers(0, 2, wires.shape).astype(bool)
    with Channel("client", "owner") as channel:
        a, b = run(
            channel,
            lambda end: ProductReceiver(end).multiply(mine, outputs),
            lambda end: ProductSender(end).multiply(wires ^ mine, w, signed),
        )
    for row, got in zip(x.tolist(), (a + b).tolist(), strict=True):
        want = [sum(v * c for v, c in zip(row, ws, strict=True)) for ws in w.tolist()]
        assert got == [value % 2**32 for value in want]


def test_a_share_alone_is_uniform_whatever_the_sample_and_the_weights():
    """Frequency of each bit of the client's share, 3,000 sums; false alarm 1e-6."""
    n, w = 3000, np.full((1, 1), 12345)
    bits = np.ones((n, 1, 16), bool)
    with Channel("client", "owner") as channel:
        shares = run(
            channel,
            lambda end: ProductReceiver(end).multiply(bits, 1),
            lambda end: ProductSender(end).multiply(~bits, w, True),
        )
    for share in shares:
        ones = (share[:, 0, None] >> np.arange(32, dtype=np.uint32) & 1).mean(axis=0)
        bound = np.sqrt(np.log(2 * 64 / 1e-6) / (2 * n))
        assert np.abs(ones - 0.5).max() < bound


def test_a_session_answers_again_with_one_set_of_base_transfers():
    words = small()
    with Channel("client", "owner") as channel:
        client = MixedClient(channel["client"], words.shape)
        owner = MixedOwner(channel["owner"], words)
        for n in (1, 3):
            x = RNG.uniform(-1, 1, (n, 6))
            got, _ = run(
                channel,
                lambda _, x=x: client.classify(x),
                lambda _: owner.serve(),
            )
            assert got.tolist() == words.predict(x).tolist()
        labels = [m.label for m in channel.messages]
    assert labels.count("OT A") == 2  # one in each direction


def test_a_dense_layer_takes_a_fiftieth_of_the_bytes_of_garbling_it():
    net = Network([64, 32, 10], "relu", rng=np.random.default_rng(0))
    x = RNG.uniform(0, 1, (1, 64))
    garbled = WordNetwork.of(net)
    mixed = classify_mixed(WordNetwork.of(net, form=EXACT), x).cost
    assert mixed.bytes * 50 < garbled.shape.and_gates * 32


def test_a_network_that_leaves_columns_out_is_refused():
    net = Network([6, 5, 4], "relu", rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match="drop must be 0 where products are exact"):
        classify_mixed(WordNetwork.of(net), np.zeros((1, 6)))
    wide = WordNetwork.of(net, form=Format(20, 14, 0))
    with pytest.raises(ValueError, match=r"width \+ fraction_bits must be at most 32"):
        classify_mixed(wide, np.zeros((1, 6)))


def test_bad_samples_and_messages_stop_both_and_say_why():
    words = small()
    with pytest.raises(ValueError, match="x must be within -8"):
        classify_mixed(words, np.full((1, 6), 9.0))
    reasons = []

    def adversary(message):
        payload = message.payload
        return payload[:-1] if message.label == "OT correction" else payload

    def kept(program):
        def play(end):
            try:
                program(end)
            except ValueError as error:
                reasons.append(error)

        return play

    with Channel("client", "owner", adversary=adversary) as channel:
        run(
            channel,
            kept(lambda end: MixedClient(end, words.shape).classify(np.zeros((1, 6)))),
            kept(lambda end: MixedOwner(end, words).serve()),
        )
    assert len(reasons) == 2
    assert all("correction must have shape" in str(error) for error in reasons)
    assert any(isinstance(error, PeerStopped) for error in reasons)


@pytest.mark.parametrize("count", [1, 2, 3, 7, 10])
def test_argmax_by_rounds_is_the_first_of_the_largest(count):
    b = Builder()
    circuit = b.build(argmax_by_rounds(b, [b.input(6) for _ in range(count)]))
    scores = RNG.integers(-32, 32, (300, count))
    scores[:100] //= 16  # many equals
    scores[0], scores[1] = -32, 31
    out = circuit.evaluate(to_wires(scores, 6).reshape(300, -1).T)
    places = 1 << np.arange(len(out))
    assert np.array_equal(places @ out, scores.argmax(axis=1))
    assert plan(circuit).and_layers <= 5 * (count - 1).bit_length()


def test_argmax_by_rounds_needs_words():
    with pytest.raises(ValueError, match="words must hold at least one number"):
        argmax_by_rounds(Builder(), [])
