"""Visible checks of chapter 16: what to share, and relevance."""

from collections.abc import Callable

import numpy as np

from ppdl_course.checks.private_training.clipping import holds_nan
from ppdl_course.checks.verdict import (
    require,
    require_array,
    require_close,
    require_kept,
)


def check_share_largest(
    share_largest: Callable[..., object],
    *,
    size: int = 40,
    fraction: float = 0.1,
    bound: float = 0.7,
    seed: int = 16,
) -> None:
    """Check which coordinates are shared, and what of them."""
    rng = np.random.default_rng(seed)
    moved = rng.permutation(np.linspace(0.01, 1, size)) * rng.choice([-1, 1], size)
    # the largest falls, so that its sign matters
    moved[np.abs(moved).argmax()] *= -np.sign(moved[np.abs(moved).argmax()])
    count = max(1, round(fraction * size))
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
        f"is {count}, rounded, and at least one.",
    )
    require(
        bool(np.all((indices >= 0) & (indices < size))),
        f"the indices must be in 0..{size - 1}, got {indices.min()} to "
        f"{indices.max()}.",
    )
    require(len(set(indices.tolist())) == count, "a coordinate was shared twice.")
    values = require_array(answer[1], shape=(count,), what="values")
    largest = set(np.argsort(-np.abs(moved))[:count].tolist())
    require(
        set(indices.tolist()) != set(np.argsort(-moved)[:count].tolist())
        or largest == set(indices.tolist()),
        "a step down counts as much as a step up: compare sizes, without the sign.",
    )
    require(
        set(indices.tolist()) == largest
        or not bool(np.all(np.isin(indices, np.flatnonzero(np.abs(moved) >= bound)))),
        "clipped, the largest look alike: choose first, then clip.",
    )
    require(
        set(indices.tolist()) != set(np.argsort(np.abs(moved))[:count].tolist())
        or count == size,
        "these moved least: take those that moved most.",
    )
    require(
        set(indices.tolist()) == largest,
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
            (
                "steps down must be clipped too, at -bound.",
                np.minimum(moved[indices], bound),
            ),
            (
                "values above the bound were set to 0: clip them to it.",
                np.where(np.abs(moved[indices]) > bound, 0, moved[indices]),
            ),
            (
                "each value is clipped by itself, not the norm of all.",
                moved[indices] / max(1, np.linalg.norm(moved[indices]) / bound),
            ),
            (
                "small values keep their size: only those beyond the bound change.",
                bound * np.sign(moved[indices]),
            ),
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
    what = "spread_relevance(W, a, relevance)"

    def ask(*mine: np.ndarray) -> object:
        arguments = [array.copy() for array in mine]
        with np.errstate(all="ignore"):
            raw = spread_relevance(*arguments)
        for name, array, theirs in zip(
            ("W", "a", "relevance"), mine, arguments, strict=True
        ):
            require_kept(array, theirs, name)
        return raw

    got = require_array(ask(W, a, relevance), shape=(n, inputs), what=what)
    others = [
        (
            f"your stabiliser is {other:g}, and here it is {stabiliser:g}: is that "
            "another variant's number?",
            spread(other),
        )
        for other in (0.001, *(k / 100 for k in range(1, 11)))
        if other != stabiliser
    ]
    alike = np.abs(W[:, 1:]) / np.abs(W[:, 1:]).sum(axis=1, keepdims=True)
    up = nodes @ np.maximum(W, 0).T + stabiliser
    require_close(
        got,
        right,
        what=what,
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
            (
                "z was not moved away from 0 by the stabiliser.",
                a * ((relevance / z) @ W[:, 1:]),
            ),
            (
                "the stabiliser moves z away from 0, not towards it.",
                spread(-stabiliser),
            ),
            (
                "a negative z stays negative: divide by z, not by its size.",
                a * ((relevance / np.abs(pushed(z))) @ W[:, 1:]),
            ),
            (
                "what pulls z down counts too, with its sign.",
                a * ((relevance / up) @ np.maximum(W[:, 1:], 0)),
            ),
            *others,
        ],
        rtol=1e-4,
    )
    # a unit without weights sent nothing: its z is 0, and it hands nothing down
    idle = np.vstack([W, np.zeros(1 + inputs)]), a, relevance[:, [*range(units), 0]]
    raw = ask(*idle)
    require(
        not holds_nan(raw),
        "0 was divided by 0: where z is exactly 0, the stabiliser must still move it, "
        "and np.sign(0) is 0.",
    )
    got = require_array(raw, shape=(n, inputs), what=what)
    require_close(got, right, what=f"with an idle unit, {what}", rtol=1e-4)
