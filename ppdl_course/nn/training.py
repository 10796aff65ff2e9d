"""Stochastic gradient descent, repeated until the loss satisfies the condition.

One epoch visits every example once, in a fresh random order, in batches:

    g     <- mean gradient of the batch (+ weight_decay * w, links only)
    v     <- momentum * v + g
    flat  <- flat - rate * v

The condition that ends training is any of: the mean training loss of an epoch falls
below ``target_loss``; the validation loss has not reached a new minimum for
``patience`` epochs; ``epochs`` are over.

Who sees what: everything here runs in one place and in the clear. The trainer sees
every record, and whoever gets the weights may learn about them (chapter 3).
"""

import time
from dataclasses import dataclass, field

import numpy as np

from ppdl_course.arguments import at_least, non_negative, positive, within
from ppdl_course.nn.losses import CrossEntropy, Loss
from ppdl_course.nn.network import Network


class SGD:
    """Gradient descent with momentum and weight decay, as in ``torch.optim.SGD``.

    Args:
        network: Whose ``flat`` vector is moved, in place.
        rate: Learning rate, > 0.
        momentum: In [0, 1).
        weight_decay: >= 0. It pulls at the links' weights, never at biases or at PReLU
            slopes (He et al. 2015: decay would pull a slope to 0, which is ReLU).
    """

    def __init__(
        self,
        network: Network,
        *,
        rate: float,
        momentum: float = 0.0,
        weight_decay: float = 0.0,
    ) -> None:
        within("[0, 1)", momentum=momentum)
        non_negative(weight_decay=weight_decay)
        self.network = network
        positive(rate=rate)
        self.rate = rate
        self.momentum = momentum
        self._velocity = np.zeros_like(network.flat)
        self._decay = np.zeros_like(network.flat) if weight_decay else None
        if self._decay is not None:
            for W in network.views(self._decay)[0]:
                W[:, 1:] = weight_decay

    def step(self, gradient: np.ndarray) -> None:
        """Move the network's numbers against ``gradient``, shape (parameters,)."""
        if self._decay is not None:
            gradient = gradient + self._decay * self.network.flat
        if self.momentum:
            self._velocity *= self.momentum
            self._velocity += gradient
            gradient = self._velocity
        self.network.flat -= self.rate * gradient


@dataclass
class History:
    """What training measured, one entry an epoch.

    Attributes:
        train_loss: Mean loss over the epoch's batches, as they were visited.
        validation_loss: Mean loss after the epoch; empty without validation data.
        seconds: Wall time of the training alone, without validation.
        stopped: "target_loss", "patience" or "epochs": which condition ended it.
    """

    train_loss: list[float] = field(default_factory=list)
    validation_loss: list[float] = field(default_factory=list)
    seconds: float = 0.0
    stopped: str = "epochs"

    def __repr__(self) -> str:
        """Return one line: a cell that ends in ``train(...)`` shows it."""
        losses = ""
        for name in ("train_loss", "validation_loss"):
            if values := getattr(self, name):
                losses += f", {name} {values[0]:.3g} -> {values[-1]:.3g}"
        epochs = f"{len(self.train_loss)} epochs"
        return f"History({epochs}{losses}, stopped by {self.stopped})"


def train(
    network: Network,
    x: np.ndarray,
    y: np.ndarray,
    *,
    rate: float,
    rng: np.random.Generator,
    epochs: int,
    batch_size: int = 32,
    loss: Loss | None = None,
    momentum: float = 0.0,
    weight_decay: float = 0.0,
    target_loss: float | None = None,
    validation: tuple[np.ndarray, np.ndarray] | None = None,
    patience: int | None = None,
) -> History:
    """Train ``network`` in place until the loss satisfies the condition.

    Args:
        network: Moved in place. With ``patience``, it ends with the numbers of the
            epoch whose validation loss was lowest.
        x: Shape (n, inputs).
        y: Labels (n,) or targets (n, outputs), as ``loss`` takes them.
        rate: Learning rate, > 0.
        rng: Draws the order of the examples.
        epochs: At most this many.
        batch_size: Examples in a step; the last batch of an epoch may be smaller.
        loss: Cross entropy unless given.
        momentum: In [0, 1).
        weight_decay: >= 0; on links only.
        target_loss: Stop when an epoch's mean training loss is below it.
        validation: Held-out (x, y).
        patience: Stop when the validation loss has not improved for so many epochs.

    Raises:
        ValueError: If an argument is out of its bound, patience comes without
            validation data, or the loss stops being finite (a rate too high).
    """
    loss = loss or CrossEntropy()
    optimiser = SGD(network, rate=rate, momentum=momentum, weight_decay=weight_decay)
    at_least(1, epochs=epochs, batch_size=batch_size)
    if patience is not None:
        at_least(1, patience=patience)
    if patience is not None and not validation:
        raise ValueError("patience needs validation data, got validation=None")
    x, y = network.checked(x, y, loss)
    # a copy: the network's own vector moves with every step
    best, history = network.flat.copy(), History()
    for _ in range(epochs):
        start = time.perf_counter()
        with np.errstate(over="ignore", invalid="ignore"):  # tested two lines below
            mean = _epoch(network, x, y, loss, optimiser, batch_size, rng)
        history.train_loss.append(mean)
        history.seconds += time.perf_counter() - start
        if not np.isfinite(mean):
            raise ValueError(f"rate must be small enough to converge, {rate} diverged")
        if validation is not None:
            history.validation_loss.append(
                float(network.losses(*validation, loss).mean())
            )
            newest = int(np.argmin(history.validation_loss)) + 1
            if newest == len(history.validation_loss):
                best[:] = network.flat
            if patience and len(history.validation_loss) - newest >= patience:
                history.stopped = "patience"
                break
        if target_loss is not None and mean < target_loss:
            history.stopped = "target_loss"
            break
    if patience:
        network.flat[:] = best
    return history


def _epoch(
    network: Network,
    x: np.ndarray,
    y: np.ndarray,
    loss: Loss,
    optimiser: SGD,
    batch_size: int,
    rng: np.random.Generator,
) -> float:
    """Take a step for each batch in a new order; return the epoch's mean loss."""
    order = rng.permutation(len(x))
    x, y = x[order], y[order]  # once an epoch, so that batches are slices, no copies
    gradient = np.empty_like(network.flat)
    into = network.views(gradient)
    total = 0.0
    for i in range(0, len(x), batch_size):
        batch = slice(i, i + batch_size)
        mean = network.step(x[batch], y[batch], loss, gradient, into)
        total += mean * len(x[batch])  # the last batch may be smaller
        optimiser.step(gradient)
    return total / len(x)


def accuracy(network: Network, x: np.ndarray, labels: np.ndarray) -> float:
    """Return the fraction of rows whose largest output is that of their label."""
    x, labels = network.checked(x, labels, CrossEntropy())
    return float((network.predict(x) == labels).mean())
