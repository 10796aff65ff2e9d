"""The garbled network between two parties: answers, views, costs, errors."""

import threading
import tracemalloc

import numpy as np
import pytest

from ppdl_course.data import load_digits_split, load_law_cases
from ppdl_course.mpc.learning.garbled import engine
from ppdl_course.mpc.learning.garbled.engine import Garbling
from ppdl_course.mpc.learning.garbled.parties import Client, Owner, classify
from ppdl_course.mpc.learning.garbled.word_network import WordNetwork
from ppdl_course.mpc.learning.garbled.words import Format
from ppdl_course.mpc.learning.server import PeerStopped
from ppdl_course.nn import Network, train
from ppdl_course.parties.channel import Channel, PeerGone
from ppdl_course.parties.threads import run

RNG = np.random.default_rng(78)


def small(sizes=(6, 5, 4), seed=0, **options):
    net = Network(list(sizes), "relu", rng=np.random.default_rng(seed))
    return WordNetwork.of(net, **options)


@pytest.fixture(scope="module")
def digits():
    split = load_digits_split()
    net = Network([64, 32, 10], "relu", rng=np.random.default_rng(0))
    rng = np.random.default_rng(1)
    train(
        net, split.X_train, split.y_train, rate=0.05, momentum=0.9, epochs=10, rng=rng
    )
    return split, net


def test_the_digits_network_is_its_twin_bit_for_bit_within_33_megabytes(digits):
    split, net = digits
    x = split.X_test[:2]
    words = WordNetwork.of(net, sample=split.X_train, output="scores")
    answer = classify(words, x, opened=[0])
    hidden, scores = words.trace(x)
    assert np.array_equal(answer.labels, scores)
    assert np.array_equal(answer.seen[0], hidden)
    labels = classify(WordNetwork.of(net, sample=split.X_train), x[:1])
    assert labels.labels.tolist() == words.predict(x[:1]).tolist()
    assert labels.cost.bytes <= 33e6
    assert words.accuracy(split.X_test, split.y_test) > 0.93


@pytest.mark.parametrize("activation", ["relu", "sigmoid", "tanh"])
def test_a_law_network_is_its_twin_bit_for_bit(activation):
    law = load_law_cases()
    net = Network([law.X_train.shape[1], 6, 2], "sigmoid", rng=np.random.default_rng(2))
    train(
        net, law.X_train, law.y_train, rate=0.1, epochs=1, rng=np.random.default_rng(3)
    )
    words = WordNetwork.of(net, activation=activation, output="scores")
    answer = classify(words, law.X_test[:3])
    assert np.array_equal(answer.labels, words.forward(law.X_test[:3]))


@pytest.mark.parametrize("tcp", [False, True])
def test_several_samples_and_pruned_layers(tcp):
    net = Network([6, 5, 4], "relu", rng=np.random.default_rng(5))
    masks = [RNG.random(W[:, 1:].shape) < 0.6 for W in net.weights]
    for W, mask in zip(net.weights, masks, strict=True):
        W[:, 1:] *= mask
    words = WordNetwork.of(net, masks=masks)
    x = RNG.uniform(-1, 1, (5, 6))
    answer = classify(words, x, tcp=tcp)
    assert answer.labels.tolist() == words.predict(x).tolist()


def test_a_session_answers_again_with_one_set_of_base_transfers():
    words = small()
    with Channel("client", "owner") as channel:
        client = Client(channel["client"], words.shape)
        owner = Owner(channel["owner"], words)
        for n in (2, 1):
            x = RNG.uniform(-1, 1, (n, 6))
            got, _ = run(
                channel, lambda _, x=x: client.classify(x), lambda _: owner.serve()
            )
            assert got.tolist() == words.predict(x).tolist()
        labels = [m.label for m in channel.messages]
    assert labels.count("OT A") == 1


def test_rounds_follow_the_layers_and_bytes_the_and_gates():
    costs = {}
    for sizes in ((6, 5, 4), (6, 5, 5, 4)):
        words = small(sizes)
        cost = classify(words, RNG.uniform(-1, 1, (1, 6))).cost
        costs[len(sizes)] = cost.rounds
        tables = words.shape.and_gates * 32
        assert tables < cost.bytes < tables + words.shape.owner_bits * 48 + 60_000
    assert costs[4] == costs[3] + 2  # one transfer of labels, there and back


def test_messages_depend_on_the_shape_alone():
    """Sizes and order are the same for other weights and another sample."""
    logs = []
    for seed in (1, 2):
        words = small(seed=seed)
        answer = classify(words, RNG.uniform(-1, 1, (1, 6)))
        logs.append([(m.sender, m.label, m.size) for m in answer.channel.messages])
    same = [a == b for a, b in zip(*logs, strict=True)]
    # points and moduli of the base transfers are numbers: their length may vary by one
    assert all(ok or a[1].startswith("OT") for ok, a in zip(same, logs[0], strict=True))


def test_the_owner_sees_fair_coins_whatever_the_sample():
    """Every bit of the sample's labels, 2,000 samples; false alarm 1e-6 (Hoeffding)."""
    shape, samples = small((2, 2)).shape, 2000
    for value in (False, True):
        channel = Channel("client", "owner")
        side = Garbling(channel["client"], shape)
        side.own_inputs(np.full((samples, 2, 16), value))
        labels = channel["owner"].receive("inputs")
        ones = np.unpackbits(labels.view(np.uint8), axis=-1).mean(axis=0)
        bound = np.sqrt(np.log(4 * ones.size / 1e-6) / (2 * samples))
        assert np.abs(ones - 0.5).max() < bound


