"""How fast the privacy arithmetic is.

- ``epsilon_update_ms``: one move of the slider: epsilon by both accountants
  for 60 epochs of DP-SGD (noise multiplier 1.1, sampling rate 256/60000), milliseconds,
  median over settings around it. Aim: under 20.
- ``discrete_gaussians_per_s``: exact discrete Gaussian samples a second, the slowest of
  three variances. Aim: at least 500,000.
"""

import statistics
import time
from collections.abc import Callable
from fractions import Fraction

import numpy as np

from ppdl_course.dp.accounting import (
    SubsampledGaussian,
    epsilon_by_pld,
    epsilon_by_rdp,
)
from ppdl_course.dp.definition import Neighbours
from ppdl_course.dp.discrete import discrete_gaussian


def measure() -> dict[str, float]:
    return {**accounting(), **sampling()}


def accounting() -> dict[str, float]:
    def update(noise_multiplier: float) -> None:
        run = SubsampledGaussian(
            noise_multiplier=noise_multiplier,
            sample_rate=256 / 60000,
            steps=60 * 60000 // 256,
            neighbours=Neighbours.ADD_REMOVE,
        )
        for accountant in (epsilon_by_rdp, epsilon_by_pld):
            accountant([run], delta=1e-5)

    update(1.1)  # the first call fills scipy's caches
    times = [_seconds(lambda s=s: update(s)) for s in np.linspace(0.7, 2.0, 14)]
    return {"epsilon_update_ms": 1000 * statistics.median(times)}


def sampling(size: int = 500_000) -> dict[str, float]:
    rng = np.random.default_rng(15)
    times = [
        min(
            _seconds(lambda v=v: discrete_gaussian(v, size=size, rng=rng))
            for _ in range(3)
        )
        for v in (1, Fraction(121, 100), 10_000)
    ]
    return {"discrete_gaussians_per_s": size / max(times)}


def _seconds(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start
