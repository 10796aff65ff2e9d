r"""Sums of vectors under ring-LWE, with a key that all share and the adder lacks.

    shared      s, ternary, of n = 4,096 coefficients
    encrypt     c = a s + e + p_0 m   modulo q = p_0 p_1 p_2,   a from a fresh seed
    sent        the seed (16 bytes) and c: 72 bits a number
    add         c's and a's, each for itself
    decrypt     c - a s = e + p_0 m:   modulo p_0 the noise e, whole; with it taken off,
                m modulo p_1 and p_2, and so m

No number is lost: |sum of e| <= 21 times the summands < p_0 / 2, and |sum of m| < p_1
p_2 / 2, both for certain, for the 2^15 summands of ``headroom``. The adder keeps c and
a summed up: memory for one model, however many participants.

The paper's own variant has a public key of 3,000 numbers of 77 bits for each parameter;
since all participants share the secret key anyway, a symmetric one is enough.

Threat model: honest-but-curious adder, ring LWE at n = 4,096 with q of 72 bits, within
the 109 that the standard allows for 128 bits of security. The adder learns sizes, and
who uploads when. NOT protected: **the key is shared**: one participant who meets the
adder reads every upload of everybody (``attacks.shared_gradient_key``); two vectors
under one seed give their difference to anyone; nothing shows whether a sum was added
up honestly. Unaudited.

Source: L. Phong et al., IEEE TIFS 13(5), 2018, section V (LWE-based scheme); the seed
in place of a: as in E. Alkim, L. Ducas, T. Pöppelmann, P. Schwabe, "Post-Quantum Key
Exchange: A New Hope", USENIX Security 2016.
"""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from ppdl_course.arguments import array_of, at_least, record_of
from ppdl_course.federated.encrypted_gradients.headroom import Headroom
from ppdl_course.mpc.pseudorandom import SEED_BYTES, Stream, new_seed
from ppdl_course.mpc.triples.residues import (
    Floats,
    Transform,
    centre,
    largest_primes,
    transform,
)

N, BITS = 4096, 24
BYTES = BITS // 8
CHUNK = 8
PRIMES = largest_primes(N, BITS, 3)
LARGEST_NOISE = 21
MOST_SUMMANDS = PRIMES[0] // (2 * LARGEST_NOISE)


