"""Figures of chapter 3, first half: who sees what, memorised secrets, gradients."""

import html
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib import colormaps
from matplotlib.ticker import PercentFormatter

from ppdl_course.attacks.who_sees_what import SEATS, Case, verdict
from ppdl_course.federated.adversary import Adversary
from ppdl_course.figures.picture import BLACK, BLUE, GREEN, VERMILION, Picture, counted
from ppdl_course.figures.transcript import Page, brief
from ppdl_course.stored.character_models import ExposureGrowth
from ppdl_course.stored.gradient_reconstructions import Reconstructions

_GREY = "#9A9A9A"
_MARKS = {"sees": "● sees", "computes": "◐ computes", "-": "no"}


def sees_table(rows: Sequence[Mapping[str, str]]) -> Page:
    """Show the table of ``attacks.who_sees_what.who_sees_what`` as HTML."""
    if not rows:
        raise ValueError("rows must hold at least one, got none")
    names = list(rows[0])
    head = "".join(f"<th scope=col>{html.escape(name)}</th>" for name in names)
    body = "".join(
        "<tr>" + "".join(_cell(_MARKS.get(row[n], row[n])) for n in names) + "</tr>"
        for row in rows
    )
    caption = "Who sees what of the victim's, read from the logs of real runs"
    return Page(f"<table><caption>{caption}</caption><tr>{head}</tr>{body}</table>")


def _cell(text: str) -> str:
    """Return a cell of a table; a sign stays in one line with its word."""
    style = ' style="white-space:nowrap"' if text in _MARKS.values() else ""
    return f"<td{style}>{html.escape(text)}</td>"


def view_from(seat: str, architecture: str, *, cases: Sequence[Case]) -> Page:
    """Show what is seen from a seat while one architecture runs, and what follows.

    Args:
        seat: A key of ``who_sees_what.SEATS``.
        architecture: Name of one of the cases.
        cases: What ran.

    Raises:
        ValueError: If there is no such seat or case.
    """
    by_name = {case.name: case for case in cases}
    if seat not in SEATS or architecture not in by_name:
        raise ValueError(
            f"seat and architecture must be in {tuple(SEATS)} and {tuple(by_name)}, "
            f"got {seat!r} and {architecture!r}"
        )
    case, adversary = by_name[architecture], Adversary(SEATS[seat])
    logs = {"training": case.training, "prediction": case.prediction}
    rows, alts = [], []
    for phase, log in logs.items():
        for sight in adversary.sights(log):
            own = sight.sender == sight.receiver
            way = f"{sight.sender} itself" if own else f"{sight.sender} → "
            way += "" if own else sight.receiver
            first = "".join(
                f'<td style="white-space:nowrap">{html.escape(cell)}</td>'
                for cell in (phase, way, sight.label)
            )
            rows.append(f"{first}<td>{html.escape(brief(sight.value))}</td>")
        for name, secret in case.secrets[phase].items():
            verdict_mark = _MARKS[verdict(SEATS[seat], log, secret, case.network)]
            alts.append(f"victim's {name}: <strong>{verdict_mark}</strong>")
    head = "".join(f"<th scope=col>{h}</th>" for h in ("phase", "who", "what", "value"))
    lines = "".join(f"<tr>{row}</tr>" for row in rows)
    return Page(
        f"<p>{'; '.join(alts)}</p><table><caption>Seen from {html.escape(seat)}, "
        f"{html.escape(architecture)}</caption><tr>{head}</tr>{lines}</table>"
    )


def _two_panels() -> Picture:
    """Return a picture with fixed margins: a slider redraws it twice as fast."""
    picture = Picture(figsize=(7.4, 3.2), layout="none")
    picture.subplots_adjust(left=0.09, right=0.98, bottom=0.17, top=0.84, wspace=0.25)
    return picture


