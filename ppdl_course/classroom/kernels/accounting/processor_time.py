"""The processor time of a kernel with all its processes, as seen from outside.

Linux tells for each process what it has used (``utime + stime``) and what its children
had used that it waited for (``cutime + cstime``). Nothing inside can change these
numbers. A thread looks about ten times a second at all processes that descend from the
kernel's first one, and adds

- what each process has used since the last look;
- what was waited for, less what its processes had been charged while they were seen.

That is exact for all who compute for longer than a moment. Two kinds of process are in
neither number: those that nobody waits for (their parent ignores SIGCHLD) and that are
gone before the next look. So a process that is *new* at a look counts as if its like
had filled all the time since the last one; the times of the looks are random, so that
nobody can fit in between. An honest process pays for its start by a tenth of a second,
once. The credit for what was seen may be abused by children that nobody waits for:
then half of what is used is counted, never less.

Other systems have no sandbox. There ``psutil`` tells the sum for the processes at hand,
where it is installed; otherwise only wall time is limited.
"""

import contextlib
import os
import random
import sys
import threading
import time
from typing import NamedTuple

from ppdl_course.classroom.kernels.accounting.watch import family

EVERY_SECONDS = 0.1  # on average


class _Used(NamedTuple):
    """What one process has used, in seconds."""

    own: float
    waited: float  # by its children that ended, and that it waited for


class Meter(threading.Thread):
    """Adds up until it is stopped.

    Args:
        pid: Above all of the kernel's processes.

    Attributes:
        seconds: What they have used so far; it never falls.
    """

    def __init__(self, pid: int) -> None:
        super().__init__(name="kernel meter", daemon=True)
        self._pid = pid
        self._known: dict[tuple[int, int], _Used] = {}  # by pid and start
        self._cores = os.cpu_count() or 1
        self._looked: float | None = None
        self._stopped = threading.Event()
        self.seconds = 0.0
        self.look()

    def run(self) -> None:
        """Look again and again."""
        while not self._stopped.wait(EVERY_SECONDS * random.uniform(0.5, 1.5)):
            self.look()

    def stop(self) -> None:
        """Look no more."""
        self._stopped.set()
        if self.is_alive():
            self.join(timeout=5)

    def look(self) -> None:
        """Add what was used since the last look."""
        if sys.platform != "linux":
            self.seconds = max(self.seconds, _by_psutil(self._pid))
            return
        now, found = time.monotonic(), self._living()
        known = self._known
        new = [used for process, used in found.items() if process not in known]
        grown = [(used, known[p]) for p, used in found.items() if p in known]
        gone = [used for process, used in known.items() if process not in found]
        seconds = sum(used.own - before.own for used, before in grown)
        waited = sum(used.waited - before.waited for used, before in grown)
        waited += sum(used.waited for used in new) - sum(map(sum, gone))
        told = max(0.0, waited) + sum(used.own for used in new)
        stand_for = 0.0  # all like the new ones, which came and went since
        if self._looked is not None:
            stand_for = min(len(new), self._cores) * (now - self._looked)
        self._known, self._looked = found, now
        self.seconds += max(0.0, seconds) + max(told, stand_for)

    def _living(self) -> dict[tuple[int, int], _Used]:
        """Return what each process has used that is there now.

        The list of a process's children may leave out some while others end; so each
        that was known is looked for by itself as well.
        """
        found = {}
        descend = set(family(self._pid))
        for pid in descend | {pid for pid, _ in self._known}:
            with contextlib.suppress(OSError):  # it has ended
                start, used = _read(pid)
                if pid in descend or (pid, start) in self._known:
                    found[pid, start] = used
        return found


def _read(pid: int) -> tuple[int, _Used]:
    """Return when a process began, and what it has used (Linux)."""
    with open(f"/proc/{pid}/stat", "rb") as file:
        # Its name, which it can choose, stands in brackets before these.
        fields = file.read().rpartition(b")")[2].split()
    tick = os.sysconf("SC_CLK_TCK")
    user, system, waited_user, waited_system = map(int, fields[11:15])
    used = _Used((user + system) / tick, (waited_user + waited_system) / tick)
    return int(fields[19]), used


def _by_psutil(pid: int) -> float:
    """Return what the processes at hand have used, and those they waited for."""
    try:
        import psutil
    except ImportError:
        return 0.0
    seconds = 0.0
    with contextlib.suppress(psutil.Error):
        above = psutil.Process(pid)
        for process in [above, *above.children(recursive=True)]:
            with contextlib.suppress(psutil.Error):
                seconds += sum(process.cpu_times()[:4])
    return seconds
