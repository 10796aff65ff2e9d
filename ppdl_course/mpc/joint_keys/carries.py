r"""Is z < r, where one server has z in bits and the other has r? A blind comparison.

The crypto server knows z, the cloud r, both of k bits; the cloud wants [z < r] under
encryption, and neither may learn it. To leave no draw, 2 z + 1 is compared with 2 r.

    crypto server -> cloud     T1 of Enc(z_i), each bit
    cloud    s = 1 or -1 by a fair coin
             c_i = s (z_i - r_i) + 1 + sum_{j > i} (z_j xor r_j)    i = k-1 .. 0, and
             c_* = s + 1 + sum_{all j} (z_j xor r_j)                for the last bit
             one c is 0 exactly if  2 z + 1 < 2 r  (s = 1),  2 z + 1 > 2 r  (s = -1)
    cloud -> crypto server     c rho + 0 in random order, rho random units of Z_N
    crypto server -> cloud     Enc(1) if one is 0, else Enc(0)
    cloud    that, or one minus it, as the coin fell

The c are small, so those that are not 0 have an inverse, and times rho they are uniform
units: the crypto server sees k + 1 of them, or k and a zero at a random place, by a
coin that it does not know. Each is refreshed by g^r; without that the crypto server,
who made the encryptions of the bits, would recognise which of them entered which c.

Sources: I. Damgård, M. Geisler, M. Krøigaard, "Efficient and Secure Comparison for
On-Line Auctions", ACISP 2007; T. Veugen, "Improving the DGK Comparison Protocol", WIFS
2012 (the coin). PDLM's toolkit compares with one product instead, which is cheaper and
tells more: see ``attacks``.
"""

import secrets
from collections.abc import Sequence

from ppdl_course.mpc.joint_keys.residues import (
    Integers,
    fresh_powers,
    inverses,
    random_integers,
)
from ppdl_course.publickey.arithmetic.squared_modulus import Parameters
from ppdl_course.publickey.arithmetic.whole_numbers import power

_ORDER = secrets.SystemRandom()


def bits_of(value: int, count: int) -> list[int]:
    """Return the lowest ``count`` bits, the lowest first."""
    return [value >> i & 1 for i in range(count)]


def terms(
    bits: Sequence[int],
    inverted: Sequence[int],
    own: Sequence[int],
    sign: int,
    parameters: Parameters,
) -> list[int]:
    """Return T1 of c_{k-1}, ..., c_0, c_*.

    Args:
        bits: T1 of an encryption of each bit of z, the lowest first.
        inverted: Their inverses modulo N^2.
        own: The bits of r, the lowest first.
        sign: s, 1 or -1.
        parameters: Modulus.
    """
    n, square = parameters.n, parameters.n_squared
    differing, found = 1, []  # T1 of an encryption of 0
    for bit, opposite, r in reversed(list(zip(bits, inverted, own, strict=True))):
        difference = bit if sign == 1 else opposite
        plain = 1 + (1 - sign * r) * n
        found.append(difference * differing % square * plain % square)
        unequal = opposite * (1 + n) % square if r else bit
        differing = differing * unequal % square
    found.append(differing * (1 + (sign + 1) * n) % square)
    return found


def blinded_terms(
    bits: Integers, own: Integers, parameters: Parameters
) -> tuple[list[int], list[int]]:
    """Return what the cloud sends for many comparisons, and its coins.

    Args:
        bits: T1 of the bits of each z, ``(values, k)``, dtype object.
        own: Bits of each r, ``(values, k)``.
        parameters: Modulus and g.

    Returns:
        T1 of k + 1 blinded numbers a comparison, in one list; and each coin s.
    """
    inverted = inverses(bits, parameters.n_squared)
    blinded, coins = [], []
    for row, opposite, r in zip(bits, inverted, own, strict=True):
        sign = 1 - 2 * secrets.randbits(1)
        found = terms(row, opposite, r, sign, parameters)
        _ORDER.shuffle(found)
        units = random_integers((len(found),), parameters.n - 1) + 1
        fresh = fresh_powers((len(found),), parameters)
        blinded += [
            power(c, rho, parameters.n_squared) * g % parameters.n_squared
            for c, rho, g in zip(found, units, fresh, strict=True)
        ]
        coins.append(sign)
    return blinded, coins
