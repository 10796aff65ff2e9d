"""Keys with two trapdoors for the checks of chapter 8: toy size, insecure, and quick.

What is expected comes from the definitions, in Python's integers, and never from a
solution or from the package's own scheme.
"""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ppdl_course.checks.verdict import Mistake, require

Ciphertext = tuple[int, int]

SAFE_PRIMES = (
    0xDF324C205D3E1D20C8FAF8908682EFAF,
    0xDF15673EF2ED27589EDDA73920473F7B,
    0xFF92BA540BBC169E40CE4C4F50203B57,
    0xCB78923B0928C0AABFE2E91D92E6F4B3,
    0xD7715BD8B32DAB4A734D551EE154DDFB,
    0xD206465C9638852D5D477B12078714DB,
    0xFCDE643F3246BE902C78CFA999513333,
    0xFB3AA477C9ED26EBF5176FC8A50387A3,
)
"""Of 128 bits: safe primes take minutes to find, so a check does not look for them."""
SMALL_SAFE_PRIMES = (0xDB87DCFA5517, 0xF9388176F683, 0xF578853C3BC3, 0xF11CD9AEB48F)
"""Of 48 bits."""
TINY = 1000
"""Exponents below this can be tried while one waits."""


def random_below(rng: np.random.Generator, bound: int) -> int:
    """Return a whole number below ``bound`` for a check's inputs, of any size."""
    return int.from_bytes(rng.bytes(bound.bit_length() // 8 + 16), "big") % bound


@dataclass(frozen=True)
class Master:
    """Everything that the key authority knows.

    Attributes:
        p: A safe prime.
        q: Another one.
        g: A number of order lam modulo N^2.
    """

    p: int
    q: int
    g: int

    @classmethod
    def drawn(cls, rng: np.random.Generator, *, small: bool = False) -> "Master":
        """Return a key with two of the fixed primes and a fresh g."""
        primes = SMALL_SAFE_PRIMES if small else SAFE_PRIMES
        p, q = (primes[k] for k in rng.choice(len(primes), 2, replace=False))
        n = p * q
        return cls(p, q, -pow(random_below(rng, n * n), 2 * n, n * n) % (n * n))

    @classmethod
    def tiny(cls) -> "Master":
        """Return a key that powers may forget the modulus of, without end in sight.

        A power of 256 bits by an exponent of 256 bits is never done unless it is
        reduced on the way. Here it is, and the result says what was forgotten.
        """
        return cls(7, 11, -pow(2, 154, 77**2) % 77**2)

    @property
    def n(self) -> int:
        """The modulus N."""
        return self.p * self.q

    @property
    def square(self) -> int:
        """N^2."""
        return self.n**2

    @property
    def lam(self) -> int:
        """The strong key."""
        return math.lcm(self.p - 1, self.q - 1)

    def user(self, rng: np.random.Generator) -> tuple[int, int]:
        """Return a user's weak key and public key."""
        theta = 1 + random_below(rng, self.n // 4)
        return theta, pow(self.g, theta, self.square)

    def encrypt(self, m: int, h: int, rng: np.random.Generator) -> Ciphertext:
        """Return a ciphertext of m under h."""
        s = 1 + random_below(rng, self.n // 4)
        plain = 1 + m % self.n * self.n
        return pow(h, s, self.square) * plain % self.square, pow(self.g, s, self.square)

    def by_weak_key(self, c: Ciphertext, theta: int) -> int | None:
        """Return the plaintext for a weak key, or None where none comes out."""
        if math.gcd(c[1], self.n) != 1:
            return None
        u = c[0] * pow(pow(c[1], theta, self.square), -1, self.square) % self.square
        return (u - 1) // self.n if u % self.n == 1 else None

    def by_strong_key(self, first: int) -> int:
        """Return the plaintext in T1, whatever its key; T1 is coprime to N."""
        u = pow(first, self.lam, self.square)
        return (u - 1) // self.n * pow(self.lam, -1, self.n) % self.n


def integer(value: object, what: str) -> int:
    """Return a whole number of an answer as an int, or say that it is none."""
    require(value is not None, f"{what} is None: does every path return a value?")
    if isinstance(value, float):
        raise Mistake(
            f"{what} is a float, which keeps 53 bits: stay in integers, // and pow "
            "with three arguments."
        )
    # gmpy2's integers are whole numbers, too
    whole = hasattr(value, "__index__") and not isinstance(value, bool)
    require(whole, f"{what} must be an int, got {type(value).__name__}.")
    return int(value)  # type: ignore[call-overload]


def several(value: object, count: int, what: str) -> tuple:
    """Return the parts of an answer's result, or say how many it should have."""
    parts = tuple(value) if isinstance(value, tuple | list) else ()
    got = f"{len(parts)} parts" if parts else type(value).__name__
    require(len(parts) == count, f"{what}, {count} parts: got {got}.")
    return parts


def ciphertext_of(value: object, key: Master, what: str) -> Ciphertext:
    """Return an answer's ciphertext, both parts in 1..N^2 - 1 and coprime to N."""
    parts = several(value, 2, f"{what} must be a ciphertext (T1, T2)")
    for name, part in zip(("T1", "T2"), parts, strict=True):
        number = integer(part, f"{name} of {what}")
        require(
            0 < number < key.square,
            f"{name} of {what} is outside 1..N^2 - 1: reduce it modulo N^2.",
        )
        require(
            math.gcd(number, key.n) == 1,
            f"{name} of {what} shares a factor with N, and no ciphertext does: is it "
            "a product of powers, with N in the factor 1 + m N alone?",
        )
    return int(parts[0]), int(parts[1])


def require_reduced(value: object, key: Master, what: str) -> None:
    """Require of a tiny key's ciphertext that no part has outgrown N^2.

    Nothing else is asked: with so few numbers mistakes give the same as others.
    """
    for part in value if isinstance(value, tuple | list) else ():
        if hasattr(part, "__index__"):
            require(
                int(part) < key.square,
                f"{what} is not reduced: reduce it modulo N^2, and powers on the way. "
                "With real keys they have more digits than any memory.",
            )


def require_unrelated(powers: Sequence[int], key: Master, what: str) -> None:
    """Require that exponents of g are not tiny, nor follow from the one before.

    Tiny is below ``TINY``. A step of at most 8 either way and a multiple of at most 8
    are looked for. Independent exponents of 94 bits or more are related so, or
    tiny, with probability below 2^-70.

    Args:
        powers: g^s of each call, in order.
        key: With N and g.
        what: What s is, at the beginning of a sentence.
    """
    square, g, seen = key.square, 1, {1}
    for _ in range(TINY):
        g = g * key.g % square
        seen.add(g)
    require(
        not seen & set(powers),
        f"{what} is below {TINY}: so few values can all be tried.",
    )
    steps = {pow(key.g, k, square) for k in range(-8, 9)}
    for before, after in itertools.pairwise(powers):
        near = after * pow(before, -1, square) % square in steps
        multiple = after in {pow(before, k, square) for k in range(2, 9)}
        require(
            not (near or multiple),
            f"{what} follows from the one before, by "
            f"{'a small step' if near else 'a small factor'}: whoever learns one knows "
            "the next. Draw afresh.",
        )
