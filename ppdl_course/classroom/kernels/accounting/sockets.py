"""What the sockets of a kernel hold, which is memory of no process (Linux).

Seen from outside, by the table of the kernel's own network. A socket of the Unix or UDP
kind counts as full: the system does not say how much is in it, and its size is fixed
(`seccomp` closes the calls that change it). Of TCP, whose buffers grow, the table says
how many bytes wait; with what the system keeps beside them they count twice.
"""

import contextlib
import re
from collections.abc import Iterable
from pathlib import Path

_DEFAULTS = ("wmem_default", "rmem_default")
_WAITING = re.compile(r" ([0-9A-F]{8}):([0-9A-F]{8}) ")  # to be sent, to be read


def held_by_sockets(pids: Iterable[int]) -> int:
    """Return the bytes that the sockets hold which these processes can have.

    Args:
        pids: All in one network of their own; any of them tells.
    """
    for pid in pids:
        with contextlib.suppress(OSError):  # it has ended
            return _held(Path(f"/proc/{pid}/net"))
    return 0


def _held(network: Path) -> int:
    # "sockets: used 27", "TCP: inuse 2 orphan 0 ...", "TCP6: inuse 0"
    text = (network / "sockstat").read_text()
    with contextlib.suppress(FileNotFoundError):  # a system without IPv6
        text += (network / "sockstat6").read_text()
    count = dict(re.findall(r"^(\w+): (?:used|inuse) (\d+)", text, re.MULTILINE))
    streams = [name for name in ("TCP", "TCP6") if int(count.get(name, 0))]
    others = int(count["sockets"]) - sum(int(count[name]) for name in streams)
    held = others * max(_default(name) for name in _DEFAULTS)
    for name in streams:  # only then: the table of all the machine takes milliseconds
        table = (network / name.lower()).read_text()
        held += 2 * sum(int(n, 16) for row in _WAITING.findall(table) for n in row)
    return max(held, 0)


def _default(name: str) -> int:
    return int(Path(f"/proc/sys/net/core/{name}").read_text())
