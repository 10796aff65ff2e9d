"""Figures of chapter 1: activations, losses, training curves, comparisons."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.ticker import MaxNLocator, PercentFormatter

from ppdl_course.arguments import within
from ppdl_course.figures.picture import BLACK, BLUE, VERMILION, Picture, counted
from ppdl_course.nn import History, PReLU
from ppdl_course.nn.activations import as_activation
from ppdl_course.stored.sgd_runs import SgdRuns

_GREY = "#9A9A9A"
_OTHER = {"color": _GREY, "linewidth": 0.7}


def _two_panels() -> Picture:
    """Return a picture with fixed margins: a slider redraws it twice as fast."""
    picture = Picture(figsize=(7.4, 3.2), layout="none")
    picture.subplots_adjust(left=0.09, right=0.98, bottom=0.16, top=0.82, wspace=0.28)
    return picture


PRELU_SLOPES = (-0.5, 1.5)
"""Smallest and largest slope a that a slider offers."""


def activation_curves(
    activation: str, *, z: float = 1.0, slope: float = 0.25
) -> Picture:
    """Draw an activation and its derivative, with a mark at ``z``.

    Args:
        activation: A name of ``ppdl_course.nn.ACTIVATIONS``.
        z: Where the mark stands, in [-6, 6].
        slope: The slope a of PReLU; other activations have none.

    Raises:
        ValueError: If the activation is unknown or z lies outside the picture.
    """
    within("[-6, 6]", z=z)
    f = PReLU(slope) if activation == "prelu" else as_activation(activation)
    a = f.slopes(1)
    grid = np.append(np.linspace(-6, 6, 481), z)[:, np.newaxis]
    values = f.value(grid, a)
    slopes = f.backward(grid, values, a, np.ones_like(grid))
    picture = _two_panels()
    name = f"{activation}, a = {slope:g}" if activation == "prelu" else activation
    panels = zip(
        picture.subplots(1, 2), ("f(z)", "f'(z)"), (values, slopes), strict=True
    )
    for ax, label, y in panels:
        ax.plot(grid[:-1], y[:-1], color=BLUE)
        ax.axvline(z, color=_GREY, linewidth=0.8, linestyle=":")
        ax.plot(z, y[-1, 0], "o", color=VERMILION)
        ax.set(xlabel="z", ylabel=label)
        if activation == "prelu":
            # room for every slope of the slider: the axis stands still
            reach = np.array([min(PRELU_SLOPES[0], slope), max(PRELU_SLOPES[1], slope)])
            low, high = (-6 * reach[1], 6) if label == "f(z)" else (reach[0], reach[1])
            ax.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 3, 5, 10]))
            ax.set_ylim(low - 0.05 * (high - low), high + 0.05 * (high - low))
        ax.set(title=f"{label} = {y[-1, 0]:.3f} at z = {z:g}")
        ax.grid(alpha=0.3)
    picture.suptitle(name)
    picture.alt = (
        f"{name} and its derivative for z from -6 to 6. "
        f"At z = {z:g} the value is {values[-1, 0]:.3f}, "
        f"the derivative {slopes[-1, 0]:.3f}."
    )
    return picture


def loss_shapes() -> Picture:
    """Draw both losses against the probability that the network gives to the label."""
    p = np.linspace(0.005, 1, 400)
    picture = Picture()
    ax = picture.subplots()
    ax.plot(p, -np.log(p), label="cross entropy, $-\\log p$ (nats)")
    ax.plot(p, (1 - p) ** 2, label="squared error, $(1-p)^2$")
    ax.set(xlabel="probability p given to the right label", ylabel="loss of one case")
    ax.legend()
    ax.grid(alpha=0.3)
    picture.alt = (
        "Both losses fall to 0 as the probability of the right label rises to 1. "
        f"At p = 0.01 cross entropy is {-np.log(0.01):.1f} nats, squared error "
        f"{0.99**2:.2f}: only cross entropy grows without bound."
    )
    return picture


def training_curves(histories: Mapping[str, History]) -> Picture:
    """Draw training and validation loss by epoch, a panel for each run.

    Args:
        histories: Title of the panel -> what ``train`` returned, one to three.
    """
    if not 1 <= len(histories) <= 3:
        raise ValueError(f"histories must be one to three runs, got {len(histories)}")
    picture = Picture(figsize=(max(4.8, 3.6 * len(histories)), 3.2))
    panels = picture.subplots(1, len(histories), squeeze=False)[0]
    alts = []
    for ax, (title, history) in zip(panels, histories.items(), strict=True):
        epochs = 1 + np.arange(len(history.train_loss))
        ax.plot(epochs, history.train_loss, label="training")
        alts.append(
            f"{title}: training loss {history.train_loss[0]:.3f} to "
            f"{history.train_loss[-1]:.3f} nats in {len(epochs)} epochs"
        )
        if history.validation_loss:
            ax.plot(epochs, history.validation_loss, label="validation")
            best = int(np.argmin(history.validation_loss))
            lowest = history.validation_loss[best]
            ax.plot(best + 1, lowest, "o", color=BLACK, label="best epoch")
            alts[-1] += f", validation lowest {lowest:.3f} at epoch {best + 1}"
        ax.set(title=title, xlabel="epoch", ylabel="mean loss (nats)", ylim=(0, None))
        ax.legend()
        ax.grid(alpha=0.3)
    picture.alt = "; ".join(alts) + "."
    return picture


def accuracy_comparison(
    groups: Mapping[str, Mapping[str, Sequence[float]]], *, baseline: float
) -> Picture:
    """Draw test accuracies, a panel for each thing that was varied.

    Args:
        groups: What varies -> setting -> test accuracy for each seed.
        baseline: Accuracy of always naming the commonest class.
    """
    picture = Picture(figsize=(8.4, 1.2 + 0.36 * max(map(len, groups.values()))))
    picture.supxlabel("dashed: always the commonest class", fontsize=9)
    panels = picture.subplots(1, len(groups), sharex=True, squeeze=False)[0]
    alts = []
    for ax, (varied, runs) in zip(panels, groups.items(), strict=True):
        names = list(runs)
        for row, name in enumerate(names):
            ax.plot(runs[name], [row] * len(runs[name]), "o", color=BLUE, alpha=0.7)
            ax.plot(np.mean(runs[name]), row, "|", color=BLACK, markersize=16)
        ax.axvline(baseline, color=VERMILION, linestyle="--")
        ax.set_yticks(range(len(names)), names)
        ax.set(title=varied, xlabel="test accuracy", ylim=(len(names) - 0.5, -0.5))
        ax.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
        ax.grid(alpha=0.3)
        means = ", ".join(f"{name} {np.mean(runs[name]):.1%}" for name in names)
        alts.append(f"{varied}: {means}")
    picture.alt = (
        f"Mean test accuracy. {'; '.join(alts)}. Dashed line: always the commonest "
        f"class, {baseline:.1%}."
    )
    return picture


HIGHEST_LOSS = 1.2
"""Where the axis of the losses ends, in nats; a diverged run lies above."""


def learning_runs(rate: float, width: int, *, runs: SgdRuns) -> Picture:
    """Draw one precomputed run among the others, and the accuracies of its width.

    Args:
        rate: Learning rate, one of ``runs.rates``.
        width: Units of the hidden layer, one of ``runs.widths``.
        runs: From ``ppdl_course.stored.sgd_runs.load_sgd_runs``.

    Raises:
        ValueError: If there is no run with that rate and width.
    """
    chosen = runs.run(rate, width)
    picture = _two_panels()
    left, right = picture.subplots(1, 2)
    for other in (*runs.rates, rate):
        curve = runs.run(other, width).train_loss
        style = {"color": BLUE, "linewidth": 2.5} if other == rate else _OTHER
        left.plot(range(1, len(curve) + 1), curve, linestyle="-", **style)
    left.set(xlabel="epoch", ylabel="mean training loss (nats)", ylim=(0, HIGHEST_LOSS))
    if min(chosen.train_loss) > HIGHEST_LOSS:
        low, high = min(chosen.train_loss), max(chosen.train_loss)
        text = f"above this picture:\n{low:.1f} to {high:.1f} nats ↑"
        left.text(20, 1.16, text, color=BLUE, ha="center", va="top")
    accuracies = [runs.run(other, width).test_accuracy for other in runs.rates]
    exponents = np.log10(runs.rates)
    right.plot(exponents, accuracies, color=_GREY, marker="o")
    right.plot(np.log10(rate), chosen.test_accuracy, "o", color=BLUE, markersize=10)
    right.set(xlabel="learning rate", ylabel="test accuracy", ylim=(0.45, 0.9))
    decades = [r for r in runs.rates if np.log10(r) % 1 == 0]
    right.set_xticks(np.log10(decades), [f"{r:g}" for r in decades])
    right.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    accuracy = f"{chosen.test_accuracy:.1%}"
    units = counted(width, "hidden unit")
    picture.suptitle(f"rate {rate:g}, {units}: test accuracy {accuracy}")
    loss = chosen.train_loss
    by_rate = ", ".join(
        f"{r:g}: {a:.1%}" for r, a in zip(runs.rates, accuracies, strict=True)
    )
    picture.alt = (
        f"Training loss over {len(loss)} epochs at learning rate {rate:g} with {units}"
        f", from {loss[0]:.3f} to {loss[-1]:.3f} nats; test accuracy "
        f"{accuracy}. Test accuracy by rate: {by_rate}."
    )
    return picture


def difference_errors(steps: np.ndarray, errors: Mapping[str, np.ndarray]) -> Picture:
    """Draw the relative error of difference quotients against their step.

    Args:
        steps: Step sizes, shape (n,).
        errors: Name of the quotient -> relative errors, shape (n,).
    """
    picture = Picture()
    ax = picture.subplots()
    alts = []
    for name, error in errors.items():
        ax.loglog(steps, error, marker="o", markersize=3, label=name)
        best = int(np.argmin(error))
        alts.append(f"{name} is best at step {steps[best]:.0e} with {error[best]:.0e}")
    ax.set(xlabel="step h", ylabel="relative error of the gradient")
    ax.legend()
    ax.grid(alpha=0.3)
    picture.alt = f"Error of the gradient by step size: {'; '.join(alts)}."
    return picture


def digit_row(images: np.ndarray, titles: Sequence[str]) -> Picture:
    """Draw 8x8 digits in a row.

    Args:
        images: Shape (n, 64), entries in [0, 1].
        titles: A title for each.
    """
    picture = Picture(figsize=(max(3.0, 1.15 * len(images)), 1.7))
    panels = picture.subplots(1, len(images), squeeze=False)[0]
    for ax, image, title in zip(panels, images, titles, strict=True):
        ax.imshow(np.reshape(image, (8, 8)), cmap="gray_r", vmin=0, vmax=1)
        ax.set_title(title, fontsize=9)
        ax.set(xticks=[], yticks=[])
    picture.alt = f"Handwritten digits, 8x8 pixels: {'; '.join(titles)}."
    return picture


def exposed_by_batch(
    sizes: Sequence[int], shares: Mapping[str, Sequence[float]]
) -> Picture:
    """Draw in how many batches one case could be read from the gradient.

    Args:
        sizes: Cases in a batch.
        shares: Name of the network -> share of batches, in [0, 1], for each size.
    """
    picture = Picture(figsize=(5.6, 3.2))
    ax = picture.subplots()
    for name, share in shares.items():
        ax.plot(range(len(sizes)), share, marker="o", label=name)
    ax.set_xticks(range(len(sizes)), sizes)
    ax.set(
        xlabel="cases in a batch", ylabel="batches that expose a case", ylim=(0, 1.05)
    )
    ax.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
    ax.legend()
    ax.grid(alpha=0.3)
    alts = [
        f"{name}: "
        + ", ".join(f"{s:.0%} at {n}" for n, s in zip(sizes, share, strict=True))
        for name, share in shares.items()
    ]
    picture.alt = f"Share of batches that expose a case, by size. {'; '.join(alts)}."
    return picture
