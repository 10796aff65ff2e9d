"""Whole numbers that an answer returns: plain ones, NumPy's, in lists of any kind."""

from typing import Any

import numpy as np

from ppdl_course.checks.verdict import Mistake, require


def as_integer(value: Any, name: str, *, below: int) -> int:
    """Return a number of an answer as an int, or say what is wrong with it."""
    require(
        isinstance(value, int | np.integer) and not isinstance(value, bool),
        f"{name} must be a whole number, got {value!r}.",
    )
    require(0 <= int(value) < below, f"{name} must be in 0..{below - 1}, got {value}.")
    return int(value)


def numbers_of(result: Any, length: int) -> list[int]:
    """Return a list of whole numbers of an answer, as ints."""
    try:
        entries = list(result)
    except TypeError:
        raise Mistake(f"return a list, got {type(result).__name__}.") from None
    require(len(entries) == length, f"{length} entries expected, got {len(entries)}.")
    return [as_integer(entry, "an entry", below=2**4096) for entry in entries]


def bit_as_int(bit: object) -> object:
    """Take True for 1 and False for 0, where an answer returns a bit."""
    return int(bit) if isinstance(bit, bool | np.bool_) else bit
