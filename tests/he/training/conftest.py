"""A small auto-encoder and its data, toy contexts: INSECURE sizes, fast."""

import numpy as np
import pytest

from ppdl_course.he.training.integers import Net, Precision

PRECISION = Precision(input_bits=2, weight_bits=3, divisor=2)


@pytest.fixture
def precision():
    return PRECISION


@pytest.fixture
def net():
    rng = np.random.default_rng(1)
    drawn = Net.drawn(4, 2, 4, rng=rng)
    return Net(2 * drawn.W1, drawn.b1 + 0.1, 2 * drawn.W2, drawn.b2 - 0.2)


@pytest.fixture
def samples():
    return np.random.default_rng(2).uniform(0.2, 0.8, (3, 4))
