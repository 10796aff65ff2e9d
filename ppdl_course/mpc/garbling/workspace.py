"""The working memory of fast garbling: a block's live wires, and scratch for one chunk.

Everything both parties do alike is here: XOR gates, gathering the inputs of a chunk of
AND gates, hashing them. All arrays are taken once and reused, small enough to stay in
the processor's cache; without that, half the time goes into fetching memory.
"""

from collections.abc import Iterator

import numpy as np

from ppdl_course.mpc.garbling.plan import Plan, Step
from ppdl_course.mpc.label_hash import LABEL_BYTES, LabelHash

CHUNK = 8192
"""AND gates times instances in a chunk of tables: 128 KiB for each array of labels.
Half of it costs a tenth of the speed, eight times as much gains less than a tenth.
"""


class Workspace:
    """Memory for one block of instances: the live wires and scratch for one chunk."""

    def __init__(self, steps: Plan, instances: int, key: bytes) -> None:
        self.plan, self.instances = steps, instances
        self.hash = LabelHash(key)
        self.rows = max(1, CHUNK // instances)
        self.wires = np.empty((steps.slots, instances, 2), np.uint64)
        self._memory: dict[str, np.ndarray] = {}

    def scratch(self, name: str, *shape: int) -> np.ndarray:
        """Return labels of this shape in memory that is reused; AES may write to it."""
        size = int(np.prod(shape)) * LABEL_BYTES
        # OpenSSL's in-place call wants 15 bytes more than it writes: a block less one
        memory = self._memory.get(name)
        if memory is None or len(memory) < size + LABEL_BYTES - 1:
            memory = self._memory[name] = np.empty(size + LABEL_BYTES - 1, np.uint8)
        return memory[:size].view(np.uint64).reshape(*shape, 2)

    def chunks(self, step: Step) -> Iterator[slice]:
        """Cut a step into pieces that fit the scratch memory."""
        for start in range(0, len(step.out), self.rows):
            yield slice(start, start + self.rows)

    def xor(self, step: Step) -> None:
        """Run a step of XOR gates: the same for garbler and evaluator."""
        wires, block = self.wires, self.instances
        # A step's gates do not read each other's outputs, and ``plan`` gives none of
        # them a slot that the step still reads: so chunk after chunk is safe.
        for part in self.chunks(step):
            left, right = step.left[part], step.right[part]
            a = self.scratch("left", len(left), block)
            b = self.scratch("right", len(left), block)
            # slots are in range: "clip" writes to ``out``, "raise" to a copy first
            np.take(wires, left, axis=0, out=a, mode="clip")
            np.take(wires, right, axis=0, out=b, mode="clip")
            np.bitwise_xor(a, b, out=a)
            wires[step.out[part]] = a

    def gather(self, step: Step, part: slice) -> np.ndarray:
        """Return the labels of both inputs, shape ``(2, gates, instances, 2)``."""
        left = step.left[part]
        pair = self.scratch("pair", 2, len(left), self.instances)
        np.take(self.wires, left, axis=0, out=pair[0], mode="clip")
        np.take(self.wires, step.right[part], axis=0, out=pair[1], mode="clip")
        return pair

    def hashed(self, labels: np.ndarray, gate: int) -> np.ndarray:
        """Return H of labels, shape ``(2, ..., gates, instances, 2)``; destroys them.

        The first half gets tweak 2g for gate g, the second half 2g + 1; the gates are
        numbered on from ``gate``.
        """
        # H(x, i) = P(P(x) xor i) xor P(x), as ``label_hash`` has it
        permuted = self._permute(labels, "permuted")
        labels[...] = permuted  # x is not needed again: its memory takes P(x) xor i
        tweaks = np.arange(gate, gate + labels.shape[-3], dtype=np.uint64)[:, None]
        tweaks *= np.uint64(2)
        labels[0, ..., 0] ^= tweaks
        labels[1, ..., 0] ^= tweaks + np.uint64(1)
        result = self._permute(labels, "hashed")
        result ^= permuted
        return result

    def masks(self, labels: np.ndarray) -> np.ndarray:
        """Return 2^64 - 1 where the colour bit is 1, else 0, one word a label."""
        bits = np.bitwise_and(labels[..., 0], np.uint64(1))
        return np.negative(bits, out=bits)  # modulo 2^64, -1 is all ones

    def and_slices(self) -> Iterator[tuple[Step, slice | None, int]]:
        """Yield ``(step, part, first gate's number)``; ``None`` for a step of XORs."""
        gate = 0
        for step in self.plan.steps:
            if not step.is_and:
                yield step, None, gate
                continue
            for part in self.chunks(step):
                yield step, part, gate
                gate += len(step.out[part])

    def _permute(self, source: np.ndarray, name: str) -> np.ndarray:
        """Return P of labels, in the scratch memory of that name."""
        target = self.scratch(name, *source.shape[:-1])
        self.hash.permute(source, self._memory[name])
        return target
