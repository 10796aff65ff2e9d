"""Yao's first protocol: is i >= j, when Alice knows only i and Bob only j?

Both numbers are in 1..R. E is Alice's public permutation of 0..n-1, D its secret
inverse (here textbook RSA).

    Alice (i)                                             Bob (j)
    (E, D)                                --- E --->
                                          <--- m ----     x random, m = E(x) - j + 1
    y_u = D(m + u - 1),  u = 1..R
    p random prime of half the length of n,
      until all z_u = y_u mod p are at
      least 2 apart modulo p
    w_u = z_u for u <= i, z_u + 1 after   --- p, w -->    i >= j  iff  w_j = x mod p
                                          <- answer --

Among the y_u only y_j is known to Bob: it is x. Alice cannot tell which it is, since
E(x) is uniform, and so is m, whatever j.

Security: passive adversaries who cannot invert E. Alice's privacy ends where Bob can
search: with p bits of p he must try n/p preimages for each entry. An active Bob
does better (``attacks``). The work grows linearly with R, that is
exponentially with the bits of the numbers. Teaching code: not constant time; a key
under 2,048 bits is a toy.

Source: A. Yao, "Protocols for Secure Computations", FOCS 1982, section 2.
"""

import math
import secrets
from collections.abc import Callable, Sequence

from ppdl_course.arguments import at_least, between
from ppdl_course.parties.channel import Endpoint
from ppdl_course.publickey.rsa import PrivateKey, PublicKey

RandBelow = Callable[[int], int]
# As designed the first p nearly always suits: so many fail if p is too short for R.
_TRIES = 1000
_SMALL_PRIMES = [n for n in range(3, 2000, 2) if all(n % d for d in range(3, n, 2))]
_SMALL_PRODUCT = math.prod(_SMALL_PRIMES)


def is_prime(number: int, *, rounds: int = 20) -> bool:
    """Return whether ``number`` is prime, by Miller and Rabin's test.

    A composite passes with probability at most 4^-rounds, far less if it was drawn at
    random.
    """
    if number < 4:
        return number in (2, 3)
    if number % 2 == 0:
        return False
    # number - 1 = 2^twos odd; x & -x is the lowest bit that is set
    twos = ((number - 1) & (1 - number)).bit_length() - 1
    odd = (number - 1) >> twos
    return all(
        _strong(2 + secrets.randbelow(number - 3), number, odd, twos)
        for _ in range(rounds)
    )


def _strong(base: int, number: int, odd: int, twos: int) -> bool:
    power = pow(base, odd, number)
    if power in (1, number - 1):
        return True
    for _ in range(twos - 1):
        power = power * power % number
        if power == number - 1:
            return True
    return False


def random_prime(bits: int, *, randbelow: RandBelow = secrets.randbelow) -> int:
    """Return a random prime of exactly ``bits`` bits.

    Raises:
        ValueError: If ``bits`` is less than 2.
    """
    at_least(2, bits=bits)
    while True:
        number = (1 << (bits - 1)) + randbelow(1 << (bits - 1))
        if number > _SMALL_PRIMES[-1] and math.gcd(number, 2 * _SMALL_PRODUCT) > 1:
            continue  # one gcd spares nine of ten candidates the slow test
        if is_prime(number):
            return number


