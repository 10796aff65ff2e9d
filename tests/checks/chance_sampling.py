"""Answers to the exercises on sampling and private means, chapter 16, by mistake."""

import numpy as np
from scipy import special

from ppdl_course.checks.private_training import noisy_means, poisson_batches

from .chance import Case, Vectorised, Wrong
from .chance_noise import reseeded

# Poisson samples


SUBSETS = [np.flatnonzero([k & 1, k & 2, k & 4]) for k in range(8)]


def batches(times, n, rate, rng, factor=1.0, add=0.0, shared=False, coins=5000):
    """Poisson samples of records that toss their coins alone, or share one."""
    tossed = 1 if shared else min(n, coins)
    taken = rng.random((times, tossed)) < factor * rate + add
    if n != 3:
        taken = taken if shared else np.take(taken, np.arange(n) % tossed, axis=1)
        return [np.flatnonzero(np.broadcast_to(row, n)) for row in taken]
    return [SUBSETS[k] for k in (taken * [1, 2, 4]).sum(axis=1)]


def sampling(**change):
    return Vectorised(lambda *args: batches(*args, **change))


def never_empty(n, rate, rng):
    while True:
        if len(rows := batches(1, n, rate, rng)[0]):
            return rows


def fixed_if_many(n, rate, rng):
    if n > 200:
        return rng.choice(n, round(rate * n), replace=False)
    return np.flatnonzero(rng.random(n) < rate)


POISSON = Case(
    poisson_batches.check_poisson_batch,
    sampling(),
    {"draws": 400, "false_fail": 0.1},
    {
        "fixed size": Wrong(
            lambda n, q, rng: rng.permutation(n)[:1], "fixed size", {"draws": 300}
        ),
        "seed reused": Wrong(
            lambda n, q, rng: batches(1, n, q, np.random.default_rng(0))[0],
            "seed reused",
            {"draws": 300},
        ),
        "with replacement": Wrong(
            lambda n, q, rng: rng.integers(0, n, rng.binomial(n, q)),
            "came twice",
            {"draws": 300},
        ),
        "draws empty samples anew": Wrong(never_empty, "ever empty", {"draws": 300}),
        "half the rate": Wrong(
            sampling(factor=0.5), "given probability", {"draws": 600}
        ),
        "a rate off by 0.06": Wrong(
            sampling(add=-0.06), "given probability", {"draws": 3500}
        ),
        "a window of the records": Wrong(
            lambda n, q, rng: np.roll(np.arange(n), rng.integers(n))[
                : rng.binomial(n, q)
            ],
            "decide for its neighbours too",
            {"draws": 900},
        ),
        "a generator of its own": Wrong(
            lambda n, q, rng: np.flatnonzero(np.random.default_rng().random(n) < q),
            "all randomness must come from rng",
            {"draws": 300},
        ),
        "far records share a coin": Wrong(
            sampling(coins=8), "needs a coin of its own", {"draws": 5400}
        ),
        "a fixed size for many records": Wrong(
            fixed_if_many, "the same fixed size", {"draws": 300}
        ),
        "one coin for everybody": Wrong(
            sampling(shared=True), "given probability", {"draws": 300}
        ),
    },
)

# the mean of clipped gradients


def mean(rows, *, noise=1.0, draw="normal", divide=True, each=False, **named):
    bound, expected = named["max_grad_norm"], named["expected_batch_size"]
    norms = np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-300)
    clipped = (rows * np.minimum(1, bound / norms)).sum(axis=0)
    scale = noise * named["noise_multiplier"] * bound
    if each:
        scale *= np.sqrt(max(len(rows), 1))
    drawn = scale * getattr(named["rng"], draw)(size=len(clipped))
    return (clipped + drawn) / expected if divide else clipped / expected + drawn


def averaging(**change):
    return lambda rows, **named: mean(rows, **(named | change))


