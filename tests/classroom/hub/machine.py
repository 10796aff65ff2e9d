"""A bare machine of its own, on this one: Linux namespaces, as root.

What happens in it stays in it: ``/etc``, ``/home``, ``/opt``, ``/srv``, ``/tmp`` and
``/var`` are copies in memory, it has its own network (a loopback) and its own process
numbers. Users that are added, passwords, files and processes are gone when it ends,
however it ends. The permissions, the accounts and PAM in it are the kernel's real ones.
"""

import os
import shlex
import shutil
import socket
import struct
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
STAGE = Path("/mnt")
ENTER = [
    *("unshare", "--mount", "--net", "--pid", "--fork"),
    *("--mount-proc", "--kill-child"),
]


def why_not(*programs: str) -> str:
    """Say what is missing here to make such a machine; empty if nothing is."""
    if sys.platform != "linux" or os.geteuid() != 0:
        return "needs Linux and root"
    needed = ("unshare", "useradd", "chpasswd", "runuser", "prlimit", "pgrep", "git")
    for program in (*needed, *programs):
        if shutil.which(program) is None:
            return f"no {program} on the PATH"
    tried = subprocess.run([*ENTER, "true"], capture_output=True, text=True)
    return tried.stderr.strip()


def sh(command: str, **how) -> str:
    """Run a line of shell; return what it printed, or raise with what it complained."""
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", command],
        capture_output=True,
        text=True,
        **how,
    )
    if done.returncode:
        said = f"{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
        raise RuntimeError(f"{command}\nended with {done.returncode}:\n{said}")
    return done.stdout


def make_bare(show: dict[Path, Path], hosts: list[str]) -> None:
    """Turn the namespaces this process is in into a bare machine.

    Args:
        show: What of the real machine is to be seen, and where. All else of the folders
            it lies in, the project's checkout for one, is covered.
        hosts: Names that mean this machine.
    """
    sh(f"mount -t tmpfs -o mode=700 none {STAGE}")
    for number, real in enumerate(show):
        bind(real, STAGE / str(number))
    bind(Path("/etc"), STAGE / "etc")
    covered = {Path(f"/{at.parts[1]}") for at in show.values()}
    covered |= {Path(f"/{name}") for name in ("etc", "home", "opt", "srv", "tmp")}
    for folder in covered - {Path("/usr"), STAGE}:
        sh(f"mount -t tmpfs -o mode=755 none {folder}")
    for folder in ("/var/lib", "/var/log", "/var/mail", "/var/tmp", "/var/backups"):
        sh(f"mount -t tmpfs -o mode=755 none {folder}")
    sh("chmod 1777 /tmp /var/tmp && cp -a /mnt/etc/. /etc")
    for number, at in enumerate(show.values()):
        if "usr" not in at.parts[:2]:
            bind(STAGE / str(number), at)
    bring_up_loopback()
    with open("/etc/hosts", "a") as file:
        file.write("".join(f"127.0.0.1 {name}\n" for name in hosts))


def bind(real: Path, at: Path) -> None:
    """Make a folder visible at a second place."""
    at.mkdir(parents=True, exist_ok=True)
    real, at = shlex.quote(str(real)), shlex.quote(str(at))
    sh(f"mount --bind {real} {at}")


def bring_up_loopback() -> None:
    """Give a new network namespace its loopback, without a program for it."""
    import fcntl

    set_flags, up, running = 0x8914, 0x1, 0x40  # linux/sockios.h, linux/if.h
    with socket.socket() as anything:
        fcntl.ioctl(anything, set_flags, struct.pack("16sh", b"lo", up | running))
