"""On CI, inputs that a check draws anew are the same at every run of a test.

Elsewhere each run looks for new ones, as with hypothesis.
"""

import os
import random

import pytest

from ppdl_course.checks import fresh_inputs


@pytest.fixture(autouse=True)
def _repeated_on_ci(request, monkeypatch):
    if os.environ.get("CI") and "test_fresh_inputs" not in request.node.nodeid:
        seeds = random.Random(request.node.nodeid)
        monkeypatch.setattr(fresh_inputs, "fresh_seed", lambda: seeds.getrandbits(32))
