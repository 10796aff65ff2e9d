"""Computing on additive shares modulo 2^64: cheap for sums, dear for comparisons.

A number x is shared when x0 + x1 = x modulo 2^64; x0 alone is uniform. Numbers from
2^63 on stand for negative ones.

    x + y, c x      each party alone
    X W (matrices)  a triple U, V, Z = U V from a dealer; E = X - U and F = W - V are
                    opened: [X W] = [Z] + E[V] + [U]F,  party 0 also + E F     1 round
    x < 0           the top bit of x0 + x1, an addition whose carry needs AND gates on
                    XOR shares (``gmw``)                          1 + log2(63) rounds
    bit -> number   b = b0 + b1 - 2 b0 b1, one product                        1 round
    ReLU            (x >= 0) * x: comparison, conversion, product

A layer's linear half costs what its numbers weigh; its ReLU costs hundreds of bits for
each number, in rounds that wait for each other. That is why nonlinear activations are
the dear part of secure learning.

Security: passive parties; a dealer who sees no input and colludes with nobody.

Sources: D. Beaver, "Efficient Multiparty Protocols Using Circuit Randomization",
CRYPTO 1991; P. Mohassel, Y. Zhang, "SecureML", IEEE S&P 2017 (matrix triples).
"""

import secrets
from dataclasses import dataclass, field

import numpy as np

from ppdl_course.mpc.sharing.gmw import BooleanParty, Triples, deal_triples, to_bits
from ppdl_course.parties.channel import Endpoint

RING_BITS = 64
Words = np.ndarray


def random_words(*shape: int) -> Words:
    """Return secret uniform numbers modulo 2^64, uint64."""
    data = secrets.token_bytes(8 * int(np.prod(shape)))
    return np.frombuffer(data, np.uint64).reshape(shape).copy()


def split(x: Words) -> tuple[Words, Words]:
    """Return two shares of integers; each alone is uniform.

    Args:
        x: int64 or uint64.

    Raises:
        ValueError: If ``x`` has another dtype: a float would lose its fraction.
    """
    x = np.asarray(x)
    if x.dtype not in (np.int64, np.uint64):
        raise ValueError(f"x must be int64 or uint64, got {x.dtype}")
    first = random_words(*x.shape)
    return first, x.astype(np.uint64) - first


def join(first: Words, second: Words) -> np.ndarray:
    """Return the shared numbers, int64."""
    return (first + second).astype(np.int64)


MatrixTriple = tuple[Words, Words, Words]


@dataclass
class Supplies:
    """What one party got from the dealer and has not used.

    Attributes:
        matrices: Shares of U, V, Z for each matrix product, in the order of use.
        products: The same for products entry by entry.
        bits: Shares of triples for AND gates.
    """

    bits: Triples
    matrices: list[MatrixTriple] = field(default_factory=list)
    products: list[MatrixTriple] = field(default_factory=list)


def relu_ands(count: int) -> int:
    """Return how many AND gates the ReLU of ``count`` numbers takes."""
    return count * (RING_BITS - 1 + 2 * (RING_BITS - 2))


def deal(
    *,
    linear: tuple[int, int, int] | None = None,
    relus: int = 0,
) -> tuple[Supplies, Supplies]:
    """Return both parties' supplies, as a dealer who knows only the sizes makes them.

    Args:
        linear: (n, m, k) for one product of an n x m and an m x k matrix.
        relus: Numbers that go through a ReLU.
    """
    supplies = tuple(Supplies(bits) for bits in deal_triples(relu_ands(relus)))
    if linear:
        n, m, k = linear
        u, v = random_words(n, m), random_words(m, k)
        _hand_out(supplies, "matrices", u, v, u @ v)
    for _ in range(2 if relus else 0):  # bit to number, then bit times number
        u, v = random_words(2, relus)
        _hand_out(supplies, "products", u, v, u * v)
    return supplies


def _hand_out(supplies: tuple[Supplies, ...], kind: str, *triple: Words) -> None:
    shares = [split(matrix) for matrix in triple]
    for party, stock in enumerate(supplies):
        getattr(stock, kind).append(tuple(pair[party] for pair in shares))


