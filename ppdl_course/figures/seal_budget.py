"""Figures of chapter 9: what a SEAL context affords, and how precise CKKS is."""

import functools
import math
from collections.abc import Sequence

import numpy as np

from ppdl_course.figures.homomorphic_encryption import budgets
from ppdl_course.figures.picture import BLUE, ORANGE, SKY, VERMILION, Picture, counted
from ppdl_course.he.seal.plan import MAX_BITS, CkksPlan, bfv_budget

LONGEST = 20
"""Numbers of products in a row, from 0, whose budget is drawn at most."""


def bfv_noise_budget(
    poly_modulus_degree: int,
    primes: int,
    prime_bits: int,
    plain_bits: int,
    measured: Sequence[float] | None = None,
) -> Picture:
    """Draw the predicted noise budget of BFV against the number of products in a row.

    Args:
        poly_modulus_degree: Ring degree.
        primes: Number of primes of a ciphertext; keys have one more.
        prime_bits: Bits of each.
        plain_bits: Bits of the plaintext modulus.
        measured: SEAL's own budget after 0, 1, 2, ... products, drawn beside it.

    Raises:
        ValueError: If the primes are too long for 128-bit security at this degree.
    """
    total, allowed = (primes + 1) * prime_bits, MAX_BITS[poly_modulus_degree]
    if total > allowed:
        raise ValueError(
            f"{primes} + 1 primes of {prime_bits} bits are {total} bits; n = "
            f"{poly_modulus_degree} allows {allowed} at 128-bit security"
        )
    sizes = [prime_bits] * (primes + 1)
    predicted = [bfv_budget(poly_modulus_degree, sizes, plain_bits, 0)]
    while predicted[-1] > 0 and len(predicted) < LONGEST:
        depth = len(predicted)
        predicted.append(bfv_budget(poly_modulus_degree, sizes, plain_bits, depth))
    lines = {"predicted": predicted}
    if measured is not None:
        lines["SEAL"] = list(measured)
    picture = budgets(lines)
    good = max(0, sum(value > 0 for value in predicted) - 1)
    # by the degree alone: the other sliders move the line, and not the axes
    ax, most = picture.axes[0], min(LONGEST - 1, math.ceil(allowed / 25))
    ax.set(xlim=(-0.3, most + 0.3), ylim=(-0.04 * allowed, allowed))
    ax.set_xticks(range(most + 1))
    ax.set_title(
        f"n = {poly_modulus_degree}, {total} of {allowed} bits, "
        f"t of {plain_bits} bits: {counted(good, 'product')}"
    )
    verb = "decrypts" if good == 1 else "decrypt"
    picture.alt += f" {counted(good, 'product')} in a row {verb}."
    return picture


def budget_bar(
    poly_modulus_degree: int,
    first_bits: int,
    middle_bits: int,
    middle_primes: int,
    scale_bits: int,
    products: int,
) -> Picture:
    """Draw, for each product in a row, the modulus left and the scale it needs.

    Args:
        poly_modulus_degree: Ring degree.
        first_bits: Bits of the first and of the special prime.
        middle_bits: Bits of each prime between them.
        middle_primes: How many.
        scale_bits: log2 of the global scale.
        products: How many products in a row are wanted.

    Raises:
        ValueError: If SEAL refuses the context, with its message.
    """
    middle = [middle_bits] * middle_primes
    sizes = (first_bits, *middle, first_bits)
    plan = CkksPlan(poly_modulus_degree, sizes, scale_bits)
    if (refusal := plan.context_error()) is not None:
        raise ValueError(f"SEAL: {refusal}. coeff_mod_bit_sizes = {list(sizes)}")
    steps = plan.steps(products)
    picture = Picture(figsize=(6.8, 3.4))
    ax = picture.add_subplot()
    spots = np.arange(len(steps))
    ax.bar(
        spots - 0.2, [s.modulus_bits for s in steps], 0.4, color=SKY, label="modulus"
    )
    colours = [
        VERMILION if s.error else ORANGE if abs(s.wrong_by) > 0.1 else BLUE
        for s in steps
    ]
    ax.bar(
        spots + 0.2,
        [s.needed_bits for s in steps],
        0.4,
        color=colours,
        hatch="//",
        edgecolor="white",
        label="scale needed",
    )
    names = ["encrypt", *(f"product {s.product}" for s in steps[1:])]
    ax.set(ylabel="length (bits)", xlabel="encryption, then products in a row")
    # short names have room below eight products, and one bar alone stays slim
    ax.set_xticks(spots, ["encrypt", *(str(s.product) for s in steps[1:])])
    ax.set_xlim(-0.7, max(2, len(steps) - 1) + 0.7)
    ax.legend(loc="upper right", fontsize="small")
    ax.margins(y=0.3)
    verdict = _verdict(plan, products)
    ax.set_title(verdict, fontsize=10)
    numbers = "; ".join(
        f"{name}: modulus {s.modulus_bits}, scale {s.needed_bits:g}"
        for name, s in zip(names, steps, strict=True)
    )
    picture.alt = f"{verdict}. Bits at each step: {numbers}."
    return picture


