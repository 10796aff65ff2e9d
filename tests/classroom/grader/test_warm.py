"""Forks of one warm server: quick to start, and strangers to each other."""

from collections.abc import Iterator

import pytest

from ppdl_course.classroom.grader.sandbox import Kernels, open_kernels

from .inside import ask, sandboxed

pytestmark = sandboxed


@pytest.fixture(scope="module")
def warm() -> Iterator[Kernels]:
    with open_kernels("warm", preload=["numpy", "torch"]) as kernels:
        yield kernels


def test_a_warm_kernel_has_its_packages_already(warm: Kernels) -> None:
    kernel = warm.start()
    assert ask(kernel, "import sys; print('torch' in sys.modules)") == "True"
    folder = kernel.folder
    kernel.stop()
    assert not kernel.alive()
    assert not folder.exists()
