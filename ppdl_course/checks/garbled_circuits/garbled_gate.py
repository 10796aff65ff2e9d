"""Check of chapter 5's garbled AND gate: rows that open, in an order that says nothing.

The bounds are made as in :mod:`ppdl_course.checks.garbled_circuits.labels`.
"""

import hashlib
import secrets
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from scipy import stats

from ppdl_course.checks.error_rates import statistical
from ppdl_course.checks.garbled_circuits.circuits import BITS, xor
from ppdl_course.checks.garbled_circuits.labels import FALSE_FAIL
from ppdl_course.checks.secret_draws import require_drawn, watched
from ppdl_course.checks.verdict import Mistake, require

Pair = tuple[bytes, bytes]


@statistical(
    power=0.99,
    against=(
        "rows in order",
        "numpy's generator",
        "seed reused",
        "one coin",
        "shuffles only sometimes",
        "swaps each row with any",
        "sorts by one random byte",
        "torch's generator",
        "the clock",
    ),
)
def check_garble_and(
    garble_and: Callable[..., object],
    *,
    runs: int = 10_000,
    false_fail: float = FALSE_FAIL,
) -> None:
    """Check that each row opens for its bits, and that the order says nothing.

    For each of the four input pairs the place of the row that opens is counted over
    the runs: 16 counts, each in the binomial's two-sided interval at
    ``false_fail / 40`` (6 deviations). Where all 24 orders occur, each must be as
    likely as any other: 24 more. Swapping each row with any of the four gives some
    orders in 15/256 of the runs instead of 1/24, and one place in 29 % of them: 10,000
    runs find it with power above 0.999. Random keys of few bits leave rows in their
    order when two are equal, too rarely to be counted; so the check makes all of a
    call's keys equal, in 16 calls, and asks how many bits they have. The same gate
    again must come in another order by bits of the operating system, if in another at
    all: rows sorted by their bytes are shuffled by the pads.
    """
    gates = [(_pair(), _pair(), _pair()) for _ in range(runs)]
    places: dict[tuple[int, int], Counter[int]] = {bits: Counter() for bits in BITS}
    orders: Counter[tuple] = Counter()
    for run, found in enumerate(watched(garble_and, gates).results):
        rows = _rows(found)
        left, right, out = gates[run]
        opened = [_open(rows, left[i], right[j]) for i, j in BITS]
        for (i, j), (place, label) in zip(BITS, opened, strict=True):
            if run == 0:
                _right_label(rows, (left, right, out), (i, j), place, label)
            require(
                place is not None,
                f"for the bits {i}, {j} no row opens in some garblings: each of the "
                "four rows must be there once.",
            )
            require(
                label == out[i & j],
                f"some garblings open wrongly for the bits {i}, {j}.",
            )
            places[i, j][place] += 1
        orders[tuple(place for place, _ in opened)] += 1
    often = max(orders.values())
    fair = all(_likely(c, runs, 1 / 24, false_fail / 40) for c in orders.values())
    require(
        len(orders) < 24 or fair,
        "the rows are not shuffled well: all 24 orders occur, and the most frequent in "
        f"{often} of {runs} garblings; an even share is {runs / 24:.0f}. Is each row "
        "swapped with any of the four, not only with those that are not placed yet? Or "
        "are the rows sometimes left in their order?",
    )
    for bits, counts in places.items():
        for place in range(4):
            often = counts[place]
            require(
                _likely(often, runs, 1 / 4, false_fail / 40),
                f"the rows are not shuffled well: for the bits {bits} the row that "
                f"opens stands in place {place} in {often} of {runs} garblings. The "
                "order tells the evaluator the bits.",
            )
    _require_no_ties(garble_and, gates[:16])
    again = watched(garble_and, gates[:1] * 12)
    if len({tuple(_rows(rows)) for rows in again.results}) > 1:
        # the least that hides the bits: two coins
        require_drawn(again, 2, "the order of the rows")


def _likely(count: int, runs: int, probability: float, error: float) -> bool:
    """Tell whether a count is in the binomial's two-sided interval."""
    # the distribution's tails, one at each end
    low = stats.binom.ppf(error / 2, runs, probability)
    return bool(low <= count <= stats.binom.isf(error / 2, runs, probability))


def _require_no_ties(garble_and: Callable[..., object], gates: list) -> None:
    """Refuse rows that are sorted by keys so short that two are often equal."""
    tied = watched(garble_and, gates, ties=4)
    orders = set()
    for (left, right, _), rows in zip(gates, tied.results, strict=True):
        orders.add(tuple(_open(_rows(rows), left[i], right[j])[0] for i, j in BITS))
    bits = max(tied.bits) / 4
    require(
        len(orders) > 1 or not 0 < bits <= 20,
        f"the rows are sorted by random keys of {bits:.0f} bits. Two of them are equal "
        f"once in {2**bits:,.0f} times, and then these rows keep their order, which "
        "tells the evaluator something. Shuffle with secrets.SystemRandom.",
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
        require(
            len(set(rows)) == 4,
            f"for the bits {i}, {j} no row opens: a row is there twice, so another one "
            "is missing. Each of the four must be there once.",
        )
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
