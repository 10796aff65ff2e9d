"""Check of chapter 7's ReLU, on every word there is."""

from collections.abc import Callable, Iterator

import numpy as np

from ppdl_course.checks.deepsecure.words import (
    all_words,
    bits_of,
    circuit_of,
    output_words,
    signed,
)
from ppdl_course.checks.verdict import Mistake, require, require_none


def check_relu(
    relu: Callable[..., object], *, widths: tuple[int, ...] = (4, 8)
) -> None:
    """Check max(x, 0) on every word of each width, then the number of AND gates."""
    for width in widths:
        circuit = circuit_of(relu, [width], name="relu")
        x = all_words(width)
        got = output_words(circuit, x, width, "relu")
        right = np.maximum(x, 0)
        if not np.array_equal(got, right):
            require_none(
                message
                for message, other in _relus(x, width)
                if np.array_equal(got, other)
            )
            k = int(np.flatnonzero(got != right)[0])
            raise Mistake(
                f"with {width} bits relu({x[k]}) must be {right[k]}, got {got[k]}; "
                f"{int((got != right).sum())} of {len(x)} words are wrong. Look at the "
                "last wire, the sign, and at each other wire by itself."
            )
        ands = circuit.and_gates
        require(
            ands != width,
            f"right, but with {ands} AND gates for {width} bits. What is the sign of "
            "the result, whatever x is? That wire needs no gate: ZERO.",
        )
        require(
            ands < width,
            f"right, but with {ands} AND gates for {width} bits, and {width - 1} are "
            "enough: a bit stays, or it becomes 0. Nothing is compared, nothing added.",
        )


def _relus(x: np.ndarray, width: int) -> Iterator[tuple[str, np.ndarray]]:
    """Yield what usual mistakes make of every word."""
    top = 1 << (width - 1)
    negative = x < 0
    yield "relu is min(x, 0) here: the sign is 1 where x is below 0.", np.minimum(x, 0)
    yield "x comes back as it is: numbers below 0 must become 0.", x
    yield "relu gives |x|: a number below 0 becomes 0.", np.where(x == -top, x, abs(x))
    yield (
        "only the sign is taken away: x below 0 gives x + 2^(n-1). Its other bits must "
        "become 0 as well.",
        x & (top - 1),
    )
    yield (
        "every bit but the sign becomes 0, and the sign stays: x below 0 gives the "
        "most negative number of all.",
        np.where(negative, -top, x),
    )
    yield (
        "the sign of the result is 1 where x is not below 0: it is always 0.",
        np.where(negative, 0, x - top),
    )
    yield "relu gives 0 everywhere.", np.zeros_like(x)
    yield (
        "relu gives 1 or 0, which is its slope: the bits of x must stay.",
        1 - negative,
    )
    yield (
        "the lowest wire is taken for the sign: words have the lowest bit first, the "
        "sign is x[-1].",
        _wrapped(np.where(x & 1, 0, x) & (top - 1), width),
    )
    yield (
        "the lowest wire is taken for the sign: words have the lowest bit first, the "
        "sign is x[-1].",
        np.where(x & 1, 0, x),
    )
    turned = "relu gives max(-x, 0): the sign is turned."
    yield turned, _wrapped(np.maximum(-x, 0), width)
    yield turned, np.maximum(_wrapped(-x, width), 0)
    kept = np.maximum(x, 0)
    yield from (
        (
            "the bits stay where x is below 0, and go where it is not: turn the sign's "
            "part round.",
            np.where(negative, x & (top - 1), 0),
        ),
        (
            "numbers below 0 come out with their bits turned: XOR flips bits, and AND "
            "clears them.",
            np.where(negative, ~x, x),
        ),
        (
            "below 0 every bit becomes 1: OR sets bits, and AND clears them.",
            np.where(negative, top - 1, x),
        ),
        ("the sign of the result is always 1: it must be 0.", kept - top),
        (
            "the bits have moved up by one wire: bit k of the result is bit k of x.",
            _wrapped(2 * kept, width),
        ),
        ("the bits have moved down by one wire.", kept >> 1),
        (
            "numbers below 0 are halved and kept: that is a leaky ReLU.",
            np.where(negative, x >> 1, x),
        ),
        (
            "the wire below the sign is taken for it: the sign is x[-1].",
            np.where(x >> (width - 2) & 1, 0, x & (top - 1)),
        ),
    )
    yield "the lowest bit is lost.", np.maximum(x, 0) & ~1
    reverse = signed(bits_of(np.maximum(x, 0), width)[::-1])
    yield "the wires come back in reverse order: lowest bit first.", reverse
    for cut, bit in ((8, "eighth"), (16, "sixteenth")):
        if width > cut:
            off = x >> (cut - 1) & 1
            for others in (x, x & (top - 1)):
                yield (
                    f"the {bit} wire is taken for the sign: it is the last one, x[-1], "
                    "at any width.",
                    np.where(off, 0, others),
                )


def _wrapped(numbers: np.ndarray, width: int) -> np.ndarray:
    half = 1 << (width - 1)
    return (numbers + half) % (2 * half) - half
