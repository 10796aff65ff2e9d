"""Check of chapter 5's wire labels: many of them, looked at bit by bit.

The bounds come from the rate at which a right answer may fail, shared out over all
comparisons that are made (a union bound); each docstring says what a wrong answer
would give.
"""

from collections import Counter
from collections.abc import Callable, Iterable

import numpy as np
from scipy import stats

from ppdl_course.checks.error_rates import statistical
from ppdl_course.checks.secret_draws import require_drawn, watched
from ppdl_course.checks.verdict import require

FALSE_FAIL = 1e-7
"""At most this often a right answer fails the check of labels, gates or shares."""


@statistical(
    power=0.99,
    against=(
        "one pair for all wires",
        "colour is the bit",
        "no colours",
        "the coin from random",
        "only the colour differs",
        "a bit that is 1 in two of three labels",
        "colours that alternate",
        "one coin for ten wires",
        "one byte and the wire's number behind a hash",
        "the label of 1 follows from that of 0",
        "each label counts on from the one before",
        "torch's generator",
        "the clock behind a hash",
    ),
)
def check_wire_labels(
    wire_labels: Callable[..., object],
    *,
    count: int = 2000,
    false_fail: float = FALSE_FAIL,
) -> None:
    """Check labels of many wires: 16 bytes, never twice, uniform, colours opposite.

    Each of the 256 bits of a pair, and each of the 127 upper bits of the two labels'
    XOR, is 1 in about half of the wires. So is each bit's XOR with the same bit of the
    wires 1 to 8 places on, and the colour's with that of wires up to 256 places on:
    2,687 comparisons with the binomial's two-sided interval at an equal share of
    ``false_fail``. A constant bit, and colours that alternate or come in blocks, are
    found for certain. Whatever is drawn from, a pair takes 255 bits of the operating
    system.
    """
    drawn = watched(wire_labels, [(count,), (1,)])
    pairs, second = (_listed(found) for found in drawn.results)
    require(len(pairs) == count, f"wire_labels({count}) must return {count} pairs.")
    for pair in pairs:
        good = isinstance(pair, tuple | list) and len(pair) == 2
        good = good and all(
            isinstance(label, bytes | bytearray) and len(label) == 16 for label in pair
        )
        require(good, "each wire needs two labels, each of 16 bytes.")
    flat = [bytes(label) for pair in pairs for label in pair]
    require(
        any(any(label) for label in flat), "all labels are zero: they hide nothing."
    )
    _, uses = Counter(flat).most_common(1)[0]
    require(
        uses == 1,
        f"a label is used {uses} times. Whoever has it for one wire has it for the "
        "other; each of the 2 count labels must be fresh.",
    )
    require(
        len(second) == 1 and not {bytes(label) for label in second[0]} & set(flat),
        "a second call gives labels of the first one again: draw fresh ones each time.",
    )
    bits = np.unpackbits(
        np.frombuffer(b"".join(flat), np.uint8).reshape(count, 2, 16),
        axis=2,
        bitorder="little",
    )
    same = int((bits[:, 0, 0] == bits[:, 1, 0]).sum())
    require(
        same == 0,
        f"on {same} of {count} wires both labels have one colour: the colour could not "
        "say which row to open. The colour is bit 0 of the first byte, label[0] & 1."
        + _what_differs(bits),
    )
    error = false_fail / (383 + 256 * 8 + 256)
    most = stats.binom.isf(error / 2, count, 0.5)
    often = bits.sum(axis=0)
    often = np.maximum(often, count - often)
    coloured = bits[:, 0, 0].mean()
    changes = float((bits[1:, 0, 0] != bits[:-1, 0, 0]).mean())
    require(
        # fair or not, coins of their own change at this rate, give or take 0.012
        count < 200 or abs(changes - 2 * coloured * (1 - coloured)) < 0.3,
        f"the colours hang together: from wire to wire they change {changes:.0%} of "
        "the time. Toss a coin for each wire.",
    )
    require(
        bool(often[0, 0] <= most),
        f"the label of 0 has colour 1 on {coloured:.0%} of the wires: the colour "
        "tells the bit. Toss a coin for it.",
    )
    require(
        bool(often.max() <= most),
        "the labels are not uniform: some bit of them is nearly always the same.",
    )
    differ = (bits[:, 0, 1:] ^ bits[:, 1, 1:]).sum(axis=0)
    require(
        bool(np.maximum(differ, count - differ).max() <= most),
        "the two labels of a wire are related: their XOR has bits that are nearly "
        "always the same. Free XOR does that on purpose, later; here draw both.",
    )
    _require_apart(bits, error)
    if count >= 500:  # of so many free pairs the rank is full but for 2^-244
        _require_free_bits(bits)
    for times in (1, 4, 30):
        what = "a pair of labels" if times == 1 else f"the labels of {times} wires"
        some = watched(wire_labels, [(times,)] * 3)
        require_drawn(some, 255 * times, what)
    empty = _listed(watched(wire_labels, [(0,)] * 2).results[0])
    require(
        not empty, f"no wire has no labels: wire_labels(0) gave {len(empty)} pairs."
    )


