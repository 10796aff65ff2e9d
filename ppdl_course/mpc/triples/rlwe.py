"""Products of one party's matrix and the other's, by ring-LWE with plaintexts mod 2^64.

    A holds U (m x k), B holds V (k x n); they get shares of U V modulo 2^64

    B: key s; each row of V in the coefficients of one ciphertext, a column each
           row j:  c0_j = e_j + encode(V_j) - a_j s       ---- c0 ---->   a from a seed
    A: for each row i, R_i random words
           (sum_j U_ij c0_j, sum_j U_ij a_j) + encryption of R_i under B's public key,
           with 2^45 times as much noise as the sum can have  <---- c0, c1 ----
    A's share: -R         B's share: the decryption, U V + R

The sums are plain matrix products of residues: no product of polynomials, no slots.
A ciphertext holds 8,192 columns whether they are used or not: for one column, ``ot``.

What the fresh encryption is for: B knows every a_j, so sum_j U_ij a_j alone would be
8,192 equations for k unknowns, and give U away. The noise hides e_j and U in c0.

Security: passive parties; ring-LWE at n = 8,192, q of 196 bits, ternary key.

Sources: J. Fan, F. Vercauteren, "Somewhat Practical Fully Homomorphic Encryption",
2012; SecureML, section V-B (there with another scheme).
"""

import secrets
from collections.abc import Iterator

import numpy as np

from ppdl_course.arguments import array_of, between
from ppdl_course.mpc.pseudorandom import Stream, new_seed
from ppdl_course.mpc.transfer.correlated import End
from ppdl_course.mpc.triples.residues import (
    COUNT,
    PRIMES,
    Floats,
    N,
    centre,
    decode,
    encode,
    pack,
    reduce,
    transform,
    unpack,
)

Words = np.ndarray
MOST_ROWS = 2048
"""Rows of V: their sum of products stays exact, and its noise below 2^79."""

FLOOD_BITS = 124
"""Noise of A's answer, uniform below 2^124: 2^45 times 2^79, and q / 2^65 is 2^131."""

BLOCK = 64
"""Rows encrypted at a time."""


def multiply(end: End, u: Words, columns: int) -> Words:
    """Play A; return its share of U V.

    Args:
        end: Its end of the channel.
        u: uint64 ``(m, k)``.
        columns: n.

    Returns:
        uint64 ``(m, n)``.

    Raises:
        ValueError: If B's key or ciphertexts have another shape.
    """
    array_of((len(u), u.shape[1]), np.uint64, u=u)
    between(1, MOST_ROWS, k=u.shape[1])
    stream = Stream(new_seed())
    seed, packed_key = end.receive("public key")
    array_of((COUNT, N, 3), np.uint8, **{"public key": packed_key})
    public, key = Stream(seed), []
    for p, data in zip(PRIMES, packed_key, strict=True):
        key.append((unpack(data, p), _uniform(public, p, 1)[0]))
    factors = [reduce(u.view(np.int64), p) for p in PRIMES]
    total = []
    for first in range(0, columns, N):
        width = min(N, columns - first)
        sums = [[0.0, 0.0] for _ in PRIMES]
        for part in _blocks(u.shape[1]):
            data = end.receive("rows")
            rows = part.stop - part.start
            array_of((COUNT, rows, N, 3), np.uint8, rows=data)
            for i, p in enumerate(PRIMES):
                factor = np.ascontiguousarray(factors[i][:, part])
                for place, c in enumerate(
                    (unpack(data[i], p), _uniform(public, p, rows))
                ):
                    sums[i][place] = centre(sums[i][place] + factor @ c, p)
        mask = stream.words(len(u), width)
        end.send("products", _refreshed(stream, sums, key, mask))
        total.append(np.uint64(0) - mask)
    return np.concatenate(total, 1)


