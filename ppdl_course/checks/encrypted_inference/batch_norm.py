"""Check of chapter 11's normalisation, folded into a layer.

What is expected comes from the plaintext computation, never from a solution.
"""

from collections.abc import Callable

import numpy as np

from ppdl_course.checks.encrypted_inference.layers import pair
from ppdl_course.checks.fresh_inputs import drawn_inputs
from ppdl_course.checks.verdict import (
    Mistake,
    require_array,
    require_close,
    require_kept,
)

NAMES = ("W", "b", "gamma", "beta", "mean", "var")
Mistakes = list[tuple[str, np.ndarray]]


def check_fold_batch_norm(
    fold_batch_norm: Callable[..., object],
    units: int = 5,
    inputs: int = 3,
    *,
    epsilon: float = 0.001,
    seed: int | None = None,
) -> None:
    """Check that W' x + b' is the normalised W x + b.

    gamma of either sign, and 0 for one unit; variances down to 0, where epsilon is all
    there is.
    """
    with drawn_inputs(seed) as rng:
        for _ in range(2):
            W, b = rng.normal(size=(units, inputs)), rng.normal(size=units)
            gamma = rng.uniform(0.5, 2, units) * rng.choice([-1, 1], units)
            beta, mean = rng.normal(size=(2, units))
            var = rng.uniform(0.05, 3, units)
            _folded(fold_batch_norm, (W, b, gamma, beta, mean, var), epsilon)
            var[rng.integers(units)] = 0.0
            _folded(fold_batch_norm, (W, b, gamma, beta, mean, var), epsilon)
            gamma[rng.integers(units)] = 0.0
            _folded(fold_batch_norm, (W, b, gamma, beta, mean, var), epsilon)


def _folded(
    fold_batch_norm: Callable[..., object],
    layer: tuple[np.ndarray, ...],
    epsilon: float,
) -> None:
    """Check one folded layer, and name the mistake that gives another."""
    arguments = [a.copy() for a in layer]
    units, inputs = layer[0].shape
    try:
        got = fold_batch_norm(*arguments)
    except ValueError as error:
        raise Mistake(
            f"with {units} units and {inputs} inputs ValueError comes: {error}. A unit "
            "is a row of W: its factor scales that row, as factor[:, None] does"
        ) from None
    for before, after, name in zip(layer, arguments, NAMES, strict=True):
        require_kept(before, after, name)
    W2, b2 = pair(got, "fold_batch_norm")
    if units != inputs and np.shape(W2) == (inputs, units):
        raise Mistake(
            f"the folded W must have shape {(units, inputs)}, and is transposed: a "
            "unit is a row, as in W"
        )
    if np.shape(W2) == (units,) and np.shape(b2) == (units, inputs):
        raise Mistake(
            f"the folded W must have shape {(units, inputs)}: the pair is turned "
            "round, W2 comes first"
        )
    W2 = require_array(W2, shape=(units, inputs), what="the folded W")
    b2 = require_array(b2, shape=(units,), what="the folded b")
    W, b, gamma, beta, mean, var = layer
    with np.errstate(all="ignore"):
        for_W = _weight_mistakes(layer, epsilon)
        for_b = _bias_mistakes(layer, epsilon)
    factor = gamma / np.sqrt(var + epsilon)
    require_close(W2, W * factor[:, None], what="the folded W", mistakes=for_W)
    require_close(b2, (b - mean) * factor + beta, what="the folded b", mistakes=for_b)


