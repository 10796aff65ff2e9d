"""Two-party computation by a garbled circuit, over a channel.

    Garbler, input 0 of the circuit              Evaluator, input 1
    circuit digest, key of H    -- setup ------>  refuses another circuit
    labels of its own bits      -- labels ----->
                                <-- OT ------->   labels of its own bits (ot_extension)
    tables, chunk by chunk      -- tables ----->  evaluates as they come
    colours of the zero labels  -- colours ---->  output bits
                                <-- output -----  (only if both are to learn it)

The number of rounds does not depend on the circuit. Tables are neither kept by the
garbler nor collected by the evaluator, so a circuit may be larger than memory.

Security: passive adversaries. The garbler learns nothing but the output it is told; the
evaluator nothing but the output. Not protected: a garbler who garbles another circuit
(the digest is a word, not a proof), an evaluator who lies about the output, and what
the output itself tells about the inputs.

Source: Yao, FOCS 1986; Lindell and Pinkas, J. Cryptology 2009; half gates, EUROCRYPT
2015; the labels by OT extension, CRYPTO 2003.
"""

import hashlib
from collections.abc import Iterator

import numpy as np

from ppdl_course.mpc.circuits import bristol
from ppdl_course.mpc.circuits.circuit import Circuit, as_bits, from_bits, to_bits
from ppdl_course.mpc.garbling.batched import (
    BatchEvaluator,
    BatchGarbler,
    Chunk,
    decode,
)
from ppdl_course.mpc.transfer.ot_extension import receive_labels, send_labels
from ppdl_course.parties.channel import Endpoint


def digest(circuit: Circuit) -> bytes:
    """Return a SHA-256 of a circuit, so that both parties know they mean the same."""
    sha = hashlib.sha256(repr((circuit.inputs, circuit.outputs)).encode())
    for column in (circuit.op, circuit.left, circuit.right, circuit.out):
        sha.update(column.astype("<i8").tobytes())
    return sha.digest()


def play_garbler(
    end: Endpoint, circuit: Circuit, bits: np.ndarray, *, output_to_both: bool = True
) -> np.ndarray | None:
    """Play the garbler.

    Args:
        end: The garbler's end.
        circuit: With two input values; the first is the garbler's.
        bits: The garbler's input, shape ``(wires,)`` or ``(wires, instances)``.
        output_to_both: Whether the evaluator sends the output back.

    Returns:
        The output bits, with as many axes as ``bits``; ``None`` if only the evaluator
        learns them.

    Raises:
        ValueError: If the circuit has not two inputs, or ``bits`` are not its first.
    """
    single = np.ndim(bits) == 1
    bits = _by_instance(circuit, bits, 0)
    garbler = BatchGarbler(circuit, bits.shape[1])
    labels = garbler.labels(0, bits)  # refuses bad bits before anything is sent
    end.note("R of instance 0", garbler.offset[0].tobytes())
    end.send("setup", (digest(circuit), garbler.key, garbler.instances))
    end.send("labels", labels)
    zero = garbler.zero[circuit.inputs[0] :]
    one = zero ^ garbler.offset
    send_labels(end, zero.reshape(-1, 2), one.reshape(-1, 2))
    for block in garbler.blocks:
        for chunk in garbler.stream(block):
            end.send("tables", chunk)
    end.send("colours", garbler.colours)
    if not output_to_both:
        return None
    output = as_bits(end.receive("output"), sum(circuit.outputs), "output")
    return output[:, 0] if single else output


def play_evaluator(
    end: Endpoint, circuit: Circuit, bits: np.ndarray, *, output_to_both: bool = True
) -> np.ndarray:
    """Play the evaluator; its input is the circuit's second value.

    Returns:
        The output bits, bool, with as many axes as ``bits``.

    Raises:
        ValueError: If the garbler means another circuit or number of instances.
    """
    single = np.ndim(bits) == 1
    bits = as_bits(_by_instance(circuit, bits, 1), circuit.inputs[1], "bits")
    instances = bits.shape[1]
    garbler_digest, key, garbler_instances = end.receive("setup")
    if garbler_digest != digest(circuit):
        raise ValueError("the garbler's circuit must be the evaluator's, it is not")
    if garbler_instances != instances:
        raise ValueError(
            f"instances must be {instances}, the garbler has {garbler_instances}"
        )
    evaluator = BatchEvaluator(circuit, key, instances)
    garbler_labels = end.receive("labels")
    chosen = receive_labels(end, bits.reshape(-1)).reshape(len(bits), instances, 2)
    end.note("own labels, by OT", chosen[:, 0])
    labels = np.concatenate([garbler_labels, chosen])
    # Every block takes just its own chunks off the wire: both cut by the same plan.
    output_labels = np.concatenate(
        [evaluator.run(labels[:, block], _tables(end)) for block in evaluator.blocks],
        axis=1,
    )
    end.note("output labels", output_labels[:, 0])
    output = decode(output_labels, end.receive("colours"))
    if output_to_both:
        end.send("output", output)
    return output[:, 0] if single else output


def garbler(end: Endpoint, text: str, number: int) -> int:
    """Play the garbler of a circuit file on an unsigned number: for a process."""
    circuit = bristol.read(text)
    end.note("own number", number)
    return from_bits(play_garbler(end, circuit, to_bits(number, circuit.inputs[0])))


def evaluator(end: Endpoint, text: str, number: int) -> int:
    """Play the evaluator of a circuit file on an unsigned number: for a process."""
    circuit = bristol.read(text)
    end.note("own number", number)
    bits = to_bits(number, circuit.inputs[1])
    return from_bits(play_evaluator(end, circuit, bits))


def _tables(end: Endpoint) -> Iterator[Chunk]:
    while True:
        yield end.receive("tables")


def _by_instance(circuit: Circuit, bits: np.ndarray, party: int) -> np.ndarray:
    """Return a party's input as ``(wires, instances)``; its entries are not checked."""
    if len(circuit.inputs) != 2:
        raise ValueError(f"circuit must have two inputs, got {len(circuit.inputs)}")
    array, wires = np.asarray(bits), circuit.inputs[party]
    if array.ndim not in (1, 2):
        raise ValueError(f"bits must have one or two axes, got {array.ndim}")
    if len(array) != wires:
        raise ValueError(f"bits must have length {wires}, got shape {array.shape}")
    return array[:, None] if array.ndim == 1 else array
