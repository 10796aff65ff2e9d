"""The transcript of a protocol as a page: a column per party, up to one message.

A column shows what its party sends, receives and works out alone. In the "view of" one
party, all that this party cannot know is covered; in the view of the wire, everything
but the messages.
"""

import html
from collections.abc import Mapping
from typing import Any

import numpy as np

from ppdl_course.arguments import between
from ppdl_course.figures.picture import counted
from ppdl_course.parties.transcript import Message, Note, Transcript

EVERYONE, WIRE = "everyone", "the wire"
_COVER = '<span style="opacity:.55">▒▒▒ hidden</span>'
_CELL = 'style="text-align:left;vertical-align:top;padding:.2em .6em;width:{}%"'


class Page:
    """Text that shows itself as HTML.

    Attributes:
        html: The page.
    """

    def __init__(self, html_: str) -> None:
        self.html = html_

    def _repr_html_(self) -> str:
        return self.html


def brief(value: Any, *, digits: int = 12, items: int = 4) -> str:
    """Return a value in one line: long numbers, byte strings and lists are cut."""
    if isinstance(value, bool | np.bool_) or value is None:
        return str(value)
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, int | np.integer):
        text = str(int(value))
        if len(text) <= digits:
            return text
        return f"{text[:5]}…{text[-4:]} ({int(value).bit_length()} bits)"
    if isinstance(value, bytes):
        text = value[:6].hex()
        return text if len(value) <= 6 else f"{text}… ({len(value)} bytes)"
    if isinstance(value, np.ndarray):
        entries = ", ".join(brief(v) for v in value.ravel()[:items].tolist())
        more = ", …" if value.size > items else ""
        return f"{value.dtype} {value.shape}: {entries}{more}"
    if isinstance(value, list | tuple):
        entries = ", ".join(brief(v, digits=digits) for v in value[:items])
        more = f", … ({len(value)})" if len(value) > items else ""
        return f"[{entries}{more}]" if isinstance(value, list) else f"({entries}{more})"
    if isinstance(value, Mapping):
        entries = ", ".join(f"{k}: {brief(v)}" for k, v in list(value.items())[:items])
        return f"{{{entries}{', …' if len(value) > items else ''}}}"
    text = str(value)
    return text if len(text) <= 60 else text[:59] + "…"


def transcript(
    record: Transcript, *, step: int, view: str = EVERYONE, rows: int = 12
) -> Page:
    """Show the messages and notes of a run up to message ``step``.

    Args:
        record: A channel, or the transcript of a run.
        step: Number of messages shown, 0..all of them.
        view: Who is looking: ``"everyone"``, ``"the wire"`` or a party.
        rows: How many of the last lines to show.

    Raises:
        ValueError: If ``step`` or ``view`` is out of range, or the channel did not keep
            what was sent.
    """
    between(0, len(record.messages), step=step)
    if view not in (EVERYONE, WIRE, *record.parties):
        raise ValueError(f"view must be one of {views(record)}, got {view!r}")
    lines = [
        _message_row(record, event, view)
        if isinstance(event, Message)
        else _note_row(record, event, view)
        for event in _events(record, step)[-rows:]
    ]
    heads = "".join(f"<th scope=col>{html.escape(p)}</th>" for p in record.parties)
    counted = f"<strong>{_counters(record, step)}</strong>"
    return Page(
        f"<p>{counted}<br>{_by_direction(record, step)}</p><table>"
        f"<caption>View of {html.escape(view)}</caption>"
        f"<tr><th scope=col>round</th>{heads}</tr>{''.join(lines)}</table>"
    )


def views(record: Transcript) -> tuple[str, ...]:
    """Return whose view can be shown."""
    return (EVERYONE, *record.parties, WIRE)


def _events(record: Transcript, step: int) -> list[Message | Note]:
    """Return messages and notes in order, notes after what they followed."""
    written: dict[int, list[Note]] = {}
    # a note belongs behind the message that was the last when it was written
    for note in record.notes:
        written.setdefault(note.after, []).append(note)
    events: list[Message | Note] = [*written.get(0, [])]
    for number, message in enumerate(record.messages[:step], 1):
        events += [message, *written.get(number, [])]
    return events


def _counters(record: Transcript, step: int) -> str:
    # the counters of what is shown, not of the whole run
    shown = Transcript(record.parties, record.messages[:step])
    return (
        f"Message {step} of {len(record.messages)}: {shown.bytes:,} bytes, "
        f"{counted(shown.rounds, 'round')}"
    )


def _by_direction(record: Transcript, step: int) -> str:
    counts = Transcript(record.parties, record.messages[:step]).counts()
    return "; ".join(
        f"{html.escape(sender)} → {html.escape(receiver)}: "
        f"{counted(count.messages, 'message')}, "
        f"{count.bytes:,} bytes"
        for (sender, receiver), count in counts.items()
    )


def _row(turn: str, cells: Mapping[str, str], record: Transcript) -> str:
    style = _CELL.format(92 // len(record.parties))
    body = "".join(f"<td {style}>{cells.get(p, '')}</td>" for p in record.parties)
    return f"<tr><td>{turn}</td>{body}</tr>"


def _message_row(record: Transcript, message: Message, view: str) -> str:
    sender, receiver = html.escape(message.sender), html.escape(message.receiver)
    if view in (EVERYONE, WIRE, message.sender, message.receiver):
        if message.size and not message.body:
            raise ValueError("keep_bodies must be True for a channel that is shown")
        value = html.escape(brief(message.payload))
        label = f"<strong>{html.escape(message.label)}</strong>"
        sent = f"sends {label} to {receiver} ({message.size:,} bytes)<br>"
        sent += f"<code>{value}</code>"
        got = f"receives {label} from {sender}"
    else:
        sent = got = _COVER
    cells = {message.sender: sent, message.receiver: got}
    return _row(str(message.round), cells, record)


def _note_row(record: Transcript, note: Note, view: str) -> str:
    if view not in (EVERYONE, note.party):
        return _row("", {note.party: _COVER}, record)
    text = f"<em>{html.escape(note.label)}</em> = "
    text += f"<code>{html.escape(brief(note.value))}</code>"
    return _row("", {note.party: text}, record)
