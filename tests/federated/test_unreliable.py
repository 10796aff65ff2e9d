"""Tests for ppdl_course.federated.unreliable: the formula, slow loops, the digits."""

import math
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from ppdl_course.data import load_digits_split
from ppdl_course.dp.definition import Guarantee, Neighbours
from ppdl_course.federated import unreliable
from ppdl_course.federated.unreliable import Aggregator, SoftmaxTask, select, train_with


def probability(order, scores, epsilon):
    """The formula, by a loop: each draw has a part of the budget."""
    left, chance = list(range(len(scores))), 1.0
    for i in order:
        weights = {j: math.exp(epsilon / len(order) * scores[j] / 2) for j in left}
        chance *= weights[i] / sum(weights.values())
        left.remove(i)
    return chance


@pytest.mark.parametrize("epsilon", [0.0, 0.1])
def test_draws_follow_the_formula(epsilon):
    """Chi-square over all 12 ordered pairs of 4, at a false-fail rate of 1e-6."""
    scores, rng, n = np.array([180, 150, 90, 20]), np.random.default_rng(0), 20_000
    orders = list(permutations(range(4), 2))
    law = np.array([probability(order, scores, epsilon) for order in orders])
    assert law.sum() == pytest.approx(1)
    drawn = [tuple(select(scores, count=2, epsilon=epsilon, rng=rng)) for _ in range(n)]
    seen = np.array([drawn.count(order) for order in orders])
    enough = law * n > 5
    seen = np.r_[seen[enough], n - seen[enough].sum()]
    law = np.r_[law[enough], max(1 - law[enough].sum(), 1e-12)]
    keep = law * n > 1e-6
    assert stats.chisquare(seen[keep], n * law[keep]).pvalue > 1e-6
    if epsilon == 0:
        assert law[:-1] == pytest.approx(1 / 12)


def test_one_validation_record_moves_the_odds_by_at_most_epsilon():
    """Brute force over all orders of 3 of 4 and all neighbouring scores."""
    epsilon, scores = 0.7, np.array([5, 3, 3, 0])
    for change in np.ndindex(2, 2, 2, 2):
        other = scores + change
        for order in permutations(range(4), 3):
            ratio = probability(order, scores, epsilon) / probability(
                order, other, epsilon
            )
            assert abs(math.log(ratio)) <= epsilon + 1e-12


@given(st.integers(1, 8), st.data())
def test_nobody_is_drawn_twice(n, data):
    count = data.draw(st.integers(1, n))
    epsilon = data.draw(st.sampled_from([0.0, 1e-9, 1.0, 1e6]))
    scores = np.array(data.draw(st.lists(st.integers(0, 200), min_size=n, max_size=n)))
    rng = np.random.default_rng(0)
    chosen = select(scores, count=count, epsilon=epsilon, rng=rng)
    assert len(set(chosen)) == count
    assert set(chosen) <= set(range(n))
    if epsilon == 1e6 and len(set(scores.tolist())) == n:
        assert chosen == np.argsort(-scores)[:count].tolist()


def slow_krum(models, bad):
    n = len(models)
    return [
        sum(
            sorted(
                float(((models[i] - models[j]) ** 2).sum()) for j in range(n) if j != i
            )[: n - bad - 2]
        )
        for i in range(n)
    ]


