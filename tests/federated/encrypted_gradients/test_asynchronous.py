"""[36]: encrypted asynchronous SGD is the plain one, bit for bit; who sees what."""

import numpy as np
import pytest

from ppdl_course.attacks.gradient_leakage import closed_form
from ppdl_course.attacks.shared_gradient_key import (
    difference,
    read_upload,
    uploads_of,
)
from ppdl_course.data import load_digits_split
from ppdl_course.federated.encrypted_gradients.asynchronous import (
    Participant,
    Server,
    run,
    share_key,
)
from ppdl_course.federated.encrypted_gradients.headroom import Headroom
from ppdl_course.federated.encrypted_gradients.learner import (
    Learner,
    plain_twin,
    random_order,
)
from ppdl_course.federated.encrypted_gradients.paillier_sums import PaillierKey
from ppdl_course.federated.encrypted_gradients.ring_sums import RingKey
from ppdl_course.nn import CrossEntropy, Network
from ppdl_course.parties.channel import Channel
from ppdl_course.parties.sealed import SealedEnd
from ppdl_course.publickey.arithmetic.safe_primes import PUBLISHED
from ppdl_course.publickey.paillier import PrivateKey

COURTS = ("court 1", "court 2", "court 3")
RATE = 0.5


@pytest.fixture(scope="module")
def data():
    return load_digits_split()


def learners(data, *, batch_size, sizes=(64, 8, 10), headroom=None):
    network = Network(sizes, "sigmoid", rng=np.random.default_rng(0))
    return network, {
        name: Learner(
            network,
            data.X_train[k :: len(COURTS)],
            data.y_train[k :: len(COURTS)],
            rate=RATE,
            batch_size=batch_size,
            headroom=headroom or Headroom(),
        )
        for k, name in enumerate(COURTS)
    }


def system(data, key, *, batch_size=16, most_stale=None, sizes=(64, 8, 10), **options):
    network, own = learners(data, batch_size=batch_size, sizes=sizes)
    channel = Channel("server", *COURTS, **options)
    server = Server(
        channel["server"],
        key.adder(len(network.flat)),
        COURTS,
        most_stale=most_stale,
    )
    participants = {name: Participant(channel[name], own[name], key) for name in COURTS}
    return channel, server, participants, network


@pytest.mark.parametrize("seed", [0, 1])
def test_final_weights_are_those_of_plain_asynchronous_sgd_bit_for_bit(data, seed):
    order = random_order(COURTS, 60, rng=np.random.default_rng(seed))
    _, server, participants, network = system(data, RingKey())
    weights = run(server, participants, order)
    twin = plain_twin(learners(data, batch_size=16)[1], order)
    np.testing.assert_array_equal(weights, twin)
    assert server.version == 180
    trained = network.from_flat(Headroom().decode(weights))
    accuracy = (trained.predict(data.X_test) == data.y_test).mean()
    before = (network.predict(data.X_test) == data.y_test).mean()
    assert accuracy > 0.6 > before + 0.3


def test_paillier_gives_the_same_weights(data):
    order = random_order(COURTS, 2, rng=np.random.default_rng(2))
    key = PaillierKey(PrivateKey.from_primes(*PUBLISHED[512]))  # toy size, insecure
    _, server, participants, _ = system(data, key, sizes=(64, 2, 10))
    twin = plain_twin(learners(data, batch_size=16, sizes=(64, 2, 10))[1], order)
    np.testing.assert_array_equal(run(server, participants, order), twin)


def test_asynchronous_means_that_steps_overtake_each_other(data):
    """Another order, other weights: the twin must have the order, and it matters."""
    rng = np.random.default_rng(3)
    first, second = (random_order(COURTS, 5, rng=rng) for _ in range(2))
    assert first != second
    results = [
        plain_twin(learners(data, batch_size=16)[1], order) for order in (first, second)
    ]
    assert (results[0] != results[1]).any()
    for order in (first, second):
        for name in COURTS:
            mine = [what for who, what in order if who == name]
            assert mine == ["download", "upload"] * 5


def test_a_learner_takes_its_records_in_their_order_round_and_round(data):
    network, own = learners(data, batch_size=200)
    learner, start = own["court 1"], own["court 1"].start()
    x, y = data.X_train[::3], data.y_train[::3]
    weights = network.from_flat(Headroom().decode(start))
    for first in (0, 200, 400, 151):  # 449 records: 400 to 448, then 0 to 150
        rows = (first + np.arange(200)) % len(x)
        _, g = weights.loss_and_gradient(x[rows], y[rows], CrossEntropy())
        expected = np.rint(-RATE * g * 2**20).astype(np.int64)
        np.testing.assert_array_equal(learner.step(start), expected)


# --- who sees what ---


def test_the_server_gets_ciphertexts_and_no_key(data):
    key = RingKey()
    channel, server, participants, network = system(data, key)
    run(server, participants, random_order(COURTS, 2, rng=np.random.default_rng(4)))
    view = channel.view("server")
    assert {m.label for m in view} == {"start", "download", "weights", "upload"}
    assert not [m for m in view if key.seed in m.body]
    start = next(m.payload for m in view if m.label == "start")
    assert set(start) == {"key", "size", "seed", "residues"}
    assert start["size"] == len(network.flat)


