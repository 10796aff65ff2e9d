"""Tests for the stored private runs and for the shuffled worst case."""

import numpy as np
import pytest

from ppdl_course.dp.audits.shuffled_batches import released_sums
from ppdl_course.stored.private_training import (
    BATCHES,
    CLIPS,
    EPOCHS,
    NOISE,
    SEEDS,
    TASKS,
    compute,
    load_private_runs,
    load_task,
)

RUNS = load_private_runs()


@pytest.mark.parametrize(
    ("task", "noise", "clip", "batch", "seed"),
    [
        ("digits", 1.0, 1.0, 128, 1),
        ("digits", 8.0, 0.1, 512, 3),
        ("law cases", 2.5, 3.0, 512, 2),
    ],
)
def test_stored_runs_come_out_again(task, noise, clip, batch, seed):
    stored = [
        RUNS.accuracies(task, noise, clip, batch, e)[SEEDS.index(seed)] for e in EPOCHS
    ]
    # one test case or two may fall the other way on another processor
    found = compute(load_task(task), noise, clip, batch, seed)
    np.testing.assert_allclose(found, stored, atol=0.01)


def test_every_setting_is_there_for_every_seed():
    settings = len(TASKS) * len(NOISE) * len(CLIPS) * len(BATCHES) * len(EPOCHS)
    assert len(RUNS.table) == settings
    assert {len(runs) for runs in RUNS.table.values()} == {len(SEEDS)}
    assert RUNS.records == {task: len(load_task(task).X_train) for task in TASKS}
    assert RUNS.steps("law cases", 512, 30) == 264


def test_a_setting_that_was_not_run_is_refused():
    with pytest.raises(ValueError, match="were not run"):
        RUNS.accuracies("digits", 1.1, 1.0, 128, 10)
    with pytest.raises(ValueError, match="task must be one of"):
        load_task("poems")


@pytest.mark.parametrize(("present", "signal"), [(True, 2), (False, 1)])
def test_the_shuffled_sums_are_those_of_a_real_loop(present, signal):
    got = released_sums(
        present=present, noise_multiplier=0, steps=5, runs=200,
        rng=np.random.default_rng(0),
    )  # fmt: skip
    # the slow way: 20 records in batches of 4, all pulling by -1 but the target
    gradients = np.full(20, -1.0)
    gradients[7] = 1.0 if present else 0.0
    order = np.random.default_rng(1).permutation(20)
    sums = gradients[order].reshape(5, 4).sum(axis=1) + 4
    assert sorted(sums) == [0, 0, 0, 0, signal]
    assert np.all(np.sort(got, axis=1) == sorted(sums))
    assert set(got.argmax(axis=1)) == set(range(5))


def test_shuffling_refuses_bad_counts():
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="steps must be an integer"):
        released_sums(present=True, noise_multiplier=1, steps=0, runs=1, rng=rng)
    with pytest.raises(ValueError, match="noise_multiplier must be >= 0"):
        released_sums(present=True, noise_multiplier=-1, steps=2, runs=1, rng=rng)
