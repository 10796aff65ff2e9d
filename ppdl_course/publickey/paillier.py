"""Paillier's cryptosystem from scratch: encryption that adds.

    n = p q,   lambda = lcm(p-1, q-1),   L(u) = (u - 1) / n
    mu = L(g^lambda mod n^2)^(-1) mod n
    Enc(m; r) = g^m r^n mod n^2            r random and coprime to n
    Dec(c)    = L(c^lambda mod n^2) mu mod n
    Enc(a) Enc(b) = Enc(a + b),   Enc(a)^k = Enc(k a)          plaintexts modulo n

With g = n + 1 the first power is free: (n + 1)^m = 1 + m n mod n^2.

Numbers: ``Encoded`` writes a real as mantissa * 16**exponent, negatives as n minus
their size. Only the lowest and the highest third of [0, n) are used. This is the
convention of the library ``phe``, with which ciphertexts can be exchanged. Many values
in one ciphertext: see ``packing``.

Overflow: each ciphertext carries a public bound on the size of its mantissa, and no
operation is done that could leave the range; see ``encrypted_number``, also for what
the bound tells.

Threat model: whoever lacks lambda learns nothing of m but its exponent and its bound
(semantic security under the decisional composite residuosity assumption),
honest-but-curious parties. NOT protected: integrity (anyone with the public key adds
what they like, and a bound is only as honest as who states it), the exponent of a
fraction, timing. Teaching code: unaudited, not constant time.

Source: P. Paillier, "Public-Key Cryptosystems Based on Composite Degree Residuosity
Classes", EUROCRYPT 1999, section 4.
"""

import math
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from ppdl_course.arguments import at_least
from ppdl_course.publickey.arithmetic.whole_numbers import inverse, power, product
from ppdl_course.publickey.encrypted_number import Ciphertext, Encoded, encode
from ppdl_course.publickey.fixed_point import (
    BASE,
    FLOAT_BOUND,
    exact_ratio,
    integer,
    shown,
)
from ppdl_course.publickey.rsa import prime_pair

