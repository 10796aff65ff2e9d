"""Figures of chapter 15 on queries: what a session costs, what a histogram is worth."""

from collections.abc import Sequence

import numpy as np

from ppdl_course.dp.accountants import composition
from ppdl_course.dp.definition import Guarantee, Neighbours
from ppdl_course.dp.mechanisms import Laplace
from ppdl_course.figures.differential_privacy import wide
from ppdl_course.figures.picture import BLACK, BLUE, ORANGE, VERMILION, Picture, counted


def budget_ledger(
    *, epsilon_each: float, budget: float, queries: int = 200, delta: float = 1e-6
) -> Picture:
    """Draw what a session of equal Laplace queries has cost, by three ways to count.

    Args:
        epsilon_each: Epsilon of each query, in nats. > 0.
        budget: All that may be spent, in nats. > 0.
        queries: How many are drawn. >= 1.
        delta: Slack of the advanced and the concentrated composition, in (0, 1).
    """
    each = Guarantee(epsilon=epsilon_each, neighbours=Neighbours.ADD_REMOVE)
    k = np.arange(1, queries + 1)
    rho = composition.rho_of_pure(epsilon_each)
    ways = {
        "basic": k * epsilon_each,
        "advanced": np.array(
            [composition.advanced(each, times=n, slack=delta).epsilon for n in k]
        ),
        "concentrated (zCDP)": np.array(
            [
                composition.from_rho(
                    n * rho, delta=delta, neighbours=each.neighbours
                ).epsilon
                for n in k
            ]
        ),
    }
    picture = Picture(figsize=(7.2, 3.6))
    ax = picture.add_subplot()
    afford = {}
    for name, spent in ways.items():
        afford[name] = int(np.sum(spent <= budget * (1 + 1e-9)))
        ax.plot(k, spent, label=f"{name}: {counted(afford[name], 'query', 'queries')}")
    top = 2.5 * budget
    right = k[np.min(list(ways.values()), axis=0) <= top][
        -1:
    ]  # beyond, all are outside
    ax.set_xlim(0, 1.05 * right[0] if len(right) else 1)
    ax.axhline(budget, color=BLACK, linewidth=1)
    ax.text(
        1,
        budget,
        "budget ",
        va="bottom",
        ha="right",
        transform=ax.get_yaxis_transform(),
    )
    ax.set(
        xlabel="queries answered",
        ylabel="epsilon spent [nats]",
        ylim=(0, top),
        title=f"each query ε = {epsilon_each:.3g}; delta {delta:g} where it is needed",
    )
    ax.legend(fontsize=8, loc="best", title="within the budget")
    picture.alt = (
        f"Epsilon spent over {queries} queries of {epsilon_each:.3g} each against a "
        f"budget of {budget:.3g}: affordable are "
        + ", ".join(f"{n} by {name}" for name, n in afford.items())
        + "."
    )
    return picture


def histogram_utility(
    labels: Sequence[str],
    counts: Sequence[int],
    *,
    epsilon: float,
    replace: bool = False,
    seed: int = 15,
) -> Picture:
    """Draw a histogram of cases, one private release of it, and error against epsilon.

    Args:
        labels: Names of the bins.
        counts: True counts, shape (k,).
        epsilon: Budget of the whole histogram, in nats. > 0.
        replace: Whether neighbours replace a case (sensitivity 2) or add one (1).
        seed: Of the release that is shown.
    """
    counts = np.asarray(counts, dtype=np.float64)
    neighbours = Neighbours.REPLACE if replace else Neighbours.ADD_REMOVE

    def mechanism(at: float) -> Laplace:
        return Laplace(
            epsilon=at, sensitivity=neighbours.changes, neighbours=neighbours
        )

    release = mechanism(epsilon).release(counts, rng=np.random.default_rng(seed))
    scale = mechanism(epsilon).scale
    picture = wide(0.22)
    left, right = picture.add_subplot(1, 2, 1), picture.add_subplot(1, 2, 2)
    place = np.arange(len(counts))
    left.bar(place - 0.2, counts, 0.4, color=BLUE, label="true")
    left.bar(place + 0.2, release, 0.4, color=ORANGE, hatch="//", label="released")
    left.errorbar(
        place + 0.2, release, 3 * scale, fmt="none", ecolor=BLACK, capsize=3, lw=1
    )
    left.set_xticks(place, labels, fontsize=8)
    left.set(ylabel="cases", title=f"ε = {epsilon:.3g}; bars: 95 % of the noise")
    # from the law of the noise: another release stands on the same axis
    low, high = min(0.0, counts.min() - 7 * scale), counts.max() + 7 * scale
    left.set_ylim(low, high + 0.2 * (high - low))
    left.legend(fontsize=8, loc="upper right", ncols=2)
    grid = np.geomspace(0.005, 5, 60)
    error = np.array([mechanism(at).scale for at in grid]) / counts.mean()
    right.loglog(grid, 100 * error)
    right.minorticks_off()
    right.plot(epsilon, 100 * scale / counts.mean(), "o", color=VERMILION)
    right.set(
        xlabel="epsilon [nats]", ylabel="mean error of a bin [%]", title="utility"
    )
    picture.alt = (
        f"Histogram of {int(counts.sum())} cases in {len(counts)} bins, released at "
        f"epsilon {epsilon:.3g}: mean error of a bin {scale:.3g} cases, "
        f"{100 * scale / counts.mean():.2g} % of the mean count."
    )
    return picture
