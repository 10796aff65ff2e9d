"""What a kernel prints and displays, as far as it may enter the graded notebook.

The kernel belongs to the student, and the notebook is opened by others: by Formgrader,
by the feedback page, by JupyterLab. So only what cannot act gets in: text, PNG, JPEG,
and HTML without scripts, links and anything that is fetched from elsewhere. Markdown
and LaTeX appear as they were written, a drawing (SVG) as an image, in which browsers
run no scripts. Updates of displays and ``clear_output`` are followed.
"""

import base64
import binascii
import html
from collections.abc import Iterator
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_output

from ppdl_course.classroom.grader.execution.clean_html import clean_html, steps_of

OVERHEAD_BYTES = 100
"""What each output counts in addition to its content, so that none is free."""

# In all displayed HTML of a notebook; see `clean_html`.
_MOST_TAGS, _MOST_STEPS = 4000, 100_000


class Outputs:
    """The outputs of a notebook, collected message by message.

    Args:
        limit: How many bytes of them are kept.

    Attributes:
        cut: Whether something had to be left out.
        printed: The bytes that the present cell has sent, kept or not.
    """

    def __init__(self, limit: int) -> None:
        self._limit, self._left = limit, limit
        self._tags_left, self._steps_left = _MOST_TAGS, _MOST_STEPS
        self._cell: list[dict[str, Any]] = []
        self._displays: dict[str, list[dict[str, Any]]] = {}
        self._cells: list[tuple[NotebookNode, list[dict[str, Any]]]] = []
        self._clear_first = False
        self._kept = False
        self.cut = False
        self.printed = 0

    @property
    def flooded(self) -> bool:
        """Whether the present cell alone has sent more than the notebook may."""
        return self.printed > self._limit

    def begin(self, cell: NotebookNode | None) -> None:
        """Collect for another cell; None: only count."""
        self._cell, self._clear_first, self.printed = [], False, 0
        self._kept = cell is not None
        if cell is not None:
            self._cells.append((cell, self._cell))

    def take(self, kind: str, content: dict[str, Any], size: int) -> None:
        """Take a message.

        Args:
            kind: Its type; those that are no output are ignored.
            content: Its content, of any shape whatever.
            size: Of its content, in bytes.
        """
        if not self._kept:
            self.printed += size + OVERHEAD_BYTES
        elif kind == "clear_output":
            self._clear_first = True
            if not content.get("wait"):
                self._clear()
        elif kind == "update_display_data":
            records = self._displays.get(_display(content) or "", ())
            if self._fits(size * len(records)):
                for record in records:
                    record["content"] = content
        elif kind in ("stream", "display_data", "execute_result", "error"):
            self._clear()
            if self._fits(size):
                self._append(kind, content)

    def say(self, text: str) -> None:
        """Append a line of our own to the present cell, as text that is no error."""
        self._append("stream", {"name": "stdout", "text": f"\n{text}\n"})

    def fail(self, name: str, message: str) -> None:
        """Append an error of our own to the present cell."""
        content = {
            "ename": name,
            "evalue": message,
            "traceback": [f"{name}: {message}"],
        }
        self._append("error", content)

    def lose(self) -> None:
        """Note that the present cell sent more than could be received at all."""
        self.printed = self._limit + 1
        self._fits(self._limit + 1)

    def errors(self) -> list[tuple[str, str]]:
        """Return the name and message of each error in the present cell."""
        return [
            (
                _text(record["content"].get("ename")),
                _text(record["content"].get("evalue")),
            )
            for record in self._cell
            if record["kind"] == "error"
        ]

    def write(self) -> None:
        """Put what was collected into the cells."""
        for cell, records in self._cells:
            cell.outputs = [self._output(record) for record in records]
        self._cells = []

    def _clear(self) -> None:
        if self._clear_first:
            self._cell.clear()
            self._clear_first = False

    def _fits(self, size: int) -> bool:
        self.printed += size + OVERHEAD_BYTES
        if size + OVERHEAD_BYTES <= self._left:
            self._left -= size + OVERHEAD_BYTES
            return True
        if not self.cut:
            self.cut, self._left = True, 0
            self.say(f"… more than {self._limit:,} bytes: the rest is left out.")
        return False

    def _append(self, kind: str, content: dict[str, Any]) -> None:
        if kind == "stream":
            name = "stderr" if content.get("name") == "stderr" else "stdout"
            if not self._cell or self._cell[-1].get("name") != name:
                self._cell.append({"kind": kind, "name": name, "text": []})
            self._cell[-1]["text"].append(_text(content.get("text")))
            return
        record = {"kind": kind, "content": content}
        self._cell.append(record)
        if display := _display(content):
            self._displays.setdefault(display, []).append(record)

    def _output(self, record: dict[str, Any]) -> NotebookNode:
        kind, content = record["kind"], record.get("content", {})
        if kind == "stream":
            text = "".join(record["text"])
            return new_output(kind, name=record["name"], text=text)
        if kind == "error":
            frames = content.get("traceback")
            frames = frames if isinstance(frames, list) else []
            return new_output(
                kind,
                ename=_text(content.get("ename")),
                evalue=_text(content.get("evalue")),
                traceback=[_text(frame) for frame in frames],
            )
        # A result is shown as a display: nbgrader takes the result of a graded cell,
        # if it is a number, for its score.
        return new_output("display_data", data=dict(self._inert(content.get("data"))))

    def _inert(self, data: Any) -> Iterator[tuple[str, str]]:
        """Yield what may be shown of a display's forms."""
        data = data if isinstance(data, dict) else {}
        for kind in ("image/png", "image/jpeg"):
            if kind in data and (image := _base64(_text(data[kind]))):
                yield kind, image
        if "text/html" in data:
            page = _text(data["text/html"])
            if self._can_be_cleaned(page) and (cleaned := clean_html(page)):
                yield "text/html", cleaned
        elif "image/svg+xml" in data:
            drawing = base64.b64encode(_text(data["image/svg+xml"]).encode()).decode()
            yield (
                "text/html",
                f'<img alt="{html.escape(_text(data.get("text/plain")))}" '
                f'src="data:image/svg+xml;base64,{drawing}">',
            )
        for kind in ("text/markdown", "text/latex", "text/plain"):
            if kind in data:
                yield "text/plain", _text(data[kind])
                return
        kinds = ", ".join(map(_text, data)) or "nothing"
        yield "text/plain", f"(displayed as {kinds[:200]})"

    def _can_be_cleaned(self, page: str) -> bool:
        """Tell whether cleaning a page takes little time, and count what it takes."""
        tags = page.count("<")
        if tags > self._tags_left:
            return False
        steps = steps_of(page, self._steps_left)
        if steps is None:
            return False
        self._tags_left -= tags
        self._steps_left -= steps
        return True


def _text(value: Any) -> str:
    """Return text that can be stored: no halves of characters, no zero bytes."""
    text = value if isinstance(value, str) else ""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def _base64(value: str) -> str:
    try:
        packed = "".join(value.split()).encode("ascii")
        return base64.b64encode(base64.b64decode(packed, validate=True)).decode()
    except (ValueError, binascii.Error):
        return ""


def _display(content: dict[str, Any]) -> str | None:
    transient = content.get("transient")
    name = transient.get("display_id") if isinstance(transient, dict) else None
    return name if isinstance(name, str) else None
