"""How a wrong result differs from the right one, said as it was measured.

:func:`pattern` looks for what one slip does to all entries at once: a factor, a sign,
an order, rounding. It names no cause that it did not see, and is silent about results
of fewer than three entries, where anything may fit.
"""

from collections.abc import Iterator

import numpy as np

FEWEST = 3
"""Entries that a pattern must explain."""


def pattern(got: np.ndarray, expected: np.ndarray, *, rtol: float = 1e-5) -> str:
    """Return how ``got`` differs from ``expected``, in a clause, or ''.

    Args:
        got: Finite numbers.
        expected: Of the same shape, and different.
        rtol: Relative to the largest entry.

    >>> pattern(np.array([-1.0, 2.0, -3.0]), np.array([1.0, -2.0, 3.0]))
    'the sign of every entry is turned'
    """
    if np.ptp(expected) == 0 or expected.size < FEWEST:
        return ""
    for clause, wrong in _patterns(got, expected, rtol):
        atol = rtol * max(1.0, float(np.abs(wrong).max()))
        if np.allclose(got, wrong, rtol=rtol, atol=atol):
            return clause
    error = float(np.abs(got - expected).max() / np.abs(expected).max())
    return f"off by at most {error:.1g} of the largest entry" if error < 0.01 else ""


def _patterns(
    got: np.ndarray, expected: np.ndarray, rtol: float
) -> Iterator[tuple[str, np.ndarray]]:
    """Yield clauses and what each would make of the right result."""
    yield "all entries are 0", np.zeros_like(expected)
    yield "the sign of every entry is turned", -expected
    factor = float(np.vdot(expected, got) / np.vdot(expected, expected))
    if abs(factor) > 100 * rtol:
        yield f"every entry is {factor:.4g} times the right one", factor * expected
    offset = float(np.mean(got - expected))
    yield f"every entry is {abs(offset):.4g} {_side(offset)}", expected + offset
    yield "the signs of the entries are lost", np.abs(expected)
    yield "the entries below 0 are 0", np.maximum(expected, 0)
    yield "the entries went through tanh", np.tanh(expected)
    with np.errstate(over="ignore"):
        yield "the entries went through a sigmoid", 1 / (1 + np.exp(-expected))
    yield from _orders(expected)
    for digits in range(5):
        to = f"{digits} decimals" if digits else "whole numbers"
        yield f"the entries are rounded to {to}", np.round(expected, digits)
    yield "the entries are cut to whole numbers", np.trunc(expected)
    yield "the entries are squared", expected**2
    if np.all(expected > 0):
        yield "the entries are square roots of the right ones", np.sqrt(expected)
        yield "the entries are logarithms of the right ones", np.log(expected)
    if np.all(expected != 0):
        yield "every entry is 1 divided by the right one", 1 / expected
    if got.min() < got.max():  # else a constant, which cuts off everything
        cut = np.clip(expected, got.min(), got.max())
        inside = (expected > got.min()) & (expected < got.max())
        if inside.sum() >= FEWEST:
            low, high = got.min(), got.max()
            yield f"the entries are cut off at {low:.4g} or {high:.4g}", cut
    yield from _parts(got, expected, rtol)


def _side(offset: float) -> str:
    return "too large" if offset > 0 else "too small"


def _orders(expected: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    """Yield the right entries in other orders."""
    names = ("entries",) if expected.ndim == 1 else ("rows", "columns", "layers")
    for axis, name in enumerate(names[: expected.ndim]):
        if expected.shape[axis] > 1:
            yield f"the {name} are in reverse order", np.flip(expected, axis)
            for shift in (1, -1):
                yield f"the {name} are shifted by one", np.roll(expected, shift, axis)
    if expected.ndim == 2 and expected.shape[0] == expected.shape[1]:
        yield "rows and columns are exchanged", expected.T
    yield (
        "the entries are added up as they come",
        (np.cumsum(expected, axis=0).reshape(expected.shape)),
    )
    yield "the entries are sorted", np.sort(expected, axis=None).reshape(expected.shape)


def _parts(
    got: np.ndarray, expected: np.ndarray, rtol: float
) -> Iterator[tuple[str, np.ndarray]]:
    """Yield results that are right in some rows, and 0 or the same in the others."""
    rows = len(expected)
    atol = rtol * max(1.0, float(np.abs(expected).max()))
    close = np.isclose(got, expected, rtol=rtol, atol=atol).reshape(rows, -1)
    right = close.all(axis=1)
    name = "entries" if expected.ndim == 1 else "rows"
    if 0 < right.sum() < rows:
        places = ", ".join(map(str, np.flatnonzero(~right)[:5]))
        zeroed = np.array(expected)
        zeroed[~right] = 0
        yield f"the {name} {places} are 0 and the others right", zeroed
        last = int(np.flatnonzero(right)[-1])
        if expected.ndim > 1:
            copied = np.broadcast_to(expected[last], expected.shape)
            yield f"every row is the right row {last}", copied
        yield f"the {name} {places} are wrong and the others right", got
    if expected.ndim == 2:
        columns = close.all(axis=0)
        if 0 < columns.sum() < len(columns):
            places = ", ".join(map(str, np.flatnonzero(~columns)[:5]))
            yield f"the columns {places} are wrong and the others right", got
        for row, which in ((expected.mean(axis=0), "mean"), (expected.sum(0), "sum")):
            same = np.broadcast_to(row, expected.shape)
            yield f"every row is the {which} of the right rows", same
