"""Widgets of chapter 2: the signal in deep networks, and redaction while you type."""

import ipywidgets as widgets

from ppdl_course.families.sentences import find_entities
from ppdl_course.families.tagger import Tagger
from ppdl_course.figures.labelled_text import redaction_page
from ppdl_course.figures.network_families import signal_curves
from ppdl_course.figures.transcript import Page
from ppdl_course.widgets.explorer import Explorer

LONGEST = 300  # characters that a redraw reads in time


def signal_explorer() -> Explorer:
    """Return the signal of an untrained network by depth and gain."""
    return Explorer(
        signal_curves,
        {
            "depth": widgets.IntSlider(value=30, min=1, max=100, description="layers"),
            "gain": widgets.FloatSlider(
                value=1.0,
                min=0.5,
                max=2.0,
                step=0.02,
                description="gain of the weights",
            ),
        },
        caption="Find the gain that keeps the plain network in the blue band. Then see "
        "what the same gain does to the residual one.",
        states=[
            {"depth": 30, "gain": 1.0},
            {"depth": 30, "gain": 1.42},
            {"depth": 100, "gain": 0.5},
        ],
    )


def redaction_explorer(tagger: Tagger, *texts: str) -> Explorer:
    """Return a text box whose text is tagged and redacted while you type.

    Args:
        tagger: Finds the entities.
        texts: Examples for the static page; the box starts with the first.
    """

    def figure(text: str) -> Page:
        if len(text) > LONGEST:
            raise ValueError(
                f"text must have at most {LONGEST} characters, got {len(text)}"
            )
        return redaction_page(text, find_entities(tagger, [text])[0])

    return Explorer(
        figure,
        {"text": widgets.Textarea(value=texts[0], description="text", rows=3)},
        caption="Type or paste Chinese text: each entity that the tagger finds is "
        "underlined with its type, and the text is shown again without it.",
        states=[{"text": text} for text in texts],
    )
