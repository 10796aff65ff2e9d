"""The table of SEAL's error messages, as the page shows it."""

import html
from collections.abc import Sequence

from ppdl_course.figures.transcript import Page
from ppdl_course.he.seal.errors import TROUBLES, Trouble


def error_table(troubles: Sequence[Trouble] = TROUBLES) -> Page:
    """Return a table of messages, what each means, and the way out."""
    rows = "".join(
        f"<tr>{_cell(_message(t))}{_cell(html.escape(t.means))}"
        f"{_cell(html.escape(t.cure))}</tr>"
        for t in troubles
    )
    heads = ("SEAL or TenSEAL says", "it means", "way out")
    head = "".join(
        f'<th scope=col style="text-align:left">{text}</th>' for text in heads
    )
    return Page(f"<table><thead><tr>{head}</tr></thead>{rows}</table>")


def _cell(content: str) -> str:
    return f'<td style="text-align:left">{content}</td>'


def _message(trouble: Trouble) -> str:
    if trouble.message:
        return f"<code>{html.escape(trouble.message)}</code>"
    return "<em>nothing: the result is wrong</em>"
