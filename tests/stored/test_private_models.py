"""Tests for the stored runs of adaptive noise: they come out again, all are there."""

import numpy as np
import pytest

from ppdl_course.stored.private_models import (
    EPSILONS,
    EQUAL,
    SEEDS,
    SHARES,
    SIDES,
    Sheets,
    load_noise_runs,
)

RUNS = load_noise_runs()


@pytest.mark.parametrize(
    ("side", "epsilon", "share"), [(8, 16, EQUAL), (10, 4, 0.1), (12, 2, 0.4)]
)
def test_stored_runs_come_out_again(side, epsilon, share):
    sheets = Sheets(side)
    again = [sheets.accuracy(epsilon, share, seed) for seed in SEEDS[:2]]
    # one test image or two may fall the other way on another processor
    np.testing.assert_allclose(again, RUNS[side, epsilon, share][:2], atol=0.01)


def test_every_setting_is_there_for_every_seed():
    assert len(RUNS) == len(SIDES) * len(EPSILONS) * (1 + len(SHARES))
    assert {len(runs) for runs in RUNS.values()} == {len(SEEDS)}


def test_relevance_pays_on_cluttered_sheets_and_on_bare_digits_at_small_epsilon_only():
    def lead(side, epsilon):
        by_relevance, equal = (RUNS[side, epsilon, share] for share in (0.1, EQUAL))
        return np.mean(by_relevance) - np.mean(equal)

    assert all(lead(8, epsilon) > 0 for epsilon in (1, 2))
    assert all(lead(8, epsilon) < 0 for epsilon in (4, 8, 16))
    assert 0.02 < lead(10, 4) < lead(12, 4) < lead(14, 4)
