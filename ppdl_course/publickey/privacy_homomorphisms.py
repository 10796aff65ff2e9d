"""A privacy homomorphism for + and x that was broken, and the break.

    secret p, q; public n = p q
    Enc(x) = (x mod p, x mod q) = (u, v),   both operations component by component mod n
    Dec(u, v) = the x in [0, n) with x = u mod p and x = v mod q  (Chinese remainders)

The server adds and multiplies pairs modulo n without knowing p or q: everything that a
private computer would need, eight years before anybody could say why it is not enough.

Threat model: the server sees ciphertexts. NOT protected: anything. One known pair
(x, (u, v)) gives gcd(x - u, n), a multiple of p (:func:`factor_with_known_plaintext`);
and a fresh small x < p, q is its own encryption.

Source: one of the examples in R. Rivest, L. Adleman, M. Dertouzos, "On Data Banks and
Privacy Homomorphisms", Foundations of Secure Computation, 1978; broken, with others of
that paper, by E. Brickell, Y. Yacobi, "On Privacy Homomorphisms", EUROCRYPT 1987.
"""

import math
from dataclasses import dataclass, field

from ppdl_course.publickey.fixed_point import integer

Pair = tuple[int, int]


@dataclass(frozen=True)
class Residues:
    """The client's secret: two coprime moduli."""

    p: int = field(repr=False)
    q: int = field(repr=False)

    def __post_init__(self) -> None:
        for name in ("p", "q"):  # products of numpy's integers wrap
            object.__setattr__(self, name, integer(name, getattr(self, name)))
        if math.gcd(self.p, self.q) != 1:
            raise ValueError(f"p and q must be coprime, got {self.p} and {self.q}")

    @property
    def n(self) -> int:
        """The public modulus p q."""
        return self.p * self.q

    def encrypt(self, x: int) -> Pair:
        """Return ``(x mod p, x mod q)``.

        Raises:
            ValueError: If ``x`` is no integer of [0, n).
        """
        x = integer("x", x)
        if not 0 <= x < self.n:
            raise ValueError(f"x must be in [0, {self.n}), got {x}")
        return x % self.p, x % self.q

    def decrypt(self, c: Pair) -> int:
        """Return the plaintext by the Chinese remainder theorem."""
        u, v = c[0] % self.p, c[1] % self.q
        return u + self.p * ((v - u) * pow(self.p, -1, self.q) % self.q)


def add(c1: Pair, c2: Pair, n: int) -> Pair:
    """The server's addition."""
    return (c1[0] + c2[0]) % n, (c1[1] + c2[1]) % n


def multiply(c1: Pair, c2: Pair, n: int) -> Pair:
    """The server's multiplication."""
    return c1[0] * c2[0] % n, c1[1] * c2[1] % n


def factor_with_known_plaintext(x: int, c: Pair, n: int) -> Pair | None:
    """Return ``(p, q)`` from one plaintext and its ciphertext, or None without luck.

    p divides x - u, and q hardly ever does too. It fails if ``x`` is below both primes
    and freshly encrypted, for then u = x; but then the ciphertext *is* the plaintext.
    """
    p = math.gcd(x - c[0], n)
    return (p, n // p) if 1 < p < n else None
