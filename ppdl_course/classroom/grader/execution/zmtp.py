"""One socket of a kernel, of which no more is ever held than one bounded message.

Kernels speak ZMTP 3.0 (https://rfc.zeromq.org/spec/23); a client needs little of it::

    greeting    64 bytes: FF 0…0 7F, version 3.0, mechanism NULL
    command     04 or 06, length, "READY" with the kind of socket, from both sides
    part        flags (1: more of this message follows, 2: long), length, bytes

It is spoken here since libzmq has no bound that a kernel must keep: ``MAXMSGSIZE`` is
that of one part, and a message of endless parts, which counts as none until its last
one, grows in libzmq's own thread, whoever reads or polls. Here the parts of a message
are counted together; of one that is too large the rest is read and dropped. And nothing
is read while nobody asks, so that what is sent meanwhile fills the kernel's memory.
"""

import contextlib
import socket
import struct
from typing import Any

PART_BYTES = 100
"""What each part counts in addition to its content, so that none is free."""
_GREETING = b"\xff" + bytes(8) + b"\x7f\x03\x00" + b"NULL".ljust(20, b"\0") + bytes(32)
_MORE, _LONG, _COMMAND = 1, 2, 4
_READ_BYTES = 1 << 18


class Closed(Exception):
    """The kernel has closed this socket, or what it sends is no ZMTP."""


class TooLarge(Exception):
    """A message is larger than it may be; it is dropped to its end."""


class Channel:
    """A connection to one socket of a kernel.

    Args:
        address: A path of a Unix socket, or a host and a port.
        kind: ``"SUB"``, which then hears all that is published, or ``"DEALER"``.
        most: The bytes that a message may have, all its parts together, each with
            `PART_BYTES`.

    Raises:
        Closed: If nobody listens there.
    """

    def __init__(self, address: str | tuple[str, int], kind: str, most: int) -> None:
        family = socket.AF_INET if isinstance(address, tuple) else socket.AF_UNIX
        self._socket, self._most = socket.socket(family, socket.SOCK_STREAM), most
        self._socket.settimeout(10)
        try:
            self._socket.connect(address)
        except OSError as error:
            self._socket.close()
            raise Closed(str(error)) from None
        self._socket.setblocking(False)
        self._in, self._at = bytearray(), 0
        self._greeted = False
        self._parts: list[bytes] = []
        self._size = 0  # of the message that is being received
        self._skip = 0  # bytes still to be dropped
        ready = b"\x05READY" + _named(b"Socket-Type", kind.encode())
        self._out = bytearray(_GREETING + _framed(_COMMAND, ready))
        # Messages wait for the other side's READY: libzmq takes none before.
        self._later = bytearray(_framed(0, b"\x01") if kind == "SUB" else b"")
        self._ready = False
        self.flush()

    def fileno(self) -> int:
        """Return the number of the socket, by which a selector can wait for it."""
        return self._socket.fileno()

    @property
    def pending(self) -> bool:
        """Whether something waits until it can be sent."""
        return bool(self._out)

    def send(self, parts: list[bytes]) -> None:
        """Send a message, as soon as the kernel takes it."""
        for number, part in enumerate(parts, start=1):
            self._later += _framed(_MORE if number < len(parts) else 0, part)
        self.flush()

    def flush(self) -> None:
        """Send what waits, as far as the kernel takes it now."""
        if self._ready:
            self._out += self._later
            self._later.clear()
        with contextlib.suppress(OSError):  # if it is closed, reading will tell
            while self._out:
                del self._out[: self._socket.send(self._out)]

    def read(self) -> None:
        """Read a little of what has arrived, for `take`; never wait for it.

        Raises:
            Closed: If nothing more will come.
        """
        try:
            data = self._socket.recv(_READ_BYTES)
        except (BlockingIOError, InterruptedError):
            return
        except OSError as error:
            raise Closed(str(error)) from None
        if not data:
            raise Closed("closed")
        del self._in[: self._at]
        self._at = 0
        self._in += data

    def take(self) -> list[bytes] | None:
        """Return the parts of the next message, or None if it is not here yet.

        Raises:
            TooLarge: Once for each message that is.
            Closed: If what has arrived is no ZMTP.
        """
        if not self._greeted:
            if (greeting := self._next(64)) is None:
                return None
            self._greeted = True
            if greeting[0] != 0xFF or greeting[9] != 0x7F or greeting[10] < 3:
                raise Closed("no ZMTP")
        while self._dropped() and (head := self._head()):
            flags, start, size = head
            if flags & _COMMAND and size > self._most:
                raise Closed("no ZMTP")
            fits = self._size <= self._most
            if not flags & _COMMAND:
                self._size += size + PART_BYTES
            if self._size > self._most:
                self._parts.clear()
                self._at, self._skip = start, size
                if not flags & _MORE:
                    self._size = 0
                if fits:
                    raise TooLarge
            elif len(self._in) < start + size:
                self._size -= 0 if flags & _COMMAND else size + PART_BYTES
                return None
            else:
                part = bytes(self._in[start : start + size])
                self._at = start + size
                if flags & _COMMAND:  # others need no answer
                    if part.startswith(b"\x05READY"):
                        self._ready = True
                        self.flush()
                    continue
                self._parts.append(part)
                if not flags & _MORE:
                    message, self._parts, self._size = self._parts, [], 0
                    return message
        return None

    def close(self) -> None:
        """Close the connection."""
        self._socket.close()

    def _next(self, count: int) -> bytes | None:
        if len(self._in) - self._at < count:
            return None
        self._at += count
        return bytes(self._in[self._at - count : self._at])

    def _dropped(self) -> bool:
        """Drop what is to be dropped; return whether all of it was here."""
        now = min(self._skip, len(self._in) - self._at)
        self._at, self._skip = self._at + now, self._skip - now
        return not self._skip

    def _head(self) -> tuple[int, int, int] | None:
        """Return a part's flags, where it starts and its size, if that is here."""
        here = len(self._in) - self._at
        if here < 2:
            return None
        flags = self._in[self._at]
        if not flags & _LONG:
            return flags, self._at + 2, self._in[self._at + 1]
        if here < 9:
            return None
        (size,) = struct.unpack_from(">Q", self._in, self._at + 1)
        return flags, self._at + 9, size


def address_of(about: dict[str, Any], port: str) -> str | tuple[str, int]:
    """Return where one of the sockets is that a connection file tells of."""
    if about["transport"] == "ipc":
        return f"{about['ip']}-{about[port]}"
    return about["ip"], about[port]


def _framed(flags: int, body: bytes) -> bytes:
    if len(body) < 256:
        return bytes([flags, len(body)]) + body
    return struct.pack(">BQ", flags | _LONG, len(body)) + body


def _named(name: bytes, value: bytes) -> bytes:
    return bytes([len(name)]) + name + struct.pack(">I", len(value)) + value
