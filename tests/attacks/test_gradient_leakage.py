"""Gradient leakage: records come back where they can, and not from elsewhere."""

import numpy as np
import pytest

from ppdl_course.attacks.gradient_leakage import (
    _matching,
    closed_form,
    closed_form_of_part,
    inferred_labels,
    noisy,
    paired,
    psnr,
    reconstruct,
)
from ppdl_course.attacks.registry_form import (
    WIDTH,
    age_and_phone,
    form,
    forms,
    intake_network,
    sentence_bands,
)
from ppdl_course.data import load_digits_split, load_law_cases
from ppdl_course.federated.gradient_exchange import GradientClient
from ppdl_course.nn import CrossEntropy, Network
from ppdl_course.parties.channel import Channel
from ppdl_course.stored import gradient_reconstructions

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(scope="module")
def digits():
    return load_digits_split()


@pytest.fixture(scope="module")
def network():
    return gradient_reconstructions.digit_network(np.random.default_rng(0))


def gradient_of(network, x, y):
    return network.loss_and_gradient(x, y, CrossEntropy())[1]


def test_the_closed_form_is_exact_for_one_record_and_not_for_two(network, digits):
    x, y = digits.X_test[:2], digits.y_test[:2]
    one = closed_form(network, gradient_of(network, x[:1], y[:1]))
    np.testing.assert_allclose(one, x[0], atol=1e-9)
    two = closed_form(network, gradient_of(network, x, y))
    assert min(np.abs(two - row).max() for row in x) > 0.1


def test_a_network_that_did_not_react_tells_nothing(network):
    with pytest.raises(ValueError, match="gradient must have a bias entry"):
        closed_form(network, np.zeros_like(network.flat))


@pytest.mark.parametrize("fraction", [1.0, 0.1, 0.01])
def test_a_part_of_the_gradient_gives_the_inputs_that_it_holds(
    network, digits, fraction
):
    """The largest entries, as selective sharing uploads them: what they cover is x."""
    x = digits.X_test[0]
    gradient = gradient_of(network, x[None], digits.y_test[:1])
    count = int(fraction * len(gradient))
    part = np.argsort(-np.abs(gradient))[:count]
    found = closed_form_of_part(network, part, gradient[part])
    (first, *_), _ = network.views(np.arange(len(gradient)))
    uploaded = np.isin(first, part)
    covered = (uploaded[:, 1:] & uploaded[:, :1]).any(axis=0)
    np.testing.assert_array_equal(~np.isnan(found), covered)
    np.testing.assert_allclose(found[covered], x[covered], atol=1e-9)
    if fraction == 1:
        assert covered.all()


def test_a_part_without_a_bias_entry_tells_no_input(network, digits):
    gradient = gradient_of(network, digits.X_test[:1], digits.y_test[:1])
    first = network.views(np.arange(len(gradient)))[0][0]
    part = first[:, 1:].ravel()
    assert np.isnan(closed_form_of_part(network, part, gradient[part])).all()


@pytest.mark.parametrize(
    ("indices", "count", "words"),
    [
        ([0, 0], 2, r"indices must be different and in 0\.\."),
        ([-1], 1, r"indices must be different and in 0\.\."),
        ([10**6], 1, r"indices must be different and in 0\.\."),
        ([0, 1], 1, r"values must have shape \(2,\), got \(1,\)"),
    ],
)
def test_a_part_that_is_none_is_refused(network, indices, count, words):
    with pytest.raises(ValueError, match=words):
        closed_form_of_part(network, np.array(indices), np.ones(count))


@pytest.mark.parametrize("n", [1, 2, 4, 8])
def test_the_labels_of_a_batch_are_inferred(network, digits, n):
    right = 0
    for k in range(20):
        rows = slice(k * n, k * n + n)
        gradient = gradient_of(network, digits.X_test[rows], digits.y_test[rows])
        labels = inferred_labels(network, gradient, n)
        right += bool(np.array_equal(labels, np.sort(digits.y_test[rows])))
    assert right >= (20 if n == 1 else 17)


def test_the_objective_is_zero_at_the_truth_and_its_gradient_is_right(network, digits):
    x, y = digits.X_test[:2], digits.y_test[:2]
    objective = _matching(network, gradient_of(network, x, y), y, 1, 0.1)
    assert objective(x.ravel())[0] == pytest.approx(0, abs=1e-12)
    point = np.random.default_rng(0).uniform(size=128)
    _, slope = objective(point)
    for i in (0, 17, 100):
        step = 1e-6 * np.eye(128)[i]
        central = (objective(point + step)[0] - objective(point - step)[0]) / 2e-6
        assert slope[i] == pytest.approx(central, rel=1e-4, abs=1e-7)


def test_torch_in_the_objective_computes_the_same_gradient_as_the_network(digits):
    deep = Network([64, 12, 8, 10], "sigmoid", rng=np.random.default_rng(2))
    x, y = digits.X_test[:3], digits.y_test[:3]
    assert _matching(deep, gradient_of(deep, x, y), y, 1, 0.1)(x.ravel())[0] < 1e-12


