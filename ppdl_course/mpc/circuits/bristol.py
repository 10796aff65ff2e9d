"""Circuit files: Bristol Fashion and the old Bristol format, read and written.

    Bristol Fashion                       old format
    gates wires                           gates wires
    values  bits of each input value      bits of input 1, of input 2, of the outputs
    values  bits of each output value
                                          (a blank line, then the gates)
    2 1 left right out XOR|AND            the same
    1 1 in out INV|EQW                    1 1 in out INV
    1 1 constant out EQ                   (none)

Input wires come first, output wires last. ``MAND`` (many ANDs on one line) is refused:
read and written back it would not be the same file.

Sources: Tillich and Smart, *Circuits of Basic Functions Suitable For MPC and FHE* (the
old format); Archer, Abril, Lu, Maene, Mertens, Sijacic and Smart, *"Bristol Fashion"
MPC Circuits*. Both are web pages, of Bristol and of KU Leuven.
"""

from collections.abc import Callable
from typing import NoReturn

import numpy as np

from ppdl_course.mpc.circuits.circuit import EQ, OP_NAMES, Circuit, _fault

_KIND = {name: kind for kind, name in enumerate(OP_NAMES)}
_ARITY = {"XOR": 2, "AND": 2, "INV": 1, "EQ": 1, "EQW": 1}
MAX_WIRES = 1 << 26
"""More are refused before memory is taken: a first line costs its writer nothing."""


class BristolError(ValueError):
    """A circuit file that is not well formed; the message has line and reason."""


def read(text: str) -> Circuit:
    """Read a circuit in Bristol Fashion.

    Raises:
        BristolError: At the first fault, with its line number and the reason.
    """
    return _read(text, _fashion_header)


def read_old(text: str) -> Circuit:
    """Read a circuit in the old Bristol format (two inputs, one output)."""
    return _read(text, _old_header)


def write(circuit: Circuit) -> str:
    """Write a circuit in Bristol Fashion; :func:`read` gives the same circuit."""
    header = [
        f"{circuit.gates} {circuit.wires}",
        _counts(circuit.inputs),
        _counts(circuit.outputs),
    ]
    return _write(header, circuit)


def write_old(circuit: Circuit) -> str:
    """Write a circuit in the old format.

    Raises:
        ValueError: If it has other than one or two inputs, more than one output, or a
            gate (``EQ``, ``EQW``) that the old format lacks.
    """
    if not 1 <= len(circuit.inputs) <= 2 or len(circuit.outputs) != 1:
        raise ValueError(
            "the old format takes 1 or 2 inputs and 1 output, circuit has "
            f"{len(circuit.inputs)} and {len(circuit.outputs)}"
        )
    if np.any(circuit.op >= EQ):
        raise ValueError("the old format has no EQ and no EQW gates")
    sizes = [*[*circuit.inputs, 0][:2], circuit.outputs[0]]
    header = [f"{circuit.gates} {circuit.wires}", " ".join(map(str, sizes))]
    return _write(header, circuit)


def _counts(values: tuple[int, ...]) -> str:
    return " ".join(map(str, (len(values), *values)))


def _write(header: list[str], circuit: Circuit) -> str:
    lines = [*header, ""]
    for op, a, b, out in circuit.rows():
        name = OP_NAMES[op]
        wires = f"2 1 {a} {b} {out}" if _ARITY[name] == 2 else f"1 1 {a} {out}"
        lines.append(f"{wires} {name}")
    return "\n".join(lines) + "\n"


Lines = list[tuple[int, list[str]]]
Header = tuple[int, int, tuple[int, ...], tuple[int, ...]]


