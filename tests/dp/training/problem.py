"""A small network and records to train it on."""

import numpy as np

from ppdl_course.nn import Network


def problem(seed=0, n=20, sizes=(6, 5, 3), activation="relu", dtype=np.float64):
    """Return the network, n records and their classes."""
    rng = np.random.default_rng(seed)
    network = Network(list(sizes), activation, rng=rng, dtype=dtype)
    x = rng.normal(size=(n, sizes[0])).astype(dtype)
    return network, x, rng.integers(0, sizes[-1], n)
