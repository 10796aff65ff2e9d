"""Tests for ppdl_course.mpc.learning.regression and .twin."""

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression, LogisticRegression

from ppdl_course.data import load_digits_split
from ppdl_course.mpc.learning import twin
from ppdl_course.mpc.learning.dealer import Dealer
from ppdl_course.mpc.learning.fixed_point import FixedPoint
from ppdl_course.mpc.learning.regression import RegressionPlan, batches, train
from ppdl_course.mpc.learning.server import Server
from ppdl_course.mpc.learning.session import SERVERS, guarded, together
from ppdl_course.parties.channel import Channel
from ppdl_course.parties.threads import run
from ppdl_course.parties.views import FALSE_ALARM, samples_needed, uniform_p_value

FIXED = FixedPoint()


def privately(plan, x, y, w):
    session = together(
        lambda server, *shares: train(server, plan, *shares),
        plan.requests(),
        *(FIXED.encode(value) for value in (x, y, w)),
        keep_bodies=False,
    )
    return FIXED.decode(session.total), session


def in_floats(plan, x, y, w):
    """The same steps in floats, with the piecewise sigmoid as numpy clips."""
    for batch in plan.schedule:
        rows = list(batch)
        u = x[rows] @ w
        p = np.clip(u + 0.5, 0, 1) if plan.activation == "piecewise" else u
        w = w - x[rows].T @ (p - y[rows]) / 2**plan.rate_bits
    return w


@pytest.fixture(scope="module")
def digits():
    """Zero against the rest, with a column of ones for the bias."""
    data = load_digits_split()
    x, x_test = (
        np.c_[part, np.ones(len(part))] for part in (data.X_train, data.X_test)
    )
    return x, (data.y_train == 0), x_test, (data.y_test == 0)


@pytest.mark.parametrize("outputs", [1, 6])
@pytest.mark.parametrize("activation", ["linear", "piecewise"])
def test_a_few_steps_agree_with_floats(activation, outputs):
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(20, 7)), rng.normal(size=(20, outputs))
    w = rng.normal(size=(7, outputs))
    plan = RegressionPlan(20, 7, batches(20, 8, 2, rng), 5, activation, outputs)
    found, _ = privately(plan, x, y, w)
    assert np.abs(found - in_floats(plan, x, y, w)).max() < 0.003


@pytest.mark.parametrize(
    ("activation", "rate_bits", "threshold"),
    [("piecewise", 6, 0.0), ("linear", 11, 0.5)],
)
def test_private_training_gives_the_labels_of_the_plain_twin(
    digits, activation, rate_bits, threshold
):
    x, y, x_test, y_test = digits
    rng = np.random.default_rng(1)
    plan = RegressionPlan(
        len(x), x.shape[1], batches(len(x), 128, 6, rng), rate_bits, activation
    )
    w = np.zeros((x.shape[1], 1))
    private, session = privately(plan, x, y[:, None], w)
    plain = twin.Plain(FIXED, rng)
    public = plain.decode(twin.train(plain, plan, x, y[:, None], w))
    labels = twin.predict(private, x_test, threshold=threshold)
    wanted = twin.predict(public, x_test, threshold=threshold)
    # both round at random: scores differ by 0.0012 (standard deviation of eight runs),
    # so that a label may only differ within eight times that of the threshold
    sure = np.abs(x_test @ public - threshold)[:, 0] > 0.01
    assert np.array_equal(labels[sure], wanted[sure])
    assert (~sure).sum() <= 4
    assert plain.failures < 1e-6  # so the equality is no luck of this run
    rounds = 9 if activation == "piecewise" else 2
    assert session.rounds == 2 + rounds * len(plan.schedule)
    if activation == "piecewise":
        oracle = LogisticRegression(max_iter=1000).fit(x, y).predict(x_test)
    else:
        oracle = LinearRegression().fit(x, y).predict(x_test) > 0.5
    assert (labels == y_test).mean() > (oracle == y_test).mean() - 0.015


def test_the_floor_drifts_and_random_rounding_does_not(digits):
    """Half a unit a step, against a walk: distances from exact floats, in units."""
    x, y, _, _ = digits
    x, y = x[:, 20:30], y[:, None].astype(float)
    rng = np.random.default_rng(2)
    plan = RegressionPlan(len(x), 10, batches(len(x), 128, 30, rng), 10, "linear")
    w = np.zeros((10, 1))
    exact = in_floats(plan, x, y, w)
    off = [
        np.abs(
            twin.Plain(FIXED, how).decode(
                twin.train(twin.Plain(FIXED, how), plan, x, y, w)
            )
            - exact
        ).mean()
        for how in (None, rng)
    ]
    assert off[0] > 2 * off[1]


