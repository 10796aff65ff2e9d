"""The points of a class, for the instructor who graded it (`ppdl grade`)."""

from collections.abc import Sequence

import numpy as np

from ppdl_course.figures.picture import BLACK, BLUE, VERMILION, Picture

MOST_BARS = 30


def points_distribution(
    totals: Sequence[float], *, maximum: float, chapter: str
) -> Picture:
    """Draw how many students have how many points.

    Args:
        totals: Each student's points, from 0 to ``maximum``. At least one.
        maximum: The most there are. > 0.
        chapter: What the points are for, for the title.

    Returns:
        Bars of equal width, one point each unless that makes too many, and the median.
        The full points have a bar of their own.

    Raises:
        ValueError: If there are no totals, or one lies outside its range.
    """
    if not maximum > 0:
        raise ValueError(f"maximum must be above 0, got {maximum}")
    values = np.asarray(totals, dtype=np.float64)
    if values.ndim != 1 or not len(values):
        raise ValueError(f"totals must be a list of numbers, got {totals!r}")
    if not np.all((values >= 0) & (values <= maximum)):
        raise ValueError(f"totals must lie from 0 to {maximum:g}, got {totals!r}")
    width = max(1.0, float(np.ceil(maximum / MOST_BARS)))
    number = int(np.floor(maximum / width))  # of the bar that begins last
    starts = np.minimum(values // width, number).astype(int)
    counts = np.bincount(starts, minlength=number + 1)
    left = np.arange(number + 1) * width
    median, mean = float(np.median(values)), float(values.mean())

    picture = Picture(figsize=(7.2, 3.6))
    ax = picture.add_subplot()
    ax.bar(left, counts, 0.9 * width, align="edge", color=BLUE, edgecolor=BLACK)
    ax.axvline(median + 0.45 * width, color=VERMILION, linestyle="--")
    ax.set_xlim(-0.1 * width, left[-1] + width)
    ax.set_ylim(0, 1.18 * counts.max())
    ax.yaxis.get_major_locator().set_params(integer=True)
    step = int(np.ceil((number + 1) / 16))
    shown = left[::step]
    ax.set_xticks(shown + 0.45 * width, [_label(x, width, maximum) for x in shown])
    ax.set(
        xlabel=f"points for the checks (of {maximum:g})",
        ylabel="students",
        title=f"{chapter}: {len(values)} students, median {median:g}, mean {mean:.3g}",
    )
    ax.text(
        median + 0.45 * width,
        1.1 * counts.max(),
        " median",
        color=VERMILION,
        ha="left" if median < maximum / 2 else "right",
    )
    parts = [
        f"{count} with {_label(x, width, maximum)}"
        for x, count in zip(left, counts, strict=True)
        if count
    ]
    picture.alt = (
        f"Points of {len(values)} students in {chapter}, of {maximum:g}: "
        f"{', '.join(parts)}. Median {median:g}, mean {mean:.3g}."
    )
    return picture


def _label(start: float, width: float, maximum: float) -> str:
    end = min(start + width - 1, maximum)
    return f"{start:g}" if end <= start else f"{start:g}-{end:g}"
