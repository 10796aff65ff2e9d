"""Fast garbling against the circuit, against the teaching version, and its memory."""

import tracemalloc

import numpy as np
import pytest

from ppdl_course.mpc.circuits.builder import Builder
from ppdl_course.mpc.circuits.circuit import AND, EQ, EQW, INV, XOR, Circuit
from ppdl_course.mpc.circuits.library import load, simon
from ppdl_course.mpc.garbling.batched import (
    BatchEvaluator,
    BatchGarbler,
    decode,
    offsets,
)
from ppdl_course.mpc.garbling.plan import plan
from ppdl_course.mpc.garbling.scheme_costs import SCHEMES
from ppdl_course.mpc.label_hash import LabelHash, colour

RNG = np.random.default_rng(55)
HALF_GATES = SCHEMES[-1]


def random_circuit(rng, inputs=9, gates=120):
    """Return a circuit with every kind of gate, dead wires and deep chains."""
    rows = []
    for gate in range(gates):
        ready = inputs + gate
        op = rng.choice([XOR, AND, INV, EQ, EQW], p=[0.4, 0.4, 0.1, 0.05, 0.05])
        a, b = rng.integers(max(0, ready - 30), ready, 2)
        rows.append(
            (
                op,
                rng.integers(2) if op == EQ else a,
                b if op in (XOR, AND) else 0,
                ready,
            )
        )
    return Circuit((4, inputs - 4), (7, 5), *np.array(rows).T)


def collect(garbler, **options):
    """Return each block's chunks, copied."""
    chunks = {block.start: [] for block in garbler.blocks}
    garbler.garble(lambda b, chunk: chunks[b.start].append(chunk.copy()), **options)
    return chunks


def evaluate(circuit, garbler, chunks, bits, block=64):
    labels = garbler.labels(0, bits)
    evaluator = BatchEvaluator(circuit, garbler.key, garbler.instances, block=block)
    parts = [evaluator.run(labels[:, b], chunks[b.start]) for b in evaluator.blocks]
    return np.concatenate(parts, axis=1)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("instances", [1, 5, 100, 300])
def test_random_circuits_are_computed(seed, instances):
    rng = np.random.default_rng(seed)
    circuit = random_circuit(rng)
    bits = rng.integers(0, 2, (9, instances)).astype(bool)
    block = 32 if instances < 128 else 128  # both ways to run XOR gates
    garbler = BatchGarbler(circuit, instances, block=block)
    out = evaluate(circuit, garbler, collect(garbler), bits, block=block)
    assert np.array_equal(decode(out, garbler.colours), circuit.evaluate(bits))


@pytest.mark.parametrize("threads", [1, 2, 4])
def test_a_cipher_is_computed_on_many_threads(threads):
    circuit, bits = simon(), RNG.integers(0, 2, (192, 70)).astype(bool)
    garbler = BatchGarbler(circuit, 70, block=16)
    out = evaluate(circuit, garbler, collect(garbler, threads=threads), bits, block=16)
    assert np.array_equal(decode(out, garbler.colours), circuit.evaluate(bits))


@pytest.mark.parametrize(("n", "block"), [(6, 6), (130, 130), (300, 128)])
@pytest.mark.parametrize("one_offset", [False, True])
def test_tables_are_those_of_the_teaching_version(n, block, one_offset):
    """Same labels, same tweaks: the same bytes, gate by gate in the plan's order.

    Under one offset gate g of instance k is the teaching version's gate g n + k.
    """
    circuit = random_circuit(np.random.default_rng(3))
    offset = offsets(1)[0] if one_offset else None
    garbler = BatchGarbler(circuit, n, block=block, offset=offset)
    tables = np.concatenate(
        [np.concatenate(chunks, axis=1) for chunks in collect(garbler).values()], axis=2
    )
    steps = plan(circuit)
    hash_, offset = LabelHash(garbler.key), garbler.offset
    wires = np.zeros((steps.slots, n, 2), np.uint64)
    wires[0], wires[steps.inputs] = offset, garbler.zero
    gate = 0
    for step in steps.steps:
        results = []
        for a, b in zip(step.left, step.right, strict=True):
            if not step.is_and:
                results.append(wires[a] ^ wires[b])
                continue
            pairs = [(wires[w], wires[w] ^ offset) for w in (a, b)]
            number = gate * n + np.arange(n) if one_offset else gate
            rows, out = HALF_GATES.garble_and(*pairs, number, hash_, offset, None)
            assert np.array_equal(tables[:, gate], rows), gate
            results.append(out[0])
            gate += 1
        wires[step.out] = results
    assert gate == circuit.and_gates == tables.shape[1]
    assert np.array_equal(colour(wires[steps.outputs]), garbler.colours)


