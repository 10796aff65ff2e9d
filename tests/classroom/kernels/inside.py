"""Run code inside a kernel, and look from outside at what it leaves."""

import asyncio
import contextlib
import json
import os
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import pytest

from ppdl_course.classroom.kernels.sandbox import Kernel, sandbox_available

REASON = sandbox_available()
if REASON and os.environ.get("PPDL_REQUIRE_BROWSER") == "1":
    raise RuntimeError(f"a complete test run needs a sandbox: {REASON}")
sandboxed = pytest.mark.skipif(bool(REASON), reason=REASON or "a sandbox is there")

T = TypeVar("T")
ATTEMPT = """
def attempt(line):
    try:
        exec(line, {"__name__": "__main__"})
    except BaseException as error:
        return type(error).__name__
    return ""
import json
"""


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine in a thread: in this one, Playwright's loop may be running."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


def ask(kernel: Kernel, code: str, seconds: float = 60) -> str:
    """Run ``code`` in ``kernel`` and return what it printed, and its error."""
    said = []

    def hear(message: dict) -> None:
        content = message["content"]
        if message["msg_type"] == "stream" and content["name"] == "stdout":
            said.append(content["text"])
        elif message["msg_type"] == "error":
            said.append(f"{content['ename']}: {content['evalue']}")

    async def talk() -> None:
        client = kernel.manager.client()
        client.start_channels()
        try:
            await client.wait_for_ready(timeout=seconds)
            await client.execute_interactive(code, timeout=seconds, output_hook=hear)
        finally:
            client.stop_channels()

    run(talk())
    return "".join(said).strip()


def tell(kernel: Kernel, code: str) -> None:
    """Run ``code`` in ``kernel`` and do not wait for it: the kernel may not survive."""

    async def talk() -> None:
        client = kernel.manager.client()
        client.start_channels()
        try:
            await client.wait_for_ready(timeout=60)
            client.execute(code)
            await asyncio.sleep(0.1)
        finally:
            client.stop_channels()

    run(talk())


def attempts(kernel: Kernel, *lines: str) -> dict[str, str]:
    """Run each line by itself; return the name of its error for each, or ""."""
    code = f"{ATTEMPT}print(json.dumps([attempt(line) for line in {list(lines)!r}]))"
    last = ask(kernel, code).splitlines()[-1]  # what it started may have printed
    return dict(zip(lines, json.loads(last), strict=True))


def processes_with(word: str) -> list[str]:
    """Return the command lines of this machine's processes that contain ``word``."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            line = file.read_bytes().replace(b"\0", b" ").decode(errors="replace")
            if word in line:
                found.append(line)
    return found


def soon(condition: Callable[[], bool], seconds: float = 20.0) -> bool:
    """Tell whether ``condition()`` becomes true within ``seconds``."""
    until = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True
