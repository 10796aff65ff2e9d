"""One network, one data set, every way of the course to use it in private.

A trained network of one hidden layer classifies a sample that its owner must not see,
by a protocol of chapter 6 (shares on two servers), 7 (garbled circuits) or 11
(encrypted). The same samples, the same clock, the same columns:

    accuracy     on all test rows, of the plain twin of the protocol
    agree        share of the samples that were run whose label is the twin's
    seconds      processor seconds a sample, all parties added
    bytes        on the wire for a sample, all directions
    rounds       messages that wait for another, for one question
    setup        seconds and bytes before the sample: keys, base transfers, triples

What differs between the rows is not only speed: see ``trust``. Encrypted inference
under CKKS has a network of its own, with squares in place of ReLU, since it cannot
compare. Used by chapter 7 and again by chapter 18.
"""

from collections.abc import Callable, Sequence

import numpy as np

from ppdl_course.arguments import at_least
from ppdl_course.combined.private_inference import (
    by_transfer,
    encrypted,
    garbled,
    garbled_pruned,
    paillier,
    two_servers,
)
from ppdl_course.combined.tasks import Row, Task, load_task

__all__ = ["METHODS", "Row", "Task", "compare", "load_task"]

Method = Callable[[Task, np.ndarray], Row]
METHODS: dict[str, Method] = {
    "garbled": garbled,
    "garbled, pruned": garbled_pruned,
    "products by transfer": by_transfer,
    "two servers": two_servers,
    "encrypted (LoLa)": encrypted,
    "encrypted (2P-DNN)": paillier,
}


def compare(
    task: Task, *, methods: Sequence[str] = tuple(METHODS), samples: int = 2
) -> list[Row]:
    """Run the first test rows through each method.

    Args:
        task: See :func:`load_task`.
        methods: Names from ``METHODS``.
        samples: How many rows.

    Raises:
        ValueError: If a method is unknown or ``samples`` is below 1.
    """
    at_least(1, samples=samples)
    for name in methods:
        if name not in METHODS:
            raise ValueError(f"methods must be of {sorted(METHODS)}, got {name!r}")
    return [METHODS[name](task, task.x_test[:samples]) for name in methods]