def test_an_and_gate_costs_32_bytes():
    circuit = load("less_than_32")
    chunks = collect(BatchGarbler(circuit, 3))[0]
    assert sum(chunk.nbytes for chunk in chunks) == 32 * 32 * 3


def test_instances_have_labels_and_offsets_of_their_own():
    garbler = BatchGarbler(load("less_than_32"), 50)
    labels = np.concatenate([garbler.zero, garbler.zero ^ garbler.offset])
    assert len(np.unique(labels.reshape(-1, 2), axis=0)) == 2 * 64 * 50
    assert len(np.unique(garbler.offset, axis=0)) == 50
    assert colour(garbler.offset).all()


def test_the_evaluator_sees_uniform_labels_whatever_the_bits():
    """Frequency of each label bit for two inputs, 4,096 instances; false alarm 1e-7."""
    n, circuit = 4096, load("less_than_32")
    for bit in (0, 1):
        garbler = BatchGarbler(circuit, n)
        labels = garbler.labels(0, np.full((64, n), bit))
        ones = np.unpackbits(labels.view(np.uint8), axis=-1).mean(axis=1)
        assert np.abs(ones - 0.5).max() * 2 * np.sqrt(n) < 6.5  # 8,192 bits at 8e-11


def rounds(count):
    """Return a circuit of equal rounds, 32 AND gates wide and ``count`` deep."""
    b = Builder()
    x, _ = b.input(32), b.input(1)
    for _ in range(count):
        x = [b.xor(b.and_(x[k], x[k - 1]), x[k - 2]) for k in range(32)]
    return b.build(x)


def test_memory_follows_the_widest_layer_not_the_length():
    peaks = []
    for count in (10, 100):
        circuit = rounds(count)
        garbler = BatchGarbler(circuit, 64)
        tracemalloc.start()
        garbler.garble(lambda block, chunk: None, threads=1)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.05 * peaks[0]
    assert peaks[1] < rounds(100).wires * 64 * 16  # what every wire would take


def test_simon_needs_few_slots():
    circuit = simon()
    assert plan(circuit).slots < circuit.wires / 4
    assert plan(circuit) is plan(circuit)


@pytest.mark.parametrize("one_by_one", [False, True])
def test_a_plan_never_reads_a_slot_that_was_given_away(one_by_one):
    """Run the plan in the clear, on bits in slots: it computes the circuit."""
    for seed in range(20):
        rng = np.random.default_rng(100 + seed)
        circuit = random_circuit(rng)
        steps = plan(circuit, one_by_one=one_by_one)
        bits = rng.integers(0, 2, (9, 16)).astype(bool)
        slots = np.zeros((steps.slots, 16), bool)
        slots[0], slots[steps.inputs] = True, bits
        for step in steps.steps:
            if step.is_and or not one_by_one:
                a, b = slots[step.left], slots[step.right]
                slots[step.out] = a & b if step.is_and else a ^ b
                continue
            for a, b, out in zip(step.left, step.right, step.out, strict=True):
                slots[out] = slots[a] ^ slots[b]
        assert np.array_equal(slots[steps.outputs], circuit.evaluate(bits))


