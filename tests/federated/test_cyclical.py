"""Tests for ppdl_course.federated.cyclical: plain SGD, dp-accounting, the law cases."""

import dp_accounting
import numpy as np
import pytest
from dp_accounting.rdp import RdpAccountant

from ppdl_course.data import load_law_cases
from ppdl_course.dp.accountants.subsampled_gaussian import noise_multiplier_for
from ppdl_course.dp.definition import Neighbours
from ppdl_course.federated.cyclical import Site, Visit, average, cycle, unlike_sites
from ppdl_course.nn import CrossEntropy, Network
from ppdl_course.parties.channel import Channel


def network(seed=0, inputs=3):
    return Network([inputs, 4, 2], "relu", rng=np.random.default_rng(seed))


def records(n=40, seed=0):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 3))
    return x, (x[:, 0] > 0).astype(int)


def sites_of(parts, visit, start, seed=0, **budget):
    names = [f"court {k}" for k in range(len(parts))]
    channel = Channel("start", *names)
    first, *ends = channel.ends
    rng = np.random.default_rng(seed)
    made = [
        Site(end, start, x, y, visit, rng, **budget)
        for end, (x, y) in zip(ends, parts, strict=True)
    ]
    return channel, first, made


def test_one_site_without_noise_is_plain_sgd():
    """A loop over the same draws; gradients of this start are shorter than the clip."""
    x, y = records()
    start = network()
    start.flat[:] *= 0.1
    visit = Visit(steps=4, sample_rate=0.5, noise_multiplier=0.0, rate=0.1)
    _, first, sites = sites_of([(x, y)], visit, start, seed=7)
    found = cycle(start, first, sites, laps=2)
    rng, plain = np.random.default_rng(7), start.copy()
    for _ in range(8):
        rows = np.flatnonzero(rng.random(len(x)) < 0.5)
        each = plain.example_gradients(x[rows], y[rows], CrossEntropy())
        assert np.linalg.norm(each, axis=1).max() < 1
        plain.flat[:] -= 0.1 * each.sum(axis=0) / (0.5 * len(x))
    np.testing.assert_allclose(found.flat, plain.flat, rtol=1e-10)


def test_the_epsilon_of_a_site_is_dp_accountings():
    x, y = records()
    visit = Visit(steps=20, sample_rate=0.05, noise_multiplier=1.2)
    _, first, sites = sites_of([(x, y)] * 2, visit, network())
    cycle(network(), first, sites, laps=5)
    event = dp_accounting.SelfComposedDpEvent(
        dp_accounting.PoissonSampledDpEvent(0.05, dp_accounting.GaussianDpEvent(1.2)),
        100,
    )
    real = RdpAccountant().compose(event).get_epsilon(1e-5)
    for site in sites:
        assert site.visits == 5
        assert site.spent() == pytest.approx(real, abs=1e-3)


def test_a_spent_site_refuses_and_the_ring_goes_on():
    visit = Visit(steps=10, sample_rate=0.2, noise_multiplier=1.0)
    start = network()
    channel, first, sites = sites_of([records(40, s) for s in range(3)], visit, start)
    sites[1].epsilon = sites[1].spent(2)  # two visits, no more
    found = cycle(start, first, sites, laps=4)
    assert [site.visits for site in sites] == [4, 2, 4]
    assert [site.refused for site in sites] == [0, 2, 0]
    assert sites[1].spent() <= sites[1].epsilon
    sent = [m.payload for m in channel.messages]
    arrived, left = sent[2 * 4 + 1], sent[2 * 4 + 2]  # at court 1, in the third lap
    np.testing.assert_array_equal(arrived, left)
    assert np.abs(found.flat - start.flat).max() > 0


def test_nothing_but_weights_crosses_and_no_site_sees_more_than_its_neighbours():
    visit = Visit(steps=2, sample_rate=0.5, noise_multiplier=1.0)
    start = network()
    channel, first, sites = sites_of([records(20, s) for s in range(3)], visit, start)
    cycle(start, first, sites, laps=2)
    assert {m.label for m in channel.messages} == {"weights"}
    assert {m.payload.shape for m in channel.messages} == {start.flat.shape}
    assert len(channel.messages) == 8
    partners = {m.sender for m in channel.view("court 1")} | {
        m.receiver for m in channel.view("court 1")
    }
    assert partners == {"court 0", "court 1", "court 2"}


def test_the_order_of_visits_changes_the_model_and_not_the_epsilon():
    visit = Visit(steps=5, sample_rate=0.5, noise_multiplier=1.0)
    parts, start = [records(20, s) for s in range(2)], network()
    models, costs = [], []
    for order in (parts, parts[::-1]):
        _, first, sites = sites_of(order, visit, start)
        models.append(cycle(start, first, sites, laps=1).flat)
        costs.append(sorted(site.spent() for site in sites))
    assert np.abs(models[0] - models[1]).max() > 1e-6
    assert costs[0] == costs[1]


def test_the_smallest_court_is_spent_first_at_a_fixed_batch_size():
    sizes, start = (40, 400), network()
    spent = []
    for n in sizes:
        visit = Visit(steps=10, sample_rate=20 / n, noise_multiplier=1.0)
        _, _, (site,) = sites_of([records(n)], visit, start)
        spent.append(site.spent(3))
    assert spent[0] > 3 * spent[1]


