"""A circuit on all 65,536 words of 16 bits at once: the strictest test there is.

A circuit with one 16-bit input has so few inputs that none need be left out: one call
of ``Circuit.evaluate`` carries 65,536 bits on every wire.
"""

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from ppdl_course.mpc.circuits.builder import Builder, Word
from ppdl_course.mpc.circuits.circuit import Circuit

BITS = 16
Operation = Callable[[Builder, Word], Word]


def all_words() -> np.ndarray:
    """Return every signed 16-bit word once, -32768 .. 32767, int64."""
    return np.arange(-(1 << (BITS - 1)), 1 << (BITS - 1))


@lru_cache(maxsize=32)
def circuit_of(operation: Operation) -> Circuit:
    """Return the circuit of an operation on one 16-bit word."""
    b = Builder()
    return b.build(operation(b, b.input(BITS)))


def all_outputs(circuit: Circuit) -> np.ndarray:
    """Return the signed output word for each of :func:`all_words`, int64 (65536,).

    Raises:
        ValueError: If the circuit's input is not one word of 16 bits.
    """
    if circuit.inputs != (BITS,):
        raise ValueError(f"circuit must have one input of 16 bits, {circuit.inputs}")
    words = all_words()
    out = circuit.evaluate(words >> np.arange(BITS)[:, None] & 1)
    return signed(out)


def signed(bits: np.ndarray) -> np.ndarray:
    """Return words, int64 ``(...)``, from bits ``(n, ...)``, lowest first."""
    places = 1 << np.arange(len(bits), dtype=np.int64)
    places[-1] = -places[-1]
    return np.tensordot(places, bits.astype(np.int64), 1)


def worst_error(
    operation: Operation,
    real: Callable[[np.ndarray], np.ndarray],
    *,
    fraction_bits: int = 12,
) -> float:
    """Return the largest |circuit - real function| over all 65,536 inputs."""
    unit = 2.0**-fraction_bits
    got = all_outputs(circuit_of(operation)) * unit
    return float(np.abs(got - real(all_words() * unit)).max())
