"""Tests for naive Bayes over several owners: pooled sums, noise, views, bad messages.

Keys of 1,024 bits: toy size, insecure.
"""

import itertools
from fractions import Fraction

import numpy as np
import pytest
from scipy import stats

from ppdl_course.data import load_digits_split
from ppdl_course.dp.audits.lower_bound import audit
from ppdl_course.dp.naive_bayes import Budget, Statistics
from ppdl_course.federated.naive_bayes_columns import train_apart
from ppdl_course.federated.naive_bayes_owners import (
    Collector,
    Owner,
    Trainer,
    layout,
    noise_share,
    promises,
    train_together,
)
from ppdl_course.parties.channel import Channel
from ppdl_course.publickey.paillier import PrivateKey


@pytest.fixture(scope="module")
def key():
    return PrivateKey.generate(1024)


generator = np.random.default_rng


def parts_of(x, y, owners):
    return [(x[k::owners], y[k::owners]) for k in range(owners)]


def inbox(channel, party):
    return [m for m in channel.view(party) if m.receiver == party]


def small(rows=30, d=2, classes=3, seed=0):
    rng = generator(seed)
    return rng.random((rows, d)), rng.integers(0, classes, rows)


@pytest.mark.parametrize("full", [False, True])
def test_without_noise_the_total_is_the_pooled_one(key, full):
    x, y = small()
    rng = generator(0)
    _, total, _ = train_together(
        parts_of(x, y, 5), classes=3, epsilon=None, private=key, full=full, rng=rng
    )
    pooled = Statistics.of(x, y, classes=3, full=full)
    np.testing.assert_array_equal(total.numbers, pooled.numbers)


def test_with_noise_the_total_is_pooled_plus_all_shares(key):
    x, y = small()
    model, total, _ = train_together(
        parts_of(x, y, 4),
        classes=3,
        epsilon=2,
        private=key,
        rng=generator(3),
    )
    budget, rng = Budget(epsilon=2, features=2), generator(3)
    shares = [noise_share(budget, classes=3, honest=4, rng=rng) for _ in range(4)]
    pooled = Statistics.of(x, y, classes=3).numbers
    np.testing.assert_array_equal(total.numbers, pooled + sum(shares))
    assert model.means.shape == (3, 2)


def test_the_noise_of_the_total_is_the_discrete_laplace():
    """Chi-square on the counts' noise, at a false-fail rate of 1e-6.

    Shares only: encryption changes no number, as the test above shows.
    """
    budget, rng = Budget(epsilon=1, features=1), generator(4)
    drawn = sum(
        noise_share(budget, classes=40_000, honest=5, rng=rng)[:, 0] for _ in range(5)
    )
    scale = float(budget.scales[0])
    p = np.exp(-1 / scale)
    cells = np.arange(-25, 26)
    law = (1 - p) / (1 + p) * p ** np.abs(cells)
    seen = np.array([(drawn == c).sum() for c in cells])
    seen, law = np.r_[seen, len(drawn) - seen.sum()], np.r_[law, 1 - law.sum()]
    assert stats.chisquare(seen, len(drawn) * law).pvalue > 1e-6


def test_an_audit_of_one_count_stays_below_the_promise_and_sees_missing_shares():
    budget, rng = Budget(epsilon=10, features=1), generator(5)
    promised, kept = promises(budget, honest=5, present=1)
    assert promised == 10
    assert kept > promised

    def counts(present):
        return sum(
            noise_share(budget, classes=60_000, honest=5, rng=rng)[:, 0]
            for _ in range(present)
        )

    # the count's own part of the budget is a tenth: epsilon 1
    for present, right in ((5, True), (1, False)):
        with_record, without = counts(present) + 1, counts(present)
        found = audit(with_record, without, false_alarm=1e-6)
        assert found.convicts(1.0) is not right
        assert found.epsilon > 0.8


def test_the_trainer_sees_one_total_and_the_collector_no_number(key):
    x, y = small()
    _, total, channel = train_together(
        parts_of(x, y, 3),
        classes=3,
        epsilon=1,
        private=key,
        rng=generator(0),
    )
    seen = channel.view("trainer")
    assert [m.label for m in seen] == ["total"]
    (note,) = (n for n in channel.notes if n.party == "trainer")
    np.testing.assert_array_equal(note.value, total.numbers)
    ciphertexts = [c for m in inbox(channel, "collector") for c in m.payload]
    assert len(set(ciphertexts)) == len(ciphertexts)
    assert min(ciphertexts) > 2**1900  # of 2,048 bits: none is a number in the clear


