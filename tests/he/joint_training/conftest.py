"""Records of three courts, small; sizes are toys, insecure."""

import numpy as np
import pytest

from ppdl_course.he.joint_training.plan import Plan


@pytest.fixture(scope="session")
def plan():
    return Plan(features=3, rows=48, steps=3, ring_degree=64)


@pytest.fixture(scope="session")
def records():
    rng = np.random.default_rng(24)
    x = rng.uniform(-1, 1, (48, 3))
    y = (x @ [1.0, -1.0, 0.5] + 0.1 > 0).astype(int)
    cuts = {"court A": slice(0, 10), "court B": slice(10, 40), "court C": slice(40, 48)}
    return {name: (x[cut], y[cut]) for name, cut in cuts.items()}


@pytest.fixture(scope="session")
def everything(plan, records):
    """All records together, as the plain twin takes them."""
    xs, ys = zip(*records.values(), strict=True)
    return plan.encode(np.vstack(xs)), np.concatenate(ys)
