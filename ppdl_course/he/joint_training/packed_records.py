"""Whole numbers in messages of BCP, as [24] sends them: masks and signs included.

A slot is wide enough for a number and its mask together; see ``publickey.packing``.
"""

from collections.abc import Sequence

import numpy as np

from ppdl_course.he.joint_training.plan import Plan
from ppdl_course.publickey.bcp import MasterSecret
from ppdl_course.publickey.packing import Packing
from ppdl_course.publickey.paired import Pair, PublicKey


def layout(public: PublicKey, plan: Plan) -> Packing:
    """Return how whole numbers lie in a message."""
    largest = max(plan.largest_weight, 2**plan.x_bits)
    return Packing(
        public,
        fraction_bits=0,
        slot_bits=plan.hiding + largest.bit_length() + 2,
        largest=largest,
    )


def groups(numbers: Sequence[int], packing: Packing) -> list[int]:
    """Return packed residues of [0, N), ``packing.slots`` numbers in each."""
    size, n = packing.slots, packing.public.n
    return [
        packing.pack([int(v) for v in numbers[k : k + size]]) % n
        for k in range(0, len(numbers), size)
    ]


def ungroup(residues: Sequence[int], count: int, packing: Packing) -> list[int]:
    """Return the numbers that :func:`groups` packed."""
    numbers: list[int] = []
    for residue in residues:
        left = min(packing.slots, count - len(numbers))
        numbers += packing.unpack(packing.public.signed(residue), left)
    return numbers


def open_records(
    master: MasterSecret,
    user: PublicKey,
    rows: int,
    pairs: Sequence[Pair],
    plan: Plan,
) -> np.ndarray:
    """Return what the master key makes of an upload, object (features + 2, rows)."""
    count = rows * (plan.features + 2)
    packed = [master.raw_decrypt(user, tuple(pair)) for pair in pairs]
    numbers = ungroup(packed, count, layout(user, plan))
    return np.array(numbers, dtype=object).reshape(-1, rows)
