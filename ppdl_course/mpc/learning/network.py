"""A network of dense layers and ReLUs, trained by SGD on shares.

    Z_k = A_k W_k        A_0 = X_B; all W_k opened in one round, each A_k in one
    A_k+1 = ReLU(Z_k)    the last layer: Z itself, or ReLU(z_i) / sum ReLU(z_j)
    D = output - Y       squared error, or cross entropy of the paper's softmax
    G_k = A_k' D_k       D_k = (D_k+1 W_k+1') * (Z_k >= 0)
    W_k = W_k - G_k / 2^rate_bits

Each matrix is opened under a mask of its own, once, and serves two products: A_k for
the scores and for the gradient, W_k forward and (transposed) back, D_k for the
gradient and for the layer before. The bits Z_k >= 0 of the ReLU serve the derivative.

There are no offsets: a column of ones in X stands for the first layer's.

Source: P. Mohassel, Y. Zhang, "SecureML", IEEE S&P 2017, section IV-C.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np

from ppdl_course.arguments import array_of, at_least, between
from ppdl_course.mpc.learning.fixed_point import COMPARED_BITS, FRACTION_BITS, RING_BITS
from ppdl_course.mpc.learning.material import Choosing, Mask, Product, Request, Side
from ppdl_course.mpc.learning.nonlinear import Bits, relu, relu_requests, select_again
from ppdl_course.mpc.learning.regression import Schedule, check_schedule
from ppdl_course.mpc.learning.server import Opened, Server
from ppdl_course.mpc.learning.yao import garbled_softmax

Words = np.ndarray
Output = Literal["linear", "softmax"]


@dataclass(frozen=True)
class NetworkPlan:
    """What is public about a training.

    Attributes:
        sizes: Inputs, hidden layers, outputs: ``(64, 128, 128, 10)``.
        rows: Of the data matrix.
        schedule: Rows of each batch.
        rate_bits: k, where the rate over the batch's size is 2^-k.
        output: ``linear`` (squared error) or ``softmax`` (by garbled division).

    Raises:
        ValueError: If a size is not positive, a row is not there, or the output is
            unknown.
    """

    sizes: tuple[int, ...]
    rows: int
    schedule: Schedule
    rate_bits: int
    output: Output = "linear"

    def __post_init__(self) -> None:
        at_least(2, layers=len(self.sizes) - 1)
        sizes = {f"sizes[{k}]": size for k, size in enumerate(self.sizes)}
        at_least(1, rows=self.rows, **sizes)
        between(0, RING_BITS - 1 - FRACTION_BITS, rate_bits=self.rate_bits)
        check_schedule(self.schedule, self.rows)
        if self.output not in ("linear", "softmax"):
            raise ValueError(
                f"output must be 'linear' or 'softmax', got {self.output!r}"
            )

    @property
    def shapes(self) -> list[tuple[int, int]]:
        """Shapes of the weight matrices."""
        return list(pairwise(self.sizes))

    def requests(self, width: int = COMPARED_BITS) -> Iterator[Request]:
        """Yield the material of the whole training, in the order of use."""
        yield Mask("X", (self.rows, self.sizes[0]))
        for batch in self.schedule:
            yield from self.step_requests(batch, width)

    def step_requests(
        self, batch: tuple[int, ...] | None, width: int = COMPARED_BITS
    ) -> Iterator[Request]:
        """Yield one step's material; ``None`` takes all rows."""
        n, last = self.rows if batch is None else len(batch), len(self.sizes) - 2
        for k, shape in enumerate(self.shapes):
            yield Mask(f"w{k}", shape)
        inputs = [Side("X", batch), *(Side(f"a{k}") for k in range(1, last + 1))]
        for k in range(last):
            yield Product(inputs[k], Side(f"w{k}"))
            size = self.sizes[k + 1]
            yield from relu_requests(n * size, width, name=f"relu{k}")
            yield Mask(f"a{k + 1}", (n, size))
        yield Product(inputs[last], Side(f"w{last}"))
        for k in range(last, -1, -1):
            yield Mask(f"d{k}", (n, self.sizes[k + 1]))
            side = inputs[k]
            yield Product(Side(side.name, side.rows, True), Side(f"d{k}"))
            if k:
                yield Product(Side(f"d{k}"), Side(f"w{k}", None, True))
                yield Choosing(f"relu{k - 1}", n * self.sizes[k])

    def facts(self) -> list[tuple[str, object]]:
        """Return what both servers compare before they start."""
        return [
            ("sizes", list(self.sizes)),
            ("rows", self.rows),
            ("rate bits", self.rate_bits),
            ("output", self.output),
            ("schedule", [np.asarray(batch).tobytes() for batch in self.schedule]),
        ]


def forward(
    server: Server, batch: Opened, weights: Sequence[Opened]
) -> tuple[Words, list[Opened], list[Bits]]:
    """Return a share of the last scores, every layer's opened input, and the ReLUs."""
    inputs, bits = [batch], []
    for k, w in enumerate(weights):
        z = server.truncate(server.product(inputs[-1], w))
        if k == len(weights) - 1:
            return z, inputs, bits
        a, positive = relu(server, z, name=f"relu{k}")
        inputs += server.masked(**{f"a{k + 1}": a})
        bits.append(positive)
    raise ValueError("weights must have at least one matrix")


def step(
    server: Server, plan: NetworkPlan, batch: Opened, y: Words, weights: Sequence[Words]
) -> list[Words]:
    """Return this server's shares of the weights after one step.

    Args:
        server: With the material of ``step_requests``.
        plan: Output and rate.
        batch: The batch's rows of the opened data matrix.
        y: A share of their labels, one column a class.
        weights: Shares of the weights.
    """
    opened = server.masked(**{f"w{k}": w for k, w in enumerate(weights)})
    z, inputs, bits = forward(server, batch, opened)
    d = (garbled_softmax(server, z) if plan.output == "softmax" else z) - y
    new = list(weights)
    for k in range(len(weights) - 1, -1, -1):
        (opened_d,) = server.masked(**{f"d{k}": d})
        gradient = server.product(inputs[k].T, opened_d)
        shift = server.fixed.fraction_bits + plan.rate_bits
        new[k] = weights[k] - server.truncate(gradient, shift)
        if k:
            back = server.truncate(server.product(opened_d, opened[k].T))
            d = select_again(server, bits[k - 1], back)
    return new


def train(
    server: Server, plan: NetworkPlan, x: Words, y: Words, weights: Sequence[Words]
) -> list[Words]:
    """Return this server's shares of the trained weights.

    Args:
        server: With the material of ``plan.requests()``.
        plan: The same on both servers; they compare it first.
        x: A share of the data, uint64 ``(rows, sizes[0])``.
        y: A share of the labels, ``(rows, sizes[-1])``.
        weights: Shares of the first weights.

    Raises:
        ValueError: If a share has another shape, or the other server means another
            plan.
    """
    array_of((plan.rows, plan.sizes[0]), np.uint64, x=x)
    array_of((plan.rows, plan.sizes[-1]), np.uint64, y=y)
    if len(weights) != len(plan.shapes):
        raise ValueError(f"weights must be {len(plan.shapes)}, got {len(weights)}")
    for k, shape in enumerate(plan.shapes):
        array_of(shape, np.uint64, **{f"weights[{k}]": weights[k]})
    server.agree(*plan.facts())
    (data,) = server.masked(X=x)
    for batch in plan.schedule:
        weights = step(server, plan, data.rows(batch), y[list(batch)], weights)
    return list(weights)
