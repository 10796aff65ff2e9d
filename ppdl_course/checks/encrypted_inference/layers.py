"""Check of chapter 11's sums over slots, and what its checks share.

What is expected comes from exact integers or from the plaintext computation,
never from a solution.
"""

import math
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from ppdl_course.checks.fresh_inputs import drawn_inputs
from ppdl_course.checks.verdict import (
    Mistake,
    require,
    require_kept,
    require_none,
)


def pair(value: object, what: str) -> tuple[Any, Any]:
    """Return the two things of an answer, or name what came instead."""
    require(
        isinstance(value, tuple | list) and len(value) == 2,
        f"{what} must return two things, got {type(value).__name__}",
    )
    return value[0], value[1]


def integer(value: object, what: str) -> int:
    """Return an answer as an int; whole floats are taken, bools are not."""
    if isinstance(value, np.ndarray) and value.shape == ():
        value = value.item()
    is_integral = isinstance(value, float) and value.is_integer()
    if isinstance(value, bool) or not (
        isinstance(value, int | np.integer) or is_integral
    ):
        raise Mistake(f"{what} must be an int, got {type(value).__name__}")
    return int(value)


class Slots:
    """A stand-in for a ciphertext: adds, and counts rotations. Holds plain numbers."""

    def __init__(self, values: np.ndarray, log: list[int]) -> None:
        self._values, self._log = values, log

    def __add__(self, other: object) -> "Slots":
        if isinstance(other, int) and other == 0:  # so that sum() works
            return self
        if not isinstance(other, Slots):
            self._refuse()
        return Slots(self._values + other._values, self._log)

    def _refuse(self, *_: object) -> None:
        raise Mistake(
            "ciphertexts are only rotated and added here: nobody sees slots one by one"
        )

    __radd__ = __add__
    __sub__ = __rsub__ = __neg__ = _refuse

    def __mul__(self, other: object) -> "Slots":
        raise Mistake(
            "a ciphertext is multiplied: ciphertexts are only rotated and added here. "
            "The sum is asked for, not a mean, and no mask is needed"
        )

    __rmul__ = __truediv__ = __mul__
    __getitem__ = __len__ = __iter__ = __array__ = _refuse

    def rotated(self, step: int) -> "Slots":
        """Return slots moved to the left by ``step``."""
        self._log.append(step)
        return Slots(np.roll(self._values, -step), self._log)


def check_rotate_and_sum(
    rotate_and_sum: Callable[..., object], *, seed: int | None = None
) -> None:
    """Check the sums of d slots, 1 to all, and the number of rotations."""
    with drawn_inputs(seed) as rng:
        for slots in (128, 2 ** int(rng.integers(8, 12))):
            for d in (1, 2, 4, 8, 64, slots // 2, slots):
                _summed(rotate_and_sum, rng.integers(-9, 10, slots).astype(float), d)
    _kept_by_a_sum(rotate_and_sum)


def _summed(rotate_and_sum: Callable[..., object], values: np.ndarray, d: int) -> None:
    """Check the sums of d slots, and name the mistake that gives others."""
    log: list[int] = []
    begin = Slots(values.copy(), log)
    got = rotate_and_sum(begin, d, _rotated)
    require(
        isinstance(got, Slots),
        f"rotate_and_sum must return a ciphertext, got {type(got).__name__}",
    )
    require_kept(values, begin._values, "v")
    if not np.array_equal(got._values, _windows(values, range(d))):
        fitting = (
            message
            for message, steps in _wrong_steps(d)
            if np.array_equal(got._values, _windows(values, steps))
        )
        require_none(fitting, f"for d = {d}, ")
        raise Mistake(
            f"for d = {d}, slot 0 holds {got._values[0]:g}; it must hold the sum "
            f"of slots 0 to {d - 1}. Which slots does each copy bring?"
        )
    most = int(math.log2(d))
    require(
        len(log) <= most,
        f"{len(log)} rotations for d = {d}, where {most} suffice: each is a key "
        "switch. Add a rotated copy to the sum itself, not to the start",
    )


def _rotated(v: Any, step: Any) -> Slots:
    if not isinstance(v, Slots):
        raise Mistake("rotate(v, s): the ciphertext comes first, then the steps")
    return v.rotated(int(step))


def _windows(values: np.ndarray, steps: Iterable[int]) -> np.ndarray:
    """Return the sum of copies of the slots, each moved to the left by a step."""
    return sum((np.roll(values, -step) for step in steps), np.zeros(len(values)))


def _wrong_steps(d: int) -> list[tuple[str, Iterable[int]]]:
    """Return which copies the usual mistakes add up."""
    powers = [2**k for k in range(int(math.log2(d)))]
    doubled = [0]
    for step in range(1, len(powers) + 1):
        doubled += [old + step for old in doubled]
    return [
        (
            "slot i holds the sum of the slots before it: rotate to the left, by "
            "positive steps",
            [-step for step in range(d)],
        ),
        (
            "a copy of the start is added each time: rotate the sum, so that each step "
            "doubles what a slot covers",
            [0, *powers],
        ),
        ("the sum covers twice as many slots: one step too many", range(2 * d)),
        ("the sum covers half as many slots: one step is missing", range(d // 2)),
        ("the first step is missing: neighbours are one slot apart", range(0, d, 2)),
        ("rotated copies must be added: yours replace the sum", [d - 1]),
        ("nothing is added", [0]),
        ("the sum begins one slot too late", range(1, d + 1)),
        (
            "every step is 1: the second copy must bring the slots that the first did "
            "not",
            [
                k
                for k in range(len(powers) + 1)
                for _ in range(math.comb(len(powers), k))
            ],
        ),
        ("steps grow by 1, and must double", doubled),
        ("the sum is rotated by d: then the first copy brings no neighbour", [0, d]),
    ]


def _kept_by_a_sum(rotate_and_sum: Callable[..., object]) -> None:
    """Require that v += ... was not written: it changes arrays and ciphertexts."""
    argument = np.arange(8.0)
    rotate_and_sum(argument, 4, lambda v, step: np.roll(v, -int(step)))
    require_kept(np.arange(8.0), argument, "v")
