"""Noise against its law, and against the laws that the usual mistakes lead to.

How the draws are weighed, and how rarely that errs: :mod:`ppdl_course.checks.evidence`.
Beside the alternatives, the distance of distributions is looked at after each round
(Massart), for laws that nobody thought of.
"""

import itertools
from collections.abc import Iterable, Sequence
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import ArrayLike
from scipy import special, stats

from ppdl_course.checks.evidence import Evidence
from ppdl_course.checks.noise import distance
from ppdl_course.checks.verdict import Mistake
from ppdl_course.dp.audits.lower_bound import dkw_distance


class Law(Protocol):
    """A law of one real number, as scipy's frozen distributions are."""

    def logpdf(self, x: np.ndarray) -> np.ndarray:
        """Return the logarithm of the density."""

    def cdf(self, x: np.ndarray) -> np.ndarray:
        """Return the distribution function."""


class Laplace:
    """Laplace laws; ``middle`` and ``scale`` of shape () or (n,).

    scipy's takes the logarithm of a density that has become 0, some 700 scales away.
    """

    def __init__(self, middle: ArrayLike = 0.0, scale: ArrayLike = 1.0) -> None:
        self._middle, self._scale = np.asarray(middle), np.asarray(scale)

    def logpdf(self, x: np.ndarray) -> np.ndarray:
        """Return the logarithm of the density."""
        return -np.abs(x - self._middle) / self._scale - np.log(2 * self._scale)

    def cdf(self, x: np.ndarray) -> np.ndarray:
        """Return the distribution function."""
        z = (x - self._middle) / self._scale
        tail = np.exp(-np.abs(z)) / 2
        return np.where(z > 0, 1 - tail, tail)


class Cut:
    """A symmetric law whose tails beyond ``at`` were cut off, or drawn again."""

    def __init__(self, law: Law, at: float) -> None:
        self._law, self._at = law, at
        self._inside = 1 - 2 * float(law.cdf(np.array(-at)))

    def logpdf(self, x: np.ndarray) -> np.ndarray:
        """Return the logarithm of the density; what was clipped lies at the cut."""
        inside = np.abs(x) <= self._at * (1 + 1e-6)
        return np.where(inside, self._law.logpdf(x) - np.log(self._inside), -np.inf)

    def cdf(self, x: np.ndarray) -> np.ndarray:
        """Return the distribution function."""
        below = float(self._law.cdf(np.array(-self._at)))
        return np.clip((self._law.cdf(x) - below) / self._inside, 0, 1)


class TwelveUniforms:
    """The sum of twelve uniform numbers, minus 6: nearly normal, never beyond 6."""

    _k = np.arange(7)
    _signs = (-1.0) ** _k * special.comb(12, _k)

    def _powers(self, x: np.ndarray, power: int) -> np.ndarray:
        terms = np.maximum(6 - np.abs(x)[..., None] - self._k, 0) ** power
        return np.maximum(terms @ self._signs / special.factorial(power), 0)

    def logpdf(self, x: np.ndarray) -> np.ndarray:
        """Return the logarithm of the density of Irwin and Hall."""
        with np.errstate(divide="ignore"):
            return np.log(self._powers(x, 11))

    def cdf(self, x: np.ndarray) -> np.ndarray:
        """Return the distribution function."""
        tail = self._powers(x, 12)
        return np.where(x > 0, 1 - tail, tail)


class OneSided:
    """The size of noise in place of noise, on the side of ``sign``."""

    def __init__(self, law: Law, sign: int) -> None:
        self._law, self._sign = law, sign

    def logpdf(self, x: np.ndarray) -> np.ndarray:
        """Return the logarithm of the density."""
        there = x * self._sign >= 0
        return np.where(there, self._law.logpdf(x) + np.log(2), -np.inf)

    def cdf(self, x: np.ndarray) -> np.ndarray:
        """Return the distribution function."""
        folded = np.maximum(2 * self._law.cdf(np.abs(x)) - 1, 0)
        inside = x * self._sign > 0
        return np.where(inside, folded, 0) if self._sign > 0 else (
            np.where(inside, 1 - folded, np.where(x >= 0, 1, 0))
        )  # fmt: skip


