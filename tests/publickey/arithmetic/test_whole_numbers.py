"""Powers, inverses and tables: the same numbers from both engines."""

import math
import subprocess
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ppdl_course.publickey.arithmetic import whole_numbers
from ppdl_course.publickey.arithmetic.whole_numbers import (
    FixedBase,
    inverse,
    power,
    product,
)

LONG = st.integers(0, 2**600)
MODULI = st.integers(2, 2**300)
BOTH = settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
"""The engine is the same for all examples of a run."""


def slow_power(base, exponent, modulus):
    """Square and multiply, bit by bit from the top."""
    total = 1 % modulus
    for bit in bin(exponent)[2:]:
        total = total * total % modulus
        if bit == "1":
            total = total * base % modulus
    return total


@BOTH
@given(LONG, LONG, MODULI)
def test_power_is_square_and_multiply(engine, base, exponent, modulus):
    result = power(base, exponent, modulus)
    assert result == slow_power(base, exponent, modulus)
    assert type(result) is int  # what crosses a channel knows no other


@BOTH
@given(LONG, MODULI)
def test_inverse_times_x_is_one_or_a_named_error(engine, x, modulus):
    if math.gcd(x, modulus) == 1:
        assert type(inverse(x, modulus)) is int
        assert inverse(x, modulus) * x % modulus == 1 % modulus
        assert power(x, -3, modulus) * x**3 % modulus == 1 % modulus
    else:
        with pytest.raises(ValueError, match="coprime to the modulus"):
            inverse(x, modulus)


@BOTH
@given(st.lists(LONG, max_size=5), MODULI)
def test_product_is_one_after_the_other(engine, factors, modulus):
    assert product(factors, modulus) == math.prod(factors) % modulus
    assert type(product(factors, modulus)) is int


@BOTH
@given(LONG, MODULI, st.integers(1, 80), st.integers(1, 6), st.data())
def test_a_table_gives_the_power(engine, base, modulus, bits, window, data):
    table = FixedBase(base, modulus, bits, window=window)
    for exponent in (0, 1, 2**bits - 1, data.draw(st.integers(0, 2**bits - 1))):
        assert table.power(exponent) == pow(base, exponent, modulus)
    assert type(table.power(1)) is int


def test_a_table_made_by_one_engine_serves_under_the_other(monkeypatch):
    modulus = 2**521 - 1
    if whole_numbers.GMPY2 is None:
        pytest.skip("gmpy2 has no wheel for this machine")
    monkeypatch.setenv("PPDL_INTEGERS", "gmpy2")
    table = FixedBase(3, modulus, 64)
    monkeypatch.setenv("PPDL_INTEGERS", "python")
    assert table.power(2**63 + 5) == pow(3, 2**63 + 5, modulus)


@pytest.mark.parametrize("exponent", [-1, 2**12])
def test_an_exponent_beyond_the_table_is_refused(engine, exponent):
    with pytest.raises(ValueError, match=r"exponent must be in \[0, 2\*\*12\)"):
        FixedBase(3, 1009, 12, window=5).power(exponent)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((3, 1, 8), "modulus must be an integer >= 2"),
        ((3, 7, 0), "bits must be an integer >= 1"),
    ],
)
def test_a_table_out_of_range_is_refused(arguments, says):
    with pytest.raises(ValueError, match=says):
        FixedBase(*arguments)


def test_a_window_out_of_range_is_refused():
    with pytest.raises(ValueError, match=r"window must be an integer in 1\.\.16"):
        FixedBase(3, 7, 8, window=17)


def test_a_modulus_below_two_is_refused(engine):
    with pytest.raises(ValueError, match="modulus must be at least 2, got 1"):
        power(3, 5, 1)


def test_the_variable_chooses_the_engine(engine):
    assert whole_numbers.engine().name == engine


def test_an_unknown_engine_is_refused(monkeypatch):
    monkeypatch.setenv("PPDL_INTEGERS", "abacus")
    with pytest.raises(ValueError, match="PPDL_INTEGERS must be python or gmpy2"):
        power(2, 3, 5)


def test_without_gmpy2_python_computes_and_a_wish_for_gmpy2_is_refused():
    program = """
import sys
sys.modules["gmpy2"] = None  # importing it now fails
from ppdl_course.publickey.arithmetic import whole_numbers
assert whole_numbers.engine() is whole_numbers.PYTHON
assert whole_numbers.FixedBase(3, 1009, 12).power(1234) == pow(3, 1234, 1009)
import os
os.environ["PPDL_INTEGERS"] = "gmpy2"
try:
    whole_numbers.power(2, 3, 5)
except ValueError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True)
    assert done.stdout.decode().startswith("PPDL_INTEGERS must be python (gmpy2 is not")
