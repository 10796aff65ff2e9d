r"""Gradient leakage: the records behind a gradient, exactly or by optimisation.

Closed form, one record: dL/dW_1 = delta^T [1, x], so a row divided by its bias entry is
x (chapter 1). For a mean over n records it gives a mixture of them. A part of the
gradient is enough for the inputs whose entries are in it, beside a bias entry.

By optimisation: look for n made-up records x' whose gradient is the one that was seen,

    minimise over x'   1 - cos(g(x', y), g)  +  |g(x', y) - g|^2 / |g|^2

from a random start, by L-BFGS. The **labels come first**: dL/db_K = mean_i (p_i - y_i),
so for one record exactly one entry is negative, that of its label; for n records
n (mean p - dL/db_K) estimates how many there are of each class.

The adversary knows the model, the gradient and n: the server of Fig. 2 (b), or whoever
reads its line. Sigmoid networks only (the second derivative must exist).

Source: Zhu, Liu, Han, "Deep Leakage from Gradients", NeurIPS 2019 (the optimisation);
Zhao, Mopuri, Bilen, "iDLG: Improved Deep Leakage from Gradients", 2020 (label first);
Geiping, Bauermeister, Dröge, Moeller, "Inverting Gradients", NeurIPS 2020 (the cosine);
Phong et al., IEEE TIFS 2018 (closed form).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment, minimize

from ppdl_course.arguments import at_least, non_negative
from ppdl_course.nn import Network, Sigmoid, softmax


def closed_form(network: Network, gradient: np.ndarray) -> np.ndarray:
    """Return the record behind the gradient of a single one, shape (inputs,).

    Of a mean over several records it returns a mixture. Rows of units that did not
    react are left aside; the strongest one is read.

    Raises:
        ValueError: If no unit of the first layer reacted.
    """
    dW = network.views(gradient)[0][0]
    # the unit that reacted most: the division below loses the fewest digits
    row = dW[np.abs(dW[:, 0]).argmax()]
    if row[0] == 0:
        raise ValueError("gradient must have a bias entry that is not 0 in layer 1")
    return row[1:] / row[0]


def closed_form_of_part(
    network: Network, indices: np.ndarray, values: np.ndarray
) -> np.ndarray:
    """Return what a part of the gradient of one record says of it, shape (inputs,).

    An input is known as soon as one unit of the first layer has uploaded its entry for
    it and its bias entry; of several the unit is taken that reacted most.

    Args:
        network: The model that the gradient is of.
        indices: Places in the gradient, integers, each once.
        values: The gradient there.

    Returns:
        The inputs, NaN where nothing is known.

    Raises:
        ValueError: If a place is out of range or comes twice, or numbers differ.
    """
    size = len(network.flat)
    known = np.all((indices >= 0) & (indices < size))
    if not known or len(np.unique(indices)) < len(indices):
        raise ValueError(f"indices must be different and in 0..{size - 1}")
    if values.shape != indices.shape:
        raise ValueError(f"values must have shape {indices.shape}, got {values.shape}")
    gradient = np.full(size, np.nan)
    gradient[indices] = values
    dW = network.views(gradient)[0][0]
    dW = dW[np.nan_to_num(dW[:, 0]) != 0]
    x = np.full(network.sizes[0], np.nan)
    for row in dW[np.abs(dW[:, 0]).argsort()]:  # the strongest last: it stays
        x = np.where(np.isnan(row[1:]), x, row[1:] / row[0])
    return x


def inferred_labels(network: Network, gradient: np.ndarray, n: int) -> np.ndarray:
    """Return the n labels behind a mean gradient, sorted, shape (n,).

    One label is exact. For more, the mean prediction is taken from grey inputs, and the
    counts n (mean p - db) are rounded so that they add up to n.
    """
    at_least(1, n=n)
    db = network.views(gradient)[0][-1][:, 0]
    if n == 1:
        return np.array([int(db.argmin())])
    grey = softmax(network.forward(np.full((1, network.sizes[0]), 0.5)))[0]
    expected = np.maximum(n * (grey - db), 0)
    counts = np.floor(expected).astype(int)
    while counts.sum() > n:
        # rounded to add up: take where least is lost, give where most is missing
        counts[np.where(counts > 0, expected - counts, np.inf).argmin()] -= 1
    while counts.sum() < n:
        counts[(expected - counts).argmax()] += 1
    return np.repeat(np.arange(len(db)), counts)


@dataclass(frozen=True)
class Reconstruction:
    """What the optimisation found.

    Attributes:
        x: Made-up records, shape (n, inputs), in no particular order.
        labels: The labels they were given, shape (n,).
        mismatch: The objective at the end; near 0 if the gradient is met.
    """

    x: np.ndarray
    labels: np.ndarray
    mismatch: float


def reconstruct(
    network: Network,
    gradient: np.ndarray,
    n: int,
    *,
    rng: np.random.Generator,
    labels: np.ndarray | None = None,
    iterations: int = 300,
    starts: int = 2,
    local_steps: int = 1,
    rate: float = 0.1,
) -> Reconstruction:
    """Return n records in [0, 1] whose mean gradient is close to the one given.

    Args:
        network: Sigmoid hidden layers, logits as output.
        gradient: Mean over n records, shape (parameters,).
        n: How many records.
        rng: Draws the starts.
        labels: Their labels, if known; inferred otherwise.
        iterations: At most so many steps of L-BFGS from each start.
        starts: Random starts; the best fit counts. A fit below 1e-6 ends the search.
        local_steps: How many steps on these records the adversary believes that the
            gradient is the mean of (federated averaging).
        rate: Learning rate of these steps.

    Raises:
        ValueError: If the network has another activation, or the gradient is not of
            its shape.
    """
    if labels is None:
        labels = inferred_labels(network, gradient, n)
    at_least(1, local_steps=local_steps, starts=starts)
    objective = _matching(network, gradient, np.asarray(labels), local_steps, rate)
    size = (n, network.sizes[0])
    best = Reconstruction(np.zeros(size), np.asarray(labels), np.inf)
    for _ in range(starts):
        solution = minimize(
            objective,
            rng.uniform(0.2, 0.8, size).ravel(),
            jac=True,
            method="L-BFGS-B",
            bounds=[(0, 1)] * (size[0] * size[1]),
            options={"maxiter": iterations, "maxfun": 2 * iterations, "maxcor": 20},
        )
        if solution.fun < best.mismatch:
            x = solution.x.reshape(size)
            best = Reconstruction(x, np.asarray(labels), float(solution.fun))
        if best.mismatch < 1e-6:
            break
    return best


def _matching(
    network: Network,
    gradient: np.ndarray,
    labels: np.ndarray,
    local_steps: int,
    rate: float,
) -> Callable[[np.ndarray], tuple[float, np.ndarray]]:
    """Return the objective: made-up records -> mismatch and its gradient."""
    import torch

    if any(not isinstance(f, Sigmoid) for f in network.activations[:-1]):
        raise ValueError("network must have sigmoid hidden layers")
    weights = [
        torch.tensor(W, dtype=torch.float64, requires_grad=True)
        for W in network.weights
    ]
    observed = [torch.tensor(part) for part in network.views(gradient)[0]]
    size = sum(float((part**2).sum()) for part in observed)
    y = torch.tensor(labels)

    def objective(flat: np.ndarray) -> tuple[float, np.ndarray]:
        x = torch.tensor(flat.reshape(len(labels), -1), requires_grad=True)
        moved, mine = weights, [torch.zeros_like(W) for W in weights]
        for _ in range(local_steps):
            a = x
            for W in moved[:-1]:
                a = torch.sigmoid(torch.addmm(W[:, 0], a, W[:, 1:].T))
            logits = torch.addmm(moved[-1][:, 0], a, moved[-1][:, 1:].T)
            loss = torch.nn.functional.cross_entropy(logits, y)
            # create_graph: the mismatch is differentiated through the gradient itself
            step = torch.autograd.grad(loss, moved, create_graph=True)
            moved = [W - rate * g for W, g in zip(moved, step, strict=True)]
            mine = [m + g / local_steps for m, g in zip(mine, step, strict=True)]
        pairs = list(zip(mine, observed, strict=True))
        distance = sum(((m - s) ** 2).sum() for m, s in pairs) / size
        along = sum((m * s).sum() for m, s in pairs)
        length = sum((m**2).sum() for m in mine).sqrt() * size**0.5
        mismatch = distance + 1 - along / length
        (slope,) = torch.autograd.grad(mismatch, x)
        return mismatch.item(), slope.numpy().ravel()

    return objective


def noisy(
    gradient: np.ndarray, level: float, *, rng: np.random.Generator
) -> np.ndarray:
    """Return the gradient with Gaussian noise, whose norm is ``level`` times its own.

    Args:
        gradient: Shape (parameters,).
        level: Expected norm of the noise over the norm of the gradient, >= 0.
        rng: Draws the noise.

    Raises:
        ValueError: If ``level`` is negative or not finite.
    """
    non_negative(level=level)
    scale = level * np.linalg.norm(gradient) / np.sqrt(len(gradient))
    return gradient + rng.normal(0, scale, len(gradient))


def psnr(truth: np.ndarray, reconstructed: np.ndarray) -> np.ndarray:
    """Return the peak signal-to-noise ratio of each row in decibels, shape (n,).

    10 log10(1 / mean squared error) for entries in [0, 1]; above 30 dB two small images
    look the same. Reported up to 100 dB, so that an exact copy has a number too.
    """
    error = ((np.asarray(truth) - np.asarray(reconstructed)) ** 2).mean(axis=-1)
    return -10 * np.log10(np.maximum(error, 1e-10))


def paired(truth: np.ndarray, reconstructed: np.ndarray) -> np.ndarray:
    """Return the rows of ``found``, each put where the record stands that it is like.

    A gradient says nothing about the order of its records, so the pairing with the
    least total squared error is taken (Hungarian method).
    """
    cost = ((truth[:, None] - reconstructed[None]) ** 2).mean(axis=2)
    return reconstructed[linear_sum_assignment(cost)[1]]
