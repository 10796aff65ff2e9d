"""Evaluate a polynomial with as few levels and products as possible.

p(t) = a_0 + a_1 t + ... + a_d t^d, where t may be a number, an array, a TenSEAL CKKS
vector or a :class:`Counted` number: whatever has + and *.

    Horner        ((a_d t + a_(d-1)) t + ...) t + a_0: d levels, d - 1 products
    baby-step     powers t, ..., t^m (babies) and t^2m, t^4m, ... (giants); then
    giant-step    p = q t^s + r with the largest s = m 2^j <= d, again and again, until
                  the degree is below m: about log2 d + 1 levels, 2 sqrt(d) products
    the tree      the same with m = 2: ceil(log2 (d + 1)) levels, the fewest possible
                  when a coefficient costs a level too

Under CKKS a product with a *coefficient* rescales and uses up a level as well; a
ciphertext product also needs relinearisation and takes several times as long.
Coefficients that are 0 cost nothing.

Threat model: as in ``ckks``. The coefficients are the server's, in the clear.

Source: M. Paterson, L. Stockmeyer, "On the Number of Nonscalar Multiplications
Necessary to Evaluate Polynomials", SIAM Journal on Computing 2(1), 1973.
"""

import functools
import math
import operator
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ppdl_course.arguments import at_least
from ppdl_course.he.seal.plan import MAX_BITS, CkksPlan


def horner(coefficients: Sequence[float], t: Any) -> Any:
    """Return p(t) by Horner's rule.

    Args:
        coefficients: a_0, ..., a_d; float. Zeros at the end are left out.
        t: Anything with + and *.

    Raises:
        ValueError: If p is constant: a ciphertext of a known number hides nothing.
    """
    a = _trimmed(coefficients)
    result = t * a[-1]
    for coefficient in a[-2:0:-1]:
        if coefficient:
            result = result + coefficient
        result = result * _copy(t)
    return result + a[0] if a[0] else result


def baby_giant(coefficients: Sequence[float], t: Any, baby: int | None = None) -> Any:
    """Return p(t) by baby steps and giant steps.

    Args:
        coefficients: a_0, ..., a_d; float. Zeros at the end are left out.
        t: Anything with + and *.
        baby: m, a power of two, at least 2. Unless told, the m with the fewest
            products; 2 has the fewest levels.

    Raises:
        ValueError: If p is constant, or ``baby`` is no power of two from 2 up.
    """
    a = _trimmed(coefficients)
    if baby is None:
        baby = cheapest_baby(a)
    if baby < 2 or baby & (baby - 1):
        raise ValueError(f"baby must be a power of two, at least 2, got {baby}")
    return _divide(a, baby, _Powers(t))


class _Powers:
    """Powers of t, each computed once, t^k in ceil(log2 k) levels."""

    def __init__(self, t: Any) -> None:
        self._known = {1: t}

    def __getitem__(self, k: int) -> Any:
        if k not in self._known:
            # by halves, not by k - 1: a product of two powers is as deep as the deeper
            half = 1 << (k - 1).bit_length() - 1  # the largest power of two below k
            self._known[k] = self[half] * _copy(self[k - half])
        return self._known[k]


def _copy(value: Any) -> Any:
    """Return a copy: TenSEAL lowers the right operand of a product in place."""
    return value.copy() if hasattr(value, "copy") else value


def _divide(a: list[float], baby: int, powers: _Powers) -> Any:
    """Return the value of a polynomial: a plain number if it is constant."""
    if len(a) <= baby:
        terms = [powers[k] * c for k, c in enumerate(a[1:], start=1) if c]
        if not terms:
            return a[0]
        total = functools.reduce(operator.add, terms)
        return total + a[0] if a[0] else total
    # the largest giant step below the degree: neither half is longer than it
    split = baby
    while 2 * split < len(a):
        split *= 2
    high = powers[split] * _divide(a[split:], baby, powers)
    low = a[:split]
    if not any(low):
        return high
    return high + _divide(_trimmed_to_value(low), baby, powers)


def _trimmed(coefficients: Sequence[float]) -> list[float]:
    a = _trimmed_to_value([float(c) for c in coefficients])
    if len(a) < 2:
        raise ValueError(f"coefficients must have degree 1 or more, got {a}")
    if not all(math.isfinite(c) for c in a):
        raise ValueError("coefficients must be finite, got a NaN or an infinity")
    return a


def _trimmed_to_value(a: list[float]) -> list[float]:
    while len(a) > 1 and a[-1] == 0:
        a = a[:-1]
    return a


