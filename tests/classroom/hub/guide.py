"""The commands of docs/hub.md, each run by whom it is for, and exactly once."""

import re
import shlex
import subprocess

from tests.classroom.hub.machine import ROOT, sh

SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def read_guide() -> list[tuple[str, str, str]]:
    """Return heading, actor and commands of every block of docs/hub.md, in order."""
    text = (ROOT / "docs/hub.md").read_text(encoding="utf-8")
    blocks, heading = [], ""
    for found in re.finditer(
        r"^#+ (?P<heading>[^\n]*)$|^```sh (?P<who>\w+)\n(?P<code>.*?)^```",
        text,
        re.MULTILINE | re.DOTALL,
    ):
        heading = found["heading"] or heading
        if found["code"]:
            blocks.append((heading, found["who"], found["code"]))
    return blocks


def as_user(name: str, command: str) -> list[str]:
    """Return the command line that runs shell as a user, in their home."""
    path = f"PATH=/opt/ppdl/.venv/bin:{SYSTEM_PATH}"
    clean = ["env", "--ignore-environment", path, f"HOME=/home/{name}", "LANG=C.UTF-8"]
    shell = ["bash", "-euo", "pipefail", "-c", f"cd && {command}"]
    return ["runuser", "--user", name, "--", *clean, *shell]


def run_as(name: str, command: str) -> str:
    """Run shell as a user and return what it printed."""
    return sh(shlex.join(as_user(name, command)))


def can(name: str, command: str) -> bool:
    """Tell whether a user's line of shell works."""
    return subprocess.run(as_user(name, command), capture_output=True).returncode == 0


class Guide:
    """The blocks of the guide, each of which is run exactly once."""

    def __init__(self):
        self.blocks = tuple(read_guide())
        self.left = list(self.blocks)

    def take(self, heading: str, who: str) -> str:
        """Return the next block of that heading and actor, and strike it out."""
        block = next(b for b in self.left if (b[0], b[1]) == (heading, who))
        self.left.remove(block)
        return block[2]

    def start(self, heading: str, who: str, name: str = "") -> subprocess.Popen:
        """Start a block; ``who`` is ``name``'s part in the guide."""
        return subprocess.Popen(
            as_user(name or who, f"set -x\n{self.take(heading, who)}"),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )


def ended(process: subprocess.Popen) -> str:
    """Wait for a block; return what it printed, or raise with it."""
    said = process.communicate()[0]
    if process.returncode:
        raise RuntimeError(f"a block of the guide failed:\n{said[-4000:]}")
    return said
