"""What a kernel can reach, tried from inside it."""

import asyncio
import os

import pytest

from ppdl_course.classroom.grader.job import Limits
from ppdl_course.classroom.grader.sandbox import (
    Kernel,
    open_kernels,
    sandbox_available,
)

REASON = sandbox_available()
if REASON and os.environ.get("PPDL_REQUIRE_BROWSER") == "1":
    raise RuntimeError(f"a complete test run needs a sandbox: {REASON}")
sandboxed = pytest.mark.skipif(bool(REASON), reason=REASON or "a sandbox is there")


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

    asyncio.run(talk())
    return "".join(said).strip()


@sandboxed
def test_a_cold_kernel_computes_and_leaves_nothing() -> None:
    with open_kernels("cold", Limits()) as kernels:
        kernel = kernels.start()
        assert ask(kernel, "print(6 * 7)") == "42"
        assert kernel.incidents() == []
        folder = kernel.folder
        kernel.stop()
        assert not kernel.alive()
        assert not folder.exists()


def test_an_unsafe_kernel_computes_and_leaves_nothing() -> None:
    with open_kernels("unsafe") as kernels:
        kernel = kernels.start()
        assert ask(kernel, "print(6 * 7)") == "42"
        assert kernel.incidents() == []
        folder = kernel.folder
    assert not kernel.alive()
    assert not folder.exists()
