"""Circuit files: there and back, standard files, and what is wrong in a bad one."""

import contextlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ppdl_course.data import MissingDataError, bristol_path
from ppdl_course.mpc.circuits import bristol
from ppdl_course.mpc.circuits.circuit import AND, EQ, EQW, INV, XOR, Circuit
from ppdl_course.mpc.circuits.library import FILES, FOLDER, load, simon

FIPS_197_C1 = (
    0x000102030405060708090A0B0C0D0E0F,
    0x00112233445566778899AABBCCDDEEFF,
    0x69C4E0D86A7B0430D8CDB78070B4C55A,
)


def standard(name):
    try:
        return bristol_path(name).read_text(encoding="ascii")
    except MissingDataError as missing:
        pytest.skip(str(missing))


def same(a, b):
    return (a.inputs, a.outputs, a.rows()) == (b.inputs, b.outputs, b.rows())


@st.composite
def any_circuit(draw, ops=(XOR, AND, INV, EQ, EQW)):
    inputs = tuple(draw(st.lists(st.integers(1, 4), min_size=1, max_size=3)))
    count = draw(st.integers(1, 12))
    rows = []
    for gate in range(count):
        op = draw(st.sampled_from(ops))
        ready = sum(inputs) + gate
        a = draw(st.integers(0, 1 if op == EQ else ready - 1))
        b = draw(st.integers(0, ready - 1)) if op in (XOR, AND) else 0
        rows.append((op, a, b, ready))
    outputs = draw(st.integers(1, count))
    return Circuit(inputs, (outputs,), *np.array(rows).T)


@settings(max_examples=60, deadline=None)
@given(any_circuit())
def test_a_circuit_survives_writing_and_reading(circuit):
    text = bristol.write(circuit)
    assert same(bristol.read(text), circuit)
    assert bristol.write(bristol.read(text)) == text


@settings(max_examples=40, deadline=None)
@given(any_circuit(ops=(XOR, AND, INV)))
def test_the_old_format_survives_too(circuit):
    if len(circuit.inputs) <= 2:
        text = bristol.write_old(circuit)
        assert same(bristol.read_old(text), circuit)
        assert bristol.write_old(bristol.read_old(text)) == text


@pytest.mark.parametrize("name", FILES)
def test_files_of_the_course_are_what_their_functions_build(name):
    text = (FOLDER / f"{name}.txt").read_text(encoding="ascii")
    assert text == bristol.write(FILES[name]())
    assert same(load(name), FILES[name]())


def test_simon_encrypts_the_published_vector():
    """Beaulieu et al. 2013, appendix: Simon64/128."""
    built = simon()
    key, block = 0x1B1A1918131211100B0A090803020100, 0x656B696C20646E75
    assert built.compute(key, block) == 0x44C8FC20B9DFA07A
    assert built.and_gates == 44 * 32


def test_the_standard_aes_circuit_encrypts_the_fips_197_vector():
    """Key first, then block; a value is read as one big-endian number, so wire 0 of a
    value is the lowest bit of its last byte."""
    text = standard("aes_128.txt")
    circuit = bristol.read(text)
    key, block, expected = FIPS_197_C1
    assert circuit.compute(key, block) == expected
    assert circuit.compute(block, key) != expected
    assert (circuit.and_gates, circuit.xor_gates) == (6400, 28176)


def test_the_standard_files_survive_reading_and_writing_token_by_token():
    text = standard("aes_128.txt")
    assert bristol.write(bristol.read(text)).split() == text.split()
    old = standard("adder_32bit_old_format.txt")
    assert bristol.write_old(bristol.read_old(old)).split() == old.split()


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(0, 2**32 - 1))
def test_the_standard_old_adder_adds(x, y):
    circuit = bristol.read_old(standard("adder_32bit_old_format.txt"))
    assert circuit.compute(x, y) == x + y


GOOD = "2 4\n2 1 1\n1 1\n\n2 1 0 1 2 AND\n1 1 2 3 INV\n"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "line 1: the file is empty"),
        ("2\n", "line 1: number of gates and of wires expected, got '2'"),
        ("2 x\n", "line 1: a number is expected, got 'x'"),
        ("2 4\n", "line 1: the file ends before the line of the inputs"),
        ("2 4\n3 1 1\n1 1\n", "line 2: inputs: a number n, then n positive"),
        ("2 4\n2 1 1\n", "line 2: the file ends before the line of the outputs"),
        ("2 4\n2 1 1\n1 0\n", "line 3: outputs: a number n, then n positive"),
        (GOOD.replace("2 4", "2 5"), "line 1: 5 wires announced, but 2 gates"),
        (GOOD.replace("1 1\n\n", "1 9\n\n"), "line 3: 9 output bits on 4 wires"),
        (GOOD.replace("AND", "NAND"), "line 5: unknown gate 'NAND'"),
        (GOOD.replace("AND", "MAND"), "line 5: unknown gate 'MAND'"),
        (GOOD.replace("2 1 0 1 2", "2 1 0 2"), "line 5: AND must read '2 1'"),
        (GOOD.replace("2 1 0 1 2", "1 1 0 1 2"), "line 5: AND must read '2 1'"),
        (GOOD.replace("2 1 0 1 2", "2 1 0 3 2"), "line 5: wire 3 is read before"),
        (GOOD.replace("2 1 0 1 2", "2 1 0 9 2"), "line 5: wire must be in 0..3"),
        (GOOD.replace("1 1 2 3 INV", "1 1 2 2 INV"), "line 6: wire 2 is set twice"),
        (GOOD.replace("1 1 2 3 INV", "1 1 -2 3 INV"), "line 6: a number is expected"),
        (GOOD.replace("1 1 2 3 INV\n", ""), "line 5: the file ends after 1 of 2"),
        (GOOD + "1 1 2 3 INV\n", "line 7: 2 gates announced, here is one more"),
        ("1 99999999999\n2 1 1\n1 1\n", "line 1: 99999999999 wires announced, more"),
    ],
)
def test_a_malformed_file_is_refused_with_line_and_reason(text, says):
    with pytest.raises(bristol.BristolError) as error:
        bristol.read(text)
    assert says in str(error.value)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, len(GOOD) - 1), st.text("0123456789 \nANDXOR-x", max_size=3))
def test_a_damaged_file_is_read_or_refused_but_never_crashes(place, instead):
    text = GOOD[:place] + instead + GOOD[place + 1 :]
    circuit = None
    with contextlib.suppress(bristol.BristolError):
        circuit = bristol.read(text)
    if circuit:
        assert same(bristol.read(bristol.write(circuit)), circuit)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("1 3\n", "line 1: the file ends before the line of the inputs"),
        ("1 3\n1 1\n", "line 2: three bit counts expected"),
        ("1 3\n0 2 1\n", "line 2: three bit counts expected"),
    ],
)
def test_a_malformed_old_file_is_refused_too(text, says):
    with pytest.raises(bristol.BristolError) as error:
        bristol.read_old(text)
    assert says in str(error.value)


def test_the_old_format_cannot_hold_everything():
    with pytest.raises(ValueError, match="no EQ"):
        bristol.write_old(Circuit((1, 1), (1,), [EQ], [1], [0], [2]))
    with pytest.raises(ValueError, match="1 or 2 inputs and 1 output"):
        bristol.write_old(Circuit((1, 1, 1), (1,), [AND], [0], [1], [3]))
    with pytest.raises(ValueError, match="name must be one of"):
        load("no_such_circuit")
