r"""The sum of the records' clipped gradients, which DP-SGD adds its noise to.

    g_i   <- gradient of record i alone
    c_i   <- g_i * min(1, C / |g_i|)                                norm at most C

**Ghost norms.** In a dense layer g_i = delta_i [1, a_i]^T is an outer product, so

    |g_i| = |delta_i| * |[1, a_i]|,   and   sum_i w_i g_i = (w * delta)^T [1, a]:

clipping needs no n x P matrix, only the products that plain training makes too.

Source: Abadi, Chu, Goodfellow, McMahan, Mironov, Talwar, Zhang, "Deep Learning with
Differential Privacy", CCS 2016, Algorithm 1; ghost norms: Goodfellow, "Efficient
Per-Example Gradient Computations", 2015; Li, Tramèr, Liang, Hashimoto, "Large Language
Models Can Be Strong Differentially Private Learners", ICLR 2022. Chapter 16.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from ppdl_course.arguments import positive
from ppdl_course.nn import CrossEntropy, Loss, Network


class LayerGradient(NamedTuple):
    """The factors of every record's gradient in one layer.

    Attributes:
        layer: Index of the layer, from 0.
        nodes: [1, a] of each record, shape (n, 1 + inputs).
        delta: dL/dz of each record, shape (n, units).
        slopes: Gradient of the activation's slopes, shape (n, slopes).
    """

    layer: int
    nodes: np.ndarray
    delta: np.ndarray
    slopes: np.ndarray


def example_norms(
    network: Network, x: np.ndarray, y: np.ndarray, loss: Loss
) -> np.ndarray:
    """Return the norm of every record's own gradient, shape (n,), by ghost norms."""
    x, y = network.checked(x, y, loss)
    return norms_of(list(_factors(network, x, y, loss)))


def clipped_sum(
    network: Network,
    x: np.ndarray,
    y: np.ndarray,
    *,
    max_grad_norm: float,
    loss: Loss | None = None,
) -> np.ndarray:
    """Return the sum of the records' clipped gradients, shape (parameters,).

    Args:
        network: Whose loss is differentiated.
        x: Shape (n, inputs).
        y: What the loss takes.
        max_grad_norm: Clipping norm C of each record's gradient, > 0.
        loss: Cross entropy unless given.

    Raises:
        ValueError: If an argument is out of its bound.
    """
    positive(max_grad_norm=max_grad_norm)
    loss = loss or CrossEntropy()
    x, y = network.checked(x, y, loss)
    total = np.empty_like(network.flat)
    clip_into(network.views(total), network, x, y, loss, max_grad_norm)
    return total


def clipped_sum_by_rows(
    network: Network,
    x: np.ndarray,
    y: np.ndarray,
    *,
    max_grad_norm: float,
    loss: Loss | None = None,
) -> np.ndarray:
    """Return what :func:`clipped_sum` does, from the n x P matrix: slow and obvious."""
    positive(max_grad_norm=max_grad_norm)
    rows = network.example_gradients(x, y, loss or CrossEntropy())
    return clipped_rows(rows, max_grad_norm).sum(axis=0)


def clipped_rows(rows: np.ndarray, bound: float) -> np.ndarray:
    """Return the rows, those longer than ``bound`` scaled down to it."""
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.maximum(1, norms / bound)


def _factors(
    network: Network, x: np.ndarray, y: np.ndarray, loss: Loss
) -> Iterator[LayerGradient]:
    """Back-propagate each record's own loss, last layer first."""
    passes = network.trace(x)
    upstream = loss.gradients(passes[-1].outputs, y)
    for k in reversed(range(len(passes))):
        f, a, (nodes, z, outputs) = network.activations[k], network.slopes[k], passes[k]
        delta = f.backward(z, outputs, a, upstream)
        yield LayerGradient(k, nodes, delta, f.slope_gradients(z, upstream))
        if k:
            upstream = delta @ network.weights[k][:, 1:]


def norms_of(layers: list[LayerGradient]) -> np.ndarray:
    """Return the norm of every record's gradient, shape (n,), from its factors."""
    squared = sum(
        _squares(layer.delta) * _squares(layer.nodes) + _squares(layer.slopes)
        for layer in layers
    )
    return np.sqrt(squared)


def _squares(rows: np.ndarray) -> np.ndarray:
    return np.einsum("ij,ij->i", rows, rows)


def clip_into(
    into: tuple[list[np.ndarray], list[np.ndarray]],
    network: Network,
    x: np.ndarray,
    y: np.ndarray,
    loss: Loss,
    max_grad_norm: float,
) -> None:
    """Write the clipped sum into a buffer's ``views``."""
    layers = list(_factors(network, x, y, loss))
    weight = 1 / np.maximum(1, norms_of(layers) / max_grad_norm)
    for k, nodes, delta, slopes in layers:
        # the clip weights go into delta: one product a layer, straight into the buffer
        np.matmul((delta * weight[:, np.newaxis]).T, nodes, out=into[0][k])
        if slopes.shape[1]:
            into[1][k][:] = weight @ slopes
