"""What a student wrote and what it printed, ready to be shown."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from markupsafe import Markup
from nbformat import NotebookNode
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from ppdl_course.classroom.feedback.places import grade_id
from ppdl_course.classroom.feedback.safe import (
    picture,
    plain,
    safe_html,
    safe_markdown,
)

MAX_OUTPUTS = 50  # of one cell
MAX_MESSAGE = 2_000  # characters
_SAID = re.compile(r"^[✘✎] \w+: ")


@dataclass(frozen=True)
class Box:
    """Something the student wrote or printed, ready to be shown.

    Attributes:
        label: What it is.
        html: Its content, safe.
        kind: ``code``, ``text`` or ``rich``.
    """

    label: str
    html: Markup
    kind: str


def error_of(cell: NotebookNode) -> NotebookNode | None:
    """Return the error a cell ended with, if it did."""
    outputs = cell.get("outputs", [])
    return next((out for out in outputs if out.output_type == "error"), None)


def is_message(error: NotebookNode) -> bool:
    """Tell whether an error is what a check says, and not one of the answer."""
    return (
        error.ename == "Mistake"
        and bool(_SAID.match(error.evalue))
        and len(error.traceback) == 1
        # a notebook shows the message in lines
        and str(error.traceback[0]).split() == error.evalue.split()
    )


def message_of(mistake: NotebookNode) -> str:
    """Return what a check says, without the sign and name that the page shows."""
    return _SAID.sub("", plain(mistake.evalue))[:MAX_MESSAGE]


def error_box(error: NotebookNode) -> Box:
    """Return an error with the place where it happened."""
    trace = "\n".join(map(str, error.traceback))
    return _text("The error", trace or f"{error.ename}: {error.evalue}")


def source(cell: NotebookNode, label: str) -> Box:
    """Return what a cell holds: code, a written answer, or raw text."""
    if cell.cell_type == "markdown":
        written = safe_markdown(cell.source, cell.get("attachments"))
        return Box(label, written, "rich")
    if cell.cell_type != "code":
        return _text(label, cell.source)
    code = highlight(plain(cell.source), PythonLexer(), HtmlFormatter(nowrap=True))
    return Box(label, Markup(code), "code")


def _text(label: str, text: object) -> Box:
    return Box(label, Markup.escape(plain(text)), "text")


def shown(
    cell: NotebookNode, label: str = "What it printed", without: str | None = None
) -> Iterator[Box]:
    """Yield what a cell printed and displayed; of a check, not its error.

    Args:
        cell: Any cell.
        label: What to call it.
        without: A last line to leave out.
    """
    outputs: Iterable[NotebookNode] = cell.get("outputs", [])
    is_check = grade_id(cell).startswith("check-")
    for number, output in enumerate(outputs):
        if number == MAX_OUTPUTS:
            yield _text(label, f"[{len(cell.outputs) - number} more: not shown]")
            return
        if output.output_type == "stream":
            text = str(output.text).rstrip("\n")
            if without and text.split("\n")[-1] == without:
                text = text[: -len(without)].rstrip("\n")
            if text:
                yield _text(label, text)
        elif output.output_type == "error":
            if not is_check:
                yield error_box(output)
        else:
            yield _displayed(output, label)


def _displayed(output: NotebookNode, label: str) -> Box:
    """Return what a cell displayed, in the best form that is safe."""
    data = output.get("data", {})
    if "text/html" in data:
        html = safe_html(str(data["text/html"]))
        if "<img" in html or html.striptags():
            return Box(label, html, "rich")
    words = str(data.get("text/plain", ""))
    settings = output.get("metadata", {})
    own = settings.get("image/png") or settings
    alt = own.get("alt") if isinstance(own, dict) else None
    if image := picture(data, plain(alt or f"Picture drawn by the code: {words}")):
        return Box(label, image, "rich")
    if "text/markdown" in data:
        return Box(label, safe_markdown(str(data["text/markdown"])), "rich")
    return _text(label, words or f"[{', '.join(data) or 'nothing'}: not shown]")
