"""The GAN finds a bell curve and two moons, or collapses, as its rates decide."""

import numpy as np
import pytest

from ppdl_course.families.gan import bell_curve, coverage, train_gan, two_moons
from ppdl_course.families.initialise import seeded

MOONS = two_moons(400, seeded(99)).numpy()


def test_it_finds_the_mean_of_a_bell_curve():
    run = train_gan(bell_curve(3.0, 0.5), seeded(0), rounds=1200)
    assert run.samples.mean() == pytest.approx(3.0, abs=0.2)
    assert 0.2 < run.samples.std() < 0.8


def test_balanced_it_covers_both_moons_and_too_fast_it_collapses():
    fair = train_gan(two_moons, seeded(0), rounds=1200)
    hasty = train_gan(
        two_moons, seeded(0), rounds=1200, generator_rate=1e-2, discriminator_rate=1e-3
    )
    assert coverage(MOONS, fair.samples) > 0.9
    assert coverage(MOONS, hasty.samples) < 0.4
    # the last losses of both are near those of a discriminator that cannot tell
    for run in (fair, hasty):
        assert np.mean(run.discriminator_losses[-200:]) == pytest.approx(
            np.log(4), abs=0.15
        )


def test_the_moons_are_half_circles_of_equal_size():
    upper, lower = MOONS[:200], MOONS[200:]
    assert np.linalg.norm(upper, axis=1) == pytest.approx(1, abs=0.4)
    assert np.linalg.norm(lower - [1, 0.5], axis=1) == pytest.approx(1, abs=0.4)
    assert upper[:, 1].mean() > 0.5 > 0 > lower[:, 1].mean()


def test_coverage_is_that_of_an_obvious_loop():
    rng = np.random.default_rng(0)
    real, made = rng.normal(size=(30, 2)), rng.normal(size=(20, 2))
    near = [any(np.hypot(*(r - g)) <= 0.5 for g in made) for r in real]
    assert coverage(real, made, 0.5) == pytest.approx(np.mean(near))
    assert coverage(real, real) == 1


def test_bad_arguments_are_refused():
    with pytest.raises(ValueError, match="rounds"):
        train_gan(two_moons, seeded(0), rounds=0)
    with pytest.raises(ValueError, match="radius"):
        coverage(MOONS, MOONS, 0)
