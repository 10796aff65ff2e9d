"""What goes wrong on two servers when a rule is broken.

    one mask, two matrices     E1 - E2 = X1 - X2, for either server: ``difference``;
                               one-hot fields of case files are read off: ``categories``
    a seed for two plans       all masks twice: the same
    a triple used twice        x - x' and y - y', entry by entry
    a truncation that fails    off by 2^(64 - bits): one wild weight: ``wild_entries``
    both servers together      everything: shares add up

Not protected, and not detected: an owner whose shares add up to numbers beyond the
bounds or to wrong labels. The servers see uniform words either way; the model is what
shows it (SecureML assumes owners who may collude with a server, not lie about data
without harm to the model).
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ppdl_course.arguments import array_of, at_least, between
from ppdl_course.mpc.learning.dealer import Dealer
from ppdl_course.mpc.learning.fixed_point import (
    RING_BITS,
    failure_probability,
    truncate,
)
from ppdl_course.mpc.learning.material import Mask
from ppdl_course.mpc.learning.server import Server
from ppdl_course.mpc.learning.session import together
from ppdl_course.mpc.pseudorandom import SEED_BYTES, Stream

Words = np.ndarray
UNKNOWN = -1


def careless_dealer(seed: bytes) -> Callable[[], Dealer]:
    """Return a maker of dealers who all start from one seed: each plan has its masks.

    Args:
        seed: 16 bytes, used again and again.
    """
    if len(seed) != SEED_BYTES:
        raise ValueError(f"seed must have {SEED_BYTES} bytes, got {len(seed)}")

    def make() -> Dealer:
        stream = Stream(seed)
        return Dealer(token_bytes=lambda count: stream.words(-(-count // 8)).tobytes())

    return make


def openings(matrices: Sequence[Words], make: Callable[[], Dealer]) -> list[Words]:
    """Share and open each matrix in a session of its own; return what server 0 sees.

    Args:
        matrices: uint64, all of one shape.
        make: Makes the dealer of each session.

    Returns:
        The public E = X - U of each, uint64.
    """

    def program(server: Server, share: Words) -> Words:
        (opened,) = server.masked(X=share)
        return opened.public

    plan = [Mask("X", matrices[0].shape)]
    return [
        together(program, plan, matrix, dealer=make()).results[0] for matrix in matrices
    ]


def difference(first: Words, second: Words) -> np.ndarray:
    """Return X1 - X2 from two openings under one mask, int64."""
    array_of(first.shape, np.uint64, first=first, second=second)
    return (first - second).view(np.int64)


def categories(
    opened: Sequence[Words], groups: Sequence[Sequence[int]], one: int
) -> np.ndarray:
    """Read one-hot fields out of matrices that were opened under one mask.

    In a column of a one-hot field the entries are 0 and ``one``. Where two matrices
    differ in it, the larger one is ``one``: that case has this category.

    Args:
        opened: What was opened for each matrix, uint64 ``(rows, columns)``.
        groups: The columns of each field.
        one: How 1 is written: 2^f.

    Returns:
        ``(matrices, rows, fields)``: the place of the category in its group, or
        :data:`UNKNOWN` where all matrices agree in that row.
    """
    at_least(2, openings=len(opened))
    moved = np.stack([difference(e, opened[0]) for e in opened])
    found = np.full((*moved.shape[:2], len(groups)), UNKNOWN)
    for field, columns in enumerate(groups):
        part = moved[:, :, list(columns)]
        top = part.max(0)
        varies = top - part.min(0) == one
        here = (part == top) & varies
        hit = here.any(2)
        found[..., field][hit] = here.argmax(2)[hit]
    return found


def one_hot_groups(names: Sequence[str]) -> dict[str, list[int]]:
    """Return the columns of each one-hot field, from names such as ``charge=fraud``."""
    groups: dict[str, list[int]] = {}
    for column, name in enumerate(names):
        field, is_one_hot, _ = name.partition("=")
        if is_one_hot:
            groups.setdefault(field, []).append(column)
    return groups


def products_with_one_triple(
    triple: tuple[tuple[Words, Words, Words], tuple[Words, Words, Words]],
    pairs: Sequence[tuple[tuple[Words, Words], tuple[Words, Words]]],
) -> list[dict[str, Any]]:
    """Multiply several pairs with one and the same triple, as careless servers would.

    Args:
        triple: Both servers' shares of u, v, u v.
        pairs: For each product both servers' shares ((x0, x1), (y0, y1)).

    Returns:
        For each product what both servers see, ``e`` and ``f``, and the right result
        ``product``: nothing warns of the leak.
    """
    (u0, v0, w0), (u1, v1, w1) = triple
    seen = []
    for (x0, x1), (y0, y1) in pairs:
        e, f = (x0 - u0) + (x1 - u1), (y0 - v0) + (y1 - v1)
        first, second = w0 + e * v0 + f * u0 + e * f, w1 + e * v1 + f * u1
        seen.append({"e": e, "f": f, "product": first + second})
    return seen


def failure_rates(
    powers: Sequence[int], count: int, bits: int, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Truncate numbers of size 2^power on shares; count what goes wrong.

    Args:
        powers: 0 to 62.
        count: Truncations for each.
        bits: Dropped.
        rng: Draws the shares: a statistic, not a secret.

    Returns:
        Measured rates and |x| / 2^64, float64 each.
    """
    at_least(1, count=count)
    measured = []
    for power in powers:
        between(0, 62, power=power)
        x = np.uint64(1 << power)
        first = rng.integers(0, 2**64, count, np.uint64)
        got = truncate(first, bits, 0) + truncate(x - first, bits, 1)
        off = (got - (x >> np.uint64(bits))).view(np.int64)
        measured.append((np.abs(off) > 1).mean())
    return np.array(measured), np.array([failure_probability(2.0**p) for p in powers])


def wild_entries(found: Words, wanted: np.ndarray, bits: int) -> np.ndarray:
    """Return where a failed truncation by ``bits`` hit: bool, as ``found``.

    Args:
        found: Words of a private run.
        wanted: int64 of its plain twin.
        bits: What the truncation dropped: a failure is off by 2^(64 - bits).
    """
    off = np.abs((found - np.asarray(wanted).view(np.uint64)).view(np.int64))
    return off > 1 << (RING_BITS - bits - 1)