@pytest.mark.parametrize("kind", ["ring", "Paillier"])
def test_participants_agree_on_a_key_that_the_wire_does_not_show(kind):
    key = (
        RingKey()
        if kind == "ring"
        else PaillierKey(PrivateKey.from_primes(*PUBLISHED[512]))
    )
    with Channel("server", *COURTS) as channel:
        ends = [SealedEnd(channel[n], [m for m in COURTS if m != n]) for n in COURTS]
        heard = share_key(ends[0], key, ends[1:])
        assert not channel.view("server")
        bare = key.seed if kind == "ring" else str(key.private.p).encode()
        assert not [m for m in channel.messages if bare in m.body]
    for shared in heard:
        again = (
            RingKey(shared)
            if kind == "ring"
            else PaillierKey(PrivateKey.from_primes(*shared))
        )
        assert again.id == key.id
        adder = again.adder(2)
        adder.add(key.encrypt(np.array([3, -4])))
        assert again.decrypt(adder.total()).tolist() == [3, -4]


def test_a_participant_who_meets_the_server_reads_the_records_of_another(data):
    """One record a batch: its gradient is opened with the shared key, and divided."""
    key = RingKey()
    channel, server, participants, network = system(data, key, batch_size=1)
    order = [("court 1", "download"), ("court 1", "upload")]
    run(server, participants, order)
    (step,) = uploads_of(channel, "court 1")
    accomplice = RingKey(key.seed)  # what court 2 holds too
    gradient = read_upload(step, accomplice, rate=RATE)
    _, true = network.loss_and_gradient(
        data.X_train[:1], data.y_train[:1], CrossEntropy()
    )
    assert np.abs(gradient - true).max() < 2**-19
    assert np.abs(closed_form(network, gradient) - data.X_train[0]).max() < 1e-3
    with pytest.raises(ValueError, match="key must be"):
        read_upload(step, RingKey(), rate=RATE)


def test_one_mask_for_two_uploads_gives_their_difference_to_anyone():
    key, seed = RingKey(), bytes(16)
    rng = np.random.default_rng(5)
    x, y = rng.integers(-(2**31) + 1, 2**31, (2, 5000))
    first, second = (key.encrypt(v, mask_seed=seed) for v in (x, y))
    np.testing.assert_array_equal(difference(first, second), x - y)
    adder = key.adder(5000)
    adder.add(first)
    with pytest.raises(ValueError, match="seed must be new"):
        adder.add(second)
    with pytest.raises(ValueError, match="seed must be the same"):
        difference(first, key.encrypt(y))


# --- refusals ---


def ready(data, **options):
    key = RingKey()
    channel, server, participants, _ = system(data, key, **options)
    participants["court 1"].send_start()
    server.receive_start("court 1")
    return channel, server, participants, key


def download(server, participants, name):
    participants[name].ask()
    server.answer(name)
    participants[name].receive()


def test_a_second_upload_for_one_download_is_not_counted_twice(data):
    _, server, participants, _ = ready(data)
    download(server, participants, "court 2")
    participants["court 2"].upload()
    server.receive_upload("court 2")
    participants["court 2"].upload()
    with pytest.raises(ValueError, match="'court 2' must download between two uploads"):
        server.receive_upload("court 2")
    assert server.version == 1


def test_a_version_that_was_not_downloaded_last_is_refused(data):
    def older(message):
        if message.label == "upload":
            return message.payload | {"version": message.payload["version"] - 1}
        return message.payload

    _, server, participants, _ = ready(data, adversary=older)
    download(server, participants, "court 2")
    participants["court 2"].upload()
    with pytest.raises(
        ValueError, match="version must be the one downloaded, 0, got -1"
    ):
        server.receive_upload("court 2")


def test_a_step_that_is_too_stale_is_refused(data):
    _, server, participants, _ = ready(data, most_stale=1)

    def upload(name):
        participants[name].upload()
        server.receive_upload(name)

    for name in ("court 2", "court 3", "court 1"):
        download(server, participants, name)
    upload("court 1")
    upload("court 2")  # one upload old: taken
    assert server.version == 2
    participants["court 3"].upload()
    with pytest.raises(
        ValueError, match="version must be at most 1 uploads old, got 2"
    ):
        server.receive_upload("court 3")
    assert server.version == 2


def test_order_of_the_protocol_is_kept(data):
    channel, server, participants, key = ready(data)
    participants["court 2"].send_start()
    with pytest.raises(ValueError, match="start must come once"):
        server.receive_start("court 2")
    with pytest.raises(ValueError, match="weights must be received before an upload"):
        participants["court 3"].upload()
    with pytest.raises(
        ValueError, match=r"participant must be one of .* got 'court 9'"
    ):
        server.receive_upload("court 9")
    fresh = Server(channel["server"], key.adder(3), COURTS)
    with pytest.raises(ValueError, match="start must come before a download"):
        fresh.answer("court 1")
    with pytest.raises(ValueError, match="participants must be different"):
        Server(channel["server"], key.adder(3), ("court 1", "court 1"))


def test_a_step_too_large_for_the_headroom_is_not_sent(data):
    coarse = Headroom(fraction_bits=20, value_bits=22)  # within +-2
    network, _ = learners(data, batch_size=1, headroom=coarse)
    large = Learner(
        network,
        data.X_train[:1],
        data.y_train[:1],
        rate=1e4,
        batch_size=1,
        headroom=coarse,
    )
    with pytest.raises(ValueError, match=r"values must be within .* could carry"):
        large.step(large.start())
    with pytest.raises(ValueError, match="uploads must be an integer >= 1, got 0"):
        random_order(COURTS, 0, rng=np.random.default_rng(0))
