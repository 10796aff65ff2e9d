"""Both engines of whole numbers, for tests that take `engine` or ask for it."""

import pytest

from ppdl_course.publickey.arithmetic import whole_numbers


@pytest.fixture(params=["python", "gmpy2"])
def engine(request, monkeypatch):
    """The test runs once with each engine."""
    if request.param == "gmpy2" and whole_numbers.GMPY2 is None:
        pytest.skip("gmpy2 has no wheel for this machine")
    monkeypatch.setenv(whole_numbers.VARIABLE, request.param)
    return request.param
