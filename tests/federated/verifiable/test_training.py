"""Training on checked sums is training on one machine, bit for bit."""

import numpy as np
import pytest

from ppdl_course.data import load_digits_split
from ppdl_course.federated.dropouts.refusals import TooFew
from ppdl_course.federated.verifiable.training import CheckedTraining, train_centrally
from ppdl_course.nn import CrossEntropy, Network
from ppdl_course.publickey.groups import SMALL_GROUP

NAMES = ("court 1", "court 2", "court 3", "court 4")


def scene(rounds=0, **options):
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(40, 6)), rng.integers(0, 3, 40)
    rows = np.split(np.arange(40), 4)
    shards = {n: (x[r], y[r]) for n, r in zip(NAMES, rows, strict=True)}
    network = Network([6, 5, 3], rng=rng)
    options = {"threshold": 3, "group": SMALL_GROUP, **options}
    training = CheckedTraining(network, shards, **options)
    verdicts = [training.round() for _ in range(rounds)]
    return training, network, shards, verdicts


def test_every_round_gives_the_model_of_one_machine_bit_for_bit():
    training, network, shards, _ = scene()
    for rounds in range(1, 5):
        assert training.round().refused == {}
        alone = train_centrally(network, shards, rounds=rounds)
        for learner in training.learners.values():
            assert learner.network.flat.tobytes() == alone.flat.tobytes()


def test_the_models_differ_from_floats_only_by_the_quantisation():
    _, network, shards, _ = scene()
    alone = train_centrally(network, shards, rounds=5)
    x, y = (np.concatenate(part) for part in zip(*shards.values(), strict=True))
    floats = network.copy()
    for _ in range(5):
        floats.flat -= 0.1 * floats.loss_and_gradient(x, y, CrossEntropy())[1]
    np.testing.assert_allclose(alone.flat, floats.flat, rtol=0, atol=5 * 2.0**-40)
    assert alone.flat.tobytes() != floats.flat.tobytes()


def test_accuracy_on_digits_is_that_of_one_machine():
    split = load_digits_split()
    train_x, train_y, test_x, test_y = (
        split.X_train,
        split.y_train,
        split.X_test,
        split.y_test,
    )
    shards = {n: (train_x[i::4], train_y[i::4]) for i, n in enumerate(NAMES)}
    network = Network([train_x.shape[1], 10], rng=np.random.default_rng(1))
    options = {"threshold": 3, "rate": 1.0, "group": SMALL_GROUP}
    training = CheckedTraining(network, shards, **options)
    for _ in range(25):
        training.round()
    alone = train_centrally(network, shards, rounds=25, rate=1.0)
    ours = training.learners["court 1"].network
    right = (ours.predict(test_x) == test_y).mean()
    assert right == (alone.predict(test_x) == test_y).mean()
    assert right > 0.85
    assert (network.predict(test_x) == test_y).mean() < 0.3


def test_a_round_with_a_dropout_is_the_mean_of_the_others():
    training, network, shards, _ = scene()
    training.round({"court 2": "upload"})
    rest = {n: shard for n, shard in shards.items() if n != "court 2"}
    alone = train_centrally(network, rest, rounds=1)
    others = [training.learners[n].network.flat for n in rest]
    np.testing.assert_allclose(others[0], alone.flat, rtol=0, atol=2.0**-40)
    assert len({flat.tobytes() for flat in others}) == 1
    left = training.learners["court 2"].network
    assert left.flat.tobytes() == network.flat.tobytes()


def test_a_round_that_stops_moves_nobody():
    training, network, *_ = scene()
    with pytest.raises(TooFew):
        training.round(dict.fromkeys(NAMES[:2], "upload"))
    for learner in training.learners.values():
        assert learner.network.flat.tobytes() == network.flat.tobytes()


def test_records_stay_at_home():
    training, _, shards, _ = scene(rounds=1)
    bodies = [m.body for m in training.channel.messages]
    for x, _ in shards.values():
        assert not [b for b in bodies for row in x if row.tobytes() in b]
    assert not hasattr(training.server, "network")


def test_bad_numbers_are_refused_by_name():
    _, network, shards, _ = scene()
    with pytest.raises(ValueError, match="rate must be positive"):
        CheckedTraining(network, shards, threshold=3, rate=0)
    with pytest.raises(ValueError, match="rounds must be an integer >= 1"):
        train_centrally(network, shards, rounds=0)
    with pytest.raises(ValueError, match="threshold must be"):
        CheckedTraining(network, shards, threshold=2)
