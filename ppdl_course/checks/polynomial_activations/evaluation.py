"""Checks of chapter 10: levels and evaluation.

The evaluation runs on a counter that stands in for a ciphertext, so that products and
levels are counted, not guessed.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from ppdl_course.checks.fresh_inputs import drawn_anew, drawn_inputs
from ppdl_course.checks.remote import mapped
from ppdl_course.checks.verdict import Mistake, require, require_kept
from ppdl_course.he.polynomials.evaluation import Counted, Tally

_PRODUCTS = (
    "the root of the degree counts products, about: levels are products in a row, and "
    "each doubles the number of coefficients."
)
_BASE = "each level doubles the number of coefficients: the logarithm is of base 2."


def check_levels_needed(
    answer: Callable[..., object], *, seed: int | None = None
) -> None:
    """Check the number of levels of the tree, exactly, for large degrees too.

    Degrees up to 70, drawn ones, and those around powers of 2, up to 2^60.
    """
    degrees = range(1, 71)
    answers = mapped(answer, [(degree,) for degree in degrees])
    small = [(d, _number(n, d)) for d, n in zip(degrees, answers, strict=True)]
    for formula, message in (
        (
            lambda d: d,
            "that is Horner's rule: one level a degree. The tree halves.",
        ),
        (
            lambda d: math.ceil(math.log2(d)),
            "a power alone takes ceil(log2 d); its coefficient costs a level too: look "
            "at degrees 1, 2 and 4.",
        ),
        (
            lambda d: max(1, math.ceil(math.log2(d))),
            "a power alone takes ceil(log2 d); its coefficient costs a level too: look "
            "at degrees 1, 2 and 4.",
        ),
        (
            lambda d: math.floor(math.log2(d)),
            "rounded down, and the coefficient's own product is forgotten.",
        ),
        (
            lambda d: math.ceil(math.log2(d)) + 1,
            "one level too many for most degrees: the coefficient is multiplied while "
            "there is still room, not at the end.",
        ),
        (
            lambda d: d.bit_length() + 1,
            "one level too many for every degree: degree 1 takes one.",
        ),
        (
            lambda d: (d + 1).bit_length(),
            "one level too many just below a power of two: degrees 1, 3 and 7.",
        ),
        (
            lambda d: 2 * d.bit_length(),
            "twice too many: both halves of p are computed at the same time.",
        ),
        (
            lambda d: sum(k + 1 for k in range(d.bit_length()) if d >> k & 1),
            "levels of factors were added up: factors are computed at the same time, "
            "and a product lies one level above the longer of the two.",
        ),
        (lambda d: math.ceil(math.sqrt(d)), _PRODUCTS),
        (lambda d: math.ceil(2 * math.sqrt(d)), _PRODUCTS),
        (lambda d: math.isqrt(d), _PRODUCTS),
        (
            lambda d: d.bit_count(),
            "the ones of the degree's binary digits: zeros take a level, too.",
        ),
        (lambda d: math.ceil(math.log(d + 1)), _BASE),
        (lambda d: math.floor(math.log(d)) + 1, _BASE),
        (
            lambda d: round(math.log2(d)) + 1,
            "rounded to the nearest: degree 3 takes two "
            "levels, and 4 takes three. Round down, or count bits.",
        ),
        (
            lambda d: round(math.log2(d + 1)),
            "rounded to the nearest: levels are rounded up.",
        ),
        (lambda d: (d + 1) // 2, "half the degree: the tree halves again and again."),
        (lambda d: d // 2, "half the degree: the tree halves again and again."),
        (lambda d: d - 1, "one product for each power but the first: the tree halves."),
        (math.log2, "levels are whole, and the coefficient costs one too."),
        (lambda d: math.log2(d + 1), "levels are whole: round up."),
    ):
        if all(math.isclose(n, formula(d)) for d, n in small):
            raise Mistake(message)
    for degree, n in small:
        require(
            n == degree.bit_length(),
            f"degree {degree} takes another number of levels than {n:g}.",
        )
    with drawn_inputs(seed) as rng:
        drawn = [2 ** int(k) for k in rng.integers(7, 60, size=3)]
        drawn += [power - 1 for power in drawn]
        drawn += [int(2**x) for x in rng.uniform(7, 60, size=3)]
    for degree in (127, 128, 2**49 - 1, 2**49, 2**60 - 1, 2**60, *drawn):
        require(
            _number(answer(degree), degree) == degree.bit_length(),
            f"wrong for degree {degree}, and right up to 70. Do you count in floats? "
            "log2 rounds there. Count bits of the integer.",
        )


def _number(n: Any, degree: int) -> Any:
    require(
        isinstance(n, int | np.integer | float | np.floating),
        f"return a number, got {type(n).__name__} for degree {degree}.",
    )
    return n


PRODUCTS, LEVELS = 8, 5
"""What an evaluation of degree 15 may use."""


class Sealed:
    """A ciphertext's stand-in: it has + and * and shows nothing of what it holds."""

    __array_ufunc__ = None  # numpy's numbers on the left leave the product to us

    def __init__(self, inside: Counted) -> None:
        self._inside = inside

    def __add__(self, other: Any) -> "Sealed":
        return Sealed(self._inside + _opened(other))

    def __mul__(self, other: Any) -> "Sealed":
        return Sealed(self._inside * _opened(other))

    __radd__, __rmul__ = __add__, __mul__

    def __neg__(self) -> "Sealed":
        return Sealed(-self._inside)

    def __sub__(self, other: Any) -> "Sealed":
        return self + -other

    def __rsub__(self, other: Any) -> "Sealed":
        return -self + other

    def __pow__(self, power: int) -> "Sealed":
        raise Mistake("a ciphertext has no power operator: multiply.")

    @property
    def value(self) -> Any:
        """Refuse."""
        raise Mistake(_SHUT)

    tally = depth = value


