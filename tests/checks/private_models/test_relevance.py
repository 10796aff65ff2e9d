"""The check of chapter 17: it takes what the package does, with any seed."""

import numpy as np
import pytest

from ppdl_course.checks.private_models.relevance import check_spread_relevance
from ppdl_course.dp.training.adaptive_laplace import relevances
from ppdl_course.nn import Network


def spread_relevance(W, a, relevance, stabiliser=0.02):
    nodes = np.column_stack([np.ones(len(a)), a])
    z = nodes @ W.T
    z += np.where(z >= 0, stabiliser, -stabiliser)
    return (nodes * ((relevance / z) @ W))[:, 1:]


@pytest.mark.parametrize("seed", [16, 1, 2])
def test_what_the_package_does_passes_with_any_seed(seed):
    check_spread_relevance(spread_relevance, seed=seed)


def test_the_relevance_taught_is_that_of_the_package():
    rng = np.random.default_rng(0)
    network = Network([4, 3], rng=rng)
    x, y = rng.random((5, 4)), rng.integers(0, 3, 5)
    chosen = np.zeros((5, 3))
    chosen[np.arange(5), y] = network.forward(x)[np.arange(5), y]
    np.testing.assert_allclose(
        relevances(network, x, y),
        spread_relevance(network.weights[0], x, chosen, stabiliser=0.01),
    )
