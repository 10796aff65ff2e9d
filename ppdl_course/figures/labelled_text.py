"""Figures of chapter 2, second half: entities in a text, scores, topics over time."""

import html
from collections.abc import Mapping, Sequence

import numpy as np

from ppdl_course.families.entities import Entity
from ppdl_course.families.redaction import redact
from ppdl_course.figures.picture import (
    BLUE,
    GREEN,
    ORANGE,
    PURPLE,
    SKY,
    Picture,
    styled,
)
from ppdl_course.figures.transcript import Page

_COLOURS = {
    "PERSON": ORANGE,
    "AGE": SKY,
    "FAMILY": GREEN,
    "ADDRESS": PURPLE,
    "PHONE": BLUE,
}
_MARK = "border-bottom:3px solid {};padding:0 .1em;background:transparent;color:inherit"

# two columns whatever the lines hold: an empty one keeps its place
_LIST = (
    "font-size:1.1em;line-height:1.9;display:grid;column-gap:1em;"
    "grid-template-columns:max-content auto"
)
_NAME = "width:auto;white-space:nowrap"


def marked(text: str, entities: Sequence[Entity]) -> str:
    """Return HTML of ``text`` with each entity underlined and its type beside it."""
    parts, done = [], 0
    for start, end, kind in sorted(entities):
        shown = html.escape(text[start:end])
        parts.append(html.escape(text[done:start]))
        parts.append(
            f'<mark style="{_MARK.format(_COLOURS[kind])}">{shown}'
            f"<sub>&nbsp;{kind}</sub></mark>"
        )
        done = end
    return "".join([*parts, html.escape(text[done:])])


def redaction_page(text: str, entities: Sequence[Entity]) -> Page:
    """Return a page with the marked text above the redacted one."""
    marked_count = f"{len(entities)} found" if entities else "none found"
    public, shown = html.escape(redact(text, entities)), marked(text, entities)
    return Page(
        f'<dl style="{_LIST}"><dt style="{_NAME}">marked ({marked_count})</dt>'
        f'<dd lang="zh">{shown}</dd>'
        f'<dt style="{_NAME}">redacted</dt><dd lang="zh">{public}</dd></dl>'
    )


def readings(
    rows: Sequence[tuple[str, Mapping[str, Sequence[Entity]]]],
) -> Page:
    """Return a table of sentences, each with several taggers' entities.

    Args:
        rows: For each sentence its text, and by name what was found in it. The first
            name is the truth; a cell that agrees with it carries a tick.
    """
    names = list(rows[0][1])
    left = 'style="text-align:left"'
    head = "".join(f"<th scope=col {left}>{html.escape(n)}</th>" for n in names)
    lines = []
    for text, entities in rows:
        truth = sorted(entities[names[0]])
        cells = []
        for name in names:
            sign = (
                ""
                if name == names[0]
                else "✔ "
                if sorted(entities[name]) == truth
                else "✘ "
            )
            cells.append(f"<td {left}>{sign}{marked(text, entities[name])}</td>")
        lines.append(f"<tr lang=zh>{''.join(cells)}</tr>")
    return Page(f"<table><tr>{head}</tr>{''.join(lines)}</table>")


def score_intervals(
    scores: Mapping[str, Mapping[str, tuple[float, float, float]]],
) -> Picture:
    """Draw F1 with its interval for each group and tagger.

    Args:
        scores: Tagger -> group (such as an entity type) -> (F1, low, high).
    """
    groups = list(next(iter(scores.values())))
    picture = Picture(figsize=(7.0, 3.4))
    ax = picture.subplots()
    alts = []
    for k, (name, by_group) in enumerate(scores.items()):
        mid, low, high = np.array([by_group[group] for group in groups]).T
        place = np.arange(len(groups)) + 0.22 * (k - (len(scores) - 1) / 2)
        ax.errorbar(
            place, mid, [mid - low, high - mid], fmt="os^v"[k], capsize=4, label=name
        )
        listed = ", ".join(f"{g} {m:.2f}" for g, m in zip(groups, mid, strict=True))
        alts.append(f"{name}: {listed}")
    ax.set_xticks(range(len(groups)), groups)
    ax.set(ylabel="entity F1, 95 % interval")
    ax.legend(loc="lower right")
    ax.grid(alpha=0.3, axis="y")
    picture.alt = f"Entity F1 by group. {'; '.join(alts)}."
    return picture


def topic_weights(
    words: Sequence[str], topics: Sequence[str], coverage: np.ndarray
) -> Picture:
    """Draw what is left of each topic's coverage while a text is written.

    Args:
        words: The text.
        topics: The topics asked for.
        coverage: Shape (len(words) + 1, len(topics)), from before the first word on.
    """
    picture = Picture(figsize=(7.4, 3.2))
    ax = picture.subplots()
    alts = []
    for topic, left in zip(topics, np.asarray(coverage).T, strict=True):
        (line,) = ax.plot(left, label=topic)
        at = [i for i, word in enumerate(words) if word == topic]
        ax.plot(at, left[at], "o", color=line.get_color(), ls="")
        alts.append(f"{topic} {left[-1]:.2f}, said {len(at)} times")
    ax.set(xlabel="word of the text", ylabel="coverage left, C", ylim=(None, 1.05))
    ax.legend(loc="lower left", title="topic (dot: its word is said)", fontsize=8)
    ax.grid(alpha=0.3)
    picture.alt = f"Coverage falls from 1 as the text is written: {'; '.join(alts)}."
    return picture


def before_and_after(panels: Mapping[str, Mapping[str, float]]) -> Picture:
    """Draw one small bar chart for each comparison of the chapter.

    Args:
        panels: Title with unit -> name -> value; three names at most.
    """
    picture = Picture(figsize=(2.1 * len(panels) + 0.4, 3.0))
    alts = []
    for ax, (title, bars) in zip(
        np.atleast_1d(picture.subplots(1, len(panels))), panels.items(), strict=True
    ):
        drawn = ax.bar(
            range(len(bars)), bars.values(), color=[SKY, BLUE, GREEN][: len(bars)]
        )
        for bar, pattern in styled(drawn, ("", "//", "..")):
            bar.set(hatch=pattern, edgecolor="white")
        ax.bar_label(drawn, fmt="%.2f", fontsize=9)
        ax.set_xticks(range(len(bars)), bars, fontsize=8)
        ax.set_title(title, fontsize=10)
        ax.set_ylim(0, 1.15 * max(bars.values()))
        ax.spines[["top", "right"]].set_visible(False)
        alts.append(f"{title}: " + ", ".join(f"{n} {v:.2f}" for n, v in bars.items()))
    picture.alt = (
        "What each link buys, measured in this chapter. " + "; ".join(alts) + "."
    )
    return picture
