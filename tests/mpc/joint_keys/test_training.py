"""Training under many keys against whole numbers, written down a second time here."""

import numpy as np
import pytest

from ppdl_course.data import load_law_cases
from ppdl_course.mpc.joint_keys.cloud import Cloud
from ppdl_course.mpc.joint_keys.parties import CLOUD, CRYPTO, PROVIDER, opened
from ppdl_course.mpc.joint_keys.plan import (
    Plan,
    encoded_records,
    layers,
    predict,
    scores,
)
from ppdl_course.mpc.joint_keys.residues import OutOfBoundsError, integers
from ppdl_course.mpc.joint_keys.sealed import from_message, seal
from ppdl_course.mpc.joint_keys.session import learn, serve_training
from ppdl_course.mpc.joint_keys.training import step, train
from ppdl_course.mpc.joint_keys.twin import Open, Twin
from ppdl_course.parties.channel import Channel

FACTS = ("prior_convictions", "injury", "weapon", "settled")
COURTS = ("appeal", "city", "county")


@pytest.fixture(scope="module")
def cases():
    """Facts and outcome, of training and test cases."""
    law = load_law_cases()
    columns = [law.feature_names.index(name) for name in FACTS]
    return (
        law.X_train[:, columns],
        law.y_train,
        law.X_test[:, columns],
        law.y_test,
        np.array([law.records[k].court for k in law.train]),
    )


def of_courts(cases, each):
    x, y, _, _, court = cases
    rows = {name: np.flatnonzero(court == name)[:each] for name in COURTS}
    return {name: (x[r], y[r]) for name, r in rows.items()}


def round_robin(each, steps, courts=3):
    """Rows of batches of two cases a court."""
    return [
        [k * each + t * 2 + i for k in range(courts) for i in (0, 1)]
        for t in range(steps)
    ]


def plain_step(plan, row, x, y):
    """One SGD step in int64, from the formulas alone."""
    f, inputs, hidden, outputs = plan.fraction_bits, *plan.sizes
    ends = np.cumsum([inputs * hidden, hidden, hidden * outputs])
    w1, b1, w2, b2 = np.split(row, ends)
    w1, w2 = w1.reshape(inputs, hidden), w2.reshape(hidden, outputs)
    z = (x @ w1 + b1 * 2**f) // 2**f
    if plan.activation == "relu":
        slope = (z >= 0).astype(np.int64)
        a = z * slope
    else:
        c0, c1, c3 = (round(c * 2**f) for c in (0.5, 0.197, -0.004))
        squares = z * z // 2**f
        a = z * (squares * c3 + c1 * 2**f) // 2 ** (2 * f) + c0
        slope = squares * 3 * c3 // 2**f + c1
    d2 = (a @ w2 + b2 * 2**f) // 2**f - y
    d1 = d2 @ w2.T // 2**f * slope
    if plan.activation == "sigmoid":
        d1 //= 2**f
    parts = (x.T @ d1, d1.sum(0) * 2**f, a.T @ d2, d2.sum(0) * 2**f)
    gradient = np.concatenate([part.ravel() for part in parts])
    return row - gradient // 2 ** (f + plan.rate_bits)


def joined(plan, courts):
    """All records as int64, court after court."""
    pairs = [encoded_records(plan, *data) for data in courts.values()]
    return [np.concatenate(part).astype(np.int64) for part in zip(*pairs, strict=True)]


@pytest.mark.parametrize("activation", ["sigmoid", "relu"])
def test_one_step_on_three_courts_is_the_plain_step_exactly(strong, cases, activation):
    plan = Plan(activation=activation)
    start = plan.start(np.random.default_rng(1))
    courts = of_courts(cases, 2)
    done = learn(strong, plan, courts, start, round_robin(2, 1))
    x, y = joined(plan, courts)
    wanted = plain_step(plan, start.astype(np.int64), x, y)
    assert np.array_equal(done.weights.astype(np.int64), wanted)
    assert not np.array_equal(done.weights, start)


def test_several_steps_train_it_and_stay_the_plain_ones(strong, cases):
    plan = Plan(sizes=(4, 2, 2), fraction_bits=8, activation="relu", rate_bits=3)
    start = plan.start(np.random.default_rng(5))
    courts, batches = of_courts(cases, 12), round_robin(12, 6)
    done = learn(strong, plan, courts, start, batches, keep_bodies=False)
    x, y = joined(plan, courts)
    row = start.astype(np.int64)
    for rows in batches:
        row = plain_step(plan, row, x[rows], y[rows])
    assert np.array_equal(done.weights.astype(np.int64), row)

    def loss(weights):
        guess = scores(plan, plan.decode(weights), plan.decode(x))
        return ((guess - plan.decode(y)) ** 2).sum(1).mean() / 2

    assert loss(done.weights) < 0.6 * loss(start)


