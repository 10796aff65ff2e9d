"""The GAN attack works over real rounds, and fails where there is nothing to steal."""

import numpy as np
import pytest

from ppdl_course.attacks.gan_attack import (
    Adam,
    GANClient,
    input_gradients,
    poisoned,
    run_attack,
    train_judge,
)
from ppdl_course.data import load_digits_split
from ppdl_course.nn import CrossEntropy, Network, accuracy
from ppdl_course.parties.channel import Channel

PARTIES = {"victim": (3, 1), "attacker": (1, 7)}


@pytest.fixture(scope="module")
def digits():
    return load_digits_split()


@pytest.fixture(scope="module")
def runs(digits):
    settings = {
        "active": {"decoy": 10},
        "passive": {"decoy": None},
        "control": {"decoy": 10, "victim_trains": False},
    }
    return {
        name: [
            run_attack(
                digits.X_train,
                digits.y_train,
                **PARTIES,
                rng=np.random.default_rng(seed),
                **options,
            )
            for seed in (0, 1, 2)
        ]
        for name, options in settings.items()
    }


def likeness(digits, attacks):
    truth = digits.X_test[digits.y_test == 3].mean(axis=0)
    return np.mean([np.corrcoef(a.images.mean(axis=0), truth)[0, 1] for a in attacks])


@pytest.mark.parametrize("activation", ["relu", "sigmoid", "prelu"])
def test_input_gradients_are_central_differences(activation):
    rng = np.random.default_rng(0)
    network = Network([5, 7, 4, 3], activation, rng=rng)
    x, y, h = rng.normal(size=(4, 5)), np.array([0, 1, 2, 1]), 1e-6
    losses, slopes = input_gradients(network, x, y)
    np.testing.assert_allclose(losses, network.losses(x, y, CrossEntropy()))
    for i in range(5):
        step = h * np.eye(5)[i]
        up, down = (network.losses(x + s, y, CrossEntropy()) for s in (step, -step))
        np.testing.assert_allclose(slopes[:, i], (up - down) / (2 * h), atol=1e-7)


def test_adam_is_torchs():
    import torch

    network = Network([3, 2], rng=np.random.default_rng(0))
    theirs = torch.tensor(network.flat.copy(), requires_grad=True)
    mine, other = Adam(network, rate=0.01), torch.optim.Adam([theirs], lr=0.01)
    rng = np.random.default_rng(1)
    for _ in range(20):
        gradient = rng.normal(size=len(network.flat))
        mine.step(gradient)
        theirs.grad = torch.tensor(gradient)
        other.step()
    np.testing.assert_allclose(network.flat, theirs.detach().numpy(), rtol=1e-6)


def test_the_active_attack_draws_the_victims_class(digits, runs):
    active = likeness(digits, runs["active"])
    assert active > 0.6
    assert active > likeness(digits, runs["passive"]) + 0.15
    assert active > likeness(digits, runs["control"]) + 0.15


def test_an_independent_judge_says_so_too(digits, runs):
    judge = train_judge(digits.X_test, digits.y_test, np.random.default_rng(5))
    assert accuracy(judge, digits.X_train, digits.y_train) > 0.7
    share = {
        name: np.mean([(judge.predict(a.images) == 3).mean() for a in attacks])
        for name, attacks in runs.items()
    }
    assert share["active"] > max(share["passive"], share["control"]) + 0.2


def test_nobody_notices_since_the_shared_model_works(digits, runs):
    held = np.isin(digits.y_test, (1, 3, 7))
    for attack in runs["active"]:
        right = accuracy(attack.model, digits.X_test[held], digits.y_test[held])
        assert right > 0.8


def test_the_attacker_never_receives_a_record_or_a_gradient_of_the_victim(digits):
    rng = np.random.default_rng(0)
    shape = Network([64, 8, 11], rng=rng)
    with Channel("server", "victim", "attacker") as channel:
        client = GANClient(
            channel["attacker"], shape, digits.X_train[:20], np.ones(20, dtype=int),
            target=3, decoy=10, seed_rng=rng, warm_up=0,
        )  # fmt: skip
        channel["server"].send("model", shape.flat, to="attacker")
        client.answer_round()
        assert {m.label for m in channel.view("attacker")} == {"model", "gradient"}
        assert {m.sender for m in channel.view("attacker")} == {"server", "attacker"}


def test_the_fakes_enter_under_the_decoy_label():
    x, y = poisoned(np.ones((2, 3)), np.array([1, 7]), np.zeros((4, 3)), 10)
    assert x.shape == (6, 3)
    assert y.tolist() == [1, 7, 10, 10, 10, 10]


def test_a_target_that_the_attacker_holds_is_refused(digits):
    rng = np.random.default_rng(0)
    shape = Network([64, 8, 11], rng=rng)
    x, y = digits.X_train[:50], digits.y_train[:50]
    with Channel("server", "a") as channel:
        with pytest.raises(ValueError, match="target must be a class not held"):
            GANClient(channel["a"], shape, x, y, target=3, decoy=10, seed_rng=rng)
        with pytest.raises(ValueError, match="decoy must differ from target"):
            GANClient(channel["a"], shape, x, y, target=3, decoy=3, seed_rng=rng)
