"""Chapter 6's widgets follow their controls, over trainings that were run."""

import re

import numpy as np
import pytest

from ppdl_course.data import Split
from ppdl_course.mpc.learning.regression import RegressionPlan, batches
from ppdl_course.mpc.planning.product_costs import ProductCost
from ppdl_course.widgets.two_server_learning import (
    pieces_explorer,
    precision_explorer,
    triples_explorer,
)


@pytest.fixture(scope="module")
def data():
    rng = np.random.default_rng(1)
    x = rng.normal(size=(500, 4)) * 3
    y = (x @ [1.0, -1.0, 0.5, 0.0] + rng.normal(size=500) > 0) * 1
    return Split(x[:400], y[:400], x[400:], y[400:])


@pytest.fixture(scope="module")
def schedule():
    return batches(400, 40, 3, np.random.default_rng(2))


def shown(explorer):
    return re.search('alt="([^"]*)"', explorer._canvas.value)[1]


def percent(text):
    return float(re.search(r"([\d.]+)% right", text)[1])


def test_a_large_ring_learns_and_a_small_one_overflows(data, schedule):
    plan = RegressionPlan(400, 4, schedule, rate_bits=7)
    explorer = precision_explorer(data, plan, 0.9)
    explorer.controls["fraction_bits"].value = 13
    assert "64 bits, 13 fraction bits" in shown(explorer)
    assert "0 overflows, 0 failed truncations" in shown(explorer)
    good = percent(shown(explorer))
    explorer.controls["ring_bits"].value = 24
    assert ", 0 overflows" not in shown(explorer)
    assert percent(shown(explorer)) < good - 10
    assert explorer.fallback().count("<img") == 5


def test_each_piece_costs_a_comparison(data, schedule):
    explorer = pieces_explorer({"cases": data}, {"cases": schedule}, 50.0)
    assert "3 pieces" in shown(explorer)
    assert "100 bytes for each number" in shown(explorer)
    explorer.controls["pieces"].value = 13
    assert "600 bytes for each number" in shown(explorer)
    assert explorer.fallback().count("<img") == 4


def test_transfers_win_for_few_columns_and_encryption_for_many():
    runs = [
        ProductCost("ot", 1, 1_500_000, 0.1),
        ProductCost("ot", 11, 16_500_000, 1.1),
        ProductCost("rlwe", 1, 70_000_000, 2.0),
        ProductCost("rlwe", 11, 70_000_000, 1.9),
    ]
    explorer = triples_explorer(runs)
    assert "1 column: ot 1.50 MB, 0.10 s; rlwe 70.00 MB, 2.00 s" in shown(explorer)
    explorer.controls["columns"].value = 8192
    assert "ot 12,288.00 MB, 819.20 s; rlwe 70.00 MB, 2.00 s" in shown(explorer)
    assert explorer.fallback().count("<img") == 3
    with pytest.raises(ValueError, match="must have two sizes of 'ot', got 1"):
        triples_explorer(runs[:1])
