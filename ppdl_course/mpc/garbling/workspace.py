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

from collections import deque
from collections.abc import Iterator

import numpy as np

from ppdl_course.mpc.garbling.plan import Plan, Step
from ppdl_course.mpc.label_hash import LABEL_BYTES, LabelHash

CHUNK = 12288
"""AND gates times instances in a chunk of tables. A call of numpy costs as much as some
hundred labels, so a third of it costs a tenth of the speed; thrice leaves the cache.
"""

BOTH = slice(None)
"""Both inputs of a gate, for ``Scratch.mask``."""

LOW = np.uint64(1)
"""The colour bit of a label's low word; also 2g xor (2g + 1)."""


class Scratch:
    """Memory for a chunk of gates, cut for their number once and then used again.

    The last axes are gates, instances and the two words of a label, the first is left
    and right input. ``labels`` and ``hashed`` have a second: the labels that are hashed
    of each input, one or both. The less memory, the more of it stays in the cache, so
    names share it: what is named later in a line overwrites what was there.

        labels   then P(x) xor i, then ``masked`` and, with both labels, ``rows``
        hashed   before that, what ``read_colours`` needs

    Args:
        memory: Bytes of ``labels``, ``hashed``, ``masks``, ``left`` and, all zero,
            ``tweaks``, whose high words stay zero.
        both: Whether both labels of each input are hashed.
        gates: The number of gates.
        instances: The number of instances.
    """

    def __init__(
        self, memory: list[np.ndarray], both: bool, gates: int, instances: int
    ) -> None:
        shape = (gates, instances, 2)
        labels, hashed, masks, left, tweaks = memory
        self.labels = _cut(labels, 2, 1 + both, *shape)
        self.hashed = _cut(hashed, 2, 1 + both, *shape)
        self.inputs, self.first = self.labels[:, 0], self.hashed[:, 0]
        pairs = _cut(labels, 1 + both, 2, *shape)
        self.masked, self.rows = pairs[0], pairs[-1]
        self.masks, self.left = _cut(masks, 2, *shape), _cut(left, *shape)
        self.spare = _cut(hashed, 2, *shape)
        self.tweaks = _cut(tweaks, 2, *shape)
        self.one = np.zeros(shape, np.uint64)
        self.one[..., 0] = LOW
        self._flat = self.masks.reshape(-1), self.spare.reshape(-1)

    def read_colours(self) -> None:
        """Set ``masks`` to all ones where the first label has colour 1, else to 0."""
        masks, low_masks = self._flat
        np.bitwise_and(self.inputs, self.one, out=self.spare)
        np.negative(self.spare, out=self.spare)  # modulo 2^64, -1 is all ones
        # every second word is 0: each word or the one before it (strides are slow)
        masks[0] = low_masks[0]
        np.bitwise_or(low_masks[1:], low_masks[:-1], out=masks[1:])

    def mask(self, which: int | slice, rows: np.ndarray) -> np.ndarray:
        """Return ``masked[which]``, set to the rows where the mask is 1, else to 0."""
        return np.bitwise_and(self.masks[which], rows, out=self.masked[which])


class Workspace:
    """Memory for one block of instances: the live wires and scratch for one chunk.

    Args:
        steps: The plan of the circuit.
        instances: How many in the block.
        key: Of the hash.
        both: Whether both labels of each input of a gate are hashed.
        first: The number of gate 0 in the first instance.
        stride: What a gate's number exceeds the one before by. If it is 1, a gate has
            one number in all instances; else it goes up by 1 from each to the next.
    """

    def __init__(
        self,
        steps: Plan,
        instances: int,
        key: bytes,
        *,
        both: bool,
        first: int = 0,
        stride: int = 1,
    ) -> None:
        self.plan, self.instances = steps, instances
        self.hash = LabelHash(key)
        widest = max((len(s.out) for s in steps.steps if s.is_and), default=1)
        self.rows = max(1, min(CHUNK // instances, widest))
        self.wires = np.empty((steps.slots, instances, 2), np.uint64)
        self._slots = list(self.wires) if steps.one_by_one else []
        count = self.rows * instances
        labels = 4 * count if both else 2 * count
        self._memory = [_bytes(n) for n in (labels, labels, 2 * count, count)]
        self._memory.append(np.zeros(2 * count * LABEL_BYTES, np.uint8))
        self._both = both
        self._scratch: dict[int, Scratch] = {}
        numbers = np.arange(self.rows, dtype=np.uint64) * np.uint64(stride)
        tweaks = np.uint64(2) * (numbers + np.uint64(first))
        self._tweaks = np.stack([tweaks, tweaks | LOW])[:, :, None]
        self._stride = 2 * stride
        own = np.arange(instances) if stride > 1 else np.zeros(1)
        self._own = 2 * own.astype(np.uint64)  # what an instance adds to tweaks

    def scratch(self, gates: int) -> Scratch:
        """Return the scratch memory, cut to a number of gates."""
        if gates not in self._scratch:
            self._scratch[gates] = Scratch(
                self._memory, self._both, gates, self.instances
            )
        return self._scratch[gates]

    def xor(self, step: Step) -> None:
        """Run a step of XOR gates: the same for garbler and evaluator."""
        if self.plan.one_by_one:
            columns = (step.left, step.right, step.out)
            rows = ([self._slots[k] for k in column.tolist()] for column in columns)
            deque(map(np.bitwise_xor, *rows), maxlen=0)  # the fastest loop there is
            return
        wires = self.wires
        # A step's gates do not read each other's outputs, and ``plan`` gives none of
        # them a slot that the step still reads: so part after part is safe.
        rows = CHUNK // self.instances
        for start in range(0, len(step.out), rows):
            part = slice(start, start + rows)
            left = wires.take(step.left[part], axis=0)
            left ^= wires.take(step.right[part], axis=0)
            wires[step.out[part]] = left

    def load(self, step: Step, part: slice) -> Scratch:
        """Gather the labels of both inputs into ``inputs``, and of the left to keep."""
        left, right = step.left[part], step.right[part]
        scratch = self.scratch(len(left))
        # slots are in range: "clip" writes to ``out``, "raise" to a copy first
        np.take(self.wires, left, axis=0, out=scratch.inputs[0], mode="clip")
        np.take(self.wires, right, axis=0, out=scratch.inputs[1], mode="clip")
        scratch.left[...] = scratch.inputs[0]  # needed again when hashing is done
        return scratch

    def hash_labels(self, scratch: Scratch, gate: int) -> None:
        """Fill ``hashed`` with H(x, i) xor i of all labels, which are used up.

        The left input of gate number n has i = 2n, the right one 2n + 1; the gates are
        numbered on from ``gate``.
        """
        y, tweaks = scratch.labels, scratch.tweaks
        self.hash.permute(y, self._memory[0])
        numbers = self._tweaks[:, : len(scratch.one)] + np.uint64(self._stride * gate)
        # spread over whole labels: one pass more, and still faster than y with strides
        np.add(numbers, self._own, out=tweaks[..., 0])
        y ^= tweaks[:, None]
        self.hash.permute(y, self._memory[1])
        scratch.hashed ^= y

    def store(self, step: Step, part: slice, scratch: Scratch) -> None:
        """Store the outputs: the sum of both inputs' first hash and masked row."""
        scratch.first ^= scratch.masked
        out, other = scratch.first
        out ^= other
        out ^= scratch.one  # the tweaks that the two hashes still hold
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
