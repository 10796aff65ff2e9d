"""Each step of Yao's first protocol, left out: what the other party then reads.

Every attack takes only what its party has: its own secrets and the messages it saw.

    left out                                   who learns what
    x drawn from few numbers                   Alice: j                 find_j
    x used twice                               Alice: j' - j            shift_between
    E and D (both the identity)                Bob: i                   find_i
    a key long enough not to be factored       Bob: i                   factor, find_i
    the reduction modulo p                     Bob: i                   find_i_unreduced
    a p short enough to hide behind            Bob: i                   find_i_unreduced
    a p long enough                            Bob: sometimes bounds    bracket
    the z at least 2 apart                     Bob: three answers       ActiveBob

Leaving out the "+ 1" leaves no answer at all. The last row needs an active Bob: against
a passive one the distance protects nothing.
"""

import math
from collections.abc import Sequence

from ppdl_course.publickey.rsa import PrivateKey, PublicKey


def find_j(key: PrivateKey, m: int, size: int, bound: int) -> list[int]:
    """Return every j that Bob can have, if he drew his x below ``bound``.

    Alice decrypts all her candidates anyway: Bob's x is the small one.
    """
    n = key.public.n
    return [u for u in range(1, size + 1) if key.decrypt((m + u - 1) % n) < bound]


def shift_between(first: int, second: int, n: int) -> int:
    """Return j' - j, from the two questions of a Bob who used his x twice."""
    shift = (first - second) % n
    return shift if shift <= n // 2 else shift - n


def find_i(y: Sequence[int], p: int, w: Sequence[int]) -> int:
    """Return i, for a Bob who knows all candidates: the entries left as they were."""
    return sum(entry == value % p for entry, value in zip(w, y, strict=True))


def find_i_unreduced(public: PublicKey, m: int, p: int, w: Sequence[int]) -> int:
    """Return i, for a Bob who finds out of which y an entry was made.

    He tries every y = w_u + t p below n and encrypts it: E(y) = m + u - 1 says that the
    entry is not raised. This takes n/p encryptions an entry: one if p > n (the
    numbers were never reduced), few if p is nearly as long as n, 2^1024 as designed.
    """
    n = public.n
    return sum(
        any(public.encrypt(y) == (m + u) % n for y in range(entry, n, p))
        for u, entry in enumerate(w)
    )


def factor(n: int) -> tuple[int, int]:
    """Return the two primes of a short modulus, by Pollard's rho method.

    Takes about n^(1/4) steps: 2^16 for 64 bits, 2^512 for 2,048.

    Source: J. M. Pollard, "A Monte Carlo Method for Factorization", BIT 15, 1975.
    """
    if n % 2 == 0:
        return 2, n // 2
    for constant in range(1, 100):  # one polynomial may find both primes at once
        slow = fast = 2
        divisor = 1
        while divisor == 1:
            slow = (slow * slow + constant) % n
            for _ in range(
                2
            ):  # Floyd: they meet modulo a prime before they do modulo n
                fast = (fast * fast + constant) % n
            divisor = math.gcd(slow - fast, n)
        if divisor != n:
            return min(divisor, n // divisor), max(divisor, n // divisor)
    raise ValueError(f"n must be a product of two primes, got {n}")


def bracket(p: int, w: Sequence[int]) -> tuple[int, int]:
    """Return bounds (low, high) with low <= i <= high, from the list alone.

    All z are at least 2 apart. So if w_u = w_v + 1, the entry w_v was raised and w_u
    was not: u <= i < v.
    """
    index = {entry: u for u, entry in enumerate(w, 1)}
    low, high = 1, len(w)
    for v, entry in enumerate(w, 1):
        u = index.get((entry + 1) % p)
        if u is not None:
            low, high = max(low, u), min(high, v - 1)
    return low, high


class ActiveBob:
    """An active Bob: asks m = -1 instead of a blinded number and gets three answers.

    E leaves 0 and 1 where they are, and -1 too, as e is odd. So he knows y_1 = -1,
    y_2 = 0 and y_3 = 1 without the trapdoor, and compares i with 1, 2 and 3 at once.
    An Alice who insists on numbers 2 apart finds no prime and stops.
    """

    def __init__(self, public: PublicKey) -> None:
        self._y = (public.n - 1, 0, 1)
        self.m = public.n - 1

    def answer(self, p: int, w: Sequence[int]) -> list[bool]:
        """Return whether i >= 1, i >= 2 and i >= 3."""
        pairs = zip(w[:3], self._y, strict=True)
        return [entry == y % p for entry, y in pairs]
