"""Comparison, ReLU and the piecewise sigmoid on additive shares.

    x >= 0         the sign of the low 32 bits, by GMW on bit planes      6 rounds
    b x            for a shared bit b; r is a random bit shared both ways, a a mask,
                   and the supply holds r a:
                   c = b ^ r and d = x - a are opened                     1 round
                   b     = c + (1 - 2c) r
                   r x   = r d + r a
                   b x   = c x + (1 - 2c) r x
    ReLU(x)        (x >= 0) x                                             7 rounds
    f(u)           0 below -1/2, u + 1/2 between, 1 above 1/2
                   = ReLU(u + 1/2) - ReLU(u - 1/2): two ReLUs side by side

The bits of a ReLU serve its derivative again: b y for another y costs one opening.

A comparison is right for |x| < 2^31 only. Nobody sees x, so nobody can check it here:
the plan must keep the bound (``twin`` says where a run on plain numbers breaks it).

Source: P. Mohassel, Y. Zhang, "SecureML", IEEE S&P 2017, sections IV-B and IV-C; the
product of bit and number with one opening is ours.
"""

from dataclasses import dataclass

import numpy as np

from ppdl_course.mpc.learning.dealer import unpack
from ppdl_course.mpc.learning.material import Choices, Choosing, Request, Signs
from ppdl_course.mpc.learning.server import Server
from ppdl_course.mpc.sharing.bit_planes import and_own, carry, planes

Words = np.ndarray


def sign_requests(count: int, width: int) -> list[Request]:
    """Return what ``negative`` takes for ``count`` numbers."""
    return [Signs(count, width)]


def relu_requests(count: int, width: int = 32, *, name: str = "relu") -> list[Request]:
    """Return what :func:`relu` takes for ``count`` numbers."""
    return [Signs(count, width), Choices(name, count), Choosing(name, count)]


def negative(server: Server, x: Words) -> Words:
    """Return XOR shares of x < 0, packed: uint64 ``(ceil(n / 64),)``.

    Args:
        server: With material of ``sign_requests``.
        x: A share, uint64 of any shape with n entries, |x| < 2^31.
    """
    flat = x.reshape(-1)
    width = server.fixed.compared_bits
    leaf, *rest = server.supply.take(Signs(len(flat), width))
    levels = (len(rest) - 1) // 3
    ab, leaf_c, c = rest[: 2 * levels], rest[2 * levels], rest[2 * levels + 1 :]

    def exchange(arrays: list[Words]) -> list[Words]:
        return server.exchange_words("bits", arrays)

    own = planes(flat, width)
    g = and_own(own[:-1], leaf, leaf_c, server.party, exchange)
    triples = zip(ab[0::2], ab[1::2], c, strict=True)
    # a server's own bits are its share of x0 ^ x1
    return own[-1] ^ carry(g, own[1:-1], triples, server.party, exchange)


@dataclass
class Bits:
    """Shared bits that can be multiplied with numbers.

    Attributes:
        name: Of the random bits r in the plan.
        public: c = b ^ r, int64 0 and 1, of the shape of the numbers.
        random: This server's additive share of r.
    """

    name: str
    public: Words
    random: Words

    def words(self, server: Server) -> Words:
        """Return an additive share of the bits as words 0 and 1; no message."""
        flipped = self.random * (np.uint64(1) - np.uint64(2) * self.public)
        return flipped + self.public if server.party == 0 else flipped


def select(
    server: Server, b: Words, x: Words, *, name: str = "relu"
) -> tuple[Words, Bits]:
    """Return shares of b x and the bits for use again; one round.

    Args:
        server: With material ``Choices`` and ``Choosing`` of that name.
        b: XOR shares of bits, packed.
        x: Additive shares, as many.
        name: Of the bits in the plan.
    """
    packed, random = server.supply.take(Choices(name, x.size))
    mask, product = server.supply.take(Choosing(name, x.size))
    d = x.reshape(-1) - mask
    other_c, other_d = server.exchange_words("select", [b ^ packed, d])
    c = unpack(b ^ packed ^ other_c, x.size)
    bits = Bits(name, c, random)
    return _times(server, bits, x, d + other_d, product), bits


def select_again(server: Server, bits: Bits, x: Words) -> Words:
    """Return shares of b x for bits used before; one round."""
    mask, product = server.supply.take(Choosing(bits.name, x.size))
    (d,) = server.open(x.reshape(-1) - mask)
    return _times(server, bits, x, d, product)


def _times(server: Server, bits: Bits, x: Words, d: Words, product: Words) -> Words:
    r_x = bits.random * d
    r_x += product
    r_x *= np.uint64(1) - np.uint64(2) * bits.public
    r_x += bits.public * x.reshape(-1)  # c x: each server its share of x
    return r_x.reshape(x.shape)


def relu(server: Server, x: Words, *, name: str = "relu") -> tuple[Words, Bits]:
    """Return shares of max(x, 0), and the bits x >= 0 for the derivative."""
    b = negative(server, x)
    if server.party == 0:
        b = ~b
    return select(server, b, x, name=name)


def sigmoid_requests(count: int, width: int = 32) -> list[Request]:
    """Return what :func:`piecewise_sigmoid` takes for ``count`` numbers."""
    return relu_requests(2 * count, width, name="sigmoid")


def piecewise_sigmoid(server: Server, u: Words) -> Words:
    """Return shares of 0, u + 1/2 or 1: the paper's activation."""
    half = server.constant(2 ** (server.fixed.fraction_bits - 1))
    both = np.stack([u + half, u - half])
    (upper, lower), _ = relu(server, both, name="sigmoid")
    return upper - lower