def _verdict(plan: CkksPlan, products: int) -> str:
    last = plan.steps(products)[-1]
    if last.error:
        where = f"product {last.product}" if last.product else "encryption"
        return f'SEAL will say "{last.error}" at {where}'
    if abs(last.wrong_by) > 0.1:
        return f"No exception, but results wrong by 2^{last.wrong_by:.4g}"
    verb = "is" if products == 1 else "are"
    return f"{counted(products, 'product')} in a row {verb} affordable"


SCALES = tuple(range(20, 46, 5))
"""Scales, in bits, whose precision is measured."""


@functools.cache
def measured_precision(scale_bits: int, products: int) -> float:
    """Return log2 of the largest error of real CKKS squarings of numbers in [-1, 1].

    n = 8192, primes 60, products times scale_bits, 60. One run with fresh keys, kept.
    """
    import tenseal as ts

    sizes = [60, *[scale_bits] * products, 60]
    context = ts.context(ts.SCHEME_TYPE.CKKS, 8192, coeff_mod_bit_sizes=sizes)
    context.global_scale = 2.0**scale_bits
    values = np.cos(np.arange(4096))
    vector = ts.ckks_vector(context, values.tolist())
    for _ in range(products):
        vector = vector * vector
        values = values * values
    return math.log2(np.abs(np.array(vector.decrypt()) - values).max())


def ckks_precision(scale_bits: int, products: int) -> Picture:
    """Draw the error of CKKS against the scale, with one real run at this scale.

    The line is what the noise of encryption predicts: n / 6 * sqrt(2 log n) / scale.

    Args:
        scale_bits: log2 of the scale, 20 to 45.
        products: Squarings in a row, 0 to 2.

    Raises:
        ValueError: If the chain does not exist or is too long for n = 8192.
    """
    n, scales = 8192, np.arange(20, 46)
    sizes = (60, *[scale_bits] * products, 60)
    if (refusal := CkksPlan(n, sizes, scale_bits).context_error()) is not None:
        raise ValueError(f"SEAL: {refusal}. coeff_mod_bit_sizes = {list(sizes)}")
    predicted = np.log2(n / 6 * np.sqrt(2 * np.log(n))) - scales
    measured = measured_precision(scale_bits, products)
    picture = Picture()
    ax = picture.add_subplot()
    ax.plot(scales, predicted, label="fresh ciphertext, predicted")
    ax.plot(
        [scale_bits],
        [measured],
        "o",
        color=VERMILION,
        markersize=10,
        label=f"after {counted(products, 'product')}, measured",
    )
    ax.set(xlabel="scale (bits)", ylabel="largest error (log2)", ylim=(-37, 0))
    digits = -measured * math.log10(2)
    ax.set_title(f"About {max(0, digits):.1f} decimal digits after the point")
    ax.legend()
    picture.alt = (
        f"At a scale of {scale_bits} bits and {counted(products, 'product')} the "
        f"largest error is 2^{measured:.1f}; the line falls by one bit for each bit of "
        "scale."
    )
    return picture
