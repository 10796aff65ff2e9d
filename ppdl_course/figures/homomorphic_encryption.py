"""Figures of chapter 9: noise as it grows and falls, and what encryption costs."""

from collections.abc import Mapping, Sequence

import numpy as np

from ppdl_course.figures.picture import BLUE, GREEN, VERMILION, Picture, styled


def noise_growth(noise_bits: Sequence[float], limit_bits: float) -> Picture:
    """Draw the noise of the integer scheme after each level of products.

    Args:
        noise_bits: log2 of the noise at level 0, 1, ... as the key holder reads it.
        limit_bits: log2(p / 2), beyond which decryption is a coin toss.
    """
    levels = np.arange(len(noise_bits))
    picture = Picture()
    ax = picture.add_subplot()
    ax.plot(levels, noise_bits, "o-", label="noise, measured")
    ax.axhline(limit_bits, color=VERMILION, linestyle="--", label="p / 2")
    ax.set(xlabel="levels of products", ylabel="noise (bits)", xticks=levels)
    ax.set_title("Noise doubles in bits until decryption fails")
    ax.legend()
    last = max((i for i, b in enumerate(noise_bits) if b < limit_bits - 4), default=-1)
    values = ", ".join(f"{b:.0f}" for b in noise_bits)
    picture.alt = (
        f"Noise in bits at levels 0 to {len(noise_bits) - 1}: {values}; p/2 has "
        f"{limit_bits:.0f} bits. The last level well below it is {last}."
    )
    return picture


def refreshed_noise(
    before: Sequence[float], after: Sequence[float], limit: float = 1 / 8
) -> Picture:
    """Draw the noise of ciphertexts before and after bootstrapping.

    Args:
        before: Noise of each ciphertext, as a fraction of the circle.
        after: Noise of its bootstrapped copy.
        limit: Noise at which decryption fails.
    """
    picture = Picture()
    ax = picture.add_subplot()
    ax.plot(before, after, "o", label="measured")
    ends = np.array([min(before), max(before)])
    ax.plot(ends, ends, label="no change")
    ax.axvline(limit, color=GREEN, linestyle="-.", label="decryption fails")
    ax.set(
        xlabel="noise before (fraction of the circle)",
        ylabel="noise after",
        xscale="log",
        yscale="log",
    )
    ax.legend(fontsize="small")
    picture.alt = (
        f"{len(before)} ciphertexts with noise from {min(before):.2g} to "
        f"{max(before):.2g} of the circle leave bootstrapping with "
        f"{min(after):.2g} to {max(after):.2g}; decryption fails at {limit:g}."
    )
    return picture


def budgets(lines: Mapping[str, Sequence[float]], *, unit: str = "bits") -> Picture:
    """Draw noise budgets against the number of products in a row.

    Args:
        lines: Label -> budget after 0, 1, 2, ... products; six at most.
        unit: Unit of the budgets.
    """
    picture = Picture()
    ax = picture.add_subplot()
    for (label, values), marker in styled(lines.items(), "os^Dvx"):
        ax.plot(np.arange(len(values)), values, marker=marker, label=label)
    ax.axhline(0, color="black", linewidth=0.8)
    most = max(len(values) for values in lines.values())
    ax.set(
        xlabel="products in a row",
        ylabel=f"noise budget ({unit})",
        xticks=np.arange(most),
    )
    ax.legend(fontsize="small")
    picture.alt = "Noise budget by products in a row. " + " ".join(
        f"{label}: {', '.join(f'{v:.0f}' for v in values)}."
        for label, values in lines.items()
    )
    return picture


def costs(rows: Mapping[str, tuple[float, float]]) -> Picture:
    """Draw what one value costs under each scheme.

    Args:
        rows: Scheme -> (seconds to encrypt and decrypt a value, bytes for a value).
    """
    names = list(rows)[::-1]
    picture = Picture(figsize=(7.6, 0.42 * len(names) + 1.4))
    left, right = picture.add_subplot(1, 2, 1), picture.add_subplot(1, 2, 2)
    spots = np.arange(len(names))
    milliseconds = [1000 * rows[name][0] for name in names]
    sizes = [rows[name][1] for name in names]
    left.barh(spots, milliseconds, color=BLUE)
    right.barh(spots, sizes, color=GREEN, hatch="//", edgecolor="white")
    left.set(xlabel="time a value (ms)", xscale="log")
    right.set(xlabel="ciphertext a value (bytes)", xscale="log")
    left.set_yticks(spots, names)
    right.set_yticks(spots, [""] * len(names))
    for ax, values in ((left, milliseconds), (right, sizes)):
        ax.bar_label(ax.containers[0], [f"{v:.3g}" for v in values], padding=2)
        ax.margins(x=0.35)
    picture.alt = "Cost of one value. " + " ".join(
        f"{n}: {m:.3g} ms, {s:.3g} bytes."
        for n, m, s in zip(names[::-1], milliseconds[::-1], sizes[::-1], strict=True)
    )
    return picture