def test_the_twin_names_what_breaks_a_bound():
    plan = RegressionPlan(2, 1, ((0, 1),) * 60, 0, "linear")
    x, y, w = np.full((2, 1), 9.0), np.ones((2, 1)), np.ones((1, 1))
    with pytest.raises(twin.OutOfBoundsError, match=r"product must be below 2\^63"):
        twin.train(twin.Plain(FIXED), plan, x, y, w)
    plan = RegressionPlan(2, 1, ((0, 1),), 0)
    x = np.full((2, 1), 2.0**17)
    with pytest.raises(twin.OutOfBoundsError, match="compared number must be below"):
        twin.train(twin.Plain(FIXED), plan, x, y, w * 4)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"rows": 0}, "rows must be an integer >= 1"),
        ({"schedule": ()}, "schedule must have batches"),
        ({"schedule": ((0,), ())}, "schedule must have batches"),
        ({"schedule": ((0, 4),)}, r"rows in 0\.\.3, got 4"),
        ({"schedule": ((-1, 2),)}, r"rows in 0\.\.3, got -1"),
        ({"rate_bits": 51}, r"rate_bits must be an integer in 0\.\.50"),
        ({"activation": "relu"}, "activation must be 'linear' or 'piecewise'"),
    ],
)
def test_a_bad_plan_is_refused(change, message):
    good = {"rows": 4, "features": 2, "schedule": ((0, 1),), "rate_bits": 3}
    with pytest.raises(ValueError, match=message):
        RegressionPlan(**(good | change))


def test_shares_of_another_shape_are_refused():
    plan = RegressionPlan(4, 2, ((0, 1),), 3)
    with pytest.raises(ValueError, match=r"y must have shape \(4, 1\), got \(4, 2\)"):
        privately(plan, np.zeros((4, 2)), np.zeros((4, 2)), np.zeros((2, 1)))


def test_two_servers_with_different_plans_both_say_so():
    plans = [RegressionPlan(4, 2, ((0, 1),), bits) for bits in (3, 4)]
    supplies = Dealer().supplies(plans[0].requests())
    shares = [np.zeros(s, np.uint64) for s in ((4, 2), (4, 1), (2, 1))]
    errors = []

    def server(party):
        def program(end):
            me = Server(end, party, supplies[party])
            try:
                guarded(train, me, plans[party], *shares)
            except ValueError as error:
                errors.append(str(error))

        return program

    with Channel(*SERVERS, timeout=5) as channel:
        run(channel, server(0), server(1))
    assert len(errors) == 2
    assert all("rate bits must be the same on both servers" in e for e in errors)


def test_batches_visit_every_row_once_an_epoch():
    found = batches(10, 5, 3, np.random.default_rng(0))
    for k in range(0, 6, 2):
        assert sorted(found[k] + found[k + 1]) == list(range(10))
    with pytest.raises(ValueError, match=r"batch must be an integer in 1\.\.10"):
        batches(10, 11, 1, np.random.default_rng(0))


def test_all_that_a_server_gets_in_a_training_is_uniform():
    """Every word that server 1 sends in a logistic step, by label, for extreme data.

    Top four bits in 16 cells. False alarm FALSE_ALARM over the six tests, and a leak
    of effect 0.5 is missed no more often.
    """
    alarm = FALSE_ALARM / 6
    need = samples_needed(0.5, 16, false_alarm=alarm)
    rows = 64 * -(-need // 64)
    plan = RegressionPlan(rows, 2, (tuple(range(rows)),), 12)
    for value in (0.0, -100.0):
        x, y, w = np.full((rows, 2), value), np.zeros((rows, 1)), np.ones((2, 1))
        session = together(
            lambda server, *shares: train(server, plan, *shares),
            plan.requests(),
            *(FIXED.encode(v) for v in (x, y, w)),
        )
        for label in ("open", "bits", "select"):
            words = np.concatenate(
                [
                    array.ravel()
                    for message in session.online
                    if message.sender == "server 1" and message.label == label
                    for array in message.payload
                ]
            )
            assert len(words) >= need
            cells = (words >> np.uint64(60)).astype(int)
            assert uniform_p_value(cells, 16) > alarm
