"""Circuits, the builder and arithmetic: every width-4 input, random ones at 32, 64."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ppdl_course.mpc.circuits import arithmetic
from ppdl_course.mpc.circuits.builder import ONE, ZERO, Builder
from ppdl_course.mpc.circuits.circuit import AND, EQ, XOR, Circuit, from_bits, to_bits


def signed(number, width):
    number %= 1 << width
    return number - (1 << width) if number >> (width - 1) else number


def toward_zero(x, y):
    return abs(x) // abs(y) * (1 if (x < 0) == (y < 0) else -1)


def quotient(x, y, fraction_bits=0):
    if y:
        return toward_zero(x << fraction_bits, y)
    return -1 if x >= 0 else 1


# name: circuit of two signed words, and the same on Python integers (width w)
OPERATIONS = {
    "add": (arithmetic.add, lambda x, y, w: x + y),
    "subtract": (arithmetic.subtract, lambda x, y, w: x - y),
    "multiply": (arithmetic.multiply, lambda x, y, w: x * y),
    "multiply_fixed": (
        lambda b, x, y: arithmetic.multiply_fixed(b, x, y, fraction_bits=2),
        lambda x, y, w: x * y >> 2,
    ),
    "maximum": (arithmetic.maximum, lambda x, y, w: max(x, y)),
    "relu": (lambda b, x, y: arithmetic.relu(b, x), lambda x, y, w: max(x, 0)),
    "negate": (lambda b, x, y: arithmetic.negate(b, y), lambda x, y, w: -y),
    "select": (
        lambda b, x, y: arithmetic.select(b, x[0], x, y),
        lambda x, y, w: x if x & 1 else y,
    ),
}
DIVISIONS = {"divide": 0, "divide_fixed": 2}
BITS = {
    "less_than": (arithmetic.less_than, lambda x, y: x < y),
    "equal": (arithmetic.equal, lambda x, y: x == y),
}


def circuit(operation, width):
    b = Builder()
    x, y = b.input(width), b.input(width)
    return b.build(operation(b, x, y))


def all_pairs(width):
    numbers = np.arange(1 << (2 * width))
    return np.array([numbers >> k & 1 for k in range(2 * width)], bool), numbers


def compare_everywhere(built, width, expected):
    bits, numbers = all_pairs(width)
    out = built.evaluate(bits)
    for k in numbers.tolist():
        x, y = signed(k, width), signed(k >> width, width)
        got = from_bits(out[:, k])
        assert got == expected(x, y) % (1 << len(out)), (x, y)


@pytest.mark.parametrize("name", OPERATIONS)
@pytest.mark.parametrize("width", [3, 4, 5])
def test_words_agree_with_integers_on_every_input(name, width):
    operation, expected = OPERATIONS[name]
    compare_everywhere(
        circuit(operation, width), width, lambda x, y: expected(x, y, width)
    )


@pytest.mark.parametrize("name", DIVISIONS)
@pytest.mark.parametrize("width", [3, 4, 5])
def test_division_rounds_towards_zero_on_every_input(name, width):
    f = DIVISIONS[name]
    built = circuit(
        lambda b, x, y: arithmetic.divide_fixed(b, x, y, fraction_bits=f), width
    )
    bits, numbers = all_pairs(width)
    out = built.evaluate(bits)
    for k in numbers.tolist():
        x, y = signed(k, width), signed(k >> width, width)
        if y:
            assert from_bits(out[:, k]) == quotient(x, y, f) % (1 << width), (x, y)


@pytest.mark.parametrize("width", [1, 2, 4])
def test_division_by_zero_is_what_the_docstring_says(width):
    built = circuit(arithmetic.divide, width)
    for x in range(-(1 << (width - 1)), 1 << (width - 1)):
        out = built.compute(x % (1 << width), 0)
        assert out == quotient(x, 0) % (1 << width)


def test_unsigned_division_has_quotient_and_remainder():
    b = Builder()
    x, y = b.input(4), b.input(4)
    built = b.build(*arithmetic.divide_unsigned(b, x, y))
    for u in range(16):
        for v in range(1, 16):
            assert built.compute(u, v) == divmod(u, v)
        assert built.compute(u, 0) == (15, u)


@pytest.mark.parametrize("name", BITS)
@pytest.mark.parametrize("width", [1, 2, 4, 5])
def test_comparisons_agree_on_every_input(name, width):
    operation, expected = BITS[name]
    compare_everywhere(circuit(operation, width), width, expected)


def test_unsigned_comparison_differs_from_signed_at_the_top_bit():
    built = circuit(lambda b, x, y: arithmetic.less_than(b, x, y, signed=False), 4)
    for x in range(16):
        for y in range(16):
            assert built.compute(x, y) == (x < y)


@pytest.mark.parametrize("count", [1, 2, 3, 5])
def test_argmax_is_the_first_of_the_largest_on_every_input(count):
    b = Builder()
    items = [b.input(2) for _ in range(count)]
    built = b.build(arithmetic.argmax(b, items))
    numbers = np.arange(1 << (2 * count))
    bits = np.array([numbers >> k & 1 for k in range(2 * count)], bool)
    values = np.array([numbers >> 2 * k & 3 for k in range(count)])
    values = np.where(values > 1, values - 4, values)
    out = built.evaluate(bits)
    place = sum(row.astype(int) << k for k, row in enumerate(out))
    assert np.array_equal(place, values.argmax(axis=0))


WIDE = {
    (name, width): circuit(operation, width)
    for name, (operation, _) in OPERATIONS.items()
    for width in (32, 64)
}
DIVIDE_32 = circuit(
    lambda b, x, y: arithmetic.divide_fixed(b, x, y, fraction_bits=16), 32
)


def number(width):
    edges = [0, 1, -1, 2, (1 << (width - 1)) - 1, -(1 << (width - 1))]
    return st.one_of(
        st.sampled_from(edges), st.integers(-(1 << (width - 1)), (1 << (width - 1)) - 1)
    )


@pytest.mark.parametrize(("name", "width"), WIDE)
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_words_agree_with_integers_at_32_and_64_bits(name, width, data):
    x, y = data.draw(number(width)), data.draw(number(width))
    got = WIDE[name, width].compute(x, y)
    assert got == OPERATIONS[name][1](x, y, width) % (1 << width)


@settings(max_examples=30, deadline=None)
@given(number(32), number(32))
def test_fixed_point_division_at_32_bits(x, y):
    if y:
        assert DIVIDE_32.compute(x, y) == quotient(x, y, 16) % (1 << 32)


@settings(max_examples=50, deadline=None)
@given(number(64), number(64))
def test_comparison_at_64_bits(x, y):
    built = circuit(arithmetic.less_than, 64)
    assert built.compute(x, y) == (x < y)


@pytest.mark.parametrize(
    ("operation", "ands"),
    [
        (arithmetic.add, 31),
        (arithmetic.subtract, 31),
        (arithmetic.less_than, 32),
        (arithmetic.equal, 31),
        (lambda b, x, y: arithmetic.relu(b, x), 31),
        (arithmetic.maximum, 64),
    ],
)
def test_and_gates_at_32_bits_are_those_of_the_table(operation, ands):
    assert circuit(operation, 32).and_gates == ands


def test_builder_folds_constants_and_repeats():
    b = Builder()
    (x, y) = b.input(2)
    assert b.xor(x, x) == ZERO
    assert b.and_(x, ZERO) == ZERO
    assert b.and_(x, ONE) == x
    assert b.inv(b.inv(x)) == x
    assert b.and_(x, y) == b.and_(y, x)
    assert b.xor(b.inv(ZERO), ZERO) == ONE


def test_outputs_may_be_inputs_constants_and_repeats():
    b = Builder()
    x, y = b.input(2)
    both = b.and_(x, y)
    built = b.build([both, x, both], [ZERO, ONE, both])
    assert [built.compute(v) for v in range(4)] == [(0, 2), (2, 2), (0, 2), (7, 6)]


def test_gates_that_no_output_needs_are_dropped():
    b = Builder()
    x, y = b.input(2)
    b.and_(x, y)
    assert b.build(b.xor(x, y)).gates == 1


def test_or_is_or():
    b = Builder()
    x, y = b.input(2)
    built = b.build(b.or_(x, y))
    assert [built.compute(v) for v in range(4)] == [0, 1, 1, 1]


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ([(XOR, 0, 3, 2)], "gate 0: wire 3 is read before it is set"),
        ([(XOR, 0, 1, 1), (XOR, 0, 1, 2)], "gate 0: wire 1 is set twice"),
        ([(9, 0, 1, 2), (XOR, 0, 1, 3)], r"kind must be in 0\.\.4, got 9"),
        ([(XOR, 0, 77, 2), (XOR, 0, 1, 3)], r"wire must be in 0\.\.3, got 77"),
        ([(AND, 0, 1, 9), (XOR, 0, 1, 3)], r"output wire must be in 0\.\.3, got 9"),
        ([(EQ, 5, 0, 2), (XOR, 0, 1, 3)], "constant must be 0 or 1, got 5"),
    ],
)
def test_impossible_gates_are_refused(rows, says):
    if len(rows) == 1:
        rows = [*rows, (XOR, 0, 1, 3)]
    columns = np.array(rows).T
    with pytest.raises(ValueError, match=says):
        Circuit((1, 1), (1,), *columns)


def test_arguments_out_of_range_are_named():
    with pytest.raises(ValueError, match="inputs must be positive"):
        Circuit((), (1,), *np.zeros((4, 0), int))
    with pytest.raises(ValueError, match="outputs must be positive and at most 2"):
        Circuit((2,), (3,), *np.zeros((4, 0), int))
    built = circuit(arithmetic.add, 4)
    with pytest.raises(ValueError, match="bits must have length 8"):
        built.evaluate(np.zeros(7, bool))
    with pytest.raises(ValueError, match="0 and 1 only"):
        built.evaluate(np.full(8, 2))
    with pytest.raises(ValueError, match="2 values expected, got 1"):
        built.compute(3)
    with pytest.raises(ValueError, match="must fit into 4 bits, got 16"):
        to_bits(16, 4)
    with pytest.raises(ValueError, match="one axis"):
        from_bits(np.zeros((4, 1), bool))
    b = Builder()
    with pytest.raises(ValueError, match="width must be an integer >= 1, got 0"):
        b.input(0)
    x = b.input(3)
    with pytest.raises(ValueError, match="wire must be of this builder, got 7"):
        b.and_(x[0], 7)
    b.and_(x[0], x[1])
    with pytest.raises(ValueError, match="before the first gate"):
        b.input(3)
    with pytest.raises(ValueError, match="at least one wire"):
        b.build([])
    with pytest.raises(ValueError, match="wires of this builder, got 50"):
        b.build([50])
    with pytest.raises(ValueError, match="one width, got 3 and 2 bits"):
        arithmetic.less_than(b, x, x[:2])
    with pytest.raises(
        ValueError, match=r"fraction_bits must be an integer in 0\.\.2, got 3"
    ):
        arithmetic.multiply_fixed(b, x, x, fraction_bits=3)
    with pytest.raises(ValueError, match="must fit into 3 bits, got 9"):
        arithmetic.constant(9, 3)
    with pytest.raises(ValueError, match="width must be an integer >= 3, got 2"):
        arithmetic.extend(x, 2)
    with pytest.raises(ValueError, match="words must hold at least one"):
        arithmetic.argmax(b, [])
