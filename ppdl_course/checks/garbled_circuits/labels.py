"""Checks of chapter 5 that look at many garblings: shuffled rows, wire labels.

Each looks at one property of many runs. The bounds come from the rate at which a right
answer may fail, shared out over all comparisons that are made (a union bound); each
docstring says what a wrong answer would give.
"""

import hashlib
import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

import numpy as np
from scipy import stats

from ppdl_course.checks.error_rates import statistical
from ppdl_course.checks.garbled_circuits.circuits import BITS, xor
from ppdl_course.checks.secret_draws import (
    replayed,
    require_fresh,
    secret_draws_only,
)
from ppdl_course.checks.verdict import Mistake, require

FALSE_FAIL = 1e-7
"""At most this often a right answer fails one of these checks."""

Pair = tuple[bytes, bytes]


@statistical(
    power=0.99,
    against=(
        "rows in order",
        "numpy's generator",
        "seed reused",
        "one coin",
        "shuffles only sometimes",
    ),
)
def check_garble_and(
    garble_and: Callable[..., object],
    *,
    runs: int = 240,
    false_fail: float = FALSE_FAIL,
) -> None:
    """Check that each row opens for its bits, and that the order says nothing.

    For each of the four input pairs the place of the row that opens is counted over
    the runs, and compared with the uniform distribution (chi-square, 3 degrees of
    freedom, bound at ``false_fail / 8``: 40; the other half is left for the law of the
    counts, whose tail is up to 1.5 times as heavy). Unshuffled rows give
    3 * runs = 720, a choice of two places runs = 240. Then 12 runs with the clock and
    the generators of ``random`` and numpy set back: honest shuffles agree in all with
    probability 24^-11.
    """
    places: dict[tuple[int, int], Counter[int]] = {bits: Counter() for bits in BITS}
    for run in range(runs):
        left, right, out = (_pair() for _ in range(3))
        with secret_draws_only(garble_and):
            rows = _rows(garble_and(left, right, out))
        for i, j in BITS:
            place, label = _open(rows, left[i], right[j])
            if run == 0:
                _right_label(rows, (left, right, out), (i, j), place, label)
            require(
                place is not None and label == out[i & j],
                f"some garblings open wrongly for the bits {i}, {j}.",
            )
            places[i, j][place] += 1
    bound = stats.chi2.isf(false_fail / 8, 3)
    for bits, counts in places.items():
        expected = runs / 4
        chi2 = sum((counts[k] - expected) ** 2 / expected for k in range(4))
        place, often = counts.most_common(1)[0]
        require(
            chi2 < bound,
            f"the rows are not shuffled well: for the bits {bits} the row that opens "
            f"stands in place {place} in {often} of {runs} garblings. The order tells "
            "the evaluator the bits.",
        )
    orders = set()
    for _ in range(12):
        left, right, out = (_pair() for _ in range(3))
        with replayed():
            rows = _rows(garble_and(left, right, out))
        orders.add(tuple(_open(rows, left[i], right[j])[0] for i, j in BITS))
    require(
        len(orders) > 1,
        "the shuffle repeats when the generators made for statistics are reset and the "
        "clock stands still. Secrets come from the secrets module.",
    )


def _right_label(
    rows: Sequence[bytes],
    pairs: tuple[Pair, Pair, Pair],
    bits: tuple[int, int],
    place: int | None,
    label: bytes | None,
) -> None:
    """Judge what the row that opens for ``bits`` holds; None: no row opens."""
    i, j = bits
    left, right, out = pairs
    if place is None:
        swapped = any(_open(rows, right[v], left[u])[0] is not None for u, v in BITS)
        require(not swapped, "call pad with the left label first, then the right one.")
        pad = _pad(left[i], right[j])
        front = any(not any(xor(row, pad)[:16]) for row in rows)
        require(not front, "the 16 zero bytes stand behind the label, not before it.")
        bare = any(xor(row, pad)[:16] in out for row in rows)
        require(
            not bare,
            "a row opens to a label, but not to 16 zero bytes behind it: the evaluator "
            "cannot tell which row is right.",
        )
        raise Mistake(f"for the bits {i}, {j} no row opens to a label and 16 zeros.")
    require(label in out, f"the row for {i}, {j} opens, but not to a label of out.")
    opened = [_open(rows, left[u], right[v])[1] for u, v in BITS]
    for name, table in (
        ("OR", (0, 1, 1, 1)),
        ("XOR", (0, 1, 1, 0)),
        ("NAND", (1, 1, 1, 0)),
    ):
        wrong = opened == [out[bit] for bit in table]
        require(not wrong, f"this gate computes {name}, not AND.")
    require(label == out[i & j], f"the row for {i}, {j} opens to the wrong label.")


def _pair() -> Pair:
    return secrets.token_bytes(16), secrets.token_bytes(16)


def _pad(a: bytes, b: bytes) -> bytes:
    """Return the chapter's pad: SHA-256 of both labels."""
    return hashlib.sha256(a + b).digest()


def _rows(value: object) -> list[bytes]:
    rows = list(value) if isinstance(value, Iterable) else []
    require(len(rows) == 4, "garble_and must return a list of four rows.")
    complete = all(
        isinstance(row, bytes | bytearray) and len(row) == 32 for row in rows
    )
    require(complete, "each row has 32 bytes: the pad XOR (a label and 16 zero bytes).")
    return [bytes(row) for row in rows]


def _open(rows: Sequence[bytes], a: bytes, b: bytes) -> tuple[int | None, bytes | None]:
    for place, row in enumerate(rows):
        plain = xor(row, _pad(a, b))
        if not any(plain[16:]):
            return place, plain[:16]
    return None, None


@statistical(
    power=0.99,
    against=(
        "one pair for all wires",
        "colour is the bit",
        "no colours",
        "the coin from random",
        "only the colour differs",
        "a bit that is 1 in two of three labels",
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
    XOR, is 1 in about half of the wires: 383 comparisons with the binomial's two-sided
    interval at ``false_fail / 383``. A constant bit is found for certain.
    """
    with secret_draws_only(wire_labels):
        pairs, second = list(wire_labels(count)), list(wire_labels(1))
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
        "say which row to open.",
    )
    most = stats.binom.isf(false_fail / 383 / 2, count, 0.5)
    often = bits.sum(axis=0)
    often = np.maximum(often, count - often)
    coloured = bits[:, 0, 0].mean()
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
    require_fresh(lambda: [tuple(map(bytes, p)) for p in wire_labels(4)], "the labels")
