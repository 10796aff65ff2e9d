"""Where a network starts: seeded parameters, and the variance that He's rule keeps.

A layer of ``n`` inputs followed by ``f(y) = max(0, y) + a min(0, y)`` keeps the second
moment of its signal if its weights have the standard deviation

    std = sqrt(2 / ((1 + a^2) n))

because the rectifier passes (1 + a^2) / 2 of it. With ``1 / sqrt(n)``, which is right
for a linear layer, a ReLU network halves the signal at every layer.

Source: He, Zhang, Ren and Sun, "Delving Deep into Rectifiers", ICCV 2015, eq. 10-14.
"""

import math

import numpy as np
import torch
from torch import nn

from ppdl_course.arguments import at_least, between, positive


def seeded(seed: int) -> torch.Generator:
    """Return a CPU generator of torch that starts at ``seed`` (0 <= seed < 2**63)."""
    between(0, 2**63 - 1, seed=seed)
    return torch.Generator().manual_seed(seed)


def redraw(module: nn.Module, generator: torch.Generator) -> None:
    """Draw every parameter of ``module`` again, from ``generator``, in place.

    A parameter whose last axis has n entries becomes uniform in +-1/sqrt(n), in the
    order of ``module.parameters()``; so two modules built with equal seeds are equal,
    whatever else drew random numbers before.
    """
    with torch.no_grad():
        for parameter in module.parameters():
            bound = 1 / math.sqrt(parameter.shape[-1])
            parameter.uniform_(-bound, bound, generator=generator)


def he_std(fan_in: int, slope: float = 0.0) -> float:
    """Return the standard deviation of He's initialisation, eq. 14.

    Args:
        fan_in: Inputs of one node, at least 1.
        slope: Slope ``a`` of the rectifier for negative inputs: 0 for ReLU.

    Raises:
        ValueError: If ``fan_in`` is below 1.
    """
    at_least(1, fan_in=fan_in)
    return math.sqrt(2 / ((1 + slope**2) * fan_in))


def signal_by_layer(
    depth: int,
    *,
    gain: float,
    rng: np.random.Generator,
    residual: bool = False,
    width: int = 64,
    examples: int = 256,
) -> np.ndarray:
    """Send standard normal inputs through an untrained ReLU network.

    Args:
        depth: Number of layers (plain) or of residual blocks ``x + relu(W x)``, >= 1.
        gain: The weights' standard deviation in units of ``1 / sqrt(width)``: He's
            rule is sqrt(2), the rule for linear layers is 1.
        rng: Draws inputs and weights.
        residual: Add each layer's input to its output.
        width: Nodes per layer.
        examples: Rows of the batch.

    Returns:
        float64 array of shape (depth + 1,): mean square of the signal at the input and
        after each layer, divided by that of the input.
    """
    at_least(1, depth=depth)
    positive(gain=gain)
    signal = rng.standard_normal((examples, width))
    squares = [np.mean(signal**2)]
    for _ in range(depth):
        weight = rng.standard_normal((width, width)) * gain / math.sqrt(width)
        out = np.maximum(signal @ weight, 0)
        signal = signal + out if residual else out
        squares.append(np.mean(signal**2))
    return np.array(squares) / squares[0]
