"""Visible checks of chapter 16: clipping and ghost norms.

Those of noise are statistics:
:mod:`ppdl_course.checks.private_training.noisy_means`. That of sharing is in
:mod:`ppdl_course.checks.private_training.sharing`.
"""

from collections.abc import Callable, Sequence

import numpy as np

from ppdl_course.checks.fresh_inputs import drawn_anew
from ppdl_course.checks.verdict import (
    holds_nan,
    on_other_data,
    require,
    require_array,
    require_close,
    require_kept,
)


@on_other_data
@drawn_anew
def check_clip_each(
    clip_each: Callable[..., object], *, bound: float = 1.0, n: int = 6, seed: int = 16
) -> None:
    """Check rows that are too long, short, at the bound, just beyond it, and zero.

    The kinds follow each other, so that a matrix of n >= 6 rows holds them all.
    """
    rng = np.random.default_rng(seed)
    rows = rng.normal(size=(n, 5))
    # 0 is the gradient of a perfect prediction
    lengths = np.resize([3.1, 0.5, 1.03, 0.0, 0.97, 1.0, 1.3, 0.8, 1.003], n)
    lengths = lengths * bound
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    rows *= lengths[:, None] / norms
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    safe = np.where(norms > 0, norms, 1)
    right = rows * np.minimum(1, bound / safe)
    before = rows.copy()
    with np.errstate(all="ignore"):
        raw = clip_each(rows, bound)
    require_kept(before, rows, "gradients")
    require(not holds_nan(raw), "a gradient of norm 0 became NaN: do not divide by 0.")
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
            (f"nothing was clipped, and C is {bound:g}.", rows),
            (
                "all long rows were scaled by one factor: each by its own norm.",
                np.where(long, rows * bound / norms.max(), rows),
            ),
            ("the rows lost their signs: only the length changes.", np.abs(right)),
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
            (
                "rows a little longer than C were left as they are.",
                np.where(norms > 1.2 * bound, right, rows),
            ),
            (
                "rows of norm C, or a little less, were changed.",
                np.where(norms > 0.9 * bound, rows * 0.9 * bound / safe, rows),
            ),
            (
                "long rows came out with norm 1, not C.",
                np.where(long, rows / safe, rows),
            ),
            (
                "short rows were stretched and long ones kept: the smaller factor of 1 "
                "and C over the norm is the one to take.",
                rows * np.where(norms > 0, np.maximum(1, bound / safe), 1),
            ),
            (
                "that is the root of a mean of squares: the norm is that of their sum.",
                by(norms / np.sqrt(rows.shape[1])),
            ),
            (
                "each row's factor is C over the mean norm: each by its own norm.",
                rows * np.minimum(1, bound / norms.mean()),
            ),
            (
                "rows were divided by their norm, not scaled to C.",
                rows / safe,
            ),
            (
                "long rows were scaled by the norm over C: turn the factor round.",
                np.where(long, rows * norms / bound, rows),
            ),
        ],
    )


@on_other_data
@drawn_anew
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
    arguments = [a.copy() for a in nodes], [d.copy() for d in deltas]
    got = require_array(
        ghost_norms(*arguments), shape=(n,), what="ghost_norms(nodes, deltas)"
    )
    for name, mine, theirs in zip(
        ("nodes", "deltas"), (nodes, deltas), arguments, strict=True
    ):
        same = len(mine) == len(theirs) and all(map(np.array_equal, mine, theirs))
        require(same, f"your function changes {name}, its argument: work on a copy")
    of_nodes, of_deltas = (
        sum((layer**2).sum(axis=1) for layer in layers) for layers in (nodes, deltas)
    )

    def averaged(of_nodes: bool, of_deltas: bool) -> np.ndarray:
        """Return the sum of squares of layers if some sum over a row is a mean."""
        return sum(
            (d**2).sum(axis=1)
            * (a**2).sum(axis=1)
            / (a.shape[1] if of_nodes else 1)
            / (d.shape[1] if of_deltas else 1)
            for d, a in zip(deltas, nodes, strict=True)
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
                "the bias node is counted twice: column 0 of the nodes is its 1.",
                np.sqrt((by_layer**2 + 2 * (by_layer**2 - without_bias**2)).sum(0)),
            ),
            (
                "the bias node is counted twice: column 0 of the nodes is its 1.",
                np.sqrt((2 * by_layer**2 - without_bias**2).sum(axis=0)),
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
            *(
                (
                    "each record has a norm of its own: yours is one for the batch.",
                    np.full(n, one),
                )
                for one in (
                    np.linalg.norm(rows.sum(axis=0)),
                    np.linalg.norm(rows.mean(axis=0)),
                    np.linalg.norm(rows),
                    right.sum(),
                    right.mean(),
                    right.max(),
                )
            ),
            ("only the last layer was counted.", by_layer[-1]),
            ("only the first layer was counted.", by_layer[0]),
            (
                "only two layers were counted: there may be more.",
                np.linalg.norm(by_layer[:2], axis=0),
            ),
            (
                "the last layer was left out.",
                np.linalg.norm(by_layer[:-1], axis=0),
            ),
            ("the nodes were left out.", np.sqrt(of_deltas)),
            ("the deltas were left out.", np.sqrt(of_nodes)),
            ("that is the largest layer: squares of layers add up.", by_layer.max(0)),
            (
                "a mean over the layers was taken: their squares add up.",
                np.sqrt((by_layer**2).mean(axis=0)),
            ),
            *(
                (
                    "a mean over each row was taken, of nodes, deltas or both: add up "
                    "the squares.",
                    np.sqrt(averaged(*which)),
                )
                for which in ((True, True), (True, False), (False, True))
            ),
            (
                "of each layer, take the squares: norms were added under the root.",
                np.sqrt(by_layer.sum(axis=0)),
            ),
            (
                "the bias node is left out in the later layers: its weight has a "
                "gradient too.",
                np.sqrt(by_layer[0] ** 2 + (without_bias[1:] ** 2).sum(axis=0)),
            ),
            (
                "entries were added before squaring: square each first.",
                np.sqrt(
                    sum(
                        d.sum(axis=1) ** 2 * a.sum(axis=1) ** 2
                        for d, a in zip(deltas, nodes, strict=True)
                    )
                ),
            ),
            (
                "one of the two factors is not squared.",
                np.sqrt(
                    sum(
                        (d**2).sum(axis=1) * np.linalg.norm(a, axis=1)
                        for d, a in zip(deltas, nodes, strict=True)
                    )
                ),
            ),
            (
                "that is a sum of sizes: the norm is the root of the sum of squares.",
                np.abs(rows).sum(axis=1),
            ),
        ],
    )
