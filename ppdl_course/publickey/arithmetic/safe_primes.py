"""Safe primes p = 2 p' + 1, p' prime: for moduli whose squares have one large order.

Modulo N = p q of safe primes an element is 1 or -1 modulo p or q, or its order has
p' or q' as a factor: no small subgroup hides among the others. The two schemes with a
master key (``two_trapdoors``, ``bcp``) ask for such an N.

Among numbers of 1,024 bits one in some 200,000 is a safe prime. p' and 2 p' + 1 are
sieved together, in an interval with a secret start, before anything is tested.

:data:`PUBLISHED` holds pairs for chapters and tests, where nobody wants to wait.
**Everybody knows them: a key made of them protects nothing.**

Source: M. Wiener, "Safe Prime Generation with a Combined Sieve", IACR ePrint 2003/186.
"""

import secrets
from functools import cache

import numpy as np
from phe.util import is_prime

from ppdl_course.arguments import at_least
from ppdl_course.publickey.arithmetic.whole_numbers import power

SIEVED = 2**16
"""Primes below this are sieved out."""

INTERVAL = 2**18
"""Odd numbers that are sieved at once."""


def safe_prime(bits: int) -> int:
    """Return a secret random safe prime with its two highest bits set.

    Seconds at 1,024 bits, a few with gmpy2 and some twenty without.

    Raises:
        ValueError: If ``bits`` is below 32.
    """
    at_least(32, bits=bits)
    while True:
        # p' has one bit less than p; odd; its two highest bits set
        start = secrets.randbits(bits - 3) | 3 << (bits - 3) | 1
        for step in _survivors(start):
            half = start + 2 * int(step)
            p = 2 * half + 1
            # one cheap power refuses nearly all, before the twenty of a real test
            if power(2, half - 1, half) != 1 or power(2, p - 1, p) != 1:
                continue
            if p.bit_length() == bits and is_prime(half) and is_prime(p):
                return p


def _survivors(start: int) -> np.ndarray:
    """Return the steps k for which no small prime divides s = start + 2k or 2s + 1."""
    alive = np.ones(INTERVAL, dtype=bool)
    for prime in _small_primes():
        if prime >> 1 >= start:  # the number could be that prime itself
            break
        half = (prime + 1) // 2  # the inverse of 2
        alive[-start * half % prime :: prime] = False
        # 2 (start + 2k) + 1 = 0
        alive[-(2 * start + 1) * half * half % prime :: prime] = False
    return np.flatnonzero(alive)


@cache
def _small_primes() -> tuple[int, ...]:
    """Return the odd primes below ``SIEVED``."""
    prime = np.ones(SIEVED, dtype=bool)
    prime[:2] = False
    for k in range(2, int(SIEVED**0.5) + 1):
        prime[k * k :: k] = False
    return tuple(int(p) for p in np.flatnonzero(prime)[1:])


def safe_prime_pair(bits: int) -> tuple[int, int]:
    """Return two different secret safe primes whose product has ``bits`` bits.

    Raises:
        ValueError: If ``bits`` is below 1024 or odd. (Shorter: :data:`PUBLISHED`.)
    """
    if bits < 1024 or bits % 2:
        raise ValueError(f"bits must be even and at least 1024, got {bits}")
    p = q = safe_prime(bits // 2)
    while p == q:
        q = safe_prime(bits // 2)
    return p, q


def is_safe_prime(p: int) -> bool:
    """Whether p and (p - 1) / 2 are primes (probabilistic, error below 2^-50)."""
    return p > 4 and is_prime(p // 2) and is_prime(p)


PUBLISHED: dict[int, tuple[int, int]] = {
    256: (
        int(
            "C428F7AE8368A8B0F13604FE34B1571B",
            16,
        ),
        int(
            "F3287165A26A7E9968A06A05825E889B",
            16,
        ),
    ),
    512: (
        int(
            "FFA0D8A9810128B24CBBDAA9E7582E450FEC8C82A7FFA1DBECCAAA973954017F",
            16,
        ),
        int(
            "DFA61D2E251EC015E083D4DB1D0E2B21DCD9FCBE77061232DD619C576EB0F4C3",
            16,
        ),
    ),
    1024: (
        int(
            "C2C567690ECFCF1987A1294231751682CEAA6CFA8217BBD8528284BBBEE6D3D3"
            "E69357F056375B8BF17951803541C323524DAF9F8D055E3529B2A309AB587127",
            16,
        ),
        int(
            "F295D12D0F47BCC7FEF6F236929FD15AEE57620761159AF93E1D96720EDEB10C"
            "625CB800566C68FAFF353995151174AAA933013D6DF1806A4540D693934B34AB",
            16,
        ),
    ),
    2048: (
        int(
            "C77D0A298F98976186E3847DCF754804CCC84C2227AEB74FDBDD8F99FCDB9C31"
            "CFF00EF5D1B345C71CE675E0A998727E5CAB9A31B94D71E5967F226DFB85A7B6"
            "5A535236FF4F14F9DEA91170365C8247B27787D2D6D13719DCB258824DD456EF"
            "A6DD20A76E1BB535963DC4B0751E14BEF5E8177CF482F920BF5ACDA56E154ED3",
            16,
        ),
        int(
            "C164B206C35727098DF12F37891845E8B63B67C20A10D71EBEFA2BE65419D50C"
            "78BE2F2C733440E1B67C243B50878D7AB20CD420972B36F3D422D8F31C10F4E3"
            "00AA28A7E56676CB2F0E84350E888DC005BEC41F2CBC919676CE02C679A94481"
            "227EA159B36B731D6A1761662455983A8E56D6E7BB781663D6A1737EEDA72223",
            16,
        ),
    ),
}
"""Pairs of safe primes by the bits of their product. Known to all: INSECURE."""
