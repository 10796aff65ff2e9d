"""A garbled circuit used twice gives away the garbler's inputs; once, it does not."""

import numpy as np
import pytest

from ppdl_course.mpc.circuits.arithmetic import multiply
from ppdl_course.mpc.circuits.circuit import to_bits
from ppdl_course.mpc.circuits.library import load, two_inputs
from ppdl_course.mpc.garbling.gate_by_gate import Evaluator, Garbler
from ppdl_course.mpc.garbling.half_gates import HalfGates
from ppdl_course.mpc.garbling.point_and_permute import PointPermute
from ppdl_course.mpc.garbling.reuse_attack import offset_from_two_runs, read_inputs
from ppdl_course.mpc.garbling.worked_examples import evaluator_view, garbled_adder


def run_with(circuit, garbler, evaluator, mine, theirs):
    bits = np.concatenate([mine, theirs])[:, None]
    labels = garbler.labels(0, bits)
    evaluator.evaluate(labels)
    return labels[len(mine) :]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(
    "circuit", [load("less_than_32"), two_inputs(6, multiply)], ids=["compare", "times"]
)
def test_two_runs_read_the_garblers_number(circuit, seed):
    rng = np.random.default_rng(seed)
    mine, first, second = rng.integers(0, 2, (3, circuit.inputs[0])).astype(bool)
    garbler = Garbler(circuit, HalfGates())
    evaluator = Evaluator(circuit, HalfGates(), garbler.garbled)
    runs = [
        run_with(circuit, garbler, evaluator, mine, theirs)
        for theirs in (first, second)
    ]
    offset = offset_from_two_runs(*runs)
    assert np.array_equal(offset, garbler.offset)
    read = read_inputs(evaluator, offset)
    truth = [*mine, *second]
    known = [k for k, bit in enumerate(read) if bit is not None]
    assert all(read[k] == truth[k] for k in known)
    assert len(known) == len(truth)


def test_two_equal_runs_tell_nothing():
    circuit = load("less_than_32")
    garbler = Garbler(circuit, HalfGates())
    evaluator = Evaluator(circuit, HalfGates(), garbler.garbled)
    bits = to_bits(5, 32)
    runs = [run_with(circuit, garbler, evaluator, bits, bits) for _ in range(2)]
    assert offset_from_two_runs(*runs) is None


def test_a_fresh_garbling_each_time_gives_no_common_offset():
    circuit = load("less_than_32")
    seen = []
    for offer in (1, 2):
        garbler = Garbler(circuit, HalfGates())
        evaluator = Evaluator(circuit, HalfGates(), garbler.garbled)
        seen.append(
            run_with(circuit, garbler, evaluator, to_bits(9, 32), to_bits(offer, 32))
        )
    offset = offset_from_two_runs(*seen)
    assert not np.array_equal(offset, garbler.offset)


def test_the_demonstrations_show_what_they_say():
    bits, labels = garbled_adder(to_bits(13, 4), to_bits(6, 4))
    assert bits["sum"].tolist() == to_bits((13 + 6) % 16, 4).tolist()
    assert bits["carry"].tolist() == [False, False, True, True]
    assert {name: label.shape for name, label in labels.items()} == dict.fromkeys(
        ("x", "y", "sum", "carry"), (4, 2)
    )
    view = evaluator_view(PointPermute(), 1, 0, 50)
    assert view.shape == (50, (3 + 4) * 128)
    assert len(np.unique(view, axis=0)) == 50
