"""How Jupyter starts a kernel between walls: two kernel provisioners, and one without.

``ppdl-cold`` starts a new Python in bubblewrap for each kernel; ``ppdl-warm`` asks a
warm server for a fork. Both are entry points, so that any program that starts kernels
through ``jupyter_client`` can use them, nbgrader too::

    JUPYTER_DEFAULT_PROVISIONER_NAME=ppdl-cold nbgrader autograde 01_topic

The kernel's sockets are Unix sockets in a private folder. They are bound here and
handed in, so that a kernel needs to write nothing there.
"""

import atexit
import contextlib
import functools
import json
import os
import secrets
import select
import shutil
import signal
import socket
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from jupyter_client.launcher import launch_kernel
from jupyter_client.provisioning import LocalProvisioner

from ppdl_course.classroom.course import is_root_user
from ppdl_course.classroom.kernels import bubblewrap
from ppdl_course.classroom.kernels.accounting import cgroups
from ppdl_course.classroom.kernels.accounting.cgroups import MemoryGroup
from ppdl_course.classroom.kernels.accounting.watch import Watch, family
from ppdl_course.classroom.kernels.folders import Base
from ppdl_course.classroom.kernels.warm import PRELOAD, SOCKET, Forked, Server
from ppdl_course.classroom.limits import Limits

PROGRAM = ("-m", "ppdl_course.classroom.kernels.kernel")
PORTS = ("shell_port", "iopub_port", "stdin_port", "hb_port", "control_port")
USERS = range(1_900_000_000, 2_000_000_000)  # no system gives these to anybody


class FolderProvisioner(LocalProvisioner):
    """What all kinds of kernels share: a private folder, reports, limits.

    Attributes:
        limits: What the kernel may use up.
        base: Where the kernel's folder is made; one for this process if None.
        folder: The kernel's folder, after it was started.
        watch: Listens to the kernel.
    """

    limits: Limits = Limits()
    base: Base | None = None
    folder: Path | None = None
    watch: Watch | None = None
    sandbox = True
    _group: MemoryGroup | None = None
    two_pipes = False  # reports apart from standard error, which others hold as well

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Make the folder, with the connection file and a copy of the job's files."""
        self.require()
        files = kwargs.pop("cwd", None)
        if self.folder is None:
            self.folder = (self.base or _own_base()).new()
            if files:
                _copy(Path(files), self.folder / "files", self.limits.file_bytes)
        manager = self.parent
        manager.connection_file = str(self.folder / "kernel.json")
        if os.name != "nt":
            manager.transport = "ipc"
            manager.ip = str(self.folder / "s")
            self.kernel_spec.interrupt_mode = "message"
        kwargs = await super().pre_launch(**kwargs)
        Path(manager.connection_file).chmod(0o644)  # the folder above is private
        return kwargs

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> dict[str, Any]:
        """Start the kernel; ``cmd`` and the environment of the caller are not used."""
        sockets = self._listen()
        pipes = [os.pipe() for _ in range(2 if self.two_pipes else 1)]
        ours, theirs = zip(*pipes, strict=True)
        order = self._order({port: file.fileno() for port, file in sockets.items()})
        order["reports"] = theirs[0] if self.two_pipes else None
        files = [file.fileno() for file in sockets.values()]
        try:
            self.process = self.launch(order, files, theirs[-1])
        except BaseException:  # the watch, which would close them, does not exist yet
            for end in ours:
                os.close(end)
            raise
        finally:
            # Only the kernel may hold these: a pipe ends when its last writer does.
            for end in theirs:
                os.close(end)
            for file in sockets.values():
                file.close()
        self.pid, self.pgid, self.cwd = self.process.pid, None, None
        most = self.limits.memory_bytes if self.sandbox else 0
        errors = ours[1] if self.two_pipes else None
        self.watch = Watch(ours[0], errors, most, self.process, self.end)
        self.watch.start()
        if self.sandbox:
            self._limit_together()
        return self.connection_info

    def _limit_together(self) -> None:
        """Put the kernel into a memory cgroup where there can be one; see `cgroups`."""
        above, _ = cgroups.place()
        if above is None:
            return
        files = 2 * self.limits.file_bytes  # /tmp and /dev/shm are memory as well
        with contextlib.suppress(OSError):  # the watch stands without it
            group = MemoryGroup(above, self.limits.memory_bytes + files)
            self._group = group
            group.take(self.process.pid)

    def require(self) -> None:
        """Refuse where this kind of kernel cannot be had, and say why."""
        reason = bubblewrap.sandbox_available()
        if reason:
            raise RuntimeError(f"no sandbox for kernels: {reason}")

    def launch(self, order: dict[str, Any], files: list[int], errors: int) -> Any:
        """Start a process with this order, open files and standard error."""
        raise NotImplementedError

    def end(self) -> None:
        """Kill every process of the kernel."""
        self.process.kill()

    def _listen(self) -> dict[str, socket.socket]:
        sockets = {}
        if os.name != "nt":
            for port in (self.connection_info[name] for name in PORTS):
                path = Path(f"{self.connection_info['ip']}-{port}")
                path.unlink(missing_ok=True)
                sockets[str(port)] = file = socket.socket(socket.AF_UNIX)
                file.bind(str(path))
                path.chmod(
                    0o666
                )  # the kernel may be another user; its folder is closed
                file.listen(16)
        return sockets

    def _order(self, files: dict[str, int]) -> dict[str, Any]:
        job_files = self.folder / "files"
        roots = [*bubblewrap.readable(), str(self.folder)]
        return {
            "connection": str(self.folder / "kernel.json"),
            "files": str(job_files) if job_files.is_dir() else "",
            "limits": asdict(self.limits) | {"processes": self._processes()},
            "roots": [*roots, "/tmp"] if self.sandbox else roots,
            "sandbox": self.sandbox,
            "sockets": files,
            # Of its own: the limit of processes counts all that a user has.
            "user": secrets.choice(USERS) if self.sandbox and is_root_user() else 0,
            "work": bubblewrap.WORK if self.sandbox else str(self.folder / "work"),
        }

    def _processes(self) -> int:
        """Return the limit of processes; it may have to allow for the user's others."""
        if self.sandbox and (is_root_user() or _linux() >= (5, 14)):
            return self.limits.processes  # since then, a user namespace has its own
        return self.limits.processes + _running()

    async def kill(self, restart: bool = False) -> None:
        """End every process of the kernel at once."""
        if self.watch is not None:
            self.watch.expect_end()
        if self.process is not None:
            self.end()

    async def cleanup(self, restart: bool = False) -> None:
        """Remove the kernel's folder."""
        await super().cleanup(restart=restart)
        if self.watch is not None:
            self.watch.expect_end()
        if self._group is not None:
            self._group.remove()
        if self.folder is not None and not restart:
            shutil.rmtree(self.folder, ignore_errors=True)
            self.folder = None


