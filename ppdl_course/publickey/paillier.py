"""Paillier's cryptosystem from scratch: encryption that adds.

    n = p q,   lambda = lcm(p-1, q-1),   L(u) = (u - 1) / n
    mu = L(g^lambda mod n^2)^(-1) mod n
    Enc(m; r) = g^m r^n mod n^2            r random and coprime to n
    Dec(c)    = L(c^lambda mod n^2) mu mod n
    Enc(a) Enc(b) = Enc(a + b),   Enc(a)^k = Enc(k a)          plaintexts modulo n

With g = n + 1 the first power is free: (n + 1)^m = 1 + m n mod n^2.

Numbers: :class:`Encoded` writes a real as mantissa * 16**exponent, negatives as n minus
their size. Only the lowest and the highest third of [0, n) are used; a sum that strays
into the middle third is noticed when it is decoded, not wrapped. This is the convention
of the library ``phe``, with which ciphertexts can be exchanged. Many values in one
ciphertext: see ``packing``.

Threat model: whoever lacks lambda learns nothing of m but its exponent (semantic
security under the decisional composite residuosity assumption), honest-but-curious
parties. NOT protected: integrity (anyone with the public key adds what they like), the
exponent of a fraction, timing. Teaching code: unaudited, not constant time.

Source: P. Paillier, "Public-Key Cryptosystems Based on Composite Degree Residuosity
Classes", EUROCRYPT 1999, section 4.
"""

import math
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from ppdl_course.arguments import at_least, finite
from ppdl_course.publickey.rsa import prime_pair

BASE = 16
"""An exponent counts powers of this, as in ``phe``."""


@dataclass(frozen=True)
class PublicKey:
    """What everybody may know; encrypts.

    Attributes:
        n: The modulus, a product of two primes of the same length.
        g: An element of Z_{n^2}^* whose order is a multiple of n; by default n + 1.
    """

    n: int
    g: int = 0

    def __post_init__(self) -> None:
        at_least(15, n=self.n)
        if self.g == 0:
            object.__setattr__(self, "g", self.n + 1)
        object.__setattr__(self, "n_squared", self.n**2)

    n_squared: int = field(init=False, repr=False, compare=False)

    @property
    def max_int(self) -> int:
        """Largest size of a signed plaintext: a third of n."""
        return self.n // 3 - 1

    def raw_encrypt(self, m: int, *, r: int | None = None) -> int:
        """Encrypt a plaintext of [0, n).

        Args:
            m: The plaintext.
            r: Fixed randomness for known-answer tests; by default fresh and secret.

        Raises:
            ValueError: If ``m`` is not in [0, n), or ``r`` is not coprime to n.
        """
        if not 0 <= m < self.n:
            raise ValueError(f"m must be in [0, n), got {m}")
        if r is None:
            r = self.random_unit()
        elif math.gcd(r, self.n) != 1:
            raise ValueError(f"r must be coprime to n, got {r}")
        if self.g == self.n + 1:
            power = 1 + m * self.n  # the binomial theorem: n^2 divides the other terms
        else:
            power = pow(self.g, m, self.n_squared)
        return power * pow(r, self.n, self.n_squared) % self.n_squared

    def random_unit(
        self, *, randbelow: Callable[[int], int] = secrets.randbelow
    ) -> int:
        """Return a secret random element of [1, n) that is coprime to n."""
        while True:
            r = 1 + randbelow(self.n - 1)
            if math.gcd(r, self.n) == 1:
                return r

    def encrypt(self, value: float, *, exponent: int | None = None) -> "Ciphertext":
        """Encrypt a signed integer or a real; see :func:`encode`."""
        encoded = encode(self, value, exponent=exponent)
        return Ciphertext(self, self.raw_encrypt(encoded.residue), encoded.exponent)