def exposure_growth(repetitions: int, epoch: int, *, growth: ExposureGrowth) -> Picture:
    """Draw exposure by repetition at one epoch, and by epoch at one repetition.

    Args:
        repetitions: How often a canary stood in the text; one of those stored.
        epoch: After how many epochs, from 1.
        growth: From ``stored.character_models.load_exposure_growth``.

    Raises:
        ValueError: If there is no such repetition or epoch.
    """
    steps = sorted(set(growth.repetitions.tolist()))
    if repetitions not in steps or not 1 <= epoch <= len(growth.bits):
        raise ValueError(
            f"repetitions must be in {steps} and epoch in 1..{len(growth.bits)}, "
            f"got {repetitions} and {epoch}"
        )
    most = np.log2(10.0**5)
    means = np.array([growth.bits[:, growth.repetitions == r].mean(1) for r in steps])
    picture = _two_panels()
    left, right = picture.subplots(1, 2)
    places = np.searchsorted(steps, growth.repetitions)
    left.plot(places, growth.bits[epoch - 1], "o", color=BLUE, alpha=0.5, markersize=4)
    left.plot(range(len(steps)), means[:, epoch - 1], color=BLACK, marker="_")
    left.set_xticks(range(len(steps)), steps)
    left.set(xlabel="times in the training text", title=f"after epoch {epoch}")
    row = steps.index(repetitions)
    epochs = 1 + np.arange(len(growth.bits))
    for i in range(len(steps)):
        style = {"color": BLUE, "linewidth": 2.5} if i == row else {"color": _GREY}
        right.plot(epochs, means[i], linestyle="-", **style)
        top = means[i, -1] > most - 0.5
        if not top or i == len(steps) - 1:
            end = (epochs[-1] + 0.4, means[i, -1])
            behind = {"facecolor": "white", "edgecolor": "none", "pad": 0.5}
            text = f"{steps[i]}"
            right.annotate(text, end, va="center", fontsize=8, bbox=behind)
    right.plot(epoch, means[row, epoch - 1], "o", color=BLUE)
    right.set(
        xlabel="epoch",
        xlim=(0, 1.1 * epochs[-1]),
        title=f"mean, {counted(repetitions, 'time')} in the text (blue)",
    )
    for ax in (left, right):
        ax.axhline(most, color=VERMILION, linestyle="--")
        ax.set(ylabel="exposure (bits)", ylim=(-0.5, 18))
        ax.grid(alpha=0.3)
    now = zip(steps, means[:, epoch - 1], strict=True)
    by_step = ", ".join(f"{counted(r, 'time')}: {mean:.1f}" for r, mean in now)
    picture.alt = (
        f"Mean exposure in bits after epoch {epoch}, by repetition in the text: "
        f"{by_step}. Dashed line: {most:.1f} bits, the secret is the first guess. In "
        f"blue, {counted(repetitions, 'time')} in the text: {means[row, 0]:.1f} bits "
        f"after epoch 1, {means[row, -1]:.1f} after epoch {len(growth.bits)}."
    )
    return picture


def leaked_digits(
    n: int, level: float, *, leaks: Mapping[tuple[int, float], Reconstructions]
) -> Picture:
    """Draw the digits of a batch above what its noisy gradient gave away.

    Args:
        n: Records in the batch.
        level: Norm of the noise over the norm of the gradient.
        leaks: From ``stored.gradient_reconstructions.load_reconstructions``.

    Raises:
        ValueError: If that setting is not stored.
    """
    if (n, level) not in leaks:
        raise ValueError(f"n, level must be one of {sorted(leaks)}, got {n}, {level}")
    leak = leaks[n, level]
    picture = Picture(figsize=(7.4, 2.5), layout="none")
    picture.subplots_adjust(left=0.09, right=0.99, bottom=0.04, top=0.84)
    ax = picture.subplots()  # one for all images: sixteen would take twice as long
    sheet = np.full((18, 72), np.nan)
    for column in range(n):
        for top, images in ((0, leak.truth), (9, leak.reconstructed)):
            place = slice(top, top + 8), slice(9 * column, 9 * column + 8)
            sheet[place] = images[column].reshape(8, 8)
    greys = colormaps["gray_r"].with_extremes(bad="#CCDDEE")
    ax.imshow(sheet[:17, : 9 * n - 1], cmap=greys, vmin=0, vmax=1)
    ax.set(xticks=[], xlim=(-0.5, 70.5), frame_on=False, anchor="W")
    ax.set_yticks([3.5, 12.5], ["record", "found"])
    ax.tick_params(length=0)
    median = np.median(leak.digits_psnr)
    picture.suptitle(
        f"batch of {n}, noise {level:g} of the gradient: median {median:.0f} dB; "
        f"age and phone right: {leak.phones:.0%}",
        fontsize=11,
    )
    picture.alt = (
        f"{n} digit{'s' * (n > 1)} above what was found from one gradient with noise "
        f"of {level:g} times its norm. Over all stored batches the median is "
        f"{median:.1f} dB; of the intake forms {leak.phones:.0%} gave age and phone "
        "number back."
    )
    return picture


