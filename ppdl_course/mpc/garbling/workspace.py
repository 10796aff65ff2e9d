"""The working memory of fast garbling: a block's live wires, and scratch for one chunk.

Everything both parties do alike is here: XOR gates, gathering the inputs of a chunk of
AND gates, hashing them. All arrays are taken once and reused; without that, half the
time goes into fetching memory.

What is hashed differs from H(x, i) = P(P(x) xor i) xor P(x) of ``label_hash`` by i:

    y = P(x) xor i,  P(y) xor y = H(x, i) xor i

Both are needed only in sums of two hashes. Where the two have one tweak, i cancels;
where they have 2g and 2g + 1, what is left is 2g xor (2g + 1) = 1, the same for all
gates. So P(x) is tweaked where it lies, and no copy of it is kept.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from ppdl_course.mpc.garbling.plan import Plan, Step
from ppdl_course.mpc.label_hash import LABEL_BYTES, LabelHash

CHUNK = 16384
"""AND gates times instances in a chunk of tables. A call of numpy costs as much as some
hundred labels, so half of it costs 3 % of the speed; twice as much leaves the cache.
"""

ROWWISE = 128
"""Instances from which on an XOR gate is one call, straight from slots to slot. With
fewer the call costs more than the work, and all gates of a step are gathered instead.
"""

BOTH = slice(None)
"""Both inputs of a gate, for ``Scratch.mask``."""

LOW = np.uint64(1)
"""The colour bit of a label's low word; also 2g xor (2g + 1)."""


class Scratch(NamedTuple):
    """Memory for a chunk of gates; the last axes are gates, instances, two words.

    The first axis is left and right input. ``labels``, ``permuted``, ``hashed`` have a
    second: the labels that are hashed of each input, one or both.
    """

    labels: np.ndarray
    permuted: np.ndarray
    hashed: np.ndarray
    masks: np.ndarray
    masked: np.ndarray

    def read_colours(self) -> None:
        """Set ``masks`` to all ones where the first label has colour 1, else to 0."""
        masks = self.masks
        np.bitwise_and(self.labels[:, 0], LOW, out=masks)
        np.negative(masks, out=masks)  # modulo 2^64, -1 is all ones
        # Both words at once and then one over the other: strides are slow.
        masks[..., 1] = masks[..., 0]

    def mask(self, which: int | slice, rows: np.ndarray) -> np.ndarray:
        """Return ``masked[which]``, set to the rows where the mask is 1, else to 0."""
        return np.bitwise_and(self.masks[which], rows, out=self.masked[which])


class Workspace:
    """Memory for one block of instances: the live wires and scratch for one chunk.

    Args:
        steps: The plan of the circuit.
        instances: How many in the block.
        key: Of the hash.
        labels: How many labels of each input of a gate are hashed, 1 or 2.
        numbers: Number of gate 0, for each instance or, shape ``(1,)``, for all.
        stride: What a gate's number exceeds the one before by.
    """

    def __init__(
        self,
        steps: Plan,
        instances: int,
        key: bytes,
        *,
        labels: int,
        numbers: np.ndarray,
        stride: int,
    ) -> None:
        self.plan, self.instances = steps, instances
        self.hash = LabelHash(key)
        widest = max((len(s.out) for s in steps.steps if s.is_and), default=1)
        self.rows = max(1, min(CHUNK // instances, widest))
        self.wires = np.empty((steps.slots, instances, 2), np.uint64)
        self._slots = list(self.wires) if instances >= ROWWISE else []
        self._labels = labels
        count = 2 * self.rows * instances
        self._memory = [_bytes(labels * count) for _ in range(3)]
        self._masks, self._masked = _bytes(count), _bytes(count)
        self._scratch: dict[int, Scratch] = {}
        self._stride = 2 * stride
        gates = np.arange(self.rows, dtype=np.uint64)[:, None]
        self._tweaks = gates * np.uint64(2 * stride) + np.uint64(2) * numbers
        self._one = np.zeros((self.rows, instances, 2), np.uint64)
        self._one[..., 0] = LOW

    def scratch(self, gates: int) -> Scratch:
        """Return the scratch memory, cut to a number of gates."""
        if gates not in self._scratch:
            shape = (gates, self.instances, 2)
            self._scratch[gates] = Scratch(
                *(_cut(m, 2, self._labels, *shape) for m in self._memory),
                *(_cut(m, 2, *shape) for m in (self._masks, self._masked)),
            )
        return self._scratch[gates]

    def xor(self, step: Step) -> None:
        """Run a step of XOR gates: the same for garbler and evaluator."""
        # A step's gates do not read each other's outputs, and ``plan`` gives none of
        # them a slot that the step still reads: so gate after gate is safe.
        wires, slots, xor = self.wires, self._slots, np.bitwise_xor
        if slots:
            columns = (step.left, step.right, step.out)
            for a, b, c in zip(*(column.tolist() for column in columns), strict=True):
                xor(slots[a], slots[b], slots[c])
            return
        rows = CHUNK // self.instances
        for start in range(0, len(step.out), rows):
            part = slice(start, start + rows)
            left = wires.take(step.left[part], axis=0)
            left ^= wires.take(step.right[part], axis=0)
            wires[step.out[part]] = left

    def load(self, step: Step, part: slice) -> Scratch:
        """Gather the labels of both inputs into ``labels[:, 0]``."""
        left, right = step.left[part], step.right[part]
        scratch = self.scratch(len(left))
        labels = scratch.labels
        # slots are in range: "clip" writes to ``out``, "raise" to a copy first
        np.take(self.wires, left, axis=0, out=labels[0, 0], mode="clip")
        np.take(self.wires, right, axis=0, out=labels[1, 0], mode="clip")
        return scratch

    def hash_labels(self, scratch: Scratch, gate: int) -> None:
        """Fill ``hashed`` with H(x, i) xor i of all labels; ``permuted`` is used up.

        The left input of gate number n has i = 2n, the right one 2n + 1; the gates are
        numbered on from ``gate``.
        """
        labels, y, hashed = scratch.labels, scratch.permuted, scratch.hashed
        self.hash.permute(labels, self._memory[1])
        tweaks = self._tweaks[: labels.shape[2]] + np.uint64(self._stride * gate)
        low = y[..., 0]
        low[0] ^= tweaks
        tweaks |= LOW
        low[1] ^= tweaks
        self.hash.permute(y, self._memory[2])
        hashed ^= y

    def store(self, step: Step, part: slice, scratch: Scratch) -> None:
        """Store the outputs: the sum of both inputs' first hash and masked row."""
        first = scratch.hashed[:, 0]
        first ^= scratch.masked
        out = first[0]
        out ^= first[1]
        out ^= self._one[: len(out)]  # the tweaks that the two hashes still hold
        self.wires[step.out[part]] = out

    def and_slices(self) -> Iterator[tuple[Step, slice | None, int]]:
        """Yield ``(step, part, first gate's number)``; ``None`` for a step of XORs."""
        gate = 0
        for step in self.plan.steps:
            if not step.is_and:
                yield step, None, gate
                continue
            for start in range(0, len(step.out), self.rows):
                part = slice(start, start + self.rows)
                yield step, part, gate
                gate += len(step.out[part])


def _bytes(labels: int) -> np.ndarray:
    # OpenSSL's in-place call wants 15 bytes more than it writes: a block less one
    return np.empty(labels * LABEL_BYTES + LABEL_BYTES - 1, np.uint8)


def _cut(memory: np.ndarray, *shape: int) -> np.ndarray:
    size = 8 * int(np.prod(shape))
    return memory[:size].view(np.uint64).reshape(shape)