def _what_differs(bits: np.ndarray) -> str:
    """Return which other bit tells the two labels apart on every wire, or ''."""
    always = np.flatnonzero((bits[:, 0] != bits[:, 1]).all(axis=0))
    if len(bits) < 200 or not len(always):  # by luck with probability 2^-193
        return ""
    byte, bit = divmod(int(always[0]), 8)
    where = "the last byte" if byte == 15 else f"byte {byte}"
    return f" In yours bit {bit} of {where} differs on every wire."


def _listed(found: object) -> list:
    kind = type(found).__name__
    require(isinstance(found, Iterable), f"return a list of pairs, got {kind}.")
    return list(found)


def _require_free_bits(bits: np.ndarray) -> None:
    """Require that no bit of a pair is the XOR of others, on every wire.

    Args:
        bits: Shape (wires, 2, 128), the colours first; that of label 1 is not free.
    """
    free = np.delete(bits.reshape(len(bits), 256), 128, axis=1)
    ones = np.ones((len(bits), 1), dtype=bits.dtype)  # inverted, it follows too
    pivots: dict[int, int] = {}
    for row in np.packbits(np.hstack([ones, free]), axis=1):
        rest = int.from_bytes(row.tobytes(), "big")
        while rest and rest.bit_length() in pivots:
            rest ^= pivots[rest.bit_length()]
        if rest:
            pivots[rest.bit_length()] = rest
    lost = 256 - len(pivots)
    require(
        lost == 0,
        f"{lost} of the 255 free bits of a pair follow from the others on every wire: "
        "a byte that stands twice, or an XOR of others, is no secret. Draw all bits.",
    )


def _require_apart(bits: np.ndarray, error: float) -> None:
    """Require that no wire's bits follow from those of a wire before.

    Args:
        bits: Shape (wires, 2, 128), the colours first.
        error: Chance of failing a right answer, at each comparison.
    """
    wires = len(bits)
    for step in range(1, min(257, wires // 2)):
        part = bits if step <= 8 else bits[:, :1, :1]
        differ = (part[step:] ^ part[:-step]).sum(axis=0)
        off = wires - step - differ
        most = stats.binom.isf(error / 2, wires - step, 0.5)
        colour = int(differ[0, 0])
        require(
            max(colour, wires - step - colour) <= most,
            f"the colours hang together: {colour} of {wires - step} differ from that "
            f"{step} wires on, half of them would be fair. Toss a coin for each wire.",
        )
        require(
            bool(np.maximum(differ, off).max() <= most),
            f"labels follow from those of the wire {step} before: some bit is nearly "
            "always the same, or nearly always the other. Draw each afresh.",
        )