def send_supplies(end: Endpoint, to: str, supplies: Supplies) -> None:
    """Play the dealer: send a party its supplies."""
    bits = supplies.bits
    packed = [np.packbits(part) for part in (bits.a, bits.b, bits.c)]
    words = (supplies.matrices, supplies.products)
    end.send("supplies", (len(bits), packed, *words), to=to)


def receive_supplies(end: Endpoint, dealer: str) -> Supplies:
    """Return what the dealer sent."""
    count, packed, matrices, products = end.receive("supplies", sender=dealer)
    parts = (np.unpackbits(part, count=count) for part in packed)
    return Supplies(Triples(*parts), matrices, products)


class ArithmeticParty:
    """One of two parties who compute on additive shares.

    Args:
        end: Its end of a channel to the other party.
        party: 0 or 1.
        supplies: From the dealer.
    """

    def __init__(self, end: Endpoint, party: int, supplies: Supplies) -> None:
        self.end, self.party, self.supplies = end, party, supplies
        self.boolean = BooleanParty(end, party, supplies.bits)

    def share(self, x: np.ndarray) -> Words:
        """Share this party's own input; the other calls :meth:`receive_share`."""
        own_share, peer_share = split(x)
        self.end.send("share", peer_share)
        return own_share

    def receive_share(self) -> Words:
        """Return this party's share of the other's input."""
        return _words(self.end.receive("share"))

    def open(self, *values: Words) -> list[Words]:
        """Return the values themselves, to both parties, in one round."""
        self.end.send("open", list(values))
        shares = self.end.receive("open")
        if len(shares) != len(values):
            raise ValueError(f"open must have {len(values)} values, got {len(shares)}")
        pairs = zip(values, map(_words, shares), strict=True)
        return [own_share + peer_share for own_share, peer_share in pairs]

    def matmul(self, x: Words, w: Words) -> Words:
        """Return shares of the matrix product, in one round."""
        u, v, z = self.supplies.matrices.pop(0)
        e, f = self.open(x - u, w - v)
        z = z + e @ v + u @ f  # uint64 wraps: sums and products modulo 2^64
        return z + e @ f if self.party == 0 else z  # e f is public: added once

    def multiply(self, x: Words, y: Words) -> Words:
        """Return shares of the products entry by entry, in one round."""
        u, v, z = self.supplies.products.pop(0)
        e, f = self.open(x - u, y - v)
        z = z + e * v + u * f
        return z + e * f if self.party == 0 else z

    def negative(self, x: Words) -> np.ndarray:
        """Return XOR shares of x < 0, shape (n,), for shares of shape (n,).

        Each party's share is an input of its own to the addition x0 + x1; the sign is
        the sum's top bit.
        """
        bits = to_bits(x, RING_BITS)
        x0, x1 = self._as_shares(bits)
        # below the top bit: g = x0 and x1 makes a carry, p = x0 xor x1 hands it on
        g = self.boolean.and_(x0[:-1], x1[:-1])
        # x0 xor x1 needs no message: each party's own bits are its share of it
        return bits[-1] ^ self.boolean.carry_tree(g, bits[:-1])

    def bit_to_arithmetic(self, bit: np.ndarray) -> Words:
        """Return additive shares of XOR-shared bits, in one round."""
        share = bit.astype(np.uint64)
        b0, b1 = self._as_shares(share)
        return share - np.uint64(2) * self.multiply(b0, b1)  # b0 + b1 - 2 b0 b1

    def relu(self, x: Words) -> Words:
        """Return shares of max(x, 0), for shares of any shape."""
        flat = x.reshape(-1)
        positive = self.boolean.invert(self.negative(flat))
        return self.multiply(self.bit_to_arithmetic(positive), flat).reshape(x.shape)

    def _as_shares(self, value: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return this party's shares of what party 0 holds and of what party 1 holds.

        Who holds a value has all of it as its share, and the other has zero.
        """
        zero = np.zeros_like(value)
        return (value, zero) if self.party == 0 else (zero, value)


def _words(value: object) -> Words:
    if not isinstance(value, np.ndarray) or value.dtype != np.uint64:
        raise ValueError(f"a share must be an array of uint64, got {type(value)}")
    return value
