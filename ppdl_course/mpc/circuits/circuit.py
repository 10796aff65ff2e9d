"""Boolean circuits: what two parties can evaluate without seeing each other's input.

A circuit is a list of gates over numbered wires. The first wires are the inputs, value
by value; then comes one new wire for each gate; the last wires are the outputs, value
by value. The numbering is that of the Bristol formats (see ``bristol``), so that every
circuit can be written to a file and read back exactly.

    XOR, AND    two inputs                     EQ    the constant 0 or 1
    INV         one input, inverted            EQW   a copy of a wire

In garbling only AND costs anything (chapter 5): ``and_gates`` is a circuit's price.
"""

from dataclasses import dataclass, field

import numpy as np

XOR, AND, INV, EQ, EQW = range(5)
OP_NAMES = ("XOR", "AND", "INV", "EQ", "EQW")


@dataclass(frozen=True, eq=False)
class Circuit:
    """A Boolean circuit.

    Attributes:
        inputs: Bits of each input value; by custom one value for each party.
        outputs: Bits of each output value.
        op: Kind of each gate, shape ``(gates,)``, one of the constants above.
        left: First input wire of each gate (for ``EQ`` the constant itself).
        right: Second input wire; 0 where a gate has one input.
        out: Output wire of each gate.

    Raises:
        ValueError: If a gate is not one of those above, reads a wire that is not yet
            set, sets a wire twice, or the outputs are more than the wires.
    """

    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    op: np.ndarray
    left: np.ndarray
    right: np.ndarray
    out: np.ndarray
    wires: int = field(init=False)

    def __post_init__(self) -> None:
        for name in ("op", "left", "right", "out"):
            column = np.ascontiguousarray(getattr(self, name), dtype=np.int64)
            column.flags.writeable = False  # ``plan`` remembers circuits by identity
            object.__setattr__(self, name, column)
        object.__setattr__(self, "inputs", tuple(int(n) for n in self.inputs))
        object.__setattr__(self, "outputs", tuple(int(n) for n in self.outputs))
        object.__setattr__(self, "wires", sum(self.inputs) + len(self.op))
        self._validate()

    def _validate(self) -> None:
        if not self.inputs or min(self.inputs) < 1 or not self.outputs:
            raise ValueError(f"inputs must be positive, got {self.inputs}")
        if min(self.outputs) < 1 or sum(self.outputs) > self.wires:
            raise ValueError(
                f"outputs must be positive and at most {self.wires} in all, "
                f"got {self.outputs}"
            )
        ready = bytearray(self.wires)  # 1 for each wire that has a value by then
        ready[: sum(self.inputs)] = b"\1" * sum(self.inputs)
        for gate, (op, a, b, out) in enumerate(self.rows()):
            reason = _fault(op, a, b, out, ready)
            if reason:
                raise ValueError(f"gate {gate}: {reason}")
            ready[out] = 1

    def rows(self) -> list[tuple[int, int, int, int]]:
        """Return the gates as plain tuples ``(op, left, right, out)``."""
        columns = (self.op, self.left, self.right, self.out)
        return list(zip(*(column.tolist() for column in columns), strict=True))

    @property
    def gates(self) -> int:
        """Number of gates."""
        return len(self.op)

    @property
    def and_gates(self) -> int:
        """Number of AND gates: what garbling has to pay for."""
        return int(np.count_nonzero(self.op == AND))

    @property
    def xor_gates(self) -> int:
        """Number of XOR gates: free since 2008."""
        return int(np.count_nonzero(self.op == XOR))

    def evaluate(self, bits: np.ndarray) -> np.ndarray:
        """Evaluate in the clear, gate by gate: the oracle of every protocol.

        Args:
            bits: Input bits, shape ``(inputs, ...)``; further axes are independent
                instances, evaluated at once.

        Returns:
            Output bits, bool, shape ``(outputs, ...)``.

        Raises:
            ValueError: If ``bits`` has the wrong length or holds anything but 0 and 1.
        """
        value: list[np.ndarray] = [*as_bits(bits, sum(self.inputs), "bits")]
        value += [value[0]] * self.gates
        for op, a, b, out in self.rows():
            if op == XOR:
                value[out] = value[a] ^ value[b]
            elif op == AND:
                value[out] = value[a] & value[b]
            elif op == INV:
                value[out] = ~value[a]
            else:
                value[out] = value[a] if op == EQW else np.full_like(value[0], a)
        return np.array(value[self.wires - sum(self.outputs) :])

    def compute(self, *values: int) -> int | tuple[int, ...]:
        """Evaluate on unsigned integers, one for each input value.

        Bit 0 of an integer is the first wire of its value.
        """
        if len(values) != len(self.inputs):
            raise ValueError(f"{len(self.inputs)} values expected, got {len(values)}")
        pairs = zip(values, self.inputs, strict=True)
        result = self.evaluate(np.concatenate([to_bits(v, n) for v, n in pairs]))
        cuts = np.cumsum(self.outputs)[:-1]
        numbers = tuple(from_bits(part) for part in np.split(result, cuts))
        return numbers if len(numbers) > 1 else numbers[0]


def _fault(op: int, a: int, b: int, out: int, ready: bytearray) -> str | None:
    """Return what is wrong with a gate, given the wires that are set before it."""
    if op not in (XOR, AND, INV, EQ, EQW):
        return f"kind must be in 0..4, got {op}"
    if op == EQ:
        if a not in (0, 1):
            return f"constant must be 0 or 1, got {a}"
    else:
        for wire in (a, b) if op in (XOR, AND) else (a,):
            if not 0 <= wire < len(ready):
                return f"wire must be in 0..{len(ready) - 1}, got {wire}"
            if not ready[wire]:
                return f"wire {wire} is read before it is set"
    if not 0 <= out < len(ready):
        return f"output wire must be in 0..{len(ready) - 1}, got {out}"
    if ready[out]:
        return f"wire {out} is set twice"
    return None


def as_bits(bits: np.ndarray, count: int, name: str) -> np.ndarray:
    """Return ``bits`` as a bool array whose first axis has ``count`` entries.

    Raises:
        ValueError: If the length differs or an entry is neither 0 nor 1.
    """
    array = np.asarray(bits)
    if array.ndim < 1 or len(array) != count:
        raise ValueError(f"{name} must have length {count}, got shape {array.shape}")
    if array.dtype != bool and not np.isin(array, (0, 1)).all():
        raise ValueError(f"{name} must hold 0 and 1 only")
    return array.astype(bool)


def to_bits(number: int, width: int) -> np.ndarray:
    """Return ``number`` as ``width`` bits, lowest first; two's complement if negative.

    Raises:
        ValueError: If it needs more bits.
    """
    number = int(number)
    if not -(1 << (width - 1)) <= number < 1 << width:
        raise ValueError(f"number must fit into {width} bits, got {number}")
    return np.array([number >> k & 1 for k in range(width)], dtype=bool)


def from_bits(bits: np.ndarray, *, signed: bool = False) -> int:
    """Return the integer whose bits, lowest first, are given, shape ``(n,)``."""
    bits = as_bits(bits, len(bits), "bits")
    if bits.ndim != 1:
        raise ValueError(f"bits must have one axis, got shape {bits.shape}")
    number = sum(1 << k for k, bit in enumerate(bits.tolist()) if bit)
    return number - (1 << len(bits)) if signed and bits[-1] else number