class Alternative(NamedTuple):
    """A law that a mistake leads to, in units of the right scale.

    Attributes:
        message: What to say if it fits; without a full stop.
        law: The law.
    """

    message: str
    law: Law


class Round(NamedTuple):
    """Some draws in units of the right scale, and what the usual mistakes lead to.

    Attributes:
        noise: Shape (n,).
        named: Alternatives that depend on the arguments of the call: laws whose
            parameters have shape (n,) or (); the same messages in each round.
    """

    noise: np.ndarray
    named: Sequence[Alternative]

    @classmethod
    def of(cls, noise: np.ndarray, named: Iterable[tuple[str, Law]]) -> "Round":
        """Return a round from messages with their laws."""
        return cls(noise, [Alternative(*each) for each in named])


CUT = "the tails are cut off, or drawn again: where noise never comes, no epsilon holds"
"""What is said of noise that never goes far."""


def laplace_alternatives() -> list[Alternative]:
    """Return what is nearly Laplace noise of scale 1, and what is usual instead."""
    other = "the noise is not Laplace noise, but "
    one = Laplace()
    return [
        Alternative("too little noise", Laplace(scale=0.95)),
        Alternative("too much noise", Laplace(scale=1.05)),
        Alternative("half the noise it takes", Laplace(scale=0.5)),
        Alternative(
            "the releases lie around a number too high, not around the true one",
            Laplace(0.1),
        ),
        Alternative(
            "the releases lie around a number too low, not around the true one",
            Laplace(-0.1),
        ),
        *(Alternative(CUT, Cut(one, at)) for at in (3, 4, 5, 6.5, 8)),
        Alternative(other + "of one sign only", OneSided(one, 1)),
        Alternative(other + "of one sign only", OneSided(one, -1)),
        Alternative(other + "normal noise, the scale as its deviation", stats.norm()),
        Alternative(
            other + "normal noise of the same deviation", stats.norm(scale=2**0.5)
        ),
        Alternative(other + "uniform noise from -scale to scale", stats.uniform(-1, 2)),
        Alternative(
            other + "uniform noise of the same deviation",
            stats.uniform(-(6**0.5), 2 * 6**0.5),
        ),
        Alternative(other + "logistic noise", stats.logistic()),
        Alternative(other + "Gumbel noise", stats.gumbel_r()),
        Alternative(
            "the scale is not the deviation, which is sqrt(2) times as large",
            Laplace(scale=0.5**0.5),
        ),
    ]


def normal_alternatives() -> list[Alternative]:
    """Return what is nearly normal noise of deviation 1, and what is usual instead."""
    other = "the noise is not normal of the right deviation, but "
    one = stats.norm()
    return [
        Alternative("too little noise", stats.norm(scale=0.95)),
        Alternative("too much noise", stats.norm(scale=1.05)),
        Alternative("half the noise it takes", stats.norm(scale=0.5)),
        Alternative("twice the noise it takes", stats.norm(scale=2)),
        Alternative("the noise was drawn twice", stats.norm(scale=2**0.5)),
        Alternative("the noise lies on one side of 0", OneSided(one, 1)),
        Alternative("the noise lies on one side of 0", OneSided(one, -1)),
        *(Alternative(f"the noise is cut off: {CUT}", Cut(one, at)) for at in (3, 4)),
        Alternative(other + "a sum of twelve uniform numbers", TwelveUniforms()),
        Alternative(other + "Laplace noise of that deviation", Laplace(scale=0.5**0.5)),
        Alternative(other + "Laplace noise of that scale", Laplace()),
        Alternative(
            other + "uniform noise of that deviation",
            stats.uniform(-(3**0.5), 2 * 3**0.5),
        ),
        Alternative(other + "uniform noise of that width", stats.uniform(-1, 2)),
    ]


