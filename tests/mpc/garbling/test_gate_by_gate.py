"""The five schemes: right on every input, and what an evaluator sees and can spoil."""

import contextlib
import itertools
import secrets

import numpy as np
import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from scipy import stats

from ppdl_course.mpc.circuits.arithmetic import add, less_than, multiply
from ppdl_course.mpc.circuits.builder import ONE, ZERO, Builder
from ppdl_course.mpc.circuits.circuit import AND, XOR
from ppdl_course.mpc.garbling.gate_by_gate import Evaluator, GarbageError, Garbler
from ppdl_course.mpc.garbling.scheme_costs import SCHEMES, measure_gate
from ppdl_course.mpc.label_hash import (
    LabelHash,
    as_bytes,
    as_labels,
    colour,
    where,
)

NAMES = [scheme.name for scheme in SCHEMES]
CLASSICAL, POINT_PERMUTE, ROW_REDUCTION, FREE_XOR, HALF_GATES = SCHEMES


def mixed_circuit(width=3):
    b = Builder()
    x, y = b.input(width), b.input(width)
    extra = [b.and_(x[0], x[1]), x[1], ONE, ZERO, b.inv(y[0])]
    return b.build(add(b, x, y), less_than(b, x, y), extra, multiply(b, x, y))


def and_gate():
    b = Builder()
    x, y = b.input(1), b.input(1)
    return b.build(b.and_(x[0], y[0]))


def all_inputs(count):
    return np.array(list(itertools.product((0, 1), repeat=count)), bool).T


def garbled(circuit, scheme, bits):
    garbler = Garbler(circuit, scheme, bits.shape[1])
    evaluator = Evaluator(circuit, scheme, garbler.garbled)
    return garbler, evaluator, evaluator.evaluate(garbler.labels(0, bits))


@pytest.mark.parametrize("scheme", SCHEMES, ids=NAMES)
def test_every_scheme_computes_every_input(scheme):
    circuit, bits = mixed_circuit(), all_inputs(6)
    _, evaluator, out = garbled(circuit, scheme, bits)
    assert np.array_equal(evaluator.decode(out), circuit.evaluate(bits))


@pytest.mark.parametrize("scheme", SCHEMES, ids=NAMES)
def test_a_gate_may_read_the_same_wire_twice(scheme):
    """The builder folds x and x away; a circuit file may hold it."""
    labels = [scheme.fresh(scheme.offset(8, np.random.bytes), 8, np.random.bytes)]
    offset = labels[0][0] ^ labels[0][1]
    hash_ = LabelHash(bytes(16))
    rows, out = scheme.garble(
        AND, labels[0], labels[0], 3, hash_, offset, np.random.bytes
    )
    for bit in (0, 1):
        a = labels[0][bit]
        assert np.array_equal(scheme.open(AND, a, a, rows, 3, hash_), out[bit])


@pytest.mark.parametrize(
    ("scheme", "and_bytes", "xor_bytes"),
    [
        (CLASSICAL, 128, 128),
        (POINT_PERMUTE, 64, 64),
        (ROW_REDUCTION, 48, 48),
        (FREE_XOR, 48, 0),
        (HALF_GATES, 32, 0),
    ],
    ids=NAMES,
)
def test_rows_have_the_bytes_the_papers_say(scheme, and_bytes, xor_bytes):
    cost = measure_gate(scheme, batch=64, repeats=1)
    assert (cost.and_bytes, cost.xor_bytes) == (and_bytes, xor_bytes)
    assert scheme.rows[AND] * scheme.row_bytes == and_bytes
    circuit = mixed_circuit()
    table_bytes = Garbler(circuit, scheme).garbled.table_bytes
    assert table_bytes == (
        circuit.and_gates * and_bytes + circuit.xor_gates * xor_bytes
    )