def test_the_client_sees_colours_only_and_the_owner_no_answer():
    answer = classify(small(), RNG.uniform(-1, 1, (2, 6)), keep_bodies=True)
    sent = {}
    for m in answer.channel.messages:
        sent.setdefault(m.sender, set()).add(m.label)
    assert sent["client"].isdisjoint({"output", "colours"})
    assert sent["owner"] <= {"agreed", "OT A", "OT e", "OT columns", "colours"}


def test_memory_grows_with_the_widest_layer_and_not_with_the_network():
    peaks = []
    for layers in (2, 10):
        words = small((16, *[16] * layers, 3))
        x = RNG.uniform(-1, 1, (1, 16))
        classify(words, x)  # circuits and plans are kept from here on
        channel = Channel("client", "owner", keep_bodies=False, tcp=True)
        tracemalloc.start()
        run(
            channel,
            lambda end, w=words, x=x: Client(end, w.shape).classify(x),
            lambda end, w=words: Owner(end, w).serve(),
        )
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        channel.close()
    tables = small((16, *[16] * 10, 3)).shape.and_gates * 32
    assert peaks[1] < 1.5 * peaks[0]
    assert peaks[1] < tables / 2


def test_a_garbler_does_not_run_ahead_of_the_evaluator(monkeypatch):
    """Many samples in one question: the wire never holds more than it may."""
    words, ahead = small(), 50_000
    monkeypatch.setattr(engine, "AHEAD", ahead)
    x = RNG.uniform(-1, 1, (40, 6))
    answer = classify(words, x, keep_bodies=True)
    assert answer.labels.tolist() == words.predict(x).tolist()
    tables = 40 * words.shape.and_gates * 32
    taken = [m for m in answer.channel.messages if m.label == "taken"]
    assert len(taken) == tables // ahead > 20
    sent = answered = 0
    for m in answer.channel.messages:  # in the order in which they crossed
        answered += m.label == "taken"
        if m.label == "tables":
            size = m.payload.nbytes
            sent += size
            # two marks, and the chunk that crosses the second
            assert sent - answered * ahead < 2 * ahead + size


def play(client, owner):
    """Run both; return each one's error, or None."""
    errors = [None, None]

    def guarded(k, program):
        def play_one(end):
            try:
                program(end)
            except Exception as error:
                errors[k] = error

        return play_one

    with Channel("client", "owner") as channel:
        run(channel, guarded(0, client), guarded(1, owner))
    return errors


def test_another_network_than_announced_stops_both_and_says_why():
    mine, other = small(), small((6, 4, 4))
    x = np.zeros((1, 6))
    errors = play(
        lambda end: Client(end, other.shape).classify(x),
        lambda end: Owner(end, mine).serve(),
    )
    assert isinstance(errors[0], PeerStopped)
    assert "owner: the garbler's network must have the owner's shape" in str(errors[0])
    assert "the garbler's network must have the owner's shape" in str(errors[1])


def test_other_words_are_another_network():
    mine = small()
    other = small(form=Format.of(16, 11))
    errors = play(
        lambda end: Client(end, other.shape).classify(np.zeros((1, 6))),
        lambda end: Owner(end, mine).serve(),
    )
    assert all(isinstance(error, ValueError) for error in errors)


def test_a_bad_sample_is_refused_before_anything_is_garbled():
    words = small()
    errors = play(
        lambda end: Client(end, words.shape).classify(np.full((1, 6), 9.0)),
        lambda end: Owner(end, words).serve(),
    )
    assert "x must be within -8" in str(errors[0])
    assert isinstance(errors[1], PeerStopped)
    assert "client: x must be within -8" in str(errors[1])


@pytest.mark.parametrize("label", ["inputs", "tables", "OT labels", "OT columns"])
def test_a_message_of_a_wrong_shape_stops_both(label):
    words = small()

    def adversary(message):
        payload = message.payload
        return payload[..., :1] if message.label == label else payload

    errors = [None, None]
    channel = Channel("client", "owner", adversary=adversary)

    def client(end):
        try:
            Client(end, words.shape).classify(np.zeros((1, 6)))
        except ValueError as error:
            errors[0] = error
            raise

    def owner(end):
        try:
            Owner(end, words).serve()
        except ValueError as error:
            errors[1] = error
            raise

    with channel, pytest.raises(ValueError, match="must"):
        run(channel, client, owner)
    assert all(errors)
    assert any(isinstance(error, PeerStopped) for error in errors)


def test_a_peer_that_leaves_is_named_and_nobody_hangs():
    words, before = small(), set(threading.enumerate())
    errors = play(
        lambda end: end.close(),
        lambda end: Owner(end, words).serve(),
    )
    assert isinstance(errors[1], PeerGone)
    errors = play(
        lambda end: Client(end, words.shape).classify(np.zeros((1, 6))),
        lambda end: (end.receive("setup"), end.send("agreed", None), end.close()),
    )
    assert isinstance(errors[0], PeerGone)
    assert set(threading.enumerate()) <= before  # others' threads may end meanwhile


def test_opened_layers_must_exist():
    with pytest.raises(ValueError, match="opened must be 0 or 1, got 2"):
        classify(small(), np.zeros((1, 6)), opened=[2])
