"""Tests for distributed selective SGD: what is sent, what it costs, what it learns."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from ppdl_course.data import load_digits_split
from ppdl_course.federated.selective_sgd import (
    SCHEDULES,
    ParameterServer,
    Participant,
    largest,
    private_selection,
    schedule,
    shared_count,
    total_epsilon,
    train_selectively,
)
from ppdl_course.nn import Network, accuracy, train
from ppdl_course.parties.channel import Channel

DIGITS = load_digits_split()
NAMES = [f"court {i}" for i in range(10)]


def start(seed=0):
    return Network([64, 32, 10], rng=np.random.default_rng(seed))


def collaborate(*, rounds=8, kind="round robin", names=NAMES, **options):
    rng, first = np.random.default_rng(1), start()
    channel = Channel("server", *names)
    server = ParameterServer(channel["server"], first.flat)
    parts = np.array_split(rng.permutation(670), len(names))
    people = [
        Participant(
            channel[name], first, DIGITS.X_train[rows], DIGITS.y_train[rows],
            **{"upload_fraction": 1.0, "rng": rng, **options},
        )
        for name, rows in zip(names, parts, strict=True)
    ]  # fmt: skip
    train_selectively(server, people, rounds=rounds, kind=kind, rng=rng)
    return server, people, channel, parts


def right(server):
    network = start().from_flat(server.flat)
    return accuracy(network, DIGITS.X_test, DIGITS.y_test)


def uploaded(channel):
    return sum(m.size for m in channel.messages if m.label == "update")


# the paper's networks


@pytest.mark.parametrize(("inputs", "count"), [(1024, 140_106), (3072, 402_250)])
def test_the_papers_networks_have_as_many_parameters_as_it_says(inputs, count):
    network = Network([inputs, 128, 64, 10], rng=np.random.default_rng(0))
    assert len(network.flat) == count


# learning


def test_one_participant_who_shares_all_is_plain_sgd():
    first, rng = start(), np.random.default_rng(3)
    channel = Channel("server", "only")
    server = ParameterServer(channel["server"], first.flat)
    x, y = DIGITS.X_train[:80], DIGITS.y_train[:80]
    only = Participant(channel["only"], first, x, y, upload_fraction=1.0, rng=rng)
    train_selectively(server, [only], rounds=3, rng=np.random.default_rng(0))
    plain, rng = first.copy(), np.random.default_rng(3)
    for _ in range(3):
        train(plain, x, y, rate=0.1, epochs=1, batch_size=8, rng=rng)
    np.testing.assert_allclose(server.flat, plain.flat, atol=1e-12)


def test_sharing_more_is_better_and_a_tenth_is_nearly_central():
    found = {f: right(collaborate(upload_fraction=f)[0]) for f in (0.01, 0.1, 1.0)}
    first, parts = start(), collaborate(rounds=1)[3]
    alone = []
    for rows in parts:
        net = first.copy()
        train(
            net, DIGITS.X_train[rows], DIGITS.y_train[rows], rate=0.1, epochs=8,
            batch_size=8, rng=np.random.default_rng(0),
        )  # fmt: skip
        alone.append(accuracy(net, DIGITS.X_test, DIGITS.y_test))
    central, rows = first.copy(), np.concatenate(parts)
    train(
        central, DIGITS.X_train[rows], DIGITS.y_train[rows], rate=0.1, epochs=8,
        batch_size=8, rng=np.random.default_rng(0),
    )  # fmt: skip
    best = accuracy(central, DIGITS.X_test, DIGITS.y_test)
    assert np.mean(alone) < found[0.01] < found[0.1]
    assert found[0.1] > best - 0.05
    assert found[1.0] > best - 0.05


@pytest.mark.parametrize("kind", SCHEDULES)
def test_every_order_learns(kind):
    # At its own pace a participant's step may be stale; a small rate forgives it.
    server, *_ = collaborate(kind=kind, rate=0.01, upload_fraction=0.1, rounds=12)
    assert right(server) > 0.4
    assert server.updates.sum() == 12 * len(NAMES) * 241


def test_private_sharing_learns_more_with_more_budget():
    found = [
        right(
            collaborate(
                upload_fraction=0.1, select="private", threshold=0.005, gamma=0.05,
                epsilon=epsilon,
            )[0]
        )
        for epsilon in (10.0, 3e3, 1e6)
    ]  # fmt: skip
    assert found[0] < found[1] < found[2] + 0.02
    assert found[0] < 0.5 < found[2]


# what crosses


def test_bytes_uploaded_are_proportional_to_the_fraction():
    sizes = [
        uploaded(collaborate(upload_fraction=f, rounds=1)[2]) for f in (0.01, 0.1, 1.0)
    ]
    assert sizes[1] / sizes[0] == pytest.approx(241 / 24, rel=0.2)
    assert sizes[2] / sizes[1] == pytest.approx(10, rel=0.05)


def test_no_record_leaves_a_participant():
    _, _, channel, parts = collaborate(rounds=2, upload_fraction=0.1)
    assert {m.label for m in channel.messages} == {"count", "latest", "update"}
    one = DIGITS.X_train[parts[0][0]].tobytes()
    assert all(one not in m.body for m in channel.messages)
    for message in channel.messages:
        if message.label == "update":
            indices, values = message.payload
            assert len(indices) == len(values) == 241
            assert np.abs(values).max() <= 1.0


def test_a_download_is_the_part_that_was_updated_most():
    channel = Channel("server", "court")
    server = ParameterServer(channel["server"], np.arange(5.0))
    server.updates[:] = [0, 7, 3, 9, 0]
    channel["court"].send("count", 2)
    server.answer_download("court")
    indices, values = channel["court"].receive("latest")
    assert indices.tolist() == [3, 1]
    assert values.tolist() == [3.0, 1.0]


def test_values_are_clipped_to_gamma_and_selected_above_the_threshold():
    _, _, channel, _ = collaborate(
        rounds=1, upload_fraction=0.5, select="threshold", threshold=0.004, gamma=0.01
    )
    for message in channel.messages:
        if message.label == "update":
            values = np.abs(message.payload[1])
            assert values.max() <= 0.01
            assert values.min() > 0.004


@pytest.mark.parametrize("kind", SCHEDULES)
def test_in_a_round_everybody_downloads_and_then_uploads_once(kind):
    events = list(schedule(kind, NAMES, rng=np.random.default_rng(0)))
    for name in NAMES:
        assert [e for e, who in events if who == name] == ["download", "upload"]
    interleaved = any(a[0] == b[0] for a, b in pairwise(events))
    assert interleaved == (kind == "asynchronous")


# private selection


@settings(deadline=None, max_examples=40)
@given(seed=st.integers(0, 9999), count=st.integers(1, 12))
def test_with_a_huge_budget_the_private_selection_is_exact(seed, count):
    rng = np.random.default_rng(seed)
    moved = rng.uniform(-1, 1, 20)
    indices, values = private_selection(
        moved, count=count, threshold=0.5, gamma=0.8, epsilon=1e12, rng=rng
    )
    above = np.flatnonzero(np.abs(np.clip(moved, -0.8, 0.8)) >= 0.5)
    assert len(indices) == min(count, len(above))
    assert len(set(indices.tolist())) == len(indices)
    assert set(indices.tolist()) <= set(above.tolist())
    np.testing.assert_allclose(values, np.clip(moved[indices], -0.8, 0.8), atol=1e-6)


def test_one_private_release_keeps_its_promise_for_any_two_inputs():
    # one coordinate, one release: outcomes are "refused" or a noisy value
    def outcomes(moved, epsilon=1.0, runs=20_000):
        rng, seen = np.random.default_rng(int(moved > 0)), []
        for _ in range(runs):
            indices, values = private_selection(
                np.array([moved]), count=1, threshold=0.5, gamma=1.0, epsilon=epsilon,
                rng=rng,
            )  # fmt: skip
            seen.append(-2.0 if not len(indices) else values[0])
        return np.array(seen)

    from ppdl_course.dp.audits.lower_bound import audit

    assert not audit(outcomes(1.0), outcomes(0.0)).convicts(1.0)
    # the same audit convicts a promise thirty times smaller
    assert audit(outcomes(1.0, 30.0), outcomes(0.0, 30.0)).convicts(1.0)


def test_uploaded_noise_has_the_scale_of_the_budget():
    rng, c, gamma, epsilon = np.random.default_rng(5), 50, 1e-3, 4.5
    moved = np.zeros(c)
    seen = []
    for _ in range(60):
        _, values = private_selection(
            moved, count=c, threshold=0.0, gamma=gamma, epsilon=epsilon, rng=rng
        )
        seen += values.tolist()
    # Lap(2 c 2 gamma / (2/9 epsilon)), cut at gamma: nearly every value is cut
    scale = 2 * c * 2 * gamma / (2 / 9 * epsilon)
    inside = 1 - np.exp(-gamma / scale)
    hits = int(np.sum(np.abs(seen) < gamma))
    assert stats.binomtest(hits, len(seen), inside).pvalue > 1e-6


def test_the_largest_are_those_of_a_full_sort():
    moved = np.array([0.1, -0.9, 0.3, 0.0, 0.8])
    assert largest(moved, 2).tolist() == [1, 4]


def test_per_parameter_budgets_add_up():
    assert total_epsilon(1.0, shared=14_011, rounds=100) == 1_401_100
    assert shared_count(140_106, upload_fraction=0.1) == 14_011


# documented errors


def person(**options):
    channel = Channel("server", "court")
    good = {"upload_fraction": 0.1, "rng": np.random.default_rng(0)}
    x, y = DIGITS.X_train[:8], DIGITS.y_train[:8]
    return Participant(channel["court"], start(), x, y, **{**good, **options})


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"upload_fraction": 0.0}, r"upload_fraction must be in \(0, 1\], got 0.0"),
        ({"upload_fraction": 1.1}, "upload_fraction must be in"),
        ({"download_fraction": -1.0}, "download_fraction must be in"),
        ({"select": "best"}, "select must be one of"),
        ({"select": "private"}, "epsilon must be given"),
        ({"epsilon": 1.0}, "epsilon must be given for select 'private' alone"),
        ({"select": "private", "epsilon": -1.0}, "epsilon must be positive"),
        ({"threshold": -0.1}, "threshold must be >= 0"),
        ({"gamma": 0.0}, "gamma must be positive"),
    ],
)
def test_bad_options_are_refused_by_name(options, message):
    with pytest.raises(ValueError, match=message):
        person(**options)


@pytest.mark.parametrize(
    ("update", "message"),
    [
        ((np.array([0, 0]), np.ones(2)), "at most once"),
        ((np.array([9]), np.ones(1)), "at most once, by index"),
        ((np.array([-1]), np.ones(1)), "at most once, by index"),
        ((np.array([1]), np.array([np.nan])), "finite value"),
        ((np.array([1]), np.ones(2)), "finite value"),
    ],
)
def test_the_server_refuses_a_malformed_update(update, message):
    channel = Channel("server", "court")
    server = ParameterServer(channel["server"], np.zeros(5))
    channel["court"].send("update", update)
    with pytest.raises(ValueError, match=message):
        server.receive_upload("court")
    assert not server.flat.any()


def test_the_server_refuses_a_bad_count_and_an_unknown_order():
    channel = Channel("server", "court")
    server = ParameterServer(channel["server"], np.zeros(5))
    channel["court"].send("count", 6)
    with pytest.raises(ValueError, match=r"count must be an integer in 1\.\.5, got 6"):
        server.answer_download("court")
    with pytest.raises(ValueError, match="kind must be one of"):
        list(schedule("best first", NAMES, rng=np.random.default_rng(0)))