def make_key(bits: int) -> PrivateKey:
    """Return Alice's trapdoor permutation: RSA with a modulus of ``bits`` bits.

    From 1,024 bits on OpenSSL draws the primes. Less than 2,048 is insecure; less than
    about 100 falls to a page of Python (``attacks.factor``).

    Raises:
        ValueError: If ``bits`` is odd or below 32.
    """
    if bits < 32 or bits % 2:
        raise ValueError(f"bits must be even and at least 32, got {bits}")
    if bits >= 1024:
        return PrivateKey.generate(bits)
    while True:
        p, q = random_prime(bits // 2), random_prime(bits // 2)
        # e = 65537 is prime: invertible unless it divides p - 1 or q - 1
        suits = p != q and (p - 1) % 65537 and (q - 1) % 65537
        if suits and (p * q).bit_length() == bits:
            return PrivateKey.from_primes(p, q, e=65537)


def gap(numbers: Sequence[int], modulus: int) -> int:
    """Return the smallest distance of two of the numbers, around the modulus."""
    ordered = sorted(numbers)
    # sorted, the closest two are neighbours; the last is one of the first, around
    around = [*ordered[1:], ordered[0] + modulus]
    return min(b - a for a, b in zip(ordered, around, strict=True))


class Alice:
    """Owns i and the trapdoor.

    Args:
        i: Her number, in 1..size.
        size: R, the largest number either party may have.
        key: Her trapdoor permutation.
        prime_bits: Length of p; by default half of the modulus.
        least_gap: How far the z must be apart modulo p; 2 in the paper.
        randbelow: Source of secret numbers; replaced in known-answer tests only.
    """

    def __init__(
        self,
        i: int,
        size: int,
        key: PrivateKey,
        *,
        prime_bits: int | None = None,
        least_gap: int = 2,
        randbelow: RandBelow = secrets.randbelow,
    ) -> None:
        between(1, size, i=i)
        self._i, self._size, self._key = i, size, key
        self._prime_bits = prime_bits or key.public.n.bit_length() // 2
        self._least_gap, self._randbelow = least_gap, randbelow
        self.public = key.public

    def candidates(self, m: int) -> list[int]:
        """Return y_1..y_R, one of which is Bob's x.

        Raises:
            ValueError: If m is not in the domain of the permutation.
        """
        n = self.public.n
        between(0, n - 1, m=m)
        return [self._key.decrypt((m + u) % n) for u in range(self._size)]

    def raised_list(self, y: Sequence[int]) -> tuple[int, list[int]]:
        """Return p and w_1..w_R for the candidates ``y``.

        Raises:
            ValueError: If no prime of that length keeps the numbers apart: there are
                too many of them, or Bob's question was made so that they are close.
        """
        for _ in range(_TRIES):
            p = random_prime(self._prime_bits, randbelow=self._randbelow)
            z = [value % p for value in y]
            if self._size == 1 or gap(z, p) >= self._least_gap:
                return p, [(v + (u > self._i)) % p for u, v in enumerate(z, 1)]
        raise ValueError(
            f"size {self._size} is too large for a p of {self._prime_bits} bits, or "
            f"m was made so: the numbers are never {self._least_gap} apart"
        )


class Bob:
    """Owns j and draws x.

    Attributes:
        m: His question; uniform in 0..n-1, so it says nothing about j.
    """

    def __init__(
        self,
        j: int,
        size: int,
        public: PublicKey,
        *,
        randbelow: RandBelow = secrets.randbelow,
    ) -> None:
        between(1, size, j=j)
        self._j, self._size = j, size
        self._x = randbelow(public.n)
        self.m = (public.encrypt(self._x) - j + 1) % public.n

    def answer(self, p: int, w: Sequence[int]) -> bool:
        """Return whether i >= j, from Alice's list.

        Raises:
            ValueError: If the list has not R entries in 0..p-1.
        """
        if len(w) != self._size:
            raise ValueError(f"w must have {self._size} entries, got {len(w)}")
        if p < 2 or not all(0 <= entry < p for entry in w):
            raise ValueError(f"w must hold numbers in 0..p-1, p = {p}")
        return w[self._j - 1] == self._x % p


def play_alice(
    end: Endpoint,
    i: int,
    size: int,
    key_bits: int = 2048,
    *,
    key: PrivateKey | None = None,
) -> bool:
    """Play Alice over a channel; return whether i >= j.

    Args:
        end: Her end of the channel.
        i: Her number, in 1..size.
        size: R.
        key_bits: Length of the key she makes.
        key: One she made beforehand.
    """
    key = key or make_key(key_bits)
    alice = Alice(i, size, key)
    end.note("i", i)
    end.note("D", key.d)
    end.send("E", (key.public.n, key.public.e))
    y = alice.candidates(end.receive("m"))
    end.note("y", y)
    p, w = alice.raised_list(y)
    end.send("p, w", (p, w))
    return bool(end.receive("answer"))


def play_bob(end: Endpoint, j: int, size: int) -> bool:
    """Play Bob over a channel; return whether i >= j."""
    n, e = end.receive("E")
    bob = Bob(j, size, PublicKey(n, e))
    end.note("j", j)
    end.note("x", bob._x)
    end.send("m", bob.m)
    answer = bob.answer(*end.receive("p, w"))
    end.note("x mod p at place j", answer)
    end.send("answer", answer)
    return answer
