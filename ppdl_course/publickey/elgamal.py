"""Textbook ElGamal: randomised, and still multiplicative.

    key   x random,  y = g^x mod p
    Enc(m; r) = (g^r, m y^r),   Dec(a, b) = b a^(-x)        mod p
    (a1 a2, b1 b2) is a ciphertext of m1 m2

Threat model: an eavesdropper holds (p, g, y) and ciphertexts. Equal plaintexts no
longer look equal. NOT protected: when g generates all of Z_p^*, one bit of every
plaintext (:func:`is_square_plaintext`); and anyone can multiply a hidden bid by a
constant (:meth:`PublicKey.scale`). Encoding messages as squares closes the first leak,
no encoding that keeps the homomorphism closes the second.

Source: T. ElGamal, "A Public Key Cryptosystem and a Signature Scheme Based on Discrete
Logarithms", IEEE Transactions on Information Theory 31(4), 1985. The one-bit leak: D.
Boneh, "The Decision Diffie-Hellman Problem", ANTS-III, 1998.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from ppdl_course.publickey.arithmetic.whole_numbers import power
from ppdl_course.publickey.fixed_point import integer
from ppdl_course.publickey.groups import MODP_2048

SAFE_PRIME = MODP_2048.p
"""2048-bit safe prime: RFC 3526, group 14."""

Pair = tuple[int, int]


@dataclass(frozen=True)
class PublicKey:
    """Modulus ``p``, base ``g`` and ``y = g**x mod p``."""

    p: int
    g: int
    y: int

    def encrypt(
        self, m: int, *, randbelow: Callable[[int], int] = secrets.randbelow
    ) -> Pair:
        """Return ``(g**r, m * y**r)`` for a fresh secret ``r``.

        Raises:
            ValueError: If ``m`` is no integer of [1, p).
        """
        m = integer("m", m)
        if not 1 <= m < self.p:
            raise ValueError(f"m must be in [1, p), got {m}")
        r = 1 + randbelow(self.p - 2)  # never 0: that would send m as it is
        return power(self.g, r, self.p), m * power(self.y, r, self.p) % self.p

    def multiply(self, c1: Pair, c2: Pair) -> Pair:
        """Return a ciphertext of the product of two plaintexts, modulo p."""
        return c1[0] * c2[0] % self.p, c1[1] * c2[1] % self.p

    def scale(self, c: Pair, factor: int) -> Pair:
        """Return a ciphertext of ``factor`` times the plaintext: no key is needed."""
        return c[0], c[1] * integer("factor", factor) % self.p


@dataclass(frozen=True)
class PrivateKey:
    """The key holder's half: the exponent ``x``."""

    public: PublicKey
    x: int = field(repr=False)

    @classmethod
    def generate(
        cls,
        p: int = SAFE_PRIME,
        g: int = 11,
        *,
        randbelow: Callable[[int], int] = secrets.randbelow,
    ) -> "PrivateKey":
        """Return a fresh key; 11 generates all of Z_p^* for :data:`SAFE_PRIME`."""
        x = 1 + randbelow(p - 2)
        return cls(PublicKey(p, g, power(g, x, p)), x)

    def decrypt(self, c: Pair) -> int:
        """Return ``b * a**(-x) mod p``."""
        a, b = c
        return b * power(a, -self.x, self.public.p) % self.public.p


def is_square(a: int, p: int) -> bool:
    """Whether ``a`` is a square modulo the odd prime ``p`` (Euler's criterion)."""
    return power(a, (p - 1) // 2, p) == 1


def is_square_plaintext(public: PublicKey, c: Pair) -> bool:
    """Read one bit of the plaintext from public values: is it a square modulo p?

    If ``g`` is a non-square, then y^r is a square unless both g^r and y are
    non-squares, and both of those are public.

    Raises:
        ValueError: If ``g`` is a square, where this leak is closed.
    """
    if is_square(public.g, public.p):
        raise ValueError(f"g must be a non-square modulo p, got {public.g}")
    mask_is_square = is_square(c[0], public.p) or is_square(public.y, public.p)
    return is_square(c[1], public.p) == mask_is_square
