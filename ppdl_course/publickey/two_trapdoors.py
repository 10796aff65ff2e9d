"""DT-PKC: two trapdoors, and a strong one that two servers share.

    N = p q of safe primes, lambda = lcm(p - 1, q - 1),  g = -a^(2N) mod N^2, order
    lambda;   user i: weak secret theta_i, public h_i = g^theta_i
    Enc(m; r)   T1 = h^r (1 + m N),   T2 = g^r                         mod N^2
    weak        L(T1 / T2^theta),   L(u) = (u - 1) / N
    strong      L(T1^lambda) / lambda mod N            under whichever key: g^lambda = 1
    split       lambda_1 + lambda_2 = 0 mod lambda and = 1 mod N
    partial     T1^lambda_1 by one server, T1^lambda_2 by the other;  L(their product)
    joint key   h_1 h_2 ... h_k, whose weak secret is the sum

Only T1 takes part in strong and partial decryption. Objects hold what one party may
know: ``UserSecret`` (a user), ``StrongSecret`` (the key generation centre),
``StrongShare`` (one of the two servers). Pairs are written (a, b) = (T2, T1), as in
``paired``.

The paper takes the split modulo N^2; modulo N is enough, since 1 + m N has order N, and
its exponents are a third shorter. Each share alone is uniform.

Threat model: users trust that the two servers do not join. One share alone decrypts
nothing. NOT protected: both shares together read every message of every user, as does
whoever made the keys; see also ``paired``. Teaching code: unaudited.

Source: X. Liu, R. Deng, K.-K. R. Choo, J. Weng, "An Efficient Privacy-Preserving
Outsourced Calculation Toolkit With Multiple Keys", IEEE TIFS 11(11), 2016, section III;
taught in chapter 8.
"""

import math
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from ppdl_course.publickey.arithmetic.safe_primes import safe_prime_pair
from ppdl_course.publickey.arithmetic.squared_modulus import Factors, Parameters
from ppdl_course.publickey.arithmetic.whole_numbers import inverse, power, product
from ppdl_course.publickey.fixed_point import integer
from ppdl_course.publickey.paired import Ciphertext, Pair


@dataclass(frozen=True)
class StrongSecret:
    """The key generation centre's key: decrypts under every user's key.

    Attributes:
        parameters: N and g, for everybody.
        factors: The primes of N.
    """

    parameters: Parameters
    factors: Factors = field(repr=False, compare=False)

    @classmethod
    def generate(cls, bits: int = 2048) -> "StrongSecret":
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
    ) -> "StrongSecret":
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
            a = 1 + randbelow(n - 1)
            if math.gcd(a, n) != 1:
                continue
            g = -power(a, 2 * n, n * n) % (n * n)
            # of full order unless g is 1 or -1 modulo a prime, which only toys meet
            if math.gcd(g * g - 1, n) == 1:
                return cls(Parameters(n, g, exponent_bits), factors)

    def raw_decrypt(self, pair: Pair) -> int:
        """Return the message in [0, N) of a pair under any user's key.

        Raises:
            ValueError: If T1 is no unit modulo N^2 or of small order.
        """
        t1 = pair[1]
        self.parameters.require_elements(T1=[t1])
        return self.factors.log(t1) * self.factors.phi_inverse % self.parameters.n

    def decrypt(self, c: Ciphertext) -> int:
        """Return the signed message.

        Raises:
            ValueError: If ``c`` belongs to another N or g, or is none.
        """
        _require_same(self.parameters, c)
        return c.public.signed(self.raw_decrypt(c.pair))

    def split(
        self, *, randbelow: Callable[[int], int] = secrets.randbelow
    ) -> tuple["StrongShare", "StrongShare"]:
        """Return two shares, for two servers that do not join.

        Args:
            randbelow: Draws the first share, replaceable for known-answer tests.
        """
        n, lam = self.parameters.n, self.factors.phi // 2  # lcm: p', q' are odd primes
        whole = lam * inverse(lam, n)  # 0 modulo lambda, 1 modulo N
        first = randbelow(lam * n)
        shares = first, (whole - first) % (lam * n)
        return tuple(StrongShare(self.parameters, share) for share in shares)


@dataclass(frozen=True)
class StrongShare:
    """One server's share of the strong key: decrypts nothing by itself.

    Attributes:
        parameters: N and g.
        exponent: lambda_1 or lambda_2.
    """

    parameters: Parameters
    exponent: int = field(repr=False)

    def partial(self, t1: int) -> int:
        """Return T1^lambda_i modulo N^2, a partial decryption.

        Raises:
            ValueError: If T1 is no unit modulo N^2 or of small order.
        """
        self.parameters.require_elements(T1=[t1])
        return power(integer("T1", t1), self.exponent, self.parameters.n_squared)

    def partial_decrypt(self, c: Ciphertext) -> int:
        """Return :meth:`partial` of a ciphertext under any user's or a joint key.

        Raises:
            ValueError: If ``c`` belongs to another N or g, or is none.
        """
        _require_same(self.parameters, c)
        return self.partial(c.b)


def combine(parameters: Parameters, first: int, second: int) -> int:
    """Return the message in [0, N) of both servers' partial decryptions of one T1.

    Raises:
        ValueError: If they do not belong together: their product is not 1 modulo N.
    """
    n, square = parameters.n, parameters.n_squared
    for name, value in (("first", first), ("second", second)):
        if not 0 < integer(name, value) < square:
            raise ValueError(f"{name} must be in (0, N**2), it is not")
    opened = product((first, second), square)
    if opened % n != 1:
        raise ValueError(
            "first and second must be both shares' partial decryptions of one "
            "ciphertext: their product is not 1 modulo N"
        )
    return (opened - 1) // n


def _require_same(parameters: Parameters, c: Ciphertext) -> None:
    if c.public.parameters != parameters:
        raise ValueError("c was encrypted under a key of another N or g")
