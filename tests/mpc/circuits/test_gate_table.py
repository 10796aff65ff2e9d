"""The paper's table of gates: its benchmarks follow from its rows."""

import pytest

from ppdl_course.mpc.circuits.gate_table import BENCHMARKS, PAPER, dense, network


@pytest.mark.parametrize(("m", "n"), [(1, 1), (784, 300), (50, 26)])
def test_a_dense_layer_is_the_papers_formula(m, n):
    gates = dense(m, n)
    assert gates.xor == 397 * m * n - 16 * n
    assert gates.non_xor == 228 * m * n - 16 * n


@pytest.mark.parametrize("name", BENCHMARKS)
def test_the_printed_megabytes_are_recomputed_to_three_digits(name):
    sizes, activation, printed = BENCHMARKS[name]
    got = network(sizes, activation).megabytes
    assert float(f"{got:.2e}") == printed


def test_the_gates_of_b2_are_those_printed():
    gates = network(*BENCHMARKS["B2"][:2])
    assert f"{gates.xor:.2e}" == "1.09e+08"
    assert f"{gates.non_xor:.2e}" == "6.23e+07"


def test_the_activations_are_three_percent_of_b2():
    """The products decide and not the activation: 400 units of 3,932 gates."""
    total = network(*BENCHMARKS["B2"][:2]).non_xor
    assert 400 * PAPER["sigmoid"].non_xor / total < 0.03
