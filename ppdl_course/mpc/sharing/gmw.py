"""Computing on XOR shares, after Goldreich, Micali and Wigderson.

A bit v is shared when party 0 holds v0 and party 1 holds v1 with v0 xor v1 = v; either
alone is a fair coin. Gates, for shares [x], [y]:

    xor   [z] = [x] xor [y]                         each party alone
    not   party 0 flips its share                   alone
    and   takes a triple [a], [b], [c], c = a and b, of random bits, used once:
          d = x xor a, e = y xor b   are opened     2 bits to each party, 1 round
          [z] = [c] xor d[b] xor e[a],  party 0 also xor d e

The opened d and e are covered by a and b: whatever x and y, they are fair coins.
A triple comes from two oblivious transfers (:func:`make_triples`), or from a dealer who
sees no input and must not collude (:func:`deal_triples`).

Values are arrays of 0 and 1 (uint8), so one call computes many gates in one round.

Security: passive parties; a party that sends a wrong share changes the result unseen.

Sources: O. Goldreich, S. Micali, A. Wigderson, "How to Play Any Mental Game", STOC 1987
(with 1-out-of-4 transfer for each gate); triples: D. Beaver, "Efficient Multiparty
Protocols Using Circuit Randomization", CRYPTO 1991.
"""

import secrets
from dataclasses import dataclass
from typing import Any

import numpy as np

from ppdl_course.arguments import between
from ppdl_course.mpc.transfer.oblivious_transfer import receive_strings, send_strings
from ppdl_course.parties.channel import Endpoint
from ppdl_course.publickey.groups import P256, Group

Bits = np.ndarray


def random_bits(*shape: int) -> Bits:
    """Return secret fair coins, uint8."""
    count = int(np.prod(shape))
    return (np.frombuffer(secrets.token_bytes(count), np.uint8) & 1).reshape(shape)


@dataclass
class Triples:
    """One party's shares of unused triples, each a vector of bits."""

    a: Bits
    b: Bits
    c: Bits

    def __len__(self) -> int:
        return len(self.a)

    def take(self, count: int) -> tuple[Bits, Bits, Bits]:
        """Remove and return ``count`` triples; each may be used once.

        Raises:
            ValueError: If so many are not left.
        """
        if count > len(self):
            raise ValueError(f"{count} triples wanted, {len(self)} left")
        taken = self.a[:count], self.b[:count], self.c[:count]
        self.a, self.b, self.c = self.a[count:], self.b[count:], self.c[count:]
        return taken


def deal_triples(count: int) -> tuple[Triples, Triples]:
    """Return both parties' shares of fresh triples, as a trusted dealer does."""
    a0, a1, b0, b1, c0 = random_bits(5, count)
    return Triples(a0, b0, c0), Triples(a1, b1, (a0 ^ a1) & (b0 ^ b1) ^ c0)


def make_triples(
    end: Endpoint, party: int, count: int, group: Group[Any] = P256
) -> Triples:
    """Make triples with the other party, by two oblivious transfers each.

    c = (a0 xor a1)(b0 xor b1) has two terms no party knows. For a0 b1, party 0 offers
    the pair (r, r xor a0) and party 1 chooses with b1: it gets r xor a0 b1, and r and
    that are shares of the term. For a1 b0 they change sides.
    """
    between(0, 1, party=party)
    a, b, r = random_bits(3, count)
    for sender in (0, 1):
        if party == sender:
            pairs = [(bytes([u]), bytes([u ^ v])) for u, v in zip(r, a, strict=True)]
            send_strings(end, pairs, group)
        else:
            chosen = b"".join(receive_strings(end, b.tolist(), group))
            masked_product = np.frombuffer(chosen, np.uint8)
    return Triples(a, b, a & b ^ r ^ masked_product)


