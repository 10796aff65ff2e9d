"""Half-gates garbling of many instances at once, layer by layer, tables as a stream.

What ``half_gates`` does gate by gate is done here for a whole step of a plan
and a block of instances at a time, in memory taken once. Each instance has labels and
an offset R of its own (which is why tweaks may repeat from one instance to the next),
or all have one R, so that circuits can be chained: then tweaks name gate and instance.
The formulas are those of ``half_gates``, so are the tables, bit by bit:

    p, q the colours of the zero labels A0, B0
    G = H(A0, 2n) xor H(A1, 2n),  E = H(B0, 2n+1) xor H(B1, 2n+1)   for gate number n
    TG = G xor q R                                  first row of the gate
    TE = E xor A0                                   second row
    C0 = H(A0, 2n) xor p TG xor H(B0, 2n+1) xor q E           zero label of the output

Numpy's passes over memory take longer than AES, so there are few of them: a pass
handles thousands of labels, and none copies what can be hashed or added where it lies.
Blocks may run on several threads, but two gain nothing: they wait for Python's lock.
A chunk of tables is handed on as soon as it is full, so memory is (live wires + one
chunk) x block, for each thread.

Source: Zahur, Rosulek, Evans: Two Halves Make a Whole. EUROCRYPT 2015.
"""

import secrets
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from ppdl_course.arguments import array_of, between
from ppdl_course.mpc.circuits.circuit import Circuit, as_bits
from ppdl_course.mpc.garbling.blocks import cut, numbering
from ppdl_course.mpc.garbling.plan import ONE_SLOT, Step
from ppdl_course.mpc.garbling.workspace import BOTH, Workspace
from ppdl_course.mpc.label_hash import LABEL_BYTES, colour

Chunk = np.ndarray
"""Tables, uint64, shape ``(2, gates, instances, 2)``: first and second rows."""


