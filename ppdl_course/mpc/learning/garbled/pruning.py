"""Pruning with retraining: fewer weights, so fewer AND gates (chapter 7).

    repeat:  drop the smallest weights of each unit
             train on with the others, those at 0 held there

A weight that is dropped costs nothing: not its product, not its transfer. What is left
is public, since both parties build the circuit: not the weights' values but *which* of
them there are. See ``leaks`` for what that tells.

Every unit of a layer keeps equally many weights here, so that its column sums share one
circuit; thresholds over a whole layer work as well (``NetworkShape`` takes any masks).

Sources: S. Han, J. Pool, J. Tran, W. Dally, "Learning both Weights and Connections for
Efficient Neural Networks", NIPS 2015; used before garbling by Rouhani, Riazi,
Koushanfar, "DeepSecure", DAC 2018, section 3.2.2.
"""

from collections.abc import Sequence

import numpy as np

from ppdl_course.arguments import at_least
from ppdl_course.nn import SGD, CrossEntropy, Network


def masks_of(network: Network, keep: Sequence[int]) -> list[np.ndarray]:
    """Return masks that keep the largest weights of each unit, not counting biases.

    Args:
        network: Whose weights are compared; it is not changed.
        keep: Weights of a unit that are kept, for each layer.

    Returns:
        bool ``(outputs, inputs)`` for each layer, ``keep[k]`` ones in each row.

    Raises:
        ValueError: If a number is below 1 or above the layer's inputs, or there are
            not as many as layers.
    """
    if len(keep) != len(network.weights):
        raise ValueError(f"keep must name {len(network.weights)} layers, got {keep}")
    masks = []
    for W, count in zip(network.weights, keep, strict=True):
        at_least(1, keep=count)
        size = np.abs(W[:, 1:])
        if count > size.shape[1]:
            raise ValueError(f"keep must be at most {size.shape[1]}, got {count}")
        mask = np.zeros(size.shape, bool)
        np.put_along_axis(mask, size.argsort(axis=1)[:, -count:], True, axis=1)
        masks.append(mask)
    return masks


def apply(network: Network, masks: Sequence[np.ndarray]) -> None:
    """Set the weights outside the masks to 0, in place."""
    for W, mask in zip(network.weights, masks, strict=True):
        W[:, 1:][~mask] = 0


def retrain(
    network: Network,
    masks: Sequence[np.ndarray],
    x: np.ndarray,
    y: np.ndarray,
    *,
    rate: float,
    epochs: int,
    rng: np.random.Generator,
    batch_size: int = 32,
    momentum: float = 0.9,
) -> None:
    """Train a network in place with the weights outside the masks held at 0.

    Args:
        network: Moved in place.
        masks: Which weights there are; biases always.
        x: Shape ``(n, inputs)``.
        y: Labels ``(n,)``.
        rate: Learning rate.
        epochs: How often each example is seen.
        rng: Draws the order of the examples.
        batch_size: Examples in a step.
        momentum: In [0, 1).

    Raises:
        ValueError: If a mask has another shape than its layer's weights.
    """
    at_least(1, epochs=epochs, batch_size=batch_size)
    loss = CrossEntropy()
    x, y = network.checked(x, y, loss)
    free = np.ones_like(network.flat)
    for W, view, mask in zip(
        network.weights, network.views(free)[0], masks, strict=True
    ):
        if np.shape(mask) != (len(W), W.shape[1] - 1):
            raise ValueError(
                f"masks must have shape {W[:, 1:].shape}, got {np.shape(mask)}"
            )
        view[:, 1:] = mask
    network.flat *= free
    optimiser = SGD(network, rate=rate, momentum=momentum)
    gradient = np.empty_like(network.flat)
    into = network.views(gradient)
    for _ in range(epochs):
        order = rng.permutation(len(x))
        for start in range(0, len(x), batch_size):
            batch = order[start : start + batch_size]
            network.step(x[batch], y[batch], loss, gradient, into)
            optimiser.step(gradient * free)


def prune(
    network: Network,
    x: np.ndarray,
    y: np.ndarray,
    *,
    keep: Sequence[int],
    rounds: int = 4,
    rate: float = 0.05,
    epochs: int = 10,
    rng: np.random.Generator,
) -> tuple[Network, list[np.ndarray]]:
    """Return a pruned copy of a network and its masks, pruned little by little.

    Args:
        network: Trained; it is not changed.
        x: Training inputs.
        y: Their labels.
        keep: Weights that each unit keeps in the end, for each layer.
        rounds: Steps from all weights down to ``keep``, by equal factors.
        rate: Learning rate of retraining.
        epochs: Epochs after each step; three times as many after the last.
        rng: Draws the order of the examples.
    """
    at_least(1, rounds=rounds)
    masks_of(network, keep)  # refuses what does not fit before training starts
    pruned, masks = network.copy(), []
    for step in range(1, rounds + 1):
        counts = [
            max(int(k), round(n * (k / n) ** (step / rounds)))
            for k, n in zip(keep, network.sizes, strict=False)
        ]
        masks = masks_of(pruned, counts)
        apply(pruned, masks)
        more = epochs * (3 if step == rounds else 1)
        retrain(pruned, masks, x, y, rate=rate, epochs=more, rng=rng)
    return pruned, masks


def density(masks: Sequence[np.ndarray]) -> float:
    """Return the share of weights that are kept."""
    kept = sum(int(mask.sum()) for mask in masks)
    return kept / sum(mask.size for mask in masks)
