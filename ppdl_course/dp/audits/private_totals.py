"""Private totals to audit: two that keep their promise and six that do not.

Each releases the total of amounts, every amount clipped to [0, bound], with noise meant
to give epsilon under ADD_REMOVE, so with sensitivity ``bound``. What is wrong with the
others is in their names. Chapter 15 audits them.
"""

from collections.abc import Callable

import numpy as np

Total = Callable[..., np.ndarray]


def laplace(amounts, *, bound, epsilon, runs, rng):
    """Right: clip, then noise of scale bound / epsilon."""
    return _clipped(amounts, bound) + rng.laplace(scale=bound / epsilon, size=runs)


def twice_the_noise(amounts, *, bound, epsilon, runs, rng):
    """Right, and wasteful: it keeps epsilon / 2."""
    return laplace(amounts, bound=bound, epsilon=epsilon / 2, runs=runs, rng=rng)


def half_the_noise(amounts, *, bound, epsilon, runs, rng):
    """Broken: the noise is for epsilon * 2."""
    return laplace(amounts, bound=bound, epsilon=2 * epsilon, runs=runs, rng=rng)


def scale_inverted(amounts, *, bound, epsilon, runs, rng):
    """Broken: bound * epsilon in place of bound / epsilon."""
    return _clipped(amounts, bound) + rng.laplace(scale=bound * epsilon, size=runs)


def sensitivity_forgotten(amounts, *, bound, epsilon, runs, rng):
    """Broken: noise as for a count, 1 / epsilon, on a sum of amounts up to bound."""
    return _clipped(amounts, bound) + rng.laplace(scale=1 / epsilon, size=runs)


def clipping_left_out(amounts, *, bound, epsilon, runs, rng):
    """Broken: one amount beyond the bound moves the total by more than it."""
    return np.sum(amounts) + rng.laplace(scale=bound / epsilon, size=runs)


def seed_reused(amounts, *, bound, epsilon, runs, rng):
    """Broken: every run draws the same noise, which an adversary can draw too."""
    return np.array(
        [
            laplace(
                amounts,
                bound=bound,
                epsilon=epsilon,
                runs=1,
                rng=np.random.default_rng(2006),
            )[0]
            for _ in range(runs)
        ]
    )


def no_noise(amounts, *, bound, epsilon, runs, rng):
    """Broken: the exact total."""
    return np.full(runs, _clipped(amounts, bound))


RIGHT: tuple[Total, ...] = (laplace, twice_the_noise)
BROKEN: tuple[Total, ...] = (
    half_the_noise,
    scale_inverted,
    sensitivity_forgotten,
    clipping_left_out,
    seed_reused,
    no_noise,
)


def _clipped(amounts, bound) -> float:
    return float(np.clip(amounts, 0, bound).sum())
