"""Tests for DP-SGD: slow loops, Opacus, the promise, the bounds."""

import math

import numpy as np
import pytest
import torch
from opacus import PrivacyEngine
from opacus.accountants import RDPAccountant
from opacus.utils.batch_memory_manager import BatchMemoryManager
from opacus.validators import ModuleValidator
from scipy import stats
from torch.utils.data import DataLoader, TensorDataset

from ppdl_course.dp.accountants.subsampled_gaussian import epsilon_by_rdp
from ppdl_course.dp.audits.lower_bound import dkw_distance
from ppdl_course.dp.definition import Neighbours
from ppdl_course.dp.training.dp_sgd import (
    noisy_mean,
    poisson_sample,
    train_private,
)
from ppdl_course.dp.training.opacus_twin import (
    as_torch,
    refuse_mixing,
)
from ppdl_course.nn import CrossEntropy, Network

from .problem import problem

SETTINGS = {
    "rate": 0.5,
    "steps": 5,
    "sample_rate": 0.5,
    "noise_multiplier": 1.0,
    "max_grad_norm": 1.0,
}


# agreement with slow loops and with Opacus


def test_the_twin_computes_what_the_network_computes():
    network, x, _ = problem(3)
    outputs = as_torch(network)(torch.tensor(x)).detach().numpy()
    np.testing.assert_allclose(outputs, network.forward(x), atol=1e-12)
    with pytest.raises(ValueError, match=r"activation must be in .* got prelu"):
        as_torch(problem(activation="prelu")[0])


def test_without_noise_and_with_loose_clipping_it_is_plain_gradient_descent():
    network, x, y = problem(4)
    plain = network.copy()
    train_private(
        network, x, y, rate=0.1, steps=7, sample_rate=1.0, noise_multiplier=0.0,
        max_grad_norm=1e6, rng=np.random.default_rng(0),
    )  # fmt: skip
    for _ in range(7):
        plain.flat -= 0.1 * plain.loss_and_gradient(x, y, CrossEntropy())[1]
    np.testing.assert_allclose(network.flat, plain.flat, atol=1e-12)


def test_a_loop_over_written_down_gradients_trains_the_same():
    network, x, y = problem(seed=3, n=40)
    theirs, rng = network.copy(), np.random.default_rng(8)
    train_private(theirs, x, y, **SETTINGS, rng=np.random.default_rng(8))
    for _ in range(SETTINGS["steps"]):
        rows = poisson_sample(40, sample_rate=0.5, rng=rng)
        network.flat -= 0.5 * noisy_mean(
            network.example_gradients(x[rows], y[rows], CrossEntropy()),
            max_grad_norm=1.0, noise_multiplier=1.0, expected_batch_size=20, rng=rng,
        )  # fmt: skip
    np.testing.assert_allclose(network.flat, theirs.flat, atol=1e-10)


def test_the_mean_of_no_records_is_noise_alone():
    settings = {"max_grad_norm": 3.0, "noise_multiplier": 2.0}
    got = noisy_mean(
        np.empty((0, 4)),
        **settings,
        expected_batch_size=5,
        rng=np.random.default_rng(0),
    )
    noise = np.random.default_rng(0).standard_normal(4)
    np.testing.assert_allclose(got, 6 * noise / 5)
    with pytest.raises(ValueError, match="expected_batch_size must be positive"):
        noisy_mean(
            np.ones((1, 4)), **settings, expected_batch_size=0,
            rng=np.random.default_rng(0),
        )  # fmt: skip


def test_epsilon_of_a_run_is_that_of_opacus():
    network, x, y = problem(5)
    run = train_private(network, x, y, **SETTINGS, rng=np.random.default_rng(0))
    accountant = RDPAccountant()
    accountant.history = [(1.0, 0.5, 5)]
    theirs = accountant.get_epsilon(1e-5)
    assert epsilon_by_rdp([run.spent], delta=1e-5) == pytest.approx(theirs, rel=0.01)
    assert run.epsilon(delta=1e-5) <= theirs


# privacy


def test_the_noise_is_normal_and_of_the_size_that_was_accounted():
    rng = np.random.default_rng(6)
    network = Network([99, 60, 20], rng=rng)
    x, y = rng.normal(size=(4, 99)), np.zeros(4, dtype=int)
    silent, noisy = network.copy(), network.copy()
    common = {
        "rate": 1.0, "steps": 1, "sample_rate": 1.0, "max_grad_norm": 0.5,
    }  # fmt: skip
    train_private(silent, x, y, **common, noise_multiplier=0.0, rng=rng)
    train_private(noisy, x, y, **common, noise_multiplier=3.0, rng=rng)
    noise = noisy.flat - silent.flat
    theory = stats.norm(scale=3.0 * 0.5 / 4)
    distance = stats.kstest(noise, theory.cdf).statistic
    assert distance < dkw_distance(len(noise), error=1e-6)


def test_batches_are_poisson_samples():
    rng = np.random.default_rng(7)
    samples = [poisson_sample(50, sample_rate=0.2, rng=rng) for _ in range(4000)]
    sizes = np.array([len(rows) for rows in samples])
    share = np.bincount(np.concatenate(samples), minlength=50) / 4000
    assert abs(share - 0.2).max() < 0.04
    # a binomial's variance; a fixed size has none
    assert sizes.var() == pytest.approx(50 * 0.2 * 0.8, rel=0.2)
    assert np.corrcoef([[0 in s, 1 in s] for s in samples], rowvar=False)[0, 1] < 0.1


