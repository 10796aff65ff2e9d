"""Whole numbers that an answer returns, of any type that holds them exactly.

Two results that differ say little about why. So a check calls an answer on several
inputs and compares all results together with what each usual mistake would give:
:func:`require_right`.
"""

import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from ppdl_course.checks.verdict import Mistake, require, require_none


def whole(value: Any, what: str) -> int:
    """Return a number of an answer as an int.

    Args:
        value: What the answer returned: an int, NumPy's or gmpy2's, or an array of one.
        what: What it is, at the beginning of a sentence.

    Raises:
        Mistake: If it is something else, a float above all.
    """
    require(value is not None, f"{what} is None: does every path return a value?")
    require(
        not isinstance(value, float | np.floating),
        f"{what} is a float, {value!r}, which holds 53 bits and no more: divide whole "
        "numbers by // or by an inverse modulo N.",
    )
    try:
        if isinstance(value, bool | np.bool_):
            raise TypeError
        return operator.index(value)
    except TypeError:
        kind = type(value).__name__
        raise Mistake(f"{what} must be a whole number (int), got {kind}.") from None


def whole_list(value: Any, length: int, what: str) -> list[int]:
    """Return a list of whole numbers of an answer as a list of ints.

    Raises:
        Mistake: If it is none, or of another length.
    """
    try:
        if isinstance(value, str | bytes | dict):
            raise TypeError
        entries = list(value)
    except TypeError:
        kind = type(value).__name__
        raise Mistake(f"{what} must be a list of numbers, got {kind}.") from None
    require(
        len(entries) == length,
        f"{what} must have {length} entries, got {len(entries)}.",
    )
    return [whole(entry, f"an entry of {what}") for entry in entries]


def parts(value: Any, count: int, what: str) -> list[Any]:
    """Return the parts of a tuple, or of anything that has as many.

    Args:
        value: What the answer returned.
        count: How many parts there must be.
        what: What must be returned, to go on: ``"(C, r)"``.

    Raises:
        Mistake: If there are more or fewer.
    """
    try:
        if isinstance(value, str | bytes | dict):
            raise TypeError
        found = list(value)
    except TypeError:
        kind = type(value).__name__
        raise Mistake(f"return {what}, got {kind}.") from None
    require(len(found) == count, f"return {what}, got {len(found)} values.")
    return found


def require_right(
    got: Sequence[Any],
    right: Sequence[Any],
    mistakes: Mapping[str, Sequence[Any] | Callable[[], Sequence[Any]]],
    otherwise: Callable[[int], str],
    about: str = "",
) -> None:
    """Require the right results, or name each mistake that gives all of these.

    Args:
        got: The answer's results, one for each input.
        right: What they must be.
        mistakes: Message -> what that mistake gives for the same inputs, or a function
            that computes it (it is only called if something is wrong).
        otherwise: What to say if none fits, from the number of the first wrong result.
        about: What every message begins with.

    Raises:
        Mistake: If a result is wrong.
    """
    if list(got) == list(right):
        return
    require_none(
        (
            message
            for message, wrong in mistakes.items()
            if list(wrong() if callable(wrong) else wrong) == list(got)
        ),
        about,
    )
    first = next(
        k for k, pair in enumerate(zip(got, right, strict=True)) if pair[0] != pair[1]
    )
    raise Mistake(about + otherwise(first))
