"""The base of every widget of the course: controls above a picture that follows them.

An :class:`Explorer` calls a figure function with the values of its controls and shows
what comes back. It does no mathematics. Where no kernel is running (a printed page, a
web page, a screen reader's browse mode) a static table of chosen states takes its
place.
"""

import contextlib
import gc
import html
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol

import ipywidgets as widgets


class Drawable(Protocol):
    """Anything that can show itself as HTML: a ``Picture``, or text such as a table."""

    def _repr_html_(self) -> str: ...


class Explorer(widgets.VBox):
    """Controls, the picture they draw, and a caption.

    Args:
        figure: Called with one keyword argument for each control; what it returns is
            shown. A ``ValueError`` it raises is shown as a message in its place.
        controls: Keyword of ``figure`` -> ipywidgets control with a ``value``.
        caption: One sentence on what to look at while dragging.
        states: Two to six settings of the controls, drawn for the static fallback.

    Attributes:
        redraw_ms: Wall time of the last redraw, in milliseconds. The page carries the
            processor time, which does not depend on what else runs, as
            ``data-redraw-ms``, and the number of the redraw as ``data-redraw``.

    Raises:
        ValueError: If there are no states, or one does not name every control.
    """

    def __init__(
        self,
        figure: Callable[..., Drawable],
        controls: Mapping[str, Any],
        *,
        caption: str,
        states: Sequence[Mapping[str, Any]],
    ) -> None:
        if not states:
            raise ValueError("states must hold at least one setting for a static page")
        for state in states:
            if set(state) != set(controls):
                raise ValueError(f"states must name {sorted(controls)}, got {state}")
        self._figure = figure
        self._states = [dict(state) for state in states]
        self._caption = caption
        self.controls = dict(controls)
        self.redraw_ms = float("nan")
        self._redraws = 0
        for control in controls.values():
            control.style.description_width = "initial"
            # 32em, or less on a telephone
            control.layout.width = "min(100%, 32em)"
            control.observe(self._redraw, names="value")
        self._canvas = widgets.HTML()
        note = widgets.HTML(f"<p><em>{html.escape(caption)}</em></p>")
        super().__init__([*controls.values(), self._canvas, note])
        self._redraw()

    @property
    def values(self) -> dict[str, Any]:
        """The controls' present values by keyword."""
        return {name: control.value for name, control in self.controls.items()}

    def _redraw(self, _change: object = None) -> None:
        # processor time is what a test can hold: wall time depends on what else runs
        start, worked = time.perf_counter(), time.thread_time()
        with _picture_collected():
            shown = self._draw(self.values)
        self.redraw_ms = 1000 * (time.perf_counter() - start)
        worked = 1000 * (time.thread_time() - worked)
        self._redraws += 1
        drawn = f'data-redraw="{self._redraws}" data-redraw-ms="{worked:.1f}"'
        self._canvas.value = f"<div {drawn}>{shown}</div>"

    def _draw(self, values: Mapping[str, Any]) -> str:
        try:
            return self._figure(**values)._repr_html_()
        except ValueError as error:
            # an alert is read out: a screen reader hears why the picture is gone
            return f'<p role="alert">{html.escape(str(error))}</p>'

    def fallback(self) -> str:
        """Return the chosen states as one HTML table, for pages without a kernel."""
        rows = "".join(
            f"<tr><th scope=row>{html.escape(self._setting(state))}</th>"
            f"<td>{self._draw(state)}</td></tr>"
            for state in self._states
        )
        caption = html.escape(self._caption)
        return f"<table><caption>{caption}</caption>{rows}</table>"

    def _setting(self, state: Mapping[str, Any]) -> str:
        """Return a setting in words, with the names that the controls show."""
        return ", ".join(
            f"{self.controls[name].description or name} = {value}"
            for name, value in state.items()
        )

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        bundle = super()._repr_mimebundle_(**kwargs)
        # beside the live view: a page without a kernel shows the table
        bundle["text/html"] = self.fallback()
        return bundle


@contextlib.contextmanager
def _picture_collected() -> Iterator[None]:
    """Free the block's picture at its end.

    A figure is thousands of objects in cycles. Left to the collector's own schedule,
    ten of them are freed at once, and that redraw takes four times as long.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.collect(0)
        if was_enabled:
            gc.enable()