def leak_curves(
    leaks: Mapping[tuple[int, float], Reconstructions],
    *,
    guess: float,
    levels: Sequence[float],
) -> Picture:
    """Draw reconstruction against batch size, for digits and for forms.

    Args:
        leaks: From ``stored.gradient_reconstructions.load_reconstructions``.
        guess: Median decibels of the mean digit in every place: the control.
        levels: Noise levels to draw.
    """
    picture = Picture(figsize=(7.8, 3.3))
    left, right = picture.subplots(1, 2)
    sizes = sorted({n for n, _ in leaks})
    alts = []
    for level in levels:
        decibels = [float(np.median(leaks[n, level].digits_psnr)) for n in sizes]
        phones = [leaks[n, level].phones for n in sizes]
        left.plot(range(len(sizes)), decibels, marker="o", label=f"noise {level:g}")
        right.plot(range(len(sizes)), phones, marker="o", label=f"noise {level:g}")
        by_size = [f"{d:.0f} dB at {n}" for d, n in zip(decibels, sizes, strict=True)]
        shares = ", ".join(f"{p:.0%}" for p in phones)
        alts.append(f"noise {level:g}: {', '.join(by_size)}; phones {shares}")
    left.axhline(guess, color=_GREY, linewidth=1)
    left.annotate("the mean digit", (0.0, guess), (0, -12), textcoords="offset points")
    left.set(xlabel="records in the batch", ylabel="median PSNR (dB)", title="digits")
    right.set(
        xlabel="records in the batch",
        ylabel="age and phone number right",
        title="intake forms",
        ylim=(-0.03, 1.03),
    )
    right.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    for ax in (left, right):
        ax.set_xticks(range(len(sizes)), sizes)
        ax.grid(alpha=0.3)
    left.set_ylim(0, 105)
    left.legend(ncols=2, loc="upper right", fontsize=8)
    picture.alt = (
        f"Reconstruction by batch size. {'. '.join(alts)}. "
        f"Putting the mean digit in every place gives {guess:.0f} dB."
    )
    return picture


def collusion_success(decibels: Mapping[str, Sequence[float]], guess: float) -> Picture:
    """Draw the PSNR of every attacked record for each set of seats, one row each.

    Args:
        decibels: Seats -> PSNR of each of the victims' records.
        guess: Median decibels of the mean digit: the control.
    """
    picture = Picture(figsize=(6.8, 1.1 + 0.5 * len(decibels)))
    ax = picture.subplots()
    alts = []
    for row, (name, values) in enumerate(decibels.items()):
        ax.plot(values, [row] * len(values), "o", color=BLUE, alpha=0.5)
        ax.plot(np.median(values), row, "|", color=BLACK, markersize=22)
        alts.append(f"{name} {np.median(values):.0f} dB")
    ax.axvline(guess, color=_GREY, linestyle="-", linewidth=1, label="the mean digit")
    ax.axvline(30, color=GREEN, linestyle="--", label="look alike")
    ax.plot([], [], "|", color=BLACK, markersize=12, label="median")
    ax.legend(fontsize=8, ncols=3, loc="lower center", bbox_to_anchor=(0.5, 1.0))
    ax.set_yticks(range(len(decibels)), list(decibels))
    ax.set(
        xlabel="PSNR of a reconstructed record (dB)", ylim=(len(decibels) - 0.5, -0.5)
    )
    ax.grid(alpha=0.3)
    picture.alt = (
        f"Median PSNR of the victim's records by who colludes: {', '.join(alts)}. Grey "
        f"line: the mean digit, {guess:.0f} dB. Dashed: 30 dB, small images look alike."
    )
    return picture
