"""Small BCP keys for checks: safe primes are known, all else is drawn anew.

A key of 240 bits is broken in minutes. For a check that is no matter: the student's
function has no time to factor it, and is given the key anyway.

    N = (2p' + 1)(2q' + 1),   lam = p' q',   g a square modulo N^2
    owner's key a,  h = g^a;   A = g^r,  B = h^r (1 + m N)  modulo N^2

Source: E. Bresson, D. Catalano, D. Pointcheval, "A Simple Public-Key Cryptosystem with
a Double Trapdoor Decryption Mechanism and Its Applications", ASIACRYPT 2003.
"""

import math
from typing import NamedTuple

import numpy as np

# safe primes, found by search; the first ones can be computed with by hand
_SMALL = (7, 11, 23, 47, 59, 83, 107, 167, 179, 227)
LARGE_SAFE_PRIMES = (
    0xF6D76A9B229EED790BF427C1E5580B,
    0xE615A337DD12EF0579F203453F827B,
    0xD14992A2D74025F556AA6928CAA233,
    0xD20F6BED14FEED494603CEB699A61F,
    0xD5B4BDEDC078FDF166ABDF75BFC633,
    0xFF44B6AA355137F318F27FEC123C03,
    0xD2A6CF131089B8855444CF74E1AF47,
    0xE3B7FED84C892F12BD6B92BA803827,
)


class ToyKey(NamedTuple):
    """A BCP key with both trapdoors; see the module's own description."""

    N: int
    g: int
    h: int
    a: int
    lam: int

    def encrypt(self, m: int, r: int) -> tuple[int, int]:
        """Return (A, B) of a message 0 <= m < N with the randomness r."""
        square = self.N**2
        B = pow(self.h, r, square) * (1 + m * self.N) % square
        return pow(self.g, r, square), B

    def decrypt(self, A: int, B: int) -> int | None:
        """Return the message, by the owner's key; None if it is no ciphertext."""
        square = self.N**2
        if math.gcd(A, self.N) != 1:
            return None
        u = B * pow(A, -self.a, square) % square
        return (u - 1) // self.N if u % self.N == 1 else None


def number_below(n: int, rng: np.random.Generator) -> int:
    """Return a number in 0..n-1 for a check's inputs; n may be of any size."""
    return int.from_bytes(rng.bytes(n.bit_length() // 8 + 9), "big") % n


def toy_key(rng: np.random.Generator, *, small: bool = False) -> ToyKey:
    """Draw a key: of 240 bits, or of so few that everything can be tried."""
    while True:
        p, q = map(
            int,
            rng.choice(_SMALL if small else len(LARGE_SAFE_PRIMES), 2, replace=False),
        )
        if not small:
            p, q = LARGE_SAFE_PRIMES[p], LARGE_SAFE_PRIMES[q]
        N, lam = p * q, (p // 2) * (q // 2)
        g = pow(number_below(N * N, rng), 2, N * N)
        if math.gcd(g * lam, N) != 1:
            continue
        # g must generate the multiples of N, too, or the master cannot divide by k
        k = (pow(g, lam, N * N) - 1) // N
        if math.gcd(k, N) == 1:
            a = N + number_below(N * N // 2 - N, rng)
            return ToyKey(N, g, pow(g, a, N * N), a, lam)