def require_law(
    rounds: Iterable[Round],
    right: Law,
    alternatives: Sequence[Alternative],
    *,
    error: float,
    most: int,
    mean_size: float = 1.0,
    unit: str = "scale",
) -> np.ndarray:
    """Require that noise follows its law, in as many rounds as that takes.

    Args:
        rounds: Asked for one after the other, until every alternative is ruled out.
        right: The law of the noise in units of the right scale.
        alternatives: What it is told from, beside those of each round.
        error: Chance of failing right noise.
        most: Rounds at most; then the noise passes.
        mean_size: Mean of the size of right noise.
        unit: What the noise was divided by, for the message.

    Returns:
        All the noise that was looked at.

    Raises:
        Mistake: With the message of the likeliest alternative if it fits the draws;
            else with the deviation that was measured.
    """
    seen: list[Round] = []
    evidence, noise = Evidence(error / 2), np.zeros(0)
    for turn in itertools.islice(rounds, most):
        seen.append(turn)
        noise = np.concatenate([noise, turn.noise])
        others = [*alternatives, *turn.named]
        base = right.logpdf(turn.noise)
        with np.errstate(all="ignore"):  # wrong noise may lie very far out
            evidence.add([np.sum(a.law.logpdf(turn.noise) - base) for a in others])
        allowed = dkw_distance(len(noise), error=error / (2 * most))
        strays = distance(noise, right.cdf) > allowed
        if evidence.settled or (strays and not evidence.accuses):
            break
    if evidence.accuses or strays:
        found = [[[*alternatives, *t.named][i] for t in seen] for i in evidence.likely]
        raise Mistake(_described(seen, found, right, mean_size, unit))
    return noise


def _described(
    seen: Sequence[Round],
    found: Sequence[Sequence[Alternative]],
    right: Law,
    mean_size: float,
    unit: str,
) -> str:
    """Say what noise that is not right is instead, and by how much."""
    noise = np.concatenate([turn.noise for turn in seen])
    middle = float(np.median(noise))
    size = float(np.mean(np.abs(noise - middle))) / mean_size
    clipped = np.abs(noise) >= np.abs(noise).max() * (1 - 1e-6)
    inside = ~clipped if np.count_nonzero(clipped) > 1 else np.ones(len(noise), bool)
    fitting = []
    for laws in found:
        pairs = zip(laws, seen, strict=True)
        ranks = np.concatenate([a.law.cdf(turn.noise) for a, turn in pairs])
        if _fits(ranks[inside]):  # what lies at a cut has no rank of its own
            fitting.append(laws[0].message)
    if fitting:
        message = ", or: ".join(dict.fromkeys(told.rstrip(".") for told in fitting))
    elif abs(middle) > 0.06 * max(1.0, size):
        way = "high" if middle > 0 else "low"
        message = f"the releases lie around a number too {way}, not around the true one"
    else:
        message = "the noise is of another law"
        if not 0.95 < size < 1.05:
            message = "too little noise" if size < 1 else "too much noise"
            if not _fits(right.cdf((noise - middle) / size)):
                message += ", or noise of another law"
    largest = float(np.abs(noise - middle).max())
    tail = 1 - float(right.cdf(np.array(largest / size)))
    if message.startswith("too little") and (
        not inside.all() or 2 * len(noise) * tail > 8
    ):
        message += f", or {CUT}"
    return (
        f"{message}. Measured: {size:.3g} times the right {unit}, around {middle:.2g} "
        f"of them, in {len(noise)} draws."
    )


def _fits(ranks: np.ndarray) -> bool:
    """Tell whether values of a distribution function are those of its own draws."""
    near = 0.02 + dkw_distance(len(ranks), error=0.01)
    far = np.mean((ranks < 0.002) | (ranks > 0.998))
    return bool(far < 0.02 and distance(ranks, lambda u: np.clip(u, 0, 1)) <= near)
