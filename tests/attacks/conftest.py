"""What several tests of attacks share."""

import pytest
import torch


@pytest.fixture(scope="module")
def one_thread():
    """Let torch use one thread, for as long as a module's tests run."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)
