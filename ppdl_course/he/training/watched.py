"""The noise budget of a step as it falls, stage by stage, beside what rules predict.

Measuring noise takes the secret key, and a step takes the cloud's arithmetic: whoever
runs this holds both. It is for pictures and for choosing a context, not a protocol.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ppdl_course.he.training.integers import Net, Precision
from ppdl_course.he.training.levels import Plan
from ppdl_course.he.training.messages import inputs_of, numbers_of, slots
from ppdl_course.he.training.step import Cipher, marks_of_inputs, step
from ppdl_course.he.training.twin import quantised


@dataclass(frozen=True)
class Fall:
    """A stage's ciphertexts.

    Attributes:
        name: As in ``levels.Plan.stages``.
        depth: Products one after the other so far.
        level: Primes left.
        predicted: Bits of noise budget by the rules, less what they keep in reserve.
        measured: The least budget of the stage's ciphertexts, in bits.
    """

    name: str
    depth: int
    level: int
    predicted: float
    measured: float


def watch(
    context: Any, net: Net, x: np.ndarray, y: np.ndarray, precision: Precision
) -> list[Fall]:
    """Run one step and return its stages in order.

    Args:
        context: ``BgvContext`` or ``BfvContext``.
        net: Weights.
        x: (samples, inputs).
        y: (samples, outputs).
        precision: How to round.

    Raises:
        ValueError: If the context lacks the depth, or the cubic does not hold.
    """
    plan = Plan(context.rules, net.shape)
    X, Y, V = quantised(x, y, net, precision)
    keys = context.keys()
    cloud = context.cloud(keys.public)
    numbers, n = numbers_of(X, Y, V, precision), context.rules.n
    arrays = {
        name: np.stack([keys.encrypt(v, mark) for v in slots(name, numbers, n)])
        for name, mark in marks_of_inputs(plan).items()
    }
    sums: list[Cipher] = []
    products: list[Cipher] = []
    totals, raw_product = cloud.totals, cloud.raw_product

    def watched_totals(
        rows: Iterable[Sequence[Cipher]], right: Sequence[Cipher]
    ) -> Iterator[Cipher]:
        for c in totals(rows, right):
            sums.append(c)
            yield c

    def watched_product(x: Cipher, y: Cipher) -> Cipher:
        products.append(raw_product(x, y))
        return products[-1]

    cloud.totals, cloud.raw_product = watched_totals, watched_product
    step(cloud, plan, inputs_of(cloud, plan, arrays), precision)
    inputs, hidden, _ = net.shape
    # the step computes sums in the plan's order, new weights of W1 before those of W2
    first = hidden * inputs
    waiting = {"dW1": products[:first], "dW2": products[first:]}
    begin, found = 0, []
    for stage in plan.stages:
        ciphers = waiting.get(stage.name)
        if ciphers is None:
            ciphers = sums[begin : begin + stage.relinearisations]
            begin += stage.relinearisations
        measured = min(keys.budget(cloud.parts(c), c.mark) for c in ciphers)
        after = stage.after
        predicted = context.rules.budget(after)
        found.append(Fall(stage.name, stage.depth, after.level, predicted, measured))
    return found
