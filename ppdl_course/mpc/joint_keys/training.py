r"""A network's SGD step on encrypted data: forward, back, and a check of the weights.

Whole numbers x 2^f; floor after each product; inputs X (n, d), one-hot labels Y:

    Z = floor((X W1 + 2^f b1) / 2^f)      A, S = activation and its slope at Z
    O = floor((A W2 + 2^f b2) / 2^f)      D2 = O - Y              (half squared error)
    D1 = floor(D2 W2^T / 2^f) S
    w <- w - floor(gradient / 2^(f + rate_bits))                  sums over the batch

``sigmoid``: 1/2 + 0.197 z - 0.004 z^3, the least-squares cubic on [-8, 8] of Kim, Song,
Wang, Xia, Jiang (JMIR Medical Informatics 2018); ``relu``: by less-than, exactly. That
PDLM's activation is such a polynomial is **reconstructed**; so are f, rate and loss.

The same function runs on ciphertexts (toolkit: a ``cloud.Cloud``) and on plain whole
numbers (a ``twin.Twin``), and both come to the same integers.

**Bounds.** Inputs and labels are below 2^input_bits; then everything inside a step is
bounded by the sizes of the network, and the modulus must hold it. Weights could grow
from step to step: after each step both servers learn one bit, whether all weights are
still in [-2^weight_bits, 2^weight_bits). If not, training stops with an error.

Source: X. Ma et al., "PDLM", IEEE TSC 2018, after the survey's description.
"""

from collections.abc import Sequence
from typing import Any, Protocol, TypeVar

from ppdl_course.mpc.joint_keys.plan import CUBIC, Plan, layers
from ppdl_course.mpc.joint_keys.residues import OutOfBoundsError


class Array(Protocol):
    """What a step does with values: those of ``sealed.Sealed`` and ``twin.Open``."""

    shape: tuple[int, ...]
    T: "Array"

    def __getitem__(self, index: Any) -> "Array":
        """Entries."""

    def __add__(self, other: Any) -> "Array":
        """Sum with values or public integers."""

    def __sub__(self, other: Any) -> "Array":
        """Difference."""

    def __neg__(self) -> "Array":
        """Opposite sign."""

    def scale(self, factors: Any) -> "Array":
        """Product with public integers."""

    def total(self) -> "Array":
        """Sum over the first axis."""

    def join(self, *others: Any) -> "Array":
        """One after the other."""

    def ravel(self) -> "Array":
        """In one row."""

    def reshape(self, *shape: int) -> "Array":
        """In another shape."""

    def within(self, bound: int) -> "Array":
        """With a bound known from elsewhere."""


A = TypeVar("A", bound=Array)


class Toolkit(Protocol[A]):
    """Operations that need both servers."""

    def multiply(self, a: A, b: A) -> A:
        """Entry by entry."""

    def matmul(self, a: A, b: A) -> A:
        """Of matrices."""

    def truncate(self, a: A, bits: int) -> A:
        """Divide by 2^bits and round down."""

    def negative(self, a: A) -> A:
        """1 where a < 0."""

    def all_zero(self, a: A) -> bool:
        """Whether all are 0."""


def step(toolkit: Toolkit[A], plan: Plan, model: A, x: A, y: A) -> A:
    """Return the model after one SGD step.

    Args:
        toolkit: Whose arrays the others are.
        plan: Sizes, scales, activation.
        model: Weights and biases in one row, ``(plan.parameters,)``.
        x: Inputs of the batch, ``(n, inputs)``.
        y: One-hot labels, 2^f for 1, ``(n, outputs)``.

    Raises:
        ValueError: If a shape is not the plan's.
        OutOfBoundsError: If a weight has left its bound, or the modulus is too short.
    """
    _require_shapes(plan, model, x, y)
    f = plan.fraction_bits
    w1, b1, w2, b2 = layers(plan, model)
    z = toolkit.truncate(toolkit.matmul(x, w1) + b1.scale(1 << f), f)
    a, slope = _activate(toolkit, plan, z)
    out = toolkit.truncate(toolkit.matmul(a, w2) + b2.scale(1 << f), f)
    d2 = out - y
    back = toolkit.truncate(toolkit.matmul(d2, w2.T), f)
    d1 = toolkit.multiply(back, slope)
    if plan.activation == "sigmoid":
        d1 = toolkit.truncate(d1, f)
    gradient = (
        toolkit.matmul(x.T, d1)
        .ravel()
        .join(
            d1.total().scale(1 << f),
            toolkit.matmul(a.T, d2).ravel(),
            d2.total().scale(1 << f),
        )
    )
    moved = model - toolkit.truncate(gradient, f + plan.rate_bits)
    return _in_bounds(toolkit, plan, moved)


def train(
    toolkit: Toolkit[A],
    plan: Plan,
    model: A,
    x: A,
    y: A,
    batches: Sequence[Sequence[int]],
) -> A:
    """Return the model after a step on each batch of rows; errors as :func:`step`."""
    for rows in batches:
        model = step(toolkit, plan, model, x[list(rows)], y[list(rows)])
    return model


def _activate(toolkit: Toolkit[A], plan: Plan, z: A) -> tuple[A, A]:
    """Return activation and slope; the slope of relu is 0 or 1, not scaled."""
    f = plan.fraction_bits
    if plan.activation == "relu":
        positive = (-toolkit.negative(z) + 1).within(1)
        return toolkit.multiply(z, positive), positive
    constant, linear, cubic = (round(c * 2**f) for c in CUBIC)
    squares = toolkit.truncate(toolkit.multiply(z, z), f)
    inner = squares.scale(cubic) + (linear << f)
    a = toolkit.truncate(toolkit.multiply(z, inner), 2 * f) + constant
    return a, toolkit.truncate(squares.scale(3 * cubic), f) + linear


def _in_bounds(toolkit: Toolkit[A], plan: Plan, model: A) -> A:
    """Return the model with its bound; whether it keeps it is opened, one bit.

    floor((w + bound) / (2 bound)) is 0 exactly for -bound <= w < bound.
    """
    bound = plan.weight_bound
    outside = toolkit.truncate(model + bound, bound.bit_length())
    if not toolkit.all_zero(outside):
        raise OutOfBoundsError(
            f"weights must stay below 2**{plan.weight_bits} in size, one left it: "
            "take a smaller rate or more weight_bits"
        )
    return model.within(bound)


def _require_shapes(plan: Plan, model: A, x: A, y: A) -> None:
    inputs, _, outputs = plan.sizes
    if model.shape != (plan.parameters,):
        raise ValueError(
            f"model must have shape ({plan.parameters},), got {model.shape}"
        )
    for name, array, width in (("x", x, inputs), ("y", y, outputs)):
        if len(array.shape) != 2 or array.shape[1] != width or not array.shape[0]:
            raise ValueError(
                f"{name} must have shape (n, {width}) with n >= 1, got {array.shape}"
            )
    if x.shape[0] != y.shape[0]:
        raise ValueError(f"y must have {x.shape[0]} rows, got {y.shape[0]}")
