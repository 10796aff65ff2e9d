"""A step of the double-projection network as sums and products.

    h = q(U x + b)    g = q(V x + c)    o_k = sum_ij W_kij h_i g_j + e_k
    d = o - y         loss 1/2 |o - y|^2: outputs without an activation
    dW_kij = d_k h_i g_j      R_ij = sum_k W_kij d_k
    dh_i = q'(zh_i) sum_j g_j R_ij      dg_j = q'(zg_j) sum_i h_i R_ij

In integers with scales as in ``training.integers``; T = h_i g_j is one ciphertext a
pair, and every sum is relinearised once. The client keeps |U x + b| <= 2 and |V x + c|
<= 2 (``training.cubic``).

Source: Q. Zhang, L. T. Yang, Z. Chen, P. Li, M. J. Deen, IEEE Internet of Things
Journal 5, 2018; the squared loss is ours, since softmax is no polynomial.
"""

from dataclasses import dataclass

import numpy as np

from ppdl_course.arguments import at_least
from ppdl_course.he.training.integers import Precision, rounded
from ppdl_course.he.training.program import Ask, Program
from ppdl_course.he.training.step import Arithmetic, Cipher, activated, times_slope

PARTS = ("U", "b", "V", "c", "W", "e")


@dataclass(frozen=True)
class DoubleStep:
    """Public sizes of a step, its twin and the cloud's program.

    Attributes:
        shape: Inputs, sizes of h and g, outputs; each >= 1.
        precision: Of samples and weights, and the rate.
    """

    shape: tuple[int, int, int, int]
    precision: Precision

    def __post_init__(self) -> None:
        inputs, h, g, outputs = self.shape
        at_least(1, inputs=inputs, h=h, g=g, outputs=outputs)

    @property
    def output_scale(self) -> int:
        """Scale of outputs and their errors."""
        return 2**self.precision.weight_bits * self.precision.scales.A1**2

    @property
    def scales(self) -> dict[str, int]:
        """What new weights are multiples of, by part."""
        s, p = self.precision.scales, self.precision
        back = 2**p.weight_bits * self.output_scale * s.A1 * 16 * s.S1**2
        first, m = back * 2**p.input_bits, p.divisor
        whole = {"U": first, "b": back, "V": first, "c": back}
        return {k: v * m for k, v in whole.items()} | {
            "W": self.output_scale * s.A1**2 * m,
            "e": self.output_scale * m,
        }

    def integers(self, parts: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
        """Return the rounded weights, dtype object, by part."""
        w = self.precision.weight_bits
        return {name: rounded(parts[name], w) for name in PARTS}

    def twin(
        self, X: np.ndarray, Y: np.ndarray, N: dict[str, np.ndarray]
    ) -> dict[str, np.ndarray]:
        """Return each sample's new weights, exact integers, samples first.

        Args:
            X: Integer samples (n, inputs), dtype object.
            Y: Integer targets (n, outputs).
            N: Integer weights, from :meth:`integers`.
        """
        s, f, w = self.precision.scales, *self._bits

        def view(W: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            z = X @ W.T + b * 2**f
            return 24 * s.S1**3 + z * (12 * s.S1**2 - z**2), 4 * s.S1**2 - z**2

        (h, ph), (g, pg) = view(N["U"], N["b"]), view(N["V"], N["c"])
        T = h[:, :, None] * g[:, None, :]
        o = np.stack([(T * k).sum(axis=(1, 2)) for k in N["W"]], axis=1)
        d = o + N["e"] * s.A1**2 - Y * (self.output_scale // 2**f)
        R = sum(d[:, k, None, None] * N["W"][k] for k in range(d.shape[1]))
        dh, dg = (R * g[:, None, :]).sum(2) * ph, (R * h[:, :, None]).sum(1) * pg
        change = {
            "U": dh[:, :, None] * X[:, None, :],
            "b": dh,
            "V": dg[:, :, None] * X[:, None, :],
            "c": dg,
            "W": d[:, :, None, None] * T[:, None],
            "e": d,
        }
        scale = self.scales
        return {k: N[k] * (scale[k] // 2**w) - change[k] for k in PARTS}

    def numbers(
        self, X: np.ndarray, Y: np.ndarray, N: dict[str, np.ndarray]
    ) -> dict[str, np.ndarray]:
        """Return what the client encrypts, by the names that the program asks for."""
        s, f, w = self.precision.scales, *self._bits
        old = {f"old {k}": N[k] * (self.scales[k] // 2**w) for k in PARTS}
        return old | {
            "x": X.T,
            "y": Y.T * (self.output_scale // 2**f),
            "U": N["U"],
            "b": N["b"] * 2**f,
            "V": N["V"],
            "c": N["c"] * 2**f,
            "W": N["W"],
            "e": N["e"] * s.A1**2,
        }

    @property
    def program(self) -> Program:
        """The cloud's side."""
        return self._run

    @property
    def _bits(self) -> tuple[int, int]:
        return self.precision.input_bits, self.precision.weight_bits

    def _run(self, cloud: Arithmetic, ask: Ask) -> dict[str, list[Cipher]]:
        n, nh, ng, nk = self.shape
        s, rules = self.precision.scales, cloud.rules
        fresh, base = rules.fresh, rules.base
        x = [ask("x", (i,), fresh) for i in range(n)]

        def view(W: str, b: str, units: int) -> tuple[list[Cipher], list[Cipher]]:
            rows = [[ask(W, (j, i), fresh) for i in range(n)] for j in range(units)]
            sums = list(cloud.totals(rows, x))
            z = [cloud.plus(v, ask(b, (j,), v.mark)) for j, v in enumerate(sums)]
            return activated(cloud, z, s.S1)

        (h, square_h), (g, square_g) = view("U", "b", nh), view("V", "c", ng)
        pairs = [(i, j) for i in range(nh) for j in range(ng)]
        T = cloud.products([(h[i], g[j]) for i, j in pairs])
        low = rules.lower(fresh, T[0].mark.level)
        rows = [[ask("W", (k, *place), low) for place in pairs] for k in range(nk)]
        sums = list(cloud.totals(rows, T))
        d = [
            cloud.minus(cloud.plus(o, ask("e", (k,), o.mark)), ask("y", (k,), o.mark))
            for k, o in enumerate(sums)
        ]
        low = rules.lower(fresh, d[0].mark.level)
        columns = [[ask("W", (k, *place), low) for k in range(nk)] for place in pairs]
        R = dict(zip(pairs, cloud.totals(columns, d), strict=True))
        back_h = cloud.totals([[R[i, j] for j in range(ng)] for i in range(nh)], g)
        back_g = cloud.totals([[R[i, j] for i in range(nh)] for j in range(ng)], h)
        dh = times_slope(cloud, list(back_h), square_h, s.S1)
        dg = times_slope(cloud, list(back_g), square_g, s.S1)
        dh, dg, d, T = ([cloud.lower(c, base) for c in v] for v in (dh, dg, d, T))
        last = rules.lower(fresh, base)
        x = [ask("x", (i,), last) for i in range(n)]

        def changed(name: str, deltas: list[Cipher], others: list[Cipher]) -> list:
            made = cloud.raw_products([(a, b) for a in deltas for b in others])
            shape = (nk, nh, ng) if name == "W" else (len(deltas), len(others))
            places = list(np.ndindex(shape))
            return [
                cloud.minus(ask(f"old {name}", place, p.mark), p)
                for place, p in zip(places, made, strict=True)
            ]

        def shifted(name: str, deltas: list[Cipher]) -> list[Cipher]:
            return [
                cloud.minus(ask(f"old {name}", (j,), c.mark), c)
                for j, c in enumerate(deltas)
            ]

        return {
            "U": changed("U", dh, x),
            "b": shifted("b", dh),
            "V": changed("V", dg, x),
            "c": shifted("c", dg),
            "W": changed("W", d, T),
            "e": shifted("e", d),
        }