class BooleanParty:
    """One of two parties who compute on XOR shares.

    Args:
        end: Its end of a channel.
        party: 0 or 1.
        triples: Its shares of as many triples as there will be AND gates.

    Attributes:
        ands: AND gates computed so far.
    """

    def __init__(self, end: Endpoint, party: int, triples: Triples) -> None:
        between(0, 1, party=party)
        self.end, self.party, self.triples = end, party, triples
        self.ands = 0

    def share(self, bits: Bits) -> Bits:
        """Share this party's own input; the other party calls :meth:`receive_share`."""
        peer_share = random_bits(*bits.shape)
        self._send("share", peer_share)
        return bits.astype(np.uint8) ^ peer_share

    def receive_share(self, *shape: int) -> Bits:
        """Return this party's share of the other's input of that shape."""
        return self._receive("share", shape)

    def invert(self, x: Bits) -> Bits:
        """Return shares of not x."""
        return x ^ 1 if self.party == 0 else x

    def and_(self, x: Bits, y: Bits) -> Bits:
        """Return shares of x and y, in one round."""
        a, b, c = (t.reshape(x.shape) for t in self.triples.take(x.size))
        d, e = self.open(np.stack([x ^ a, y ^ b]))
        self.ands += x.size
        z = c ^ d & b ^ e & a
        return z ^ d & e if self.party == 0 else z  # d e is public: added once

    def open(self, x: Bits) -> Bits:
        """Return the values themselves, to both parties."""
        self._send("open", x)
        return x ^ self._receive("open", x.shape)

    def carry_ripple(self, g: Bits, p: Bits) -> Bits:
        """Return the carry out of an addition, bit after bit.

        Args:
            g: Shares of "this bit makes a carry", shape (bits, n), lowest bit first.
            p: Shares of "this bit hands a carry on", of the same shape.

        Returns:
            Shares, shape (n,). bits - 1 AND gates each; as many rounds.
        """
        carry = g[0]
        for g_bit, p_bit in zip(g[1:], p[1:], strict=True):
            carry = g_bit ^ self.and_(p_bit, carry)
        return carry

    def carry_tree(self, g: Bits, p: Bits) -> Bits:
        """Return the same with twice the gates in ceil(log2(bits)) rounds."""
        while len(g) > 1:
            half = len(g) // 2
            g_lo, g_hi = g[0 : 2 * half : 2], g[1 : 2 * half : 2]
            p_lo, p_hi = p[0 : 2 * half : 2], p[1 : 2 * half : 2]
            # (g, p) of two neighbours: g = g_hi xor p_hi g_lo, p = p_hi p_lo, where xor
            # may stand for or, since a bit never makes a carry and hands one on.
            # Both products of all pairs go into one call, so one round.
            products = self.and_(
                np.concatenate([p_hi, p_hi]), np.concatenate([g_lo, p_lo])
            )
            rest = slice(2 * half, None)  # of an odd number the top one waits
            g = np.concatenate([g_hi ^ products[:half], g[rest]])
            p = np.concatenate([products[half:], p[rest]])
        return g[0]

    def greater(self, x: Bits, y: Bits, *, tree: bool = True) -> Bits:
        """Return shares of x > y for unsigned numbers, shape (bits, n).

        x > y exactly if x + not(y) has a carry out of its top bit.
        """
        y = self.invert(y)
        g = self.and_(x, y)
        return (self.carry_tree if tree else self.carry_ripple)(g, x ^ y)

    def _send(self, label: str, bits: Bits) -> None:
        self.end.send(label, np.packbits(bits))

    def _receive(self, label: str, shape: tuple[int, ...]) -> Bits:
        count = int(np.prod(shape))
        packed = self.end.receive(label)
        wanted = (count + 7) // 8
        if getattr(packed, "dtype", None) != np.uint8 or packed.shape != (wanted,):
            raise ValueError(f"{label} must be {wanted} packed bytes, got {packed!r}")
        return np.unpackbits(packed, count=count).reshape(shape)


def ands_to_compare(bits: int, *, tree: bool = True) -> int:
    """Return how many AND gates one comparison of ``bits``-bit numbers takes."""
    return bits + (2 if tree else 1) * (bits - 1)


def to_bits(numbers: np.ndarray, bits: int) -> Bits:
    """Return unsigned numbers as an array (bits, n), lowest bit first.

    Raises:
        ValueError: If a number does not fit.
    """
    numbers = np.asarray(numbers, np.uint64)
    if not 1 <= bits <= 64 or (bits < 64 and (numbers >> np.uint64(bits)).any()):
        raise ValueError(f"numbers must fit in bits (1..64), got {bits} bits")
    places = np.arange(bits, dtype=np.uint64)[:, None]
    return (numbers >> places & np.uint64(1)).astype(np.uint8)


def play_comparison(
    end: Endpoint, party: int, number: int, bits: int, *, tree: bool = True
) -> bool:
    """Answer the millionaires: party 0 holds i, party 1 holds j; is i >= j?

    Triples come from oblivious transfer over the same channel.
    """
    own_bits = to_bits(np.array([number]), bits)
    triples = make_triples(end, party, ands_to_compare(bits, tree=tree))
    me = BooleanParty(end, party, triples)
    own_share, peer_share = me.share(own_bits), me.receive_share(bits, 1)
    i, j = (own_share, peer_share) if party == 0 else (peer_share, own_share)
    return bool(me.open(me.invert(me.greater(j, i, tree=tree)))[0])
