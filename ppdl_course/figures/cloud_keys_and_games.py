"""Figures of chapter 8: who opens what, what training costs, the game of protection."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Patch, Rectangle

from ppdl_course.federated.protection_game import Game, Outcome
from ppdl_course.figures.picture import (
    BLACK,
    BLUE,
    GREEN,
    ORANGE,
    PURPLE,
    SKY,
    VERMILION,
    Picture,
    counted,
    styled,
)

MOST_COST = 10.0
"""Where the axis of costs ends in :func:`round_of_the_game`."""
MOST_GAIN = 7.0
"""Where that of gains ends, either way."""
_PALE = "#dddddd"


def who_opens_what(opened: Mapping[str, Mapping[str, bool]]) -> Picture:
    """Draw a table: which party, or group of parties, opens which ciphertext.

    Args:
        opened: Who -> name of a ciphertext -> whether trying gave the right number.
    """
    who, what = list(opened), list(next(iter(opened.values())))
    picture = Picture(figsize=(7.6, 0.42 * len(who) + 0.7))
    ax = picture.add_subplot()
    for row, name in enumerate(who):
        for column, of in enumerate(what):
            yes = opened[name][of]
            place = (column - 0.48, row - 0.46)
            face = VERMILION if yes else _PALE
            ax.add_patch(_box(place, face))
            said, colour = ("reads", "white") if yes else ("no", "#444444")
            ax.text(column, row, said, ha="center", va="center", color=colour, size=9)
    ax.set_xticks(range(len(what)), what, size=9)
    ax.set_yticks(range(len(who)), who, size=9)
    ax.set(xlim=(-0.5, len(what) - 0.5), ylim=(len(who) - 0.5, -0.5))
    ax.tick_params(length=0)
    ax.xaxis.tick_top()
    ax.spines[:].set_visible(False)
    picture.alt = "Who reads which ciphertext, found by trying. " + "; ".join(
        f"{name}: {', '.join(of for of in what if opened[name][of]) or 'none'}"
        for name in who
    )
    return picture


def _box(place: tuple[float, float], face: str) -> Patch:
    return Rectangle(place, 0.96, 0.92, facecolor=face, edgecolor="none")


def round_of_the_game(game: Game, prior: float) -> Picture:
    """Draw one round: what either side would do against each rate of the other.

    Args:
        game: The payoffs.
        prior: Probability that the user is malicious.
    """
    picture = Picture(figsize=(8.4, 3.4), layout="none")
    picture.subplots_adjust(left=0.08, right=0.98, top=0.86, bottom=0.16, wspace=0.28)
    left, right = picture.add_subplot(1, 2, 1), picture.add_subplot(1, 2, 2)
    rate = np.linspace(0, 1, 101)
    even = game.equilibrium(prior)
    left.plot(rate, np.full(101, game.cost), label="on")
    left.plot(rate, prior * rate * game.loss, label="off")
    meet = min(game.cost, prior * even.attack * game.loss)
    left.plot([even.attack], [meet], "o", color=BLACK, markersize=8, clip_on=False)
    left.set(
        xlabel="how often a malicious user attacks",
        ylabel="the cloud's cost of a round",
        xlim=(0, 1),
        ylim=(0, MOST_COST),
        title="The cloud chooses the lower line",
    )
    right.plot(rate, game.gain - (game.gain + game.penalty) * rate, label="attack")
    right.plot(rate, np.zeros(101), label="behave")
    height = game.gain - (game.gain + game.penalty) * even.protect
    right.plot([even.protect], [height], "o", color=BLACK, markersize=8, clip_on=False)
    right.set(
        xlabel="how often protection is on",
        ylabel="a malicious user's gain of a round",
        xlim=(0, 1),
        ylim=(-MOST_GAIN, MOST_GAIN),
        title="A malicious user chooses the upper one",
    )
    for ax, free in ((left, "upper left"), (right, "upper right")):
        ax.title.set_fontsize(9)
        ax.legend(fontsize=8, loc=free)
    if even.kind == "mixed":
        said = "both are indifferent there"
    elif even.kind == "never pays":
        said = "protection costs more than it can save, and an attack always pays"
    else:
        said = "protection is free"
    picture.alt = (
        f"Cost {game.cost:g}, loss {game.loss:g}, belief {prior:.0%}: in equilibrium "
        f"protection is on in {even.protect:.0%} of rounds and a malicious user "
        f"attacks in {even.attack:.0%}; {said}."
    )
    return picture


def belief_paths(outcome: Outcome, malicious: np.ndarray, threshold: float) -> Picture:
    """Draw what the cloud believes of each user, round after round.

    Args:
        outcome: Of a simulation.
        malicious: Which of the users are, bool ``(users,)``.
        threshold: Belief above which protection is on; drawn up to 1.
    """
    picture = Picture(figsize=(7.6, 3.3), layout="none")
    picture.subplots_adjust(left=0.09, right=0.83, top=0.95, bottom=0.16)
    ax = picture.add_subplot()
    rounds = np.arange(len(outcome.belief))
    kinds = (
        ("honest", ~malicious, BLUE, "-"),
        ("malicious", malicious, VERMILION, "--"),
    )
    for name, chosen, colour, dash in kinds:
        lines = ax.plot(
            rounds, outcome.belief[:, chosen], dash, color=colour, lw=0.8, alpha=0.6
        )
        if lines:
            lines[0].set_label(name)
    ax.axhline(
        min(threshold, 1.02), color=GREEN, linestyle="-.", lw=2, label="on above"
    )
    ax.set(
        xlabel="round",
        ylabel="belief: malicious",
        xlim=(0, len(rounds) - 1),
        ylim=(-0.03, 1.05),
    )
    ax.legend(fontsize=8, loc="center left", bbox_to_anchor=(1.01, 0.5))
    shares = [
        float(outcome.on[:, chosen].mean()) if chosen.any() else 0.0
        for _, chosen, _, _ in kinds
    ]
    last = [
        float(np.median(outcome.belief[-1, chosen])) if chosen.any() else 0.0
        for _, chosen, _, _ in kinds
    ]
    picture.alt = (
        f"{counted(int((~malicious).sum()), 'honest user')}, protected against in "
        f"{shares[0]:.0%} of rounds, belief at the end {last[0]:.2f} (median); "
        f"{counted(int(malicious.sum()), 'malicious one')}, {shares[1]:.0%} of rounds, "
        f"belief {last[1]:.2f}. On above a belief of {threshold:.2f}."
    )
    return picture


def rule_costs(runs: Mapping[float, Mapping[str, Outcome]]) -> Picture:
    """Draw what each rule costs a round, energy below and losses above, by prior.

    Bars of the whole carry their 99 % confidence intervals.

    Args:
        runs: Prior -> rule -> what simulation gave.
    """
    picture = Picture(figsize=(8.4, 3.4))
    ax = picture.add_subplot()
    priors, rules = list(runs), list(next(iter(runs.values())))
    width = 0.8 / len(rules)
    said = []
    looks = ((BLUE, ""), (ORANGE, "//"), (GREEN, ".."), (PURPLE, "xx"))
    for k, (rule, (colour, hatch)) in enumerate(styled(rules, looks)):
        places = np.arange(len(priors)) + (k - (len(rules) - 1) / 2) * width
        energy = [runs[p][rule].interval("energy")[0] for p in priors]
        totals = [runs[p][rule].interval("total") for p in priors]
        loss = [total[0] - spent for total, spent in zip(totals, energy, strict=True)]
        style = {"width": 0.92 * width, "edgecolor": "white", "hatch": hatch}
        ax.bar(places, energy, color=colour, **style)
        ax.bar(places, loss, bottom=energy, color=colour, alpha=0.45, **style)
        reach = [[t[0] - t[1] for t in totals], [t[2] - t[0] for t in totals]]
        ax.errorbar(
            places,
            [t[0] for t in totals],
            reach,
            fmt="none",
            color=BLACK,
            capsize=3,
        )
        said += [
            f"{rule} at {p:.0%}: {t[0]:.2f} of which energy {e:.2f}"
            for p, t, e in zip(priors, totals, energy, strict=True)
        ]
    ax.set_xticks(range(len(priors)), [f"{p:.0%}" for p in priors])
    ax.set(
        xlabel="users who are malicious",
        ylabel="cost of a round (full: energy, pale: losses)",
    )
    handles = [
        Patch(facecolor=colour, hatch=hatch, edgecolor="white", label=rule)
        for rule, (colour, hatch) in styled(rules, looks)
    ]
    picture.legend(handles=handles, fontsize=8, loc="outside upper center", ncols=4)
    picture.alt = "Mean cost of a round: " + "; ".join(said) + "."
    return picture


def training_run(
    accuracy: Sequence[float],
    operations: Mapping[str, int],
    *,
    seconds: float,
    megabytes: float,
) -> Picture:
    """Draw a training under a joint key: accuracy by step, and what a step took.

    Args:
        accuracy: On test cases, before the first step and after each.
        operations: Name of an operation -> how many a step took.
        seconds: Of a step, all parties on this machine.
        megabytes: That crossed in a step.
    """
    picture = Picture(figsize=(8.4, 3.0))
    left, right = picture.add_subplot(1, 2, 1), picture.add_subplot(1, 2, 2)
    left.plot(range(len(accuracy)), [100 * a for a in accuracy], "o-", markersize=3)
    left.set(xlabel="step", ylabel="right on test cases (%)", ylim=(40, 100))
    _bars(right, operations)
    picture.alt = (
        f"{accuracy[0]:.1%} right before training, {accuracy[-1]:.1%} after "
        f"{counted(len(accuracy) - 1, 'step')}. A step: "
        + ", ".join(f"{count:,} {name}" for name, count in operations.items())
        + f"; {seconds:.2f} s, {megabytes:.2f} MB."
    )
    return picture


def _bars(ax: Axes, counts: Mapping[str, int]) -> None:
    bars = ax.barh(list(counts), list(counts.values()), color=SKY)
    ax.bar_label(bars, fmt="{:,.0f}", fontsize=8, padding=2)
    ax.set(xlabel="in one step", xscale="log")
    ax.margins(x=0.25)
    ax.invert_yaxis()