@dataclass(frozen=True)
class PrivateKey:
    """The key holder's half: decrypts.

    Attributes:
        public: The other half.
        p: One prime of n.
        q: The other.
        lam: lcm(p - 1, q - 1).
        mu: L(g^lam mod n^2)^(-1) mod n.
    """

    public: PublicKey
    p: int = field(repr=False)
    q: int = field(repr=False)
    lam: int = field(repr=False)
    mu: int = field(repr=False)

    @classmethod
    def generate(cls, bits: int = 2048) -> "PrivateKey":
        """Return a fresh key with a modulus of ``bits`` bits."""
        return cls.from_primes(*prime_pair(bits))

    @classmethod
    def from_primes(cls, p: int, q: int, *, g: int = 0) -> "PrivateKey":
        """Return the key of given primes (small ones: for working by hand only).

        Raises:
            ValueError: If n = p q shares a factor with (p-1)(q-1), or the order of
                ``g`` is not a multiple of n.
        """
        n = p * q
        if p == q or math.gcd(n, (p - 1) * (q - 1)) != 1:
            raise ValueError(f"p q must be coprime to (p-1)(q-1), got {p}, {q}")
        public = PublicKey(n, g)
        lam = math.lcm(p - 1, q - 1)
        quotient = (pow(public.g, lam, n * n) - 1) // n
        if math.gcd(quotient, n) != 1:
            raise ValueError(f"g must have an order that n divides, got {g}")
        return cls(public, p, q, lam, pow(quotient, -1, n))

    def raw_decrypt(self, c: int) -> int:
        """Return the plaintext in [0, n).

        c^lam is computed modulo p^2 and q^2 and joined by Chinese remainders: modulo
        p^2, c^(p-1) = 1 + k p, so that raising it to lam / (p-1) only multiplies k.

        Raises:
            ValueError: If ``c`` is not a ciphertext: outside (0, n^2) or a multiple of
                a prime of n.
        """
        n = self.public.n
        if not 0 < c < n * n or math.gcd(c, n) != 1:
            raise ValueError(f"c must be in (0, n**2) and coprime to n, got {c}")
        pp, qq = self.p**2, self.q**2
        # half the modulus and half the exponent, twice: a quarter of the work
        at_p = 1 + (pow(c, self.p - 1, pp) - 1) * (self.lam // (self.p - 1)) % pp
        at_q = 1 + (pow(c, self.q - 1, qq) - 1) * (self.lam // (self.q - 1)) % qq
        power = at_p + pp * ((at_q - at_p) * pow(pp, -1, qq) % qq)
        return (power - 1) // n * self.mu % n

    def decrypt(self, c: "Ciphertext") -> int | float:
        """Return the signed value: an int if its exponent is 0, else a float.

        Raises:
            ValueError: If ``c`` belongs to another key.
            OverflowError: If a computation left the range of signed plaintexts.
        """
        if c.public != self.public:
            raise ValueError("c was encrypted under another public key")
        return Encoded(self.public, self.raw_decrypt(c.c), c.exponent).decode()


@dataclass(frozen=True)
class Encoded:
    """A number as a residue modulo n and an exponent: residue * 16**exponent."""

    public: PublicKey
    residue: int
    exponent: int

    def decode(self) -> int | float:
        """Return the number.

        Raises:
            OverflowError: If the residue lies in the middle third of [0, n).
        """
        n, limit = self.public.n, self.public.max_int
        if limit < self.residue < n - limit:
            raise OverflowError(
                "the residue lies between the positive and the negative numbers: a "
                f"sum or product exceeded +-{limit}"
            )
        mantissa = self.residue if self.residue <= limit else self.residue - n
        if self.exponent >= 0:
            return mantissa * BASE**self.exponent
        return mantissa / BASE**-self.exponent  # correctly rounded, however large


def encode(public: PublicKey, value: float, *, exponent: int | None = None) -> Encoded:
    """Write a number as an integer modulo n.

    An int keeps exponent 0 and is exact. A float keeps all of its 53 bits unless
    ``exponent`` asks for another precision, 16**exponent. The mantissa is computed with
    integers: going through ``value * 16.0**k % n`` in floating point loses it.

    Args:
        public: The key whose n bounds the number.
        value: A finite number.
        exponent: Power of 16 to which the number is rounded.

    Raises:
        ValueError: If the value is not finite or its mantissa exceeds n / 3.
    """
    if not isinstance(value, int):
        value = float(value)
        finite(value=value)
    numerator, denominator = value.as_integer_ratio()
    if exponent is None:
        lowest_bit = -(denominator.bit_length() - 1)  # a float's denominator is 2^k
        exponent = math.floor(lowest_bit / 4)
    if exponent >= 0:
        denominator *= BASE**exponent
    else:
        numerator *= BASE**-exponent
    mantissa = (2 * numerator + denominator) // (2 * denominator)  # nearest
    if abs(mantissa) > public.max_int:
        raise ValueError(
            f"value needs a mantissa of at most n / 3 = {public.max_int}, got {value} "
            f"at exponent {exponent}, which is {mantissa}"
        )
    return Encoded(public, mantissa % public.n, exponent)


@dataclass(frozen=True)
class Ciphertext:
    """An encrypted number that can be added and multiplied by a known number.

    Attributes:
        public: The key it belongs to.
        c: The ciphertext, an element of Z_{n^2}^*.
        exponent: Public power of 16 that the plaintext is counted in.
    """

    public: PublicKey
    c: int = field(repr=False)
    exponent: int

    def at(self, exponent: int) -> "Ciphertext":
        """Return the same number counted in a lower power of 16."""
        if exponent > self.exponent:
            raise ValueError(f"exponent must be <= {self.exponent}, got {exponent}")
        factor = BASE ** (self.exponent - exponent)
        c = pow(self.c, factor, self.public.n_squared)
        return Ciphertext(self.public, c, exponent)

    def __add__(self, other: "Ciphertext | float") -> "Ciphertext":
        if not isinstance(other, Ciphertext):
            encoded = encode(self.public, other)
            plain = 1 + encoded.residue * self.public.n  # needs no fresh randomness
            if self.public.g != self.public.n + 1:
                plain = pow(self.public.g, encoded.residue, self.public.n_squared)
            other = Ciphertext(self.public, plain, encoded.exponent)
        if other.public != self.public:
            raise ValueError("both summands must be under the same public key")
        low = min(self.exponent, other.exponent)
        c = self.at(low).c * other.at(low).c % self.public.n_squared
        return Ciphertext(self.public, c, low)

    __radd__ = __add__

    def __mul__(self, factor: float) -> "Ciphertext":
        encoded = encode(self.public, factor)
        base, power = self.c, encoded.residue
        if power > self.public.max_int:  # a negative factor: invert, then a small power
            base, power = pow(base, -1, self.public.n_squared), self.public.n - power
        c = pow(base, power, self.public.n_squared)
        return Ciphertext(self.public, c, self.exponent + encoded.exponent)

    __rmul__ = __mul__

    def __neg__(self) -> "Ciphertext":
        return self * -1

    def __sub__(self, other: "Ciphertext | float") -> "Ciphertext":
        return self + (-other)

    def rerandomised(self) -> "Ciphertext":
        """Return another ciphertext of the same number, unlinkable to this one.

        Needed before a sum leaves the party that made it: products of known ciphertexts
        show what was computed.
        """
        mask = pow(self.public.random_unit(), self.public.n, self.public.n_squared)
        c = self.c * mask % self.public.n_squared
        return Ciphertext(self.public, c, self.exponent)