class ColdProvisioner(FolderProvisioner):
    """A new Python in bubblewrap for each kernel."""

    two_pipes = True

    def launch(self, order: dict[str, Any], files: list[int], errors: int) -> Any:
        """Start bubblewrap, which starts the kernel."""
        scratch = self.limits.file_bytes
        line = bubblewrap.command(self.folder, scratch_bytes=scratch)
        return Walled(
            [*line, sys.executable, *PROGRAM, json.dumps(order)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            pass_fds=[*files, order["reports"]],
            env={"PATH": os.defpath},
        )


class Walled(subprocess.Popen):
    """A bubblewrap process, which takes everything inside with it when it ends."""

    def kill(self) -> None:
        """End bubblewrap and its first child, and wait until nothing inside is left."""
        # Handles, not numbers: a number may belong to another process a moment later.
        inside = []
        for pid in family(self.pid)[1:]:
            with contextlib.suppress(OSError):
                inside.append(os.pidfd_open(pid))
        for file in inside:
            with contextlib.suppress(OSError):
                signal.pidfd_send_signal(file, signal.SIGKILL)
        super().kill()
        for file in inside:  # a handle is readable once its process has ended
            select.select([file], [], [], 5)
            os.close(file)


class WarmProvisioner(FolderProvisioner):
    """A fork of a server that has imported the heavy packages; see `warm`.

    Attributes:
        server: The socket of the server; one for this process if None.
    """

    server: Path | None = None

    def launch(self, order: dict[str, Any], files: list[int], errors: int) -> Any:
        """Ask the server for a fork."""
        return Forked(self.server or _own_server(), order, files, errors)


class UnsafeProvisioner(FolderProvisioner):
    """A kernel without walls, with its own folder and what limits there are."""

    sandbox = False

    def require(self) -> None:
        """Accept every platform."""

    def launch(self, order: dict[str, Any], files: list[int], errors: int) -> Any:
        """Start a plain local kernel."""
        home = self.folder / "home"
        for folder in (home, Path(order["work"])):
            folder.mkdir(exist_ok=True)
        environment = bubblewrap.environment(str(home)) | {"TMPDIR": str(home)}
        if os.name == "nt":  # without these, Windows starts no Python
            kept = ("SYSTEMROOT", "PATH")
            environment |= {k: os.environ[k] for k in kept if k in os.environ}
            environment["USERPROFILE"] = str(home)
        more = {"pass_fds": files} if files else {}
        return launch_kernel(
            [sys.executable, *PROGRAM, json.dumps(order)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            env=environment,
            cwd=order["work"],
            **more,
        )

    def end(self) -> None:
        """Kill the kernel's group of processes; one that left the group stays."""
        if hasattr(os, "killpg"):
            with contextlib.suppress(OSError):
                os.killpg(self.pid, signal.SIGKILL)
        super().end()


@functools.cache
def _own_base() -> Base:
    base = Base()
    atexit.register(base.close)
    return base


@functools.cache
def _own_server() -> Path:
    base = _own_base()
    atexit.register(Server(base.path, PRELOAD).close)
    return base.path / SOCKET


def _linux() -> tuple[int, ...]:
    return tuple(int(part) for part in os.uname().release.split("-")[0].split(".")[:2])


def _running() -> int:
    """Return how many threads this user has now; very many where nobody can tell."""
    threads = 0 if Path("/proc/self/task").is_dir() else 1 << 20
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if folder.stat().st_uid == os.geteuid():
                threads += len(os.listdir(folder / "task"))
    return threads


def _copy(source: Path, target: Path, most_bytes: int) -> None:
    """Copy a job's files so that another user can read them; links stay links."""
    paths = [path for path in source.rglob("*") if not path.is_symlink()]
    size = sum(path.stat().st_size for path in paths if path.is_file())
    if size > most_bytes:
        raise ValueError(f"{source} holds {size} bytes; {most_bytes} are allowed")
    shutil.copytree(source, target, symlinks=True)
    for path in [target, *target.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() else 0o644)
