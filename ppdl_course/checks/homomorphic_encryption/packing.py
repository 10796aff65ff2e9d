"""Checks of chapter 9: fixed-point numbers modulo Q, and many numbers in one.

What is expected comes from exact integers and fractions, never from a solution.
"""

import math
from collections.abc import Callable
from fractions import Fraction

import numpy as np

from ppdl_course.checks.fresh_inputs import drawn_inputs
from ppdl_course.checks.verdict import (
    Mistake,
    require,
    require_list_kept,
    require_none,
    require_refused,
)


def integer(value: object, what: str) -> int:
    """Return a whole number of an answer as an int, or say that it is none."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        raise Mistake(f"{what} must be an int, got {type(value).__name__}")
    return int(value)


FAR = 10**22 + 9
"""The modulus of the chapter: 23 digits, where a float keeps 16."""


def check_encode_fixed(
    encode_fixed: Callable[..., object], *, decimals: int = 6, seed: int | None = None
) -> None:
    """Check exact fixed-point encoding: rounding, signs, moduli, the last that fits.

    Numbers of the chapter; then numbers of up to 10**6 drawn at and between multiples
    of the step, also such whose product with the scale a float cuts below a whole
    number; moduli of 21 to 26 digits; a modulus whose half is a number's very code.

    Args:
        encode_fixed: The student's function.
        decimals: The digits after the point that it keeps, up to 8.
        seed: Of the numbers that are drawn.
    """
    scale = 10**decimals
    cases = [0.29, 1.0, 3.5, -3.5, 0.0, -0.0, -0.29, 1234567.654321, -2 - 0.9 / scale,
             -1 / scale, 1.5 / scale, 2 + 0.9 / scale, -0.2 / scale, 1e12, 2e19 / scale,
             -2e19 / scale]  # fmt: skip
    with drawn_inputs(seed) as rng:
        for x in cases:
            _encoded(encode_fixed, x, FAR, decimals)
        for x in _between_steps(rng, scale):
            _encoded(encode_fixed, x, FAR, decimals)
        for digits in (20, 23, 25):
            # odd, above any number that is encoded modulo it
            Q = 10**digits * int(rng.integers(2, 9)) + 2 * int(rng.integers(10**9)) + 1
            for x in rng.normal(size=4) * 1000:
                _encoded(encode_fixed, float(x), Q, decimals)
        for x in (6e21 / scale, -6e21 / scale, 1e30):
            _refused(encode_fixed, x, FAR, decimals)
        for _ in range(3):
            _last_that_fits(encode_fixed, int(rng.integers(10, 10**6)), decimals)


def _between_steps(rng: np.random.Generator, scale: int) -> list[float]:
    """Return numbers of several sizes: whole multiples of the step, and beside them."""
    found = []
    for largest in (1, 50, 1000, 10**6):
        steps = rng.integers(0, largest * scale, 400)
        # as k / scale, such a number times the scale is below k
        lossy = [k for k in steps.tolist() if int(k / scale * scale) < k]
        aside = rng.choice([-0.49, -0.46, -0.3, 0.3, 0.46, 0.49], 40)
        codes = [*lossy[:5], *(steps[:40] + aside).tolist()]
        signs = rng.choice([-1, 1], len(codes)).tolist()
        found += [sign * code / scale for sign, code in zip(signs, codes, strict=True)]
    return found


def _encoded(
    encode_fixed: Callable[..., object], x: float, Q: int, decimals: int
) -> None:
    """Check the code of one number, and name the mistake that gives another."""
    scale = 10**decimals
    exact = Fraction(x) * scale
    try:
        got = integer(encode_fixed(x, Q), "the residue")
    except ValueError:
        raise Mistake(
            f"{x!r} is refused, and it fits: {exact!s:.20} is within +-Q // 2, Q = {Q}."
        ) from None
    require(
        Q == FAR or got != round(exact) % FAR or got == round(exact) % Q,
        f"{x!r} was reduced modulo {FAR}, the chapter's number: Q is an argument, and "
        f"here it is {Q}.",
    )
    require(
        0 <= got < Q,
        f"{x!r} became {got}: a residue lies in [0, Q), Q = {Q}. Reduce it with %.",
    )
    # residues above Q / 2 stand for negative numbers
    scaled = got if got <= Q // 2 else got - Q
    error = abs(scaled - exact)
    # a product of floats errs by 2^-53 of its size
    if error <= Fraction(1, 2) + Fraction(1, 10**6) + abs(exact) / 2**51:
        return
    right = round(exact)
    for other in range(13):
        require(
            not (other != decimals and right and scaled == round(x * 10**other)),
            f"{x!r} is kept with {other} digits after the point, and here it is "
            f"{decimals}: is that another variant's number?",
        )
    usual = (
        ("the sign is lost, or turned.", -right),
        ("it went through float32.", round(float(np.float32(x)) * scale)),
        *(
            ("it went through an integer of 64 bits, which ends at 2**63.", wrapped)
            for wrapped in (-(2**63), 2**63 - 1, (right + 2**63) % 2**64 - 2**63)
            if abs(right) >= 2**63
        ),
        (
            "it is off by one step. The number below 0 by one step is Q - 1, and 0 is "
            "0: add Q, not Q - 1.",
            right - 1 if x < 0 else None,
        ),
        ("it was cut off, not rounded to the nearest.", math.trunc(exact)),
        ("it was cut off, not rounded to the nearest.", int(x * scale)),
        (
            "0.5 is added and the rest cut off: right above 0 only, below 0 it goes "
            "up.",
            int(x * scale + 0.5) if x < 0 else None,
        ),
        (
            "it was rounded and then cut off, since a float that should be whole may "
            "lie just below: round last, not cut off.",
            int(round(x, decimals) * scale),
        ),
        ("it was rounded down, not to the nearest.", math.floor(exact)),
        ("it was rounded up, not to the nearest.", math.ceil(exact)),
        ("it was rounded twice.", round(round(x * scale * 10) / 10)),
        (
            f"it was scaled by 2**{decimals}: digits after the point are of base 10.",
            round(x * 2**decimals),
        ),
        ("it was divided by the scale, not multiplied.", round(x / scale)),
        ("the part before the point is lost.", round((x - int(x)) * scale)),
        ("it was scaled after rounding: its fraction is lost.", round(x) * scale),
    )
    require_none(
        (message for message, other in usual if scaled == other),
        f"{x!r} times 10**{decimals} became {scaled}: ",
    )
    require(
        got not in (2**32 + right, 2**64 + right),
        f"{x!r} was reduced modulo a power of 2, as machine words are: negative "
        "numbers count down from Q.",
    )
    require(
        error > Q >> 50,
        f"{x!r} became {got} modulo {Q}, off by {float(error):.3g} steps: a float has "
        f"53 bits and Q has {Q.bit_length()}. The reduction modulo Q belongs to "
        "integers.",
    )
    raise Mistake(
        f"{x!r} decodes to {scaled / scale:.{decimals}f}. Round x * 10**{decimals} to "
        "the nearest integer, and reduce that modulo Q."
    )


def _refused(
    encode_fixed: Callable[..., object], x: float, Q: int, decimals: int
) -> None:
    require_refused(
        lambda: encode_fixed(x, Q),
        f"encode_fixed({x!r}, {Q})",
        f"{x!r} * 10**{decimals} does not fit half the range of Q, on either side of "
        "0: it would decode to another number.",
    )


def _last_that_fits(
    encode_fixed: Callable[..., object], whole: int, decimals: int
) -> None:
    """Check the bound itself: a whole number whose code is Q // 2, and one step on."""
    scale = 10**decimals
    Q = 2 * whole * scale + 1
    for x in (float(whole), -float(whole)):
        try:
            got = encode_fixed(x, Q)
        except ValueError:
            raise Mistake(
                f"{x!r} is refused, and {x!r} * 10**{decimals} is Q // 2 in size, the "
                f"last that fits (Q = {Q}): only what is larger must be refused."
            ) from None
        require(
            integer(got, "the residue") == int(x) * scale % Q,
            f"{x!r} is the last number that fits Q = {Q}, and became {got}.",
        )
    for over in (1, 2, whole * scale // 10 + 1, whole * scale):
        for sign in (1, -1):
            _refused(encode_fixed, sign * (whole + over / scale), Q, decimals)
    # Q / 2 as a float is rounded up to the code itself, Q // 2 is below it
    large = 2**54 * whole
    _refused(encode_fixed, float(large), 2 * large * scale - 1, decimals)


def check_pack(pack: Callable[..., object], *, seed: int | None = None) -> None:
    """Check the packed integer, exactly, and that a value too large is refused.

    Slots of 2 to 64 bits; 1 to 200 values, negative ones too, the largest allowed
    among them.
    """
    got = integer(pack([5, 3], 16), "the packed number")
    if got == 3 + 5 * 2**16:
        raise Mistake("value 0 belongs in the lowest bits; yours is in the highest.")
    usual = {
        "the weight of slot i is the power 2**(16 i); yours grows by addition.": (
            3 * 2**16
        ),
        "slot 0 begins at bit 0: count the slots from 0.": 5 * 2**16 + 3 * 2**32,
        "a slot of 16 bits has 2**16 values: bits are digits of base 2, not 10.": (
            5 + 3 * 10**16
        ),
        "the values were added up without moving each to its slot.": 8,
    }
    require_none(message for message, other in usual.items() if got == other)
    require(
        got == 5 + 3 * 2**16,
        f"pack([5, 3], 16) is 5 + 3 * 2**16 = {5 + 3 * 2**16}, got {got}.",
    )
    with drawn_inputs(seed) as rng:
        for bits, count in (
            (16, 2),
            (16, 40),
            (8, 1),
            (2, 9),
            (int(rng.integers(20, 48)), 7),
            (64, 200),
            (int(rng.integers(3, 64)), int(rng.integers(2, 200))),
        ):
            half = 2 ** (bits - 1)
            values = rng.integers(-half, half - 1, count, endpoint=True).tolist()
            values = [max(v, 1 - half) for v in values]
            _packed(pack, values, bits)
            values[int(rng.integers(count))] = int(rng.choice([-1, 1])) * (half - 1)
            _packed(pack, values, bits)
            for bad in (half, -half, 32 * half):
                values[int(rng.integers(count))] = bad
                _spilling(pack, list(values), bits, bad)
                values = [0] * count


def _packed(pack: Callable[..., object], values: list[int], bits: int) -> None:
    """Check one packed number, and name the mistake that gives another."""
    argument = list(values)
    what = f"for {len(values)} values in slots of {bits} bits"
    try:
        got = integer(pack(argument, bits), "the packed number")
    except ValueError:
        raise Mistake(
            f"{what} from {min(values)} to {max(values)} pack raises ValueError, but "
            f"they fit a slot of {bits} bits: all strictly between -2**(slot_bits - 1) "
            "and 2**(slot_bits - 1) do, and negative ones fit a slot too."
        ) from None
    except OverflowError as error:
        raise Mistake(
            f"{what} pack raises OverflowError ({error}): only Python's ints have no "
            "end, floats and machine words have one."
        ) from None
    require_list_kept(values, argument, "values")
    want = sum(v << bits * i for i, v in enumerate(values))
    if got == want:
        return
    usual = (
        (
            "the whole was reduced modulo a power of 2: if the last value is negative, "
            "so is the sum.",
            want % 2 ** (bits * len(values)),
        ),
        (
            "masking a negative value to its slot adds one in the next slot: a slot is "
            f"v_i * 2**({bits} i), signed.",
            sum(v % 2**bits << bits * i for i, v in enumerate(values)),
        ),
        (
            "the signs are lost: a negative value is taken off.",
            sum(abs(v) << bits * i for i, v in enumerate(values)),
        ),
        (
            "slots of 16 bits: slot_bits is an argument.",
            sum(v << 16 * i for i, v in enumerate(values)),
        ),
        (
            "the values are turned round: value 0 belongs in the lowest bits.",
            sum(v << bits * i for i, v in enumerate(reversed(values))),
        ),
    )
    require_none((message for message, other in usual if got == other), f"{what}: ")
    sizes = [abs(v) for v in values]
    if pack(list(sizes), bits) == sum(v << bits * i for i, v in enumerate(sizes)):
        raise Mistake(
            f"{what} negative values do not come back, and the others do: a slot is "
            f"v_i * 2**({bits} i), signed. Add, do not join bits."
        )
    raise Mistake(
        f"{what} it must be the sum of v_i * 2**({bits} i) over all values, in "
        "Python's ints: machine words wrap, and floats round."
    )


def _spilling(
    pack: Callable[..., object], values: list[int], bits: int, bad: int
) -> None:
    require_refused(
        lambda: pack(values, bits),
        f"pack with the value {bad} in slots of {bits} bits",
        f"{bad} does not fit a slot of {bits} bits (slot_bits is an argument), and "
        "spills into its neighbour in silence.",
    )