@dataclass
class Tally:
    """What an evaluation cost.

    Attributes:
        products: Products of two ciphertexts.
        plain_products: Products of a ciphertext and a known number.
        additions: Of either kind.
        levels: Depth of the deepest value so far.
    """

    products: int = 0
    plain_products: int = 0
    additions: int = 0
    levels: int = 0


@dataclass(frozen=True)
class Counted:
    """A number that counts: it stands in for a ciphertext.

    Attributes:
        value: What a decryption would show.
        depth: Levels used up so far.
        tally: Shared by all numbers computed from the same one.
    """

    value: Any
    depth: int = 0
    tally: Tally = field(default_factory=Tally, repr=False)

    # numpy's numbers on the left would otherwise multiply entry by entry.
    __array_ufunc__ = None

    def __add__(self, other: Any) -> "Counted":
        self.tally.additions += 1
        depth = max(self.depth, other.depth if isinstance(other, Counted) else 0)
        return Counted(self.value + _value(other), depth, self.tally)

    def __mul__(self, other: Any) -> "Counted":
        if isinstance(other, Counted):
            self.tally.products += 1
            depth = max(self.depth, other.depth) + 1
        else:
            self.tally.plain_products += 1
            depth = self.depth + 1
        self.tally.levels = max(self.tally.levels, depth)
        return Counted(self.value * _value(other), depth, self.tally)

    __radd__, __rmul__ = __add__, __mul__

    def __neg__(self) -> "Counted":
        return Counted(-self.value, self.depth, self.tally)

    def __sub__(self, other: Any) -> "Counted":
        return self + -other

    def __rsub__(self, other: Any) -> "Counted":
        return -self + other

    def __pow__(self, power: int) -> "Counted":
        raise TypeError("a ciphertext has no power operator: multiply")


def _value(x: Any) -> Any:
    return x.value if isinstance(x, Counted) else x


SCHEMES = {
    "Horner": horner,
    "baby-step giant-step": baby_giant,
    "tree": lambda coefficients, t: baby_giant(coefficients, t, 2),
}
"""Name -> function of coefficients and t."""


def cost(coefficients: Sequence[float], scheme: str) -> Tally:
    """Return what a scheme costs for these coefficients, by running it on a counter.

    Raises:
        ValueError: If ``scheme`` is not one of ``SCHEMES``, or p is constant.
    """
    if scheme not in SCHEMES:
        raise ValueError(f"scheme must be one of {list(SCHEMES)}, got {scheme!r}")
    counter = Counted(0.5)
    SCHEMES[scheme](coefficients, counter)
    return counter.tally


def cheapest_baby(coefficients: Sequence[float]) -> int:
    """Return the m with the fewest ciphertext products; among equals, fewest levels."""
    a = _trimmed(coefficients)

    def price(m: int) -> tuple[int, int]:
        counter = Counted(0.5)
        _divide(a, m, _Powers(counter))
        return counter.tally.products, counter.tally.levels

    return min((2**j for j in range(1, len(a).bit_length() + 1)), key=price)


def parameters(
    levels: int, scale_bits: int = 40, outer_bits: int | None = None
) -> CkksPlan:
    """Return the smallest CKKS parameters for so many levels, at 128-bit security.

    One middle prime a level, as long as the scale; ``outer_bits`` for the first and the
    special prime, outer_bits - scale_bits - 1 of which are left before the point: an
    eighth for random numbers in unused slots (``unused_slots``), the rest for results.

    Args:
        levels: Products in a row, 0 or more.
        scale_bits: log2 of the scale: the precision.
        outer_bits: At least scale_bits + 4, at most 60; scale_bits + 8 unless told,
            for results below 112.

    Raises:
        ValueError: For other arguments, or if no ring degree up to 32768 holds the
            chain: the message says how many levels do fit.
    """
    at_least(0, levels=levels)
    outer_bits = scale_bits + 8 if outer_bits is None else outer_bits
    if not 20 <= scale_bits <= outer_bits - 4 <= 56:
        raise ValueError(
            "scale_bits must be at least 20 and outer_bits from scale_bits + 4 to 60, "
            f"got {scale_bits} and {outer_bits}"
        )
    sizes = (outer_bits, *[scale_bits] * levels, outer_bits)
    for n, allowed in MAX_BITS.items():
        plan = CkksPlan(n, sizes, scale_bits)
        if sum(sizes) <= allowed and plan.context_error() is None:
            return plan
    most = (max(MAX_BITS.values()) - 2 * outer_bits) // scale_bits
    raise ValueError(
        f"levels must be at most {most} at a scale of {scale_bits} bits, got {levels}: "
        "lower the degree, evaluate with fewer levels, or bootstrap"
    )