class RingAdder:
    """The server's side: adds, holds no key.

    Args:
        headroom: How many may be added.
        key: Public id of the key that all must use.
        size: Numbers in a vector.

    Attributes:
        summands: How many vectors have been added.
    """

    def __init__(self, headroom: Headroom, key: str, size: int) -> None:
        at_least(1, size=size)
        _require_fit(headroom)
        self._headroom, self._key, self._size = headroom, key, size
        self.summands = 0
        self._seeds: set[bytes] = set()
        shape = (len(PRIMES), -(-size // N), N)
        self._c, self._a = np.zeros(shape), np.zeros(shape)

    def add(self, message: Mapping[str, Any]) -> None:
        """Add what :meth:`RingKey.encrypt` returned.

        Raises:
            ValueError: If it is under another key, of another size or out of range, its
                seed has come before, or one summand more could carry. Nothing is added
                then.
        """
        self._headroom.require_summands(self.summands + 1)
        record_of("key", "size", "seed", "residues", message=message)
        _require(message, key=self._key, size=self._size)
        if message["seed"] in self._seeds:
            raise ValueError(
                "seed must be new, it has masked another upload: their difference is "
                "open to all"
            )
        stream = _stream(message["seed"])
        blocks, data = self._c.shape[1], message["residues"]
        _require_bytes("residues", data, blocks)
        # all of it is read before anything is added
        residues = [unpack(part, p) for part, p in zip(data, PRIMES, strict=True)]
        for i, p in enumerate(PRIMES):
            for rows in _chunks(blocks):
                c, a = self._c[i, rows], self._a[i, rows]
                centre(np.add(c, residues[i][rows], out=c), p)
                centre(np.add(a, _mask(stream, len(a), p), out=a), p)
        self._seeds.add(message["seed"])
        self.summands += 1

    def total(self) -> dict[str, Any]:
        """Return the sum, for who has the key: 144 bits a number."""
        c, a = (
            np.stack([pack(x, p) for x, p in zip(part, PRIMES, strict=True)])
            for part in (self._c, self._a)
        )
        return {"key": self._key, "size": self._size, "residues": c, "masks": a}


class RingKey:
    """What every participant holds and the server does not.

    Args:
        seed: 16 secret bytes that the participants agreed on; fresh by default.
        headroom: How large values are and how many may be added.
    """

    def __init__(
        self, seed: bytes | None = None, headroom: Headroom | None = None
    ) -> None:
        self.headroom = headroom or Headroom()
        _require_fit(self.headroom)
        self.seed = new_seed() if seed is None else seed
        stream = Stream(self.seed)
        ternary = (stream.words(1, N) % np.uint64(3)).astype(np.float64) - 1
        self._s = [t.forward(ternary)[0] for t in _transforms()]

    @property
    def id(self) -> str:
        """Public name of the key, 16 hexadecimal digits: a hash of its seed."""
        return hashlib.sha256(b"id of " + self.seed).hexdigest()[:16]

    @property
    def shared(self) -> bytes:
        """What a participant tells the others, sealed: makes the same key again."""
        return self.seed

    def adder(self, size: int) -> RingAdder:
        """Return an adder of vectors of ``size`` numbers; it gets no secret."""
        return RingAdder(self.headroom, self.id, size)

    def encrypt(
        self, integers: np.ndarray, *, mask_seed: bytes | None = None
    ) -> dict[str, Any]:
        """Return an encrypted vector, ready for a channel.

        Args:
            integers: int64 (size,), each within the headroom's largest.
            mask_seed: Fresh by default. One seed for two vectors gives both away.

        Raises:
            ValueError: If an integer is too large: sums could carry.
        """
        self.headroom.require_integers(integers=integers)
        blocks = -(-len(integers) // N)
        padded = np.zeros(blocks * N)
        padded[: len(integers)] = integers
        padded, noise = padded.reshape(blocks, N), _noise(blocks)
        seed = mask_seed or new_seed()
        stream = _stream(seed)
        residues = np.empty((len(PRIMES), blocks, BYTES * N), np.uint8)
        for i, (p, t) in enumerate(zip(PRIMES, _transforms(), strict=True)):
            for rows in _chunks(blocks):
                plain = noise[rows].copy()
                if i:
                    m = centre(padded[rows].copy(), p)
                    m *= float(PRIMES[0] % p)
                    plain += m
                c = t.forward(centre(plain, p))
                a = _mask(stream, len(c), p)
                a *= self._s[i]
                c += a
                residues[i, rows] = pack(centre(c, p), p)
        return {
            "key": self.id,
            "size": len(integers),
            "seed": seed,
            "residues": residues,
        }

    def decrypt(self, total: Mapping[str, Any]) -> np.ndarray:
        """Return the integers of a sum, int64 (size,).

        Args:
            total: What :meth:`RingAdder.total` returned.

        Raises:
            ValueError: If it is under another key or of no possible shape. Nothing is
                decrypted then.
        """
        record_of("key", "size", "residues", "masks", total=total)
        size = total["size"]
        at_least(1, size=size)
        _require(total, key=self.id, size=size)
        blocks, found = -(-size // N), []
        for name in ("residues", "masks"):
            _require_bytes(name, total[name], blocks)
        for rows in _chunks(blocks):
            phases = []
            for i, p in enumerate(PRIMES):
                c, a = (
                    unpack(total[name][i, rows], p) for name in ("residues", "masks")
                )
                a *= self._s[i]
                c -= centre(a, p)
                phases.append(centre(c, p))
            found.append(join(phases))
        return np.concatenate(found)[:size]


def join(values: list[Floats]) -> np.ndarray:
    """Return m of e + p_0 m, given at the roots modulo each prime: int64 (blocks n,).

    Exact if |e| < p_0 / 2 and |m| < p_1 p_2 / 2.
    """
    e, first, second = (
        t.backward(v) for t, v in zip(_transforms(), values, strict=True)
    )
    p0, p1, p2 = PRIMES
    m1 = centre(centre(first - e, p1) * float(pow(p0, -1, p1)), p1)
    m2 = centre(centre(second - e, p2) * float(pow(p0, -1, p2)), p2)
    high = centre(centre(m2 - m1, p2) * float(pow(p1, -1, p2)), p2)
    return (m1.astype(np.int64) + p1 * high.astype(np.int64)).reshape(-1)


def _require_fit(headroom: Headroom) -> None:
    if headroom.summands > MOST_SUMMANDS:
        raise ValueError(
            f"pad_bits must allow at most {MOST_SUMMANDS} summands, whose noise fits "
            f"p_0 / 2, got {headroom.summands}"
        )
    room = (PRIMES[1] * PRIMES[2]).bit_length() - 1
    if headroom.slot_bits > room:
        raise ValueError(
            f"value_bits + pad_bits must be at most {room}, got {headroom.slot_bits}"
        )


def _require(message: Mapping[str, Any], *, key: str, size: int) -> None:
    if message["key"] != key:
        raise ValueError(f"key must be {key}, got {message['key']}")
    if message["size"] != size:
        raise ValueError(f"size must be {size}, got {message['size']}")


def _require_bytes(name: str, data: np.ndarray, blocks: int) -> None:
    array_of((len(PRIMES), blocks, BYTES * N), np.uint8, **{name: data})


def pack(x: Floats, p: int) -> np.ndarray:
    """Return rows of centred residues as bytes: two low ones each, then the high ones.

    uint8 (rows, 3 n) from (rows, n); whole columns of bytes are written much faster
    than three at a time.
    """
    canonical = (x + p * (x < 0)).astype(np.uint32)
    data = np.empty((len(x), BYTES * N), np.uint8)
    data[:, : 2 * N].view("<u2")[:] = canonical  # modulo 2^16
    data[:, 2 * N :] = canonical >> np.uint32(16)
    return data


def unpack(data: np.ndarray, p: int) -> Floats:
    """Invert :func:`pack`; ValueError if a residue is not below p."""
    x = data[:, 2 * N :].astype(np.uint32) << np.uint32(16)
    x |= np.ascontiguousarray(data[:, : 2 * N]).view("<u2")
    if (x >= p).any():
        raise ValueError(f"residues must be below {p}, got {x.max()}")
    return centre(x.astype(np.float64), p)


def _stream(seed: bytes) -> Stream:
    if not isinstance(seed, bytes) or len(seed) != SEED_BYTES:
        raise ValueError(f"seed must be {SEED_BYTES} bytes, got {seed!r:.40}")
    return Stream(seed)


def _mask(stream: Stream, rows: int, p: int) -> Floats:
    """Return the next rows of a at the roots, centred: uneven by less than 2^-28."""
    words = stream.words(rows, N)
    words >>= np.uint64(11)  # 53 bits, which a float holds
    a = words.astype(np.float64)
    a *= p * 2.0**-53
    np.floor(a, out=a)
    a -= p // 2
    return a


def _chunks(blocks: int) -> Iterator[slice]:
    """Cut rows into pieces that stay in the cache from step to step."""
    return (slice(k, min(k + CHUNK, blocks)) for k in range(0, blocks, CHUNK))


def _noise(blocks: int) -> Floats:
    """Return ones among 21 random bits less those among 21 others."""
    words = Stream(new_seed()).words(blocks, N)
    ones = np.bitwise_count(words & np.uint64(2**21 - 1)).astype(np.float64)
    return ones - np.bitwise_count(words >> np.uint64(43))


def _transforms() -> list[Transform]:
    return [transform(p, N) for p in PRIMES]
