"""Short private folders for kernels and their sockets, swept when their owner is gone.

A base folder belongs to one process, which holds a lock on it for as long as it lives.
A process that was killed leaves its base unlocked; the next one to open a base removes
it.
"""

import contextlib
import os
import shutil
import tempfile
from pathlib import Path
from typing import IO

PREFIX = "ppdl-"
LONGEST = 50  # a socket's path has 107 bytes, and a kernel's folder takes some
LOCK = "lock"


def temporary() -> Path:
    """Return the folder for temporary files, by its short name if it has one."""
    usual = Path(tempfile.gettempdir()).resolve()
    return usual if len(str(usual)) <= LONGEST or os.name == "nt" else Path("/tmp")


class Base:
    """A folder for the folders of many kernels.

    Args:
        path: An existing base of another process; without one, a new base is made.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._lock: IO[str] | None = None
        if path is not None:
            self.path = path
            return
        sweep()
        self.path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=temporary()))  # mode 0700
        # Held open, and locked, for life: the system lets go of it however this ends.
        self._lock = (self.path / LOCK).open("w")
        _try_lock(self._lock)

    def new(self) -> Path:
        """Make the folder of one kernel; another user may look into it, once inside."""
        folder = Path(tempfile.mkdtemp(prefix="k", dir=self.path))
        folder.chmod(0o755)
        return folder

    def close(self) -> None:
        """Remove the base, if it belongs to this process."""
        if self._lock is not None:
            self._lock.close()
            self._lock = None
            shutil.rmtree(self.path, ignore_errors=True)


def sweep() -> list[Path]:
    """Remove the bases of this user whose process is gone; return what was removed."""
    removed = []
    for lock in temporary().glob(f"{PREFIX}*/{LOCK}"):
        with contextlib.suppress(OSError):
            if os.name != "nt" and lock.stat().st_uid != os.geteuid():
                continue
            with open(lock, "r+") as file:
                if not _try_lock(file):
                    continue  # its owner lives
            shutil.rmtree(lock.parent, ignore_errors=True)
            removed.append(lock.parent)
    return removed


def _try_lock(file: IO[str]) -> bool:
    try:
        if os.name == "nt":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
