"""What a running kernel says of itself, and the memory of all its processes together.

One thread for each kernel. It reads the kernel's standard error, where the reports of
attempts come (`incidents`), and four times a second adds up the memory of the kernel's
processes: the operating system limits it for each of them alone.
"""

import contextlib
import os
import re
import select
import threading
from collections.abc import Callable
from pathlib import Path

from ppdl_course.classroom.grader.incidents import LONGEST, MARK, MOST

EVERY_SECONDS = 0.25
KEPT_BYTES = 16_000


class Watch(threading.Thread):
    """Reads until every process of the kernel has closed its standard error.

    Args:
        reports: The reading end of the kernel's standard error.
        most_bytes: The memory that its processes may have together; 0 is no limit.
        end: Called once, to end the kernel, when they have more.
    """

    def __init__(self, reports: int, most_bytes: int, end: Callable[[], None]) -> None:
        super().__init__(name="kernel watch", daemon=True)
        self._reports, self._most, self._end = reports, most_bytes, end
        self._text = b""
        self._incidents: list[str] = []
        self.pid: int | None = None  # above all of the kernel's processes
        self.ending = threading.Event()

    def run(self) -> None:
        """Read, and measure in between, until the other end is closed."""
        poll = select.poll() if hasattr(select, "poll") else None
        if poll:
            poll.register(self._reports, select.POLLIN)
        while True:
            if poll and not poll.poll(EVERY_SECONDS * 1000):
                self._measure()
                continue
            try:
                said = os.read(self._reports, 1 << 16)
            except OSError:
                said = b""
            if not said:
                break
            self._hear(said)
        os.close(self._reports)
        if not self.ending.wait(0.5) and self._lives():
            self._incidents.append("closed the pipe that reports what it tries")

    def _hear(self, said: bytes) -> None:
        *lines, self._text = (self._text + said).split(b"\n")
        self._text = self._text[-KEPT_BYTES:]
        plain = []
        for line in lines:
            says = line.decode(errors="replace")
            if not says.startswith(MARK):
                plain.append(line[-LONGEST:])
            elif len(self._incidents) < MOST:
                self._incidents.append(says.removeprefix(MARK)[:LONGEST])
        if plain:
            self.errors = (self.errors + b"\n".join(plain) + b"\n")[-KEPT_BYTES:]

    errors = b""

    def incidents(self) -> list[str]:
        """Return what was reported so far, each attempt once."""
        return list(dict.fromkeys(self._incidents))

    def _lives(self) -> bool:
        return self.pid is not None and Path(f"/proc/{self.pid}/task").is_dir()

    def _measure(self) -> None:
        if not self._most or self.pid is None or self.ending.is_set():
            return
        pids = family(self.pid)
        if sum(map(_resident, pids)) <= self._most:
            return  # counts what is shared several times: cheap, and never too little
        used = sum(map(_proportional, pids))
        if used > self._most:
            self._incidents.append(
                f"was ended: its {len(pids)} processes took {used / 1e9:.1f} GB "
                f"together, {self._most / 1e9:.1f} GB are allowed"
            )
            self._most = 0
            self._end()


def family(pid: int) -> list[int]:
    """Return ``pid`` and all that descend from it (Linux)."""
    found = [pid]
    for parent in found:
        for task in Path(f"/proc/{parent}/task").glob("*/children"):
            with contextlib.suppress(OSError):
                found += map(int, task.read_text().split())
    return found


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
