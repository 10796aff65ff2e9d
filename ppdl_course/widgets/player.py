"""The protocol player: a slider over the messages of a run, and whose view to take."""

import ipywidgets as widgets

from ppdl_course.figures.transcript import EVERYONE, Page, transcript, views
from ppdl_course.parties.transcript import Transcript
from ppdl_course.widgets.explorer import Explorer


def player(record: Transcript, *, caption: str = "") -> Explorer:
    """Return a player for a finished run.

    Args:
        record: A channel that kept what was sent, or the transcript of a run.
        caption: What to look at; a general sentence by default.

    Raises:
        ValueError: If nothing was sent.
    """
    last = len(record.messages)
    if not last:
        raise ValueError("record must hold at least one message")

    def figure(step: int, view: str) -> Page:
        return transcript(record, step=step, view=view)

    controls = {
        "step": widgets.IntSlider(value=1, min=0, max=last, description="message"),
        "view": widgets.Dropdown(
            value=EVERYONE, options=views(record), description="view of"
        ),
    }
    chosen = [{"step": last, "view": view} for view in views(record)[:6]]
    return Explorer(
        figure,
        controls,
        caption=caption
        or "Step through the messages, then look as one party does: "
        "could you tell the other's number from what is left?",
        states=chosen,
    )
