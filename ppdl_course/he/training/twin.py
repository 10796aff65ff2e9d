"""The client's side of training in the clear: rounding, refusing, and the exact twin.

A client rounds weights anew before each step. What rounding takes away it keeps, and
adds the next change to it, so that changes smaller than a unit count. :class:`Twin` is
that loop with the integer step in place of the cloud: the weights of encrypted training
equal its weights bit for bit.
"""

import numpy as np

from ppdl_course.arguments import real_matrix
from ppdl_course.he.seal.plan import primes_of_size
from ppdl_course.he.training.cubic import q, q_slope, require_range
from ppdl_course.he.training.integers import Net, Precision, batch, integer_step
from ppdl_course.he.training.levels import moduli_needed


def moduli_for(
    precision: Precision, n: int, *, bits: int, size: float = 4.0
) -> tuple[int, ...]:
    """Return plaintext primes of ``bits`` bits that hold new weights up to +-``size``.

    Raises:
        ValueError: If there are not as many primes, 1 modulo 2n, of that length.
    """
    needed = 2 * int(size * max(vars(precision.scales.new).values())) + 1
    count = -(-needed.bit_length() // (bits - 1))
    primes = primes_of_size(n, bits, count)
    if primes is None:
        raise ValueError(f"bits must leave {count} primes 1 mod {2 * n}, got {bits}")
    return primes[: moduli_needed(needed // 2, primes)]


def quantised(
    x: np.ndarray, y: np.ndarray, net: Net, precision: Precision
) -> tuple[np.ndarray, np.ndarray, Net]:
    """Return integers of a step, after refusing what the cubic does not hold for.

    Raises:
        ValueError: If a shape does not fit, a number is not finite, or a layer's sums
            could leave [-2, 2] (``cubic.require_range``).
    """
    inputs, _, outputs = net.shape
    x, y = real_matrix(inputs, np.float64, x=x), real_matrix(outputs, np.float64, y=y)
    if len(x) != len(y):
        raise ValueError(f"y must have as many rows as x, {len(x)}, got {len(y)}")
    X, Y, V = precision.inputs(x), precision.inputs(y), precision.weights(net)
    unit, weight = 2.0**-precision.input_bits, 2.0**-precision.weight_bits
    rounded = V.each(lambda part: part.astype(float) * weight)
    require_range(
        X.astype(float) * unit, (rounded.W1, rounded.b1), (rounded.W2, rounded.b2)
    )
    return X, Y, V


def largest_result(X: np.ndarray, Y: np.ndarray, V: Net, precision: Precision) -> int:
    """Return a bound on the integers of a step's result, from sizes alone.

    Uses |z| <= 2, so q in [1/6, 5/6] and q' in [0, 1/4]. Compare it with half the
    product of the plaintext primes.
    """
    s, unit, w = precision.scales, 2**precision.input_bits, precision.weight_bits
    d2 = (5 / 6 + float(abs(Y).max()) / unit) / 4
    d1 = d2 * float(abs(V.W2).sum(axis=0).max()) / 2**w / 4
    change = Net(d1 * float(abs(X).max()) / unit, d1, d2 * 5 / 6, d2)
    # floats are rounded: a part in a thousand more than covers it
    bounds = V.each(
        lambda v, dW, new: (
            abs(v).max() * (new // 2**w)
            + int(1001 * dW / precision.divisor) * new // 1000
            + new // 1000
        ),
        change,
        s.new,
    )
    return int(max(vars(bounds).values()))


class Twin:
    """The whole loop in the clear, exact: what the client's weights must become.

    Attributes:
        net: Weights in floats, with what rounding took away.
    """

    def __init__(self, net: Net, precision: Precision) -> None:
        self.net, self.precision = net, precision

    def step(self, x: np.ndarray, y: np.ndarray) -> None:
        """Take one step on a batch."""
        X, Y, V = quantised(x, y, self.net, self.precision)
        new = integer_step(X, Y, V, self.precision)
        self.net = after(self.net, V, new, self.precision)


def after(net: Net, V: Net, new: Net, precision: Precision) -> Net:
    """Return float weights plus the batch's change.

    Args:
        net: Weights before rounding.
        V: The rounded integers that the step was computed with.
        new: Each sample's new weights, integers.
        precision: How they were rounded.
    """
    w, scales = precision.weight_bits, precision.scales.new
    old = V.each(lambda v, s: v * (s // 2**w), scales)
    whole = batch(old, new)
    return net.each(
        lambda r, b, o, s: r + ((b - o) / s).astype(float), whole, old, scales
    )


class FloatTwin:
    """The same loop in floats, for many steps: apart from :class:`Twin` by rounding.

    A step is a handful of matrix products, where the exact twin multiplies integers of
    hundreds of bits one by one; after tens of steps the two agree to 1e-12.

    Attributes:
        net: Weights, with what rounding took away.
        largest: The largest bounds on |z| so far, of both layers.
    """

    def __init__(self, net: Net, precision: Precision) -> None:
        self.net, self.precision = net, precision
        self.largest = (0.0, 0.0)

    def step(self, x: np.ndarray, y: np.ndarray) -> None:
        """Take one step on a batch.

        Raises:
            ValueError: If a layer's sums could leave [-2, 2].
        """
        f, w = self.precision.input_bits, self.precision.weight_bits
        x, y = (_nearest(part, f) for part in (x, y))
        net = self.net.each(lambda part: _nearest(part, w))
        layers = (net.W1, net.b1), (net.W2, net.b2)
        bounds = zip(self.largest, require_range(x, *layers), strict=True)
        self.largest = tuple(map(max, bounds))
        z1 = x @ net.W1.T + net.b1
        a1 = q(z1)
        z2 = a1 @ net.W2.T + net.b2
        d2 = (q(z2) - y) * q_slope(z2)
        d1 = (d2 @ net.W2) * q_slope(z1)
        change = Net(d1.T @ x, d1.sum(axis=0), d2.T @ a1, d2.sum(axis=0))
        rate = 1 / self.precision.divisor
        self.net = self.net.each(lambda old, dW: old - rate * dW, change)


def _nearest(values: np.ndarray, bits: int) -> np.ndarray:
    return np.rint(np.asarray(values, np.float64) * 2.0**bits) * 2.0**-bits