def _read(text: str, header: Callable[[Lines], tuple[Header, int]]) -> Circuit:
    """Read a file whose first lines ``header`` understands.

    Args:
        text: The whole file.
        header: Gets all lines that are not blank, with their numbers; returns gates,
            wires, bits of inputs and of outputs, and how many lines that took.
    """
    lines = [(n, s.split()) for n, s in enumerate(text.splitlines(), 1) if s.strip()]
    (gates, wires, inputs, outputs), used = header(lines)
    body = lines[used:]
    if wires > MAX_WIRES:
        _fail(lines[0][0], f"{wires} wires announced, more than {MAX_WIRES}")
    if wires != gates + sum(inputs):
        _fail(
            lines[0][0],
            f"{wires} wires announced, but {gates} gates and "
            f"{sum(inputs)} input bits make {gates + sum(inputs)}",
        )
    if not 0 < sum(outputs) <= wires:
        _fail(lines[used - 1][0], f"{sum(outputs)} output bits on {wires} wires")
    ready = bytearray(wires)
    ready[: sum(inputs)] = b"\1" * sum(inputs)
    rows = np.zeros((gates, 4), dtype=np.int64)
    for k, (line, words) in enumerate(body):
        if k == gates:
            _fail(line, f"{gates} gates announced, here is one more")
        op, a, b, out = _gate(line, words)
        reason = _fault(op, a, b, out, ready)
        if reason:
            _fail(line, reason)
        ready[out] = 1
        rows[k] = op, a, b, out
    if len(body) < gates:
        last = lines[-1][0]
        _fail(last, f"the file ends after {len(body)} of {gates} gates")
    return Circuit(inputs, outputs, *rows.T)


def _fashion_header(lines: Lines) -> tuple[Header, int]:
    gates, wires = _sizes(lines)
    values = []
    for index, what in ((1, "inputs"), (2, "outputs")):
        if index >= len(lines):
            _fail(lines[-1][0], f"the file ends before the line of the {what}")
        line, words = lines[index]
        count, *bits = _numbers(line, words)
        if count < 1 or count != len(bits) or min(bits) < 1:
            _fail(line, f"{what}: a number n, then n positive bit counts")
        values.append(tuple(bits))
    return (gates, wires, values[0], values[1]), 3


def _old_header(lines: Lines) -> tuple[Header, int]:
    gates, wires = _sizes(lines)
    if len(lines) < 2:
        _fail(lines[-1][0], "the file ends before the line of the inputs")
    line, words = lines[1]
    sizes = _numbers(line, words)
    if len(sizes) != 3 or sizes[0] < 1 or sizes[2] < 1:
        _fail(line, "three bit counts expected: input 1, input 2, outputs")
    inputs = tuple(n for n in sizes[:2] if n)
    return (gates, wires, inputs, (sizes[2],)), 2


def _sizes(lines: Lines) -> tuple[int, int]:
    if not lines:
        _fail(1, "the file is empty")
    line, words = lines[0]
    sizes = _numbers(line, words)
    if len(sizes) != 2:
        _fail(line, f"number of gates and of wires expected, got {' '.join(words)!r}")
    return sizes[0], sizes[1]


def _gate(line: int, words: list[str]) -> tuple[int, int, int, int]:
    name = words[-1]
    if name not in _KIND:
        _fail(line, f"unknown gate {name!r}; known are {', '.join(OP_NAMES)}")
    arity = _ARITY[name]
    numbers = _numbers(line, words[:-1])
    if len(numbers) != arity + 3 or numbers[:2] != [arity, 1]:
        _fail(line, f"{name} must read '{arity} 1', {arity} input(s), 1 output")
    a, out = numbers[2], numbers[-1]
    return _KIND[name], a, numbers[3] if arity == 2 else 0, out


def _numbers(line: int, words: list[str]) -> list[int]:
    for word in words:
        # 18 digits fit into int64; int() would take signs, spaces and other scripts
        if not (word.isascii() and word.isdigit() and len(word) < 19):
            _fail(line, f"a number is expected, got {word!r}")
    return [int(word) for word in words]


def _fail(line: int, reason: str) -> NoReturn:
    raise BristolError(f"line {line}: {reason}")
