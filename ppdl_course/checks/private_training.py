"""Visible checks of chapter 16: clipping, ghost norms, sharing, relevance.

Those of sampling and noise are statistics: :mod:`ppdl_course.checks.private_sampling`.
"""

from collections.abc import Callable, Sequence

import numpy as np

from ppdl_course.checks.verdict import (
    require,
    require_array,
    require_close,
    require_kept,
)


def check_clip_each(
    clip_each: Callable[..., object], *, bound: float = 1.0, n: int = 6, seed: int = 16
) -> None:
    """Check rows that are too long, short, and zero."""
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(n, 5)) * bound
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    # above and below the bound in turn; the last row is that of a perfect prediction
    rows *= np.where(np.arange(n)[:, None] % 2, 0.3, 2.5) * bound / norms
    rows[-1] = 0
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    safe = np.where(norms > 0, norms, 1)
    right = rows * np.minimum(1, bound / safe)
    before = rows.copy()
    with np.errstate(all="ignore"):
        raw = clip_each(rows, bound)
    require_kept(before, rows, "gradients")
    try:
        last = np.asarray(raw, dtype=float)[-1]
    except (TypeError, ValueError, IndexError):
        last = np.empty(0)  # said below
    require(
        not np.isnan(last).any(),
        "a gradient of norm 0 became NaN: do not divide by 0.",
    )
    got = require_array(raw, shape=rows.shape, what="clip_each(gradients, C)")
    total = np.linalg.norm(rows)

    def by(sizes: np.ndarray) -> np.ndarray:
        return rows / np.maximum(1, sizes / bound)

    long = norms > bound
    require_close(
        got,
        right,
        what="clip_each(gradients, C)",
        mistakes=[
            ("nothing was clipped.", rows),
            (
                "each entry was clipped, not each row's norm: the direction changes, "
                "and the norm may still be above C.",
                np.clip(rows, -bound, bound),
            ),
            (
                "short rows were stretched to C: only rows longer than C are scaled.",
                rows * bound / safe,
            ),
            (
                "the whole matrix was scaled by one factor: clip each row by itself.",
                rows * min(1, bound / total),
            ),
            (
                "that is a sum of sizes: the norm is the root of the sum of squares.",
                by(np.abs(rows).sum(axis=1, keepdims=True)),
            ),
            (
                "that is the largest entry: the norm is the root of the sum of "
                "squares.",
                by(np.abs(rows).max(axis=1, keepdims=True)),
            ),
            (
                "the root is missing: a row is scaled by C over its norm.",
                by((norms / bound) ** 2 * bound),
            ),
            (
                "columns were clipped: a record is a row.",
                by(np.linalg.norm(rows, axis=0, keepdims=True)),
            ),
            (
                "long rows were set to 0: scale them down to C.",
                np.where(long, 0, rows),
            ),
            (
                "short rows shrink too: rows up to C stay as they are.",
                rows * bound / (norms + bound),
            ),
        ],
    )


def check_ghost_norms(
    ghost_norms: Callable[..., object],
    *,
    sizes: Sequence[int] = (4, 3, 2),
    n: int = 5,
    seed: int = 16,
) -> None:
    """Check against the norms of outer products written out."""
    rng = np.random.default_rng(seed)
    nodes = [np.column_stack([np.ones(n), rng.normal(size=(n, k))]) for k in sizes[:-1]]
    deltas = [rng.normal(size=(n, k)) for k in sizes[1:]]
    rows = np.concatenate(
        [
            np.einsum("ni,nj->nij", d, a).reshape(n, -1)
            for d, a in zip(deltas, nodes, strict=True)
        ],
        axis=1,
    )
    by_layer = np.stack(
        [
            np.linalg.norm(d, axis=1) * np.linalg.norm(a, axis=1)
            for d, a in zip(deltas, nodes, strict=True)
        ]
    )
    without_bias = np.stack(
        [
            np.linalg.norm(d, axis=1) * np.linalg.norm(a[:, 1:], axis=1)
            for d, a in zip(deltas, nodes, strict=True)
        ]
    )
    right = np.linalg.norm(rows, axis=1)
    given = list(nodes), list(deltas)
    got = require_array(
        ghost_norms(*given), shape=(n,), what="ghost_norms(nodes, deltas)"
    )
    for name, mine, theirs in zip(
        ("nodes", "deltas"), (nodes, deltas), given, strict=True
    ):
        whole = len(mine) == len(theirs)
        require(whole, f"your function changes {name}, its argument: work on a copy")
    of_nodes, of_deltas = (
        sum((layer**2).sum(axis=1) for layer in layers) for layers in (nodes, deltas)
    )
    require_close(
        got,
        right,
        what="ghost_norms(nodes, deltas)",
        mistakes=[
            ("these are the squares of the norms: the root is missing.", right**2),
            (
                "norms of layers do not add up; their squares do.",
                by_layer.sum(axis=0),
            ),
            (
                "the bias node is left out: its weight has a gradient too.",
                np.sqrt((without_bias**2).sum(axis=0)),
            ),
            (
                "multiply within each layer, then add the layers' squares.",
                np.sqrt(of_nodes * of_deltas),
            ),
            (
                "the squares of a and delta are multiplied, not added.",
                np.sqrt(of_nodes + of_deltas),
            ),
            ("layers' squares are added, not multiplied.", by_layer.prod(axis=0)),
            ("only the last layer was counted.", by_layer[-1]),
            ("only the first layer was counted.", by_layer[0]),
        ],
    )


