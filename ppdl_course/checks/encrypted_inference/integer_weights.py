"""Checks of chapter 11's integers: weights of few bits, and joined remainders.

What is expected comes from exact integers, never from a solution.
"""

import math
from collections.abc import Callable

import numpy as np

from ppdl_course.checks.encrypted_inference.layers import integer, pair
from ppdl_course.checks.verdict import Mistake, require, require_array, require_kept


def check_quantise(quantise: Callable[..., object], seed: int = 0) -> None:
    """Check integer weights: in range, rounded to the nearest, the finest shift."""
    rng = np.random.default_rng(seed)
    sign = 1 if seed % 2 else -1
    for bits in (3, 6, 10):
        top = 2 ** (bits - 1) - 1
        for scale in (3e-5, 0.07, 1.0, 40.0, 3e4):
            W = rng.normal(size=(4, 6)) * scale
            W[1, 2] = 2.2 * scale * sign
            _quantised(quantise, W, bits, math.floor(math.log2(top / np.abs(W).max())))
        # the largest weight just fits, or is just too large
        for largest, best in ((top, 0), (top + 0.25, -1), (top + 1, -1)):
            for power in (-3, 0, 2):
                W = rng.uniform(-1, 1, (3, 2)) * 2.0**power
                W[2, 0] = sign * largest * 2.0**power
                _quantised(quantise, W, bits, best - power)


def _quantised(
    quantise: Callable[..., object], W: np.ndarray, bits: int, best: int
) -> None:
    """Check the integers of one W; ``best`` is the shift that they must have."""
    before = W.copy()
    integers, shift = pair(quantise(W, bits), "quantise")
    require_kept(before, W, "W")
    shift = integer(shift, "the shift")
    got = require_array(integers, shape=W.shape, what="the integers")
    require(np.array_equal(got, np.rint(got)), "the weights are not whole numbers")
    top, size = 2 ** (bits - 1) - 1, np.abs(W).max()
    if np.abs(got).max() > top:
        raise Mistake(
            f"a weight of {np.abs(got).max():.0f} does not fit {bits} bits: "
            f"one of them is the sign, so the largest is {top}"
        )
    require(
        shift >= best,
        f"shift {shift} is too coarse for max|W| = {size:g} and {bits} bits: {best} "
        "still fits, and each bit lost doubles the rounding error",
    )
    if shift > best:
        raise Mistake(
            f"max|W| = {size:g} times 2**{shift} is more than {top}, which is all that "
            f"{bits} bits with a sign hold: the largest weight would not fit, and a "
            "clipped weight is another network"
        )
    error = np.abs(got - W * 2.0**shift).max()
    require(
        # rounding errs by half at most; the rest is for floats at exactly one half
        bool(error <= 0.5 + 1e-9),
        f"a weight is off by {error:.2f} units: round to the nearest, do not cut off",
    )


def check_join_remainders(join_remainders: Callable[..., object]) -> None:
    """Check the signed integer behind remainders, far beyond one modulus."""
    for moduli in (
        [97, 101],
        [1032193, 786433],
        [65537, 114689, 147457],
        [17, 5, 3, 2**31 - 1, 2**61 - 1],
        [10007],
    ):
        product = math.prod(moduli)
        half = product // 2
        values = [0, 1, -1, 42, -4000, min(moduli[0], half), half, -half]
        for value in values:
            remainders = [value % t for t in moduli]
            got = join_remainders(list(remainders), list(moduli))
            if abs(value) == half and got in (value - product, value + product):
                raise Mistake(
                    f"{value} lies within half of {product}, but came back as {got}: "
                    "look at your comparison with that half. It must be exact"
                )
            if value < 0 and got == value + product:
                raise Mistake(
                    f"{value} came back as {got}: the upper half of the range stands "
                    "for negative numbers"
                )
            # above 2^53 a double skips integers
            if isinstance(got, float) and product > 2**53:
                raise Mistake(
                    "a float holds 53 bits, and the joined integer may be longer: "
                    "compute with integers only, // instead of /"
                )
            got = integer(got, "the joined integer")
            first = value % moduli[0]
            if len(moduli) > 1 and got != value and got in (first, first - moduli[0]):
                raise Mistake(
                    "only the first modulus was used: the result wrapped around at "
                    f"{moduli[0]}"
                )
            if all((got - r) % t == 0 for r, t in zip(remainders, moduli, strict=True)):
                require(
                    got == value,
                    f"{value} came back as {got}: it has the right remainders, but is "
                    "not the one of smallest size",
                )
            require(
                got == value,
                f"remainders {remainders} of {moduli} come from {value}, got {got}. "
                "Does your result leave these remainders?",
            )
