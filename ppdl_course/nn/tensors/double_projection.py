"""The double-projection layer: two views of the input, and all of their products.

    h = f(U X + b)     g = f(V X + c)      two subspaces
    T = h (outer) g                        interactions
    o_k = sum_ij W_kij h_i g_j + e_k       the next layer sees T only

Back-propagation, with d_k = dL/do_k:

    dW_kij = d_k h_i g_j     de_k = d_k
    dh_i = sum_kj W_kij g_j d_k     dg_j = sum_ki W_kij h_i d_k

A product of two features is one weight here; a single projection of the same number of
parameters has to piece it together from sigmoids. For one fixed g = 1 it is the
single projection.

Source: Q. Zhang, L. T. Yang, Z. Chen, P. Li, M. J. Deen, "Privacy-Preserving
Double-Projection Deep Computation Model With Crowdsourcing on Cloud for Big Data
Feature Learning", IEEE Internet of Things Journal 5, 2018. Outputs are logits here, so
that the loss is chapter 1's.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ppdl_course.arguments import at_least, positive
from ppdl_course.nn.activations import sigmoid
from ppdl_course.nn.losses import CrossEntropy
from ppdl_course.nn.tensors.auto_encoder import sigmoid_slope

PARTS = ("U", "b", "V", "c", "W", "e")


@dataclass
class DoubleProjection:
    """One double-projection layer and the output behind it.

    Attributes:
        U: (h, inputs); ``b``: (h,).
        V: (g, inputs); ``c``: (g,).
        W: (outputs, h, g); ``e``: (outputs,).
        f: Activation; ``slope`` its derivative as a function of z.
        fixed: Hold g at 1: a single projection; its gradients are then 0.
    """

    U: np.ndarray
    b: np.ndarray
    V: np.ndarray
    c: np.ndarray
    W: np.ndarray
    e: np.ndarray
    f: Callable[[np.ndarray], np.ndarray] = sigmoid
    slope: Callable[[np.ndarray], np.ndarray] = sigmoid_slope
    fixed: bool = False

    @classmethod
    def drawn(
        cls,
        inputs: int,
        hidden: tuple[int, int],
        outputs: int,
        *,
        rng: np.random.Generator,
        **options: Any,
    ) -> "DoubleProjection":
        """Return starting weights, normal with variance 1 / inputs of the unit.

        Args:
            inputs: Features.
            hidden: Sizes of h and g.
            outputs: Classes.
            rng: Draws them.
            options: ``f``, ``slope``, ``fixed``.
        """
        h, g = hidden
        at_least(1, inputs=inputs, h=h, g=g, outputs=outputs)
        return cls(
            rng.normal(size=(h, inputs)) / np.sqrt(inputs),
            np.zeros(h),
            rng.normal(size=(g, inputs)) / np.sqrt(inputs),
            np.zeros(g),
            rng.normal(size=(outputs, h, g)) / np.sqrt(h * g),
            np.zeros(outputs),
            **options,
        )

    @property
    def parameters(self) -> int:
        """Learned numbers."""
        return sum(getattr(self, name).size for name in PARTS)

    def projections(self, x: np.ndarray) -> tuple[np.ndarray, ...]:
        """Return z_h, h, z_g, g of rows ``x``."""
        zh, zg = x @ self.U.T + self.b, x @ self.V.T + self.c
        g = np.ones_like(zg) if self.fixed else self.f(zg)
        return zh, self.f(zh), zg, g

    def forward(self, x: np.ndarray) -> np.ndarray:
        """Return logits (samples, outputs)."""
        _, h, _, g = self.projections(x)
        return np.einsum("kij,ni,nj->nk", self.W, h, g, optimize=True) + self.e

    def gradients(self, x: np.ndarray, d: np.ndarray) -> dict[str, np.ndarray]:
        """Return the gradient of the batch's summed loss, by name of the part.

        Args:
            x: (samples, inputs).
            d: dL/do of each sample, (samples, outputs).
        """
        zh, h, zg, g = self.projections(x)
        dh = np.einsum("kij,nj,nk->ni", self.W, g, d, optimize=True) * self.slope(zh)
        dg = np.einsum("kij,ni,nk->nj", self.W, h, d, optimize=True) * self.slope(zg)
        if self.fixed:
            dg = np.zeros_like(dg)
        return {
            "U": dh.T @ x,
            "b": dh.sum(axis=0),
            "V": dg.T @ x,
            "c": dg.sum(axis=0),
            "W": np.einsum("nk,ni,nj->kij", d, h, g, optimize=True),
            "e": d.sum(axis=0),
        }

    def train(
        self, x: np.ndarray, labels: np.ndarray, *, rate: float, steps: int
    ) -> float:
        """Take full-batch steps on the cross entropy; return the last mean loss.

        Args:
            x: (samples, inputs).
            labels: Integers below outputs, (samples,).
            rate: Of the mean gradient.
            steps: How many.

        Raises:
            ValueError: If a number is out of range or labels are none.
        """
        positive(rate=rate)
        at_least(1, steps=steps)
        loss = CrossEntropy()
        y = loss.targets(labels, (len(x), len(self.e)), np.dtype(float))
        for _ in range(steps):
            d = loss.gradients(self.forward(x), y) / len(x)
            for name, gradient in self.gradients(x, d).items():
                setattr(self, name, getattr(self, name) - rate * gradient)
        return float(loss.values(self.forward(x), y).mean())


def interacting(
    samples: int, rng: np.random.Generator, *, size: int = 10
) -> tuple[np.ndarray, np.ndarray]:
    """Return samples whose class is the sign of a product of two modalities.

    A sample is (picture, words), each ``size`` standard normal numbers; the label is 1
    where their sums have one sign. Neither modality alone tells anything.

    Returns:
        float64 (samples, 2 size) and int64 labels (samples,).
    """
    at_least(1, samples=samples, size=size)
    x = rng.normal(size=(samples, 2 * size))
    picture, words = x[:, :size].sum(axis=1), x[:, size:].sum(axis=1)
    return x, (picture * words > 0).astype(np.int64)
