"""The steps that peers are timed on: sizes and starting values, numpy alone.

Read by each peer's script in an interpreter of its own, and by ``two_servers``.
"""

import numpy as np

BATCH, RATE = 128, 2.0**-10
SHAPES = {"lr": [(784, 1)], "nn": [(784, 128), (128, 128), (128, 10)]}


def start(kind: str) -> tuple[np.ndarray, np.ndarray, list[np.ndarray]]:
    """Return inputs in [0, 1], labels 0 and 1, and weights of a step.

    Args:
        kind: ``lr``, logistic regression, or ``nn``, 784-128-128-10.
    """
    rng, shapes = np.random.default_rng(0), SHAPES[kind]
    x = rng.random((BATCH, 784))
    y = rng.integers(0, 2, (BATCH, shapes[-1][1])).astype(float)
    return x, y, [rng.normal(size=s) / s[0] ** 0.5 for s in shapes]
