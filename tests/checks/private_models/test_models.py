"""The checks of chapter 17 take what the package does, with any seed."""

import numpy as np
import pytest

from ppdl_course.attacks.moving_objective import MovingObjective, coefficient
from ppdl_course.checks.private_models import objective, owners, sites
from ppdl_course.checks.private_models.statistics_release import check_release_clipped
from ppdl_course.dp import functional
from ppdl_course.dp.accountants.subsampled_gaussian import epsilon_by_rdp
from ppdl_course.dp.definition import Neighbours
from ppdl_course.dp.mechanisms import Laplace
from ppdl_course.dp.selection import Exponential
from ppdl_course.dp.shares import polya_share, share_law
from ppdl_course.publickey.packing import Packing
from ppdl_course.publickey.paillier import PrivateKey

SEEDS = pytest.mark.parametrize("seed", [1, 2])


@SEEDS
def test_bounds_and_mend_are_the_packages(seed):
    objective.check_sensitivities(
        lambda d: (*functional.l1_sensitivity(d), functional.L2_SENSITIVITY), seed=seed
    )

    def mend(Q, s):
        noisy = functional.NoisyStatistics(
            sums=np.eye(len(Q)), products=Q, deviation=s, guarantee=None
        )
        # the solution for S = identity is the inverse; the package adds a floor
        inverse = noisy.least_squares()
        floor = functional.FLOOR * np.eye(len(Q))
        return np.linalg.inv(inverse) - floor

    rng = np.random.default_rng(seed)
    Q = rng.normal(size=(5, 5))
    Q = Q + Q.T
    np.testing.assert_allclose(mend(Q, 1.5), objective._mended(Q, 1.5), atol=1e-9)


@SEEDS
def test_an_adversary_of_the_packages_trainer_is_right(seed):
    def tells(seen, others, own):
        left, trace = (np.diff(a, axis=0) for a in (seen - others, own))
        return bool(np.linalg.norm(left - trace) < np.linalg.norm(left))

    objective.check_tells_presence(tells, seed=seed)
    rng = np.random.default_rng(seed)
    known, target = rng.random((30, 4)), rng.random((1, 4))
    trainer = MovingObjective(np.r_[known, target], 3, 0.1, rng)
    weights = rng.normal(size=(2, 3, 4))
    seen = np.array([trainer.answer(W).ravel() for W in weights])
    others, own = (
        np.array([coefficient(x, W).ravel() for W in weights]) for x in (known, target)
    )
    assert tells(seen, others, own)


@SEEDS
def test_shares_of_the_package_pass(seed):
    owners.check_polya_share(polya_share, seed=seed)
    law = owners.share_pmf(5.0, 0.4)
    for shift in (0, 3):
        there = share_law(5.0, honest=5, present=2, shift=shift, reach=1_000)
        assert law[owners.REACH + shift] == pytest.approx(there, rel=1e-9)


def test_the_opened_total_is_the_packing_of_chapter_9():
    public = PrivateKey.generate(1024).public
    packing = Packing(public, fraction_bits=0, slot_bits=48, largest=2**40)

    def open_total(packed, *, count, bits, n):
        if (bits, n) == (48, public.n):
            signed = packed - n if packed > n // 2 else packed
            return packing.unpack(signed, count)
        whole = packed - n if packed > n // 2 else packed
        found = []
        for _ in range(count):
            digit = (whole + 2 ** (bits - 1)) % 2**bits - 2 ** (bits - 1)
            found.append(digit)
            whole = (whole - digit) >> bits
        return found

    owners.check_open_total(open_total)
    values = [-5, 2**40, -(2**40), 0]
    packed = packing.pack(values) % public.n
    assert open_total(packed, count=4, bits=48, n=public.n) == values


@SEEDS
def test_a_clipped_release_by_the_packages_mechanism_passes(seed):
    def release(rows, *, clip, epsilon, rng):
        size = np.abs(rows).sum(axis=1, keepdims=True)
        noise = Laplace(
            epsilon=epsilon, sensitivity=clip, neighbours=Neighbours.ADD_REMOVE
        )
        total = (rows / np.maximum(1, size / clip)).sum(axis=0)
        return noise.release(total, rng=rng)

    check_release_clipped(release, seed=seed)


@SEEDS
def test_decisions_and_draws_of_the_package_pass(seed):
    sites.check_may_visit(
        lambda visits, visit, budget, *, delta: (
            epsilon_by_rdp([visit] * (visits + 1), delta=delta) <= budget
        ),
        seed=seed,
    )

    def chances(scores, chosen, *, epsilon, draws):
        left = [i for i in range(len(scores)) if i not in chosen]
        law = np.zeros(len(scores))
        mechanism = Exponential(
            epsilon=max(epsilon, 1e-12) / draws,
            sensitivity=1,
            neighbours=Neighbours.ADD_REMOVE,
        )
        law[left] = mechanism.probabilities(scores[left])
        return law

    sites.check_draw_chances(chances, seed=seed)
