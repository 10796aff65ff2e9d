"""ElGamal modulo N^2 with the message in the exponent of 1 + N: what two schemes share.

    public      N = p q of safe primes, g;   user: secret x, public h = g^x mod N^2
    Enc(m; r) = (a, b),   a = g^r,   b = h^r (1 + m N) mod N^2       m modulo N
    Dec         b / a^x = 1 + m N mod N^2
    componentwise product: sum of messages;   power k: k times the message

``two_trapdoors`` (DT-PKC, where the pair is written T1 = b, T2 = a) and ``bcp`` choose
g differently, and with it what the factors of N are good for. Everything here works
with N, g, h and a user's x alone.

Messages of objects are signed, within +-(N - 1) / 2; the functions ``raw_...`` take
residues of [0, N) and pairs (a, b) of Python's integers, as they cross a channel.

Threat model: whoever lacks x and the factors learns nothing of m (semantic security
under decisional Diffie-Hellman in the squares modulo N^2; with short exponents, the
default, under the short-exponent assumption too, see ``arithmetic.whole_numbers``).
Honest-but-curious parties.
Decryption squares b / a^x before it reads it, so that an a with its sign changed (order
2) does not tell whether x is even. NOT protected: integrity; and a user who tells what
it decrypted of a pair that somebody else made up gives its key away: (a (1 + N), b)
decrypts to m - x. Teaching code: unaudited, not constant time.

Source: E. Bresson, D. Catalano, D. Pointcheval, "A Simple Public-Key Cryptosystem with
a Double Trapdoor Decryption Mechanism and Its Applications", ASIACRYPT 2003.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from ppdl_course.publickey.arithmetic.squared_modulus import Parameters
from ppdl_course.publickey.arithmetic.whole_numbers import (
    WINDOW,
    inverse,
    power,
    product,
)
from ppdl_course.publickey.fixed_point import integer, shown

Pair = tuple[int, int]


@dataclass(frozen=True)
class PublicKey:
    """A user's public key, or the joint one of several: encrypts.

    Attributes:
        parameters: N and g.
        h: g^x; for several users the product of theirs.

    Raises:
        ValueError: If h is no unit modulo N^2 or of small order.
    """

    parameters: Parameters
    h: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "h", integer("h", self.h))
        self.parameters.require_elements(h=[self.h])

    @property
    def n(self) -> int:
        """The modulus N of messages."""
        return self.parameters.n

    @property
    def max_int(self) -> int:
        """Largest size of a signed message."""
        return (self.n - 1) // 2

    def prepare(self, *, window: int = WINDOW) -> "PublicKey":
        """Make tables for g and h, and return this key: encryption gets much faster."""
        self.parameters.prepare(self.h, window=window)
        return self

    def raw_encrypt(self, m: int, *, r: int | None = None) -> Pair:
        """Encrypt a residue of [0, N) as a pair (a, b).

        Args:
            m: The residue. 0 makes what rerandomises another pair.
            r: Fixed randomness for known-answer tests; by default fresh and secret.

        Raises:
            ValueError: If ``m`` is not in [0, N), or ``r`` not positive.
        """
        m = integer("m", m)
        if not 0 <= m < self.n:
            raise ValueError(f"m must be in [0, N), got {shown(m)}")
        p = self.parameters
        r = p.exponent() if r is None else integer("r", r)
        if r < 1:
            raise ValueError(f"r must be positive, got {r}")
        hidden = (p.power(self.h, r), 1 + m * self.n)
        return p.power(p.g, r), product(hidden, p.n_squared)

    def raw_add(self, c: Pair, d: Pair) -> Pair:
        """Return a pair of the sum of two messages."""
        square = self.parameters.n_squared
        return product((c[0], d[0]), square), product((c[1], d[1]), square)

    def raw_scale(self, c: Pair, factor: int) -> Pair:
        """Return a pair of ``factor`` times the message; a negative one inverts.

        A factor of 0 returns a fresh encryption of 0: (1, 1) would hide nothing.
        """
        factor = integer("factor", factor)
        if factor == 0:
            return self.raw_encrypt(0)
        square = self.parameters.n_squared
        return power(c[0], factor, square), power(c[1], factor, square)

    def encrypt(self, m: int, *, r: int | None = None) -> "Ciphertext":
        """Encrypt a signed integer.

        Raises:
            ValueError: If it is larger than :attr:`max_int` in size.
        """
        return Ciphertext(self, *self.raw_encrypt(self.residue(m), r=r))

    def residue(self, m: int, name: str = "m") -> int:
        """Return a signed integer modulo N; ValueError if it is out of range."""
        m = integer(name, m)
        if abs(m) > self.max_int:
            raise ValueError(
                f"{name} must be within +-(N - 1) / 2 = {shown(self.max_int)}, "
                f"got {shown(m)}"
            )
        return m % self.n

    def signed(self, residue: int) -> int:
        """Return the signed integer of a residue of [0, N)."""
        return residue - self.n if residue > self.max_int else residue

    def ciphertext(self, pair: Sequence[int]) -> "Ciphertext":
        """Return what came over a channel as a ciphertext under this key.

        Raises:
            ValueError: If it is not a pair of units modulo N^2 of large order.
        """
        if not isinstance(pair, tuple | list) or len(pair) != 2:
            raise ValueError(f"pair must be two integers (a, b), got {pair!r:.40}")
        self.parameters.require_elements(a=[pair[0]], b=[pair[1]])
        return Ciphertext(self, *map(int, pair))


@dataclass(frozen=True)
class Ciphertext:
    """An encrypted signed integer, which can be added and multiplied by known ones.

    Sums and products are modulo N and not rerandomised: whoever sees what went in and
    what came out knows the known numbers. Call :meth:`rerandomised` before one leaves.
    """

    public: PublicKey
    a: int = field(repr=False)
    b: int = field(repr=False)

    @property
    def pair(self) -> Pair:
        """(a, b), for a channel."""
        return self.a, self.b

    def __add__(self, other: "Ciphertext | int") -> "Ciphertext":
        """Add an encrypted or a known number.

        Raises:
            ValueError: If the keys differ or the known number is out of range.
        """
        if not isinstance(other, Ciphertext):
            known = 1 + self.public.residue(other, "summand") * self.public.n
            return self._with((self.a, self._times(self.b, known)))
        if other.public != self.public:
            raise ValueError("both summands must be under the same public key")
        return self._with(self.public.raw_add(self.pair, other.pair))

    __radd__ = __add__

    def __mul__(self, factor: int) -> "Ciphertext":
        """Multiply by a known integer.

        Raises:
            ValueError: If the factor is encrypted, no integer, or out of range.
        """
        self.public.residue(factor, "factor")
        return self._with(self.public.raw_scale(self.pair, factor))

    __rmul__ = __mul__

    def __neg__(self) -> "Ciphertext":
        return self * -1

    def __sub__(self, other: "Ciphertext | int") -> "Ciphertext":
        if not isinstance(other, Ciphertext):
            other = integer("summand", other)  # numpy's unsigned ones would wrap
        return self + -other

    def __rsub__(self, other: int) -> "Ciphertext":
        return -self + other

    def rerandomised(self) -> "Ciphertext":
        """Return another pair of the same message, unlinkable to this one."""
        fresh = self.public.raw_encrypt(0)
        return self._with(self.public.raw_add(self.pair, fresh))

    def _with(self, pair: Pair) -> "Ciphertext":
        return Ciphertext(self.public, *pair)

    def _times(self, x: int, y: int) -> int:
        return product((x, y), self.public.parameters.n_squared)


@dataclass(frozen=True)
class UserSecret:
    """A user's secret key: decrypts what is under its own public key, nothing else.

    Attributes:
        public: The other half.
        x: The secret exponent, theta or a in the papers.

    Raises:
        ValueError: If ``x`` is not the exponent of ``public``.
    """

    public: PublicKey
    x: int = field(repr=False)

    def __post_init__(self) -> None:
        p = self.public.parameters
        if p.power(p.g, integer("x", self.x)) != self.public.h:
            raise ValueError("x must be the exponent of h in public, it is another's")

    @classmethod
    def generate(cls, parameters: Parameters, *, x: int | None = None) -> "UserSecret":
        """Return a fresh key; ``x`` fixes it for known-answer tests."""
        x = parameters.exponent() if x is None else integer("x", x)
        return cls(PublicKey(parameters, parameters.power(parameters.g, x)), x)

    def raw_decrypt(self, pair: Pair) -> int:
        """Return the message in [0, N) of a pair under this key.

        Raises:
            ValueError: If it is no pair of units of large order, or was not encrypted
                under this key.
        """
        c, n = self.public.ciphertext(pair), self.public.n
        square = self.public.parameters.n_squared
        mask = power(c.a, self.x, square)
        opened = product((c.b, inverse(mask, square)), square)
        doubled = product((opened, opened), square)  # the sign of a is gone
        if doubled % n != 1:
            raise ValueError(
                "c was not encrypted under this key: b / a^x is not 1 modulo N"
            )
        return (doubled - 1) // n * ((n + 1) // 2) % n  # L gives 2 m

    def decrypt(self, c: Ciphertext) -> int:
        """Return the signed message.

        Raises:
            ValueError: If ``c`` belongs to another key, or is none (see
                :meth:`raw_decrypt`).
        """
        if c.public != self.public:
            raise ValueError("c was encrypted under another public key")
        return self.public.signed(self.raw_decrypt(c.pair))


def joint_key(keys: Sequence[PublicKey]) -> PublicKey:
    """Return the product of public keys: the key of the sum of their secrets.

    Raises:
        ValueError: If there is none, or they belong to different N or g.
    """
    if not keys:
        raise ValueError("keys must hold at least one public key, got none")
    first = keys[0].parameters
    if any(key.parameters != first for key in keys):
        raise ValueError("keys must share N and g, they do not")
    return PublicKey(first, product((key.h for key in keys), first.n_squared))
