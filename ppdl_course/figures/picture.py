"""The one kind of figure this course draws: a matplotlib Figure that describes itself.

Every figure function returns a :class:`Picture`. In a notebook it appears as an HTML
image with its alternative text, so a screen reader gets the content too (a plain
matplotlib figure would appear as a PNG without any).

Colours are Okabe and Ito's eight-colour set (Color Universal Design, 2008), which
readers with any common colour vision can tell apart; lines differ in dash as well.
"""

import base64
import html
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.figure import Figure

T, S = TypeVar("T"), TypeVar("S")
BLUE, ORANGE, GREEN, VERMILION = "#0072B2", "#E69F00", "#009E73", "#D55E00"
PURPLE, SKY, YELLOW, BLACK = "#CC79A7", "#56B4E9", "#F0E442", "#000000"

_LINES = cycler(color=[BLUE, VERMILION, GREEN, PURPLE, ORANGE, SKY, BLACK]) + cycler(
    linestyle=["-", "--", "-.", ":", (0, (5, 1)), (0, (3, 1, 1, 1)), (0, (1, 1))]
)


def counted(number: int, one: str, many: str = "") -> str:
    """Return "1 product", "2 products"; ``many`` is the plural, if not with an s."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def styled(drawn: Iterable[T], styles: Sequence[S]) -> Iterator[tuple[T, S]]:
    """Yield each of what is drawn with a style of its own: a marker, a dash, a hatch.

    Raises:
        ValueError: If there are more to draw than styles to tell them apart by.
    """
    drawn = list(drawn)
    if len(drawn) > len(styles):
        raise ValueError(f"at most {len(styles)} can be drawn, got {len(drawn)}")
    return zip(drawn, styles[: len(drawn)], strict=True)


class Picture(Figure):
    """A figure with alternative text, shown as an accessible HTML image.

    Attributes:
        alt: What the picture shows, in a sentence or two, with its numbers. A figure
            function may set it after drawing, from the data it has drawn.
    """

    def __init__(
        self,
        alt: str = "",
        *,
        figsize: tuple[float, float] = (6.4, 3.4),
        **kwargs: Any,
    ) -> None:
        super().__init__(
            figsize=figsize, **{"dpi": 100, "layout": "constrained", **kwargs}
        )
        self.alt = alt

    def add_subplot(self, *args: Any, **kwargs: Any) -> Axes:
        """Add axes whose lines are told apart by colour and by dash."""
        ax = super().add_subplot(*args, **kwargs)
        ax.set_prop_cycle(_LINES)
        return ax

    def png(self) -> bytes:
        """Return the picture as PNG bytes."""
        buffer = io.BytesIO()
        # Level 3 encodes in half the time of the default, into as many bytes.
        self.savefig(buffer, format="png", pil_kwargs={"compress_level": 3})
        return buffer.getvalue()

    def _repr_html_(self) -> str:
        if not self.alt:
            raise ValueError("alt must describe the picture, got an empty string")
        data = base64.b64encode(self.png()).decode()
        return (
            f'<img alt="{html.escape(self.alt)}" style="max-width:100%" '
            f'src="data:image/png;base64,{data}">'
        )
