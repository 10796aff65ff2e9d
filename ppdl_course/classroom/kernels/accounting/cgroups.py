"""A memory cgroup for each kernel, where the system lets us make one.

The limit of a process (``RLIMIT_DATA``) is exact, but for each process alone; `watch`
adds them up, but only four times a second. A cgroup of Linux (version 2) is exact for
all together, with what the system keeps for them: sockets, pipes, tables of pages. To
make one takes a cgroup that may be written, which systemd calls delegated::

    systemd-run --user --scope ppdl grade 01_topic

Where there is none, the other two limits stand alone.
"""

import contextlib
import functools
import os
import secrets
import sys
from pathlib import Path

from ppdl_course.classroom.course import is_root_user
from ppdl_course.classroom.kernels.accounting.watch import family

_SLACK = 64 << 20  # for what the system itself keeps


@functools.cache
def place(own: Path = Path("/proc/self/cgroup")) -> tuple[Path | None, str]:
    """Return where memory cgroups can be made, or None and why there is no such place.

    Args:
        own: The file that names the cgroups of this process.
    """
    if sys.platform != "linux":
        return None, "cgroups exist on Linux only"
    names = own.read_text().splitlines() if own.is_file() else []
    here = [line.removeprefix("0::") for line in names if line.startswith("0::")]
    root = _mounted()
    if root is None or not here:
        return None, "this system has no cgroups of version 2"
    cgroup = root / here[0].strip("/")
    return _first_place([cgroup, *cgroup.parents], root)


def _mounted(mounts: Path = Path("/proc/self/mounts")) -> Path | None:
    for line in mounts.read_text().splitlines():
        _, folder, kind, *_ = line.split()
        if kind == "cgroup2":
            return Path(folder)
    return None


def _first_place(folders: list[Path], root: Path) -> tuple[Path | None, str]:
    """Return this process's cgroup or the one above: further up nothing is ours."""
    inside = [folder for folder in folders if folder == root or root in folder.parents]
    for folder in inside[:2]:
        controllers = folder / "cgroup.subtree_control"
        if not os.access(folder / "cgroup.procs", os.W_OK) or not _is_ours(folder):
            continue
        if "memory" in controllers.read_text().split():
            return folder, ""
    return None, (
        "no cgroup with the memory controller is delegated to this process; "
        "`systemd-run --user --scope ppdl grade ...` may have one"
    )


def _is_ours(folder: Path) -> bool:
    """Tell whether a cgroup is given to us; root could write into any."""
    if not is_root_user():
        return True
    for name in ("trusted.delegate", "user.delegate"):
        with contextlib.suppress(OSError):
            return os.getxattr(folder, name) == b"1"
    return False


class MemoryGroup:
    """A cgroup for one kernel.

    Args:
        above: From `place`.
        most_bytes: Of memory, for all in it together.

    Raises:
        OSError: If it cannot be made after all.
    """

    def __init__(self, above: Path, most_bytes: int) -> None:
        self.folder = above / f"ppdl-{secrets.token_hex(8)}"
        self.folder.mkdir()
        try:
            self._write("memory.max", most_bytes + _SLACK)
            for name, value in (("memory.swap.max", 0), ("memory.oom.group", 1)):
                with contextlib.suppress(OSError):  # not on every system
                    self._write(name, value)
        except OSError:
            self.remove()
            raise

    def take(self, pid: int) -> None:
        """Move a process and all its descendants in here, before it runs foreign code.

        Raises:
            OSError: If that is not allowed.
        """
        moved: set[int] = set()
        # What a process forks once it is in here is in here as well.
        while new := set(family(pid)) - moved:
            for other in new:
                with contextlib.suppress(ProcessLookupError):  # it has ended
                    self._write("cgroup.procs", other)
            moved |= new

    def remove(self) -> None:
        """Remove the cgroup, in which nothing must be left."""
        with contextlib.suppress(OSError):
            self.folder.rmdir()

    def _write(self, name: str, value: int) -> None:
        with open(self.folder / name, "w") as file:
            file.write(str(value))