@pytest.mark.parametrize("activation", ["sigmoid", "relu"])
def test_a_long_training_reaches_the_accuracy_of_floats(cases, activation):
    """By the twin, which is the private one: 600 steps, test rows of all courts."""
    x, y, x_test, y_test, _ = cases
    plan = Plan(activation=activation)
    start = plan.start(np.random.default_rng(0))
    rows, labels = (np.asarray(v, np.int64) for v in encoded_records(plan, x, y))
    batches = [range(i, i + 6) for i in range(0, 3600, 6)]
    row, floats = start.astype(np.int64), plan.decode(start)
    for batch in batches:
        row = plain_step(plan, row, rows[batch], labels[batch])
        floats = float_step(plan, floats, x[batch], np.eye(2)[y[batch]])
    ours = predict(plan, plan.decode(row), x_test)
    theirs = predict(plan, floats, x_test)
    assert abs((ours == y_test).mean() - (theirs == y_test).mean()) < 0.02
    assert (ours == theirs).mean() > 0.95
    assert (ours == y_test).mean() > 0.6 > max(y_test.mean(), 1 - y_test.mean())


def float_step(plan, row, x, y):
    w1, b1, w2, b2 = layers(plan, row)
    z = x @ w1 + b1
    if plan.activation == "relu":
        a, slope = np.maximum(z, 0), z >= 0
    else:
        a, slope = 0.5 + 0.197 * z - 0.004 * z**3, 0.197 - 0.012 * z**2
    d2 = a @ w2 + b2 - y
    d1 = d2 @ w2.T * slope
    parts = (x.T @ d1, d1.sum(0), a.T @ d2, d2.sum(0))
    gradient = np.concatenate([part.ravel() for part in parts])
    return row - gradient / 2**plan.rate_bits


@pytest.mark.parametrize("activation", ["sigmoid", "relu"])
@pytest.mark.parametrize("seed", range(5))
def test_the_twin_takes_the_plain_step_on_random_networks(activation, seed):
    rng = np.random.default_rng(seed)
    sizes = tuple(int(v) for v in rng.integers(1, 6, 3))
    plan = Plan(sizes=sizes, fraction_bits=6, activation=activation, weight_bits=12)
    start = rng.integers(-200, 200, plan.parameters)
    x, y = (rng.integers(-256, 257, (7, k)) for k in (sizes[0], sizes[2]))
    toolkit, bound = Twin(), plan.input_bound
    got = step(
        toolkit, plan, Open(start, plan.weight_bound), Open(x, bound), Open(y, bound)
    )
    assert np.array_equal(got.values.astype(np.int64), plain_step(plan, start, x, y))


def test_the_twin_foresees_how_long_the_modulus_must_be(toy):
    plan = Plan(sizes=(1, 1, 1), fraction_bits=20, input_bits=2, weight_bits=3)
    toolkit, bound = Twin(), plan.input_bound
    arrays = Open([0] * 4, plan.weight_bound), Open([[0]], bound), Open([[0]], bound)
    step(toolkit, plan, *arrays)
    sealed = [toy.sealed(a.values, a.bound) for a in arrays]
    room = toy.joint.n.bit_length() - toolkit.bits_needed(0)
    assert toolkit.bits_needed(room) == toy.joint.n.bit_length()
    toy.run(lambda cloud: step(cloud, plan, *sealed), hiding_bits=room)
    with pytest.raises(OutOfBoundsError, match="of N for blinding"):
        toy.run(lambda cloud: step(cloud, plan, *sealed), hiding_bits=room + 2)


def test_a_weight_that_leaves_its_bound_stops_the_training(strong, cases):
    plan = Plan(sizes=(4, 1, 2), fraction_bits=6, rate_bits=0, weight_bits=0)
    start = integers([0] * plan.parameters)  # the last biases jump by the labels
    courts, batches = of_courts(cases, 4), round_robin(4, 2)
    x, y = (Open(v, plan.input_bound) for v in joined(plan, courts))
    error = r"weights must stay below 2\*\*0 in size"
    with pytest.raises(OutOfBoundsError, match=error):
        train(Twin(), plan, Open(start, plan.weight_bound), x, y, batches)
    with pytest.raises(OutOfBoundsError, match=error):
        learn(strong, plan, courts, start, batches)


@pytest.mark.parametrize(("weight", "kept"), [(-64, 1), (-65, 0), (63, 1), (64, 0)])
def test_the_bound_of_weights_holds_at_both_ends(weight, kept):
    """With rows of zeros nothing moves, so that the check alone decides."""
    plan = Plan(sizes=(1, 1, 1), fraction_bits=6, weight_bits=0, activation="relu")
    model = Open([weight, 0, 0, 0], 65)
    zero = Open([[0]], plan.input_bound)
    if kept:
        assert step(Twin(), plan, model, zero, zero).bound == 64
    else:
        with pytest.raises(OutOfBoundsError, match="weights must stay below"):
            step(Twin(), plan, model, zero, zero)


