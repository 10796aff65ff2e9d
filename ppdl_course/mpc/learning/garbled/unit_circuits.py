"""The circuits that a layer is made of, each built once for its sizes (chapter 7).

How they are wired is in ``layers``; what they compute, in plain integers, in
``word_network``.
"""

from functools import lru_cache

import numpy as np

from ppdl_course.arguments import at_least
from ppdl_course.mpc.circuits.activations import activation as activation_of
from ppdl_course.mpc.circuits.arithmetic import argmax_by_rounds
from ppdl_course.mpc.circuits.builder import ZERO, Builder, Word
from ppdl_course.mpc.circuits.circuit import Circuit
from ppdl_course.mpc.circuits.dot_product import column_sum, dot_columns
from ppdl_course.mpc.learning.garbled.words import Format, Values


def low_guess(x: np.ndarray, drop: int) -> np.ndarray:
    """Return what ``low_circuit`` gives, in plain integers, in units of 2^drop.

    Args:
        x: int64 words, shape ``(n, inputs)``.
        drop: d, at least 2.

    Returns:
        int64, shape ``(n,)``.
    """
    at_least(2, drop=drop)
    bits = x[..., None] >> np.arange(drop) & 1
    total = (
        (bits[..., :-1].sum(axis=(1, 2)) * 2 + bits[..., -1].sum(axis=1)) << drop >> 2
    )
    return total >> drop


@lru_cache(maxsize=64)
def argmax_circuit(count: int, values: Values) -> Circuit:
    """Return the circuit of the place of the largest of ``count`` values."""
    b = Builder()
    wires = b.input(count * values.bits)
    words = [values.word(word) for word in _cut(wires, values.bits)]
    return b.build(argmax_by_rounds(b, words))


@lru_cache(maxsize=64)
def dot_circuit(form: Format, terms: int, arriving: Values) -> Circuit:
    """Return the circuit of one column sum, columns d and up."""
    b = Builder()
    x, w = b.input(terms * arriving.bits), b.input(terms * form.width)
    xs = [arriving.word(word) for word in _cut(x, arriving.bits)]
    columns = form.width + form.fraction_bits
    total = dot_columns(b, xs, _cut(w, form.width), columns=columns, drop=form.drop)
    return b.build(total)


@lru_cache(maxsize=64)
def low_circuit(drop: int, inputs: int, bits: int) -> Circuit:
    """Return the circuit that counts the low bits of all inputs.

    Bit i < d - 1 of an input is worth 2^(d - 1), bit d - 1 half of that: half of the
    sum of the places 2^i .. 2^(d - 1) that it may be carried to, nearly.
    """
    b = Builder()
    wires = b.input(inputs * bits)
    columns: list[list[int]] = [[] for _ in range(drop + (inputs * drop).bit_length())]
    for word in _cut(wires, bits):
        for i, wire in enumerate(word):
            columns[drop - 1 if i < drop - 1 else drop - 2].append(wire)
    return b.build(column_sum(b, columns)[drop:])


@lru_cache(maxsize=64)
def finish_circuit(
    form: Format, parts: int, low: int, activation: str
) -> tuple[Circuit, Values]:
    """Return the circuit of sum and activation, and how its output leaves."""
    b = Builder()
    n = form.part_bits
    words = [b.input(n) for _ in range(parts)]
    words += [b.input(low)] if low else []
    words.append(b.input(n))
    columns = [[word[k] for word in words if k < len(word)] for k in range(n)]
    total = column_sum(b, columns)[form.fraction_bits - form.drop :]
    chosen = activation_of(activation)
    if not chosen.any_width and (form.width, form.fraction_bits) != (16, 12):
        raise ValueError(
            f"activation {activation!r} takes words of 16 bits, 12 of them after the "
            f"point, got {form.width} and {form.fraction_bits}"
        )
    out = chosen.operation(b, total)
    signed = out[-1] != ZERO
    while len(out) > 1 and (out[-1] == ZERO or (signed and out[-1] == out[-2])):
        out = out[:-1]  # what is known, or a copy of the sign, need not be carried
    return b.build(out), Values(len(out), signed)


def _cut(wires: Word, width: int) -> list[Word]:
    return [wires[k : k + width] for k in range(0, len(wires), width)]
