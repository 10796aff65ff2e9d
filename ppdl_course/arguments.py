"""The one set of validators: an argument is tested once, by its own name.

Each takes what it tests as a keyword and what it compares with in front, so that no
name is written twice and no bound can be taken for a value:

    positive(epsilon=epsilon)                      a finite number > 0
    within("[0, 1)", delta=delta)                  a number of that interval
    at_least(1, steps=steps, batch=batch)          integers >= 1
    between(1, size, i=i)                          an integer of 1..size
    one_of(NAMES, name=name)                       a member of a collection
    matrix = real_matrix(columns, dtype, x=x)      an array, returned as that type
    belief = probabilities(belief=belief)          numbers of [0, 1], of any shape

Each refuses with a ValueError of the form "NAME must be BOUND, got VALUE". NaN is no
number here and True no integer. Nothing is clipped, broadcast or cast with loss;
integers and narrower floats become wider ones, which hold them exactly.
"""

import math
import operator
from collections.abc import Callable, Collection
from functools import cache
from numbers import Real
from typing import Any

import numpy as np


def positive(**numbers: float) -> None:
    """Refuse what is not a finite number > 0."""
    _refuse_unless(lambda x: 0 < x < math.inf, "positive and finite", numbers)


def non_negative(**numbers: float) -> None:
    """Refuse what is not a finite number >= 0."""
    _refuse_unless(lambda x: 0 <= x < math.inf, ">= 0 and finite", numbers)


def finite(**numbers: float) -> None:
    """Refuse what is not a finite number."""
    _refuse_unless(lambda x: -math.inf < x < math.inf, "finite", numbers)


def within(interval: str, /, **numbers: float) -> None:
    """Refuse what is not a number in ``interval``, written as in "(0, 1]".

    A round bracket leaves its end out, a square one takes it in.
    """
    _refuse_unless(_membership(interval), f"in {interval}", numbers)


def at_least(low: int, /, **integers: int) -> None:
    """Refuse what is not an integer >= ``low``."""
    _refuse_unless(
        lambda k: _is_integer(k) and k >= low, f"an integer >= {low}", integers
    )


def between(low: int, high: int, /, **integers: int) -> None:
    """Refuse what is not an integer in ``low`` .. ``high``, both taken in."""
    bound = f"{low} or {high}" if high == low + 1 else f"an integer in {low}..{high}"
    _refuse_unless(lambda k: _is_integer(k) and low <= k <= high, bound, integers)


def one_of(choices: Collection[Any], /, **values: Any) -> None:
    """Refuse what is not a member of ``choices``."""
    for name, value in values.items():
        if value not in choices:
            raise ValueError(f"{name} must be one of {choices}, got {value!r}")


def probabilities(**array: object) -> np.ndarray:
    """Return the one argument as float64 of any shape, each entry in [0, 1].

    Raises:
        ValueError: If an entry is outside or NaN, or the entries are no real numbers.
    """
    ((name, value),) = array.items()
    numbers = np.asarray(value)
    if numbers.dtype.kind not in "iuf":
        raise ValueError(f"{name} must be numbers in [0, 1], got {numbers.dtype}")
    inside = (numbers >= 0) & (numbers <= 1)  # NaN fails both
    if not inside.all():
        raise ValueError(f"{name} must be in [0, 1], got {numbers[~inside].flat[0]}")
    return numbers.astype(np.float64)


def array_of(shape: tuple[int, ...], dtype: type, /, **array: np.ndarray) -> None:
    """Refuse what is not a numpy array of exactly this shape and dtype."""
    for name, value in array.items():
        if not isinstance(value, np.ndarray) or value.shape != shape:
            got = getattr(value, "shape", type(value).__name__)
            raise ValueError(f"{name} must have shape {shape}, got {got}")
        if value.dtype != dtype:
            raise ValueError(
                f"{name} must have dtype {np.dtype(dtype)}, got {value.dtype}"
            )


def real_matrix(columns: int, dtype: np.dtype, /, **matrix: object) -> np.ndarray:
    """Return the one argument as a finite matrix (n, columns), n >= 1, of ``dtype``.

    Raises:
        ValueError: If its type cannot become ``dtype`` without loss, its shape is
            another, or an entry is NaN or infinite.
    """
    ((name, value),) = matrix.items()
    array = np.asarray(value)
    if not np.can_cast(array.dtype, dtype, casting="safe"):
        raise ValueError(
            f"{name} must have a dtype that {dtype} can hold without loss, "
            f"got {array.dtype}"
        )
    if array.ndim != 2 or array.shape[1] != columns or not len(array):
        raise ValueError(
            f"{name} must have shape (n, {columns}) with n >= 1, got {array.shape}"
        )
    array = array.astype(dtype, copy=False)
    if not np.isfinite(array).all():
        row, column = np.argwhere(~np.isfinite(array))[0]
        raise ValueError(
            f"{name} must be finite, got {array[row, column]} at row {row}, "
            f"column {column}"
        )
    return array


def class_labels(count: int, classes: int, /, **labels: object) -> np.ndarray:
    """Return the one argument as ``count`` integers, each in 0 .. classes - 1.

    Raises:
        ValueError: If the labels are not integers, not ``count`` of them in one
            dimension, or one is out of range.
    """
    ((name, value),) = labels.items()
    array = np.asarray(value)
    if array.dtype.kind not in "iu":
        raise ValueError(f"{name} must be integer class labels, got {array.dtype}")
    if array.shape != (count,):
        raise ValueError(f"{name} must have shape ({count},), got {array.shape}")
    outside = (array < 0) | (array >= classes)
    if outside.any():
        row = int(np.argmax(outside))
        raise ValueError(
            f"{name} must lie in 0..{classes - 1}, got {array[row]} at row {row}"
        )
    return array.astype(np.intp, copy=False)


def record_of(*names: str, **message: object) -> None:
    """Refuse what is not a dict with exactly these keys, as it came from a party."""
    for name, value in message.items():
        if not isinstance(value, dict):
            got: object = type(value).__name__
        elif set(value) != set(names):
            got = sorted(map(str, value))
        else:
            continue
        raise ValueError(f"{name} must have the entries {sorted(names)}, got {got}")


def _refuse_unless(
    good: Callable[[Any], bool], bound: str, arguments: dict[str, Any]
) -> None:
    """Refuse each argument that is no real number or for which ``good`` is False.

    Each ``good`` is a chain of comparisons, which NaN fails: none needs to name it.
    """
    for name, value in arguments.items():
        number = isinstance(value, Real) and not isinstance(value, bool)
        if not (number and good(value)):
            # str of a numpy scalar is its digits, its repr names the type as well
            got = value if number else repr(value)
            raise ValueError(f"{name} must be {bound}, got {got}")


def _is_integer(value: Any) -> bool:
    try:
        operator.index(value)
    except TypeError:
        return False
    return True


@cache
def _membership(interval: str) -> Callable[[float], bool]:
    """Return the test that an interval such as "[0, 1)" stands for."""
    low, high = (float(end) for end in interval[1:-1].split(","))
    above = operator.ge if interval[0] == "[" else operator.gt
    below = operator.le if interval[-1] == "]" else operator.lt
    return lambda x: above(x, low) and below(x, high)
