"""Linear and logistic regression by SGD on shares.

    one step on a batch B of the data, with the rate alpha / |B| = 2^-k:

    u = X_B w            W opened, product, truncation by f bits
    p = u  or  f(u)      linear; logistic with the piecewise sigmoid
    d = p - y_B          opened
    w = w - X_B' d / 2^k       product, truncation by f + k bits

X is opened once, before the first step. Batches are public. A linear step takes 2
rounds, a logistic one 9; both servers together open 2 (features + batch) words and the
comparison's bits: nothing grows with the number of products.

Rates are powers of two, so that the division is a truncation, as in the paper.

Source: P. Mohassel, Y. Zhang, "SecureML", IEEE S&P 2017, sections IV-A and IV-B.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from ppdl_course.arguments import array_of, at_least, between
from ppdl_course.mpc.learning.fixed_point import COMPARED_BITS, FRACTION_BITS, RING_BITS
from ppdl_course.mpc.learning.material import Mask, Product, Request, Side
from ppdl_course.mpc.learning.nonlinear import piecewise_sigmoid, sigmoid_requests
from ppdl_course.mpc.learning.server import Opened, Server

Words = np.ndarray
Schedule = tuple[tuple[int, ...], ...]
"""The rows of each step's batch."""

Activation = Literal["linear", "piecewise"]


def batches(rows: int, batch: int, epochs: int, rng: np.random.Generator) -> Schedule:
    """Return public batches: each epoch shuffles all rows and drops what is left over.

    Args:
        rows: Of the data matrix.
        batch: Rows of a batch.
        epochs: How often each row comes, nearly.
        rng: For shuffling; public, so a statistics generator will do.
    """
    at_least(1, rows=rows, batch=batch, epochs=epochs)
    between(1, rows, batch=batch)
    found = []
    for _ in range(epochs):
        order = rng.permutation(rows).tolist()
        found += [
            tuple(order[k : k + batch]) for k in range(0, rows - batch + 1, batch)
        ]
    return tuple(found)


@dataclass(frozen=True)
class RegressionPlan:
    """What is public about a training: sizes, batches, rate.

    Attributes:
        rows: Of the data matrix.
        features: Columns of the data matrix.
        schedule: Rows of each batch.
        rate_bits: k, where the rate over the batch's size is 2^-k.
        activation: ``linear`` or ``piecewise``.
        outputs: Columns of the labels: one, or one for each class.

    Raises:
        ValueError: If a size is not positive, a row is not there, the activation is
            unknown, or f + k bits are more than a word has.
    """

    rows: int
    features: int
    schedule: Schedule
    rate_bits: int
    activation: Activation = "piecewise"
    outputs: int = 1

    def __post_init__(self) -> None:
        at_least(1, rows=self.rows, features=self.features, outputs=self.outputs)
        between(0, RING_BITS - 1 - FRACTION_BITS, rate_bits=self.rate_bits)
        check_schedule(self.schedule, self.rows)
        if self.activation not in ("linear", "piecewise"):
            raise ValueError(
                f"activation must be 'linear' or 'piecewise', got {self.activation!r}"
            )

    def requests(self, width: int = COMPARED_BITS) -> Iterator[Request]:
        """Yield the material of the whole training, in the order of use."""
        yield Mask("X", (self.rows, self.features))
        for batch in self.schedule:
            yield from self.step_requests(batch, width)

    def step_requests(
        self, batch: tuple[int, ...] | None, width: int = COMPARED_BITS
    ) -> Iterator[Request]:
        """Yield one step's material; ``None`` takes all rows."""
        count = self.rows if batch is None else len(batch)
        yield Mask("w", (self.features, self.outputs))
        yield Product(Side("X", batch), Side("w"))
        if self.activation == "piecewise":
            yield from sigmoid_requests(count * self.outputs, width)
        yield Mask("d", (count, self.outputs))
        yield Product(Side("X", batch, True), Side("d"))

    def facts(self) -> list[tuple[str, object]]:
        """Return what both servers compare before they start."""
        return [
            ("rows", self.rows),
            ("features", self.features),
            ("outputs", self.outputs),
            ("rate bits", self.rate_bits),
            ("activation", self.activation),
            ("schedule", [np.asarray(batch).tobytes() for batch in self.schedule]),
        ]


def check_schedule(schedule: Schedule, rows: int) -> None:
    """Refuse a schedule that is empty or names a row that is not there."""
    if not schedule or not all(schedule):
        raise ValueError("schedule must have batches, each of at least one row")
    worst = max(max(batch) for batch in schedule)
    least = min(min(batch) for batch in schedule)
    if least < 0 or worst >= rows:
        bad = worst if worst >= rows else least
        raise ValueError(f"schedule must have rows in 0..{rows - 1}, got {bad}")


def step(
    server: Server, plan: RegressionPlan, batch: Opened, y: Words, w: Words
) -> Words:
    """Return this server's share of the weights after one step.

    Args:
        server: With the material of ``step_requests``.
        plan: Rate and activation.
        batch: The batch's rows of the opened data matrix.
        y: A share of their labels, ``(rows, outputs)``.
        w: A share of the weights, ``(features, outputs)``.
    """
    (opened_w,) = server.masked(w=w)
    u = server.truncate(server.product(batch, opened_w))
    p = piecewise_sigmoid(server, u) if plan.activation == "piecewise" else u
    (d,) = server.masked(d=p - y)
    bits = server.fixed.fraction_bits + plan.rate_bits
    return w - server.truncate(server.product(batch.T, d), bits)


def train(server: Server, plan: RegressionPlan, x: Words, y: Words, w: Words) -> Words:
    """Return this server's share of the trained weights.

    Args:
        server: With the material of ``plan.requests()``.
        plan: The same on both servers; they compare it first.
        x: A share of the data, uint64 ``(rows, features)``.
        y: A share of the labels, ``(rows, outputs)``.
        w: A share of the first weights, ``(features, outputs)``.

    Raises:
        ValueError: If a share has another shape, or the other server means another
            plan.
    """
    array_of((plan.rows, plan.features), np.uint64, x=x)
    array_of((plan.rows, plan.outputs), np.uint64, y=y)
    array_of((plan.features, plan.outputs), np.uint64, w=w)
    server.agree(*plan.facts())
    (data,) = server.masked(X=x)
    for batch in plan.schedule:
        w = step(server, plan, data.rows(batch), y[list(batch)], w)
    return w
