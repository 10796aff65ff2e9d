"""Controls of chapter 6, over the figures of ``figures.two_server_learning``.

Every setting's training is run here, once, so that a slider only draws.
"""

import functools
from collections.abc import Sequence

import ipywidgets as widgets
import numpy as np
from scipy.special import expit

from ppdl_course.data import Split
from ppdl_course.figures.two_server_learning import (
    pieces_trade,
    small_ring,
    triple_costs,
)
from ppdl_course.mpc.learning.regression import RegressionPlan, Schedule
from ppdl_course.mpc.planning import activations, small_rings
from ppdl_course.mpc.planning.product_costs import ProductCost
from ppdl_course.widgets.explorer import Explorer

RINGS = (24, 28, 32, 40, 64)
FRACTIONS = (1, 2, 3, 4, 5, 6, 8, 10, 13)
PIECES = (2, 3, 5, 7, 9, 13)


def precision_explorer(data: Split, plan: RegressionPlan, exact: float) -> Explorer:
    """Return controls over fraction bits and ring size.

    Args:
        data: Rows with the constant in column 0; labels 0 and 1.
        plan: Batches and rate of the training.
        exact: Accuracy in floating point, for comparison.
    """
    runs = {}
    for ring_bits in RINGS:
        for f in FRACTIONS:
            ring = small_rings.SmallRing(ring_bits, np.random.default_rng(6))
            w = small_rings.train(ring, plan, f, data.X_train, data.y_train[:, None])
            right = activations.accuracy(w[:, 0], data.X_test, data.y_test)
            runs[ring_bits, f] = right, ring.overflows, ring.failures
    return Explorer(
        functools.partial(small_ring, runs, exact),
        {
            "fraction_bits": widgets.SelectionSlider(
                options=FRACTIONS, value=8, description="fraction bits"
            ),
            "ring_bits": widgets.SelectionSlider(
                options=RINGS, value=64, description="bits of the ring"
            ),
        },
        caption="Which end of the slider breaks first, and does anybody notice?",
        states=[
            {"fraction_bits": f, "ring_bits": ring}
            for ring, f in ((64, 13), (64, 2), (32, 8), (24, 6), (24, 10))
        ],
    )


def pieces_explorer(
    sets: dict[str, Split], schedules: dict[str, Schedule], relu_bytes: float
) -> Explorer:
    """Return a control over the pieces of the activation.

    Args:
        sets: Data sets by name, labels 0 and 1.
        schedules: Batches for each of them.
        relu_bytes: Measured price of a comparison and the product behind it.
    """
    points = np.linspace(-7, 7, 281)
    rows = {}
    for count in PIECES:
        f = activations.pieces(count)
        right = {}
        for name, data in sets.items():
            w = activations.learn(f, data.X_train, data.y_train, schedules[name], 0.5)
            right[name] = activations.accuracy(w, data.X_test, data.y_test)
        rows[count] = f(points), right, (count - 1) * relu_bytes
    return Explorer(
        functools.partial(pieces_trade, rows, points, expit(points)),
        {
            "pieces": widgets.SelectionSlider(
                options=PIECES, value=3, description="pieces"
            )
        },
        caption="What do more pieces buy, and what does each of them cost?",
        states=[{"pieces": count} for count in (2, 3, 5, 13)],
    )


COLUMNS = tuple(2**k for k in range(14))
"""Up to 8,192: as many fill one ciphertext."""


def triples_explorer(runs: Sequence[ProductCost]) -> Explorer:
    """Return a control over the columns that one product has.

    Args:
        runs: Of each method two or more, with different columns. Between and beyond
            them costs are taken to grow in a straight line.

    Raises:
        ValueError: If a method was measured for one number of columns only.
    """
    measured: dict[str, list[tuple[int, float, float]]] = {}
    for run in runs:
        row = (run.columns, run.bytes, run.seconds)
        measured.setdefault(run.method, []).append(row)
    laws = {}
    for method, rows in measured.items():
        low, high = min(rows), max(rows)
        if low[0] == high[0]:
            raise ValueError(f"runs must have two sizes of {method!r}, got {low[0]}")
        laws[method] = tuple(_line(low, high, k) for k in (1, 2))
    return Explorer(
        functools.partial(triple_costs, laws, measured, most=COLUMNS[-1]),
        {
            "columns": widgets.SelectionSlider(
                options=COLUMNS, value=1, description="columns"
            )
        },
        caption="From how many columns on is encryption better than transfers, and "
        "what does doing without a dealer cost?",
        states=[{"columns": columns} for columns in (1, 64, 8192)],
    )


def _line(
    low: tuple[int, float, float], high: tuple[int, float, float], k: int
) -> tuple[float, float]:
    """Return (constant, for each column); times vary, but none grows downwards."""
    each = max((high[k] - low[k]) / (high[0] - low[0]), 0.0)
    return low[k] - each * low[0] if low[k] > each * low[0] else 0.0, each
