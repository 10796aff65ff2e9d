"""The bare kernel that the tests of a file share."""

import pytest


@pytest.fixture(scope="module")
def kernels(tmp_path_factory):
    """The kernel that all tests of this file use, until one of them breaks it."""
    kernels = []
    yield kernels
    for kernel in kernels:
        kernel.close()
