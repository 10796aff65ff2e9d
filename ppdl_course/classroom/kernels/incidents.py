"""What a submission tried, as Python's own audit events tell it from inside the kernel.

The hook stays for the life of the interpreter. Each attempt is reported once, at the
moment it is made, through a pipe whose other end is outside: what has been sent cannot
be taken back. Reports never change points. Code that gets around Python's events gets
around the reports, and is still inside the sandbox.

Ordinary work is not reported: an import reads files of the environment, a library asks
for the number of processors. An event about a path counts if the path lies outside; any
other event counts if a cell asked for it, and no package on the way.
"""

import os
import sys
import sysconfig
from collections.abc import Callable, Iterable
from pathlib import Path
from types import FrameType
from typing import Any

MARK = "ppdl-incident:"
EACH = 8  # reports of one kind of event: many of one do not hide another
LONGEST = 200
START_UP = (".ipython", ".jupyter", ".config", ".bashrc", ".profile", "matplotlibrc")
_PLAIN = ("/dev", "/proc/self", "/proc/thread-self", "/sys/devices/system/cpu")
_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64")
_ETC = ("alternatives", "fonts", "ipython", "jupyter", "ld.so.cache", "localtime")
_MORE_ETC = ("mime.types", "os-release", "ssl", "timezone", "nsswitch.conf")
_PROC = ("cpuinfo", "filesystems", "meminfo", "stat", "version", "mounts", "sys")
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def report_incidents(descriptor: int, roots: Iterable[str]) -> None:
    """Report what is tried from now on to the file ``descriptor``.

    Args:
        descriptor: Open for writing. One line for each attempt, after `MARK`.
        roots: The folders where files may be opened.
    """
    system = [*_PLAIN, *_SYSTEM, f"/proc/{os.getpid()}"]
    system += [f"/etc/{name}" for name in (*_ETC, *_MORE_ETC)]
    system += [f"/proc/{name}" for name in _PROC]
    allowed = tuple(os.path.abspath(root) for root in [*roots, *system])
    events = _events(_Places(allowed))
    reported: dict[str, set[str]] = {event: set() for event in events}

    def hook(event: str, arguments: tuple) -> None:
        describe = events.get(event)
        if describe is None:
            return
        try:
            attempt, before = describe(arguments), reported[event]
            if attempt and attempt not in before and len(before) < EACH:
                before.add(attempt)
                line = attempt[:LONGEST].replace("\n", " ")  # one report is one line
                os.write(descriptor, f"{MARK}{line}\n".encode(errors="replace"))
        except Exception:  # a hook that raises would stop what it only watches
            return

    sys.addaudithook(hook)


class _Places:
    """Which paths are the kernel's own, and which code is the student's."""

    def __init__(self, allowed: tuple[str, ...]) -> None:
        self._allowed = allowed
        self._prefixes = tuple(f"{root}{os.sep}" for root in allowed)
        paths = sysconfig.get_paths()
        self._packages = tuple({paths["purelib"], paths["platlib"]})
        package = str(Path(__file__).resolve().parents[2])
        self._library = (paths["stdlib"], paths["platstdlib"], "<frozen ")
        names = ("IPython", "ipykernel", "pexpect", "tornado", "zmq")
        self._shell = tuple(
            os.path.join(root, name) for root in self._packages for name in names
        )
        self._packages += (package,)
        # The course may lie in a folder that is open otherwise, as /tmp is.
        self._course = os.path.dirname(package) + os.sep
        self._of_course = tuple(p for p in self._prefixes if p.startswith(self._course))

    def outside(self, path: Any) -> str:
        """Return ``path`` in full if it lies outside, or ""."""
        if not isinstance(path, str | bytes | os.PathLike):
            return ""  # a descriptor
        path = os.path.abspath(os.fsdecode(path))
        here = path.startswith(self._course)
        prefixes = self._of_course if here else self._prefixes
        inside = path in self._allowed or path.startswith(prefixes)
        return "" if inside else path

    def asked(self) -> bool:
        """Tell whether a cell asked for what is happening, and not a package."""
        frame: FrameType | None = sys._getframe(3)  # past describe, hook and this
        shell = False
        while frame is not None:
            name = frame.f_code.co_filename
            if name.startswith(self._shell):
                shell = True
            elif name.startswith(self._packages):
                return False
            elif not name.startswith(self._library):
                return True
            frame = frame.f_back
        return not shell  # a thread that runs the standard library alone