def largest_difference(scheme):
    """Compare an evaluator's views of x AND 0 for x = 0 and x = 1, bit by bit."""
    circuit, n = and_gate(), 4000
    ones = []
    for x in (0, 1):
        bits = np.array([[x] * n, [0] * n], bool)
        garbler, evaluator, _ = garbled(circuit, scheme, bits)
        parts = [np.array(evaluator.active), *garbler.garbled.rows.values()]
        view = np.concatenate(
            [p.transpose(1, 0, 2).reshape(n, -1) for p in parts], axis=1
        )
        ones.append(np.unpackbits(view.view(np.uint8), axis=1).mean(axis=0))
    return np.abs(ones[0] - ones[1]).max() / np.sqrt(2 * 0.25 / n)


@pytest.mark.parametrize("scheme", SCHEMES, ids=NAMES)
def test_the_evaluators_view_is_the_same_for_different_garbler_inputs(scheme):
    """Every bit of labels and rows is as often 1 for x = 0 as for x = 1.

    4,000 views each; one bit's |z| exceeds 6.5 with probability 8e-11, and a view has
    at most 1,408 bits: false alarm below 2e-7.
    """
    assert largest_difference(scheme) < 6.5


def test_the_comparison_of_views_notices_colours_that_are_bits():
    class Plain(type(POINT_PERMUTE)):
        def fresh(self, offset, instances, token):
            zero, one = super().fresh(offset, instances, token)
            zero[:, 0] &= ~np.uint64(1)
            one[:, 0] |= np.uint64(1)
            return zero, one

    assert largest_difference(Plain()) > 50


@pytest.mark.parametrize("scheme", SCHEMES[1:], ids=NAMES[1:])
def test_colours_say_nothing_about_bits(scheme):
    circuit, n = and_gate(), 10_000
    for bits in all_inputs(2).T:
        _, evaluator, _ = garbled(circuit, scheme, np.repeat(bits[:, None], n, axis=1))
        for labels in evaluator.active:
            assert stats.binomtest(int(colour(labels).sum()), n).pvalue > 1e-8


def test_the_row_that_opens_is_uniform_in_the_classical_scheme():
    opened = np.zeros(4, int)
    for _ in range(1000):
        garbler = Garbler(and_gate(), CLASSICAL)
        a, b = garbler.pairs[0][1], garbler.pairs[1][0]
        hash_ = LabelHash(garbler.garbled.key)
        for position in range(4):
            rows = np.zeros_like(garbler.garbled.rows[0])
            rows[position] = garbler.garbled.rows[0][position]
            with contextlib.suppress(GarbageError):
                CLASSICAL.open(AND, a, b, rows, 0, hash_)
                opened[position] += 1
    assert opened.sum() == 1000
    assert stats.chisquare(opened).pvalue > 1e-7


def test_two_garblings_of_one_circuit_share_no_label_and_no_offset():
    circuit = mixed_circuit()
    for scheme in SCHEMES:
        first, second = Garbler(circuit, scheme), Garbler(circuit, scheme)
        labels = [
            as_bytes(label[0])
            for garbler in (first, second)
            for pair in garbler.pairs[:6]
            for label in pair
        ]
        assert len(set(labels)) == len(labels)
        if first.offset is not None:
            assert not np.array_equal(first.offset, second.offset)


@pytest.mark.parametrize("scheme", SCHEMES, ids=NAMES)
def test_a_flipped_bit_is_noticed_or_never_read(scheme):
    """Flip each bit of one AND gate's rows, every input: right, or refused."""
    circuit = and_gate()
    for bits in all_inputs(2).T:
        garbler = Garbler(circuit, scheme)
        rows = garbler.garbled.rows[0]
        labels = garbler.labels(0, bits[:, None])
        evaluator = Evaluator(circuit, scheme, garbler.garbled)
        expected = circuit.evaluate(bits[:, None])
        outcome = {"right": 0, "refused": 0}
        flat = rows.reshape(-1)
        for word in range(flat.size):
            flat[word] ^= np.uint64(1 << 17)
            try:
                assert np.array_equal(
                    evaluator.decode(evaluator.evaluate(labels)), expected
                )
                outcome["right"] += 1
            except GarbageError:
                outcome["refused"] += 1
            flat[word] ^= np.uint64(1 << 17)
        if scheme is CLASSICAL:
            assert outcome == {"right": 12, "refused": 4}
        elif scheme is POINT_PERMUTE:
            assert outcome == {"right": 6, "refused": 2}


