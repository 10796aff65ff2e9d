"""What the two servers need before they compute: requests, and the supply of a server.

A plan is a list of requests; each names a piece of correlated randomness by its kind
and shape, and nothing else, so a dealer who gets the plan learns only sizes.

    Mask(name, shape)          U, to open X - U
    Product(left, right)       Z = U V of two masks, or of rows or transposes of them
    Triple(shape)              u, v, u v entry by entry
    Signs(count, width)        triples of bits for ``count`` comparisons
    Choices(name, count)       random bits r, as XOR shares and as additive ones
    Choosing(name, count)      a and r a, to multiply numbers by the bits of that name

Everything random comes from two seeds, one for each server (AES-128 in counter mode).
Server 0 needs nothing but its seed; server 1 also gets corrections, which make its
shares add up to U V, u v and so on. A seed is secret and serves one plan.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from ppdl_course.arguments import array_of
from ppdl_course.mpc.pseudorandom import Stream

Words = np.ndarray


@dataclass(frozen=True)
class Mask:
    """A mask for one matrix, which is opened under it once."""

    name: str
    shape: tuple[int, ...]


@dataclass(frozen=True)
class Side:
    """A factor of a product: a mask, some of its rows, or a transpose of that.

    Attributes:
        name: The mask's.
        rows: Which rows, in order; ``None`` for all.
        transposed: Whether rows and columns change places afterwards.
    """

    name: str
    rows: tuple[int, ...] | None = None
    transposed: bool = False

    def of(self, matrix: Any) -> Any:
        """Return this side of a matrix: rows first, then the transpose."""
        part = matrix if self.rows is None else matrix[list(self.rows)]
        return part.T if self.transposed else part

    def __str__(self) -> str:
        rows = "" if self.rows is None else f"[{len(self.rows)} rows]"
        return self.name + rows + (".T" if self.transposed else "")


@dataclass(frozen=True)
class Product:
    """The product of two masks asked for before."""

    left: Side
    right: Side


@dataclass(frozen=True)
class Triple:
    """A triple of the given shape for products entry by entry."""

    shape: tuple[int, ...]


@dataclass(frozen=True)
class Signs:
    """Triples of bits for ``count`` comparisons of ``width`` bits."""

    count: int
    width: int = 32


@dataclass(frozen=True)
class Choices:
    """``count`` random bits shared both ways."""

    name: str
    count: int


@dataclass(frozen=True)
class Choosing:
    """Masks a, and r a for the bits r of that name."""

    name: str
    count: int


Request = Mask | Product | Triple | Signs | Choices | Choosing
Item = tuple[str, list[Words]]
"""A request as text, and the corrections that a server gets for it."""


def describe(request: Request) -> str:
    """Return a request in words: both servers and the dealer must mean the same."""
    match request:
        case Mask(name, shape):
            return f"mask {name} {_size(shape)}"
        case Product(left, right):
            return f"product {left} x {right}"
        case Triple(shape):
            return f"triple {_size(shape)}"
        case Signs(count, width):
            return f"{count} signs of {width} bits"
        case Choices(name, count):
            return f"{count} bits {name}"
        case Choosing(name, count):
            return f"{count} products with bits {name}"
    raise TypeError(f"request must be one of this module, got {request!r}")


def _size(shape: Iterable[int]) -> str:
    return " x ".join(map(str, shape)) or "1"


def words_for(count: int) -> int:
    """Return how many words hold ``count`` bits."""
    return -(-count // 64)


def levels(width: int) -> list[tuple[int, int]]:
    """Return the sizes of a comparison's tree: pairs joined, and groups left, by level.

    The leaves are the ``width - 1`` bits below the sign. The lowest group hands no
    carry on, since none comes in: it needs one product, each other pair two.
    """
    found, left = [], width - 1
    while left > 1:
        found.append((left // 2, left - left // 2))
        left -= left // 2
    return found


def ands_for(width: int) -> int:
    """Return the AND gates of one comparison: leaves and tree."""
    return width - 1 + sum(2 * pairs - 1 for pairs, _ in levels(width))


def corrected(request: Request) -> int:
    """Return how many arrays of a request server 1 gets corrections for."""
    match request:
        case Mask():
            return 0
        case Signs(_, width):
            return 1 + len(levels(width))
    return 1


class Supply:
    """One server's material, taken in the order of the plan, each piece once.

    Args:
        party: 0 or 1.
        seed: This server's.
        items: Its corrections, in the order of the plan; a generator may wait for
            the dealer.
    """

    def __init__(self, party: int, seed: bytes, items: Iterable[Item]) -> None:
        self.party = party
        self._stream = Stream(seed)
        self._items: Iterator[Item] = iter(items)
        self.masks: dict[str, Words] = {}

    def take(self, request: Request) -> list[Words]:
        """Return this server's shares of a piece of material.

        Raises:
            ValueError: If the next piece is another one, or none is left: it was used.
        """
        wanted = describe(request)
        item = next(self._items, None)
        if item is None:
            raise ValueError(f"material is used up: {wanted} wanted, none is left")
        if not isinstance(item, tuple) or list(map(type, item)) != [str, list]:
            raise ValueError(f"material must be (name, corrections), got {type(item)}")
        name, corrections = item
        if name != wanted:
            raise ValueError(f"material must be for {wanted}, the next is for {name}")
        own = draw(self._stream, request, self.party, self.shape_of)
        count = corrected(request) if self.party else 0
        if len(corrections) != count:
            raise ValueError(
                f"material for {wanted} must have {count} corrections, "
                f"got {len(corrections)}"
            )
        for share, correction in zip(own[len(own) - count :], corrections, strict=True):
            array_of(share.shape, np.uint64, **{f"material for {wanted}": correction})
            share[...] = correction
        if isinstance(request, Mask):
            self.masks[request.name] = own[0]
        return own

    def shape_of(self, side: Side) -> tuple[int, int]:
        """Return the shape of a side of a product.

        Raises:
            ValueError: If there is no mask of that name.
        """
        return side_shape(self.masks, side)


def side_shape(masks: dict[str, Words], side: Side) -> tuple[int, int]:
    """Return the shape of a side, given the masks by name."""
    if side.name not in masks:
        raise ValueError(f"product must be of masks, there is no mask {side.name!r}")
    rows, columns = masks[side.name].shape
    rows = rows if side.rows is None else len(side.rows)
    return (columns, rows) if side.transposed else (rows, columns)


def draw(
    stream: Stream,
    request: Request,
    party: int,
    shape_of: Callable[[Side], tuple[int, int]],
) -> list[Words]:
    """Return a server's shares as its seed gives them, before any correction.

    The last arrays of the list are those that server 1 gets corrected.
    """
    match request:
        case Mask(_, shape):
            return [stream.words(*shape)]
        case Product(left, right):
            return [stream.words(shape_of(left)[0], shape_of(right)[1])]
        case Triple(shape):
            return [stream.words(*shape) for _ in range(3)]
        case Signs(count, width):
            n = words_for(count)
            leaf = [stream.words(width - 1, n) for _ in range(2)]
            ands = [2 * pairs - 1 for pairs, _ in levels(width)]
            ab = [stream.words(k, n) for k in ands for _ in range(2)]
            c = [stream.words(k, n) for k in ands]
            return [leaf[0], *ab, leaf[1], *c]
        case Choices(_, count):
            return [stream.words(words_for(count)), stream.words(count)]
        case Choosing(_, count):
            return [stream.words(count) for _ in range(2)]
    raise TypeError(f"request must be one of this module, got {request!r}")
