"""Half-gates garbling of many instances at once, layer by layer, tables as a stream.

What ``half_gates`` does gate by gate is done here for a whole step of a plan
and a block of instances at a time, in memory taken once. Each instance has labels and
an offset R of its own (which is why tweaks may repeat from one instance to the next).
The tables are the same, bit by bit, as the teaching version's, and so are the names;
but the labels are hashed by colour and not by bit, which saves the products p TG and
q (TE xor A0):

    p, q the colours of the zero labels A0, B0
    X = A0 xor p R,  Y = B0 xor q R                the labels of colour 0
    TG = H(X, 2g) xor H(X xor R, 2g) xor q R       first row of gate g
    TE = H(Y, 2g+1) xor H(Y xor R, 2g+1) xor A0    second row
    C0 = H(X, 2g) xor H(Y, 2g+1) xor p q R         zero label of the output

{X, X xor R} is {A0, A1}, so the rows are those of ``half_gates``. There p = 1 turns
H(A0) xor p TG into H(A1) xor q R, that is H(X) xor p q R; q = 1 turns
H(B0) xor q (TE xor A0) into H(B1), that is H(Y).

A block of 64 instances stays in the processor's cache; blocks run on several threads,
since AES and numpy let go of Python's lock. A chunk of tables is handed on as soon as
it is full, so memory is (live wires + one chunk) x block, for each thread.

Source: Zahur, Rosulek, Evans: Two Halves Make a Whole. EUROCRYPT 2015.
"""

import os
import secrets
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from ppdl_course.arguments import at_least, between
from ppdl_course.mpc.circuits.circuit import Circuit, as_bits
from ppdl_course.mpc.garbling.plan import ONE_SLOT, Step, plan
from ppdl_course.mpc.garbling.workspace import Workspace
from ppdl_course.mpc.label_hash import LABEL_BYTES, colour

BLOCK = 64
"""Instances garbled together. AES-128 needs 1,033 slots, so its live wires take 1 MB;
a quarter of that leaves much of the time to Python, four times as much gains a tenth.
"""

THREADS = min(2, os.cpu_count() or 1)

Chunk = np.ndarray
"""Tables, uint64, shape ``(2, gates, instances, 2)``: first and second rows."""


