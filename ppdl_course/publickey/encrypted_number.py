"""Numbers under Paillier, with a bound that no computation may leave unseen.

    Ciphertext = (c, exponent, bound)       |mantissa in c| <= bound <= max_int < n / 3
    known summand k at the same exponent:          bound + |k|
    two ciphertexts:                               bound + bound
    known factor k:                                bound * |k|
    exponent lowered by d:                         bound * 16^d

Every operation computes the new bound first and refuses what exceeds ``max_int``, so no
sum goes round n and comes back as another number.

What the bound tells: of a fresh ciphertext nothing, since it is a constant or stated by
the encrypter, never taken from the value. Later it grows, as the exponent does, by the
known factors and summands: whoever has the ciphertexts before and after reads their
sizes. State a larger bound, agreed beforehand, before a result leaves
(:meth:`Ciphertext.rerandomised`).

NOT protected: a bound is only as honest as who states it. See ``paillier``.

Source: exponents and signs as in the library ``phe`` (``EncryptedNumber``), which
carries no bound; the bound is the one of ``packing``.
"""

from dataclasses import dataclass, field
from typing import Protocol

from ppdl_course.publickey.arithmetic.whole_numbers import power
from ppdl_course.publickey.fixed_point import (
    BASE,
    from_mantissa,
    integer,
    reciprocal,
    require_exponent,
    shown,
    to_mantissa,
)


class Key(Protocol):
    """What a ciphertext needs of its public key; see ``paillier.PublicKey``."""

    n: int
    n_squared: int

    @property
    def max_int(self) -> int:
        """Largest size of a mantissa."""

    def require_room(self, bound: int, what: str) -> None:
        """Refuse mantissas up to ``bound`` if they could leave the range."""

    def g_to(self, m: int) -> int:
        """Return an encryption of m in [0, n) that hides nothing."""

    def random_unit(self) -> int:
        """Return a secret random element of Z_n^*."""


@dataclass(frozen=True)
class Encoded:
    """A number as a residue modulo n and an exponent: mantissa * 16**exponent."""

    public: Key
    residue: int
    exponent: int

    @property
    def mantissa(self) -> int:
        """The signed integer of the residue.

        Raises:
            ValueError: If the residue is not in [0, n).
            OverflowError: If it lies in the middle third.
        """
        n, limit = self.public.n, self.public.max_int
        if not 0 <= self.residue < n:
            raise ValueError(f"residue must be in [0, n), got {shown(self.residue)}")
        if limit < self.residue < n - limit:
            raise OverflowError(
                "the residue lies between the positive and the negative numbers: a "
                f"sum or product exceeded +-max_int = {shown(limit)}"
            )
        return self.residue if self.residue <= limit else self.residue - n

    def decode(self) -> int | float:
        """Return the number: an int if its exponent is >= 0, else the nearest float.

        Raises:
            OverflowError: If the residue lies in the middle third of [0, n), or the
                number is larger than any float.
        """
        return from_mantissa(self.mantissa, self.exponent)


def encode(
    public: Key, value: float, *, exponent: int | None = None, name: str = "value"
) -> Encoded:
    """Write a number as an integer modulo n.

    An integer of any type keeps exponent 0 and is exact. A float keeps all of its 53
    bits unless ``exponent`` asks for another precision, 16**exponent. The mantissa is
    computed with integers: going through ``value * 16.0**k % n`` in floating point
    loses it.

    Args:
        public: The key whose n bounds the number.
        value: A finite number.
        exponent: Power of 16 to which the number is rounded.
        name: What an error calls the value.

    Raises:
        ValueError: If the value is no number or not finite, or its mantissa exceeds
            n / 3.
    """
    mantissa, exponent = to_mantissa(value, exponent, name=name)
    if abs(mantissa) > public.max_int:
        raise ValueError(
            f"{name} needs a mantissa of at most n / 3 = {shown(public.max_int)}, got "
            f"{shown(value)} at exponent {exponent}, which is {shown(mantissa)}"
        )
    return Encoded(public, mantissa % public.n, exponent)


