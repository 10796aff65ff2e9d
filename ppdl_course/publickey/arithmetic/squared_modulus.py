"""The units modulo N^2: what everybody may know of them, and what the primes give.

    Z_{N^2}^*, N = p q of safe primes p = 2 p' + 1, q = 2 q' + 1
    orders: 1 + N has order N;   a square has an order that divides N p' q'
    x^phi = 1 + t N modulo N^2 for every unit,   phi = (p - 1)(q - 1)

:class:`Parameters` is public; :class:`Factors` is the master's secret. Refused is what
is no unit, and what is of small order: 1 or -1 modulo N.

Source: P. Paillier, "Public-Key Cryptosystems Based on Composite Degree Residuosity
Classes", EUROCRYPT 1999, sections 3 and 7 (decryption modulo p^2 and q^2).
"""

import math
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from ppdl_course.arguments import at_least
from ppdl_course.publickey.arithmetic.whole_numbers import (
    SHORT_EXPONENT,
    WINDOW,
    FixedBase,
    inverse,
    power,
    product,
)
from ppdl_course.publickey.fixed_point import integer, shown


@dataclass(frozen=True)
class Parameters:
    """What all users of one N share.

    Attributes:
        n: The modulus N.
        g: The base, an element of Z_{N^2}^*.
        exponent_bits: Bits of secret exponents. More than twice the bits of N hide
            unconditionally; fewer are faster. By default :data:`SHORT_EXPONENT`, or
            enough to be unconditional where N is small.

    Raises:
        ValueError: If N is even or below 15, or g is no unit or of small order.
    """

    n: int
    g: int
    exponent_bits: int = 0
    n_squared: int = field(init=False, repr=False, compare=False)
    _tables: dict[int, FixedBase] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        n, g = integer("n", self.n), integer("g", self.g)
        at_least(15, n=n)
        if n % 2 == 0:
            raise ValueError(f"n must be odd, got {shown(n)}")
        bits = self.exponent_bits or min(SHORT_EXPONENT, 2 * n.bit_length() + 64)
        at_least(8, exponent_bits=bits)
        for name, value in (("n", n), ("g", g), ("exponent_bits", bits)):
            object.__setattr__(self, name, value)
        object.__setattr__(self, "n_squared", n * n)
        self.require_elements(g=[g])

    def require_elements(self, **elements: Iterable[int]) -> None:
        """Refuse what is outside Z_{N^2}^*, or of small order.

        Of small order is 1 or -1 modulo N: its order divides 2 N, and as a part of a
        pair it hides nothing. One greatest common divisor serves a whole list.

        Args:
            elements: Lists by the name that an error shall use.

        Raises:
            ValueError: Naming the list and the first bad entry.
        """
        for name, values in elements.items():
            values = [integer(name, x) for x in values]
            for x in values:
                if not 0 < x < self.n_squared:
                    raise ValueError(f"{name} must be in (0, N**2), got {shown(x)}")
            if math.gcd(product(values, self.n), self.n) != 1:
                bad = next(x for x in values if math.gcd(x, self.n) != 1)
                raise ValueError(f"{name} must be coprime to N, got {shown(bad)}")
            for x in values:
                if x % self.n in (1, self.n - 1):
                    raise ValueError(
                        f"{name} must not be of small order (1 or -1 modulo N), "
                        f"got {shown(x)}"
                    )

    def exponent(self, *, randbits: Callable[[int], int] = secrets.randbits) -> int:
        """Return a secret random exponent of ``exponent_bits`` bits, never 0."""
        while True:
            drawn = randbits(self.exponent_bits)
            if drawn:
                return drawn

    def power(self, base: int, exponent: int) -> int:
        """Return base^exponent modulo N^2, from a table if the base has one."""
        table = self._tables.get(base)
        if table and exponent >= 0 and exponent.bit_length() <= table.bits:
            return table.power(exponent)
        return power(base, exponent, self.n_squared)

    def prepare(self, *bases: int, window: int = WINDOW) -> None:
        """Make tables for g and other public bases; later calls cost nothing.

        At 2,048 bits a base takes 8.5 MB, and about 0.1 s with gmpy2, 0.7 s without.
        """
        for base in (self.g, *bases):
            if base not in self._tables:
                self._tables[base] = FixedBase(
                    base, self.n_squared, self.exponent_bits, window=window
                )


class Factors:
    """The primes of N, and the one thing that both masters do with them.

    With phi = (p - 1)(q - 1) every unit x has x^phi = 1 + t N modulo N^2.
    :meth:`log` finds t: modulo p^2, x^(p-1) = 1 + u p, so that t = u (q - 1) / q modulo
    p, and the same with p and q exchanged. Two powers of half the length modulo numbers
    of half the length take a quarter of the time of one.

    Raises:
        ValueError: If one is no safe prime (tested to base 2), or they are equal, or
            p q shares a factor with (p - 1)(q - 1).
    """

    def __init__(self, p: int, q: int) -> None:
        p, q = integer("p", p), integer("q", q)
        for name, r in (("p", p), ("q", q)):
            half = r // 2
            fermat = r > 5 and power(2, r - 1, r) == power(2, half - 1, half) == 1
            if r % 4 != 3 or not fermat:
                raise ValueError(f"{name} must be a safe prime, got {shown(r)}")
        self.n, self.phi = p * q, (p - 1) * (q - 1)
        if p == q or math.gcd(self.n, self.phi) != 1:
            raise ValueError("p q must be coprime to (p-1)(q-1), it is not")
        self._sides = tuple(
            (r, r * r, (other - 1) * inverse(other, r) % r)
            for r, other in ((p, q), (q, p))
        )
        self._join = inverse(p, q)
        self.phi_inverse = inverse(self.phi, self.n)

    def __repr__(self) -> str:
        return f"Factors(n={shown(self.n)})"  # the primes stay out of logs

    def log(self, x: int) -> int:
        """Return t in [0, N) with x^phi = 1 + t N modulo N^2; x is a unit."""
        (p, _, _), (q, _, _) = self._sides
        at_p, at_q = (
            (power(x, r - 1, square) - 1) // r * share % r
            for r, square, share in self._sides
        )
        return at_p + p * ((at_q - at_p) * self._join % q)
