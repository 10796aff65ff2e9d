"""Tests for a whole run of selective SGD: the same as by hand, and what it counts."""

import numpy as np
import pytest

from ppdl_course.data import load_digits_split
from ppdl_course.federated.selective_courts import deal, train_courts
from ppdl_course.nn import Network, train

DIGITS = load_digits_split()
START = Network([64, 10], rng=np.random.default_rng(0))
DATA = DIGITS.X_train[:120], DIGITS.y_train[:120]


def test_one_court_that_shares_all_trains_as_if_alone():
    together, _ = train_courts(
        START, *DATA, courts=1, rounds=3, seed=4, upload_fraction=1.0, gamma=1e9
    )
    (rows,), alone = deal(120, 1, seed=4), START.copy()
    rng = np.random.default_rng(4)
    for _ in range(3):
        train(
            alone, DATA[0][rows], DATA[1][rows], rate=0.1, epochs=1, batch_size=8,
            rng=rng,
        )  # fmt: skip
    np.testing.assert_allclose(together.flat, alone.flat)


def test_every_record_goes_to_one_court():
    parts = deal(103, 4, seed=1)
    assert sorted(np.concatenate(parts)) == list(range(103))
    assert {len(part) for part in parts} == {25, 26}


def test_a_tenth_of_the_parameters_is_about_a_tenth_of_the_bytes():
    up = [
        train_courts(START, *DATA, courts=3, rounds=2, upload_fraction=f)[1]
        for f in (0.1, 1.0)
    ]
    # 4 bytes of index and 8 of value for each, and some framing
    assert up[1] == pytest.approx(3 * 2 * 12 * 650, rel=0.1)
    assert up[0] == pytest.approx(up[1] / 10, rel=0.4)


def test_no_court_is_refused():
    with pytest.raises(ValueError, match="courts"):
        train_courts(START, *DATA, courts=0, upload_fraction=0.5)
