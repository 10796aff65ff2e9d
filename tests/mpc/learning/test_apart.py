"""Tests for ppdl_course.mpc.learning.apart: two real processes over the loopback."""

from dataclasses import asdict

import numpy as np
import pytest

from ppdl_course.mpc.learning.apart import train_apart
from ppdl_course.mpc.learning.dealer import Dealer
from ppdl_course.mpc.learning.fixed_point import FixedPoint
from ppdl_course.mpc.learning.network import NetworkPlan
from ppdl_course.mpc.learning.regression import RegressionPlan, train
from ppdl_course.mpc.learning.session import SERVERS, together
from ppdl_course.parties.processes import Program, launch

FIXED = FixedPoint()


def test_two_processes_train_as_two_threads_do_and_send_the_same():
    rng = np.random.default_rng(0)
    x, y, w = rng.normal(size=(8, 3)), rng.integers(0, 2, (8, 1)), np.zeros((3, 1))
    plan = RegressionPlan(8, 3, (tuple(range(8)),) * 2, 4)
    found, outcome = train_apart(plan, x, y, w)
    for _ in range(2):
        w = w - x.T @ (np.clip(x @ w + 0.5, 0, 1) - y) / 16
    assert np.abs(found - w).max() < 0.002
    session = together(
        lambda server, *shares: train(server, plan, *shares),
        plan.requests(),
        *(FIXED.encode(v) for v in (x, y, np.zeros((3, 1)))),
    )
    views = outcome.views
    assert views["server 0"].bytes == views["server 1"].bytes == session.bytes
    assert views["server 0"].rounds == session.rounds


def test_a_network_trains_apart():
    rng = np.random.default_rng(1)
    plan = NetworkPlan((3, 4, 2), 5, ((0, 1, 2, 3, 4),), 3)
    x, y = rng.normal(size=(5, 3)), rng.normal(size=(5, 2))
    w = [rng.normal(size=shape) for shape in plan.shapes]
    found, _ = train_apart(plan, x, y, w)
    a = np.maximum(x @ w[0], 0)
    d = a @ w[1] - y
    wanted = w[0] - x.T @ ((d @ w[1].T) * (a > 0)) / 8, w[1] - a.T @ d / 8
    for got, exact in zip(found, wanted, strict=True):
        assert np.abs(got - exact).max() < 0.002


def refused(fractions=(13, 13), messages=(None, None)) -> str:
    """Return what is said of two processes with these fraction bits and messages.

    ``messages`` is how many of the dealer's messages each server is given; None is all.
    """
    plan = RegressionPlan(2, 1, ((0, 1),), 1)
    dealer = Dealer()
    pairs = list(dealer.deal(plan.requests()))
    shares = [np.zeros(s, np.uint64) for s in ((2, 1), (2, 1), (1, 1))]
    programs = [
        Program(
            name,
            "ppdl_course.mpc.learning.apart:play_server",
            (
                party,
                asdict(FixedPoint(fractions[party])),
                asdict(plan),
                dealer.seeds[party],
                [pair[party] for pair in pairs][: messages[party]],
                shares,
            ),
        )
        for party, name in enumerate(SERVERS)
    ]
    with pytest.raises(RuntimeError) as caught:
        launch(*programs, timeout=30)
    return str(caught.value)


def test_both_processes_name_what_is_wrong():
    """Other fraction bits on one server: both say so, neither hangs."""
    message = refused(fractions=(13, 12))
    for name in SERVERS:
        wanted = f"{name}: ValueError: fraction bits must be the same on both servers"
        assert wanted in message


def test_the_other_process_hears_why_one_stops():
    message = refused(messages=(2, None))
    assert "server 0: ValueError: material is used up" in message
    assert "PeerStopped: the other server stopped: material is used up" in message
