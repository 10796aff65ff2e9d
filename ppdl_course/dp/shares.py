r"""Noise in shares: each owner adds a little, the sum is exactly the noise meant.

The discrete Laplace law of scale b is the difference of two geometric numbers, and a
geometric number is a sum of h negative-binomial ones (Polya's law):

    share = N - N',   N, N' ~ NB(1/h, p),   p = exp(-1/b)
    P[N = k] = Gamma(k + r) / (Gamma(r) k!) (1 - p)^r p^k,   r = 1/h

So h shares add up to the discrete Laplace, whole numbers at every step, as encryption
and sums modulo 2^k need them. (Shares from gamma laws add up to the continuous one; but
they would have to be rounded, and what is rounded before the sum is no Laplace after.)

**Fewer honest than promised.** If only j of the h add their share, the noise is smaller
and of another law: a number moved by s is given away up to

    epsilon(s) = log f(0) / f(s),     f(s) = sum_k P[N = k] P[N = k + s],   r = j/h

where j = h gives s / b. Owners who add no share are seen by nobody.

Drawn as Poisson of a gamma number: the law is right, the gamma number is floating
point; a release that must withstand its last bits takes :mod:`ppdl_course.dp.discrete`
instead.

Source: B. Balle, J. Bell, A. Gascon, K. Nissim, "Differentially Private Summation with
Multi-Message Shuffling", arXiv 1906.09116, 2019 (the law's shares); the epsilon of
fewer shares is ours. Chapters 17 and 18.
"""

import math

import numpy as np
from scipy import special

from ppdl_course.arguments import at_least, between, positive


def polya_share(
    scale: float, *, honest: int, size: tuple[int, ...] | int, rng: np.random.Generator
) -> np.ndarray:
    """Draw one owner's share of discrete Laplace noise, int64 of shape ``size``.

    Args:
        scale: b of the sum of all shares, in whole-number units. > 0.
        honest: How many owners are trusted to add their share, h >= 1.
        size: Shape of the draw.
        rng: Draws it.
    """
    positive(scale=scale)
    at_least(1, honest=honest)
    odds = 1 / math.expm1(1 / scale)  # p / (1 - p)
    first, second = (
        rng.poisson(rng.gamma(1 / honest, odds, size)).astype(np.int64)
        for _ in range(2)
    )
    return first - second


def share_law(
    scale: float, *, honest: int, present: int, shift: int, reach: int
) -> float:
    """Return f(shift), the probability that ``present`` shares add up to ``shift``.

    Args:
        scale: b > 0.
        honest: h, how many shares were planned.
        present: j in 1..h, how many were added. More of them only help.
        shift: A whole number >= 0; the law is symmetric.
        reach: Terms of the sum that are taken; 40 b loses under 1e-17.
    """
    positive(scale=scale)
    between(1, honest, present=present)
    at_least(0, shift=shift)
    at_least(1, reach=reach)
    k, r = np.arange(reach + shift), present / honest
    log_one_less = math.log(-math.expm1(-1 / scale))  # log(1 - p)
    log_law = special.gammaln(k + r) - special.gammaln(r) - special.gammaln(k + 1)
    log_law = log_law + r * log_one_less - k / scale
    return float(np.exp(log_law[:reach] + log_law[shift:]).sum())


def epsilon_of_shares(
    scale: float, *, honest: int, present: int, moved: int, numbers: int = 1
) -> float:
    """Return the epsilon left when only some of the shares were added.

    Args:
        scale: b of the planned noise on each number.
        honest: h, how many shares were planned.
        present: j in 0..h, how many were really added.
        moved: The most by which one record moves one number. >= 1.
        numbers: How many numbers it moves. >= 1.

    Returns:
        In nats; infinity without any share, numbers * moved / scale with all.
    """
    positive(scale=scale)
    at_least(1, honest=honest, moved=moved, numbers=numbers)
    between(0, honest, present=present)
    if not present:
        return math.inf
    if present == honest:
        return numbers * moved / scale
    reach = math.ceil(40 * scale) + 1
    centre, side = (
        share_law(scale, honest=honest, present=present, shift=shift, reach=reach)
        for shift in (0, moved)
    )
    return numbers * math.log(centre / side)
