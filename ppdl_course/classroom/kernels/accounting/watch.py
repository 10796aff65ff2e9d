"""What a running kernel says of itself, and the memory of all its processes together.

One thread for each kernel. It reads the kernel's standard error, where the reports of
attempts come (`incidents`), and four times a second adds up the memory of the kernel's
processes, and of its sockets: the operating system limits it for each process alone.
"""

import contextlib
import os
import re
import select
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ppdl_course.classroom.kernels.accounting.sockets import held_by_sockets
from ppdl_course.classroom.kernels.incidents import LONGEST, MARK

EVERY_SECONDS = 0.25
PATIENCE = 2  # times, before a closed pipe is one whose kernel goes on
MOST = 100  # incidents; anything in the kernel can write to its standard error
KEPT_BYTES = 16_000


class Watch(threading.Thread):
    """Reads until the kernel has ended, and all who held its pipes.

    Args:
        reports: The reading end of what only the kernel's own processes hold.
        errors: The reading end of standard error, if that is another one.
        most_bytes: The memory that its processes may have together; 0 is no limit.
        process: Above all of the kernel's processes, like a ``Popen``.
        end: Called once, to end the kernel, when they have more.
    """

    def __init__(
        self,
        reports: int,
        errors: int | None,
        most_bytes: int,
        process: Any,
        end: Callable[[], None],
    ) -> None:
        super().__init__(name="kernel watch", daemon=True)
        self._reports, self._most = reports, most_bytes
        self._process, self._end = process, end
        self._texts = {file: b"" for file in (reports, errors) if file is not None}
        self._incidents: list[str] = []
        self.errors = b""
        self.ending = threading.Event()

    def run(self) -> None:
        """Read, and measure in between."""
        if not hasattr(select, "poll"):  # Windows: no sandbox, nothing to measure
            while self._texts:
                self._read(self._reports)
            return
        self._poll = select.poll()
        for file in self._texts:
            self._poll.register(file, select.POLLIN)
        closed = None
        due = time.monotonic() + EVERY_SECONDS
        while self._texts or self._lives():
            for file, _ in self._poll.poll(EVERY_SECONDS * 1000):
                self._read(file)
            now = time.monotonic()
            if now < due:
                continue
            due = now + EVERY_SECONDS
            if self._lives():
                self._measure()
            elif self.ending.is_set() and now > self.until:
                break  # somebody who got away holds a pipe: only without a sandbox
            if self._reports in self._texts or closed == PATIENCE:
                continue
            closed = 0 if closed is None else closed + 1
            if closed == PATIENCE and self._lives():  # a kernel that ends closes it too
                self._incidents.append("closed the pipe that reports what it tries")
        for file in self._texts:
            os.close(file)

    def expect_end(self) -> None:
        """Know that the kernel's end, from now on, is the grader's doing."""
        self.until = time.monotonic() + 2
        self.ending.set()

    def _lives(self) -> bool:
        return not self.ending.is_set() and self._process.poll() is None

    def _read(self, file: int) -> None:
        data = os.read(file, 1 << 16)
        *lines, rest = (self._texts[file] + data).split(b"\n")
        # Cut: a line without an end must not fill the grader's memory.
        self._texts[file] = rest[-KEPT_BYTES:]
        if not data:  # nobody holds the other end any more
            lines = [rest] if rest else []
            del self._texts[file]
            if hasattr(select, "poll"):
                self._poll.unregister(file)
            os.close(file)
        self._hear(lines)

    def _hear(self, lines: list[bytes]) -> None:
        plain = []
        for line in lines:
            text = line.decode(errors="replace")
            if not text.startswith(MARK):
                plain.append(line[-LONGEST:] + b"\n")
            elif len(self._incidents) < MOST:
                self._incidents.append(text.removeprefix(MARK)[:LONGEST])
        self.errors = (self.errors + b"".join(plain))[-KEPT_BYTES:]

    def incidents(self) -> list[str]:
        """Return what was reported so far, each attempt once."""
        return list(dict.fromkeys(self._incidents))

    def _measure(self) -> None:
        if not self._most:
            return
        pids = family(self._process.pid)
        # The first one stands outside; the last was started inside.
        sockets = held_by_sockets(reversed(pids[1:]))
        if sum(map(_resident, pids)) + sockets <= self._most:
            return  # counts what is shared several times: cheap, and never too little
        used = sum(map(_proportional, pids)) + sockets
        if used > self._most:
            self._incidents.append(
                f"was ended: its {len(pids)} processes took {used / 1e9:.1f} GB "
                f"together, {self._most / 1e9:.1f} GB are allowed"
            )
            self._most = 0  # once: what is ending need not be measured again
            self._end()


def family(pid: int) -> list[int]:
    """Return ``pid`` and all that descend from it (Linux)."""
    pids = [pid]
    for parent in pids:  # which grows meanwhile: children, then their children
        with contextlib.suppress(OSError):  # it has ended
            for task in os.listdir(f"/proc/{parent}/task"):
                with (
                    contextlib.suppress(OSError),
                    open(f"/proc/{parent}/task/{task}/children", "rb") as file,
                ):
                    pids += map(int, file.read().split())
    return pids


def _resident(pid: int) -> int:
    """Return the bytes of memory of ``pid``, private and shared, without files."""
    return _sum(pid, "status", r"^Rss(?:Anon|Shmem):\s+(\d+)")


def _proportional(pid: int) -> int:
    """Return the same, with each shared page divided by the number of its users."""
    return _sum(pid, "smaps_rollup", r"^Pss_(?:Anon|Shmem):\s+(\d+)")


def _sum(pid: int, name: str, pattern: str) -> int:
    try:
        text = Path(f"/proc/{pid}/{name}").read_text()
    except OSError:
        return 0
    return 1024 * sum(map(int, re.findall(pattern, text, re.MULTILINE)))
