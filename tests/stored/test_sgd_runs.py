"""The stored training runs are what training gives today."""

import numpy as np
import pytest

from ppdl_course.data import load_law_cases
from ppdl_course.stored.sgd_runs import EPOCHS, RATES, WIDTHS, compute, load_sgd_runs


@pytest.fixture(scope="module")
def cases():
    return load_law_cases()


def test_every_setting_is_stored_with_all_its_epochs():
    runs = load_sgd_runs()
    assert set(runs.table) == {(rate, width) for rate in RATES for width in WIDTHS}
    assert {len(run.train_loss) for run in runs.table.values()} == {EPOCHS}


@pytest.mark.parametrize(("rate", "width"), [(0.001, 1), (0.03, 8), (0.1, 64)])
def test_a_run_computed_again_is_the_stored_one(cases, rate, width):
    fresh, stored = compute(cases, rate, width), load_sgd_runs().run(rate, width)
    # Another BLAS rounds in another order, which training makes larger by the epoch.
    np.testing.assert_allclose(fresh.train_loss[:5], stored.train_loss[:5], rtol=1e-4)
    np.testing.assert_allclose(fresh.train_loss, stored.train_loss, rtol=0.1)
    assert fresh.test_accuracy == pytest.approx(stored.test_accuracy, abs=0.02)


def test_the_runs_show_what_the_chapter_asks_to_predict():
    runs = load_sgd_runs()
    best = {rate: runs.run(rate, 16).test_accuracy for rate in RATES}
    assert best[0.1] > best[0.001] + 0.1
    assert best[0.1] > best[10.0] + 0.1
    assert all(runs.run(rate, 1).test_accuracy < 0.75 for rate in RATES)
