"""Batch normalisation before a polynomial, and its disappearance at inference.

Training, for a batch z of a unit:

    m = mean(z),  v = var(z),  u = (z - m) / sqrt(v + e),  y = gamma u + beta
    dz = gamma / sqrt(v + e) (dy - mean(dy) - u mean(dy u))

Inference uses running averages of m and v, so y is a linear map of z, and of the layer
before it: :func:`fold` puts it into that layer's weights. It costs no depth, no time
and no ciphertext; what it buys is that a polynomial fitted for N(0, 1) sees about
N(0, 1).

Not protected: m and v are averages over training data, and the weights carry them.

Source: S. Ioffe, C. Szegedy, "Batch Normalization", ICML 2015; before polynomials:
H. Chabanne, A. de Wargny, J. Milgram, C. Morel, E. Prouff, "Privacy-Preserving
Classification on Deep Neural Network", ePrint 2017/035.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ppdl_course.arguments import between
from ppdl_course.he.inference.square_network import Quadratic, SquareNetwork
from ppdl_course.nn import CrossEntropy, Identity, Network, ReLU

EPSILON = 1e-5


@dataclass
class BatchNorm:
    """The normalisation of one layer's units.

    Attributes:
        gamma: Learned scale, (units,).
        beta: Learned shift, (units,).
        mean: Running mean, (units,).
        var: Running variance, (units,).
        momentum: Weight of a new batch in the running averages.
    """

    gamma: np.ndarray
    beta: np.ndarray
    mean: np.ndarray
    var: np.ndarray
    momentum: float = 0.1

    @classmethod
    def untrained(cls, units: int) -> "BatchNorm":
        """Return the normalisation with gamma 1 and beta 0."""
        one, zero = np.ones(units), np.zeros(units)
        return cls(one.copy(), zero.copy(), zero.copy(), one.copy())

    def train(self, z: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return (y, u, 1 / sqrt(v + e)) for a batch (n, units); update the averages.

        Raises:
            ValueError: If the batch has fewer than two rows.
        """
        if len(z) < 2:
            raise ValueError(f"z must hold two rows or more, got {len(z)}")
        mean, var = z.mean(axis=0), z.var(axis=0)
        self.mean += self.momentum * (mean - self.mean)
        # the batch's variance is biased, the running one is not (n - 1), as in torch
        self.var += self.momentum * (var * len(z) / (len(z) - 1) - self.var)
        inverse = 1 / np.sqrt(var + EPSILON)
        u = (z - mean) * inverse
        return self.gamma * u + self.beta, u, inverse

    def backward(
        self, upstream: np.ndarray, u: np.ndarray, inverse: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return (dz, dgamma, dbeta) of a training batch."""
        dbeta, dgamma = upstream.sum(axis=0), (upstream * u).sum(axis=0)
        n = len(u)
        # mean and variance depend on every row: what moves all rows alike cancels
        dz = self.gamma * inverse * (upstream - dbeta / n - u * dgamma / n)
        return dz, dgamma, dbeta

    def infer(self, z: np.ndarray) -> np.ndarray:
        """Return y for rows z with the running averages."""
        return self.gamma * (z - self.mean) / np.sqrt(self.var + EPSILON) + self.beta


def fold(
    W: np.ndarray, b: np.ndarray, norm: BatchNorm
) -> tuple[np.ndarray, np.ndarray]:
    """Return (W', b') with W' x + b' = norm.infer(W x + b) for every x."""
    factor = norm.gamma / np.sqrt(norm.var + EPSILON)
    return W * factor[:, None], (b - norm.mean) * factor + norm.beta


class NormalisedNetwork:
    """A fully connected network with batch normalisation before each activation.

    Args:
        sizes: Units of each layer, inputs to classes.
        activation: ``Quadratic(...)`` or ``ReLU()`` for every hidden layer.
        rng: Draws starting weights and the order of the examples.
        normalise: False leaves the normalisation out, to see what it was good for.
    """

    def __init__(
        self,
        sizes: Sequence[int],
        activation: Identity,
        *,
        rng: np.random.Generator,
        normalise: bool = True,
    ) -> None:
        start = Network(list(sizes), ReLU(), rng=rng)
        self.weights = [W[:, 1:].copy() for W in start.weights]
        self.biases = [W[:, 0].copy() for W in start.weights]
        self.norms = [BatchNorm.untrained(u) for u in sizes[1:-1]] if normalise else []
        self.activation, self._rng = activation, rng

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Return the scores of rows ``x`` with the running averages."""
        for k, (W, b) in enumerate(zip(self.weights, self.biases, strict=True)):
            if k:
                x = self.activation.value(x, np.empty(0))
            x = x @ W.T + b
            if k < len(self.norms):
                x = self.norms[k].infer(x)
        return x

    def accuracy(self, x: np.ndarray, labels: np.ndarray) -> float:
        """Return the share of rows whose largest score is their label's.

        A score that is no number counts as wrong.
        """
        with np.errstate(all="ignore"):
            scores = self.forward(x)
        correct = (scores.argmax(axis=1) == labels) & np.isfinite(scores).all(axis=1)
        return float(correct.mean())

    def train(
        self,
        x: np.ndarray,
        y: np.ndarray,
        *,
        epochs: int,
        rate: float = 0.05,
        momentum: float = 0.9,
        batch_size: int = 64,
    ) -> int:
        """Train in place on labels; return the epochs done before a diverged loss.

        The rate falls linearly to 0: running averages follow weights that still move.
        """
        between(2, len(x), batch_size=batch_size)
        speed: dict[int, np.ndarray] = {}
        targets = np.eye(len(self.biases[-1]))[y]
        for epoch in range(epochs):
            order, step = self._rng.permutation(len(x)), rate * (1 - epoch / epochs)
            # full batches only: the variance of three rows would spoil the averages
            for rows in np.split(
                order[: len(x) - len(x) % batch_size], len(x) // batch_size
            ):
                with np.errstate(all="ignore"):
                    moves = self._gradients(x[rows], targets[rows])
                if not all(np.isfinite(g).all() for _, g in moves):
                    return epoch
                for numbers, gradient in moves:
                    # by identity: arrays are updated in place and never replaced
                    v = speed.setdefault(id(numbers), np.zeros_like(numbers))
                    v *= momentum
                    v += gradient
                    numbers -= step * v
        return epochs

    def _gradients(
        self, x: np.ndarray, targets: np.ndarray
    ) -> list[tuple[np.ndarray, np.ndarray]]:
        """Return (numbers, their gradient) for all that is learned."""
        none, tape = np.empty(0), []  # quadratic activations have no slopes
        for k, (W, b) in enumerate(zip(self.weights, self.biases, strict=True)):
            z = x @ W.T + b
            y, u, inverse = (
                self.norms[k].train(z) if k < len(self.norms) else (z, None, None)
            )
            f = y if k == len(self.weights) - 1 else self.activation.value(y, none)
            tape.append((x, y, f, u, inverse))
            x = f
        upstream = CrossEntropy().gradients(x, targets.argmax(axis=1)) / len(x)
        moves = []
        for k in reversed(range(len(self.weights))):
            before, y, f, u, inverse = tape[k]
            if k < len(self.weights) - 1:
                upstream = self.activation.backward(y, f, none, upstream)
            if k < len(self.norms):
                upstream, dgamma, dbeta = self.norms[k].backward(upstream, u, inverse)
                moves += [(self.norms[k].gamma, dgamma), (self.norms[k].beta, dbeta)]
            moves.append((self.weights[k], upstream.T @ before))
            moves.append((self.biases[k], upstream.sum(axis=0)))
            upstream = upstream @ self.weights[k]
        return moves

    def folded(self) -> SquareNetwork:
        """Return the same function as linear layers with squares between them.

        Raises:
            ValueError: If the activation is not quadratic.
        """
        if not isinstance(self.activation, Quadratic):
            name = self.activation.name
            raise ValueError(f"activation must be Quadratic, got {name}")
        stacks = []
        for k, (W, b) in enumerate(zip(self.weights, self.biases, strict=True)):
            if k < len(self.norms):
                W, b = fold(W, b, self.norms[k])
            stacks.append(np.column_stack([b, W]))
        return SquareNetwork.from_network(Network.from_weights(stacks, self.activation))
