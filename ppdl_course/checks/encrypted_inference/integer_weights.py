"""Checks of chapter 11's integers: weights of few bits, and joined remainders.

What is expected comes from exact integers, never from a solution.
"""

import math
from collections.abc import Callable

import numpy as np

from ppdl_course.checks.encrypted_inference.layers import integer, pair
from ppdl_course.checks.fresh_inputs import drawn_inputs
from ppdl_course.checks.verdict import (
    Mistake,
    require,
    require_array,
    require_kept,
    require_list_kept,
    require_none,
)


def check_quantise(quantise: Callable[..., object], seed: int | None = None) -> None:
    """Check integer weights: in range, rounded to the nearest, the finest shift.

    Scales from 1e-9 to 1e9, 2 to 16 bits, one to 24 weights; the largest weight is
    positive or negative, just fits or is just too large.
    """
    with drawn_inputs(seed) as rng:
        for bits in (3, 6, 10, 2, int(rng.integers(11, 17))):
            top = 2 ** (bits - 1) - 1
            for scale in (3e-5, 0.07, 1.0, 40.0, 3e4, 10 ** rng.uniform(-9, 9)):
                for sign in (1, -1):
                    W = rng.normal(size=(4, 6)) * scale
                    largest = float(np.abs(W).max()) * 1.1
                    W[1, 2] = sign * largest
                    _quantised(quantise, W, bits, math.floor(math.log2(top / largest)))
            # the largest weight just fits, or is just too large
            for largest, best in ((top, 0), (top + 0.25, -1), (top + 1, -1)):
                for power in (-3, 0, 2):
                    for sign in (1, -1):
                        W = rng.uniform(-1, 1, (3, 2)) * 2.0**power
                        W[2, 0] = sign * largest * 2.0**power
                        _quantised(quantise, W, bits, best - power)
            for sign in (1, -1):
                W = sign * rng.uniform(0.5, 1, (1, 3))
                best = math.floor(math.log2(top / float(np.abs(W).max())))
                _quantised(quantise, W, bits, best)


def _quantised(
    quantise: Callable[..., object], W: np.ndarray, bits: int, best: int
) -> None:
    """Check the integers of one W; ``best`` is the shift that they must have."""
    before = W.copy()
    W = before.copy()
    integers, shift = pair(quantise(W, bits), "quantise")
    require_kept(before, W, "W")
    _require_no_factor(integers, shift, before, best)
    shift = integer(shift, "the shift")
    got = require_array(integers, shape=W.shape, what="the integers")
    W = before
    require(
        shift != -best or best == 0,
        f"the shift has the wrong sign: here it is {best}: integers = W 2**shift.",
    )
    require(np.array_equal(got, np.rint(got)), "the weights are not whole numbers")
    top, size = 2 ** (bits - 1) - 1, np.abs(W).max()
    hold = f"more than {top}, which is all that {bits} bits with a sign hold"
    require(
        not shift >= 0 > best,
        f"max|W| = {size:g} times 2**{shift} is {hold}: the shift may be negative, and "
        "must be rounded down",
    )
    if np.abs(got).max() > top:
        place = np.unravel_index(np.abs(got).argmax(), got.shape)
        below = " It is below 0: the largest weight is that of the largest size."
        one = " The shift is one too large: is it rounded up, or to the nearest?"
        raise Mistake(
            f"a weight of {got[place]:.0f} does not fit {bits} bits: in size it is "
            f"{hold}: one of them is the sign, so the largest is {top}."
            + (below if got[place] < 0 < W.max() else one if shift == best + 1 else "")
        )
    require(
        shift >= best,
        f"shift {shift} is too coarse for max|W| = {size:g} and {bits} bits: {best} "
        "still fits, and each bit lost doubles the rounding error",
    )
    require(
        shift <= best,
        f"max|W| = {size:g} times 2**{shift} is {hold}: the largest weight would not "
        f"fit, and a clipped weight is another network{_too_large(W, shift, top)}",
    )
    exact = W * 2.0**shift
    cut = any(np.array_equal(got, down(exact)) for down in (np.trunc, np.floor))
    off = float(np.abs(got - W * 2.0**shift).max())
    require(
        off <= 0.5 + 1e-9 or cut or not _by_rows(got, W),
        "each row, or column, has a shift of its own: one shift is asked for, that of "
        "the whole W",
    )
    # rounding errs by half at most; the rest is for floats at exactly one half
    require(
        not 0.5 + 1e-9 < off <= 1 + 1e-9,
        f"a weight is off by {off:.2f} units: round to the nearest, do not cut off",
    )
    require(
        off < 100,
        f"a weight is off by {off:.2f} units: did it wrap round in small integers?",
    )
    require(
        off <= 1,
        f"a weight is off by {off:.2f} units: it is round(w * 2**shift), exactly",
    )


