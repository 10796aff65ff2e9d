"""How fast garbling cuts instances into blocks, and how it numbers gates in them.

Both parties must cut and number alike: chunks and tweaks follow from it.
"""

from ppdl_course.arguments import at_least
from ppdl_course.mpc.circuits.circuit import Circuit
from ppdl_course.mpc.garbling.plan import Plan, plan
from ppdl_course.mpc.label_hash import LABEL_BYTES

WIRE_BYTES = 1 << 24
"""What a block's live wires may take: half of a usual third-level cache."""

BLOCKS = (128, 1024)
"""Fewest and most instances in a block. From the fewest on, an XOR gate is one call,
straight from slots to slot, and gates run in the order that keeps slots in the cache.
With less the call costs more than the work: all gates of a step are gathered instead.
"""


def block_size(steps: Plan) -> int:
    """Return how many instances to garble together, a power of 2.

    As many as keep the live wires within ``WIRE_BYTES``, within the bounds ``BLOCKS``.
    """
    fit = WIRE_BYTES // (LABEL_BYTES * steps.slots)
    fewest, most = BLOCKS
    return max(fewest, min(most, 1 << fit.bit_length() >> 1))


def cut(
    circuit: Circuit, instances: int, block: int | None
) -> tuple[Plan, list[slice]]:
    """Return the plan that suits so many instances, and their blocks."""
    at_least(1, instances=instances)
    together = instances
    if block is not None:
        at_least(1, block=block)
        together = min(instances, block)
    steps = plan(circuit, one_by_one=together >= BLOCKS[0])
    size = block or block_size(steps)
    starts = range(0, instances, size)
    return steps, [slice(k, min(k + size, instances)) for k in starts]


def numbering(one_offset: bool, start: int, instances: int) -> dict[str, int]:
    """Return how gates are numbered in the block that begins at instance ``start``.

    With an offset of its own, each instance may use the same numbers. Under one offset
    no number may come twice: gate g of instance k has g x instances + k. The next
    circuit of a chain has a hash key of its own, so its numbers may begin again; where
    one key serves many circuits, ``start`` counts on (``learning.garbled.chained``).
    """
    return {"first": start, "stride": instances} if one_offset else {}
