"""Check of chapter 2: He's rule, by the signal that comes out of a deep network."""

import math
from collections.abc import Callable

import numpy as np

from ppdl_course.checks.network_families.tensors import SEED, plain
from ppdl_course.checks.verdict import Mistake, require_array


def check_he_std(he_std: Callable[..., object], *, layers: int = 30) -> None:
    """Check He's rule by the signal that comes out of a deep network.

    The signal's mean square after 30 layers of 256 is within [0.5, 2] of the first for
    the right rule, and at least 2^7 times off for the mistakes below.
    """
    for fan_in, slope in ((256, 0.0), (256, 0.25), (1, 0.0), (100, 1.0)):
        answer = plain(he_std(fan_in, slope))
        std = float(require_array(answer, shape=(), what="he_std"))
        # He's rule for a leaky unit: its second moment is (1 + slope^2) / 2
        right = math.sqrt(2 / (1 + slope**2) / fan_in)
        known = [
            ("this is the variance; return its square root.", right**2),
            (
                "1/n is right without a rectifier; half of the signal is lost in it.",
                math.sqrt(1 / fan_in),
            ),
            (
                "the slope lets a part of the negative half through: use it.",
                math.sqrt(2 / fan_in),
            ),
            (
                "the slope acts on the square of the signal, so it enters as a^2.",
                math.sqrt(2 / (1 + slope) / fan_in),
            ),
            (
                "what the slope lets through makes the weights smaller, not larger.",
                math.sqrt(2 * (1 + slope**2) / fan_in),
            ),
            ("n belongs under the root.", math.sqrt(2 / (1 + slope**2)) / fan_in),
            (
                "the weights have to make up for what is lost: larger, not smaller.",
                math.sqrt(1 / (2 * (1 + slope**2)) / fan_in),
            ),
            (
                "this is the bound of a uniform draw, not its standard deviation.",
                math.sqrt(6 / (1 + slope**2) / fan_in),
            ),
        ]
        if math.isclose(std, right, rel_tol=1e-5):
            continue
        after = _signal(std, fan_in, slope, layers)
        hint = next(
            (m for m, value in known if math.isclose(std, value, rel_tol=1e-5)), ""
        )
        raise Mistake(
            f"with your std the signal is {after:.1e} times as strong after {layers} "
            f"layers of {fan_in} (slope {slope}); it should stay near 1. {hint}"
        )


def _signal(std: float, fan_in: int, slope: float, layers: int) -> float:
    """Return the mean square after ``layers`` layers, relative to the input's."""
    rng = np.random.default_rng(SEED)
    x = rng.standard_normal((64, fan_in))
    start = np.mean(x**2)
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(layers):
            y = x @ (std * rng.standard_normal((fan_in, fan_in)))
            x = np.where(y > 0, y, slope * y)
    return float(np.mean(x**2) / start)
