"""One step of back-propagation in integers: what the cloud computes, in the clear.

Quantised by the client, x = X / 2^f, W = V / 2^w. Nothing can be divided under
encryption, so scales grow; with S the scale of a layer's sums z,

    q(z)   = (24 S^3 + Z (12 S^2 - Z^2)) / 48 S^3      a
    q'(z)  = (4 S^2 - Z^2) / 16 S^2                    p

    z1 = W1 x + b1     a1 = q(z1)     z2 = W2 a1 + b2     a2 = q(z2)
    d2 = (a2 - y) q'(z2)                  dW2 = d2 a1^T       db2 = d2
    d1 = (W2^T d2) q'(z1)                 dW1 = d1 x^T        db1 = d1
    new W = W - dW / m                    m the divisor: rate 1/m, one sample

for the loss 1/2 |a2 - y|^2 of one sample. A new weight of a batch is W plus the sum of
its samples' changes. :func:`integer_step` is the twin: ring operations only, so that
the encrypted step equals it exactly. :func:`real_step` is the same in floats, with q or
with the sigmoid.

Source: F. Bu, Y. Ma, Z. Chen, H. Xu, HPCC 2015; how scales are carried is ours.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields

import numpy as np

from ppdl_course.arguments import at_least, between, real_matrix
from ppdl_course.he.training.cubic import q, q_slope


@dataclass(frozen=True)
class Net:
    """Two layers, or what is of their shape: weights, changes, integers, ciphertexts.

    Attributes:
        W1: (hidden, inputs).
        b1: (hidden,).
        W2: (outputs, hidden).
        b2: (outputs,).
    """

    W1: np.ndarray
    b1: np.ndarray
    W2: np.ndarray
    b2: np.ndarray

    @classmethod
    def drawn(
        cls, inputs: int, hidden: int, outputs: int, *, rng: np.random.Generator
    ) -> "Net":
        """Return weights uniform within +-1/inputs and +-1/hidden, biases 0."""
        at_least(1, inputs=inputs, hidden=hidden, outputs=outputs)
        return cls(
            rng.uniform(-1, 1, (hidden, inputs)) / inputs,
            np.zeros(hidden),
            rng.uniform(-1, 1, (outputs, hidden)) / hidden,
            np.zeros(outputs),
        )

    @property
    def shape(self) -> tuple[int, int, int]:
        """Inputs, hidden units, outputs."""
        return self.W1.shape[1], len(self.W1), len(self.W2)

    def each(self, change: Callable[..., np.ndarray], *others: "Net") -> "Net":
        """Return the net of ``change`` applied part by part."""
        nets = (self, *others)
        return Net(*(change(*(getattr(n, f.name) for n in nets)) for f in fields(Net)))


@dataclass(frozen=True)
class Precision:
    """How the client rounds, and the rate.

    Attributes:
        input_bits: f; inputs and targets are multiples of 2**-f.
        weight_bits: w; weights and biases are multiples of 2**-w.
        divisor: m; the rate is 1/m for each sample.

    Raises:
        ValueError: If a number of bits is not in 1..16 or the divisor not in 1..2**16.
    """

    input_bits: int = 4
    weight_bits: int = 6
    divisor: int = 1

    def __post_init__(self) -> None:
        between(1, 16, input_bits=self.input_bits, weight_bits=self.weight_bits)
        between(1, 2**16, divisor=self.divisor)

    def inputs(self, x: np.ndarray) -> np.ndarray:
        """Return round(2^f x) in Python's integers, dtype object."""
        return rounded(x, self.input_bits)

    def weights(self, net: Net) -> Net:
        """Return round(2^w W) part by part, dtype object."""
        return net.each(lambda part: rounded(part, self.weight_bits))

    @property
    def scales(self) -> "Scales":
        """What each stage's integers are multiples of."""
        S1 = 2 ** (self.input_bits + self.weight_bits)
        A1 = 48 * S1**3
        S2 = A1 * 2**self.weight_bits
        A2 = 48 * S2**3
        D2 = A2 * 16 * S2**2
        D1 = 2**self.weight_bits * D2 * 16 * S1**2
        new = Net(D1 * 2**self.input_bits, D1, D2 * A1, D2)
        return Scales(S1, A1, S2, A2, D2, D1, new.each(lambda s: s * self.divisor))


