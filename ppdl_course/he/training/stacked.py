"""A stacked auto-encoder, trained by the step that the cloud can compute.

    code a = q(W1 x' + b1),   rebuilt y = q(W2 a + b2),   target 1/2 + s x'/u
    x' = u (x - mean)         u, s public scales that keep both layers within [-2, 2]

One layer is trained on the data, the next on the codes of the one before. The client
centres and scales, which is all that it takes for the cubic to stand for the sigmoid:
the bound of every batch is checked. Training runs on ``twin.FloatTwin``, the encrypted
loop's numbers up to 1e-12.

Source: F. Bu, Y. Ma, Z. Chen, H. Xu, HPCC 2015 (a stacked auto-encoder); scales and
schedule are ours.
"""

from dataclasses import dataclass

import numpy as np

from ppdl_course.arguments import at_least, between
from ppdl_course.he.training.cubic import q
from ppdl_course.he.training.integers import Net, Precision
from ppdl_course.he.training.twin import FloatTwin

WIDTH, SPREAD = 0.4, 0.3
"""Largest length of a centred sample at the input, and in the target."""


@dataclass(frozen=True)
class Coder:
    """One trained layer and the scales around it.

    Attributes:
        net: Inputs to codes, codes to inputs.
        mean: Of the training data, (inputs,).
        length: The longest centred training sample.
        largest: Bounds on |z| of both layers over all of training.
    """

    net: Net
    mean: np.ndarray
    length: float
    largest: tuple[float, float]

    def encode(self, x: np.ndarray) -> np.ndarray:
        """Return codes (samples, hidden)."""
        inputs = WIDTH / self.length * (x - self.mean)
        return q(inputs @ self.net.W1.T + self.net.b1)

    def decode(self, codes: np.ndarray) -> np.ndarray:
        """Return rebuilt samples (samples, inputs)."""
        y = q(codes @ self.net.W2.T + self.net.b2)
        return self.mean + (y - 0.5) * self.length / SPREAD


def train_coder(
    x: np.ndarray,
    hidden: int,
    *,
    precision: Precision,
    epochs: int,
    batch: int,
    rng: np.random.Generator,
) -> Coder:
    """Return an auto-encoder of one hidden layer.

    Args:
        x: (samples, inputs).
        hidden: Width of the code.
        precision: Bits and rate, 1 / divisor a sample.
        epochs: Passes over the data.
        batch: Samples a step; what is left over waits for the next pass.
        rng: Draws starting weights and orders.

    Raises:
        ValueError: If a bound is passed on the way, or an argument is out of range.
    """
    at_least(1, hidden=hidden, epochs=epochs)
    between(1, len(x), batch=batch)
    mean = x.mean(axis=0)
    length = float(np.sqrt(((x - mean) ** 2).sum(axis=1)).max())
    inputs = WIDTH / length * (x - mean)
    targets = 0.5 + SPREAD / length * (x - mean)
    features = x.shape[1]
    W2 = 0.1 * rng.normal(size=(features, hidden))
    W1 = rng.normal(size=(hidden, features)) / np.sqrt(features)
    start = Net(W1, np.zeros(hidden), W2, -W2.sum(axis=1) / 2)  # codes begin at 1/2
    twin = FloatTwin(start, precision)
    for _ in range(epochs):
        order = rng.permutation(len(x))
        for begin in range(0, len(x) - batch + 1, batch):
            some = order[begin : begin + batch]
            twin.step(inputs[some], targets[some])
    return Coder(twin.net, mean, length, twin.largest)


def train_stack(
    x: np.ndarray,
    widths: tuple[int, ...],
    *,
    precision: Precision,
    epochs: int,
    batch: int,
    rng: np.random.Generator,
) -> list[Coder]:
    """Return one coder a width, each trained on the codes of the one before."""
    coders: list[Coder] = []
    for hidden in widths:
        coder = train_coder(
            x, hidden, precision=precision, epochs=epochs, batch=batch, rng=rng
        )
        coders.append(coder)
        x = coder.encode(x)
    return coders


def rebuilt(coders: list[Coder], x: np.ndarray) -> np.ndarray:
    """Return samples sent through all codes and back."""
    for coder in coders:
        x = coder.encode(x)
    for coder in coders[::-1]:
        x = coder.decode(x)
    return x