def _require_no_factor(
    integers: object, shift: object, W: np.ndarray, best: int
) -> None:
    """Require that the second value is no factor, where the integers are right."""
    try:
        factor, got = float(shift), np.asarray(integers, float)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return
    if got.shape != W.shape or np.abs(got - W * 2.0**best).max() > 0.5 + 1e-9:
        return
    for name, power in (("2**shift", best), ("2**-shift", -best)):
        require(
            factor != 2.0**power,
            f"the integers are right and the second value, {factor:g}, is the factor "
            f"{name}: return the shift itself, the int {best}",
        )


def _too_large(W: np.ndarray, shift: int, top: int) -> str:
    """Return which usual ways lead to a shift that is too large, or ''."""
    size, largest = float(np.abs(W).max()), float(W.max())
    exact = math.log2(top / size)
    ways = {
        "max W, and the largest weight in size is negative": (
            0 < largest < size and shift == math.floor(math.log2(top / largest))
        ),
        "a logarithm rounded up": shift == math.ceil(exact),
        "a logarithm rounded to the nearest": shift == round(exact),
        "weights that fit only once they are rounded": np.rint(size * 2.0**shift)
        == top,
    }
    fitting = ", or of ".join(way for way, fits in ways.items() if fits)
    return f". This is the shift of {fitting}" if fitting else ""


def _by_rows(got: np.ndarray, W: np.ndarray) -> bool:
    """Tell whether rows or columns are rounded at shifts of their own."""
    for integers, weights in ((got, W), (got.T, W.T)):
        shifts = []
        for row, exact in zip(integers, weights, strict=True):
            k = int(np.abs(exact).argmax())
            if not row[k] or not exact[k]:
                return False
            shift = round(math.log2(abs(row[k] / exact[k])))
            if np.abs(row - exact * 2.0**shift).max() > 0.5 + 1e-9:
                break
            shifts.append(shift)
        if len(shifts) == len(weights) and len(set(shifts)) > 1:
            return True
    return False


FAMILIES = (
    (9, 25, 49, 10403),  # powers of primes, and 101 * 103
    (15, 77, 221),
    (143, 9, 16807, 2**32 + 15),
    (97, 101),
    (1032193, 786433),
    (65537, 114689, 147457),
    (17, 5, 3, 2**31 - 1, 2**61 - 1),
    (10007,),
    (9,),
)
"""Moduli: odd and pairwise coprime, primes among them or not."""


def check_join_remainders(
    join_remainders: Callable[..., object], *, seed: int | None = None
) -> None:
    """Check the signed integer behind remainders, far beyond one modulus.

    Moduli that are prime and moduli that are not, one to five, in any order; in each
    family 0, 1, -1, both ends of the range, and numbers drawn over all of it, near 0
    and at the modulus.
    """
    with drawn_inputs(seed) as rng:
        for family in FAMILIES:
            for moduli in (list(family), rng.permutation(np.array(family, object))):
                _joined_all(join_remainders, list(moduli), rng)


def _joined_all(
    join_remainders: Callable[..., object], moduli: list[int], rng: np.random.Generator
) -> None:
    half = math.prod(moduli) // 2
    drawn = [round(half * share) for share in rng.uniform(-1, 1, 12)]
    near = [int(v) for v in rng.integers(-50, 51, 4)]
    values = [0, 1, -1, 42, -4000, min(moduli[0], half), half, -half, *near, *drawn]
    for value in values:
        if abs(value) <= half:
            _joined(join_remainders, value, moduli)


