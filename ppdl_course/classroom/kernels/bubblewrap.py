"""The walls around a kernel: one call of bubblewrap, and what may be seen through it.

Inside there is the environment (Python, its packages, the system's libraries), the
course's package and data, and the kernel's own folder, all read-only; a small private
/tmp; no network, no other process, no variable of the caller's environment.

As root, bubblewrap needs no user namespace: the walls are built with root's rights, and
the kernel takes a user id of its own before it runs anything (`kernel.confine`).
Otherwise the walls stand in a user namespace of their own.
"""

import functools
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from ppdl_course.classroom.course import is_root_user

PACKAGE = Path(__file__).resolve().parents[2]
HOME = "/tmp/home"
WORK = "/tmp/work"
USER = 1000  # inside a user namespace
INSTALL = (
    "install bubblewrap: `sudo apt install bubblewrap` (Debian, Ubuntu), "
    "`sudo dnf install bubblewrap` (Fedora), `sudo pacman -S bubblewrap` (Arch)"
)
ALLOW = (
    "allow user namespaces: `sudo sysctl kernel.unprivileged_userns_clone=1` (Debian), "
    "`sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0` (Ubuntu), "
    "`sudo sysctl user.max_user_namespaces=15000` (Red Hat), or start the container "
    "with `--cap-add SYS_ADMIN --security-opt seccomp=unconfined`"
)
ELSEWHERE = (
    "grade on Linux (Windows: in WSL 2; macOS: in a Linux virtual machine), or go on "
    "with --unsafe if you trust every submission"
)


@functools.cache
def sandbox_available() -> str:
    """Return "" if a sandbox can be had, or why not and what to do."""
    if sys.platform != "linux":
        return f"bubblewrap exists on Linux only: {ELSEWHERE}"
    if shutil.which("bwrap") is None:
        return f"bubblewrap is not installed: {INSTALL}"
    # Everything under a folder that the kernel may read is readable, too.
    exposed = [root for root in ["/usr", *readable()] if _holds_answers(Path(root))]
    if exposed:
        return (
            f"the sandbox would show {exposed[0]}, which holds the course's solutions: "
            "keep the Python environment in a folder of its own, such as .venv"
        )
    # As another user, as a kernel will be: the package may be readable for root alone.
    become = "import os; os.setgid(1); os.setuid(1); " if is_root_user() else ""
    code = f"{become}import ppdl_course.classroom.kernels.kernel; print(6 * 7)"
    probe = [*command(None), sys.executable, "-I", "-c", code]
    try:
        done = subprocess.run(probe, capture_output=True, text=True, timeout=30)
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"bubblewrap does not start: {error}. {ALLOW}"
    if done.stdout.strip() != "42":
        says = done.stderr.strip() or f"status {done.returncode}"
        if says.startswith("bwrap:"):
            return f"bubblewrap does not work: {says}. {ALLOW}"
        return (
            f"Python does not work in the sandbox: {says.splitlines()[-1]}. Each user "
            "must be able to read the environment and the course's package: "
            f"`chmod -R o+rX {' '.join(readable())}`"
        )
    return ""


def _holds_answers(root: Path) -> bool:
    secrets = [Path.cwd() / "solutions", PACKAGE.parent / "solutions"]
    return any(secret.is_dir() and root in secret.parents for secret in secrets)


def readable() -> list[str]:
    """Return the folders that a kernel may read, besides the system's own."""
    data = PACKAGE.parent / "data"
    folders = [sys.base_prefix, sys.prefix, str(PACKAGE)]
    folders += [str(data)] if data.is_dir() else []
    # A virtual environment made from another one, or reached through a link.
    folders += [str(Path(name).resolve()) for name in folders]
    folders += [str(Path(sys.executable).resolve().parents[1])]
    return list(dict.fromkeys(name for name in folders if not _system(name)))


def _system(name: str) -> bool:
    return Path(name) == Path("/usr") or Path("/usr") in Path(name).parents


def environment(home: str) -> dict[str, str]:
    """Return all the variables that a kernel gets."""
    return {
        "HOME": home,
        "USER": "student",
        "LOGNAME": "student",
        "LANG": "C.UTF-8",
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), "/usr/bin", "/bin"]),
        "MPLCONFIGDIR": f"{home}/.matplotlib",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        "NBGRADER_EXECUTION": "autograde",
        "OMP_NUM_THREADS": "1",  # each core has a worker; threads count as processes
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def command(
    folder: Path | None, *, scratch_bytes: int = 1 << 24, server: bool = False
) -> list[str]:
    """Return the start of a command line that runs the rest of it between walls.

    Args:
        folder: Visible at its own path, read-only. Unix sockets in it can be connected
            to.
        scratch_bytes: The size of /tmp, and that of /dev/shm.
        server: Leave inside what is needed to fork kernels into walls of their own.
    """
    # A new session: a kernel with the grader's terminal could type into it.
    line = ["bwrap", "--die-with-parent", "--new-session", "--clearenv"]
    line += ["--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts"]
    line += ["--unshare-cgroup-try", "--hostname", "sandbox", "--cap-drop", "ALL"]
    capabilities: Sequence[str] = ()
    if is_root_user():
        capabilities = ("CAP_SETUID", "CAP_SETGID")
    else:
        line += ["--unshare-user", "--uid", str(USER), "--gid", str(USER)]
    if server:
        capabilities = (*capabilities, "CAP_SYS_ADMIN", "CAP_NET_ADMIN", "CAP_KILL")
    for name in capabilities:
        line += ["--cap-add", name]
    scratch = ["--perms", "1777", "--size", str(scratch_bytes), "--tmpfs"]
    line += [*scratch, "/tmp"]  # first: the course itself may lie there
    for parent in _parents(["/etc/x", "/sys/devices/system/cpu", *readable()]):
        line += ["--perms", "0755", "--dir", parent]
    line += _system_folders()
    for name in readable():
        line += ["--ro-bind", name, name]
    # Another user's /dev and / are read-only anyway; this user's own are made so.
    line += ["--proc", "/proc", "--dev", "/dev"]
    line += [*scratch, "/dev/shm"]  # torch shares memory there; bounded like /tmp
    if folder is not None:
        for parent in _parents([str(folder)]):
            line += ["--perms", "0755", "--dir", parent]
        line += ["--ro-bind", str(folder), str(folder)]
    for name in ("/dev", "/"):
        line += ["--remount-ro", name]
    line += ["--chdir", "/tmp"]
    for name, value in environment(HOME).items():
        line += ["--setenv", name, value]
    return [*line, "--"]


def _parents(names: Sequence[str]) -> list[str]:
    """Return the folders above ``names``, highest first; bwrap would make them 0700."""
    above = {str(parent) for name in names for parent in Path(name).parents}
    return sorted(above - {"/", "/tmp"})


def _system_folders() -> list[str]:
    line = ["--ro-bind", "/usr", "/usr"]
    shown = ("alternatives", "fonts", "ld.so.cache", "localtime", "mime.types", "ssl")
    for name in [f"/etc/{name}" for name in shown] + ["/sys/devices/system/cpu"]:
        line += ["--ro-bind-try", name, name]
    for name in ("bin", "sbin", "lib", "lib32", "lib64"):
        root = Path("/") / name
        if root.is_symlink():
            line += ["--symlink", os.readlink(root), str(root)]
        elif root.is_dir():
            line += ["--ro-bind", str(root), str(root)]
    return line
