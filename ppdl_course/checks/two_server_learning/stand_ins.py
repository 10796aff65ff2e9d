"""Stand-ins for shared arrays, for answers that say what both servers compute.

They add and multiply as shares do, count what costs a message, and show their numbers
to nobody.
"""

from typing import Any

import numpy as np

from ppdl_course.checks.verdict import Mistake, require


class Shared:
    """A stand-in for an array that two servers share; counts products.

    Args:
        values: What is shared.
        log: Names of what cost a message, shared by all that come of one another.
    """

    __array_ufunc__ = None  # numpy's numbers leave + and * to this class

    def __init__(self, values: np.ndarray, log: list[str]) -> None:
        self._values, self._log = values, log

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape, which is public."""
        return self._values.shape

    @property
    def T(self) -> "Shared":
        """The transpose: each server turns its share."""
        return Shared(self._values.T, self._log)

    def _of(self, other: Any) -> np.ndarray:
        return other._values if isinstance(other, Shared) else np.asarray(other)

    def __add__(self, other: Any) -> "Shared":
        return Shared(self._values + self._of(other), self._log)

    def __sub__(self, other: Any) -> "Shared":
        return Shared(self._values - self._of(other), self._log)

    def __rsub__(self, other: Any) -> "Shared":
        return Shared(self._of(other) - self._values, self._log)

    def __neg__(self) -> "Shared":
        return Shared(-self._values, self._log)

    def __mul__(self, other: Any) -> "Shared":
        if isinstance(other, Shared):
            self._log.append("product")
        return Shared(self._values * self._of(other), self._log)

    def __matmul__(self, other: Any) -> "Shared":
        if isinstance(other, Shared):
            self._log.append("product")
        left, right = self._values, self._of(other)
        if left.ndim != 2 or right.ndim != 2 or left.shape[1] != right.shape[0]:
            raise Mistake(
                f"{left.shape} @ {right.shape}: the columns of the first matrix are "
                "the rows of the second. Is the transpose missing, or one too much?"
            )
        return Shared(left @ right, self._log)

    def _refuse(self, *_: object) -> None:
        raise Mistake(
            "shared numbers are added, subtracted and multiplied here, and nothing "
            "else: no server sees one, so none can be compared, divided or picked out."
        )

    __radd__, __rmul__ = __add__, __mul__
    __lt__ = __le__ = __gt__ = __ge__ = __eq__ = __ne__ = _refuse
    __truediv__ = __floordiv__ = __mod__ = __pow__ = __abs__ = _refuse
    __getitem__ = __len__ = __iter__ = __bool__ = __float__ = __int__ = _refuse
    __array__ = _refuse


def values_of(got: Any, shape: tuple[int, ...], what: str) -> np.ndarray:
    """Return the numbers behind an answer's shared array."""
    require(
        isinstance(got, Shared),
        f"{what} must return something shared, got {type(got).__name__}.",
    )
    turned = got.shape == shape[::-1] != shape
    require(
        got.shape == shape,
        f"{what} must return shape {shape}, got {got.shape}"
        + (": its axes are exchanged." if turned else "."),
    )
    return got._values
