"""Checks of chapter 6 on words and the numbers behind them: rebuilt, unmasked.

What is expected comes from exact arithmetic modulo 2^64, never from a solution.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from ppdl_course.checks.fresh_inputs import drawn_inputs
from ppdl_course.checks.two_server_learning.words import (
    Words,
    decoded,
    encoded,
    random_words,
)
from ppdl_course.checks.verdict import (
    lent,
    require,
    require_array,
    require_close,
    require_none,
)

OTHER_BITS = tuple(range(8, 21))
"""Fraction bits that another variant of the exercise may have."""


def check_rebuild_matrix(
    rebuild_matrix: Callable[..., Any], *, fraction_bits: int, seed: int | None = None
) -> None:
    """Check the numbers behind two shares: both signs, 0, and the ring's own edges."""
    with drawn_inputs(seed) as rng:
        f = fraction_bits
        for shape in ((4, 3), (1, 1), (3, 1), (2, 5)):
            X = decoded(encoded(rng.uniform(-90, 90, shape), f), f)
            X.flat[0] = -1.5
            _rebuilt(rebuild_matrix, encoded(X, f), rng, f)
        small = np.array([[0, 1, -1, 2**f]], np.int64).view(np.uint64)
        _rebuilt(rebuild_matrix, small, rng, f)
        edge = np.array([[2**63 - 1, -(2**63), 2**62, -(2**62)]], np.int64)
        _rebuilt(rebuild_matrix, edge.view(np.uint64), rng, f)


