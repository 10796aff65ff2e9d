"""Answers to the exercises of chapter 17 that draw noise, by mistake."""

import numpy as np

from ppdl_course.checks.private_models import owners, statistics_release

from .chance import Case, Wrong
from .chance_noise import owning, reseeded


def share(scale, *, honest, size, rng):
    success = -np.expm1(-1 / scale)
    one, other = rng.negative_binomial(1 / honest, success, size=(2, size))
    return one - other


def share_of(scale_part, successes):
    """The same with a part of the scale and another number of successes."""

    def other(scale, *, honest, size, rng):
        success = -np.expm1(-1 / scale_part(scale, honest))
        one, two = rng.negative_binomial(successes(honest), success, size=(2, size))
        return one - two

    return other


def one_side(scale, *, honest, size, rng):
    return rng.negative_binomial(1 / honest, -np.expm1(-1 / scale), size=size)


def exchanged(scale, *, honest, size, rng):
    one, two = rng.negative_binomial(1 / honest, np.exp(-1 / scale), size=(2, size))
    return one - two


def rounded_gamma(scale, *, honest, size, rng):
    one, two = rng.gamma(1 / honest, scale, size=(2, size))
    return np.rint(one - two)


def same_for_all(scale, *, honest, size, rng):
    return np.full(size, share(scale, honest=honest, size=1, rng=rng)[0])


POLYA = Case(
    owners.check_polya_share,
    share,
    {"size": 4_000, "false_fail": 0.1},
    {
        "no noise": Wrong(
            lambda scale, *, honest, size, rng: np.zeros(size), "no noise", {}
        ),
        "seed reused": Wrong(reseeded(share), "seed reused", {"size": 500}),
        "a generator of its own": Wrong(owning(share), "from rng", {"size": 500}),
        "the whole noise from each owner": Wrong(
            share_of(lambda s, h: s, lambda h: 1), "whole noise", {}
        ),
        "a part of a scale from each owner": Wrong(
            share_of(lambda s, h: s / h, lambda h: 1), "part of the scale", {}
        ),
        "one side only": Wrong(one_side, "one side only", {}),
        "p and 1 - p exchanged": Wrong(exchanged, "exchanged", {}),
        "honest in place of 1 / honest": Wrong(
            share_of(lambda s, h: s, lambda h: h), "not honest", {}
        ),
        "gamma shares, rounded": Wrong(rounded_gamma, "rounded gamma", {}),
        "95 % of the noise": Wrong(
            share_of(lambda s, h: 0.95 * s, lambda h: 1 / h), "share of", {}
        ),
        "the same share for all numbers": Wrong(same_for_all, "draw one for each", {}),
    },
)


def clipped(rows, clip):
    return (rows / np.maximum(1, np.abs(rows).sum(1, keepdims=True) / clip)).sum(0)


def release(rows, *, clip, epsilon, rng, factor=1.0):
    noise = rng.laplace(scale=factor * clip / epsilon, size=rows.shape[1])
    return clipped(rows, clip) + noise


def times(factor):
    def other(rows, **mechanism):
        return release(rows, **mechanism, factor=factor)

    return other


def for_every_record(rows, *, clip, epsilon, rng):
    noise = rng.laplace(scale=clip / epsilon, size=rows.shape).sum(axis=0)
    return clipped(rows, clip) + noise


def inverted(rows, *, clip, epsilon, rng):
    return clipped(rows, clip) + rng.laplace(scale=clip * epsilon, size=rows.shape[1])


def as_the_rows_reach(rows, *, clip, epsilon, rng):
    reach = min(clip, np.abs(rows).sum(axis=1).max()) or clip
    return clipped(rows, clip) + rng.laplace(scale=reach / epsilon, size=rows.shape[1])


def one_noise(rows, *, clip, epsilon, rng):
    return clipped(rows, clip) + rng.laplace(scale=clip / epsilon)


def normal(rows, *, clip, epsilon, rng):
    noise = rng.normal(scale=2**0.5 * clip / epsilon, size=rows.shape[1])
    return clipped(rows, clip) + noise


def cut_at_8(rows, *, clip, epsilon, rng):
    noise = rng.laplace(size=rows.shape[1]).clip(-8, 8) * clip / epsilon
    return clipped(rows, clip) + noise


FEW = {"rounds": 3}
RELEASE = Case(
    statistics_release.check_release_clipped,
    release,
    {"rounds": 3, "false_fail": 0.1},
    {
        "no noise": Wrong(
            lambda rows, *, clip, epsilon, rng: clipped(rows, clip), "no noise", FEW
        ),
        "seed reused": Wrong(reseeded(release), "in two releases", FEW),
        "a generator of its own": Wrong(owning(release), "from rng", FEW),
        "half the noise": Wrong(times(0.5), "half the noise", FEW),
        "95 % of the noise": Wrong(times(0.95), "too little noise", {}),
        "noise for every record": Wrong(for_every_record, "for every record", FEW),
        "scale inverted": Wrong(inverted, "epsilon multiplies", FEW),
        "a bound read off the records": Wrong(
            as_the_rows_reach, "no public number", FEW
        ),
        "one noise for all numbers": Wrong(one_noise, "seed reused", FEW),
        "normal noise": Wrong(normal, "normal noise", FEW),
        "tails cut off at 8 scales": Wrong(cut_at_8, "tails are cut off", {}),
    },
)

CASES = [POLYA, RELEASE]
