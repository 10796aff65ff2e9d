"""Where a kernel connects, so that a check can call the functions of its notebook."""

import secrets
import socket
from pathlib import Path
from typing import Any

from ppdl_course.classroom.judging.session import Answers
from ppdl_course.classroom.judging.wire.messages import Broken, receive


class Listening:
    """A place where one kernel may connect, for one check."""

    def __init__(self, folder: Path | None) -> None:
        self._token = secrets.token_hex(16)
        self._path = None
        if folder is not None and hasattr(socket, "AF_UNIX"):
            self._path = folder / f"judge-{secrets.token_hex(4)}"
            self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            address: Any = str(self._path)
            self._socket.bind(address)
            self._path.chmod(0o666)  # the folder is what keeps others out
        else:
            self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            self._socket.bind(("127.0.0.1", 0))
            address = self._socket.getsockname()
        self._socket.listen(1)
        self.code = (
            "from ppdl_course.classroom.judging.answers import lend as _lend\n"
            f"_lend({address!r}, {self._token!r})\ndel _lend"
        )

    def fileno(self) -> int:
        """Return the number of the socket, by which ``select`` can wait for it."""
        return self._socket.fileno()

    def accept(self, seconds: float) -> Answers:
        """Wait for the kernel that runs ``code``.

        Raises:
            Broken: If none comes in time, or one without the token.
        """
        self._socket.settimeout(max(seconds, 0.01))
        try:
            connection, _ = self._socket.accept()
            connection.settimeout(max(seconds, 0.01))
            if receive(connection, most=64) != self._token.encode():
                raise Broken("somebody else connected")
        except TimeoutError:
            raise Broken("the kernel does not connect") from None
        finally:
            self.close()
        return Answers(connection)

    def close(self) -> None:
        """Stop listening."""
        self._socket.close()
        if self._path is not None:
            self._path.unlink(missing_ok=True)


def listen(folder: Path | None) -> Listening:
    """Return a place in ``folder`` where a kernel can connect; None: the loopback."""
    return Listening(folder)
