"""The program of the warm server: import the heavy packages, then fork kernels.

For each order three processes are forked::

    keeper     stays beside the server; ends the kernel when the grader hangs up
      init     the first process of the kernel's own namespaces; builds its walls
        kernel     `kernel.work`, with nothing open but what came with the order

The server has one thread, since a fork copies only one, and has computed nothing that
would start others.
"""

import contextlib
import ctypes
import fcntl
import gc
import importlib
import json
import os
import select
import signal
import socket
import struct
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ppdl_course.classroom.course import is_root_user
from ppdl_course.classroom.kernels import kernel
from ppdl_course.classroom.kernels.seccomp import control
from ppdl_course.classroom.kernels.warm import READY

ORDER_BYTES = 1 << 16
_NEW_USER, _NEW_REST = 0x10000000, 0x6C020000  # mounts, host name, IPC, pids, network
_BIND, _PRIVATE, _SAFE = 0x1000, 0x44000, 0x2 | 0x4  # no setuid programs, no devices
_DETACH, _NO_PROGRAMS = 2, 8
_SET_FLAGS, _UP = 0x8914, 1  # SIOCSIFFLAGS, IFF_UP
_DIE_WITH_PARENT, _DUMPABLE = 1, 4  # PR_SET_PDEATHSIG, PR_SET_DUMPABLE


def main() -> None:
    """Import, then fork a kernel for each order, until somebody ends the server."""
    sys.path.pop(0)  # where this was started
    order = json.loads(sys.argv[1])
    kernel.import_parts()
    for name in order["preload"]:
        importlib.import_module(name)
        threads = len(os.listdir("/proc/self/task"))
        if threads > 1:
            sys.exit(f"a warm server cannot preload {name}: it starts threads")
    for line in Path("/proc/self/mounts").read_text().splitlines():
        if line.split()[1].startswith("/proc/"):  # a child may mount its own, then
            _call("umount2", line.split()[1].encode(), _DETACH)
    # Frozen: the collector of a fork would write to, and so copy, every shared page.
    gc.collect()
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # keepers leave no zombies
    sys.stdout.buffer.write(READY)
    sys.stdout.flush()
    with open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), 1)  # nobody reads on: what kernels say would fill it
    with socket.socket(fileno=order["socket"]) as listening:
        while True:
            connection, _ = listening.accept()
            with connection, contextlib.suppress(OSError):  # no process left: hang up
                if os.fork() == 0:
                    listening.close()
                    _run(keep, connection, order["base"])


def _run(work: Callable[..., int | None], *arguments: Any) -> None:
    """Do ``work`` and end this process, whatever happens."""
    try:
        os._exit(work(*arguments) or 0)
    except BaseException as error:
        text = f"{type(error).__name__}: {error}\n"
        os.write(2, text.encode())
        os._exit(1)


def keep(connection: socket.socket, base: str) -> int:
    """Take an order, fork its kernel, and end it when the grader hangs up."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)  # this one does wait for its child
    os.setsid()
    text, files, *_ = socket.recv_fds(connection, ORDER_BYTES, 16)
    order = json.loads(text)
    os.dup2(files[0], 2)
    os.close(files.pop(0))
    _leave()
    init = os.fork()
    if init == 0:
        connection.close()
        _run(begin, order, base, files)
    for file in files:
        os.close(file)
    os.dup2(os.open("/dev/null", os.O_RDWR), 2)
    connection.sendall(b"started\n")
    ended = os.pidfd_open(init)
    # Whatever comes first: the grader hangs up, or the kernel ends by itself.
    select.select([connection, ended], [], [])
    os.kill(init, signal.SIGKILL)  # if it has ended already, it is not yet reaped
    _, status = os.waitpid(init, 0)
    connection.sendall(b"%d\n" % os.waitstatus_to_exitcode(status))
    return 0


def _leave() -> None:
    """Leave the namespaces of the server; what this process forks is in new ones."""
    if is_root_user():
        _call("unshare", _NEW_REST)
        return
    user, group = os.getuid(), os.getgid()
    _call("unshare", _NEW_USER | _NEW_REST)
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{group} {group} 1")


def begin(order: dict[str, Any], base: str, files: list[int]) -> int:
    """Be the first process in new namespaces: build walls, fork the kernel, wait."""
    _mount_all(order, base)
    _loopback_up()
    socket.sethostname("sandbox")
    os.setsid()
    kernel.confine(order)
    _drop_capabilities()
    control(_DIE_WITH_PARENT, signal.SIGKILL)
    sockets = dict(zip(order["sockets"], files, strict=True))
    child = os.fork()
    if child == 0:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        gc.enable()
        kernel.reseed()
        _run(kernel.work, order | {"sockets": sockets})
    control(_DUMPABLE, 0)  # the kernel may be the same user: hide from it
    os.closerange(0, 1024)
    while True:
        ended, status = os.wait()
        if ended == child:
            code = os.waitstatus_to_exitcode(status)
            return code if code >= 0 else 128 - code  # as a shell says it


def _mount_all(order: dict[str, Any], base: str) -> None:
    """Give the kernel mounts of its own: private scratch, and its folder alone.

    What bubblewrap shows of the environment stays. Over the folder in which all
    kernels' folders lie goes an empty one, into which only this kernel's is put back.
    """
    folder = str(Path(order["connection"]).parent)
    size = f"mode=1777,nr_inodes=100000,size={order['limits']['file_bytes']}"
    _mount("none", "/", None, _PRIVATE)  # first: or the others would see what follows
    # Opened before they are covered; a handle still leads there afterwards.
    here = os.open(folder, os.O_PATH | os.O_DIRECTORY)
    hidden = {  # what the kernel may read of the old /tmp
        name: os.open(name, os.O_PATH | os.O_DIRECTORY)
        for name in order["roots"]
        if Path("/tmp") in Path(name).parents and name != folder
    }
    _mount("tmpfs", "/tmp", "tmpfs", _SAFE, size)
    if Path("/tmp") not in Path(base).parents:
        _mount("tmpfs", base, "tmpfs", _SAFE, "mode=0755,size=64k")
    for name, file in {**hidden, folder: here}.items():
        Path(name).mkdir(parents=True, exist_ok=True)
        _mount(f"/proc/self/fd/{file}", name, None, _BIND)
        os.close(file)
    _mount("tmpfs", "/dev/shm", "tmpfs", _SAFE, size)
    _mount(
        "devpts", "/dev/pts", "devpts", 2 | _NO_PROGRAMS, "newinstance,ptmxmode=0666"
    )
    _mount("proc", "/proc", "proc", _SAFE | _NO_PROGRAMS)


def _loopback_up() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, _SET_FLAGS, struct.pack("16sH14x", b"lo", _UP))


def _drop_capabilities() -> None:
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    _call("capset", header, (ctypes.c_uint32 * 6)())


def _mount(what: str, where: str, kind: str | None, flags: int, more: str = "") -> None:
    kind_bytes = kind.encode() if kind else None
    _call(
        "mount",
        what.encode(),
        where.encode(),
        kind_bytes,
        ctypes.c_ulong(flags),
        more.encode() or None,
    )


def _call(name: str, *arguments: Any) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if getattr(libc, name)(*arguments) < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}{arguments}: {os.strerror(number)}")


if __name__ == "__main__":
    main()