def _weight_mistakes(layer: tuple[np.ndarray, ...], epsilon: float) -> Mistakes:
    """Return what goes wrong with the folded W."""
    W, _, gamma, beta, mean, var = layer
    root = np.sqrt(var + epsilon)
    factor = gamma / root
    under = f"epsilon belongs under the root, with var, and here it is {epsilon:g}"
    factors = [
        ("var is the variance; divide by the standard deviation: its root",
         gamma / (var + epsilon)),
        ("var is the variance; divide by the standard deviation: its root",
         gamma / var),
        (under, gamma / np.sqrt(var)),
        (under, gamma / (np.sqrt(var) + epsilon)),
        ("epsilon is added to var: you take it off",
         gamma / np.sqrt(np.abs(var - epsilon))),
        ("epsilon is added to var, always: not a least value for it",
         gamma / np.sqrt(np.maximum(var, epsilon))),
        ("epsilon is added once, as it is: not squared",
         gamma / np.sqrt(var + epsilon**2)),
        ("gamma is missing from the folded W", 1 / root),
        ("gamma keeps its sign: it may be negative", np.abs(factor)),
        ("you multiply by the standard deviation: divide by it", gamma * root),
        ("you multiply by the variance: divide by its root", gamma * (var + epsilon)),
        ("gamma and beta are exchanged: gamma scales, beta is added", beta / root),
        ("mean and var are exchanged: the root is that of var",
         gamma / np.sqrt(np.abs(mean) + epsilon)),
        ("W is left as it was: it must be scaled, too", np.ones(len(var))),
        ("W is divided by gamma: multiply", 1 / gamma / root),
        ("the root belongs to the variance, not to gamma",
         np.sqrt(np.abs(gamma)) / root),
        ("a factor for each unit: you take one for all, an average",
         np.full(len(var), (gamma.mean() / root)[0])),
        ("a factor for each unit: you take one for all, an average",
         gamma / np.sqrt(var.mean() + epsilon)),
        *(("a factor for each unit: you take one for all, an average", np.full(
            len(var), one)) for one in (
                factor.mean(), gamma.mean() / root.mean(), factor[0],
                gamma.mean() / np.sqrt(var.mean() + epsilon))),
        ("a factor for each unit: you take one for all, an average",
         gamma / root.mean()),
        ("a factor for each unit: you take one for all, an average",
         gamma.mean() / root),
        ("var is given, from training: not the variance of the weights",
         gamma / np.sqrt(W.var(axis=1) + epsilon)),
    ]  # fmt: skip
    factors += [
        (f"your epsilon is {other:g}, and here it is {epsilon:g}: is that another "
         "variant's number?", gamma / np.sqrt(var + other))
        for other in (1e-8, 1e-6, 1e-5, 1e-4, 0.001, 0.002, 0.003, 0.005, 0.01, 0.02,
                      0.05)
        if other != epsilon
    ]  # fmt: skip
    mistakes = [
        (message, W * f[:, None]) for message, f in factors if np.isfinite(f).all()
    ]
    mistakes += [
        ("the mean is taken off W: it belongs to b alone, W is only scaled",
         (W - mean[:, None]) * factor[:, None]),
        ("beta is added to W: it belongs to b alone, W is only scaled",
         W * factor[:, None] + beta[:, None]),
        ("gamma is missing from the folded W: each unit's own one",
         W * (gamma.mean() / root)[:, None]),
    ]  # fmt: skip
    mistakes.append(
        # where W is not square, with as many factors as there are columns
        ("a unit is a row of W: scale rows, not columns",
         W * np.resize(factor, W.shape[1]))
    )  # fmt: skip
    if W.shape[0] == W.shape[1]:
        mistakes += [
            ("the folded W is transposed: a unit is a row, as in W",
             (W * factor[:, None]).T),
        ]  # fmt: skip
    return mistakes


def _bias_mistakes(layer: tuple[np.ndarray, ...], epsilon: float) -> Mistakes:
    """Return what goes wrong with the folded b."""
    W, b, gamma, beta, mean, var = layer
    root = np.sqrt(var + epsilon)
    factor = gamma / root
    plain = gamma / np.sqrt(var)
    under = f"epsilon belongs under the root, with var, and here it is {epsilon:g}"
    unscaled = "b is not scaled: it passes the normalisation too"
    mistakes = [
        ("b is left as it was: it passes the normalisation too", b),
        ("the running mean is not subtracted in b", b * factor + beta),
        (unscaled, b - mean + beta),
        (unscaled, b + beta - mean * factor),
        (unscaled, b + beta),
        ("beta is missing from the folded b", (b - mean) * factor),
        (f"in b, too, {under}", (b - mean) * plain + beta),
        (f"in b, too, {under}", (b - mean) * gamma / (np.sqrt(var) + epsilon) + beta),
        ("in b, too, var is the variance: divide by its root",
         (b - mean) * gamma / (var + epsilon) + beta),
        ("gamma is missing from the folded b", (b - mean) / root + beta),
        ("the running mean must be taken off: you add it", (b + mean) * factor + beta),
        ("beta must be added: you take it off", (b - mean) * factor - beta),
        ("beta is added after scaling: do not scale it", (b - mean + beta) * factor),
        ("the mean is not scaled: it is taken off before the factor",
         b * factor - mean + beta),
        ("the old b is missing from the folded b: it is scaled, not replaced",
         beta - mean * factor),
        ("the old b is missing from the folded b: it is scaled, not replaced",
         beta - mean),
        ("the old b is missing from the folded b: it is scaled, not replaced", beta),
        ("the difference is turned round: b minus mean", (mean - b) * factor + beta),
        ("b is scaled twice: once by the factor is enough",
         (b - mean) * factor**2 + beta),
        ("b is scaled twice: once by the factor is enough",
         (b * factor - mean) * factor + beta),
        ("gamma and beta are exchanged: gamma scales, beta is added",
         (b - mean) * beta / root + gamma),
        ("mean and beta are exchanged: mean is taken off, beta is added",
         (b - beta) * factor + mean),
        ("W is no part of the folded b: the mean is that of W x + b",
         factor * (b - W.sum(axis=1) * mean) + beta),
        ("the mean is that of W x + b: it is taken off as it is",
         b * factor - mean * gamma + beta),
    ]  # fmt: skip
    return [(message, wrong) for message, wrong in mistakes if np.isfinite(wrong).all()]
