"""Figures of chapter 10: a polynomial, its error, its price; networks; evaluations."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.gridspec import GridSpec
from numpy.polynomial import Polynomial

from ppdl_course.figures.picture import BLACK, BLUE, SKY, VERMILION, Picture, counted
from ppdl_course.he.polynomials.approximation import (
    FUNCTIONS,
    METHODS,
    approximate,
    max_error,
)
from ppdl_course.he.polynomials.evaluation import cost, parameters
from ppdl_course.he.seal.plan import MAX_BITS
from ppdl_course.stored.polynomial_cnn import Run, find

OUTSIDE = 1.5
"""Pictures reach this many times the bound."""
FLOOR = 1e-8
"""Smallest error on the axis."""


def approximation(
    name: str,
    method: str,
    degree: int,
    bound: float,
    scheme: str = "tree",
    poly_modulus_degree: int = 8192,
    scale_bits: int = 40,
) -> Picture:
    """Draw a function and its polynomial, the error in and outside, and the price.

    Args:
        name: One of ``approximation.FUNCTIONS``.
        method: One of ``approximation.METHODS``.
        degree: Of the polynomial, 1 to 31.
        bound: The interval is [-bound, bound].
        scheme: One of ``evaluation.SCHEMES``.
        poly_modulus_degree: Ring degree n of the context at hand.
        scale_bits: log2 of its scale.

    Raises:
        ValueError: If the method does not exist for the function, the polynomial is
            constant, or no context holds so many levels: in words for the reader.
    """
    f, p = FUNCTIONS[name], approximate(name, method, degree, bound)
    x = np.linspace(-OUTSIDE * bound, OUTSIDE * bound, 601)
    tally = cost(p.coef, scheme)
    inside, outside = max_error(p, f, bound), max_error(p, f, OUTSIDE * bound)
    price, afford = _price(tally.levels, poly_modulus_degree, scale_bits)
    picture = Picture(figsize=(7.2, 4.6), layout="none")
    grid = GridSpec(
        2, 1, picture, height_ratios=(3, 2), hspace=0.12, top=0.83, bottom=0.11,
        left=0.11, right=0.97,
    )  # fmt: skip
    top, low = picture.add_subplot(grid[0]), picture.add_subplot(grid[1])
    values = f(x)
    top.plot(x, values, label=name)
    top.plot(x, p(x), label=f"{method}, degree {degree}")
    reach = 0.35 * max(1.0, np.ptp(values))
    top.set(ylabel="value", ylim=(values.min() - reach, values.max() + reach))
    top.tick_params(labelbottom=False)
    top.legend(loc="upper left", fontsize="small")
    # What is smaller lies on the floor, in sight.
    low.semilogy(x, np.maximum(np.abs(p(x) - values), 2 * FLOOR), color=BLACK)
    low.set(xlabel="input x", ylabel="|error|", ylim=(FLOOR, 1e3))
    for ax in (top, low):
        ax.set_xlim(x[0], x[-1])
        for edge in (-bound, bound):
            ax.axvline(edge, color=VERMILION, linestyle=":", linewidth=1)
    title = (
        f"largest error: {inside:.2g} on [-{bound:g}, {bound:g}], {outside:.2g} at "
        f"{OUTSIDE:g} times that\n{scheme}: {counted(tally.levels, 'level')}, "
        f"{tally.products} + {tally.plain_products} products (by ciphertexts + by "
        f"numbers)\n{price}"
    )
    picture.suptitle(title, fontsize=9, color=BLACK if afford else VERMILION, y=0.985)
    picture.alt = f"{name} and its {method} polynomial of degree {degree}; {title}."
    return picture


def _price(levels: int, n: int, scale_bits: int) -> tuple[str, bool]:
    """Return the parameters needed, and whether the context at hand is enough."""
    try:
        plan = parameters(levels, scale_bits)
    except ValueError:
        return f"no context up to n = 32768 affords {counted(levels, 'level')}", False
    total, needed = sum(plan.coeff_mod_bit_sizes), plan.poly_modulus_degree
    chain = f"chain of {total} bits, n = {needed} or more"
    if needed <= n:
        return f"{chain}: n = {n} affords it ({MAX_BITS[n]} bits)", True
    return f"{chain}: n = {n} does NOT afford it ({MAX_BITS[n]} bits)", False


def inside_and_outside(
    name: str, polynomials: Mapping[str, Polynomial], bound: float
) -> Picture:
    """Draw the errors of several polynomials on one interval and beyond.

    Args:
        name: The function, one of ``approximation.FUNCTIONS``.
        polynomials: Label -> polynomial.
        bound: Edge of the interval, marked.
    """
    f = FUNCTIONS[name]
    x = np.linspace(0, 2 * bound, 801)
    picture = Picture(figsize=(6.8, 3.6))
    ax = picture.add_subplot()
    alts = []
    for label, p in polynomials.items():
        ax.semilogy(x, np.maximum(np.abs(p(x) - f(x)), 1e-6), label=label)
        edge, far = max_error(p, f, bound), float(np.abs(p(2 * bound) - f(2 * bound)))
        alts.append(f"{label}: {edge:.3g} inside, {far:.3g} at {2 * bound:g}")
    ax.axvline(bound, color=BLACK, linestyle=":", linewidth=1)
    ax.set(xlabel="input x", ylabel=f"|error| of {name}", ylim=(1e-5, 1e4))
    ax.legend(fontsize="small")
    picture.alt = (
        f"Errors of polynomials for {name}; the interval ends at {bound:g}. "
        f"Largest errors: {'; '.join(alts)}."
    )
    return picture


def cnn_accuracy(runs: Sequence[Run], degree: int, bound: float) -> Picture:
    """Draw the accuracy of CNNs by method: swapped after training, and trained with.

    Args:
        runs: From ``ppdl_course.stored.polynomial_cnn.load_cnn_runs``.
        degree: Of the polynomials.
        bound: Interval of the swapped ones.

    Raises:
        ValueError: If there are no such runs.
    """
    trained_bound = max(r.bound for r in runs if r.way == "trained")
    relu = find(runs, "trained", "relu", 0, 0.0).mean
    picture = Picture(figsize=(7.2, 3.4))
    ax = picture.add_subplot()
    alts = []
    for place, method in enumerate(METHODS):
        swap = find(runs, "swapped", method, degree, bound)
        train = find(runs, "trained", method, degree, trained_bound)
        for run, shift, colour, mark in (
            (swap, -0.14, VERMILION, "s"),
            (train, 0.14, BLUE, "o"),
        ):
            ax.plot(
                [place + shift] * len(run.accuracies),
                [100 * a for a in run.accuracies],
                mark,
                color=colour,
                alpha=0.5,
                label=f"{run.way}, interval ±{run.bound:g}" if place == 0 else None,
            )
        alts.append(f"{method}: {100 * swap.mean:.1f} and {100 * train.mean:.1f}")
    ax.axhline(100 * relu, color=BLACK, linewidth=1, label="ReLU, mean")
    ax.set_xticks(range(len(METHODS)), METHODS, fontsize=9)
    ax.set(ylabel="test accuracy (%)", xlabel=f"method, degree {degree}", ylim=(0, 103))
    ax.legend(fontsize="small", loc="lower center", bbox_to_anchor=(0.5, 1), ncols=3)
    picture.alt = (
        f"Test accuracy in percent with polynomials of degree {degree}, mean when "
        f"swapped on ±{bound:g} and when trained: {'; '.join(alts)}; "
        f"ReLU {100 * relu:.1f}."
    )
    return picture


def evaluation_costs(rows: Sequence[tuple[str, int, int, float, float]]) -> Picture:
    """Draw time and error of evaluations under CKKS.

    Args:
        rows: Label, levels, ring degree, seconds, largest difference from plaintext.
    """
    picture = Picture(figsize=(7.2, 0.9 + 0.45 * len(rows)))
    left, right = picture.add_subplot(1, 2, 1), picture.add_subplot(1, 2, 2)
    spots = np.arange(len(rows))[::-1]
    names = [f"{row[0]}\n{counted(row[1], 'level')}, n = {row[2]}" for row in rows]
    left.barh(spots, [row[3] for row in rows], color=BLUE)
    left.set_yticks(spots, names, fontsize=8)
    left.set(xlabel="time of one evaluation (s)")
    right.plot([row[4] for row in rows], spots, "o", color=VERMILION)
    right.set(xlabel="largest difference from plaintext", xscale="log")
    errors = [row[4] for row in rows]
    right.set_xlim(min(errors) / 20, max(errors) * 20)
    right.minorticks_off()
    right.set_yticks(spots, [""] * len(rows))
    right.set_ylim(left.get_ylim())
    right.grid(axis="y", color=SKY, alpha=0.5)
    picture.alt = "; ".join(
        f"{label}: {counted(levels, 'level')}, n = {n}, {seconds:.3f} s, "
        f"difference {error:.1e}"
        for label, levels, n, seconds, error in rows
    )
    return picture
