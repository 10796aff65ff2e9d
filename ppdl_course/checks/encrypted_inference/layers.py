"""Checks of chapter 11: folding, slots, depth.

What is expected comes from exact integers or from the plaintext computation,
never from a solution.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ppdl_course.checks.verdict import (
    Mistake,
    require,
    require_array,
    require_close,
    require_kept,
)


def pair(value: object, what: str) -> tuple[Any, Any]:
    """Return the two things of an answer, or name what came instead."""
    require(
        isinstance(value, tuple | list) and len(value) == 2,
        f"{what} must return two things, got {type(value).__name__}",
    )
    return value[0], value[1]


def integer(value: object, what: str) -> int:
    """Return an answer as an int; whole floats are taken, bools are not."""
    if isinstance(value, np.ndarray) and value.shape == ():
        value = value.item()
    is_integral = isinstance(value, float) and value.is_integer()
    if isinstance(value, bool) or not (
        isinstance(value, int | np.integer) or is_integral
    ):
        raise Mistake(f"{what} must be an int, got {type(value).__name__}")
    return int(value)


def check_fold_batch_norm(
    fold_batch_norm: Callable[..., object],
    units: int = 5,
    inputs: int = 3,
    *,
    epsilon: float = 0.001,
) -> None:
    """Check that W' x + b' is the normalised W x + b."""
    rng = np.random.default_rng(23)
    W, b = rng.normal(size=(units, inputs)), rng.normal(size=units)
    gamma, beta = rng.uniform(0.5, 2, units), rng.normal(size=units)
    mean, var = rng.normal(size=units), rng.uniform(0.05, 3, units)
    kept = [a.copy() for a in (W, b, gamma, beta, mean, var)]
    got = fold_batch_norm(W, b, gamma, beta, mean, var)
    for a, before, name in zip(
        (W, b, gamma, beta, mean, var),
        kept,
        ("W", "b", "gamma", "beta", "mean", "var"),
        strict=True,
    ):
        require_kept(before, a, name)
    W2, b2 = pair(got, "fold_batch_norm")
    W2 = require_array(W2, shape=W.shape, what="the folded W")
    b2 = require_array(b2, shape=b.shape, what="the folded b")
    factor = gamma / np.sqrt(var + epsilon)
    plain = gamma / np.sqrt(var)
    under = f"epsilon belongs under the root, with var, and here it is {epsilon:g}"
    mistakes = [
        ("var is the variance; divide by the standard deviation: its root",
         W * (gamma / (var + epsilon))[:, None]),
        (under, W * plain[:, None]),
        (under, W * (gamma / (np.sqrt(var) + epsilon))[:, None]),
        ("gamma is missing from the folded W", W / np.sqrt(var + epsilon)[:, None]),
    ]  # fmt: skip
    mistakes += [
        (f"your epsilon is {other:g}, and here it is {epsilon:g}: is that another "
         "variant's number?", W * (gamma / np.sqrt(var + other))[:, None])
        for other in (1e-5, 1e-4, 0.001, 0.002, 0.003, 0.005, 0.01, 0.02, 0.05)
    ]  # fmt: skip
    if units == inputs:
        mistakes.append(("a unit is a row of W: scale rows, not columns", W * factor))
    require_close(W2, W * factor[:, None], what="the folded W", mistakes=mistakes)
    require_close(
        b2,
        (b - mean) * factor + beta,
        what="the folded b",
        mistakes=[
            ("the running mean is not subtracted in b", b * factor + beta),
            ("b is not scaled: it passes the normalisation too", b - mean + beta),
            (
                "b is not scaled: it passes the normalisation too",
                b + beta - mean * factor,
            ),
            ("beta is missing from the folded b", (b - mean) * factor),
            (f"in b, too, {under}", (b - mean) * plain + beta),
            (
                "gamma is missing from the folded b",
                (b - mean) / np.sqrt(var + epsilon) + beta,
            ),
            (
                "the running mean must be taken off: you add it",
                (b + mean) * factor + beta,
            ),
            ("beta must be added: you take it off", (b - mean) * factor - beta),
            (
                "beta is added after scaling: do not scale it",
                (b - mean + beta) * factor,
            ),
        ],
    )


class Slots:
    """A stand-in for a ciphertext: adds, and counts rotations. Holds plain numbers."""

    def __init__(self, values: np.ndarray, log: list[int]) -> None:
        self._values, self._log = values, log

    def __add__(self, other: object) -> "Slots":
        if isinstance(other, int) and other == 0:  # so that sum() works
            return self
        if not isinstance(other, Slots):
            self._refuse()
        return Slots(self._values + other._values, self._log)

    def _refuse(self, *_: object) -> None:
        raise Mistake(
            "ciphertexts are only rotated and added here: nobody sees slots one by one"
        )

    __radd__ = __add__
    __getitem__ = __len__ = __iter__ = __mul__ = __rmul__ = __array__ = _refuse

    def rotated(self, step: int) -> "Slots":
        """Return slots moved to the left by ``step``."""
        self._log.append(step)
        return Slots(np.roll(self._values, -step), self._log)


def check_rotate_and_sum(rotate_and_sum: Callable[..., object]) -> None:
    """Check the sums of d slots and the number of rotations."""
    rng = np.random.default_rng(38)
    for d in (1, 2, 8, 64):
        values, log = rng.integers(-9, 10, 128).astype(float), []
        begin = Slots(values.copy(), log)
        got = rotate_and_sum(begin, d, lambda v, step: v.rotated(int(step)))
        require(
            isinstance(got, Slots),
            f"rotate_and_sum must return a ciphertext, got {type(got).__name__}",
        )
        require_kept(values, begin._values, "v")
        want = sum(np.roll(values, -i) for i in range(d))
        if not np.array_equal(got._values, want):
            if np.array_equal(got._values, sum(np.roll(values, i) for i in range(d))):
                raise Mistake(
                    "slot i holds the sum of the slots before it: rotate to the left, "
                    "by positive steps"
                )
            raise Mistake(
                f"for d = {d}, slot 0 holds {got._values[0]:g}; it must hold the sum "
                f"of slots 0 to {d - 1}. Which slots does each copy bring?"
            )
        most = int(math.log2(d))
        require(
            len(log) <= most,
            f"{len(log)} rotations for d = {d}, where {most} suffice: each is a key "
            "switch. Add a rotated copy to the sum itself, not to the start",
        )
    _kept_by_a_sum(rotate_and_sum)


def _kept_by_a_sum(rotate_and_sum: Callable[..., object]) -> None:
    """Require that v += ... was not written: it changes arrays and ciphertexts."""
    argument = np.arange(8.0)
    rotate_and_sum(argument, 4, lambda v, step: np.roll(v, -int(step)))
    require_kept(np.arange(8.0), argument, "v")


def check_count_depth(count_depth: Callable[..., object]) -> None:
    """Check the number of ciphertext products in a row."""
    layers = {"linear": 0, "batch norm": 0, "mean pool": 0, "square": 1}
    cases = [
        ["linear", "square", "linear", "square", "linear"],
        ["linear", "batch norm", "square", "mean pool", "linear"],
        ["linear", 4, "linear", 2, "linear"],
        ["linear", 3, "batch norm", "linear", 7, "square"],
        [8, 9, 1],
        [5, 6],
        ["linear"],
        [],
    ]
    for case in cases:
        got = integer(count_depth(list(case)), "the depth")
        parts = [
            layers[x] if isinstance(x, str) else math.ceil(math.log2(x)) for x in case
        ]
        if got == sum(parts):
            continue
        pieces = [("linear", "batch norm", "mean pool"), ("batch norm",)]
        for free in pieces:
            if got == sum(parts) + sum(x in free for x in case):
                raise Mistake(
                    f"{case}: a product by weights multiplies no two ciphertexts: "
                    "batch norm and mean pooling are such products too"
                )
        others = {
            "a power is found by squaring: x^4 needs two products, not three": [
                x - 1 if not isinstance(x, str) else layers[x] for x in case
            ],
            "degree 3 needs two products in a row: x^2, then x^2 times x. Round up": [
                int(math.log2(x)) if not isinstance(x, str) else layers[x] for x in case
            ],
        }
        for message, wrong in others.items():
            if got == sum(wrong):
                raise Mistake(f"{case}: {message}")
        raise Mistake(f"{case} has depth {sum(parts)}, got {got}")
