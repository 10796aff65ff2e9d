"""A step of the tensor auto-encoder as sums and products, with its metric.

A multi-dot product is a matrix product of what is flattened, so the cloud computes the
step of ``training.step``, with the tensor distance in the error:

    e = G' (a2 - x),   G' = round(2^g G), public        d2 = e q'(z2)

A product with public numbers takes no level; its noise grows by |G'|. Weights and
samples are encrypted as before, the metric is known to both.

Source: Q. Zhang, L. T. Yang, Z. Chen, IEEE Transactions on Computers 65, 2016.
"""

import math
from dataclasses import dataclass

import numpy as np

from ppdl_course.arguments import between
from ppdl_course.he.training.integers import Net, Precision
from ppdl_course.he.training.program import Ask, Program
from ppdl_course.he.training.step import (
    Arithmetic,
    Cipher,
    activated,
    times_slope,
)


@dataclass(frozen=True)
class TensorStep:
    """Public sizes of a step, its twin and the cloud's program.

    Attributes:
        inputs: Shape of a sample.
        hidden: Shape of a code.
        metric: G', Python's integers (entries, entries), dtype object.
        metric_bits: g.
        precision: Of samples and weights.

    Raises:
        ValueError: If G' has another shape, or g is not in 0..16.
    """

    inputs: tuple[int, ...]
    hidden: tuple[int, ...]
    metric: np.ndarray
    metric_bits: int
    precision: Precision

    def __post_init__(self) -> None:
        between(0, 16, metric_bits=self.metric_bits)
        size = math.prod(self.inputs)
        if np.shape(self.metric) != (size, size):
            raise ValueError(
                f"metric must have shape {(size, size)}, got {np.shape(self.metric)}"
            )

    @property
    def scales(self) -> Net:
        """What new weights are multiples of."""
        return self.precision.scales.new.each(lambda s: s * 2**self.metric_bits)

    def flat(self, parts: dict[str, np.ndarray]) -> Net:
        """Return the rounded integers of tensor weights "W1", "b1", "W2", "b2"."""
        size, code = math.prod(self.inputs), math.prod(self.hidden)
        shapes = {"W1": (code, size), "b1": (code,), "W2": (size, code), "b2": (size,)}
        return self.precision.weights(
            Net(
                **{
                    name: np.reshape(parts[name], shape)
                    for name, shape in shapes.items()
                }
            )
        )

    def twin(self, X: np.ndarray, V: Net) -> Net:
        """Return each sample's new weights, exact integers, flattened.

        Args:
            X: Integer samples (n, entries), dtype object.
            V: Integer weights, from :meth:`flat`.
        """
        s, f, w = self.precision.scales, *self._bits
        z1 = X @ V.W1.T + V.b1 * 2**f
        a1 = 24 * s.S1**3 + z1 * (12 * s.S1**2 - z1**2)
        z2 = a1 @ V.W2.T + V.b2 * s.A1
        a2 = 24 * s.S2**3 + z2 * (12 * s.S2**2 - z2**2)
        apart = (a2 - X * (s.A2 // 2**f)) @ self.metric.T
        d2 = apart * (4 * s.S2**2 - z2**2)
        d1 = (d2 @ V.W2) * (4 * s.S1**2 - z1**2)
        change = Net(
            d1[:, :, None] * X[:, None, :], d1, d2[:, :, None] * a1[:, None, :], d2
        )
        return V.each(
            lambda old, new, dW: old * (new // 2**w) - dW, self.scales, change
        )

    def numbers(self, X: np.ndarray, V: Net) -> dict[str, np.ndarray]:
        """Return what the client encrypts, by the names that the program asks for."""
        s, f, w = self.precision.scales, *self._bits
        old = V.each(lambda v, new: v * (new // 2**w), self.scales)
        return {
            "x": X.T,
            "target": X.T * (s.A2 // 2**f),
            "W1": V.W1,
            "b1": V.b1 * 2**f,
            "W2": V.W2,
            "b2": V.b2 * s.A1,
        } | {f"old {name}": part for name, part in vars(old).items()}

    @property
    def program(self) -> Program:
        """The cloud's side."""
        return self._run

    @property
    def _bits(self) -> tuple[int, int]:
        return self.precision.input_bits, self.precision.weight_bits

    def _run(self, cloud: Arithmetic, ask: Ask) -> dict[str, list[Cipher]]:
        s, rules = self.precision.scales, cloud.rules
        size, code = math.prod(self.inputs), math.prod(self.hidden)
        fresh, base = rules.fresh, rules.base
        x = [ask("x", (i,), fresh) for i in range(size)]
        rows = [[ask("W1", (j, i), fresh) for i in range(size)] for j in range(code)]
        sums = list(cloud.totals(rows, x))
        z1 = [cloud.plus(z, ask("b1", (j,), z.mark)) for j, z in enumerate(sums)]
        a1, squares1 = activated(cloud, z1, s.S1)
        low = rules.lower(fresh, a1[0].mark.level)
        rows = [[ask("W2", (i, j), low) for j in range(code)] for i in range(size)]
        sums = list(cloud.totals(rows, a1))
        z2 = [cloud.plus(z, ask("b2", (i,), z.mark)) for i, z in enumerate(sums)]
        a2, squares2 = activated(cloud, z2, s.S2)
        errors = [cloud.minus(a, ask("target", (i,), a.mark)) for i, a in enumerate(a2)]
        near = [cloud.weighted(errors, list(row)) for row in self.metric]
        d2 = times_slope(cloud, near, squares2, s.S2)
        low = rules.lower(fresh, d2[0].mark.level)
        columns = [[ask("W2", (i, j), low) for i in range(size)] for j in range(code)]
        d1 = times_slope(cloud, list(cloud.totals(columns, d2)), squares1, s.S1)
        a1, d1, d2 = ([cloud.lower(c, base) for c in some] for some in (a1, d1, d2))
        last = rules.lower(fresh, base)
        x = [ask("x", (i,), last) for i in range(size)]
        return {
            "W1": _changed(cloud, ask, "old W1", d1, x),
            "b1": [
                cloud.minus(ask("old b1", (j,), d.mark), d) for j, d in enumerate(d1)
            ],
            "W2": _changed(cloud, ask, "old W2", d2, a1),
            "b2": [
                cloud.minus(ask("old b2", (i,), d.mark), d) for i, d in enumerate(d2)
            ],
        }


def _changed(
    cloud: Arithmetic, ask: Ask, name: str, deltas: list[Cipher], a: list[Cipher]
) -> list[Cipher]:
    places = [(j, i) for j in range(len(deltas)) for i in range(len(a))]
    products = cloud.raw_products([(deltas[j], a[i]) for j, i in places])
    return [
        cloud.minus(ask(name, place, p.mark), p)
        for place, p in zip(places, products, strict=True)
    ]