def test_digits_come_back_from_a_batch_and_not_from_another_gradient(network, digits):
    x, y = digits.X_test[:2], digits.y_test[:2]
    gradient = gradient_of(network, x, y)
    rng = np.random.default_rng(0)
    found = reconstruct(network, gradient, 2, rng=rng)
    assert psnr(x, paired(x, found.x)).min() > 50
    shuffled = rng.permutation(gradient)
    wrong = reconstruct(network, shuffled, 2, rng=rng, labels=y)
    assert psnr(x, paired(x, wrong.x)).max() < 20
    assert wrong.mismatch > 100 * found.mismatch


def test_simulated_local_steps_undo_averaging_over_time(network, digits):
    x, y = digits.X_test[:2], digits.y_test[:2]
    with Channel("server", "court") as channel:
        client = GradientClient(
            channel["court"], network, x, y, local_steps=3, rate=0.1
        )
        reported = client.gradient()
    options = {"rng": np.random.default_rng(0), "labels": y}
    naive = reconstruct(network, reported, 2, **options)
    aware = reconstruct(network, reported, 2, local_steps=3, rate=0.1, **options)
    assert psnr(x, paired(x, naive.x)).max() < 30 < psnr(x, paired(x, aware.x)).min()


def test_noise_has_the_norm_that_it_says():
    gradient = np.random.default_rng(0).normal(size=20_000)
    rng = np.random.default_rng(1)
    ratio = np.linalg.norm(noisy(gradient, 0.3, rng=rng) - gradient)
    assert ratio / np.linalg.norm(gradient) == pytest.approx(0.3, rel=0.03)
    np.testing.assert_array_equal(noisy(gradient, 0, rng=rng), gradient)
    for bad in (-1, np.nan):
        with pytest.raises(ValueError, match="level must be >= 0"):
            noisy(gradient, bad, rng=rng)


def test_psnr_of_known_errors():
    truth = np.zeros((3, 4))
    found = np.array([[1.0] * 4, [0.1] * 4, [0.0] * 4])
    np.testing.assert_allclose(psnr(truth, found), [0, 20, 100], atol=1e-9)


def test_pairing_undoes_any_order(digits):
    x = digits.X_test[:7]
    order = np.random.default_rng(0).permutation(7)
    np.testing.assert_array_equal(paired(x, x[order]), x)


def test_a_form_says_the_age_and_phone_number_of_its_file():
    for case in load_law_cases().records[:200]:
        row = form(case)
        assert age_and_phone(row) == (case.age, case.phone)
        assert row.shape == (WIDTH,)
        assert 0 <= row.min() <= row.max() <= 1
    with pytest.raises(ValueError, match="row must have shape"):
        age_and_phone(np.zeros(3))


def test_a_case_file_comes_back_from_a_gradient_of_two():
    records = load_law_cases().records[:2]
    network = intake_network(np.random.default_rng(3))
    gradient = gradient_of(network, forms(records), sentence_bands(records))
    found = reconstruct(network, gradient, 2, rng=np.random.default_rng(3)).x
    read = [age_and_phone(row) for row in paired(forms(records), found)]
    assert read == [(case.age, case.phone) for case in records]


def test_only_sigmoids_are_attacked(digits):
    relu = Network([64, 8, 10], "relu", rng=np.random.default_rng(0))
    gradient = gradient_of(relu, digits.X_test[:1], digits.y_test[:1])
    with pytest.raises(ValueError, match="network must have sigmoid"):
        reconstruct(relu, gradient, 1, rng=np.random.default_rng(0))


@pytest.mark.parametrize(("n", "level"), [(1, 0.0), (1, 1.0), (2, 0.1)])
def test_a_stored_setting_computed_again_is_the_same(n, level):
    now, stored = (
        gradient_reconstructions.compute(n, level),
        gradient_reconstructions.load_reconstructions()[n, level],
    )
    np.testing.assert_array_equal(now.truth, stored.truth)
    # L-BFGS stops earlier or later on another machine; what counts is what is seen.
    a, b = (min(60, np.median(leak.digits_psnr)) for leak in (now, stored))
    assert a == pytest.approx(b, abs=4)
    assert now.phones == pytest.approx(stored.phones, abs=0.3)


def test_stored_reconstructions_worsen_with_batch_size_and_with_noise():
    leaks = gradient_reconstructions.load_reconstructions()
    median = {key: np.median(leak.digits_psnr) for key, leak in leaks.items()}
    for level in (0.0, 0.01, 0.1, 1.0):
        row = [median[n, level] for n in gradient_reconstructions.SIZES]
        assert row == sorted(row, reverse=True)
    for n in gradient_reconstructions.SIZES:
        assert median[n, 0.0] >= median[n, 0.1] > median[n, 1.0]
    assert leaks[1, 0.0].phones == 1
    assert leaks[8, 1.0].phones == 0
