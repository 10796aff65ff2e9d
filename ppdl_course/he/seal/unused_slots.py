"""Slots of a reply that hold no answer: read them all, and leave nothing in them.

A ciphertext has n/2 slots (CKKS; n in BFV), an answer fills a few. What rotations and
sums left in the others is made of the weights too, and whoever has the key reads every
slot. Two remedies, for a server that holds no key:

    random    reply + r in the clear, r = 0 in used slots, fresh and uniform in
              +-width elsewhere: no level, no key. One reply tells a value v there from
              another at most with advantage |v - v'| / (2 width); width is bounded by
              the modulus that is left (:func:`width`). In BFV r is uniform modulo t:
              nothing at all is told.
    mask      reply * m, m = 1 in used slots and 0 elsewhere: a level. m is encoded with
              rounding, so that v * 2^-30 or so remains: below one reply's noise, but
              thousands of replies to one question can be averaged.

Random numbers drown the noise of unused slots with the values; after a product by m it
is that of the last rescaling. NOT protected by either: the noise in the used slots,
which depends on all that was computed, and the ciphertext's second part, which the
server's steps made from the client's own. Hiding the whole circuit needs fresh
encryptions of 0 and noise flooding, at the price of precision.

Source of the last: C. Gentry, "Fully Homomorphic Encryption Using Ideal Lattices", STOC
2009, section 7 of the full version (circuit privacy).
"""

import math
import secrets
from collections.abc import Callable
from typing import Any

import numpy as np

from ppdl_course.arguments import between

MOST = 2.0**24
"""Widest random numbers: a float64 encoding keeps 2^-27 of precision beside them."""
SHARE = 8
"""Random numbers take an eighth of the modulus left; the answers keep the rest."""


def width(modulus_bits: float, scale: float, n: int) -> float:
    """Return how wide random numbers may be beside an answer, in the answer's unit.

    A slot's value spreads over all n coefficients: n/2 independent ones within +-R give
    coefficients of deviation R / sqrt(3 n), and 8 deviations are never seen.

    Args:
        modulus_bits: log2 of the product of the primes left.
        scale: The reply's.
        n: Ring degree.
    """
    room = 2.0 ** (modulus_bits - 1 - math.log2(scale))
    return min(room / SHARE * math.sqrt(3 * n) / 8, MOST)


def cover(
    used: np.ndarray,
    width: float,
    *,
    random_bytes: Callable[[int], bytes] = secrets.token_bytes,
) -> np.ndarray:
    """Return 0 in used slots and fresh uniform numbers of +-width in the others.

    Args:
        used: bool (slots,).
        width: From :func:`width`.
        random_bytes: Replaced for known-answer tests only.
    """
    words = np.frombuffer(random_bytes(8 * len(used)), np.uint64)
    uniform = (words >> np.uint64(11)) * 2.0**-52 - 1
    return np.where(used, 0.0, width * uniform)


def cover_modulo(
    used: np.ndarray,
    t: int,
    *,
    random_bytes: Callable[[int], bytes] = secrets.token_bytes,
) -> np.ndarray:
    """Return 0 in used slots and numbers uniform modulo t in the others, int64.

    Args:
        used: bool (slots,).
        t: BFV's plaintext modulus, below 2^62.
        random_bytes: Replaced for known-answer tests only.
    """
    between(2, 2**62, t=t)
    limit = 2**64 // t * t  # words from here on would favour small remainders
    values = np.empty(0, np.uint64)
    while len(values) < len(used):
        words = np.frombuffer(random_bytes(8 * len(used)), np.uint64)
        values = np.append(values, words[words <= np.uint64(limit - 1)])
    return np.where(used, 0, (values[: len(used)] % np.uint64(t)).astype(np.int64))


def first(count: int, slots: int) -> np.ndarray:
    """Return which slots hold an answer where the first ``count`` do, bool (slots,).

    Raises:
        ValueError: If ``count`` is not in 1..slots.
    """
    between(1, slots, count=count)
    return np.arange(slots) < count


def with_size(vector: Any, size: int) -> Any:
    """Return a TenSEAL vector that is one ciphertext, declared as ``size`` numbers.

    TenSEAL writes and reads as many slots as a vector declares; the ciphertext has all
    of them. So the client of a vector of 2 numbers reads n/2.

    Args:
        vector: A CKKS vector.
        size: 1..n/2.

    Raises:
        ValueError: If the vector spans several ciphertexts or has no such size.
    """
    import tenseal as ts

    ciphertexts = vector.ciphertext()
    if len(ciphertexts) != 1:
        raise ValueError(f"vector must be one ciphertext, got {len(ciphertexts)}")
    between(1, ciphertexts[0].poly_modulus_degree() // 2, size=size)
    # protobuf: field 1 (packed sizes), then field 2 (the ciphertext) as it was
    data = vector.serialize()
    if data[0] != 0x0A:
        raise ValueError(f"vector must begin with its sizes, got byte {data[0]:#x}")
    number, declared = size, bytearray()
    while number > 0x7F:
        declared.append(number & 0x7F | 0x80)
        number >>= 7
    declared.append(number)
    data = bytes([0x0A, len(declared), *declared]) + data[2 + data[1] :]
    return ts.ckks_vector_from(vector.context(), data)


def covered(vector: Any) -> Any:
    """Return a TenSEAL vector with random numbers in all slots it does not declare.

    Args:
        vector: A CKKS vector of one ciphertext, a result of whatever was computed.
    """
    ciphertext, size = vector.ciphertext()[0], vector.size()
    n = ciphertext.poly_modulus_degree()
    data = vector.context().seal_context().data.get_context_data(ciphertext.parms_id())
    bits = data.total_coeff_modulus_bit_count() - 1
    numbers = cover(first(size, n // 2), width(bits, ciphertext.scale, n))
    return with_size(with_size(vector, n // 2) + numbers.tolist(), size)