def _events(places: _Places) -> dict[str, Callable[[tuple], str]]:
    """Return, for each event that matters, what to say about it; "" is nothing."""

    def opened(arguments: tuple) -> str:
        path, mode, flags = arguments
        away = places.outside(path)
        writes = any(letter in (mode or "") for letter in "wax+")
        writes = writes or bool(mode is None and (flags or 0) & _WRITING)
        if away:
            return f"{'wrote to' if writes else 'opened'} {away}"
        name = "" if isinstance(path, int) else os.fsdecode(path)
        starts = name.endswith(".pth") or "customize.py" in name
        starts = starts or any(part in START_UP for part in Path(name).parts)
        if writes and (starts or "site-packages" in name) and places.asked():
            return f"wrote to the start-up file {os.path.abspath(name)}"
        return ""

    def on_path(verb: str) -> Callable[[tuple], str]:
        def describe(arguments: tuple) -> str:
            target = "." if arguments[0] is None else arguments[0]
            away = places.outside(target)
            return f"{verb} {away}" if away and places.asked() else ""

        return describe

    def by_cell(say: Callable[..., str]) -> Callable[[tuple], str]:
        return lambda arguments: say(*arguments) if places.asked() else ""

    def reached(verb: str) -> Callable[[tuple], str]:
        def describe(arguments: tuple) -> str:
            address = arguments[1]
            if isinstance(address, str | bytes) and not places.outside(address):
                return ""
            return f"{verb} {address}" if places.asked() else ""

        return describe

    events: dict[str, Callable[[tuple], str]] = {"open": opened}
    for event in ("listdir", "scandir", "chdir", "remove", "rename", "link", "symlink"):
        events[f"os.{event}"] = on_path(f"called os.{event} on")
    for event in ("mkdir", "rmdir", "truncate", "chmod", "chown"):
        events[f"os.{event}"] = on_path(f"called os.{event} on")
    for event, verb in (("connect", "connected to"), ("bind", "listened on")):
        events[f"socket.{event}"] = reached(verb)
    events["socket.sendto"] = reached("sent to")
    events["socket.getaddrinfo"] = by_cell(lambda host, *_: f"looked up {host}")
    events["socket.gethostbyname"] = by_cell(lambda host: f"looked up {host}")
    events["subprocess.Popen"] = by_cell(lambda _, line, *__: f"started {_line(line)}")
    events["os.system"] = by_cell(lambda line: f"started {_line(line)}")
    events["os.posix_spawn"] = by_cell(lambda _, line, *__: f"started {_line(line)}")
    events["os.exec"] = by_cell(lambda _, line, *__: f"became {_line(line)}")
    events["pty.spawn"] = by_cell(lambda line: f"started {_line(line)}")
    for event in ("os.fork", "os.forkpty"):
        events[event] = by_cell(lambda: "forked the kernel")
    events["os.kill"] = by_cell(lambda pid, how: f"sent signal {how} to process {pid}")
    events["os.killpg"] = by_cell(lambda pid, how: f"sent signal {how} to group {pid}")
    events["ctypes.dlopen"] = by_cell(lambda name: f"loaded the C library {name}")
    events["sys.addaudithook"] = by_cell(lambda: "added an audit hook")
    return events


def _line(words: Any) -> str:
    if isinstance(words, str | bytes):
        return os.fsdecode(words)
    return " ".join(os.fsdecode(word) for word in words)
