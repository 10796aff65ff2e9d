"""Tests for ppdl_course.mpc.learning.network and its twin."""

from itertools import pairwise

import numpy as np
import pytest
import torch

from ppdl_course.data import load_digits_split
from ppdl_course.mpc.learning import network, twin
from ppdl_course.mpc.learning.dealer import Dealer
from ppdl_course.mpc.learning.fixed_point import FixedPoint
from ppdl_course.mpc.learning.network import NetworkPlan
from ppdl_course.mpc.learning.regression import batches
from ppdl_course.mpc.learning.session import together, with_supplies

FIXED = FixedPoint()


def starting(sizes, rng):
    return [rng.normal(size=s) / np.sqrt(2 * s[0]) for s in pairwise(sizes)]


def privately(plan, x, y, weights):
    session = together(
        lambda server, *shares: network.train(server, plan, *shares),
        plan.requests(),
        FIXED.encode(x),
        FIXED.encode(y),
        [FIXED.encode(w) for w in weights],
        keep_bodies=False,
    )
    return [FIXED.decode(w) for w in session.total], session


def by_autograd(plan, x, y, weights):
    """Squared error's gradient, as torch finds it."""
    w = [torch.tensor(v, requires_grad=True) for v in weights]
    for batch in plan.schedule:
        a = torch.tensor(x[list(batch)])
        for v in w[:-1]:
            a = torch.relu(a @ v)
        loss = ((a @ w[-1] - torch.tensor(y[list(batch)])) ** 2).sum() / 2
        gradients = torch.autograd.grad(loss, w)
        w = [
            (v - g / 2**plan.rate_bits).detach().requires_grad_()
            for v, g in zip(w, gradients, strict=True)
        ]
    return [v.detach().numpy() for v in w]


def test_steps_of_the_network_are_those_of_autograd():
    rng = np.random.default_rng(0)
    sizes = (6, 8, 7, 5)
    x, y = rng.normal(size=(12, 6)), rng.normal(size=(12, 5))
    weights = starting(sizes, rng)
    plan = NetworkPlan(sizes, 12, batches(12, 6, 2, rng), 6)
    found, session = privately(plan, x, y, weights)
    for ours, theirs in zip(found, by_autograd(plan, x, y, weights), strict=True):
        assert np.abs(ours - theirs).max() < 0.005
    # facts, X; then W, 7 + 1 for each ReLU, 3 d and 2 selections in each step
    assert session.rounds == 2 + (1 + 2 * 8 + 3 + 2) * len(plan.schedule)


def test_the_garbled_output_agrees_with_the_twin():
    rng = np.random.default_rng(1)
    sizes = (6, 8, 4)
    x, y = rng.normal(size=(8, 6)), np.eye(4)[rng.integers(0, 4, 8)]
    weights = starting(sizes, rng)
    plan = NetworkPlan(sizes, 8, (tuple(range(8)),), 3, "softmax")
    found, _ = privately(plan, x, y, weights)
    plain = twin.Plain(FIXED, rng)
    wanted = twin.train_network(plain, plan, x, y, weights)
    for ours, theirs in zip(found, wanted, strict=True):
        assert np.abs(ours - plain.decode(theirs)).max() < 0.01


def test_the_digits_network_gets_the_labels_of_the_plain_twin():
    data, rng = load_digits_split(), np.random.default_rng(2)
    sizes = (64, 128, 128, 10)
    x, y = data.X_train, np.eye(10)[data.y_train]
    weights = starting(sizes, rng)
    plan = NetworkPlan(sizes, len(x), batches(len(x), 128, 3, rng), 9)
    found, _ = privately(plan, x, y, weights)
    plain = twin.Plain(FIXED, rng)
    public = [plain.decode(w) for w in twin.train_network(plain, plan, x, y, weights)]
    ours, theirs = twin.scores(found, data.X_test), twin.scores(public, data.X_test)
    # Both round at random, by a unit: scores differ by 0.01 (standard deviation), so
    # that about 1 % of labels, where two scores nearly meet, may differ after 30 steps.
    assert np.abs(ours - theirs).max() < 0.1
    assert (ours.argmax(1) == theirs.argmax(1)).mean() > 0.95
    assert plain.failures < 1e-4
    assert (ours.argmax(1) == data.y_test).mean() > 0.8


def test_a_step_of_the_papers_network_opens_less_than_seven_megabytes():
    sizes, rng = (784, 128, 128, 10), np.random.default_rng(3)
    plan = NetworkPlan(sizes, 128, (tuple(range(128)),), 10)
    supplies = Dealer().supplies(plan.requests())
    inputs = [rng.integers(0, 2**13, s, np.uint64) for s in ((128, 784), (128, 10))]
    weights = [FIXED.encode(w) for w in starting(sizes, rng)]

    def program(server, x, y, weights):
        (data,) = server.masked(X=x)
        server.exchange("now", None)
        return network.step(server, plan, data.rows(range(128)), y, weights)

    session = with_supplies(program, supplies, *inputs, weights)
    sent = session.channel.messages
    first = max(k for k, m in enumerate(sent) if m.label == "now")
    assert sum(message.size for message in sent[first + 1 :]) < 7e6


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"sizes": (4, 2)}, "layers must be an integer >= 2"),
        ({"sizes": (4, 0, 2)}, r"sizes\[1\] must be an integer >= 1"),
        ({"output": "sigmoid"}, "output must be 'linear' or 'softmax'"),
        ({"schedule": ((5,),)}, r"rows in 0\.\.4, got 5"),
    ],
)
def test_a_bad_plan_is_refused(change, message):
    good = {"sizes": (4, 3, 2), "rows": 5, "schedule": ((0,),), "rate_bits": 3}
    with pytest.raises(ValueError, match=message):
        NetworkPlan(**(good | change))


def test_weights_of_another_shape_are_refused():
    plan = NetworkPlan((4, 3, 2), 5, ((0,),), 3)
    x, y = np.zeros((5, 4)), np.zeros((5, 2))
    with pytest.raises(ValueError, match="weights must be 2, got 1"):
        privately(plan, x, y, [np.zeros((4, 3))])
    with pytest.raises(ValueError, match=r"weights\[1\] must have shape \(3, 2\)"):
        privately(plan, x, y, [np.zeros((4, 3)), np.zeros((2, 2))])
