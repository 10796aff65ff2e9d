"""What is trained: sizes, scales and bounds of a network; what it says in floats."""

import itertools
import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from ppdl_course.arguments import at_least, between, class_labels, one_of, real_matrix
from ppdl_course.mpc.joint_keys.residues import Integers, OutOfBoundsError, integers

ACTIVATIONS = ("sigmoid", "relu")
CUBIC = (0.5, 0.197, -0.004)
"""Coefficients of 1, z and z^3."""


@dataclass(frozen=True)
class Plan:
    """What both servers and the twin do alike. Public.

    Attributes:
        sizes: Inputs, hidden units, outputs; each >= 1.
        fraction_bits: f, 4 to 20.
        rate_bits: The learning rate is 2^-rate_bits, on the sum over a batch.
        activation: Of the hidden layer, one of :data:`ACTIVATIONS`.
        input_bits: Inputs are at most 2^input_bits in size.
        weight_bits: Weights are at most 2^weight_bits in size.

    Raises:
        ValueError: If one is out of its bound.
    """

    sizes: tuple[int, int, int] = (4, 3, 2)
    fraction_bits: int = 10
    rate_bits: int = 4
    activation: str = "sigmoid"
    input_bits: int = 2
    weight_bits: int = 3

    def __post_init__(self) -> None:
        if len(self.sizes) != 3:
            raise ValueError(f"sizes must be three numbers, got {self.sizes}")
        inputs, hidden, outputs = self.sizes
        at_least(1, inputs=inputs, hidden=hidden, outputs=outputs)
        between(4, 20, fraction_bits=self.fraction_bits)
        at_least(0, rate_bits=self.rate_bits, input_bits=self.input_bits)
        at_least(0, weight_bits=self.weight_bits)
        one_of(ACTIVATIONS, activation=self.activation)

    @property
    def shapes(self) -> tuple[tuple[int, ...], ...]:
        """Shapes of W1, b1, W2, b2, in the order in which they stand in one row."""
        inputs, hidden, outputs = self.sizes
        return (inputs, hidden), (hidden,), (hidden, outputs), (outputs,)

    @property
    def parameters(self) -> int:
        """How many weights and biases there are."""
        return sum(math.prod(shape) for shape in self.shapes)

    @property
    def input_bound(self) -> int:
        """Largest size of an encoded input or label."""
        return 1 << (self.input_bits + self.fraction_bits)

    @property
    def weight_bound(self) -> int:
        """Encoded weights w satisfy -bound <= w < bound."""
        return 1 << (self.weight_bits + self.fraction_bits)

    def encode(self, x: object, bound: int, *, name: str = "x") -> Integers:
        """Return numbers as whole numbers round(x 2^f), dtype object.

        Raises:
            OutOfBoundsError: If one is NaN, infinite or larger than ``bound``.
        """
        scaled = np.asarray(x, np.float64) * 2.0**self.fraction_bits
        worst = np.abs(scaled).max(initial=0.0)
        if not worst <= bound:  # NaN fails as well
            limit = bound / 2.0**self.fraction_bits
            raise OutOfBoundsError(
                f"{name} must be finite and at most {limit:g} in size, got "
                f"{worst / 2.0**self.fraction_bits:g}"
            )
        return integers(np.rint(scaled).astype(np.int64), name=name)

    def decode(self, x: Integers) -> np.ndarray:
        """Return whole numbers as float64 numbers."""
        return np.asarray(x, np.float64) / 2.0**self.fraction_bits

    def start(self, rng: np.random.Generator) -> Integers:
        """Return first weights in one row, Xavier's uniform, biases 0, dtype object."""
        flat = []
        for shape in self.shapes:
            reach = math.sqrt(6 / sum(shape)) if len(shape) == 2 else 0
            flat.append(rng.uniform(-reach, reach, shape).ravel())
        limit = self.weight_bound - 1
        return self.encode(np.concatenate(flat), limit, name="weights")


def layers(plan: Plan, model: Any) -> list[Any]:
    """Return W1, b1, W2, b2 of a model in one row, sealed or open."""
    ends = list(itertools.accumulate(math.prod(shape) for shape in plan.shapes))
    starts = [0, *ends[:-1]]
    return [
        model[start:end].reshape(*shape)
        for start, end, shape in zip(starts, ends, plan.shapes, strict=True)
    ]


def encoded_records(
    plan: Plan, x: np.ndarray, y: np.ndarray
) -> tuple[Integers, Integers]:
    """Return inputs and one-hot labels as whole numbers.

    Args:
        plan: Scales and sizes.
        x: ``(n, inputs)``.
        y: ``(n,)``, classes.

    Raises:
        ValueError: If shapes do not fit, or a label is no class.
        OutOfBoundsError: If an input is larger than the plan allows.
    """
    inputs, _, outputs = plan.sizes
    x = real_matrix(inputs, np.dtype(np.float64), x=x)
    labels = class_labels(len(x), outputs, y=y)
    one_hot = np.eye(outputs)[labels]
    bound = plan.input_bound
    return plan.encode(x, bound), plan.encode(one_hot, bound, name="y")


def predict(plan: Plan, model: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Return the class of each row by a decoded model in floats: int64 ``(n,)``."""
    return scores(plan, model, x).argmax(1)


def scores(plan: Plan, model: np.ndarray, x: np.ndarray) -> np.ndarray:
    """Return a decoded model's outputs in floats, ``(n, outputs)``."""
    w1, b1, w2, b2 = layers(plan, np.asarray(model, np.float64))
    z = x @ w1 + b1
    if plan.activation == "relu":
        a = np.maximum(z, 0)
    else:
        a = CUBIC[0] + CUBIC[1] * z + CUBIC[2] * z**3
    return a @ w2 + b2
