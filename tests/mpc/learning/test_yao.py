"""Tests for ppdl_course.mpc.learning.yao."""

from fractions import Fraction

import numpy as np
import pytest

from ppdl_course.mpc.circuits.circuit import Circuit
from ppdl_course.mpc.garbling.protocol import play_evaluator, play_garbler
from ppdl_course.mpc.learning.fixed_point import FixedPoint
from ppdl_course.mpc.learning.nonlinear import relu, relu_requests
from ppdl_course.mpc.learning.server import PeerStopped
from ppdl_course.mpc.learning.session import together
from ppdl_course.mpc.learning.yao import (
    garbled_negative,
    garbled_relu,
    garbled_sigmoid,
    garbled_softmax,
    relu_circuit,
    share_circuit,
    sigmoid_circuit,
    sign_circuit,
)
from ppdl_course.parties.views import FALSE_ALARM, samples_needed, uniform_p_value

EDGES = [0, 1, -1, 2**31 - 1, -(2**31), 4096, -4096, 4095, -4097]


def numbers(count):
    x = np.random.default_rng(count).integers(-(2**31), 2**31, count)
    x[: len(EDGES)] = EDGES
    return x


def test_garbled_relu_is_that_of_plain_integers():
    x = numbers(70)
    total = together(garbled_relu, [], x.view(np.uint64)).total
    assert total.view(np.int64).tolist() == [max(v, 0) for v in x.tolist()]


def test_the_garbled_sign_comes_as_xor_shares():
    x = numbers(70)
    first, second = together(garbled_negative, [], x.view(np.uint64)).results
    bits = np.unpackbits((first ^ second).view(np.uint8), bitorder="little")
    assert bits[:70].tolist() == [int(v < 0) for v in x.tolist()]
    assert not bits[70:].any()


def test_the_garbled_sigmoid_is_exact():
    x = numbers(60)
    x[9:] //= 2**17  # among the pieces
    total = together(garbled_sigmoid, [], x.view(np.uint64)).total
    for value, word in zip(x.tolist(), total.tolist(), strict=True):
        exact = min(max(Fraction(value, 2**13) + Fraction(1, 2), 0), 1)
        assert Fraction(word, 2**13) == exact


def test_garbled_softmax_divides_as_python_does():
    u = np.random.default_rng(0).integers(-(2**17), 2**17, (12, 5))
    u[0] = -1  # no positive score: equal shares
    u[1] = [2**31 - 1] * 5
    u[2] = [7, -1, -5, 0, 0]
    total = together(garbled_softmax, [], u.view(np.uint64)).total
    for row, found in zip(u.tolist(), total.tolist(), strict=True):
        parts = [max(v, 0) for v in row]
        whole = sum(parts)
        exact = [(p << 13) // whole if whole else 2**13 // 5 for p in parts]
        assert found == exact


def test_gates_are_counted_and_dearer_than_on_bit_planes():
    """31 for the sign; ReLU 31 + 31 and 63 to share the result again."""
    assert sign_circuit(32).and_gates == 31
    assert relu_circuit(32).and_gates == 31 + 31 + 63
    assert sigmoid_circuit(32, 13).and_gates < 160
    assert share_circuit(10, 32, 13).and_gates < 12_500
    x = numbers(640).view(np.uint64)
    planes = together(lambda s, v: relu(s, v)[0], relu_requests(640), x)
    yao = together(garbled_relu, [], x)
    assert yao.bytes > 20 * planes.bytes


def test_what_the_evaluator_keeps_is_uniform():
    """Its share of a ReLU, top four bits, for two values; server 0's is random too."""
    alarm = FALSE_ALARM / 4
    count = samples_needed(0.5, 16, false_alarm=alarm)
    for value in (-5, 2**30):
        x = np.full(count, value).view(np.uint64)
        for share in together(garbled_relu, [], x).results:
            assert uniform_p_value((share >> np.uint64(60)).astype(int), 16) > alarm


def test_another_circuit_than_the_announced_is_refused():
    circuits: list[Circuit] = [relu_circuit(32), relu_circuit(31)]

    def program(server, x):
        play = play_garbler if server.party == 0 else play_evaluator
        circuit = circuits[server.party]
        bits = np.zeros((circuit.inputs[server.party], 1), bool)
        return play(server.line, circuit, bits, output_to_both=False)

    with pytest.raises(ValueError, match="garbler's circuit must be the evaluator's"):
        together(program, [], np.zeros(1, np.uint64))


def test_other_widths_share_the_result_in_the_whole_ring():
    x = np.array([-4, -1, 0, 3])
    total = together(garbled_relu, [], x.view(np.uint64), fixed=FixedPoint(1, 3)).total
    assert total.tolist() == [0, 0, 0, 3]


def test_the_garbler_hears_why_the_evaluator_stops():
    errors = [None, None]

    def program(server, x):
        try:
            if server.party == 1:
                raise ValueError("no bits of mine")
            return garbled_relu(server, x)
        except ValueError as error:
            errors[server.party] = error
            raise

    with pytest.raises(ValueError, match="no bits of mine"):
        together(program, [], np.zeros(1, np.uint64))
    assert isinstance(errors[0], PeerStopped)
    assert "the other server stopped: no bits of mine" in str(errors[0])
