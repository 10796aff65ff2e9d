"""Visible check of chapter 16: what to share."""

from collections.abc import Callable

import numpy as np

from ppdl_course.checks.fresh_inputs import drawn_anew
from ppdl_course.checks.verdict import (
    on_other_data,
    require,
    require_array,
    require_close,
    require_kept,
)


@on_other_data
@drawn_anew
def check_share_largest(
    share_largest: Callable[..., object],
    *,
    size: int = 40,
    fraction: float = 0.1,
    bound: float = 0.7,
    least: int = 1,
    seed: int = 16,
) -> None:
    """Check which coordinates are shared, never under ``least``, and what of them."""
    rng = np.random.default_rng(seed)
    moved = rng.permutation(np.linspace(0.01, 1, size)) * rng.choice([-1, 1], size)
    # the largest falls, so that its sign matters
    moved[np.abs(moved).argmax()] *= -np.sign(moved[np.abs(moved).argmax()])
    count = max(least, round(fraction * size))
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
        len(indices) == count or len(indices) != max(1, round(fraction * size)),
        f"at least one is another variant's number: here it is at least {least}.",
    )
    require(
        len(indices) == count,
        f"{len(indices)} of {size} coordinates were shared; a fraction of {fraction:g} "
        f"is {count}, rounded, and at least {least}.",
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
    second = set(np.argsort(-np.abs(moved))[1 : count + 1].tolist())
    require(
        set(indices.tolist()) != second or count == size,
        "the one that moved most of all is left out, and the next ones are taken.",
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
    own = np.clip(moved[indices], -bound, bound)
    require(
        np.allclose(values, own) or not np.allclose(np.sort(values), np.sort(own)),
        "values[i] must belong to indices[i]: sort both, or neither. The values are "
        "right, but in another order.",
    )
    require_close(
        values,
        own,
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
                "all values are multiplied by one factor, the bound or one with which "
                "the largest fits: clip each value by itself.",
                moved[indices] * min(1, bound / np.abs(moved[indices]).max()),
            ),
            (
                "values within the bound shrink, too (tanh): clip them.",
                bound * np.tanh(moved[indices] / bound),
            ),
            (
                "small values keep their size: only those beyond the bound change.",
                bound * np.sign(moved[indices]),
            ),
        ],
    )
