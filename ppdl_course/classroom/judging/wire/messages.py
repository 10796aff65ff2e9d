"""Messages over a socket: their length, then their bytes.

Neither a long message nor a slow one can hold up who reads it: the length is looked at
before there is memory for it, and a caller may give up at any time.
"""

import socket
import struct
from collections.abc import Callable

MAX_BYTES = 256 << 20
"""The longest message that is read."""


class Broken(Exception):
    """The kernel does not keep to the protocol, or does not answer in time."""


def send(
    connection: socket.socket,
    data: bytes | memoryview,
    wait: Callable[[], None] | None = None,
) -> None:
    """Send one message: its length in 8 bytes, then its bytes.

    Args:
        connection: Its time limit, if it has one, is the time between two calls of
            ``wait``.
        data: The message.
        wait: Called again and again; it raises an error to give up.
    """
    header = struct.pack(">Q", len(data))
    # What is short in one write: the reader wakes up once. No copy of what is large.
    parts = [header + data] if len(data) < 1 << 16 else [header, data]
    for part in parts:
        view, at = memoryview(part), 0
        while at < len(view):
            at += _some(connection.send, view[at:], wait)


def receive(
    connection: socket.socket,
    most: int = MAX_BYTES,
    wait: Callable[[], None] | None = None,
) -> bytearray:
    """Return the next message; ``wait`` as for :func:`send`.

    Raises:
        Broken: If the other end is gone, or announces more than ``most`` bytes.
    """
    (length,) = struct.unpack(">Q", _exactly(connection, 8, wait))
    if length > most:  # before the memory for it is taken
        raise Broken(f"a message of {length:,} bytes, at most {most:,} are read")
    return _exactly(connection, length, wait)


def _exactly(
    connection: socket.socket, count: int, wait: Callable[[], None] | None
) -> bytearray:
    data = bytearray(count)
    # Filled in place: joining pieces would hold a large array twice.
    view, at = memoryview(data), 0
    while at < count:
        read = _some(connection.recv_into, view[at:], wait)
        if read == 0:
            raise Broken("the kernel has ended")
        at += read
    return data


def _some(
    move: Callable[[memoryview], int],
    view: memoryview,
    wait: Callable[[], None] | None,
) -> int:
    """Return how many bytes went through; also those who send slowly must not last."""
    while True:
        if wait is not None:
            wait()
        try:
            return move(view)
        except TimeoutError:
            if wait is None:
                raise
