"""Circuits under one R: chained in the clear, tweaks never repeated, one R indeed."""

import time

import numpy as np
import pytest

from ppdl_course.mpc.circuits.arithmetic import add, relu
from ppdl_course.mpc.circuits.builder import Builder
from ppdl_course.mpc.circuits.dot_product import dot_circuit
from ppdl_course.mpc.circuits.library import load, two_inputs
from ppdl_course.mpc.garbling.plan import plan
from ppdl_course.mpc.garbling.scheme_costs import SCHEMES
from ppdl_course.mpc.garbling.workspace import Workspace
from ppdl_course.mpc.label_hash import LabelHash, colour
from ppdl_course.mpc.learning.garbled.chained import ChainEvaluator, ChainGarbler

ADD = two_inputs(16, add)
RNG = np.random.default_rng(70)


def relu_circuit():
    b = Builder()
    return b.build(relu(b, b.input(16)))


def decoded(labels, zero):
    return colour(labels) ^ colour(zero)


def garbled(garbler, circuit, zero):
    chunks = []
    return garbler.garble(circuit, zero, lambda c: chunks.append(c.copy())), chunks


@pytest.mark.parametrize("instances", [1, 7, 150])
def test_outputs_of_one_circuit_are_inputs_of_the_next(instances):
    """relu(x + y), then the same sum in all instances, with an XOR in between."""
    garbler, second = ChainGarbler(), relu_circuit()
    bits = RNG.integers(0, 2, (32, instances)).astype(bool)
    zero = garbler.fresh(32, instances)
    middle, one = garbled(garbler, ADD, zero)
    out, two = garbled(garbler, second, middle)
    mixed, three = garbled(garbler, second, out ^ middle)
    evaluator = ChainEvaluator(garbler.key)
    got_middle = evaluator.run(ADD, garbler.labels(zero, bits), one)
    got_out = evaluator.run(second, got_middle, two)
    got_mixed = evaluator.run(second, got_out ^ got_middle, three)
    sums = ADD.evaluate(bits)
    assert np.array_equal(decoded(got_middle, middle), sums)
    assert np.array_equal(decoded(got_out, out), second.evaluate(sums))
    want = second.evaluate(second.evaluate(sums) ^ sums)
    assert np.array_equal(decoded(got_mixed, mixed), want)
    assert garbler.gates == evaluator.gates == (15 + 15 + 15) * instances


def test_one_stream_serves_all_circuits_of_a_session():
    """An evaluator takes just its circuit's chunks; the rest stays for the next."""
    garbler, chunks = ChainGarbler(), []
    zero = garbler.fresh(32, 200)
    middle = garbler.garble(ADD, zero, lambda c: chunks.append(c.copy()))
    out = garbler.garble(relu_circuit(), middle, lambda c: chunks.append(c.copy()))
    bits, stream = RNG.integers(0, 2, (32, 200)).astype(bool), iter(chunks)
    evaluator = ChainEvaluator(garbler.key)
    labels = evaluator.run(ADD, garbler.labels(zero, bits), stream)
    labels = evaluator.run(relu_circuit(), labels, stream)
    assert next(stream, None) is None
    want = relu_circuit().evaluate(ADD.evaluate(bits))
    assert np.array_equal(decoded(labels, out), want)


def test_equal_inputs_in_two_instances_and_circuits_give_unrelated_tables():
    """The same labels everywhere: only the tweak can tell the gates apart."""
    garbler = ChainGarbler()
    zero = np.repeat(garbler.fresh(32, 1), 3, axis=1)
    rows = []
    for _ in range(2):
        _, chunks = garbled(garbler, ADD, zero)
        rows += [chunk.reshape(-1, 2) for chunk in chunks]
    rows = np.concatenate(rows)
    assert len(np.unique(rows, axis=0)) == len(rows) == 2 * 3 * 15 * 2


def test_no_tweak_is_used_twice_in_a_session(monkeypatch):
    seen = []

    class Recorded(Workspace):
        def __init__(self, steps, instances, key, *, both, first, stride):
            super().__init__(
                steps, instances, key, both=both, first=first, stride=stride
            )
            gates = np.arange(steps.and_gates)[:, None] * stride + first
            seen.append((gates + np.arange(instances)).ravel())

    monkeypatch.setattr("ppdl_course.mpc.garbling.batched.Workspace", Recorded)
    garbler = ChainGarbler()
    for instances in (70, 1, 130):
        garbler.garble(ADD, garbler.fresh(32, instances), lambda c: None)
    numbers = np.concatenate(seen)
    assert sorted(numbers.tolist()) == list(range(garbler.gates))


def test_tables_are_those_of_the_teaching_version():
    """Gate by gate with the scheme of chapter 5, with the numbers of the session."""
    garbler, n = ChainGarbler(), 3
    garbler.garble(ADD, garbler.fresh(32, 2), lambda c: None)  # numbers 0 .. 29
    zero, hash_ = garbler.fresh(32, n), LabelHash(garbler.key)
    _, chunks = garbled(garbler, ADD, zero)
    tables = np.concatenate(chunks, axis=1)
    R = np.broadcast_to(garbler.offset, (n, 2))
    steps, gate = plan(ADD), 0
    wires = np.zeros((steps.slots, n, 2), np.uint64)
    wires[0], wires[steps.inputs] = R, zero
    for step in steps.steps:
        results = []
        for a, b in zip(step.left, step.right, strict=True):
            if not step.is_and:
                results.append(wires[a] ^ wires[b])
                continue
            results.append(np.empty((n, 2), np.uint64))
            for i in range(n):
                pairs = [
                    (wires[w, i : i + 1], wires[w, i : i + 1] ^ R[:1]) for w in (a, b)
                ]
                number = 30 + gate * n + i
                rows, out = SCHEMES[-1].garble_and(*pairs, number, hash_, R[:1], None)
                assert np.array_equal(tables[:, gate, i : i + 1], rows)
                results[-1][i] = out[0]
            gate += 1
        wires[step.out] = results
    assert gate == 15


@pytest.mark.parametrize("one_by_one", [False, True])
def test_a_wide_circuit_is_planned_in_time_that_follows_its_gates(one_by_one):
    """78,000 gates take a quarter of a second; gates times wires would take minutes."""
    circuit = dot_circuit(64)
    start = time.process_time()
    assert plan(circuit, one_by_one=one_by_one).and_gates == circuit.and_gates
    assert time.process_time() - start < 10


def test_bad_labels_and_streams_are_refused():
    garbler = ChainGarbler()
    with pytest.raises(ValueError, match=r"zero must be uint64 \(32, n, 2\)"):
        garbler.garble(ADD, garbler.fresh(31, 1), lambda c: None)
    zero, chunks = garbler.fresh(32, 2), []
    with pytest.raises(ValueError, match=r"bits must have shape \(32, 2\)"):
        garbler.labels(zero, np.zeros((32, 1), bool))
    _, chunks = garbled(garbler, load("less_than_32"), garbler.fresh(64, 2))
    evaluator = ChainEvaluator(garbler.key)
    with pytest.raises(ValueError, match="chunk of gate 0 must be uint64"):
        evaluator.run(ADD, garbler.labels(zero, np.zeros((32, 2), bool)), [])
    with pytest.raises(ValueError, match=r"labels must be uint64 \(32, n, 2\)"):
        evaluator.run(ADD, zero[:3], chunks)