def _rebuilt(rebuild: Callable[..., Any], words: Words, rng: Any, f: int) -> None:
    first = random_words(rng, *words.shape)
    first |= np.uint64(2**63)  # so that the sum of many pairs passes 2^64
    second = words - first
    got = require_array(
        rebuild(*lent(first, second)), shape=words.shape, what="rebuild_matrix(X0, X1)"
    )
    wide = first.astype(object) + second.astype(object)
    signed = words.view(np.int64).astype(float)
    mistakes = [
        (
            "numbers from 2^63 on stand for negative ones: yours are all positive.",
            words / 2.0**f,
        ),
        (
            "the sum is not taken modulo 2^64. Words of uint64 wrap; floats and "
            "Python's integers do not.",
            (wide / 2**f).astype(float),
        ),
        (
            "each share was read as a signed number, and their sum not modulo 2^64.",
            first.view(np.int64) / 2.0**f + second.view(np.int64) / 2.0**f,
        ),
        ("the factor 2^f is still there: divide by it.", signed),
        ("you multiply by 2^f: divide by it.", signed * 2.0**f),
        ("2^f is taken out twice: divide once.", signed / 4.0**f),
        ("the shares are subtracted: they add up to X.", decoded(first - second, f)),
        ("the shares are joined by XOR: they add up to X.", decoded(first ^ second, f)),
        ("only server 0's share was used.", decoded(first, f)),
        ("only server 1's share was used.", decoded(second, f)),
        ("the fractions are cut off: / keeps them, // and >> do not.", signed // 2**f),
        ("the factor is a power of 2, not of 10.", signed / 10.0**f),
        ("the number was read from its lower 32 bits.", _lower_half(words) / 2.0**f),
        *(
            (
                f"you divide by 2^{other}, and here the factor is 2^{f}: is that "
                "another variant's number?",
                signed / 2.0**other,
            )
            for other in OTHER_BITS
            if other != f
        ),
    ]
    right = decoded(words, f)
    require_none(
        message
        for message, wrong in mistakes
        if not _alike(got, right) and _alike(got, wrong)
    )
    require_close(got, right, what="rebuild_matrix(X0, X1)", rtol=1e-6)


def _alike(got: np.ndarray, other: np.ndarray) -> bool:
    """Compare by the other's own size: some mistakes give numbers near 0."""
    size = float(np.abs(other).max())
    return bool(np.allclose(got, other, rtol=1e-6, atol=1e-6 * size))


def _lower_half(words: Words) -> np.ndarray:
    return words.astype(np.uint32).view(np.int32).astype(float)


def check_recover_row(
    recover_row: Callable[..., Any], *, seed: int | None = None
) -> None:
    """Check a row read off two matrices that were opened under one mask."""
    with drawn_inputs(seed) as rng:
        for n, d, f in ((6, 4, 13), (1, 1, 10), (2, 7, 16), (5, 28, 13)):
            shape = (n, d)
            X1, X2 = (rng.uniform(-4, 4, shape) for _ in range(2))
            U = random_words(rng, *shape)
            E1, E2 = encoded(X1, f) - U, encoded(X2, f) - U
            for row in {0, n - 1, int(rng.integers(n))}:
                _one_row(recover_row, (X1, X2), (E1, E2), row, f)


def _one_row(
    recover_row: Callable[..., Any],
    tables: tuple[np.ndarray, np.ndarray],
    opened: tuple[Words, Words],
    row: int,
    f: int,
) -> None:
    (X1, X2), (E1, E2) = tables, opened
    known = X2[row]
    got = require_array(
        recover_row(*lent(E1, E2), row, *lent(known), f),
        shape=known.shape,
        what="recover_row(E1, E2, row, known, f)",
    )
    gap = decoded(E1 - E2, f)
    mistakes = [
        (
            "E2 - E1 is X2 - X1: it is taken off the known row, not added.",
            known - gap[row],
        ),
        ("this is the difference of the two rows: add the known one.", gap[row]),
        ("this is the difference with its sign turned.", -gap[row]),
        (
            "the difference has lost its sign: it may be below 0.",
            np.abs(gap[row]) + known,
        ),
        (
            "the difference is divided by 2^f twice: it has f fraction bits.",
            gap[row] / 2.0**f + known,
        ),
        (
            "E1 and E2 are joined by XOR: subtract them, as words.",
            decoded(E1 ^ E2, f)[row] + known,
        ),
        (
            "the fraction of the difference is cut off: / keeps it, // and >> do not.",
            np.floor(gap[row]) + known,
        ),
        (
            "this is the mean of all rows' differences: one row is asked for.",
            gap.mean(axis=0) + known,
        ),
        ("this is the known row: what do E1 and E2 tell beside it?", known),
        (
            "E1 + E2 holds the mask twice; in the difference it is gone.",
            decoded(E1 + E2, f)[row] - known,
        ),
        ("E1 is still masked.", decoded(E1, f)[row]),
        (
            "E1 is still masked: the known row was taken off it.",
            decoded(E1, f)[row] - known,
        ),
        (
            "differences below 0 must be read as such: as words they are near 2^64.",
            (E1 - E2)[row] / 2.0**f + known,
        ),
        (
            "the known row was added as it is, before the factor 2^f was taken out.",
            ((E1 - E2)[row].view(np.int64) + known) / 2.0**f,
        ),
        (
            "E1 and E2 became floats before they were subtracted: floats keep 53 bits.",
            (E1[row].astype(float) - E2[row].astype(float)) / 2.0**f + known,
        ),
        *(
            (f"that is row {other}, and row {row} is asked for.", gap[other] + known)
            for other in range(len(X1))
            if other != row
        ),
        *(
            (f"you divide by 2^{b} whatever f is.", gap[row] * 2.0 ** (f - b) + known)
            for b in (13, 16)
            if b != f
        ),
    ]
    wrong = np.abs(got - X1[row]).max() > 1.01 * 2.0**-f
    scaled = np.abs(got - X1[row] * 2.0**f).max() <= 2  # words are rounded
    require(not (wrong and scaled), "the factor 2^f is still there: divide by it.")
    # one unit in the last place: the known row may be added before or after rounding
    unit = 1.01 * 2.0**-f / max(1.0, float(np.abs(X1[row]).max()))
    require_close(got, X1[row], what="the row", mistakes=mistakes, rtol=unit)