def test_an_empty_sample_is_a_step_of_noise_alone():
    network, x, y = problem(8, n=2)
    before = network.flat.copy()
    run = train_private(
        network, x, y, rate=1.0, steps=3, sample_rate=1e-9, noise_multiplier=1.0,
        max_grad_norm=1.0, rng=np.random.default_rng(0),
    )  # fmt: skip
    assert run.batch_sizes.tolist() == [0, 0, 0]
    assert np.all(network.flat != before)


def test_a_run_without_noise_promises_nothing():
    network, x, y = problem(9)
    run = train_private(
        network, x, y, **{**SETTINGS, "noise_multiplier": 0.0},
        rng=np.random.default_rng(0),
    )  # fmt: skip
    assert run.epsilon(delta=1e-5) == math.inf
    with pytest.raises(ValueError, match=r"noise_multiplier must be in .*got 0"):
        _ = run.spent


def test_single_precision_stays_single():
    network, x, y = problem(10, dtype=np.float32)
    train_private(network, x, y, **SETTINGS, rng=np.random.default_rng(0))
    assert network.flat.dtype == np.float32


# batch normalisation


def test_batch_normalisation_is_refused_by_name_and_group_normalisation_taken():
    model = torch.nn.Sequential(torch.nn.Linear(4, 3), torch.nn.BatchNorm1d(3))
    with pytest.raises(ValueError, match="batch normalisation in layer '1'"):
        refuse_mixing(model)
    assert ModuleValidator.validate(model, strict=False)
    refuse_mixing(ModuleValidator.fix(model))


# documented errors


@pytest.mark.parametrize(
    ("argument", "value", "message"),
    [
        ("noise_multiplier", -0.1, "noise_multiplier must be >= 0 and finite"),
        ("noise_multiplier", math.nan, "noise_multiplier must be >= 0 and finite"),
        ("max_grad_norm", 0.0, "max_grad_norm must be positive"),
        ("max_grad_norm", math.inf, "max_grad_norm must be positive"),
        ("sample_rate", 1.5, r"sample_rate must be in \(0, 1\], got 1.5"),
        ("sample_rate", 0.0, r"sample_rate must be in \(0, 1\]"),
        ("steps", 0, "steps must be an integer >= 1"),
        ("rate", -1.0, "rate must be positive"),
    ],
)
def test_bad_settings_are_refused_by_name(argument, value, message):
    network, x, y = problem()
    with pytest.raises(ValueError, match=message):
        train_private(
            network, x, y, **{**SETTINGS, argument: value},
            rng=np.random.default_rng(0),
        )  # fmt: skip


def test_delta_out_of_range_is_refused():
    network, x, y = problem()
    run = train_private(network, x, y, **SETTINGS, rng=np.random.default_rng(0))
    for delta in (0.0, 1.0, -1e-5):
        with pytest.raises(ValueError, match="delta must be in"):
            run.epsilon(delta=delta)
    with pytest.raises(ValueError, match="n must be an integer"):
        poisson_sample(0, sample_rate=0.5, rng=np.random.default_rng(0))


def test_a_run_promises_under_its_relation_and_nothing_without_noise():
    network, x, y = problem()
    run = train_private(network, x, y, **SETTINGS, rng=np.random.default_rng(0))
    promise = run.guarantee(delta=1e-5)
    assert promise.neighbours is run.spent.neighbours is Neighbours.ADD_REMOVE
    assert (promise.epsilon, promise.delta) == (run.epsilon(delta=1e-5), 1e-5)
    bare = {**SETTINGS, "noise_multiplier": 0.0}
    run = train_private(network, x, y, **bare, rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match="noise_multiplier must be in"):
        run.guarantee(delta=1e-5)


@pytest.mark.filterwarnings("ignore:Secure RNG|Full backward hook")
def test_opacus_takes_the_same_noisy_steps_in_physical_parts():
    """What chapter 16 says of BatchMemoryManager: one noise, for all parts together."""
    start, x, y = problem(n=60)
    data = TensorDataset(torch.tensor(x), torch.tensor(y))

    def weights(limit):
        torch.manual_seed(0)
        model = as_torch(start)
        model, optimizer, loader = PrivacyEngine().make_private(
            module=model,
            optimizer=torch.optim.SGD(model.parameters(), lr=1.0),
            data_loader=DataLoader(data, batch_size=20),
            noise_multiplier=1.0,
            max_grad_norm=1.0,
        )
        sizes = []
        with BatchMemoryManager(
            data_loader=loader, max_physical_batch_size=limit, optimizer=optimizer
        ) as parts:
            for images, labels in parts:
                sizes.append(len(images))
                optimizer.zero_grad()
                torch.nn.functional.cross_entropy(model(images), labels).backward()
                optimizer.step()
        return sizes, torch.cat([p.detach().flatten() for p in model.parameters()])

    (whole, once), (parts, in_parts) = weights(60), weights(6)
    assert len(whole) == 3 < len(parts)
    assert sum(whole) == sum(parts)
    assert max(parts) <= 6 < max(whole)
    torch.testing.assert_close(in_parts, once)
