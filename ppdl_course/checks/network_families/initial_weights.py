"""Check of chapter 2: He's rule, by the signal that comes out of a deep network."""

import math
from collections.abc import Callable, Sequence

import numpy as np

from ppdl_course.checks.fresh_inputs import drawn_anew
from ppdl_course.checks.network_families.tensors import SEED, plain
from ppdl_course.checks.verdict import Mistake, require_array, require_none

Rule = Callable[[int, float], float]
SETTINGS = ((256, 0.0), (256, 0.25), (1, 0.0), (100, 1.0))


@drawn_anew
def check_any_he_std(he_std: Callable[..., object], *, seed: int = SEED) -> None:
    """Check He's rule at numbers of inputs and slopes that are drawn.

    Two slopes are above 1, two below 0.
    """
    rng = np.random.default_rng(seed)
    inputs = rng.integers(2, 400, 6)
    slopes = rng.uniform([1.1, 1.1, 0.1, 0.5, -0.9, -0.9], [1.5, 1.5, 0.5, 0.9, 0, 0])
    drawn = zip(map(int, inputs), map(float, slopes.round(3)), strict=True)
    check_he_std(he_std, settings=tuple(drawn))


def check_he_std(
    he_std: Callable[..., object],
    *,
    layers: int = 30,
    settings: Sequence[tuple[int, float]] = SETTINGS,
) -> None:
    """Check He's rule by the signal that comes out of a deep network.

    The signal's mean square after 30 layers of 256 is within [0.5, 2] of the first for
    the right rule, and at least 2^7 times off for the usual mistakes. A mistake is
    named if it explains the answers to all settings.
    """
    answers = [
        float(require_array(plain(he_std(n, a)), shape=(), what="he_std"))
        for n, a in settings
    ]
    rights = [_right(n, a) for n, a in settings]
    wrong = [k for k in range(len(answers)) if not _equal(answers[k], rights[k])]
    if not wrong:
        return
    fan_in, slope = settings[wrong[0]]
    after = _signal(answers[wrong[0]], fan_in, slope, layers)
    told = (
        f"with your std the signal is {after:.1e} times as strong after {layers} "
        f"layers of {fan_in} (slope {slope}); it should stay near 1. "
    )
    fitting = (
        message
        for message, rule in _MISTAKES
        if all(map(_equal, answers, (rule(n, a) for n, a in settings)))
    )
    require_none(fitting, told)
    raise Mistake(told + _hint(answers, rights, settings))


def _equal(got: float, expected: float) -> bool:
    return math.isclose(got, expected, rel_tol=1e-5)


def _right(n: int, a: float) -> float:
    """Return He's rule: the second moment behind a leaky unit is (1 + a^2) / 2."""
    return math.sqrt(2 / (1 + a**2) / n)


def _hint(
    answers: list[float], rights: list[float], settings: Sequence[tuple[int, float]]
) -> str:
    """Return what all answers have in common."""
    ratios = [got / right for got, right in zip(answers, rights, strict=True)]
    if all(_equal(ratio, ratios[0]) for ratio in ratios):
        return f"Your std is {ratios[0]:.4g} times the right one, at any n and slope."
    plain_right = [
        _equal(r, 1) for r, (_, a) in zip(ratios, settings, strict=True) if a == 0
    ]
    if plain_right and all(plain_right):
        return "At slope 0 yours is right: look at how the slope enters, as 1 + a^2."
    if all(
        abs(got - right) < 1e-2 * right
        for got, right in zip(answers, rights, strict=True)
    ):
        return "Yours is close and not equal: do not round, and add nothing."
    return ""


_FORGOTTEN = "1/n is right without a rectifier; half of the signal is lost in it."
_SQUARE = "the slope acts on the square of the signal, so it enters as a^2."
_ROOT = "n belongs under the root."
_FACTOR = "the 2 makes up for the half that the rectifier takes: it stands there once."
_MISTAKES: tuple[tuple[str, Rule], ...] = (
    ("this is the variance; return its square root.", lambda n, a: _right(n, a) ** 2),
    (_FORGOTTEN, lambda n, a: math.sqrt(1 / n)),
    ("the slope lets a part of the negative half through: use it.",
     lambda n, a: math.sqrt(2 / n)),
    (_SQUARE, lambda n, a: math.sqrt(2 / (1 + a) / n)),
    (_SQUARE, lambda n, a: math.sqrt(2 / (1 + abs(a)) / n)),
    (_SQUARE, lambda n, a: math.sqrt(2 / n) / (1 + a)),
    (_SQUARE, lambda n, a: math.sqrt(2 / n) / (1 + abs(a))),
    (_SQUARE, lambda n, a: math.sqrt(2 / (1 + 2 * a) / n) if a > -0.5 else math.nan),
    ("what the slope lets through makes the weights smaller, not larger.",
     lambda n, a: math.sqrt(2 * (1 + a**2) / n)),
    ("a slope below 0 lets a part through, too: it enters as a^2.",
     lambda n, a: _right(n, max(a, 0.0))),
    ("a slope above 1 is no other case: it enters as a^2.",
     lambda n, a: _right(n, min(a, 1.0))),
    ("a slope is any number: do not cut it off at 0 or at 1.",
     lambda n, a: _right(n, min(max(a, 0.0), 1.0))),
    (_ROOT, lambda n, a: math.sqrt(2 / (1 + a**2)) / n),
    ("the weights have to make up for what is lost: larger, not smaller.",
     lambda n, a: math.sqrt(1 / (2 * (1 + a**2)) / n)),
    ("the weights have to make up for what is lost: larger, not smaller.",
     lambda n, a: math.sqrt((1 + a**2) / 2 / n)),
    ("this is the bound of a uniform draw, not its standard deviation.",
     lambda n, a: math.sqrt(6 / (1 + a**2) / n)),
    ("this is the bound of a uniform draw, not its standard deviation; and the slope "
     "is not used.", lambda n, a: math.sqrt(6 / n)),
    ("this is Glorot's rule: He's looks at the inputs alone.",
     lambda n, a: math.sqrt(2 / (n + n))),
    (_FORGOTTEN, lambda n, a: math.sqrt(1 / (1 + a**2) / n)),
    (_FACTOR, lambda n, a: math.sqrt(4 / (1 + a**2) / n)),
    (_FACTOR, lambda n, a: 2 / math.sqrt((1 + a**2) * n)),
    ("2 and 1 + a^2 belong under the root.",
     lambda n, a: 2 / (1 + a**2) / math.sqrt(n)),
    ("2 belongs under the root.", lambda n, a: 2 / math.sqrt(n)),
    ("1 + a^2 belongs under the root.", lambda n, a: math.sqrt(2 / n) / (1 + a**2)),
    ("what the slope lets through is added to 1, not taken off.",
     lambda n, a: math.sqrt(2 / (1 - a**2) / n) if abs(a) < 1 else math.nan),
    ("a node has n inputs, without the bias.",
     lambda n, a: math.sqrt(2 / (1 + a**2) / (n + 1))),
    ("this is 1 divided by the standard deviation.", lambda n, a: 1 / _right(n, a)),
    ("this is 1 divided by the variance.", lambda n, a: 1 / _right(n, a) ** 2),
    (_ROOT, lambda n, a: 1 / n),
    ("the half of a^2 is in (1 + a^2) / 2 already.",
     lambda n, a: math.sqrt(2 / (1 + a**2 / 2) / n)),
)  # fmt: skip


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
