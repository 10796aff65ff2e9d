"""What a cell prints, on its way out of the kernel, never more than fits."""

from ipykernel.iostream import OutStream

MOST_PENDING = 1 << 20
"""Characters that may wait for the thread that sends them."""


class BoundedStream(OutStream):
    """Standard output that makes its writer wait until enough of it was sent.

    ipykernel's own sends five times a second and buffers without limit in between. A
    loop that prints fills a gigabyte in that time, and the text is lost together with
    the memory that sending it would have taken.
    """

    _pending = 0  # may be off by what other threads print at once, which is harmless

    def write(self, string: str) -> int | None:
        """Buffer ``string``; where much is waiting, wait until it was sent."""
        written = super().write(string)
        self._pending += len(string)
        if self._pending > MOST_PENDING:
            self._pending = 0
            self.flush()
        return written
