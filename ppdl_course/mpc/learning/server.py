"""One of the two servers: what it holds, what it opens, products of matrices.

    X, W shared; a mask U for X, V for W, and Z = U V from the supply
    E = X - U, F = W - V                          opened, one message each way
    [X W]_i = (X_i - i E) F + E W_i + Z_i         i = 0 or 1: the server's number

E is opened once for a whole data matrix and serves every product with it, also with
rows of it and with its transpose. Each matrix has a mask of its own; weights change in
each step, so they get a fresh one in each step: two matrices under one mask give their
difference away (``attacks``).

Security: passive servers that do not collude. A server that sends wrong words changes
the result unseen; what a server opens is uniform, whatever the data.

Source: P. Mohassel, Y. Zhang, "SecureML", IEEE S&P 2017, section IV-A.
"""

import contextlib
from collections.abc import Sequence
from typing import Any

import numpy as np

from ppdl_course.arguments import array_of, between
from ppdl_course.mpc.learning.fixed_point import FixedPoint, truncate
from ppdl_course.mpc.learning.material import Mask, Product, Side, Supply, Triple
from ppdl_course.mpc.sharing.ring_product import ring_product
from ppdl_course.parties.channel import Endpoint, PeerGone

Words = np.ndarray
STOP = "stop"


class PeerStopped(ValueError):
    """The other server refused to go on; the message gives its reason."""


class Line:
    """A server's end towards the other server, for protocols of two parties.

    Args:
        end: The server's end of the channel.
        peer: The other server's name; ``None`` where there are no more parties.
    """

    def __init__(self, end: Endpoint, peer: str | None = None) -> None:
        self.end, self.peer = end, peer

    def send(self, label: str, payload: Any) -> None:
        """Send to the other server.

        Raises:
            PeerStopped: If it has left and said why; ``PeerGone`` if it did not say.
        """
        try:
            self.end.send(label, payload, to=self.peer)
        except PeerGone as gone:
            with contextlib.suppress(PeerGone):  # what it sent before is still there
                while (said := self.end.receive_any(sender=self.peer))[0] != STOP:
                    pass
                raise PeerStopped(f"the other server stopped: {said[1]}") from gone
            raise

    def receive(self, label: str) -> Any:
        """Return the other server's next message.

        Raises:
            PeerStopped: If the other server stopped; with its reason.
            PeerGone: If it closed its end without a word.
            ValueError: If it sent something else.
        """
        got, value = self.end.receive_any(sender=self.peer)
        if got == STOP:
            raise PeerStopped(f"the other server stopped: {value}")
        if got != label:
            raise ValueError(f"the other server must send {label!r}, it sent {got!r}")
        return value

    def note(self, label: str, value: Any) -> None:
        """Write down a value of this server's own."""
        self.end.note(label, value)


class Opened:
    """A shared matrix X with X - U open, or rows or the transpose of one.

    Attributes:
        share: This server's share of X.
        public: E = X - U, known to both.
        side: Which mask, which rows, whether transposed.
    """

    def __init__(self, share: Words, public: Words, side: Side, party: int) -> None:
        self.share, self.public, self.side = share, public, side
        self._party = party

    @property
    def T(self) -> "Opened":
        """The transpose; nothing more is opened."""
        side = Side(self.side.name, self.side.rows, not self.side.transposed)
        return Opened(self.share.T, self.public.T, side, self._party)

    def rows(self, rows: Sequence[int]) -> "Opened":
        """Return some rows: nothing more is opened."""
        if self.side.rows is not None or self.side.transposed:
            raise ValueError(f"rows must be taken of a whole matrix, not {self.side}")
        rows = tuple(int(row) for row in rows)
        index = list(rows)
        side = Side(self.side.name, rows)
        return Opened(self.share[index], self.public[index], side, self._party)

    @property
    def less(self) -> Words:
        """X_i - i E: what multiplies the other matrix's opening."""
        return self.share - self.public if self._party else self.share


