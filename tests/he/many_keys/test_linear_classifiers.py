"""Classifiers learnt from sums: scikit-learn's labels, exact integers, refusals."""

import numpy as np
import pytest
from sklearn.naive_bayes import BernoulliNB
from sklearn.neighbors import NearestCentroid

from ppdl_course.data import load_digits_split
from ppdl_course.he.many_keys.linear_classifiers import (
    ClassSums,
    LinearClassifier,
    hyperplane,
    naive_bayes,
    read_classifier,
)

LIMIT = 65537 // 2


@pytest.fixture(scope="module")
def digits():
    data = load_digits_split()
    x, test = ((part >= 0.5).astype(np.int64) for part in (data.X_train, data.X_test))
    return x, data.y_train, test, data.y_test


@pytest.fixture(scope="module")
def sums(digits):
    return ClassSums.of(*digits[:2], 10)


def test_sums_are_scikit_learns_counts(digits, sums):
    theirs = BernoulliNB().fit(*digits[:2])
    np.testing.assert_array_equal(sums.sums, theirs.feature_count_)
    np.testing.assert_array_equal(sums.counts, theirs.class_count_)


def test_naive_bayes_gives_the_labels_of_scikit_learn(digits, sums):
    x, y, test, _ = digits
    ours = naive_bayes(sums, limit=LIMIT)
    theirs = BernoulliNB().fit(x, y)
    labels = ours.labels(ours.scores(test))
    np.testing.assert_array_equal(labels, theirs.predict(test))
    log = theirs.predict_joint_log_proba(test)
    # 65 numbers, each rounded by half a step at most
    off = np.abs(ours.scores(test) / 2**ours.scale_bits - log).max()
    assert off <= 65 / 2 / 2**ours.scale_bits


@pytest.mark.filterwarnings("ignore:self.within_class_std_dev_")  # some pixels are 0
def test_the_hyperplane_is_between_the_nearest_centroids_of_scikit_learn(digits, sums):
    x, y, test, truth = digits
    ours = hyperplane(sums, 0, limit=LIMIT)
    labels = ours.labels(ours.scores(test))
    theirs = NearestCentroid().fit(x, y == 0).predict(test)
    np.testing.assert_array_equal(labels, theirs)
    assert (labels == (truth == 0)).mean() > 0.96  # always "rest" has 0.9


def test_scores_are_as_fine_as_the_limit_allows_and_never_pass_it(sums):
    for limit in (300, 2000, LIMIT):
        classifier = naive_bayes(sums, limit=limit)
        assert classifier.largest <= limit < 2.1 * classifier.largest
    worst = np.array([classifier.weights[c] > 0 for c in range(10)]).astype(np.int64)
    best = classifier.scores(worst).max(), classifier.scores(1 - worst).min()
    assert classifier.largest == max(best[0], -best[1])


def test_any_user_reads_the_classifier_from_one_record_more_than_features(sums):
    classifier = naive_bayes(sums, limit=LIMIT)
    weights, bias = read_classifier(classifier.scores, 64)
    np.testing.assert_array_equal(weights, classifier.weights)
    np.testing.assert_array_equal(bias, classifier.bias)


def test_a_limit_too_small_for_scale_one_is_refused_with_the_least(sums):
    with pytest.raises(ValueError, match=r"limit must be at least \d+ for these sums"):
        naive_bayes(sums, limit=20)
    with pytest.raises(ValueError, match="limit must be an integer >= 1, got 0"):
        naive_bayes(sums, limit=0)


@pytest.mark.parametrize(
    ("x", "words"),
    [
        (np.array([[0, 2]]), "x must be 0 or 1, got 0 to 2"),
        (np.array([[0, -1]]), "x must be 0 or 1, got -1 to 0"),
        (np.array([[0.0, 1.0]]), "x must be integers 0 and 1, got float64"),
        (np.array([[True, False]]), "x must be integers 0 and 1, got bool"),
        (np.zeros(3, int), r"x must be a matrix \(records, features\), got \(3,\)"),
        (np.zeros((0, 2), int), r"x must be a matrix \(records, features\), got \(0"),
        ([[0, 1]], r"x must be a matrix \(records, features\), got list"),
    ],
)
def test_records_of_other_things_than_zeros_and_ones_are_refused(x, words):
    with pytest.raises(ValueError, match=words):
        ClassSums.of(x, np.zeros(len(x), int), 2)
    model = LinearClassifier(np.zeros((1, 2), int), np.zeros(1, int), 0)
    with pytest.raises(ValueError, match=words):
        model.scores(x)


def test_impossible_sums_and_empty_classes_are_refused():
    with pytest.raises(ValueError, match=r"sums must be in 0..counts, got 0 to 3"):
        ClassSums(np.array([2, 2]), np.array([[0, 3], [1, 1]]))
    with pytest.raises(ValueError, match=r"sums must be in 0..counts, got -1"):
        ClassSums(np.array([2]), np.array([[-1]]))
    with pytest.raises(ValueError, match=r"sums must be \(classes, features\)"):
        ClassSums(np.array([2, 2]), np.array([[1]]))
    one_sided = ClassSums(np.array([3, 0]), np.array([[1, 2], [0, 0]]))
    with pytest.raises(ValueError, match="counts must be positive, got 0 for class 1"):
        naive_bayes(one_sided, limit=100)
    with pytest.raises(ValueError, match="counts must be positive on both sides"):
        hyperplane(one_sided, 0, limit=100)
    with pytest.raises(ValueError, match="wanted must be 0 or 1, got 2"):
        hyperplane(one_sided, 2, limit=100)
    with pytest.raises(ValueError, match=r"y must lie in 0..1, got 2 at row 0"):
        ClassSums.of(np.array([[1]]), np.array([2]), 2)
