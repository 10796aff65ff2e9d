"""A server that has imported the heavy packages, and forks a kernel for each job.

The server (`forking`) runs inside bubblewrap and takes orders at a Unix socket that
only the grader can reach. Each kernel has its own processes, network, mounts, user (or
user namespace) and random numbers: it can neither see nor reach its sisters. It ends
when the process that ordered it hangs up, on purpose or by dying. Linux only.
"""

import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ppdl_course.classroom.kernels import bubblewrap

PROGRAM = "ppdl_course.classroom.kernels.forking"
SOCKET = "warm"
PRELOAD = ("numpy", "torch", "tenseal", "opacus", "sklearn", "matplotlib.pyplot")
READY = b"ready\n"


class Server:
    """The server, seen from outside.

    Args:
        base: Where the kernels' folders will be.
        preload: The packages that it imports.
        seconds: How long it may take to do so.

    Raises:
        RuntimeError: If a package cannot be imported, or starts a thread.
    """

    def __init__(
        self, base: Path, preload: Iterable[str], seconds: float = 120
    ) -> None:
        order = {"base": str(base), "preload": list(preload)}
        # Left by a server that the machine had to end.
        (base / SOCKET).unlink(missing_ok=True)
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(str(base / SOCKET))
            listening.listen(128)  # many workers may order at once
            order["socket"] = listening.fileno()
            line = bubblewrap.command(base, server=True)
            # Errors go to the terminal of whoever started this.
            self._process = subprocess.Popen(
                [*line, sys.executable, "-m", PROGRAM, json.dumps(order)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                pass_fds=[listening.fileno()],
                env={"PATH": os.defpath},
            )
        if not self._ready(time.monotonic() + seconds):
            self.close()
            names = ", ".join(order["preload"])
            raise RuntimeError(f"the warm server did not start; it imports {names}")

    def _ready(self, until: float) -> bool:
        pipe, output = self._process.stdout, b""
        while not output.endswith(READY):  # a package may print when it is imported
            if not select.select([pipe], [], [], max(until - time.monotonic(), 0))[0]:
                return False
            more = os.read(pipe.fileno(), 1 << 16)
            if not more:  # the server has ended
                return False
            output += more
        return True

    def alive(self) -> bool:
        """Tell whether the server runs."""
        return self._process.poll() is None

    def close(self) -> None:
        """End the server and with it every kernel that it forked."""
        self._process.kill()
        self._process.wait()
        self._process.stdout.close()


class Forked:
    """A kernel of a warm server: as much of a ``Popen`` as a provisioner needs.

    Args:
        address: The server's socket.
        order: What `kernel.run` is to do; ``files`` are in the order of its sockets.
        files: Open files for it.
        errors: Its standard error.

    Raises:
        RuntimeError: If there is no server, or it does not fork.
    """

    stdin = stdout = stderr = None

    def __init__(
        self, address: Path, order: dict[str, Any], files: list[int], errors: int
    ) -> None:
        self.returncode: int | None = None
        self._lock = threading.Lock()
        self._connection = socket.socket(socket.AF_UNIX)
        # With each message comes the sender's pid, as it is known on this side.
        self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        try:
            self._connection.connect(str(address))
            text = json.dumps(order).encode()
            socket.send_fds(self._connection, [text], [errors, *files])
            self._connection.settimeout(30)
            # 12 bytes: struct ucred, the sender's pid, user and group.
            reply, about, *_ = self._connection.recvmsg(64, socket.CMSG_SPACE(12))
        except OSError as error:
            self._connection.close()
            raise RuntimeError(f"no warm server at {address}: {error}") from error
        if not reply:
            self._connection.close()
            raise RuntimeError("the warm server could not fork a kernel")
        # Who sent that, as the operating system tells it: the keeper, by its pid here.
        self.pid = int.from_bytes(about[0][2][:4], sys.byteorder)

    def poll(self) -> int | None:
        """Return the kernel's exit status, or None while it runs."""
        self._read(0)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the kernel's end.

        Raises:
            subprocess.TimeoutExpired: If it takes longer than ``timeout`` seconds.
        """
        until = None if timeout is None else time.monotonic() + timeout
        while self.returncode is None:
            left = None if until is None else max(until - time.monotonic(), 0)
            self._read(left)
            if self.returncode is None and left == 0:
                raise subprocess.TimeoutExpired("kernel", timeout)
        return self.returncode

    def kill(self) -> None:
        """End the kernel with all its processes, and wait until they are gone."""
        if self.returncode is None:
            self._connection.shutdown(socket.SHUT_WR)  # the keeper then kills it
            self.wait(10)

    def terminate(self) -> None:
        """End the kernel."""
        self.kill()

    def send_signal(self, number: int) -> None:
        """End the kernel, if the signal is one that ends; others do not get inside."""
        if number in (signal.SIGKILL, signal.SIGTERM):
            self.kill()

    def _read(self, seconds: float | None) -> None:
        with self._lock:  # the watch asks too, in its thread
            if self.returncode is not None:
                return
            if select.select([self._connection], [], [], seconds)[0]:
                status = self._connection.recv(64)
                # Empty: the keeper itself was killed, and its kernel with it.
                self.returncode = int(status) if status.strip() else -signal.SIGKILL
                self._connection.close()