@pytest.mark.parametrize(("n", "block"), [(1, None), (10, 4), (300, 128)])
def test_circuits_are_chained_under_one_offset(n, block):
    """The first one's output labels are inputs of the second; no bit is decoded."""
    circuit, bits = load("adder_32"), RNG.integers(0, 2, (64, n)).astype(bool)
    third = RNG.integers(0, 2, (32, n)).astype(bool)
    first = BatchGarbler(circuit, n, block=block, offset=offsets(1)[0])
    tables = [collect(first)]
    fresh = BatchGarbler(circuit, n).zero[32:]
    second = BatchGarbler(
        circuit,
        n,
        block=block,
        offset=first.offset[0],
        zero=np.concatenate([first.output_zero[:32], fresh]),
    )
    tables.append(collect(second))
    labels = first.labels(0, bits)
    for garbler, chunks in zip((first, second), tables, strict=True):
        evaluator = BatchEvaluator(
            circuit, garbler.key, n, block=block, one_offset=True
        )
        parts = [
            evaluator.run(labels[:, b], chunks[b.start], start=b.start)
            for b in evaluator.blocks
        ]
        output = np.concatenate(parts, axis=1)
        labels = np.concatenate([output[:32], second.labels(32, third)])
    expected = circuit.evaluate(np.concatenate([circuit.evaluate(bits)[:32], third]))
    assert np.array_equal(decode(output, second.colours), expected)


def test_under_one_offset_no_two_gates_or_instances_have_equal_tables():
    """With the same labels in all instances only the tweaks can tell them apart."""
    circuit, n, offset = load("adder_32"), 300, offsets(1)[0]
    one = BatchGarbler(circuit, 1, offset=offset).zero
    zero = np.repeat(one, n, axis=1)
    garbler = BatchGarbler(circuit, n, block=128, offset=offset, zero=zero)
    chunks = collect(garbler).values()
    rows = np.concatenate([chunk.reshape(-1, 2) for c in chunks for chunk in c])
    assert len(np.unique(rows, axis=0)) == len(rows) == 2 * circuit.and_gates * n


def test_a_bad_offset_zero_labels_or_start_is_refused():
    circuit, offset = load("adder_32"), offsets(1)[0]
    with pytest.raises(ValueError, match=r"offset must have shape \(2,\)"):
        BatchGarbler(circuit, 3, offset=offsets(3))
    with pytest.raises(ValueError, match="offset must have lowest bit 1, got 0"):
        BatchGarbler(circuit, 3, offset=offset ^ np.uint64([1, 0]))
    with pytest.raises(ValueError, match=r"zero must have shape \(64, 3, 2\)"):
        BatchGarbler(circuit, 3, zero=BatchGarbler(circuit, 2).zero)
    evaluator = BatchEvaluator(circuit, bytes(16), 10, block=4, one_offset=True)
    labels = np.zeros((64, 4, 2), np.uint64)
    with pytest.raises(ValueError, match="start must begin a block of 4 instances"):
        evaluator.run(labels, [], start=8)


def test_bad_streams_and_arguments_are_refused():
    circuit = load("less_than_32")
    garbler = BatchGarbler(circuit, 2)
    chunks = collect(garbler)[0]
    labels = garbler.labels(0, np.zeros((64, 2), bool))
    evaluator = BatchEvaluator(circuit, garbler.key, 2)
    with pytest.raises(ValueError, match=r"chunk of gate .* must be uint64"):
        evaluator.run(labels, chunks[:-1])
    with pytest.raises(ValueError, match=r"chunk of gate 0 must be uint64"):
        evaluator.run(labels, [chunks[0].astype(float), *chunks[1:]])
    with pytest.raises(ValueError, match=r"labels must be uint64 \(64, n, 2\)"):
        evaluator.run(labels[:10], chunks)
    with pytest.raises(ValueError, match="instances must be an integer >= 1"):
        BatchGarbler(circuit, 0)
    with pytest.raises(ValueError, match="block must be an integer >= 1"):
        BatchGarbler(circuit, 2, block=0)
    with pytest.raises(ValueError, match="bits must have shape"):
        garbler.labels(0, np.zeros((64, 3), bool))
    with pytest.raises(ValueError, match=r"first must be an integer in 0\.\.62"):
        garbler.labels(-3, np.zeros((2, 2), bool))