def test_courts_speak_once_and_only_the_provider_opens_the_model(strong, cases):
    plan = Plan(sizes=(4, 1, 2), fraction_bits=4, activation="relu")
    start = plan.start(np.random.default_rng(0))
    done = learn(strong, plan, of_courts(cases, 2), start, round_robin(2, 1))
    counts = done.channel.counts()
    for court in COURTS:
        assert [pair for pair in counts if court in pair] == [(court, PROVIDER)]
        assert counts[court, PROVIDER].messages == 1
    (model,) = [m for m in done.channel.messages if m.label == "model"]
    provider = done.secrets[PROVIDER]
    sealed = from_message(provider.public, model.payload)
    assert opened(provider, sealed).tolist() == done.weights.tolist()
    for court in COURTS:
        with pytest.raises(ValueError, match="not encrypted under this key"):
            opened(done.secrets[court], sealed)


@pytest.mark.parametrize(
    ("part", "change", "error"),
    [
        ("x", {"T1": [0] * 2}, r"x of b: T1 must be in \(0, N"),
        ("y", {"T2": [1] * 2}, "y of b: T2 must not be of small order"),
        ("x", {"bound": 2**40}, "x of b: bound must be at most 4096"),
        ("x", {"shape": (1, 2, 1)}, r"x of b must have shape \(n, 2\)"),
        ("z", {}, "records of b must have exactly the parts x and y"),
    ],
)
def test_a_court_s_bad_ciphertexts_stop_it_and_nothing_is_opened(
    toy, part, change, error
):
    plan = Plan(sizes=(2, 1, 2))
    keys = {name: user.public for name, user in zip("ab", toy.users, strict=False)}
    provider = toy.users[2].public
    with Channel(CLOUD, CRYPTO, PROVIDER) as channel:
        cloud = Cloud(channel[CLOUD], toy.issued.cloud, toy.joint)
        for name, key in keys.items():
            rows = seal(key, [[0, 1024]], bound=4096).message()
            records = {"x": rows, "y": rows}
            if name == "b":
                records[part] = rows | change
            channel[PROVIDER].send("records", records, to=CLOUD)
        start = seal(provider, [0] * plan.parameters, bound=1).message()
        channel[PROVIDER].send("start", start, to=CLOUD)
        with pytest.raises(ValueError, match=error):
            serve_training(cloud, plan, keys, provider, [[0]])
        assert not [m for m in channel.messages if m.receiver == CRYPTO]


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"sizes": (4, 3)}, "sizes must be three numbers"),
        ({"sizes": (4, 0, 2)}, "hidden must be an integer >= 1"),
        ({"fraction_bits": 3}, "fraction_bits must be an integer in 4..20"),
        ({"rate_bits": -1}, "rate_bits must be"),
        ({"activation": "tanh"}, "activation must be one of"),
        ({"weight_bits": 1.5}, "weight_bits must be"),
    ],
)
def test_a_plan_out_of_bounds_is_refused(change, error):
    with pytest.raises(ValueError, match=error):
        Plan(**change)


def test_records_out_of_bounds_are_refused(strong):
    plan = Plan(sizes=(2, 1, 2))
    start = plan.start(np.random.default_rng(0))
    x, y = np.zeros((2, 2)), np.array([0, 1])
    for courts, batches, error in (
        ({"a": (x + 4.01, y)}, [[0]], "x must be finite and at most 4 in size"),
        ({"a": (x * np.nan, y)}, [[0]], "x must be finite"),
        ({"a": (x, y + 1)}, [[0]], r"y must lie in 0\.\.1, got 2"),
        ({"a": (x[:, :1], y)}, [[0]], r"x must have shape \(n, 2\)"),
        ({"a": (x, y)}, [[2]], r"batches must hold rows of 0\.\.1"),
        ({"a": (x, y)}, [[]], r"batches must hold rows of 0\.\.1"),
        ({}, [[0]], "courts must be an integer >= 1"),
    ):
        with pytest.raises(ValueError, match=error):
            learn(strong, plan, courts, start, batches)
    model, rows = Open([0] * plan.parameters, 1), Open([[0, 0]], 1)
    for arrays, error in (
        ((model[:3], rows, rows), "model must have shape"),
        ((model, rows[0], rows), "x must have shape"),
        ((model, rows, rows.join(rows)), "y must have 1 rows, got 2"),
    ):
        with pytest.raises(ValueError, match=error):
            step(Twin(), plan, *arrays)
