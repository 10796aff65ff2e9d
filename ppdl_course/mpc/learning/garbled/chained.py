"""Many garbled circuits under one R, so that outputs of one are inputs of the next.

``batched`` gives each instance an offset of its own. Here one R serves a whole session:
a label that comes out of one circuit may go into any other, into several, or be added
to another (XOR is free between circuits too). A network is then garbled layer by layer,
and no circuit of the whole is ever built.

    zero labels of inputs -> circuit 1 -> zero labels of its outputs -> circuit 2 -> ...

With one R no two gates may share a tweak, in whichever circuit or instance they are:
the same input label can stand at many of them. So all gates of a session are numbered
through: gate g of instance i of a circuit has the number

    first + g * instances + i

and ``first`` moves on by gates x instances. Both parties count alike.

Security: as half gates, passive. Both labels of any wire of the session give R away
and with it *every* bit of the session, not only one instance: so an output that is
decoded is decoded by colours, and labels are never asked for twice.

Source: Zahur, Rosulek, Evans: Two Halves Make a Whole. EUROCRYPT 2015; chaining as
"output labels as input labels" in Mood, Gupta, Butler, Feigenbaum: Reuse It Or Lose It.
CCS 2014.
"""

import secrets
from collections.abc import Callable, Iterable

import numpy as np

from ppdl_course.arguments import at_least, between
from ppdl_course.mpc.circuits.circuit import Circuit, as_bits
from ppdl_course.mpc.garbling.batched import (
    BatchEvaluator,
    BatchGarbler,
    Chunk,
)
from ppdl_course.mpc.label_hash import LABEL_BYTES, where

TokenBytes = Callable[[int], bytes]
NUMBERS = 1 << 63
"""Gates have numbers below: a tweak is twice that."""


class ChainGarbler:
    """The garbler of a session; holds R.

    Args:
        token_bytes: Source of secret bytes; replaced in tests only.

    Attributes:
        key: The public key of the hash.
        offset: R, uint64 ``(2,)``; secret.
        gates: AND gates garbled so far, all instances counted.
    """

    def __init__(self, *, token_bytes: TokenBytes = secrets.token_bytes) -> None:
        self._token = token_bytes
        self.key = token_bytes(LABEL_BYTES)
        self.offset = np.frombuffer(token_bytes(LABEL_BYTES), np.uint64).copy()
        self.offset[0] |= np.uint64(1)  # the two labels of a wire differ in colour
        self.gates = 0

    def fresh(self, *shape: int) -> np.ndarray:
        """Return random zero labels, uint64 ``(*shape, 2)``."""
        data = self._token(int(np.prod(shape)) * LABEL_BYTES)
        return np.frombuffer(data, np.uint64).reshape(*shape, 2)

    def labels(self, zero: np.ndarray, bits: np.ndarray) -> np.ndarray:
        """Return the labels that stand for ``bits``, given their wires' zero labels.

        Raises:
            ValueError: If the shapes differ or a bit is neither 0 nor 1.
        """
        bits = as_bits(bits, len(zero), "bits")
        if bits.shape != zero.shape[:-1]:
            raise ValueError(f"bits must have shape {zero.shape[:-1]}: {bits.shape}")
        return zero ^ where(bits, self.offset)

    def garble(
        self, circuit: Circuit, zero: np.ndarray, sink: Callable[[Chunk], None]
    ) -> np.ndarray:
        """Garble instances of a circuit; return the zero labels of their outputs.

        Args:
            circuit: What to garble.
            zero: Zero labels of its inputs, uint64 ``(inputs, instances, 2)``.
            sink: Gets the tables, chunk by chunk; a chunk is written over afterwards.

        Returns:
            uint64 ``(outputs, instances, 2)``.

        Raises:
            ValueError: If ``zero`` has another shape.
        """
        _check(circuit, zero, "zero")
        batch = BatchGarbler(
            circuit,
            zero.shape[1],
            offset=self.offset,
            zero=zero,
            token_bytes=bytes,  # its own key is not used
        )
        batch.key, batch.first = self.key, self.gates
        for block in batch.blocks:
            for chunk in batch.stream(block):
                sink(chunk)
        self.gates = _counted(self.gates, circuit, zero.shape[1])
        return batch.output_zero


class ChainEvaluator:
    """The evaluator of a session: one label for each wire.

    Args:
        key: The public key of the hash.

    Attributes:
        gates: AND gates evaluated so far, all instances counted.
    """

    def __init__(self, key: bytes) -> None:
        self.key = key
        self.gates = 0

    def run(
        self, circuit: Circuit, labels: np.ndarray, chunks: Iterable[Chunk]
    ) -> np.ndarray:
        """Evaluate instances of a circuit; return their outputs' active labels.

        Args:
            circuit: What was garbled.
            labels: Active labels of its inputs, uint64 ``(inputs, instances, 2)``.
            chunks: The garbler's tables; exactly the circuit's own are taken.

        Raises:
            ValueError: If the labels or a chunk have the wrong shape or type.
        """
        _check(circuit, labels, "labels")
        instances = labels.shape[1]
        batch = BatchEvaluator(circuit, self.key, instances, one_offset=True)
        batch.first = self.gates
        stream = iter(chunks)
        parts = [
            batch.run(labels[:, block], stream, start=block.start)
            for block in batch.blocks
        ]
        self.gates = _counted(self.gates, circuit, instances)
        return np.concatenate(parts, axis=1)


def _counted(gates: int, circuit: Circuit, instances: int) -> int:
    gates += circuit.and_gates * instances
    between(0, NUMBERS, gates=gates)
    return gates


def _check(circuit: Circuit, labels: np.ndarray, name: str) -> None:
    inputs = sum(circuit.inputs)
    if (
        labels.ndim != 3
        or labels.shape[::2] != (inputs, 2)
        or labels.dtype != np.uint64
    ):
        raise ValueError(f"{name} must be uint64 ({inputs}, n, 2), got {labels.shape}")
    at_least(1, instances=labels.shape[1])