class BatchGarbler:
    """The garbler of many instances of one circuit; knows every label and every R.

    Args:
        circuit: What to garble.
        instances: How many independent copies.
        block: Instances garbled together, by default ``block_size``; both parties
            must use the same.
        offset: One R for all instances, shape ``(2,)``, so that circuits can be
            chained: a fresh ``offsets(1)[0]``, or that of the circuit before.
        zero: Zero labels of the input wires, as the attribute; by default fresh ones.
            In a chain, ``output_zero`` of the circuit before and fresh ones.
        token_bytes: Source of secret bytes; replaced in tests only.

    Attributes:
        key: The public key of the hash.
        offset: R of each instance, shape ``(instances, 2)``; secret.
        zero: Zero labels of the input wires, ``(inputs, instances, 2)``; secret.
        output_zero: Zero labels of the output wires, known once garbled; secret.
        first: Number of gate 0 of instance 0 under one offset; other than 0 where a
            key serves several circuits (``learning.garbled.chained``).

    Raises:
        ValueError: If ``instances`` or ``block`` is below 1, if ``offset`` or ``zero``
            has another shape or dtype, or if the offset's lowest bit is 0.
    """

    def __init__(
        self,
        circuit: Circuit,
        instances: int = 1,
        *,
        block: int | None = None,
        offset: np.ndarray | None = None,
        zero: np.ndarray | None = None,
        token_bytes: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        self.plan, self.blocks = cut(circuit, instances, block)
        self.instances = instances
        self.key = token_bytes(LABEL_BYTES)
        self.one_offset = offset is not None
        if offset is None:
            self.offset = offsets(instances, token_bytes=token_bytes)
        else:
            array_of((2,), np.uint64, offset=offset)
            if not colour(offset):
                raise ValueError("offset must have lowest bit 1, got 0")
            self.offset = np.tile(offset, (instances, 1))
        shape = (len(self.plan.inputs), instances)
        if zero is None:
            zero = _random(token_bytes, *shape)
        array_of((*shape, 2), np.uint64, zero=zero)
        self.zero = zero
        self.first = 0
        self.output_zero = np.zeros((len(self.plan.outputs), instances, 2), np.uint64)

    @property
    def colours(self) -> np.ndarray:
        """Colour bits of the output wires' zero labels, bool ``(outputs, instances)``.

        Known once garbled. Given to whoever may learn the output.
        """
        return colour(self.output_zero)

    def labels(self, first: int, bits: np.ndarray) -> np.ndarray:
        """Return the labels that stand for ``bits`` on the wires from ``first`` on.

        Args:
            first: Number of an input wire.
            bits: Shape ``(wires, instances)``.

        Raises:
            ValueError: If there are no such wires or ``bits`` has another shape.
        """
        bits = as_bits(bits, len(bits), "bits")
        if bits.shape[1:] != (self.instances,):
            raise ValueError(
                f"bits must have shape (wires, {self.instances}), got {bits.shape}"
            )
        last = len(self.zero) - len(bits)
        between(0, last, first=first)
        zero = self.zero[first : first + len(bits)]
        mask = np.negative(bits.astype(np.uint64))[..., None]  # 0 or 2^64 - 1
        return zero ^ (mask & self.offset)

    def stream(self, block: slice) -> Iterator[Chunk]:
        """Garble one block and yield its tables, chunk by chunk.

        A chunk is overwritten by the next one: use it or copy it before going on.
        """
        offset = self.offset[block]
        start = self.first + block.start
        numbers = numbering(self.one_offset, start, self.instances)
        work = Workspace(self.plan, len(offset), self.key, both=True, **numbers)
        # Zero label R: the constant one's label of 1 is then 0, which both know.
        work.wires[ONE_SLOT] = offset
        work.wires[self.plan.inputs] = self.zero[:, block]
        # R repeated for each gate of a chunk: plain loops are faster than broadcasts.
        R = np.ascontiguousarray(np.broadcast_to(offset, (work.rows, *offset.shape)))
        for step, part, gate in work.and_slices():
            if part is None:
                work.xor(step)
            else:
                yield _garble(work, step, part, gate, R)
        self.output_zero[:, block] = work.wires[self.plan.outputs]

    def garble(self, sink: Callable[[slice, Chunk], None], *, threads: int = 1) -> None:
        """Garble everything; ``sink`` gets each block's chunks, in order in a block.

        With several threads ``sink`` is called from each of them.
        """

        def work(block: slice) -> None:
            for chunk in self.stream(block):
                sink(block, chunk)

        _run(work, self.blocks, threads)


class BatchEvaluator:
    """The evaluator: holds one label for each wire and never learns which bit it is.

    Args:
        circuit: What was garbled.
        key: The public key of the hash.
        instances: How many copies.
        block: As the garbler's.
        one_offset: Whether the garbler has one offset for all instances.
    """

    def __init__(
        self,
        circuit: Circuit,
        key: bytes,
        instances: int = 1,
        *,
        block: int | None = None,
        one_offset: bool = False,
    ) -> None:
        self.plan, self.blocks = cut(circuit, instances, block)
        self.key, self.instances, self.one_offset = key, instances, one_offset
        self.first = 0  # as the garbler's

    def run(
        self, labels: np.ndarray, chunks: Iterable[Chunk], *, start: int = 0
    ) -> np.ndarray:
        """Evaluate one block.

        Args:
            labels: The active labels of all inputs, ``(inputs, instances, 2)``.
            chunks: The garbler's stream for this block.
            start: Number of the block's first instance; read if there is one offset.

        Returns:
            The active labels of the outputs, ``(outputs, instances, 2)``.

        Raises:
            ValueError: If a chunk is missing or has the wrong shape, or if no block of
                so many instances begins at ``start``.
        """
        inputs, instances = len(self.plan.inputs), labels.shape[1]
        if labels.shape != (inputs, instances, 2) or labels.dtype != np.uint64:
            raise ValueError(f"labels must be uint64 ({inputs}, n, 2), {labels.shape}")
        if self.one_offset and slice(start, start + instances) not in self.blocks:
            raise ValueError(
                f"start must begin a block of {instances} instances, got {start}"
            )
        numbers = numbering(self.one_offset, self.first + start, self.instances)
        work = Workspace(self.plan, instances, self.key, both=False, **numbers)
        work.wires[ONE_SLOT] = 0  # the label of 1 of the constant one: R xor R
        work.wires[self.plan.inputs] = labels
        stream = iter(chunks)
        for step, part, gate in work.and_slices():
            if part is None:
                work.xor(step)
                continue
            chunk = next(stream, None)
            shape = (2, len(step.out[part]), instances, 2)
            if chunk is None or chunk.shape != shape or chunk.dtype != np.uint64:
                wrong = "none" if chunk is None else f"{chunk.dtype} {chunk.shape}"
                raise ValueError(
                    f"chunk of gate {gate} must be uint64 {shape}: {wrong}"
                )
            _evaluate(work, step, part, gate, chunk)
        return work.wires[self.plan.outputs]


def offsets(
    count: int, *, token_bytes: Callable[[int], bytes] = secrets.token_bytes
) -> np.ndarray:
    """Return fresh offsets R, shape ``(count, 2)``; the lowest bit of each is 1."""
    fresh = _random(token_bytes, count)
    fresh[:, 0] |= np.uint64(1)  # the two labels of a wire differ in colour
    return fresh


def decode(labels: np.ndarray, colours: np.ndarray) -> np.ndarray:
    """Return the bits that output labels stand for, given the zero labels' colours."""
    return colour(labels) ^ colours


def _garble(
    work: Workspace, step: Step, part: slice, gate: int, R: np.ndarray
) -> Chunk:
    """Garble AND gates: return their tables, store the zero labels of their outputs.

    Args:
        work: The block's live wires, which hold zero labels.
        step: A step of AND gates.
        part: Which of its gates.
        gate: Number of the first of them.
        R: The offsets, once for each gate that a chunk may hold.
    """
    at = work.load(step, part)  # A0, B0
    R = R[: len(at.one)]
    np.bitwise_xor(at.inputs, R, out=at.labels[:, 1])  # A1, B1
    at.read_colours()  # p, q
    work.hash_labels(at, gate)
    rows = np.bitwise_xor(at.first, at.hashed[:, 1], out=at.rows)  # G, E
    TG, TE = rows
    TG ^= at.mask(1, R)  # q R
    at.mask(BOTH, rows)  # p TG, q E
    TE ^= at.left  # A0
    work.store(step, part, at)
    return rows


def _evaluate(
    work: Workspace, step: Step, part: slice, gate: int, chunk: Chunk
) -> None:
    """Evaluate AND gates: store the active labels of their outputs."""
    at = work.load(step, part)  # A, B
    at.read_colours()  # s, t
    work.hash_labels(at, gate)
    TG, TE = chunk
    at.mask(0, TG)
    at.mask(1, np.bitwise_xor(TE, at.left, out=at.masked[1]))  # TE xor A
    work.store(step, part, at)  # C = H(A) xor s TG xor H(B) xor t (TE xor A)


def _random(token_bytes: Callable[[int], bytes], *shape: int) -> np.ndarray:
    data = token_bytes(int(np.prod(shape)) * LABEL_BYTES)
    return np.frombuffer(data, np.uint64).reshape(*shape, 2).copy()


def _run(work: Callable[[slice], None], blocks: list[slice], threads: int) -> None:
    if threads == 1 or len(blocks) == 1:
        for block in blocks:
            work(block)
        return
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, blocks))  # the list: an error in a thread is raised here