class Server:
    """Holds its shares and its supply; talks to the other server.

    Args:
        end: Its end of a channel.
        party: 0 or 1.
        supply: Its material.
        fixed: How numbers are written.
        peer: The other server's name, where the channel has more than two parties.
    """

    def __init__(
        self,
        end: Endpoint,
        party: int,
        supply: Supply,
        *,
        fixed: FixedPoint | None = None,
        peer: str | None = None,
    ) -> None:
        between(0, 1, party=party)
        self.end, self.party, self.supply = end, party, supply
        self.line = Line(end, peer)
        self.fixed = fixed or FixedPoint()
        self.openings = 0

    def agree(self, *facts: Any) -> None:
        """Compare what both must mean alike, before anything is computed.

        Args:
            facts: Pairs (name, value) of values that the channel can carry.

        Raises:
            ValueError: If the other server's value differs; it gets the same error.
        """
        own = [
            ("fraction bits", self.fixed.fraction_bits),
            ("compared bits", self.fixed.compared_bits),
            *facts,
        ]
        other = self.exchange("agree", dict(own))
        if not isinstance(other, dict):
            raise ValueError(f"the other server must send facts, got {type(other)}")
        for name, value in own:
            if name not in other or other[name] != value:
                theirs = other.get(name, "nothing")
                raise ValueError(
                    f"{name} must be the same on both servers, got {value} here and "
                    f"{theirs} there"
                )
        if len(own) != len(other):
            raise ValueError(f"facts must be {len(own)}, the other has {len(other)}")

    def stop(self, reason: str) -> None:
        """Tell the other server why this one leaves, and close the end."""
        with contextlib.suppress(ConnectionError, ValueError):  # it has gone already
            self.end.send(STOP, reason, to=self.line.peer)
        self.end.close()

    def exchange(self, label: str, value: Any) -> Any:
        """Send a value and return the other server's; errors as :class:`Line`."""
        self.line.send(label, value)
        return self.line.receive(label)

    def exchange_words(self, label: str, arrays: Sequence[Words]) -> list[Words]:
        """Send arrays, return the other server's, checked to have the same shapes."""
        self.openings += 1
        others = self.exchange(label, list(arrays))
        if not isinstance(others, list) or len(others) != len(arrays):
            raise ValueError(f"{label} must have {len(arrays)} arrays")
        for own, other in zip(arrays, others, strict=True):
            array_of(own.shape, np.uint64, **{label: other})
        return others

    def open(self, *shares: Words) -> list[Words]:
        """Return the sums of both servers' words, to both, in one round."""
        others = self.exchange_words("open", shares)
        return [own + other for own, other in zip(shares, others, strict=True)]

    def masked(self, **matrices: Words) -> list[Opened]:
        """Open matrices, each under the mask of its name, all in one round.

        Args:
            matrices: Shares, uint64 ``(rows, columns)``.

        Raises:
            ValueError: If the next material is for another mask or another shape.
        """
        shares, names = list(matrices.values()), list(matrices)
        differences = []
        for name, share in matrices.items():
            (mask,) = self.supply.take(Mask(name, share.shape))
            differences.append(share - mask)
        opened = self.open(*differences)
        return [
            Opened(share, public, Side(name), self.party)
            for share, public, name in zip(shares, opened, names, strict=True)
        ]

    def product(self, a: Opened, b: Opened) -> Words:
        """Return a share of the product A B, not truncated; no message.

        Raises:
            ValueError: If the shapes do not fit, or the next material is for another
                product.
        """
        if a.share.shape[1] != b.share.shape[0]:
            raise ValueError(
                f"b must have {a.share.shape[1]} rows, got {b.share.shape}"
            )
        (z,) = self.supply.take(Product(a.side, b.side))
        z = z + ring_product(a.less, b.public)
        z += ring_product(a.public, b.share)
        return z

    def multiply(self, x: Words, y: Words) -> Words:
        """Return a share of the products entry by entry, not truncated; one round."""
        array_of(x.shape, np.uint64, y=y)
        u, v, w = self.supply.take(Triple(x.shape))
        e, f = self.open(x - u, y - v)
        z = w + e * v + f * u
        return z + e * f if self.party == 0 else z

    def truncate(self, share: Words, bits: int | None = None) -> Words:
        """Drop the fraction bits of a product, or ``bits`` of them; no message."""
        bits = self.fixed.fraction_bits if bits is None else bits
        return truncate(share, bits, self.party)

    def constant(self, value: Words | int, shape: tuple[int, ...] = ()) -> Words:
        """Return a share of a public value: server 0 has it, server 1 has zero."""
        words = np.asarray(value).astype(np.uint64)
        words = np.broadcast_to(words, shape or words.shape)
        return words.copy() if self.party == 0 else np.zeros_like(words)