class BatchGarbler:
    """The garbler of many instances of one circuit; knows every label and every R.

    Args:
        circuit: What to garble.
        instances: How many independent copies.
        block: Instances garbled together; both parties must use the same.
        token_bytes: Source of secret bytes; replaced in tests only.

    Attributes:
        key: The public key of the hash.
        offset: R of each instance, shape ``(instances, 2)``; secret.
        zero: Zero labels of the input wires, ``(inputs, instances, 2)``; secret.
        colours: Colour bits of the output wires' zero labels, bool ``(outputs,
            instances)``, known once garbled. Given to whoever may learn the output.

    Raises:
        ValueError: If ``instances`` or ``block`` is below 1.
    """

    def __init__(
        self,
        circuit: Circuit,
        instances: int = 1,
        *,
        block: int = BLOCK,
        token_bytes: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        self.plan = plan(circuit)
        self.blocks = block_slices(instances, block)
        self.instances = instances
        self.key = token_bytes(LABEL_BYTES)
        inputs = len(self.plan.inputs)
        self.offset = _random(token_bytes, instances)
        self.offset[:, 0] |= np.uint64(1)  # the two labels of a wire differ in colour
        self.zero = _random(token_bytes, inputs, instances)
        self.colours = np.zeros((len(self.plan.outputs), instances), bool)

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
        work = Workspace(self.plan, len(offset), self.key)
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
        self.colours[:, block] = colour(work.wires[self.plan.outputs])

    def garble(
        self, sink: Callable[[slice, Chunk], None], *, threads: int = THREADS
    ) -> None:
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
    """

    def __init__(
        self, circuit: Circuit, key: bytes, instances: int = 1, *, block: int = BLOCK
    ) -> None:
        self.plan = plan(circuit)
        self.key = key
        self.blocks = block_slices(instances, block)

    def run(self, labels: np.ndarray, chunks: Iterable[Chunk]) -> np.ndarray:
        """Evaluate one block.

        Args:
            labels: The active labels of all inputs, ``(inputs, instances, 2)``.
            chunks: The garbler's stream for this block.

        Returns:
            The active labels of the outputs, ``(outputs, instances, 2)``.

        Raises:
            ValueError: If a chunk is missing or has the wrong shape.
        """
        inputs, instances = len(self.plan.inputs), labels.shape[1]
        if labels.shape != (inputs, instances, 2) or labels.dtype != np.uint64:
            raise ValueError(f"labels must be uint64 ({inputs}, n, 2), {labels.shape}")
        work = Workspace(self.plan, instances, self.key)
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


def decode(labels: np.ndarray, colours: np.ndarray) -> np.ndarray:
    """Return the bits that output labels stand for, given the zero labels' colours."""
    return colour(labels) ^ colours


def block_slices(instances: int, block: int = BLOCK) -> list[slice]:
    """Cut instances into blocks."""
    at_least(1, instances=instances, block=block)
    return [slice(k, min(k + block, instances)) for k in range(0, instances, block)]


def _garble(
    work: Workspace, step: Step, part: slice, gate: int, R: np.ndarray
) -> Chunk:
    """Garble AND gates: return their tables, store the zero labels of their outputs.

    In all arrays the first axis is A, B, and the last three are gates, instances and
    the two words of a label. Everything is written in place, into scratch memory.

    Args:
        work: The block's live wires, which hold zero labels.
        step: A step of AND gates.
        part: Which of its gates.
        gate: Number of the first of them.
        R: The offsets, once for each gate that a chunk may hold.
    """
    zero = work.gather(step, part)  # A0, B0
    gates, block = zero.shape[1:3]
    R = R[:gates]
    pq = work.masks(zero)
    pR_qR = work.scratch("pR, qR", 2, gates, block)
    for word in (0, 1):  # a mask is one word, a label two
        np.bitwise_and(pq, R[..., word], out=pR_qR[..., word])
    labels = work.scratch("labels", 2, 2, gates, block)
    np.bitwise_xor(zero, pR_qR, out=labels[:, 0])  # X, Y
    np.bitwise_xor(labels[:, 0], R, out=labels[:, 1])  # X xor R, Y xor R
    H = work.hashed(labels, gate)
    tables = work.scratch("tables", 2, gates, block)
    (TG, TE), (pR, qR), A0 = tables, pR_qR, zero[0]
    np.bitwise_xor(H[:, 0], H[:, 1], out=tables)
    TG ^= qR  # TG = H(X) xor H(X xor R) xor q R
    TE ^= A0  # TE = H(Y) xor H(Y xor R) xor A0
    C0 = H[0, 0]
    C0 ^= H[1, 0]
    pR &= qR  # now p q R: each of the two is R or zero
    C0 ^= pR  # C0 = H(X) xor H(Y) xor p q R
    work.wires[step.out[part]] = C0
    return tables


def _evaluate(
    work: Workspace, step: Step, part: slice, gate: int, chunk: Chunk
) -> None:
    """Evaluate AND gates: store the active labels of their outputs."""
    active = work.gather(step, part)  # A, B
    st = work.masks(active)
    rows = work.scratch("rows", *chunk.shape[:-1])
    rows[0] = chunk[0]  # TG
    np.bitwise_xor(chunk[1], active[0], out=rows[1])  # TE xor A
    for word in (0, 1):
        rows[..., word] &= st  # s TG, t (TE xor A)
    H = work.hashed(active, gate)  # the labels are gone: A was needed before
    H ^= rows
    C = H[0]
    C ^= H[1]  # C = H(A) xor s TG xor H(B) xor t (TE xor A)
    work.wires[step.out[part]] = C


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
