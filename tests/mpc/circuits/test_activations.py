"""Every activation on all 65,536 words against the real function, with its price."""

import math

import numpy as np
import pytest

from ppdl_course.mpc.circuits.activations import ACTIVATIONS, activation
from ppdl_course.mpc.circuits.arithmetic import argmax, maximum
from ppdl_course.mpc.circuits.builder import Builder
from ppdl_course.mpc.circuits.exhaustive import (
    all_outputs,
    all_words,
    circuit_of,
    signed,
    worst_error,
)
from ppdl_course.mpc.circuits.public_tables import normal_form, table
from ppdl_course.mpc.circuits.straight_pieces import (
    SIGMOID,
    TANH,
    Shape,
    fit,
    straight,
)

REAL = {  # by Python's mathematics, word by word: not the package's own functions
    "relu": lambda x: max(x, 0.0),
    "sigmoid": lambda x: 1 / (1 + math.exp(-x)),
    "tanh": math.tanh,
}
BOUNDS = {  # AND gates, worst error as a power of two
    "relu": (15, -99),
    "sigmoid": (80, -9),
    "tanh": (115, -9),
    "sigmoid by table": (198, -9.7),
    "tanh by table": (431, -9.9),
    "sigmoid by CORDIC": (1400, -11.7),
    "tanh by CORDIC": (1400, -11.6),
}


@pytest.mark.parametrize("name", BOUNDS)
def test_price_and_worst_error_over_all_words(name):
    ands, power = BOUNDS[name]
    circuit = circuit_of(ACTIVATIONS[name].operation)
    words = all_words()
    real = REAL[name.partition(" ")[0]]
    want = np.array([real(word / 4096) for word in words.tolist()])
    error = np.abs(all_outputs(circuit) / 4096 - want).max()
    assert circuit.and_gates <= ands
    assert error < 2.0**power
    assert ACTIVATIONS[name].worst_error() == pytest.approx(error, abs=1e-12)
    assert np.array_equal(ACTIVATIONS[name].plain(words), all_outputs(circuit))


@pytest.mark.parametrize("name", ["sigmoid", "tanh"])
def test_pieces_cost_a_thirtieth_of_the_papers_cordic(name):
    assert activation(name).and_gates * 30 <= {"sigmoid": 3932, "tanh": 3900}[name]


@pytest.mark.parametrize("name", [n for n in BOUNDS if n != "relu"])
def test_values_stay_in_the_functions_range(name):
    got = ACTIVATIONS[name].plain(all_words())
    low = 0 if name.startswith("sigmoid") else -4096
    assert got.min() >= low
    assert got.max() <= 4096


def test_a_table_gives_its_entries_whichever_bits_are_split_off():
    rng = np.random.default_rng(5)
    values = rng.integers(0, 1 << 6, 32)
    for high in range(6):
        b = Builder()
        circuit = b.build(table(b, b.input(5), values, 6, high=high))
        assert [circuit.compute(i) for i in range(32)] == values.tolist()


def test_all_products_of_five_bits_serve_any_number_of_outputs():
    values = np.random.default_rng(6).integers(0, 1 << 30, 32)
    b = Builder()
    assert b.build(table(b, b.input(5), values, 30)).and_gates == 2**5 - 5 - 1


def test_the_normal_form_of_the_normal_form_is_the_table():
    values = np.random.default_rng(7).integers(0, 2, (64, 3)).astype(bool)
    assert np.array_equal(normal_form(normal_form(values)), values)
    majority = np.array([[0], [0], [0], [1], [0], [1], [1], [1]])
    assert np.flatnonzero(normal_form(majority)[:, 0]).tolist() == [3, 5, 6]


def test_maximum_and_argmax_price_on_16_bits():
    b = Builder()
    x, y = b.input(16), b.input(16)
    circuit = b.build(maximum(b, x, y))
    assert circuit.and_gates == 32
    rng = np.random.default_rng(8)
    pairs = rng.integers(-32768, 32768, (2, 1000))
    ones = (pairs[:, None] >> np.arange(16)[:, None] & 1).reshape(32, -1)
    assert np.array_equal(signed(circuit.evaluate(ones)), pairs.max(axis=0))
    b = Builder()
    assert b.build(argmax(b, [b.input(16) for _ in range(10)])).and_gates <= 9 * 36


def test_the_fit_is_no_better_than_its_circuit():
    """The error that the fit promises is the one that all words show."""
    for f, shape, name in ((np.tanh, TANH, "tanh"), (None, SIGMOID, "sigmoid")):
        real = f or ACTIVATIONS["sigmoid"].real
        words = np.arange(1 << shape.magnitude_bits)
        got = ACTIVATIONS[name].plain(words)
        error = np.abs(got + 0.5 - 4096 * real(words / 4096)).max()
        assert fit(real, shape).error == pytest.approx(error, abs=1e-9)


def test_finer_pieces_have_smaller_errors_and_cost_more():
    fine = Shape(piece_bits=6, cut=2, unit=8, slope_bits=6, guard=2, base_guard=2)
    real = ACTIVATIONS["sigmoid"].real

    def finer(b, x):
        return straight(b, x, real, fine, signed=False)

    assert worst_error(finer, real) < ACTIVATIONS["sigmoid"].worst_error() / 2
    assert circuit_of(finer).and_gates > ACTIVATIONS["sigmoid"].and_gates


def test_bad_arguments_are_refused():
    b = Builder()
    x = b.input(8)
    with pytest.raises(ValueError, match="activation must be one of"):
        activation("softmax")
    with pytest.raises(ValueError, match="x must have 16 bits, got 8"):
        ACTIVATIONS["tanh"].operation(b, x)
    with pytest.raises(ValueError, match="values must be 256, got shape"):
        table(b, x, np.zeros(3), 1)
    with pytest.raises(ValueError, match="values must be of 2 bits, got 4"):
        table(b, x[:1], np.array([0, 4]), 2)
    with pytest.raises(ValueError, match="values must have 2"):
        normal_form(np.zeros((3, 1)))
    with pytest.raises(ValueError, match="offset must have a bit"):
        Shape(piece_bits=8, cut=7, unit=1, slope_bits=1)
    with pytest.raises(ValueError, match="words must have 16 bits, got 40000"):
        ACTIVATIONS["tanh"].plain(np.array([40000]))
    with pytest.raises(ValueError, match="circuit must have one input of 16 bits"):
        all_outputs(b.build(x))
