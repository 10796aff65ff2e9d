"""Membership and attribute inference: right curves, and no success without overfit."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score, roc_curve

from ppdl_course.attacks.attribute_inference import (
    field_columns,
    success,
    value_scores,
)
from ppdl_course.attacks.membership import (
    Shadows,
    confidence,
    loss_scores,
    overfitting_trainer,
    roc,
    train_shadows,
)
from ppdl_course.data import load_law_cases
from ppdl_course.nn import softmax


@pytest.fixture(scope="module")
def cases():
    return load_law_cases()


@pytest.fixture(scope="module")
def pool(cases):
    rows = np.random.default_rng(0).permutation(cases.train)[:400]
    return cases.X[rows], cases.y[rows]


@pytest.fixture(scope="module")
def target(pool):
    x, y = pool
    return overfitting_trainer(epochs=40)(x[:200], y[:200], np.random.default_rng(1))


@pytest.mark.parametrize("seed", range(5))
def test_the_curve_is_scikit_learns(seed):
    rng = np.random.default_rng(seed)
    members, others = (
        np.round(rng.normal(1, 1, 60), 1),
        np.round(rng.normal(size=40), 1),
    )
    mine = roc(members, others)
    truth = np.repeat([1, 0], [60, 40])
    fpr, tpr, _ = roc_curve(truth, np.append(members, others), drop_intermediate=False)
    np.testing.assert_allclose(mine.false_positives, fpr)
    np.testing.assert_allclose(mine.true_positives, tpr)
    assert mine.auc == pytest.approx(roc_auc_score(truth, np.append(members, others)))


def test_the_rate_at_a_low_false_positive_rate_by_hand():
    curve = roc(np.array([5.0, 3, 3, 1]), np.array([4.0, 2, 1, 0]))
    assert [curve.at(rate) for rate in (0, 0.25, 0.5, 1)] == [0.25, 0.75, 0.75, 1]
    with pytest.raises(ValueError, match="rate must be in"):
        curve.at(1.5)


def test_bad_scores_are_refused():
    with pytest.raises(ValueError, match="must have scores"):
        roc(np.array([]), np.ones(2))
    with pytest.raises(ValueError, match="must be numbers"):
        roc(np.array([np.nan]), np.ones(2))


def test_an_overfitted_model_tells_members_and_a_stranger_model_does_not(
    pool, target, cases
):
    x, y = pool
    scores = loss_scores(target, x, y)
    assert roc(scores[:200], scores[200:]).auc > 0.6
    rest = cases.test[:200]
    stranger = overfitting_trainer(epochs=40)(
        cases.X[rest], cases.y[rest], np.random.default_rng(2)
    )
    scores = loss_scores(stranger, x, y)
    # 200 against 200: the deviation of the AUC is 0.029 when nothing is there to see.
    assert roc(scores[:200], scores[200:]).auc == pytest.approx(0.5, abs=0.145)


def test_shadow_models_find_more_members_than_the_threshold(pool, target):
    x, y = pool
    rng = np.random.default_rng(3)
    shadows = train_shadows(overfitting_trainer(epochs=40), x, y, count=16, rng=rng)
    ratio = shadows.scores(confidence(target, x, y))
    threshold = loss_scores(target, x, y)
    shadow, simple = (roc(s[:200], s[200:]) for s in (ratio, threshold))
    assert shadow.auc > simple.auc
    assert shadow.at(0.02) > simple.at(0.02)


def test_every_file_is_inside_half_of_the_shadow_models(pool):
    x, y = pool
    shadows = train_shadows(
        overfitting_trainer(epochs=1), x, y, count=6, rng=np.random.default_rng(0)
    )
    assert (shadows.inside.sum(axis=0) == 3).all()
    assert (shadows.inside.sum(axis=1) == 200).all()
    for count in (2, 5):
        with pytest.raises(ValueError, match="count must be even"):
            train_shadows(None, x, y, count=count, rng=np.random.default_rng(0))


def test_the_score_is_the_log_likelihood_ratio_of_two_bell_curves():
    from scipy.stats import norm

    rng = np.random.default_rng(0)
    inside = np.tile([[True], [False]], (40, 3))
    values = rng.normal(np.where(inside, 2.0, 0.0), np.where(inside, 0.5, 1.0))
    spread_in = np.sqrt(values[inside[:, 0]].var(axis=0).mean())
    spread_out = np.sqrt(values[~inside[:, 0]].var(axis=0).mean())
    seen = np.array([1.0, 0.3, -2.0])
    expected = norm.logpdf(seen, values[inside[:, 0]].mean(axis=0), spread_in)
    expected -= norm.logpdf(seen, values[~inside[:, 0]].mean(axis=0), spread_out)
    np.testing.assert_allclose(Shadows(values, inside).scores(seen), expected)


def test_value_scores_are_bayes_rule_file_by_file(pool, target, cases):
    x, y = pool
    columns = field_columns(cases, "district")
    prior = np.array([0.3, 0.2, 0.2, 0.1, 0.1, 0.1])
    scores = value_scores(target, x[:5], y[:5], columns, prior)
    for i in range(5):
        for v in range(6):
            filled = x[i].copy()
            filled[columns] = np.eye(6)[v]
            p = softmax(target.forward(filled[None]))[0, y[i]]
            assert scores[i, v] == pytest.approx(np.log(prior[v] * p))


def test_the_hidden_field_itself_is_never_read(pool, target, cases):
    x, y = pool
    columns, prior = field_columns(cases, "district"), np.full(6, 1 / 6)
    hidden = x.copy()
    hidden[:, columns] = 99
    np.testing.assert_array_equal(
        value_scores(target, x, y, columns, prior),
        value_scores(target, hidden, y, columns, prior),
    )


def test_members_lose_more_of_a_private_field_than_others(pool, cases):
    x, y = pool
    columns = field_columns(cases, "district")
    prior, truth = x[:, columns].mean(axis=0), x[:, columns].argmax(axis=1)
    rng = np.random.default_rng(5)
    gaps = []
    for _ in range(6):
        model = overfitting_trainer(epochs=40)(x[:200], y[:200], rng)
        scores = value_scores(model, x, y, columns, prior)
        gaps.append(
            success(scores[:200], truth[:200]) - success(scores[200:], truth[200:])
        )
    assert np.mean(gaps) > 0.03


def test_a_field_or_prior_that_does_not_fit_is_refused(pool, target, cases):
    with pytest.raises(ValueError, match="field must be a one-hot field"):
        field_columns(cases, "age")
    x, y = pool
    with pytest.raises(ValueError, match="prior must be 6 positive shares"):
        value_scores(target, x, y, field_columns(cases, "district"), np.ones(5))
