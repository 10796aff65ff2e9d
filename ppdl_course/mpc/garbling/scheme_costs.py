"""The five garbling schemes in the order of their invention, and what each costs."""

import secrets
import time
from dataclasses import dataclass

import numpy as np

from ppdl_course.mpc.circuits.circuit import AND, XOR
from ppdl_course.mpc.garbling.classical import Classical
from ppdl_course.mpc.garbling.free_xor import FreeXor
from ppdl_course.mpc.garbling.gate_by_gate import Scheme
from ppdl_course.mpc.garbling.half_gates import HalfGates
from ppdl_course.mpc.garbling.point_and_permute import PointPermute
from ppdl_course.mpc.garbling.row_reduction import RowReduction
from ppdl_course.mpc.label_hash import LabelHash

SCHEMES: tuple[Scheme, ...] = (
    Classical(),
    PointPermute(),
    RowReduction(),
    FreeXor(),
    HalfGates(),
)


@dataclass(frozen=True)
class GateCost:
    """What one gate costs under one scheme.

    Attributes:
        scheme: The scheme's name.
        and_bytes: Bytes of an AND gate's rows, counted on real rows.
        xor_bytes: Bytes of an XOR gate's rows.
        garble_ns: Nanoseconds to garble an AND gate, in a batch.
        open_ns: Nanoseconds to open one.
    """

    scheme: str
    and_bytes: int
    xor_bytes: int
    garble_ns: float
    open_ns: float


def measure_gate(scheme: Scheme, *, batch: int = 4096, repeats: int = 5) -> GateCost:
    """Garble and open a batch of gates; keep the best time of several runs."""
    hash_ = LabelHash(secrets.token_bytes(16))
    offset = scheme.offset(batch, secrets.token_bytes)
    a, b = (scheme.fresh(offset, batch, secrets.token_bytes) for _ in range(2))
    size, garble, opening = {}, np.inf, np.inf
    for op in (XOR, AND):
        for gate in range(repeats):
            start = time.perf_counter()
            rows, out = scheme.garble(
                op, a, b, gate, hash_, offset, secrets.token_bytes
            )
            middle = time.perf_counter()
            label = scheme.open(op, a[1], b[1], rows, gate, hash_)
            end = time.perf_counter()
            if not np.array_equal(label, out[op == AND]):
                raise AssertionError(f"{scheme.name} opened the wrong label")
            if op == AND:
                garble = min(garble, middle - start)
                opening = min(opening, end - middle)
        size[op] = rows.nbytes // batch
    each = 1e9 / batch
    return GateCost(scheme.name, size[AND], size[XOR], garble * each, opening * each)