FRESH_BOUND = 2**64
"""Largest mantissa without a stated bound; holds 64-bit integers and all floats."""


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
        # numpy's integers would wrap below
        object.__setattr__(self, "n", integer("n", self.n))
        object.__setattr__(self, "g", integer("g", self.g))
        at_least(15, n=self.n)
        if self.g == 0:
            object.__setattr__(self, "g", self.n + 1)
        object.__setattr__(self, "n_squared", self.n**2)

    n_squared: int = field(init=False, repr=False, compare=False)

    @property
    def max_int(self) -> int:
        """Largest size of a signed plaintext: a third of n."""
        return self.n // 3 - 1

    @property
    def fresh_bound(self) -> int:
        """Bound of a fresh ciphertext: 2**64, or half of ``max_int`` in a toy key."""
        return min(FRESH_BOUND, self.max_int // 2)

    def require_room(self, bound: int, what: str) -> None:
        """Raise ValueError if mantissas up to ``bound`` could leave the range."""
        if bound > self.max_int:
            over = bound - self.max_int
            reach = f"max_int + {over}" if over <= 2**64 else shown(bound)
            raise ValueError(
                f"{what} could reach {reach} in size, this key holds at most max_int = "
                f"{shown(self.max_int)}: encrypt with a smaller bound, round known "
                "factors, or take a longer key"
            )

    def raw_encrypt(self, m: int, *, r: int | None = None) -> int:
        """Encrypt a plaintext of [0, n).

        Args:
            m: The plaintext.
            r: Fixed randomness for known-answer tests; by default fresh and secret.

        Raises:
            ValueError: If ``m`` is not in [0, n), or ``r`` is not coprime to n.
        """
        m = integer("m", m)
        if not 0 <= m < self.n:
            raise ValueError(f"m must be in [0, n), got {shown(m)}")
        r = self.random_unit() if r is None else integer("r", r)
        if math.gcd(r, self.n) != 1:
            raise ValueError(f"r must be coprime to n, got {shown(r)}")
        return self.g_to(m) * power(r, self.n, self.n_squared) % self.n_squared

    def raw_add(self, c: int, d: int) -> int:
        """Return a ciphertext of the sum of two plaintexts."""
        return product((c, d), self.n_squared)

    def raw_scale(self, c: int, factor: int) -> int:
        """Return a ciphertext of ``factor`` times the plaintext."""
        return power(c, factor, self.n_squared)

    def g_to(self, m: int) -> int:
        """Return g^m mod n^2: an encryption of m in [0, n) that hides nothing."""
        if self.g == self.n + 1:
            return 1 + m * self.n  # the binomial theorem: n^2 divides the other terms
        return power(self.g, m, self.n_squared)

    def random_unit(
        self, *, randbelow: Callable[[int], int] = secrets.randbelow
    ) -> int:
        """Return a secret random element of [1, n) that is coprime to n."""
        while True:
            r = 1 + randbelow(self.n - 1)
            if math.gcd(r, self.n) == 1:
                return r

    def encrypt(
        self,
        value: float,
        *,
        exponent: int | None = None,
        largest: float | None = None,
    ) -> Ciphertext:
        """Encrypt a signed integer or a real; see :func:`encode`.

        Args:
            value: A finite number.
            exponent: Power of 16 to which the number is rounded.
            largest: Public bound on the size of the value, agreed before it is seen.
                By default the mantissa has at most 64 bits: any float, and an integer
                up to 2**64 in size. A smaller one leaves more room for sums.

        Raises:
            ValueError: If the value is not finite, exceeds the bound, or the bound
                exceeds what the key holds.
        """
        encoded = encode(self, value, exponent=exponent)
        if largest is None:
            bound = self.fresh_bound
            if abs(encoded.mantissa) > bound:
                raise ValueError(
                    f"value must have a mantissa of at most {shown(bound)} in size "
                    "unless a larger public bound is stated as largest, "
                    f"got {shown(encoded.mantissa)} at exponent {encoded.exponent}"
                )
        else:
            bound = self._stated(largest, value, encoded.exponent)
            if exponent is None and isinstance(value, float):
                # a tiny number's exponent is so low that largest is far beyond n there
                bound = min(bound, FLOAT_BOUND)
            self.require_room(bound, f"a value up to {shown(largest)}")
        c = self.raw_encrypt(encoded.residue)
        return Ciphertext(self, c, encoded.exponent, bound)

    def _stated(self, largest: float, value: float, exponent: int) -> int:
        top, bottom = exact_ratio("largest", largest)
        if top <= 0:
            raise ValueError(f"largest must be positive, got {largest}")
        numerator, denominator = exact_ratio("value", value)
        if abs(numerator) * bottom > top * denominator:
            raise ValueError(
                f"value must be within +-largest = {shown(largest)}, got {shown(value)}"
            )
        if exponent >= 0:
            bottom *= BASE**exponent
        else:
            top *= BASE**-exponent
        return -(-top // bottom)  # upwards: rounding may have made the value larger


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
        p, q = integer("p", p), integer("q", q)
        n = p * q
        if p == q or math.gcd(n, (p - 1) * (q - 1)) != 1:
            raise ValueError(f"p q must be coprime to (p-1)(q-1), got {p}, {q}")
        public = PublicKey(n, g)
        lam = math.lcm(p - 1, q - 1)
        quotient = (power(public.g, lam, n * n) - 1) // n
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
        n, c = self.public.n, integer("c", c)
        if not 0 < c < n * n or math.gcd(c, n) != 1:
            raise ValueError(f"c must be in (0, n**2) and coprime to n, got {shown(c)}")
        pp, qq = self.p**2, self.q**2
        # half the modulus and half the exponent, twice: a quarter of the work
        at_p = 1 + (power(c, self.p - 1, pp) - 1) * (self.lam // (self.p - 1)) % pp
        at_q = 1 + (power(c, self.q - 1, qq) - 1) * (self.lam // (self.q - 1)) % qq
        joined = at_p + pp * ((at_q - at_p) * inverse(pp, qq) % qq)
        return (joined - 1) // n * self.mu % n

    def decrypt(self, c: Ciphertext) -> int | float:
        """Return the signed value: an int if its exponent is >= 0, else a float.

        Raises:
            ValueError: If ``c`` belongs to another key.
            OverflowError: If the mantissa exceeds the bound of ``c``: somebody added
                or multiplied more than they stated. (What went right round n and came
                back below the bound cannot be told from an honest number.) Or if the
                value is larger than any float.
        """
        if c.public != self.public:
            raise ValueError("c was encrypted under another public key")
        encoded = Encoded(self.public, self.raw_decrypt(c.c), c.exponent)
        if abs(encoded.mantissa) > c.bound:
            raise OverflowError(
                f"the mantissa is {shown(encoded.mantissa)}, stated was at most "
                f"{shown(c.bound)} in size"
            )
        return encoded.decode()
