"""Who reads what: each server alone, both together, and a comparison that tells more.

    one server         T1^lambda_i is not 1 modulo N: there is no message to read
    both servers       T1^(lambda_1 + lambda_2) = 1 + m N: everything, whoever's key
    scaled comparison  the toolkit's less-than opens s rho d, d = 2 (x - y) + 1, with a
                       random rho and a random sign s. The sign hides which is larger.
                       The size of s rho d tells that of d, up to the length of rho;
                       and two openings for one pair have d as a common divisor

That the published less-than multiplies by one random number is after Liu et al. 2016,
section IV (from memory: its exact range of rho is **reconstructed**).

Source: X. Liu, R. Deng, K.-K. R. Choo, J. Weng, IEEE TIFS 11, 2016.
"""

import math
import secrets
from collections.abc import Sequence

import numpy as np

from ppdl_course.arguments import at_least
from ppdl_course.mpc.joint_keys.residues import Integers
from ppdl_course.mpc.joint_keys.sealed import Sealed
from ppdl_course.publickey.two_trapdoors import StrongShare, combine


def read_alone(share: StrongShare, sealed: Sealed) -> list[int | None]:
    """Return what one server's half of the strong key decrypts: None where nothing.

    It tries what decryption does with the whole key: raise T1 to the exponent, and take
    what stands before N. Only a number that is 1 modulo N has something there.
    """
    n = share.parameters.n
    opened = [share.partial(t1) for t1 in sealed.first.flat]
    return [(u - 1) // n if u % n == 1 else None for u in opened]


def read_together(
    cloud: StrongShare, crypto_server: StrongShare, sealed: Sealed
) -> Integers:
    """Return all values that two colluding servers read, signed, dtype object.

    The halves of the key are all that it takes, whoever encrypted under whatever key.

    Raises:
        ValueError: If the shares do not belong together.
    """
    values = np.empty(sealed.shape, object)
    for index, t1 in np.ndenumerate(sealed.first):
        opened = (share.partial(t1) for share in (cloud, crypto_server))
        values[index] = sealed.key.signed(combine(sealed.key.parameters, *opened))
    return values


def scaled_comparison(x: int, y: int, *, rho_bits: int) -> int:
    """Return what the published less-than shows the crypto server for one pair.

    Args:
        x: A secret.
        y: Another.
        rho_bits: Bits of the random factor, its highest bit set.
    """
    at_least(2, rho_bits=rho_bits)
    rho = secrets.randbits(rho_bits - 1) | 1 << (rho_bits - 1)
    sign = 1 - 2 * secrets.randbits(1)
    return sign * rho * (2 * (x - y) + 1)


def size_of_difference(view: int, *, rho_bits: int) -> int:
    """Return the bits of 2 (x - y) + 1 from one view, right or one too many.

    Raises:
        ValueError: If the view is shorter than the factor.
    """
    at_least(rho_bits, view_bits=abs(view).bit_length())
    return abs(view).bit_length() - rho_bits + 1


def difference_of_views(views: Sequence[int]) -> int:
    """Return |2 (x - y) + 1| from several comparisons of one pair, or a multiple.

    It is exact unless all random factors share a divisor: for two of them in
    6 / pi^2 = 61 % of the cases, for k in 1 / zeta(k).

    Raises:
        ValueError: If there are fewer than two views.
    """
    at_least(2, views=len(views))
    return math.gcd(*views)