def test_the_promise_falls_with_missing_shares():
    budget = Budget(epsilon=Fraction(1, 2), features=4, full=True)
    values = [promises(budget, honest=4, present=j) for j in (4, 3, 2, 1, 0)]
    assert values[0] == pytest.approx((0.5, 0.5))
    kept = [found for _, found in values]
    assert all(a < b for a, b in itertools.pairwise(kept))
    with pytest.raises(ValueError, match=r"present must be an integer in 0\.\.4"):
        promises(budget, honest=4, present=5)


def test_labels_and_features_apart_give_the_same_sums(key):
    x, y = small(rows=25, d=3)
    total, channel = train_apart(
        x, y, classes=3, budget=None, private=key, rng=generator(0)
    )
    np.testing.assert_array_equal(total.numbers, Statistics.of(x, y, classes=3).numbers)
    assert [m.label for m in inbox(channel, "features")] == ["indicators"]


def test_labels_and_features_apart_add_the_same_noise(key):
    x, y = small(rows=5, d=1)
    budget = Budget(epsilon=1, features=1)
    exact = Statistics.of(x, y, classes=3).numbers
    noise = [
        train_apart(x, y, classes=3, budget=budget, private=key, rng=generator(s))[
            0
        ].numbers
        - exact
        for s in range(30)
    ]
    sizes = np.abs(noise).mean(axis=(0, 1)) / [float(s) for s in budget.scales]
    assert np.all((sizes > 0.5) & (sizes < 1.6))  # mean |Laplace| is its scale


def test_digits_at_epsilon_2(key):
    split = load_digits_split()
    model, _, channel = train_together(
        parts_of(split.X_train, split.y_train, 5),
        classes=10,
        epsilon=2,
        private=key,
        rng=generator(0),
    )
    assert (model.predict(split.X_test) == split.y_test).mean() > 0.75
    # 650 numbers of 48 bits, 21 in a plaintext
    assert len(inbox(channel, "trainer")[0].payload["total"]) == 31


def owner(end, key, **change):
    x, y = small()
    given = {"classes": 3, "budget": None, "honest": 2, "public": key.public} | change
    return Owner(end, x, y, **given)


def test_bad_arguments_and_messages_are_named(key):
    channel = Channel("owner 0", "collector", "trainer")
    end, middle, last = channel.ends
    with pytest.raises(ValueError, match="honest must be an integer >= 1, got 0"):
        owner(end, key, honest=0)
    with pytest.raises(ValueError, match="owners must be different"):
        Collector(middle, ["owner 0", "owner 0"], public=key.public, size=9)
    with pytest.raises(ValueError, match=r"owners must be an integer in 1\.\.127"):
        Collector(middle, [], public=key.public, size=9)
    for message, wanted in (
        ([1], "ciphertexts of owner 0 must be 2, got 1"),
        ("text", "ciphertexts of owner 0 must be 2, got str"),
        ([0, 5], "must be integers in"),
        ([5, 2**2100], "must be integers in"),
    ):
        end.send("statistics", message, to="collector")
        collector = Collector(middle, ["owner 0"], public=key.public, size=24)
        with pytest.raises(ValueError, match=wanted):
            collector.forward_total()
    trainer = Trainer(last, key, classes=3, features=3)
    middle.send("total", {"total": [5], "owners": 500}, to="trainer")
    with pytest.raises(ValueError, match=r"owners must be an integer in 1\.\.127"):
        trainer.total()


def test_a_number_beyond_the_slot_is_noticed(key):
    """Owners who send more than they stated reach a neighbour's slot: refused."""
    packing = layout(key.public)
    channel = Channel("owner 0", "collector", "trainer")
    end, middle, last = channel.ends
    honest = packing.encrypt(np.full(6, 2**39))
    large = [pow(c, 200, key.public.n_squared) for c in honest.ciphertexts]
    end.send("statistics", large, to="collector")
    Collector(middle, ["owner 0"], public=key.public, size=6).forward_total()
    with pytest.raises(OverflowError, match="a slot holds"):
        Trainer(last, key, classes=2, features=2).total()


def test_features_out_of_range_are_refused(key):
    with pytest.raises(ValueError, match=r"x must lie in \[0, 1\]"):
        train_apart(
            np.full((2, 1), 1.5),
            np.array([0, 1]),
            classes=2,
            budget=None,
            private=key,
            rng=generator(0),
        )
    with pytest.raises(ValueError, match="honest must be 1 or 2, got 3"):
        train_together(
            parts_of(*small(), 2),
            classes=3,
            epsilon=1,
            private=key,
            honest=3,
            rng=generator(0),
        )