_SHUT = "a ciphertext shows nothing of itself: compute with x itself, by + and *."


def _opened(x: Any) -> Any:
    if isinstance(x, Counted):
        raise Mistake(_SHUT)
    return x._inside if isinstance(x, Sealed) else x


@drawn_anew
def check_evaluate(
    answer: Callable[..., object], *, at: float = 0.9, seed: int = 15
) -> None:
    """Check an evaluation of degree 15 on a counter: value, products, levels.

    Coefficients of both signs, all of them not 0, or every second one, or a few.

    Args:
        answer: The student's function.
        at: What the ciphertext holds, not 0.
        seed: Of the coefficients.
    """
    rng = np.random.default_rng(seed)
    full = rng.uniform(0.5, 1.5, 16) * rng.choice([-1, 1], 16)
    at_full_degree, tally = _evaluated(answer, full, at)
    for cut in (np.trunc, np.rint, np.floor):
        require(
            not np.isclose(
                at_full_degree, np.polynomial.polynomial.polyval(at, cut(full))
            ),
            "the coefficients are rounded to whole numbers: take them as they are.",
        )
    worst = [tally]
    for power in range(16):
        unit = full.copy()
        unit[power] += 1
        value, tally = _evaluated(answer, unit, at)
        worst.append(tally)
        _require_power(value - at_full_degree, power, at)
    require(
        bool(
            np.isclose(
                at_full_degree, np.polynomial.polynomial.polyval(at, full), rtol=1e-9
            )
        ),
        "each coefficient has its power, and yet the value is wrong: is something else "
        "added, or are coefficients rounded?",
    )
    gaps = np.where(np.arange(16) % 2, full, 0.0)
    gaps[[0, 15]] = 0.5, 0.0
    few = np.zeros(16)
    few[rng.choice(np.arange(1, 16), 3, replace=False)] = full[:3]
    alone = np.zeros(16)
    alone[rng.integers(1, 16)] = full[3]
    for some in (gaps, few, alone):
        value, _ = _evaluated(answer, some, at)
        right = np.polynomial.polynomial.polyval(at, some)
        require(
            bool(np.isclose(value, right, rtol=1e-9)),
            "wrong where some coefficients are 0: only those of the powers "
            f"{np.flatnonzero(some).tolist()} are not.",
        )
    for tally in worst:
        _require_cheap(tally)


def _require_power(grown: float, power: int, at: float) -> None:
    """Require that one more of a coefficient adds its power of x; say what it adds."""
    if np.isclose(grown, at**power, rtol=1e-9):
        return
    told = f"a_{power} is not multiplied by x^{power}"
    if np.isclose(grown, 0, atol=1e-12):
        raise Mistake(f"{told}: it does not reach the result.")
    for other in range(61):
        if np.isclose(grown, at**other, rtol=1e-9, atol=1e-12):
            order = " a_0 comes first: are yours turned round?"
            raise Mistake(
                f"{told}, but by x^{other}: look at the power that joins its block to "
                f"the others.{order if other == 15 - power else ''}"
            )
    raise Mistake(f"{told}.")


def _evaluated(
    answer: Callable[..., object], coefficients: np.ndarray, at: float
) -> tuple[float, Tally]:
    """Return the value of an answer, and what it cost."""
    x = Counted(at)
    argument = coefficients.copy()
    try:
        result: Any = answer(argument, Sealed(x))
    except (TypeError, AttributeError) as error:
        raise Mistake(
            "x is sealed, it knows + and * only, with its like and with numbers: "
            f"{error}"
        ) from None
    except ZeroDivisionError:
        raise Mistake("you divide by a coefficient, and it may be 0.") from None
    require_kept(coefficients, argument, "coefficients")
    require(
        isinstance(result, Sealed),
        f"return what + and * on x give, a ciphertext; got {type(result).__name__}.",
    )
    inside = result._inside
    require(
        inside.tally is x.tally,
        "this is not computed from x, but from another ciphertext: an earlier call's?",
    )
    return inside.value, x.tally


def _require_cheap(tally: Tally) -> None:
    """Name the way of computing that costs these products and levels."""
    products, levels = tally.products, tally.levels
    require(
        levels >= 4,
        "degree 15 takes at least 4 levels: compute with x itself, not with its value.",
    )
    used = f"{products} products of ciphertexts, {levels} levels"
    # degree 15 by single steps: 14 products, and one plain product for each coefficient
    if products >= 14 and tally.plain_products > 8 and levels > LEVELS:
        raise Mistake(f"{used}: one product for each power, each from the one before.")
    require(
        levels < 15, f"{used}: that is Horner's rule, each step waits for the last."
    )
    if levels > LEVELS and products <= PRODUCTS:
        raise Mistake(
            f"{used}: few products, but the giant steps wait for one another. Make x^8 "
            "too, and combine the blocks in pairs."
        )
    require(
        products <= PRODUCTS,
        f"{used}, and {PRODUCTS} products are allowed. Baby steps x, x^2, x^3 serve "
        "all blocks.",
    )
    require(levels <= LEVELS, f"{used}, and {LEVELS} levels are allowed.")
