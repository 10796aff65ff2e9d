"""Kernels in which a submission can reach nothing but itself.

Example::

    with open_kernels("cold", Limits()) as kernels:
        kernel = kernels.start()
        client = kernel.manager.client()
        ...
        kernel.stop()

Three kinds: "cold" (bubblewrap around a new Python), "warm" (forks of a server that has
imported the heavy packages, each between walls of its own; see `warm`) and "unsafe" (no
walls; works everywhere). Processes that share one batch connect by an address::

    with connect_kernels(address, limits) as kernels:  # in a worker
        ...

What each kind shuts out is listed in `bubblewrap`; what stays possible is in
``docs/security.md``.
"""

import asyncio
import contextlib
import functools
import threading
from collections.abc import Coroutine, Iterable
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager

from ppdl_course.classroom.kernels.accounting.processor_time import Meter
from ppdl_course.classroom.kernels.bubblewrap import sandbox_available
from ppdl_course.classroom.kernels.folders import Base
from ppdl_course.classroom.kernels.provisioner import (
    ColdProvisioner,
    FolderProvisioner,
    UnsafeProvisioner,
    WarmProvisioner,
)
from ppdl_course.classroom.kernels.warm import PRELOAD, SOCKET, Server
from ppdl_course.classroom.limits import Limits

__all__ = [
    "Kernel",
    "Kernels",
    "connect_kernels",
    "open_kernels",
    "sandbox_available",
]

PROVISIONERS = {
    "warm": WarmProvisioner,
    "cold": ColdProvisioner,
    "unsafe": UnsafeProvisioner,
}

T = TypeVar("T")


class _Specs(KernelSpecManager):
    """Knows one kernel: this Python's."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        return KernelSpec(
            argv=["python", "-f", "{connection_file}"],
            display_name="Python 3",
            language="python",
        )


class Kernel:
    """One running kernel.

    Attributes:
        manager: A started ``jupyter_client.AsyncKernelManager``; ``manager.client()``
            talks to the kernel, and nbclient takes it as ``km=``.
        folder: Visible at the same path inside, where it is read-only. A Unix socket
            made in it can be connected to from inside if its mode is 0o666 (the kernel
            may be another user); nobody else can reach the folder.
    """

    def __init__(self, provisioner: FolderProvisioner, files: Path | None) -> None:
        self.manager = AsyncKernelManager(
            kernel_name="python3", kernel_spec_manager=_Specs(), shutdown_wait_time=0
        )
        # Set before the start: the manager then asks no factory for another one.
        self._provisioner = self.manager.provisioner = provisioner
        provisioner.parent = self.manager
        provisioner.kernel_spec = self.manager.kernel_spec
        more = {"cwd": str(files)} if files else {}
        try:
            _run(self.manager.start_kernel(**more))
        except BaseException:  # also Ctrl-C, or the folder would stay
            _run(provisioner.cleanup())
            raise
        self._process = provisioner.process
        self._meter = Meter(self._process.pid)
        self._meter.start()
        self.folder: Path = provisioner.folder

    def incidents(self) -> list[str]:
        """Return what the kernel tried so far, a few words each, each once."""
        return self._provisioner.watch.incidents()

    def errors(self) -> str:
        """Return the end of the kernel's own standard error, for a kernel that died."""
        return self._provisioner.watch.errors.decode(errors="replace")

    def processor_seconds(self) -> float:
        """Return the processor time of all its processes so far, in seconds.

        It lags by about a tenth of a second; see `processor_time`.
        """
        return self._meter.seconds

    def alive(self) -> bool:
        """Tell whether the kernel's process runs."""
        return self._process.poll() is None

    def stop(self) -> None:
        """End everything in the kernel at once and remove its folder."""
        _run(self._stop())

    async def _stop(self) -> None:
        # Killed, not asked to shut down: what runs inside need not obey.
        await self._provisioner.kill()
        with contextlib.suppress(Exception):
            await self._provisioner.wait()
        await self.manager.cleanup_resources()
        self._provisioner.watch.join(timeout=5)
        self._meter.stop()


