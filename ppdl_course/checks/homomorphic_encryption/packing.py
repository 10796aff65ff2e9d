"""Checks of chapter 9: fixed-point numbers modulo Q, and many numbers in one.

What is expected comes from exact integers and fractions, never from a solution.
"""

from collections.abc import Callable
from fractions import Fraction

import numpy as np

from ppdl_course.checks.verdict import Mistake, require
from ppdl_course.publickey.packing import Packing
from ppdl_course.publickey.paillier import PrivateKey


def integer(value: object, what: str) -> int:
    """Return a whole number of an answer as an int, or say that it is none."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        raise Mistake(f"{what} must be an int, got {type(value).__name__}")
    return int(value)


def check_encode_fixed(
    encode_fixed: Callable[..., object], *, decimals: int = 6
) -> None:
    """Check exact fixed-point encoding modulo a number of 23 digits.

    Args:
        encode_fixed: The student's function.
        decimals: The digits after the point that it keeps, up to 8.
    """
    Q, scale = 10**22 + 9, 10**decimals
    cases = [
        0.0,
        1.0,
        3.5,
        -3.5,
        0.29,
        -0.29,
        1234567.654321,
        -2 - 0.9 / scale,
        -1 / scale,
        1.5 / scale,
        2 + 0.9 / scale,
        1e12,
    ]
    for x in cases:
        got = integer(encode_fixed(x, Q), "the residue")
        if got < 0:
            raise Mistake(f"{x} became {got}: a residue lies in [0, Q). Reduce it.")
        # residues above Q / 2 stand for negative numbers
        scaled = got if got <= Q // 2 else got - Q
        error = abs(Fraction(scaled) - Fraction(x) * scale)
        if error > 100:
            for other in range(13):
                require(
                    scaled != round(x * 10**other),
                    f"{x} is kept with {other} digits after the point, and here it is "
                    f"{decimals}: is that another variant's number?",
                )
            require(
                scaled != -round(x * scale),
                f"{x} decodes to {scaled / scale:.1f}: the sign is lost, or turned.",
            )
            require(
                got not in (2**32 + round(x * scale), 2**64 + round(x * scale)),
                f"{x} was reduced modulo a power of 2, as machine words are: negative "
                "numbers count down from Q.",
            )
            raise Mistake(
                f"{x} decodes to {scaled / scale:.1f}: a float has 53 bits and Q has "
                "73. The reduction modulo Q belongs to integers."
            )
        require(
            not (x < 0 and scaled == round(x * scale) - 1),
            f"{x} is off by one step: the number below 0 by one step is Q - 1, and 0 "
            "is 0.",
        )
        require(
            error <= Fraction(51, 100),
            f"{x} decodes to {scaled / scale:.{decimals}f}: it was cut off, not "
            "rounded to the nearest.",
        )
    for x in (6e21 / scale, -6e21 / scale, 1e30):
        try:
            got = encode_fixed(x, Q)
        except ValueError:
            continue
        except ArithmeticError as error:
            kind = type(error).__name__
            raise Mistake(f"{x:g} raises {kind}: ValueError is asked for.") from None
        raise Mistake(
            f"{x:g} does not fit half the range of Q, but became {got}: it would "
            "decode to another number. Raise a ValueError."
        )


def check_pack(pack: Callable[..., object]) -> None:
    """Check the packed integer, its sums, and that a value too large is refused."""
    layout = Packing(PrivateKey.generate(1024).public, fraction_bits=0, slot_bits=16)
    rng = np.random.default_rng(35)
    x, y = rng.integers(-9999, 10000, (2, 40)).tolist()
    got = integer(pack([5, 3], 16), "the packed number")
    if got == 3 + 5 * 2**16:
        raise Mistake("value 0 belongs in the lowest bits; yours is in the highest.")
    for message, usual in {
        "the weight of slot i is the power 2**(16 i); yours grows by addition.": (
            3 * 2**16
        ),
        "slot 0 begins at bit 0: count the slots from 0.": 5 * 2**16 + 3 * 2**32,
        "a slot of 16 bits has 2**16 values: bits are digits of base 2, not 10.": (
            5 + 3 * 10**16
        ),
        "the values were added up without moving each to its slot.": 8,
    }.items():
        require(got != usual, message)
    require(
        got == 5 + 3 * 2**16,
        f"pack([5, 3], 16) is 5 + 3 * 2**16 = {5 + 3 * 2**16}, got {got}.",
    )
    argument = list(x)
    try:
        pack(argument, 16)
    except ValueError:
        raise Mistake(
            "values between -9999 and 9999 are refused: negative ones fit a slot too."
        ) from None
    require(
        argument == x, "your function changes values, its argument: work on a copy."
    )
    packed = [integer(pack(list(v), 16), "the packed number") for v in (x, y)]
    for values, number in zip((x, y), packed, strict=True):
        require(
            layout.unpack(number, 40) == values,
            "negative values do not come back: a slot is v_i * 2**(16 i), signed; "
            "masking a negative value to 16 bits adds 2**16, one in the next slot.",
        )
    total = [a + b for a, b in zip(x, y, strict=True)]
    require(
        layout.unpack(sum(packed), 40) == total,
        "the sum of two packed numbers does not hold the sums of their values.",
    )
    edge = [2**15 - 1, -(2**15) + 1, 0]
    allowed = "the largest values allowed, 2**15 - 1 and its negative,"
    try:
        at_edge = integer(pack(list(edge), 16), "the packed number")
    except ValueError:
        raise Mistake(f"{allowed} are refused: they fit a slot of 16 bits.") from None
    require(layout.unpack(at_edge, 3) == edge, f"{allowed} must come back.")
    for bad in (2**15, -(2**15), 2**20):
        try:
            pack([1, bad, 1], 16)
        except ValueError:
            continue
        raise Mistake(
            f"{bad} does not fit a slot of 16 bits and spills into its neighbour in "
            "silence. Raise a ValueError."
        )