@given(st.integers(4, 9), st.integers(1, 4), st.integers(0, 2**32 - 1))
def test_the_robust_rules_are_those_of_slow_loops(n, p, seed):
    models = np.random.default_rng(seed).normal(size=(n, p))
    bad = seed % ((n - 1) // 2 + 1)
    for j in range(p):
        column = sorted(models[:, j])
        assert unreliable.median(models)[j] == np.median(column)
        kept = column[bad : n - bad]
        trimmed = unreliable.trimmed_mean(models, bad=bad)[j]
        assert trimmed == pytest.approx(sum(kept) / len(kept))
    bad = min(bad, n - 3)
    slow = slow_krum(models, bad)
    np.testing.assert_allclose(unreliable.krum_scores(models, bad=bad), slow, atol=1e-9)
    nearest = np.argsort(slow, kind="stable")[:2]
    got = unreliable.multi_krum(models, bad=bad, count=2)
    np.testing.assert_allclose(got, models[nearest].mean(axis=0))


def test_robust_rules_ignore_models_far_away():
    models = np.zeros((9, 3))
    models[:3] = 1e6
    rng, scores = np.random.default_rng(0), np.zeros(9, int)
    for rule in ("median", "trimmed mean", "multi-krum"):
        combined = Aggregator(rule=rule, bad=3, count=4).combine(
            models, scores, rng=rng
        )
        np.testing.assert_array_equal(combined, 0)
    mean = Aggregator(rule="mean").combine(models, scores, rng=rng)
    assert mean.min() > 1e5


def accuracy(rule, wrong, seed, **options):
    digits = load_digits_split()
    rng = np.random.default_rng(seed)
    task = SoftmaxTask.deal(digits.X_train, digits.y_train, wrong=wrong, rng=rng)
    weights = train_with(
        Aggregator(rule=rule, **options),
        task.start,
        task.train,
        task.score,
        participants=20,
        rounds=5,
        rng=rng,
    )
    test = np.c_[np.ones(len(digits.X_test)), digits.X_test]
    return (task.predict(weights, test) == digits.y_test).mean()


def test_selection_wins_back_what_labels_wrong_in_concert_cost():
    """Means of two seeds on 450 test digits."""

    def mean(rule, wrong, **options):
        return np.mean([accuracy(rule, wrong, seed, **options) for seed in range(2)])

    plain = mean("mean", "in concert")
    private = mean("secprobe", "in concert")
    assert private > plain + 0.05
    assert mean("multi-krum", "in concert") > plain + 0.05
    honest = _honest_only()
    assert abs(private - honest) < 0.03
    uniform = mean("secprobe", "in concert", epsilon=0.0)
    assert uniform < plain + 0.02  # half the participants, drawn blindly
    # wrong at random cancels in an average: nothing to win
    assert abs(mean("secprobe", "at random") - mean("mean", "at random")) < 0.04


def _honest_only():
    digits = load_digits_split()
    scores = []
    for seed in range(2):
        rng = np.random.default_rng(seed)
        task = SoftmaxTask.deal(digits.X_train, digits.y_train, bad=6, rng=rng)
        honest = SoftmaxTask(task.parts[6:], task.validation, task.classes)
        weights = train_with(
            Aggregator(rule="mean"),
            honest.start,
            honest.train,
            honest.score,
            participants=14,
            rounds=5,
            rng=rng,
        )
        test = np.c_[np.ones(len(digits.X_test)), digits.X_test]
        scores.append((honest.predict(weights, test) == digits.y_test).mean())
    return np.mean(scores)


def test_rounds_add_up_on_the_validation_set():
    promise = Aggregator(rule="secprobe", epsilon=2.0).cost(5)
    assert promise == Guarantee(epsilon=10.0, neighbours=Neighbours.ADD_REMOVE)
    assert Aggregator(rule="median").cost(5).epsilon == 0


def test_training_is_gradient_descent_on_cross_entropy():
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(40, 3)), rng.integers(0, 4, 40)
    task = SoftmaxTask.deal(x, y, participants=2, bad=1, validation=10, rng=rng)
    for i in range(2):
        rows, labels = task.parts[i]

        def loss(w, rows=rows, labels=labels):
            z = rows @ w.reshape(4, 4).T
            each = np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(z)), labels]
            return each.mean()

        w, step = rng.normal(size=16), 1e-6
        moved = task.train(w, i, steps=1, rate=1.0)
        numeric = [
            (loss(w + step * e) - loss(w - step * e)) / 2 / step for e in np.eye(16)
        ]
        np.testing.assert_allclose(w - moved, numeric, atol=1e-7)


def test_labels_are_wrong_where_they_are_said_to_be():
    rng = np.random.default_rng(1)
    y = rng.integers(0, 5, 600)
    x = np.c_[y.astype(float), np.arange(600.0)]
    for wrong, least in (("in concert", 1.0), ("at random", 0.5)):
        task = SoftmaxTask.deal(
            x, y, participants=4, bad=2, validation=100, wrong=wrong, rng=rng
        )
        off = [(part[1] != part[0][:, 1]).mean() for part in task.parts]
        assert min(off[:2]) >= least
        assert off[2:] == [0, 0]
        numbers = np.concatenate(
            [task.validation[0][:, 2], *(part[0][:, 2] for part in task.parts)]
        )
        assert sorted(numbers) == list(range(600))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"scores": np.array([0.5, 1.0])}, "scores must be whole numbers"),
        ({"scores": np.zeros((2, 2), int)}, "scores must be whole numbers"),
        ({"count": 0}, "count must be"),
        ({"count": 3}, "count must be 1 or 2, got 3"),
        ({"epsilon": -1.0}, "epsilon must be >= 0"),
        ({"epsilon": math.nan}, "epsilon must be >= 0"),
    ],
)
def test_bad_selections_are_refused(change, message):
    given = {"scores": np.array([1, 2]), "count": 1, "epsilon": 1.0} | change
    with pytest.raises(ValueError, match=message):
        select(given.pop("scores"), rng=np.random.default_rng(0), **given)


def test_other_bad_arguments_are_named():
    models = np.zeros((5, 2))
    with pytest.raises(ValueError, match="rule must be one of"):
        Aggregator(rule="best")
    with pytest.raises(ValueError, match=r"bad must be an integer in 0\.\.2, got 3"):
        unreliable.trimmed_mean(models, bad=3)
    with pytest.raises(ValueError, match=r"bad must be an integer in 0\.\.2, got 3"):
        unreliable.krum_scores(models, bad=3)
    with pytest.raises(ValueError, match="count must be"):
        unreliable.multi_krum(models, bad=1, count=6)
    with pytest.raises(ValueError, match="models"):
        Aggregator(rule="mean").combine(
            np.full((2, 2), np.nan), np.zeros(2, int), rng=np.random.default_rng(0)
        )
    with pytest.raises(ValueError, match="wrong must be in concert or at random"):
        SoftmaxTask.deal(
            np.zeros((300, 1)),
            np.zeros(300, int),
            wrong="always",
            rng=np.random.default_rng(0),
        )
