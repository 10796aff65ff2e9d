"""Checks of chapter 10: levels and evaluation.

The evaluation runs on a counter that stands in for a ciphertext, so that products and
levels are counted, not guessed.
"""

import math
from collections.abc import Callable

import numpy as np

from ppdl_course.checks.verdict import Mistake, require, require_kept
from ppdl_course.he.polynomial_evaluation import Counted


def check_levels_needed(answer: Callable[..., object]) -> None:
    """Check the number of levels of the tree, exactly, for large degrees too."""
    degrees = [*range(1, 70), 127, 128, 2**49 - 1, 2**49, 2**60 - 1, 2**60]
    told = [answer(degree) for degree in degrees]
    require(
        all(isinstance(n, int | np.integer | float | np.floating) for n in told),
        f"return a number, got {type(told[0]).__name__} for degree 1.",
    )
    right = [degree.bit_length() for degree in degrees]
    small = list(zip(degrees, told, right, strict=True))[:70]
    if [n for _, n, _ in small] == [d for d, _, _ in small]:
        raise Mistake("that is Horner's rule: one level a degree. The tree halves.")
    for formula, message in (
        (
            lambda d: math.ceil(math.log2(d)),
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
    ):
        if all(n == formula(d) for d, n, _ in small):
            raise Mistake(message)
    for degree, n, want in zip(degrees, told, right, strict=True):
        if degree > 2**40:
            require(
                n == want,
                f"wrong for degree {degree}: log2 of a float rounds there. Count bits "
                "of the integer.",
            )
        require(n == want, f"degree {degree} does not take {n} levels.")


PRODUCTS, LEVELS = 8, 5
"""What an evaluation of degree 15 may use."""


def check_evaluate(answer: Callable[..., object]) -> None:
    """Check an evaluation of degree 15 on a counter: value, products, levels."""
    rng = np.random.default_rng(15)
    full = rng.uniform(0.5, 1.5, 16)
    x = Counted(0.9)
    given = full.copy()
    result = answer(given, x)
    require_kept(full, given, "coefficients")
    require(
        isinstance(result, Counted),
        f"return what + and * on x give, a ciphertext; got {type(result).__name__}.",
    )
    assert isinstance(result, Counted)
    for power in range(16):
        unit = full.copy()
        unit[power] += 1
        gain = answer(unit, Counted(0.9)).value - result.value  # type: ignore[attr-defined]
        require(
            bool(np.isclose(gain, 0.9**power, rtol=1e-9)),
            f"a_{power} is not multiplied by x^{power}.",
        )
    products, levels = x.tally.products, x.tally.levels
    require(
        result.tally is x.tally and result.depth >= 4,
        "degree 15 takes at least 4 levels: compute with x itself, not with its value.",
    )
    used = f"{products} products of ciphertexts, {levels} levels"
    if products >= 14 and x.tally.plain_products > 8 and levels > LEVELS:
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