def check_share_largest(
    share_largest: Callable[..., object],
    *,
    size: int = 40,
    fraction: float = 0.1,
    seed: int = 16,
) -> None:
    """Check which coordinates are shared, and what of them."""
    rng = np.random.default_rng(seed)
    moved = rng.permutation(np.linspace(0.01, 1, size)) * rng.choice([-1, 1], size)
    # the largest falls, so that its sign matters
    moved[np.abs(moved).argmax()] *= -np.sign(moved[np.abs(moved).argmax()])
    bound, count = 0.7, max(1, round(fraction * size))
    before = moved.copy()
    answer = share_largest(moved, fraction=fraction, bound=bound)
    require_kept(before, moved, "moved")
    require(
        isinstance(answer, tuple | list) and len(answer) == 2,
        "share_largest must return two things, indices and values.",
    )
    indices = np.asarray(answer[0])
    require(
        indices.ndim == 1 and indices.dtype.kind in "iu",
        "the indices must be a vector of integers.",
    )
    require(
        len(indices) == count,
        f"{len(indices)} of {size} coordinates were shared; a fraction of {fraction:g} "
        f"is {count}.",
    )
    require(len(set(indices.tolist())) == count, "a coordinate was shared twice.")
    values = require_array(answer[1], shape=(count,), what="values")
    wanted = set(np.argsort(-np.abs(moved))[:count].tolist())
    require(
        set(indices.tolist()) != set(np.argsort(-moved)[:count].tolist())
        or wanted == set(indices.tolist()),
        "a step down counts as much as a step up: compare sizes, without the sign.",
    )
    require(
        set(indices.tolist()) == wanted
        or not bool(np.all(np.isin(indices, np.flatnonzero(np.abs(moved) >= bound)))),
        "clipped, the largest look alike: choose first, then clip.",
    )
    require(
        set(indices.tolist()) != set(np.argsort(np.abs(moved))[:count].tolist())
        or count == size,
        "these moved least: take those that moved most.",
    )
    require(
        set(indices.tolist()) == wanted,
        "these are not the coordinates that moved most.",
    )
    require_close(
        values,
        np.clip(moved[indices], -bound, bound),
        what="values",
        mistakes=[
            ("the values were not clipped to the bound.", moved[indices]),
            (
                "values[i] must belong to indices[i]: sort both, or neither.",
                np.clip(moved[np.argsort(-np.abs(moved))[:count]], -bound, bound),
            ),
            ("the values lost their sign.", np.minimum(np.abs(moved[indices]), bound)),
        ],
    )


def check_spread_relevance(
    spread_relevance: Callable[..., object],
    *,
    units: int = 3,
    inputs: int = 4,
    n: int = 5,
    seed: int = 16,
    stabiliser: float = 0.02,
) -> None:
    """Check one layer of relevance propagation, and what it conserves."""
    rng = np.random.default_rng(seed)
    W = rng.normal(size=(units, 1 + inputs))
    a, relevance = rng.random((n, inputs)), rng.normal(size=(n, units))
    nodes = np.column_stack([np.ones(n), a])
    z = nodes @ W.T

    def pushed(z: np.ndarray) -> np.ndarray:
        return z + np.where(z >= 0, stabiliser, -stabiliser)

    def spread(gamma: float) -> np.ndarray:
        return a * ((relevance / (z + np.where(z >= 0, gamma, -gamma))) @ W[:, 1:])

    right = spread(stabiliser)
    share = relevance / pushed(z)
    got = require_array(
        spread_relevance(W, a, relevance),
        shape=(n, inputs),
        what="spread_relevance(W, a, relevance)",
    )
    others = [
        (
            f"your stabiliser is {other:g}, and here it is {stabiliser:g}: is that "
            "another variant's number?",
            spread(other),
        )
        for other in (0, 0.001, *(k / 100 for k in range(1, 11)))
        if other != stabiliser
    ]
    alike = np.abs(W[:, 1:]) / np.abs(W[:, 1:]).sum(axis=1, keepdims=True)
    require_close(
        got,
        right,
        what="spread_relevance(W, a, relevance)",
        mistakes=[
            (
                "a node that sent nothing gets relevance: multiply by a, what it sent.",
                share @ W[:, 1:],
            ),
            (
                "each unit's relevance must be divided by z, all that reached it.",
                a * (relevance @ W[:, 1:]),
            ),
            (
                "the weights alone do not say what was sent: it was a times w.",
                relevance @ alike,
            ),
            (
                "the bias node's part was dealt out to the inputs: it stays there.",
                a * ((relevance / (a @ W[:, 1:].T)) @ W[:, 1:]),
            ),
            (
                "z must hold the bias: W[:, 0] belongs to it.",
                a * ((relevance / pushed(a @ W[:, 1:].T)) @ W[:, 1:]),
            ),
            (
                "the stabiliser takes the sign of z: added to a negative z, it may "
                "bring it to 0.",
                a * ((relevance / (z + stabiliser)) @ W[:, 1:]),
            ),
            (
                "weights keep their sign: what pulls z down gets relevance of the "
                "other sign.",
                a * (share @ np.abs(W[:, 1:])),
            ),
            *others,
        ],
        rtol=1e-4,
    )