def test_the_classical_scheme_says_which_gate_does_not_open():
    garbler = Garbler(and_gate(), CLASSICAL)
    garbler.garbled.rows[0][:] ^= np.uint64(1)
    evaluator = Evaluator(and_gate(), CLASSICAL, garbler.garbled)
    with pytest.raises(GarbageError, match="gate 0, instance 0: 0 rows open"):
        evaluator.evaluate(garbler.labels(0, np.zeros((2, 1), bool)))


def test_the_hash_is_aes_twice_as_in_the_paper():
    """H(x, i) = P(P(x) xor i) xor P(x), spelled out with the library, byte by byte."""
    key, label, tweak = bytes(range(16)), bytes(range(50, 66)), 2**63 + 12345
    encrypt = Cipher(algorithms.AES(key), modes.ECB()).encryptor().update
    first = encrypt(label)
    number = tweak.to_bytes(8, "little") + bytes(8)
    inner = bytes(x ^ y for x, y in zip(first, number, strict=True))
    expected = bytes(x ^ y for x, y in zip(encrypt(inner), first, strict=True))
    assert LabelHash(key).bytes(label, tweak) == expected
    many = LabelHash(key)(
        np.stack([as_labels(label)] * 3), np.array([0, tweak, 1], np.uint64)
    )
    assert as_bytes(many[1]) == expected
    assert len({as_bytes(row) for row in many}) == 3


@pytest.mark.parametrize("count", [0, 1, 7, (1 << 20) + 3])
def test_permuting_is_aes_in_ecb_mode_block_after_block(count):
    """It runs as XTS, whose masks vanish, and whose calls take at most 2^20 blocks."""
    key = secrets.token_bytes(16)
    labels = np.random.default_rng(count).integers(0, 2**63, (count, 2), np.uint64)
    out = np.empty(labels.nbytes + 15, np.uint8)
    LabelHash(key).permute(labels, out)
    encrypt = Cipher(algorithms.AES(key), modes.ECB()).encryptor().update
    assert out[: labels.nbytes].tobytes() == encrypt(labels.tobytes())
    memory = np.empty_like(out)
    memory[: labels.nbytes] = labels.reshape(-1).view(np.uint8)
    LabelHash(key).permute(memory[: labels.nbytes], memory)  # in place
    assert np.array_equal(memory[: labels.nbytes], out[: labels.nbytes])


def test_labels_and_their_parts():
    label = as_labels(b"\x01" + bytes(15))
    assert colour(label) == np.True_
    assert as_labels(bytes(32)).shape == (2, 2)
    assert not where(np.array(False), label).any()
    with pytest.raises(ValueError, match="key must have 16 bytes, got 3"):
        LabelHash(b"abc")
    with pytest.raises(ValueError, match="tweaks must be integers, got float64"):
        LabelHash(bytes(16))(label, 0.5)
    with pytest.raises(ValueError, match="whole labels of 16 bytes, got 15"):
        as_labels(bytes(15))


def test_xor_gates_are_garbled_where_they_are_not_free():
    b = Builder()
    x, y = b.input(1), b.input(1)
    circuit = b.build(b.xor(x[0], y[0]))
    sizes = [Garbler(circuit, scheme).garbled.table_bytes for scheme in SCHEMES]
    assert sizes == [128, 64, 48, 0, 0]
    assert XOR in CLASSICAL.rows
