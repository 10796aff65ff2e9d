"""The cloud's program for a step, on ciphertexts: + and * alone.

    Z = sum_j W_j X_j        E = 24 S^3 + Z (12 S^2 - Z^2) - 48 S^3 Y       U_j = E X_j

A sample a slot; each weight fills all slots of a ciphertext of its own. The slots of
U_j are summed by whoever decrypts (blinded, see ``advanced``), which costs nothing,
where summing by rotations would cost a key and a product for each halving.

Four products one after the other: two primes of the modulus each.
"""

from collections.abc import Sequence

from ppdl_course.he.joint_training.plan import Plan
from ppdl_course.he.joint_training.residues import (
    Public,
    Residues,
    add_constant,
    aligned,
    dot,
    down,
    negative,
)
from ppdl_course.he.lattice import bgv


class Gradient:
    """A batch of encrypted records, and the slots of its gradient for any weights.

    Args:
        public: The cloud's keys.
        columns: For each feature, the bias last, X_j; a record a slot, other slots 0.
        targets: 48 S^3 y, a record a slot.
    """

    def __init__(
        self, public: Public, columns: Sequence[Residues], targets: Residues
    ) -> None:
        self.plan = public.plan
        self._batches = [
            _Batch(self.plan, e, [c[k] for c in columns], targets[k])
            for k, e in enumerate(public.evaluators)
        ]

    def slots(self, weights: Sequence[Residues]) -> list[Residues]:
        """Return U_j before summing, for each j, at the last level."""
        found = [
            batch.slots([w[k] for w in weights])
            for k, batch in enumerate(self._batches)
        ]
        return list(zip(*found, strict=True))


class _Batch:
    """The same for one plaintext modulus."""

    def __init__(
        self,
        plan: Plan,
        e: bgv.Evaluator,
        columns: list[bgv.Ciphertext],
        targets: bgv.Ciphertext,
    ) -> None:
        self._scale, self._e = plan.scale, e
        self._columns, self._targets = columns, targets
        # what every step needs again, further down
        self._low = [down(e, c, plan.last_level + 2) for c in columns]
        self._aligned: bgv.Ciphertext | None = None

    def slots(self, weights: list[bgv.Ciphertext]) -> list[bgv.Ciphertext]:
        e, s = self._e, self._scale
        z = dot(e, weights, self._columns)
        square = dot(e, [z], [z])
        bracket = add_constant(e, negative(e, square), 12 * s**2)
        product = dot(e, [down(e, z, bracket.level)], [bracket])
        if self._aligned is None:  # levels and factors are the same in every step
            self._aligned = negative(e, aligned(e, self._targets, product))
        error = add_constant(e, e.add(product, self._aligned), 24 * s**3)
        return [dot(e, [error], [c]) for c in self._low]