class Kernels:
    """Starts kernels of one kind; made by `open_kernels` and `connect_kernels`.

    Attributes:
        address: With it, another process on this machine can `connect_kernels`.
    """

    def __init__(
        self,
        kind: str,
        limits: Limits,
        base: Base,
        preload: Iterable[str] | None = None,
    ) -> None:
        self._kind, self._limits, self._base = kind, limits, base
        self._preload = None if preload is None else tuple(preload)
        self._server: Server | None = None
        self._started: list[Kernel] = []
        self.address = f"{kind}:{base.path}"
        self._keep_warm()

    def start(self, files: Path | None = None) -> Kernel:
        """Start a kernel.

        Args:
            files: A folder whose files the kernel finds, as copies, where it works.

        Raises:
            ValueError: If the files are larger than a kernel's folder may be.
        """
        provisioner = PROVISIONERS[self._kind]()
        provisioner.limits, provisioner.base = self._limits, self._base
        if self._kind == "warm":
            provisioner.server = self._base.path / SOCKET
            self._keep_warm()
        kernel = Kernel(provisioner, files)
        # Only those that still run: a batch starts thousands.
        self._started = [other for other in self._started if other.folder.exists()]
        self._started.append(kernel)
        return kernel

    def _keep_warm(self) -> None:
        """Start the server, or start it again if the machine had to end it."""
        if self._preload is not None and not (self._server and self._server.alive()):
            if self._server:
                self._server.close()
            self._server = _run(_start_server(self._base.path, self._preload))

    def close(self) -> None:
        """End every kernel that was started here, and remove what belongs to it."""
        while self._started:
            self._started.pop().stop()
        if self._server is not None:
            self._server.close()
        self._base.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def open_kernels(
    kind: str, limits: Limits | None = None, *, preload: Iterable[str] = PRELOAD
) -> Kernels:
    """Make ready to start kernels.

    Args:
        kind: "warm", "cold" or "unsafe".
        limits: What each kernel may use up.
        preload: The packages that a warm server imports beforehand.

    Raises:
        ValueError: If ``kind`` is none of these.
        RuntimeError: If that kind cannot be had here; the message says what to do.
    """
    _require(kind)
    base = Base()
    try:
        packages = preload if kind == "warm" else None
        return Kernels(kind, limits or Limits(), base, packages)
    except BaseException:
        base.close()
        raise


def connect_kernels(address: str, limits: Limits | None = None) -> Kernels:
    """Use the kernels that another process has opened, by their ``address``.

    The other process must stay alive. Closing ends the kernels that were started here.

    Raises:
        ValueError: If there are no kernels at ``address``.
    """
    kind, _, path = address.partition(":")
    if kind not in PROVISIONERS or not Path(path).is_dir():
        raise ValueError(f"address must be that of open kernels, got {address!r}")
    return Kernels(kind, limits or Limits(), Base(Path(path)))


def _require(kind: str) -> None:
    if kind not in PROVISIONERS:
        kinds = ", ".join(PROVISIONERS)
        raise ValueError(f"kind must be one of {kinds}; got {kind!r}")
    reason = "" if kind == "unsafe" else sandbox_available()
    if reason:
        raise RuntimeError(f"no sandbox for kernels: {reason}")


@functools.cache
def _loop() -> asyncio.AbstractEventLoop:
    """Return a loop that runs in a thread of its own for as long as this process.

    bubblewrap ends with the thread that started it, so this one starts all kernels.
    """
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="kernels", daemon=True).start()
    return loop


def _run(work: Coroutine[Any, Any, T]) -> T:
    return asyncio.run_coroutine_threadsafe(work, _loop()).result()


async def _start_server(base: Path, preload: Iterable[str]) -> Server:
    # A coroutine so that it runs in the loop's thread, on which bubblewrap depends.
    return Server(base, preload)
