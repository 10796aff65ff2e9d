"""A supply that the two servers make themselves: no dealer, no trust in a third.

Each server draws its share of every mask; what is missing are shares of products of
what one server drew with what the other drew:

    Product    U V = U0 V0 + U1 V1 + U0 V1 + U1 V0       by OT, or by ring-LWE
    Triple     the same entry by entry                   by OT, 64 transfers a term
    Signs      a b on bits                               by OT, a bit each
    Choices    r0 + r1 - 2 r0 r1                         one transfer
    Choosing   (r0 ^ r1) a_i = r_i a_i + r_j (1 - 2 r_i) a_i      one transfer a term

It stands where a dealt ``Supply`` stands; both servers must take the same requests in
the same order, as they do anyway. Security: passive, as the transfers'.

Source: P. Mohassel, Y. Zhang, "SecureML", IEEE S&P 2017, section V.
"""

from typing import Literal

import numpy as np

from ppdl_course.arguments import between
from ppdl_course.mpc.learning.dealer import unpack
from ppdl_course.mpc.learning.material import (
    Choices,
    Choosing,
    Mask,
    Product,
    Request,
    Signs,
    Triple,
    draw,
    side_shape,
)
from ppdl_course.mpc.learning.server import Line
from ppdl_course.mpc.pseudorandom import Stream, new_seed
from ppdl_course.mpc.sharing.ring_product import ring_product
from ppdl_course.mpc.transfer.correlated import CorrelatedReceiver, CorrelatedSender
from ppdl_course.mpc.triples import ot, rlwe

Words = np.ndarray
Method = Literal["ot", "rlwe"]
ONE, TWO = np.uint64(1), np.uint64(2)


class OwnSupply:
    """One server's side of making material.

    Args:
        line: To the other server, who makes the same supply.
        party: 0 or 1.
        method: How products of matrices are made.
    """

    def __init__(self, line: Line, party: int, method: Method = "ot") -> None:
        between(0, 1, party=party)
        if method not in ("ot", "rlwe"):
            raise ValueError(f"method must be 'ot' or 'rlwe', got {method!r}")
        self._line, self.party, self._method = line, party, method
        if party == 0:
            self._sender = CorrelatedSender(line)
            self._receiver = CorrelatedReceiver(line)
        else:
            self._receiver = CorrelatedReceiver(line)
            self._sender = CorrelatedSender(line)
        self._stream = Stream(new_seed())
        self.masks: dict[str, Words] = {}
        self._bits: dict[str, Words] = {}

    def take(self, request: Request) -> list[Words]:
        """Make a piece of material with the other server; return this one's shares."""
        shares = draw(
            self._stream, request, self.party, lambda side: side_shape(self.masks, side)
        )
        match request:
            case Mask(name, _):
                self.masks[name] = shares[0]
            case Product(left, right):
                sides = [side.of(self.masks[side.name]) for side in (left, right)]
                shares[0] = self._product(*map(np.ascontiguousarray, sides))
            case Triple():
                u, v, _ = shares
                shares[2] = self._entries(u, v)
            case Signs():
                self._signs(shares)
            case Choices(name, count):
                r = self._bits[name] = unpack(shares[0], count)
                shares[1] = r - TWO * self._one_way(r, sender=0)
            case Choosing(name, _):
                r, a = self._bits[name], shares[0]
                numbers = (ONE - TWO * r) * a
                own = r * a
                for sender in (0, 1):
                    mine = numbers if self.party == sender else r
                    own = own + self._one_way(mine, sender=sender)
                shares[1] = own
        return shares

    def _one_way(self, values: Words, *, sender: int) -> Words:
        """Return a share of the sender's numbers times the other's bits."""
        if self.party == sender:
            return self._sender.send(values[:, None])[:, 0]
        return self._receiver.receive(values.astype(bool), 1)[:, 0]

    def _product(self, u: Words, v: Words) -> Words:
        total = ring_product(u, v)
        for left in (0, 1):  # who gives U; the other gives V
            total = total + self._cross(u, v, self.party == left)
        return total

    def _cross(self, u: Words, v: Words, gives_u: bool) -> Words:
        (m, _), n = u.shape, v.shape[1]
        if self._method == "rlwe":
            if gives_u:
                return rlwe.multiply(self._line, u, n)
            return rlwe.be_multiplied(self._line, v, m)
        if m >= n:  # a transfer serves m words: the longer side sends
            if gives_u:
                return ot.send_product(self._sender, u, n)
            return ot.receive_product(self._receiver, v, m)
        if gives_u:  # U V is the transpose of V' U'
            return ot.receive_product(self._receiver, np.ascontiguousarray(u.T), n).T
        return ot.send_product(self._sender, np.ascontiguousarray(v.T), m).T

    def _entries(self, u: Words, v: Words) -> Words:
        total = u * v
        places = np.arange(64, dtype=np.uint64)
        for sender in (0, 1):
            if self.party == sender:
                numbers = (u.reshape(-1, 1) << places).reshape(-1, 1)
                share = self._sender.send(numbers)
            else:
                bits = (v.reshape(-1, 1) >> places & ONE).astype(bool).reshape(-1)
                share = self._receiver.receive(bits, 1)
            total += share.reshape(-1, 64).sum(1, dtype=np.uint64).reshape(u.shape)
        return total

    def _signs(self, shares: list[Words]) -> None:
        """Replace the c of a comparison's triples by shares of a b."""
        levels = (len(shares) - 2) // 3
        a = shares[1 : 2 * levels + 1 : 2]
        b = shares[2 : 2 * levels + 1 : 2]
        leaf = _flat([shares[0]])
        c = [self._bit_products(leaf, leaf, sender=0)]
        a, b = _flat(a), _flat(b)
        cross = a & b
        for sender in (0, 1) if len(a) else ():
            cross = cross ^ self._bit_products(a, b, sender=sender)
        packed = np.packbits(np.concatenate([*c, cross]), bitorder="little")
        words = packed.view(np.uint64)
        at = 0
        for k in range(2 * levels + 1, len(shares)):
            size = shares[k].size
            shares[k] = words[at : at + size].reshape(shares[k].shape)
            at += size

    def _bit_products(self, a: np.ndarray, b: np.ndarray, *, sender: int) -> np.ndarray:
        """Return XOR shares of the sender's ``a`` and the other's ``b``."""
        if self.party == sender:
            return self._sender.send_bits(a)
        return self._receiver.receive_bits(b)


def _flat(planes: list[Words]) -> np.ndarray:
    """Return all bits of some planes, bool, in order."""
    if not planes:
        return np.zeros(0, bool)
    words = np.concatenate([plane.reshape(-1) for plane in planes])
    return np.unpackbits(words.view(np.uint8), bitorder="little").astype(bool)
