"""Messages as bytes on a stream socket, and the thread that reads them off.

    frame = length of the body (4 bytes), round (4), length of the label (1),
            label, body                                    integers big-endian

A stream has no message borders, can end anywhere and can announce any length. So a
length is compared with the bound before a byte of the body is read, and an end inside
a frame is told from an end between frames.
"""

import contextlib
import queue
import socket
import struct
import threading
from dataclasses import dataclass
from typing import Any

from ppdl_course.parties.codec import FrameError

HEADER = struct.Struct(">IIB")  # length of the body, round, length of the label


@dataclass(frozen=True)
class Frame:
    """One message: its label, its round, the encoded value."""

    label: str
    round: int
    body: bytes

    @property
    def size(self) -> int:
        """Bytes on the wire."""
        return HEADER.size + len(self.label.encode()) + len(self.body)

    def __post_init__(self) -> None:
        if len(self.label.encode()) > 255:
            raise ValueError(f"label must have at most 255 bytes: {self.label!r}")

    def pack(self) -> bytes:
        """Return the bytes that go on the wire."""
        name = self.label.encode()
        return HEADER.pack(len(self.body), self.round, len(name)) + name + self.body


def read_frame(sock: socket.socket, max_bytes: int) -> Frame | None:
    """Read one frame; ``None`` if the peer closed the connection between frames.

    Raises:
        FrameError: If the connection ends inside a frame, or the frame announces more
            than ``max_bytes``, in which case nothing of it is read.
    """
    header = _read(sock, HEADER.size)
    if not header:
        return None
    if len(header) < HEADER.size:
        raise FrameError(f"connection ended after {len(header)} bytes of a header")
    length, turn, name = HEADER.unpack(header)
    if length > max_bytes:
        raise FrameError(f"frame announces {length} bytes, the bound is {max_bytes}")
    label, body = _read(sock, name), _read(sock, length)
    if len(label) < name or len(body) < length:
        missing = name + length - len(label) - len(body)
        raise FrameError(f"connection ended {missing} bytes before the end of a frame")
    try:
        return Frame(label.decode(), turn, body)
    except UnicodeDecodeError as error:
        raise FrameError(f"label {label!r} is not UTF-8") from error


def _read(sock: socket.socket, count: int) -> bytes:
    """Read ``count`` bytes, or fewer if the connection ends."""
    data = bytearray(count)
    view, filled = memoryview(data), 0
    # a stream hands over what has arrived, seldom all; zero bytes mean its end
    while filled < count and (received := sock.recv_into(view[filled:])):
        filled += received
    return bytes(view[:filled])


class Line:
    """One party's end of a connection; what arrives goes to its inbox at once.

    Without the reading thread two parties in one thread, or two who both send first,
    would wait for each other as soon as a message is larger than the system's buffers.

    Args:
        sock: Connected; the line owns it from now on.
        inbox: Gets a :class:`Frame` for each message, then ``None`` when the peer has
            closed, or the ``FrameError`` that ended the connection.
        max_bytes: Largest body taken.
    """

    def __init__(
        self, sock: socket.socket, inbox: "queue.Queue[Any]", max_bytes: int
    ) -> None:
        # Without this a short message waits for the receipt of the one before it,
        # and a protocol of many rounds waits at each.
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.settimeout(None)  # the inbox has the timeout; here it would cut a frame
        self._sock, self._inbox, self._max_bytes = sock, inbox, max_bytes
        self._ended = {"reading": False, "writing": False}
        self._lock = threading.Lock()
        threading.Thread(target=self._pump, daemon=True).start()

    def send(self, frame: Frame) -> None:
        """Write one frame; ``OSError`` if the peer is gone."""
        self._sock.sendall(frame.pack())

    def close(self) -> None:
        """Say that nothing more will be sent; what the peer sends still arrives."""
        with contextlib.suppress(OSError):
            self._sock.shutdown(socket.SHUT_WR)
        self._end("writing")

    def _pump(self) -> None:
        """Move frames from the socket to the inbox until the connection ends."""
        last: FrameError | None = None
        try:
            while (frame := read_frame(self._sock, self._max_bytes)) is not None:
                self._inbox.put(frame)
        except FrameError as error:
            last = error
        except OSError:
            pass  # a broken connection has ended, no less than a closed one
        self._inbox.put(last)
        self._end("reading")

    def _end(self, half: str) -> None:
        """Note that one half is over; the socket is closed once both are."""
        with self._lock:
            self._ended[half] = True
            if all(self._ended.values()):
                self._sock.close()