@dataclass(frozen=True)
class Scales:
    """An integer V of a stage stands for V / scale.

    Attributes:
        S1: z1; A1: a1; S2: z2; A2: a2; D2: d2; D1: d1.
        new: New weights, part by part; a change is at this scale too.
    """

    S1: int
    A1: int
    S2: int
    A2: int
    D2: int
    D1: int
    new: Net


def rounded(values: np.ndarray, bits: int) -> np.ndarray:
    """Return round(2^bits values) as Python's integers, dtype object.

    Raises:
        ValueError: If a value is not finite.
    """
    array = np.asarray(values, np.float64)
    if not np.isfinite(array).all():
        raise ValueError("values must be finite")
    return np.rint(array * 2.0**bits).astype(np.int64).astype(object)


def integer_step(X: np.ndarray, Y: np.ndarray, V: Net, precision: Precision) -> Net:
    """Return each sample's new weights at ``precision.scales.new``, exact.

    Args:
        X: Integer inputs (n, inputs), dtype object, from ``precision.inputs``.
        Y: Integer targets (n, outputs), likewise.
        V: Integer weights, from ``precision.weights``.
        precision: How they were rounded.

    Returns:
        Parts (n, hidden, inputs), (n, hidden), (n, outputs, hidden), (n, outputs).
    """
    s, f, w = precision.scales, precision.input_bits, precision.weight_bits
    z1 = X @ V.W1.T + V.b1 * 2**f
    a1 = 24 * s.S1**3 + z1 * (12 * s.S1**2 - z1**2)
    z2 = a1 @ V.W2.T + V.b2 * s.A1
    a2 = 24 * s.S2**3 + z2 * (12 * s.S2**2 - z2**2)
    d2 = (a2 - Y * (s.A2 // 2**f)) * (4 * s.S2**2 - z2**2)
    d1 = (d2 @ V.W2) * (4 * s.S1**2 - z1**2)
    change = Net(
        d1[:, :, None] * X[:, None, :], d1, d2[:, :, None] * a1[:, None, :], d2
    )
    return V.each(lambda old, new, dW: old * (new // 2**w) - dW, s.new, change)


def real_step(
    x: np.ndarray,
    y: np.ndarray,
    net: Net,
    *,
    rate: float,
    f: Callable[..., np.ndarray] = q,
    slope: Callable[..., np.ndarray] = q_slope,
) -> Net:
    """Return each sample's new weights in floats, shapes as :func:`integer_step`.

    Args:
        x: (n, inputs), finite.
        y: (n, outputs), finite.
        net: Weights.
        rate: Of the step.
        f: The activation.
        slope: Its derivative, as a function of z.
    """
    inputs, _, outputs = net.shape
    x, y = real_matrix(inputs, np.float64, x=x), real_matrix(outputs, np.float64, y=y)
    z1 = x @ net.W1.T + net.b1
    a1 = f(z1)
    z2 = a1 @ net.W2.T + net.b2
    d2 = (f(z2) - y) * slope(z2)
    d1 = (d2 @ net.W2) * slope(z1)
    change = Net(
        d1[:, :, None] * x[:, None, :], d1, d2[:, :, None] * a1[:, None, :], d2
    )
    return net.each(lambda old, dW: old - rate * dW, change)


def batch(old: Net, each: Net) -> Net:
    """Return the weights plus the sum of the samples' changes, in the same numbers."""
    return old.each(lambda w, new: w + (new - w).sum(axis=0), each)
