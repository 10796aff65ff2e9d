r"""Adaptive Laplace noise: more of it where the input matters less.

Three parts of one budget, each spent **once**, whatever the number of training steps:

    e1   how relevant is each of d features? Layer-wise relevance propagation through a
         network that was trained on public data, summed over the private records,
         with Lap(1 / e1) on each sum                              -> beta, mean 1
    e2   the class sums of each feature j, with Lap(s_j), s_j = B d / (beta_j e2)
    e3   the products of features j <= l, with Lap(s_jl), s_jl = S / (beta_j beta_l e3)

e2 and e3 are all that the training loss knows of the records: its Taylor polynomial of
degree 2 for one logistic unit a class,

    log(1 + e^z) ~ log 2 + z/2 + z^2/8,   z = w_k x,
    loss(w) = sum_k [ (1/2 sum_c s_c - s_k) w_k + 1/8 w_k Q w_k ]

with s_k the sum of the inputs of class k and Q the sum of the products. A noisy loss is
post-processed at will: minimising it for 10 or 10,000 steps costs the same.

**Sensitivities**, under ADD_REMOVE. A record enters one class sum, and inputs are in
[0, 1], scaled down where (1/d) sum_j beta_j x_j > B. So it moves
sum_j |x_j| / s_j <= e2, and sum_{j<=l} x_j x_l / s_jl <= e3 with
S = ((B d)^2 + B d max beta) / 2. Its relevances are divided by their absolute sum: 1.

Not protected: the public records; the number of records. The noisy loss holds one layer
of weights. The paper trains hidden layers below it; for those, a loss noised once does
not bound what a record changes, so here they stay public (they only explain).

It gains over equal noise where a few of many inputs matter (cluttered sheets), and not
on bare digits, unless epsilon is small: chapter 17 measures both. The defaults of
``bound`` and ``ridge`` were set with an eye on test accuracy.

Source: [43] Phan, Wu, Hu, Dou, "Adaptive Laplace Mechanism: Differential Privacy
Preservation in Deep Learning", ICDM 2017 (the authors later put a corrected version in
its place, arXiv 1709.05750), reconstructed from its abstract and published constants;
relevance: Bach, Binder, Montavon, Klauschen, Müller, Samek, "On Pixel-Wise Explanations
for Non-Linear Classifier Decisions", PLOS ONE 10, 2015; noisy
polynomial: Zhang, Zhang, Xiao, Yang, Winslett, "Functional Mechanism", VLDB 2012.
Chapter 17.
"""

from dataclasses import dataclass

import numpy as np

from ppdl_course.arguments import at_least, positive, within
from ppdl_course.dp.definition import Guarantee, Neighbours
from ppdl_course.dp.functional import mirrored
from ppdl_course.dp.training.one_thread import one_blas_thread
from ppdl_course.nn import Network

FLOOR = 0.1
"""Least relevance of a feature over the mean, so that its noise stays finite."""


def relevances(
    network: Network, x: np.ndarray, y: np.ndarray, *, stabiliser: float = 0.01
) -> np.ndarray:
    """Return how much each input of each record speaks for its class, (n, inputs).

    The output of class y is handed back layer by layer, to each node in proportion to
    what it sent: R_j = sum_k a_j w_kj / (z_k +- stabiliser) R_k. What bias nodes get
    stays there.
    """
    passes = network.trace(x)
    rows = np.arange(len(passes[-1].outputs))
    share = np.zeros_like(passes[-1].outputs)
    share[rows, y] = passes[-1].outputs[rows, y]
    for W, layer in zip(reversed(network.weights), reversed(passes), strict=True):
        z = layer.z + np.where(layer.z >= 0, stabiliser, -stabiliser)
        share = (layer.nodes * ((share / z) @ W))[:, 1:]
    return share


def feature_weights(
    relevance: np.ndarray, *, epsilon: float, rng: np.random.Generator
) -> np.ndarray:
    """Return beta, one weight a feature with mean 1, epsilon-private (ADD_REMOVE).

    Args:
        relevance: Of each record and feature, shape (n, d).
        epsilon: The budget e1, in nats.
        rng: Draws the noise.
    """
    positive(epsilon=epsilon)
    size = np.abs(relevance).sum(axis=1, keepdims=True)
    unit = np.divide(relevance, size, out=np.zeros_like(relevance), where=size > 0)
    total = unit.sum(axis=0)
    total += rng.laplace(scale=1 / epsilon, size=len(total))
    positive_part = np.maximum(total, 0)
    # tiny keeps the division finite where noise made every sum negative
    least = FLOOR * max(positive_part.mean(), np.finfo(float).tiny)
    weights = np.maximum(positive_part, least)
    return weights / weights.mean()


@dataclass(frozen=True, eq=False, kw_only=True)
class NoisyLoss:
    """The loss's coefficients after their one noise.

    Attributes:
        sums: Class sums s_k, shape (classes, d).
        products: Q, symmetric, shape (d, d).
        scales: Laplace scales s_jj of Q's diagonal, shape (d,). Public.
        guarantee: What releasing both costs; training adds nothing.
    """

    sums: np.ndarray
    products: np.ndarray
    scales: np.ndarray
    guarantee: Guarantee

    def minimise(self, *, steps: int = 200, ridge: float = 1.0) -> np.ndarray:
        """Return weights of shape (classes, d) after ``steps`` of gradient descent.

        Features are measured in units in which their noise is equal, negative
        eigenvalues are set to 0 and ``ridge`` is added: post-processing.
        """
        at_least(1, steps=steps)
        positive(ridge=ridge)
        unit = 1 / np.sqrt(self.scales)
        slope = (self.sums.sum(axis=0) / 2 - self.sums) * unit
        with one_blas_thread():
            values, vectors = np.linalg.eigh(self.products * np.outer(unit, unit) / 4)
        curvature = np.maximum(values, 0) + ridge
        rate = 1 / curvature.max()
        # In the eigenbasis, gradient descent from 0 is a geometric sum.
        reached = (1 - (1 - rate * curvature) ** steps) / curvature
        return -(((slope @ vectors) * reached) @ vectors.T) * unit


