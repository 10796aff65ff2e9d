"""The points of a class, for the instructor who graded it (`ppdl grade`)."""

from collections.abc import Sequence

import numpy as np

from ppdl_course.arguments import positive
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
        A bar for each number of points, or for a few where there would be too many;
        parts of a point are rounded down. A line at the median.

    Raises:
        ValueError: If there are no totals, or one lies outside its range.
    """
    positive(maximum=maximum)
    values = np.asarray(totals, dtype=np.float64)
    if values.ndim != 1 or not len(values):
        raise ValueError(f"totals must be a list of numbers, got {totals!r}")
    if not np.all((values >= 0) & (values <= maximum)):
        raise ValueError(f"totals must lie from 0 to {maximum:g}, got {totals!r}")
    width = max(1.0, float(np.ceil(maximum / MOST_BARS)))
    number = int(np.floor(maximum / width))  # of the bar that begins last
    starts = np.minimum(values // width, number).astype(int)
    counts = np.bincount(starts, minlength=number + 1)
    first = np.arange(number + 1) * width  # the lowest points of each bar
    centres = first + (width - 1) / 2
    median, mean = float(np.median(values)), float(values.mean())
    students = f"{len(values)} student{'s' * (len(values) != 1)}"

    picture = Picture(figsize=(7.2, 3.6))
    ax = picture.add_subplot()
    ax.bar(centres, counts, 0.9 * width, color=BLUE, edgecolor=BLACK)
    ax.axvline(median, color=VERMILION, linestyle="--")
    ax.set_xlim(centres[0] - 0.6 * width, centres[-1] + 0.6 * width)
    ax.set_ylim(0, 1.18 * counts.max())
    ax.yaxis.get_major_locator().set_params(integer=True)
    step = int(np.ceil((number + 1) / 16))
    labels = [_label(points, width, maximum) for points in first]
    ax.set_xticks(centres[::step], labels[::step])
    ax.set(
        xlabel=f"points for the checks (of {maximum:g})",
        ylabel="students",
        title=f"{chapter}: {students}, median {median:g}, mean {mean:.3g}",
    )
    ax.annotate(
        "median",
        (median, 1.09 * counts.max()),
        xytext=(6 if median < maximum / 2 else -6, 0),
        textcoords="offset points",
        color=VERMILION,
        ha="left" if median < maximum / 2 else "right",
    )
    parts = [
        f"{count} with {label}"
        for label, count in zip(labels, counts, strict=True)
        if count
    ]
    picture.alt = (
        f"Points for the checks of {chapter}, of {maximum:g}, by {students}: "
        f"{', '.join(parts)}. "
        f"Median {median:g}, mean {mean:.3g}."
    )
    return picture


def _label(start: float, width: float, maximum: float) -> str:
    end = min(start + width - 1, maximum)
    return f"{start:g}" if end <= start else f"{start:g}-{end:g}"
