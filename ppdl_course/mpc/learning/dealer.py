"""The dealer: makes correlated randomness, sees no input, must collude with nobody.

It knows both seeds, so it knows both servers' shares of every mask, and sends server 1
what makes the rest come out right:

    Product    Z1 = U V - Z0          Triple   w1 = u v - w0
    Signs      c1 = (a0 xor a1)(b0 xor b1) xor c0;  leaves: server 0 holds a, 1 holds b
    Choices    r1 = r - r0, r the XOR of both servers' bits
    Choosing   p1 = r a - p0

A dealer who keeps the seeds and sees what the servers open reads everything: it is a
third party to be trusted, for teaching and for measuring. ``mpc.triples`` does without.
"""

import secrets
import threading
from collections.abc import Iterable, Iterator

import numpy as np

from ppdl_course.mpc.learning.material import (
    Choices,
    Choosing,
    Item,
    Mask,
    Product,
    Request,
    Side,
    Signs,
    Supply,
    Triple,
    describe,
    draw,
    side_shape,
)
from ppdl_course.mpc.pseudorandom import Stream, TokenBytes, new_seed
from ppdl_course.mpc.sharing.ring_product import ring_product
from ppdl_course.parties.channel import Endpoint

Words = np.ndarray


AHEAD = 256
"""Pieces that a dealer may be ahead of server 0: a long plan fills no memory."""


class Pace:
    """Holds a dealer back, in a thread beside the servers', while much is not taken."""

    def __init__(self) -> None:
        self._left, self._ended = AHEAD, False
        self._changed = threading.Condition()

    def wait(self) -> None:
        """Wait until server 0 has taken enough, or nobody takes any more."""
        with self._changed:
            self._changed.wait_for(lambda: self._left > 0 or self._ended)
            self._left -= 1

    def taken(self) -> None:
        """Count a piece that server 0 took."""
        with self._changed:
            self._left += 1
            self._changed.notify()

    def end(self) -> None:
        """Let the dealer go on for good: a server has finished, or failed."""
        with self._changed:
            self._ended = True
            self._changed.notify()


class Dealer:
    """Deals what plans ask for.

    Attributes:
        seeds: Both servers' seeds; secret.
        masks: The masks themselves, by name, as long as the dealer lives.
    """

    def __init__(self, *, token_bytes: TokenBytes = secrets.token_bytes) -> None:
        self.seeds = (new_seed(token_bytes), new_seed(token_bytes))
        self._streams = tuple(Stream(seed) for seed in self.seeds)
        self.masks: dict[str, Words] = {}
        self._bits: dict[str, Words] = {}

    def deal(self, plan: Iterable[Request]) -> Iterator[tuple[Item, Item]]:
        """Yield both servers' items, request by request."""
        for request in plan:
            first, second = (
                draw(stream, request, party, self._shape_of)
                for party, stream in enumerate(self._streams)
            )
            name = describe(request)
            yield (name, []), (name, self._corrections(request, first, second))

    def supplies(self, plan: Iterable[Request]) -> tuple[Supply, Supply]:
        """Return both servers' supplies for a plan, all at once."""
        pairs = list(self.deal(plan))
        return tuple(
            Supply(party, self.seeds[party], [pair[party] for pair in pairs])
            for party in (0, 1)
        )

    def serve(
        self,
        end: Endpoint,
        plan: Iterable[Request],
        *servers: str,
        pace: Pace | None = None,
    ) -> None:
        """Play the dealer over a channel: seeds first, then item by item."""
        for server, seed in zip(servers, self.seeds, strict=True):
            end.send("seed", seed, to=server)
        for pair in self.deal(plan):
            for server, item in zip(servers, pair, strict=True):
                end.send("material", item, to=server)
            if pace:
                pace.wait()
        for server in servers:
            end.send("material", None, to=server)

    def _corrections(
        self, request: Request, first: list[Words], second: list[Words]
    ) -> list[Words]:
        match request:
            case Mask(name, _):
                self.masks[name] = first[0] + second[0]
                return []
            case Product(left, right):
                u, v = (side.of(self.masks[side.name]) for side in (left, right))
                return [ring_product(u, v) - first[0]]
            case Triple():
                (u, v, w), (u1, v1, _) = first, second
                return [(u + u1) * (v + v1) - w]
            case Signs():
                half = (len(first) - 2) // 3  # levels of the tree
                c = [first[0] & second[0] ^ first[2 * half + 1]]
                for k in range(half):
                    a, b = (first[i] ^ second[i] for i in (2 * k + 1, 2 * k + 2))
                    c.append(a & b ^ first[2 * half + 2 + k])
                return c
            case Choices(name, count):
                self._bits[name] = unpack(first[0] ^ second[0], count)
                return [self._bits[name] - first[1]]
            case Choosing(name, _):
                a = first[0] + second[0]
                return [self._bits[name] * a - first[1]]
        raise TypeError(f"request must be one of the plan's, got {request!r}")

    def _shape_of(self, side: Side) -> tuple[int, int]:
        return side_shape(self.masks, side)


def receive_supply(
    end: Endpoint,
    party: int,
    dealer: str,
    *,
    pace: Pace | None = None,
) -> Supply:
    """Return a supply that is read off the channel as it is needed.

    Args:
        end: The server's end.
        party: 0 or 1.
        dealer: The dealer's name.
        pace: Told of each piece that server 0 takes.
    """
    seed = end.receive("seed", sender=dealer)

    def items() -> Iterator[Item]:
        while (item := end.receive("material", sender=dealer)) is not None:
            if pace and party == 0:
                pace.taken()
            yield item

    return Supply(party, seed, items())


def unpack(bits: Words, count: int) -> Words:
    """Return packed bits as words 0 and 1."""
    flat = np.unpackbits(bits.view(np.uint8), count=count, bitorder="little")
    return flat.astype(np.uint64)