def _joined(
    join_remainders: Callable[..., object], value: int, moduli: list[int]
) -> None:
    """Check one joined integer, and name the mistake that gives another."""
    product = math.prod(moduli)
    half = product // 2
    remainders = [value % t for t in moduli]
    arguments = list(remainders), list(moduli)
    of = f"remainders {remainders} of {moduli} come from {value}"
    try:
        got = join_remainders(*arguments)
    except (OverflowError, TypeError, ValueError, ZeroDivisionError) as error:
        raise Mistake(
            f"{of}, but {type(error).__name__} comes: {error}. There may be one "
            "modulus or many; an inverse modulo t is that of the product of the "
            "others; only Python's integers have no end (numpy's wrap, / gives floats)"
        ) from None
    require_list_kept(remainders, arguments[0], "remainders")
    require_list_kept(moduli, arguments[1], "moduli")
    if abs(value) == half and got in (value - product, value + product):
        raise Mistake(
            f"{value} lies within half of {product}, but came back as {got}: "
            "look at your comparison with that half. It must be exact"
        )
    if value < 0 and got == value + product:
        raise Mistake(
            f"{value} came back as {got}: the upper half of the range stands for "
            "negative numbers, and the range is that of the product of all moduli"
        )
    if value > 0 and got == value - product:
        raise Mistake(
            f"{value} came back as {got}, negative, and lies in the lower half of the "
            "range: the sign follows from the joined number and half the product, not "
            "from a remainder or one modulus"
        )
    # above 2^53 a double skips integers
    if isinstance(got, float) and product > 2**53:
        raise Mistake(
            "a float holds 53 bits, and the joined integer may be longer: "
            "compute with integers only, // instead of /"
        )
    got = integer(got, "the joined integer")
    if got == value:
        return
    left = [(got - r) % t == 0 for r, t in zip(remainders, moduli, strict=True)]
    first = value % moduli[0]
    if len(moduli) > 1 and got in (first, first - moduli[0]):
        raise Mistake(
            f"only the first modulus was used: the result wrapped around at {moduli[0]}"
        )
    require(
        not all(left),
        f"{value} came back as {got}: it has the right remainders, but is "
        "not the one of smallest size. Reduce modulo the product of all moduli",
    )
    fitting = (
        message
        for message, usual in _wrong_sums(remainders, moduli)
        if got in (usual % product, usual, usual % product - product)
    )
    require_none(fitting, f"{of}, got {got}: ")
    require(got != -value, f"{of}, got {got}: the sign is turned")
    if any(left):
        raise Mistake(
            f"{of}, got {got}: it leaves the remainders of "
            f"{[t for t, ok in zip(moduli, left, strict=True) if ok]} only. Each "
            "modulus, prime or not, takes its own inverse; all must be used"
        )
    beyond = (
        f" The moduli multiply to {product}, and the terms of the sum are larger: "
        "floats keep 53 bits, and numpy's integers wrap at 64. Only Python's integers "
        "have no end."
    )
    raise Mistake(
        f"{of}, got {got}. Does your result leave these remainders?"
        + (beyond if product > 2**53 else "")
    )


def _wrong_sums(remainders: list[int], moduli: list[int]) -> list[tuple[str, int]]:
    """Return what goes wrong with the sum of r M_i (M_i^-1 mod t_i)."""
    product = math.prod(moduli)
    pairs = list(zip(remainders, moduli, strict=True))
    rest = {t: product // t for t in moduli}
    return [
        (
            "the inverse of M_i modulo t_i is missing: M_i alone is not 1 modulo t_i",
            sum(r * rest[t] for r, t in pairs),
        ),
        (
            "you take the inverse of t_i modulo M_i: it is that of M_i modulo t_i",
            sum(r * rest[t] * pow(t, -1, rest[t]) for r, t in pairs if rest[t] > 1),
        ),
        (
            "the factor M_i is missing: M_i (M_i^-1 mod t_i) is 0 modulo the others",
            sum(r * pow(rest[t], -1, t) for r, t in pairs),
        ),
        (
            "rest^(t - 2) is the inverse for a prime t only, and moduli are coprime, "
            "not prime: pow(a, -1, t) is right for all",
            sum(r * rest[t] * pow(rest[t], t - 2, t) for r, t in pairs),
        ),
        (
            "rest^(t - 1) is 1 modulo a prime t only, and moduli are coprime, not "
            "prime: pow(a, -1, t) is right for all",
            sum(r * pow(rest[t], t - 1, product) for r, t in pairs),
        ),
        (
            "the last modulus is left out",
            sum(r * rest[t] * pow(rest[t], -1, t) for r, t in pairs[:-1]),
        ),
        (
            "only two moduli are used, and there may be more",
            sum(r * rest[t] * pow(rest[t], -1, t) for r, t in pairs[:2]),
        ),
        ("the remainders are added up: join them", sum(remainders)),
    ]