@dataclass(frozen=True)
class Ciphertext:
    """An encrypted number that can be added and multiplied by a known number.

    Known numbers are integers, floats, Fractions, or :class:`Encoded` where fewer
    digits shall be used than a float has: ``c * encode(public, 0.9, exponent=-6)``.

    Attributes:
        public: The key it belongs to.
        c: The ciphertext, an element of Z_{n^2}^*.
        exponent: Public power of 16 that the plaintext is counted in.
        bound: Public bound on the size of the mantissa, in [1, max_int]. Fresh, it is
            the encrypter's constant. A known factor multiplies it by the size of its
            mantissa and a known summand adds its own, so it tells these to whoever
            knows the bound before. By default ``max_int``, for a ciphertext of which
            nobody said more: it can be decrypted, and nothing may be added.

    Raises:
        ValueError: If bound or exponent are out of range.
    """

    public: Key
    c: int = field(repr=False)
    exponent: int
    bound: int | None = None

    def __post_init__(self) -> None:
        limit = self.public.max_int
        bound = limit if self.bound is None else integer("bound", self.bound)
        if not 1 <= bound <= limit:
            raise ValueError(
                f"bound must be in [1, max_int = {shown(limit)}], got {shown(bound)}"
            )
        object.__setattr__(self, "bound", bound)
        object.__setattr__(self, "exponent", require_exponent(self.exponent))

    def at(self, exponent: int) -> "Ciphertext":
        """Return the same number counted in a lower power of 16.

        Raises:
            ValueError: If the power is higher, or the mantissa could leave the range.
        """
        if exponent > self.exponent:
            raise ValueError(f"exponent must be <= {self.exponent}, got {exponent}")
        if exponent == self.exponent:
            return self
        factor = BASE ** (self.exponent - require_exponent(exponent))
        bound = self.bound * factor
        self.public.require_room(bound, f"the number at exponent {exponent}")
        c = power(self.c, factor, self.public.n_squared)
        return Ciphertext(self.public, c, exponent, bound)

    def __add__(self, other: "Ciphertext | Encoded | float") -> "Ciphertext":
        """Add an encrypted or a known number.

        Raises:
            ValueError: If the keys differ, the known number is not finite, or the sum
                could leave the range.
        """
        if isinstance(other, Ciphertext):
            return self._plus_encrypted(other)
        return self._plus_known(other, 1)

    __radd__ = __add__

    def __sub__(self, other: "Ciphertext | Encoded | float") -> "Ciphertext":
        if isinstance(other, Ciphertext):
            return self._plus_encrypted(-other)
        # not -other: the negative of numpy's 5, unsigned, is 2**64 - 5
        return self._plus_known(other, -1)

    def __rsub__(self, other: "Encoded | float") -> "Ciphertext":
        return (-self)._plus_known(other, 1)

    def _plus_encrypted(self, other: "Ciphertext") -> "Ciphertext":
        if other.public != self.public:
            raise ValueError("both summands must be under the same public key")
        low = min(self.exponent, other.exponent)
        bound = self._bound_at(low) + other._bound_at(low)
        self.public.require_room(bound, "the sum")
        c = self.at(low).c * other.at(low).c % self.public.n_squared
        return Ciphertext(self.public, c, low, bound)

    def _plus_known(self, other: "Encoded | float", sign: int) -> "Ciphertext":
        mantissa, exponent = self._known(other, "summand")
        low = min(self.exponent, exponent)
        mantissa *= sign * BASE ** (exponent - low)
        bound = self._bound_at(low) + abs(mantissa)
        self.public.require_room(bound, "the sum")
        plain = self.public.g_to(mantissa % self.public.n)  # needs no fresh randomness
        c = self.at(low).c * plain % self.public.n_squared
        return Ciphertext(self.public, c, low, bound)

    def _bound_at(self, exponent: int) -> int:
        return self.bound * BASE ** (self.exponent - exponent)

    def _known(self, number: "Encoded | float", name: str) -> tuple[int, int]:
        if isinstance(number, Ciphertext):
            raise ValueError(f"{name} must be a known number, got a Ciphertext")
        if not isinstance(number, Encoded):
            number = encode(self.public, number, name=name)
        if number.public != self.public:
            raise ValueError(f"{name} was encoded for another public key")
        return number.mantissa, number.exponent

    def __mul__(self, factor: "Encoded | float") -> "Ciphertext":
        """Multiply by a known number.

        Raises:
            ValueError: If the factor is encrypted or not finite, or the product could
                leave the range.
        """
        times, exponent = self._known(factor, "factor")
        # at least 1, also for a factor of 0: every exponent then has its price
        bound = max(1, self.bound * abs(times))
        self.public.require_room(bound, "the product")
        c = power(self.c, times, self.public.n_squared)  # negative: inverted first
        return Ciphertext(self.public, c, self.exponent + exponent, bound)

    __rmul__ = __mul__

    def __truediv__(self, divisor: float) -> "Ciphertext":
        """Multiply by the float nearest to 1 / divisor, as ``phe`` does.

        Raises:
            ZeroDivisionError: If the divisor is 0.
            ValueError: If the divisor or 1 / divisor is not finite, or the quotient
                could leave the range.
        """
        return self * reciprocal(divisor)

    def __neg__(self) -> "Ciphertext":
        return self * -1

    def rerandomised(self, *, bound: int | None = None) -> "Ciphertext":
        """Return another ciphertext of the same number, unlinkable to this one.

        Needed before a sum leaves the party that made it: products of known ciphertexts
        show what was computed.

        Args:
            bound: A larger bound to state from now on, agreed beforehand. By default
                it stays, and tells the size of known factors.

        Raises:
            ValueError: If ``bound`` is below the present one or beyond the key.
        """
        if bound is None:
            bound = self.bound
        if bound < self.bound:
            raise ValueError(
                f"bound must be at least {shown(self.bound)}, got {shown(bound)}"
            )
        mask = power(self.public.random_unit(), self.public.n, self.public.n_squared)
        c = self.c * mask % self.public.n_squared
        return Ciphertext(self.public, c, self.exponent, bound)