def test_averaging_without_noise_at_alike_sites_is_one_sites_training():
    part, start = records(), network()
    visit = Visit(steps=3, sample_rate=1.0, noise_multiplier=0.0)
    for by_size in (True, False):
        _, _, many = sites_of([part] * 3, visit, start)
        _, _, one = sites_of([part], visit, start)
        averaged = average(start, many, rounds=2, by_size=by_size)
        alone = average(start, one, rounds=2)
        np.testing.assert_allclose(averaged.flat, alone.flat, rtol=1e-12)


def test_averages_weigh_by_size_or_equally():
    visit = Visit(steps=1, sample_rate=1.0, noise_multiplier=0.0)
    start = network()
    parts = [records(10, 1), records(30, 2)]
    _, _, sites = sites_of(parts, visit, start)
    local = np.stack([site.train(start.flat) for site in sites])
    for by_size, shares in ((True, [0.25, 0.75]), (False, [0.5, 0.5])):
        _, _, sites = sites_of(parts, visit, start)
        found = average(start, sites, rounds=1, by_size=by_size).flat
        np.testing.assert_allclose(found, shares @ local)


def test_unlike_sites_deal_every_row_once():
    groups = np.repeat(np.arange(6), 50)
    for alpha, least, most in ((0.1, 0.55, 1.0), (1000.0, 0.0, 0.35)):
        sites = unlike_sites(groups, sites=5, alpha=alpha, rng=np.random.default_rng(0))
        rows = np.sort(np.concatenate(sites))
        np.testing.assert_array_equal(rows, np.arange(300))
        largest = [np.bincount(groups[s]).max() / len(s) for s in sites if len(s)]
        assert least < np.mean(largest) <= most


def test_the_ring_beats_single_courts_on_the_law_cases():
    """At epsilon 8 a record, by three points: means of two seeds, one court in five."""
    law = load_law_cases()
    charges = np.array([record.charge for record in law.records])[law.train]
    courts = unlike_sites(charges, sites=5, alpha=0.3, rng=np.random.default_rng(3))
    noise = noise_multiplier_for(
        epsilon=8.0,
        delta=1e-5,
        sample_rate=0.05,
        steps=150,
        neighbours=Neighbours.ADD_REMOVE,
    )
    parts = [(law.X_train[rows], law.y_train[rows]) for rows in courts]
    leads = []
    for seed in range(2):
        start = Network(
            [law.X.shape[1], 16, 2], "relu", rng=np.random.default_rng(seed)
        )
        visit = Visit(steps=10, sample_rate=0.05, noise_multiplier=noise)
        _, first, sites = sites_of(parts, visit, start, seed=100 + seed)
        together = cycle(start, first, sites, laps=15)
        whole = Visit(steps=150, sample_rate=0.05, noise_multiplier=noise, rate=1.0)
        _, _, alone = sites_of(parts, whole, start, seed=200 + seed)
        singles = [start.from_flat(site.train(start.flat)) for site in alone]

        def right(model):
            return (model.predict(law.X_test) == law.y_test).mean()

        leads.append(right(together) - np.mean([right(model) for model in singles]))
    assert np.mean(leads) > 0.03


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"delta": 0.0}, r"delta must be in \(0, 1\)"),
        ({"epsilon": 0.0}, "epsilon must be positive"),
        ({"epsilon": 1.0, "noise": 0.0}, "noise_multiplier must be positive"),
        ({"y": np.zeros(3, int)}, "x and y must have the same number of records"),
    ],
)
def test_bad_sites_are_refused(change, message):
    x, y = records(10)
    noise = change.pop("noise", 1.0)
    visit = Visit(steps=1, sample_rate=0.5, noise_multiplier=noise)
    y = change.pop("y", y)
    with pytest.raises(ValueError, match=message):
        Site(None, network(), x, y, visit, np.random.default_rng(0), **change)


def test_other_bad_arguments_are_named():
    start = network()
    visit = Visit(steps=1, sample_rate=0.5, noise_multiplier=1.0)
    _, first, sites = sites_of([records(10)] * 2, visit, start)
    for bad, message in (
        ({"steps": 0}, "steps must be an integer >= 1"),
        ({"sample_rate": 0.0}, r"sample_rate must be in \(0, 1\]"),
        ({"rate": -1.0}, "rate must be positive"),
    ):
        with pytest.raises(ValueError, match=message):
            Visit(**({"steps": 1, "sample_rate": 1.0, "noise_multiplier": 0.0} | bad))
    with pytest.raises(ValueError, match="laps must be an integer >= 1"):
        cycle(start, first, sites, laps=0)
    with pytest.raises(ValueError, match="sites must be different"):
        cycle(start, first, [sites[0], sites[0]], laps=1)
    with pytest.raises(ValueError, match="weights must have shape"):
        sites[0].train(np.zeros(3))
    with pytest.raises(ValueError, match="rounds must be an integer >= 1"):
        average(start, sites, rounds=0)
    with pytest.raises(ValueError, match="alpha must be positive"):
        unlike_sites(np.zeros(3), sites=2, alpha=0.0, rng=np.random.default_rng(0))