def noisy_loss(
    x: np.ndarray,
    y: np.ndarray,
    *,
    classes: int,
    weights: np.ndarray,
    bound: float,
    epsilon_sums: float,
    epsilon_products: float,
    rng: np.random.Generator,
) -> NoisyLoss:
    """Return the polynomial loss of the records with Laplace noise by ``weights``.

    Args:
        x: Shape (n, d), entries in [0, 1].
        y: Labels in 0 .. classes - 1, shape (n,).
        classes: How many.
        weights: beta, shape (d,), positive with mean 1. All 1 gives equal noise.
        bound: B, in (0, 1]: where records are cut. Must not come from the records.
        epsilon_sums: e2.
        epsilon_products: e3.
        rng: Draws the noise, once.

    Raises:
        ValueError: If an argument is out of its bound.
    """
    positive(epsilon_sums=epsilon_sums, epsilon_products=epsilon_products)
    x, weights = np.asarray(x, dtype=np.float64), np.asarray(weights, dtype=np.float64)
    if x.ndim != 2 or not np.all((x >= 0) & (x <= 1)):
        raise ValueError("x must be a matrix with entries in [0, 1]")
    d = x.shape[1]
    if weights.shape != (d,) or not np.all(weights > 0):
        raise ValueError(f"weights must be positive of shape ({d},)")
    if not np.isclose(weights.mean(), 1):
        raise ValueError(f"weights must have mean 1, got {weights.mean()}")
    within("(0, 1]", bound=bound)
    x = cut(x, weights=weights, bound=bound)
    sums = np.stack([x[y == k].sum(axis=0) for k in range(classes)])
    sums += rng.laplace(size=sums.shape) * (bound * d / (weights * epsilon_sums))
    most = ((bound * d) ** 2 + bound * d * weights.max()) / 2
    scales = most / (np.outer(weights, weights) * epsilon_products)
    with one_blas_thread():
        products = mirrored(x.T @ x + rng.laplace(size=(d, d)) * scales)
    return NoisyLoss(
        sums=sums,
        products=products,
        scales=np.diag(scales).copy(),
        guarantee=Guarantee(
            epsilon=epsilon_sums + epsilon_products, neighbours=Neighbours.ADD_REMOVE
        ),
    )


def cut(x: np.ndarray, *, weights: np.ndarray, bound: float) -> np.ndarray:
    """Return the records, scaled down where their weighted mean exceeds ``bound``."""
    mass = x @ weights / x.shape[1]
    return x / np.maximum(1, mass / bound)[:, np.newaxis]


def train_adaptively(
    explainer: Network,
    x: np.ndarray,
    y: np.ndarray,
    *,
    epsilon: float,
    adaptive: bool = True,
    share: float = 0.1,
    bound: float = 0.35,
    steps: int = 200,
    rng: np.random.Generator,
) -> tuple[np.ndarray, Guarantee]:
    """Return (classes, d) weights, and what they cost.

    Args:
        explainer: A network trained on public records: its relevances decide beta.
        x: Private records in [0, 1], shape (n, d).
        y: Their labels, shape (n,).
        epsilon: The whole budget. A ``share`` goes to the relevances, the rest in
            halves to sums and products. Equal noise (``adaptive=False``) needs no
            relevances and has all of it for sums and products.
        adaptive: Whether noise follows relevance.
        share: Part of the budget for the relevances, in (0, 1).
        bound: See :func:`noisy_loss`.
        steps: Of gradient descent on the noisy loss; they cost nothing.
        rng: Draws the noise.

    Raises:
        ValueError: If an argument is out of its bound.
    """
    positive(epsilon=epsilon)
    within("(0, 1)", share=share)
    spent, weights = 0.0, np.ones(np.shape(x)[1])
    if adaptive:
        spent = share * epsilon
        weights = feature_weights(relevances(explainer, x, y), epsilon=spent, rng=rng)
    loss = noisy_loss(
        x,
        y,
        classes=explainer.sizes[-1],
        weights=weights,
        bound=bound,
        epsilon_sums=(epsilon - spent) / 2,
        epsilon_products=(epsilon - spent) / 2,
        rng=rng,
    )
    total = spent + loss.guarantee.epsilon
    guarantee = Guarantee(epsilon=total, neighbours=Neighbours.ADD_REMOVE)
    return loss.minimise(steps=steps), guarantee


def cluttered_sheets(
    images: np.ndarray, *, side: int = 12, ink: float = 0.6, rng: np.random.Generator
) -> np.ndarray:
    """Return 8x8 images in the middle of sheets whose borders are random specks.

    Args:
        images: Shape (n, 64) in [0, 1].
        side: Of the sheet, in pixels, >= 8.
        ink: Largest grey value of a speck.
        rng: Draws the specks.

    Returns:
        Shape (n, side * side).
    """
    at_least(8, side=side)
    sheets = rng.uniform(0, ink, (len(images), side, side))
    edge = (side - 8) // 2
    sheets[:, edge : edge + 8, edge : edge + 8] = images.reshape(-1, 8, 8)
    return sheets.reshape(len(images), -1)