def one_draw(rows, *, rng, noise_multiplier, **named):
    bare = mean(rows, noise=0.0, rng=rng, noise_multiplier=noise_multiplier, **named)
    return bare + noise_multiplier * rng.normal()


def cut_off(rows, at=2.4, **named):
    bare = mean(rows, **(named | {"noise": 0.0, "rng": np.random.default_rng(0)}))
    most = at * named["noise_multiplier"] * named["max_grad_norm"]
    most /= named["expected_batch_size"]
    return bare + np.clip(mean(rows, **named) - bare, -most, most)


def twelve_uniforms(rows, **named):
    bare = mean(rows, **(named | {"noise": 0.0}))
    drawn = named["rng"].random((12, len(bare))).sum(axis=0) - 6
    scale = named["noise_multiplier"] * named["max_grad_norm"]
    return bare + drawn * scale / named["expected_batch_size"]


def quiet_if_empty(rows, **named):
    return mean(rows, **named, noise=1.0 if len(rows) else 0.5)


def in_pairs(rows, **named):
    bare = mean(rows, **(named | {"noise": 0.0}))
    noise = mean(rows, **named) - bare
    noise[1::2] = -noise[: 2 * (len(noise) // 2) : 2]
    return bare + noise


MEAN = Case(
    noisy_means.check_private_mean,
    mean,
    {"coordinates": 300, "false_fail": 0.1},
    {
        "no noise": Wrong(averaging(noise=0.0), "no noise"),
        "seed reused": Wrong(reseeded(mean), "seed reused"),
        "one draw for all coordinates": Wrong(one_draw, "one draw for all"),
        "half the noise": Wrong(averaging(noise=0.5), "half the noise"),
        "twice the noise": Wrong(averaging(noise=2.0), "twice the noise"),
        "the noise was not divided": Wrong(averaging(divide=False), "was not divided"),
        "noise in every record's gradient": Wrong(
            averaging(each=True), "every record's gradient"
        ),
        "the same noise in pairs": Wrong(in_pairs, "follows from that of others"),
        "noise cut off": Wrong(cut_off, "the noise is cut off"),
        "too little noise for an empty sample": Wrong(
            quiet_if_empty, "as much as any other"
        ),
        "a generator of its own": Wrong(
            lambda rows, **named: mean(
                rows, **(named | {"rng": np.random.default_rng()})
            ),
            "all randomness must come from rng",
        ),
        "95 % of the noise": Wrong(averaging(noise=0.95), "too little noise"),
        "tails cut off at 5 deviations": Wrong(
            lambda rows, **named: cut_off(rows, at=5, **named), "is cut off"
        ),
        "a sum of twelve uniform numbers": Wrong(twelve_uniforms, "twelve uniform"),
        "Laplace noise of the same deviation": Wrong(
            averaging(noise=0.5**0.5, draw="laplace"), "not normal"
        ),
    },
)

# what a statistic of an epoch shows, drawn from its law: one number instead of 400


def largest_of_many(target, noise, steps, rng):
    rest = rng.random(len(target)) ** (1 / (steps - 1))
    return np.maximum(target, noise * special.ndtri(rest))


EPOCHS = {
    "the largest": lambda signal, noise, steps, runs, rng: largest_of_many(
        signal + noise * rng.standard_normal(runs), noise, steps, rng
    ),
    "the mean": lambda signal, noise, steps, runs, rng: (
        (signal + noise * steps**0.5 * rng.standard_normal(runs)) / steps
    ),
    "the first batch": lambda signal, noise, steps, runs, rng: (
        signal * (rng.random(runs) < 1 / steps) + noise * rng.standard_normal(runs)
    ),
    "the smallest": lambda signal, noise, steps, runs, rng: (
        -largest_of_many(-signal - noise * rng.standard_normal(runs), noise, steps, rng)
    ),
    "noise of its own": lambda signal, noise, steps, runs, rng: rng.random(runs),
}

CASES = [POISSON, MEAN]