def be_multiplied(end: End, v: Words, rows: int) -> Words:
    """Play B; return its share of U V.

    Args:
        end: Its end of the channel.
        v: uint64 ``(k, n)``.
        rows: m.

    Returns:
        uint64 ``(m, n)``.

    Raises:
        ValueError: If A's answer has another shape.
    """
    array_of((len(v), v.shape[1]), np.uint64, v=v)
    between(1, MOST_ROWS, k=len(v))
    stream, seed = Stream(new_seed()), secrets.token_bytes(16)
    public = Stream(seed)
    secret = _ternary(stream, 1)
    s = [transform(p).forward(reduce(secret, p))[0] for p in PRIMES]
    noise = _binomial(stream, 1)
    key = [
        _encrypted(noise.astype(np.float64), _uniform(public, p, 1), s_p, p)[0]
        for p, s_p in zip(PRIMES, s, strict=True)
    ]
    end.send(
        "public key",
        (seed, np.stack([pack(b, p) for b, p in zip(key, PRIMES, strict=True)])),
    )
    total = []
    for first in range(0, v.shape[1], N):
        columns = v[:, first : first + N]
        for part in _blocks(len(v)):
            words = np.zeros((part.stop - part.start, N), np.uint64)
            words[:, : columns.shape[1]] = columns[part]
            noise = _binomial(stream, len(words)).astype(np.float64)
            rows_ = np.empty((COUNT, len(words), N, 3), np.uint8)
            for i, p in enumerate(PRIMES):
                plain = noise + encode(words, p)
                a = _uniform(public, p, len(words))
                rows_[i] = pack(_encrypted(plain, a, s[i], p), p)
            end.send("rows", rows_)
        data = end.receive("products")
        array_of((COUNT, 2, rows, N, 3), np.uint8, products=data)
        x = []
        for i, p in enumerate(PRIMES):
            c0, c1 = unpack(data[i], p)
            c1 *= s[i]
            x.append(transform(p).backward(centre(c0 + centre(c1, p), p)))
        total.append(decode(x)[:, : columns.shape[1]])
    return np.concatenate(total, 1)


def _encrypted(plain: Floats, a: Floats, s: Floats, p: int) -> Floats:
    """Return c0 = plain - a s as values; plain as coefficients."""
    out = np.empty_like(plain)
    for k in range(0, len(plain), 8):  # eight rows stay in the cache
        part = transform(p).forward(centre(plain[k : k + 8].copy(), p))
        part -= a[k : k + 8] * s
        out[k : k + 8] = centre(part, p)
    return out


def _refreshed(
    stream: Stream,
    sums: list[list[Floats]],
    key: list[tuple[Floats, Floats]],
    mask: Words,
) -> np.ndarray:
    """Return the sums plus encryptions of the mask, flooded: packed residues."""
    rows = len(mask)
    words = np.zeros((rows, N), np.uint64)
    words[:, : mask.shape[1]] = mask
    r = _ternary(stream, rows)
    low, high = stream.words(2, rows, N)
    high = high.view(np.int64) >> (63 - (FLOOD_BITS - 64))  # signed: 2^64 high + low
    noise = _binomial(stream, rows)
    out = np.empty((COUNT, 2, rows, N, 3), np.uint8)
    for i, (p, (b, a), (c0, c1)) in enumerate(zip(PRIMES, key, sums, strict=True)):
        t = transform(p)
        flood = reduce(high, p)
        flood *= float(2**64 % p)
        flood += reduce(low, p)
        hidden = t.forward(reduce(r, p))
        plain = t.forward(centre(flood + encode(words, p), p))
        out[i, 0] = pack(centre(c0 + plain + centre(b * hidden, p), p), p)
        second = t.forward(noise.astype(np.float64))
        out[i, 1] = pack(centre(c1 + second + centre(a * hidden, p), p), p)
    return out


def _blocks(k: int) -> Iterator[slice]:
    return (slice(j, min(j + BLOCK, k)) for j in range(0, k, BLOCK))


def _uniform(stream: Stream, p: int, rows: int) -> Floats:
    """Return values uniform modulo p, centred; uneven by less than 2^-41."""
    return reduce(stream.words(rows, N), p)


def _ternary(stream: Stream, rows: int) -> np.ndarray:
    return (stream.words(rows, N) % np.uint64(3)).astype(np.int64) - 1


def _binomial(stream: Stream, rows: int) -> np.ndarray:
    """Return ones among 21 random bits less those among 21 others, int64."""
    words = stream.words(rows, N)
    ones = np.bitwise_count(words & np.uint64(2**21 - 1)).astype(np.int64)
    return ones - np.bitwise_count(words >> np.uint64(43)).astype(np.int64)
