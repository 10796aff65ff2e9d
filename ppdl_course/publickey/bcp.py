"""BCP: a user decrypts with its own secret, a master with the primes of N.

    N = p q of safe primes,  g = a^2 mod N^2 of order N p' q',  g^phi = 1 + k N
    user: secret x, public h = g^x
    Enc(m; r)   a = g^r,   b = h^r (1 + m N)                           mod N^2
    user        b / a^x = 1 + m N
    master      log(u) = t where u^phi = 1 + t N,  phi = (p - 1)(q - 1)
                log a = r k,  log h = x k,  log b = m phi + x r k      mod N
                m = (log b - log a log h / k) / phi mod N
    key switch  master decryption, encryption under another user's key

The paper divides b by g^(x r mod N) before it takes the last logarithm; logarithms add,
so that the division is a subtraction and no power of g is needed.

The master needs the *right* h: with another user's it gets a number, but not m, and
nothing tells it so. A user with the wrong secret notices: what it gets is not 1 modulo
N.

Threat model: users trust the master, who reads everything (with short exponents even
each user's secret, log h / k): a protocol gives it blinded ciphertexts only, as
``federated.many_keys``. Otherwise as in ``paired``. Teaching code: unaudited.

Source: E. Bresson, D. Catalano, D. Pointcheval, "A Simple Public-Key Cryptosystem with
a Double Trapdoor Decryption Mechanism and Its Applications", ASIACRYPT 2003, section 3;
taught in chapter 13.
"""

import math
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from ppdl_course.publickey.arithmetic.safe_primes import safe_prime_pair
from ppdl_course.publickey.arithmetic.squared_modulus import Factors, Parameters
from ppdl_course.publickey.arithmetic.whole_numbers import inverse, power
from ppdl_course.publickey.paired import Ciphertext, Pair, PublicKey


@dataclass(frozen=True)
class MasterSecret:
    """The authority's key: decrypts under every user's key, if told which.

    Attributes:
        parameters: N and g, for everybody.
        factors: The primes of N.

    Raises:
        ValueError: If the primes are not N's, or N does not divide the order of g.
    """

    parameters: Parameters
    factors: Factors = field(repr=False, compare=False)
    _k_inverse: int = field(init=False, repr=False, compare=False)
    _logs: dict[int, int] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        if self.factors.n != self.parameters.n:
            raise ValueError("factors must be the primes of N, they are another's")
        k = self.factors.log(self.parameters.g)
        if math.gcd(k, self.factors.n) != 1:
            raise ValueError("g must have an order that N divides, it has not")
        object.__setattr__(self, "_k_inverse", inverse(k, self.factors.n))

    @classmethod
    def generate(cls, bits: int = 2048) -> "MasterSecret":
        """Return a fresh key with an N of ``bits`` bits: seconds at 2,048."""
        return cls.from_primes(*safe_prime_pair(bits))

    @classmethod
    def from_primes(
        cls,
        p: int,
        q: int,
        *,
        exponent_bits: int = 0,
        randbelow: Callable[[int], int] = secrets.randbelow,
    ) -> "MasterSecret":
        """Return a key of given safe primes, with a fresh g.

        Args:
            p: One prime; see ``arithmetic.safe_primes``.
            q: The other.
            exponent_bits: See ``Parameters``.
            randbelow: Draws g, replaceable for known-answer tests.

        Raises:
            ValueError: If p = q or p q shares a factor with (p - 1)(q - 1).
        """
        factors = Factors(p, q)
        n = factors.n
        while True:
            a = 1 + randbelow(n * n - 1)
            if math.gcd(a, n) != 1:
                continue
            g = power(a, 2, n * n)
            # of full order unless it is 1 modulo a prime or N's part is missing
            if math.gcd(g * g - 1, n) == 1 and math.gcd(factors.log(g), n) == 1:
                return cls(Parameters(n, g, exponent_bits), factors)

    def raw_decrypt(self, public: PublicKey, pair: Pair) -> int:
        """Return the message in [0, N) of a pair under ``public``.

        With another user's key the result is another number, and no error.

        Raises:
            ValueError: If the key belongs to another N or g, or the pair is none of
                units of large order.
        """
        if public.parameters != self.parameters:
            raise ValueError("public must be a key of this N and g, it is not")
        c, n, log = public.ciphertext(pair), self.parameters.n, self.factors.log
        if public.h not in self._logs:  # once a user
            self._logs[public.h] = log(public.h) * self._k_inverse % n
        masked = log(c.a) * self._logs[public.h]  # x r k
        return (log(c.b) - masked) * self.factors.phi_inverse % n

    def decrypt(self, c: Ciphertext) -> int:
        """Return the signed message.

        Raises:
            ValueError: If ``c`` belongs to another N or g, or is none.
        """
        return c.public.signed(self.raw_decrypt(c.public, c.pair))

    def switch(self, c: Ciphertext, to: PublicKey) -> Ciphertext:
        """Return the message under another user's key; the master reads it meanwhile.

        Blind ``c`` first, ``c + t`` for a secret random t, and take t off afterwards.

        Raises:
            ValueError: As :meth:`decrypt`, or if ``to`` belongs to another N or g.
        """
        if to.parameters != self.parameters:
            raise ValueError("to must be a key of this N and g, it is not")
        return to.encrypt(self.decrypt(c))
