"""What several releases cost together, and what sampling and groups change.

    basic       epsilons add, deltas add
    advanced    k releases of (e, d):  e sqrt(2k ln(1/d')) + k e (exp(e) - 1),  k d + d'
    zCDP        rho adds: Laplace e^2/2, Gaussian sensitivity^2/(2 sigma^2); at the end
                rho + 2 sqrt(rho ln(1/delta))
    sampling    a step on a random share q of the records:  ln(1 + q (exp(e) - 1)),  q d
    group       k people together:  k e,  d (exp(k e) - 1) / (exp(e) - 1)

Guarantees under different neighbouring relations are refused: their epsilons are
different units. The ledger refuses a query that would overdraw the budget *before* it
is answered; a refusal depends on public numbers only and tells nothing. Chapter 15.

Source: Dwork, Roth, "The Algorithmic Foundations of Differential Privacy", 2014,
Theorems 3.16, 3.20 (basic, advanced), 2.2 (groups); Bun, Steinke, "Concentrated
Differential Privacy", TCC 2016 (zCDP); Balle, Barthe, Gaboardi, "Privacy Amplification
by Subsampling", NeurIPS 2018, Theorem 8.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from ppdl_course.arguments import at_least, positive, within
from ppdl_course.dp.definition import Guarantee, Neighbours, one_relation


def basic(guarantees: Iterable[Guarantee]) -> Guarantee:
    """Return what the releases promise together: sums of epsilon and of delta.

    Raises:
        ValueError: If the relations differ, there is none, or the deltas reach 1.
    """
    spent = list(guarantees)
    neighbours = one_relation(one.neighbours for one in spent)
    try:
        epsilon = math.fsum(one.epsilon for one in spent)
    except OverflowError:  # in the middle of the sum
        epsilon = math.inf
    return Guarantee(
        epsilon=epsilon,
        delta=math.fsum(one.delta for one in spent),
        neighbours=neighbours,
    )


def parallel(guarantees: Iterable[Guarantee]) -> Guarantee:
    """Return what releases about *disjoint* groups of records promise together.

    A record is in one group, so only the largest counts. Under REPLACE a record may
    leave one group for another, so the two largest add up.
    """
    spent = list(guarantees)
    neighbours = one_relation(one.neighbours for one in spent)
    touched = neighbours.changes
    return Guarantee(
        epsilon=sum(sorted((one.epsilon for one in spent), reverse=True)[:touched]),
        delta=sum(sorted((one.delta for one in spent), reverse=True)[:touched]),
        neighbours=neighbours,
    )


def advanced(each: Guarantee, *, times: int, slack: float) -> Guarantee:
    """Return the advanced composition of ``times`` equal releases.

    Args:
        each: What one release promises.
        times: How many. >= 1.
        slack: The extra delta in (0, 1) that it costs.

    Raises:
        ValueError: If an argument is out of range, or epsilon is over 700: the bound,
            about k e exp(e), would leave float64, and basic composition is far better.
    """
    at_least(1, times=times)
    within("(0, 1)", slack=slack)
    e = each.epsilon
    within("[0, 700]", epsilon=e)
    return Guarantee(
        epsilon=e * math.sqrt(2 * times * math.log(1 / slack))
        + times * e * math.expm1(e),
        delta=times * each.delta + slack,
        neighbours=each.neighbours,
    )


def rho_of_pure(epsilon: float) -> float:
    """Return the zCDP, in nats, of any epsilon-DP release: epsilon^2 / 2.

    Raises:
        ValueError: If epsilon is not in [1e-150, 1e150], where its square is a number.
    """
    positive(epsilon=epsilon)
    within("[1e-150, 1e150]", epsilon=epsilon)
    return epsilon**2 / 2


def from_rho(rho: float, *, delta: float, neighbours: Neighbours) -> Guarantee:
    """Return the (epsilon, delta) of rho-zCDP: rho + 2 sqrt(rho ln(1/delta))."""
    positive(rho=rho)
    within("(0, 1)", delta=delta)
    epsilon = rho + 2 * math.sqrt(rho * math.log(1 / delta))
    return Guarantee(epsilon=epsilon, delta=delta, neighbours=neighbours)


def amplified_by_sampling(each: Guarantee, *, sample_rate: float) -> Guarantee:
    """Return what a release on a secret Poisson sample of the records promises.

    Raises:
        ValueError: If sample_rate is outside (0, 1], or the relation is not ADD_REMOVE,
            under which Poisson sampling is accounted.
    """
    within("(0, 1]", sample_rate=sample_rate)
    if each.neighbours is not Neighbours.ADD_REMOVE:
        raise ValueError(f"neighbours must be ADD_REMOVE, got {each.neighbours.name}")
    e, q = each.epsilon, sample_rate
    if e < 1:
        epsilon = math.log1p(q * math.expm1(e))
    else:  # the same without exp(e), which may be beyond float64
        epsilon = float(np.logaddexp(math.log1p(-q), math.log(q) + e)) if q < 1 else e
    return Guarantee(
        epsilon=max(0.0, epsilon),
        delta=sample_rate * each.delta,
        neighbours=each.neighbours,
    )


def for_group(each: Guarantee, *, size: int) -> Guarantee:
    """Return what a release promises ``size`` people who are in or out together."""
    at_least(1, size=size)
    e = each.epsilon
    log_growth = math.log(size)
    if e > 0:  # (exp(k e) - 1) / (exp(e) - 1) without either, which may be too large
        log_growth = (size - 1) * e + math.log(math.expm1(-size * e) / math.expm1(-e))
    log_delta = math.log(each.delta) + log_growth if each.delta else -math.inf
    if log_delta >= 0:
        power = log_delta / math.log(10)
        raise ValueError(
            f"size must leave delta below 1, got {size}: delta 10^{power:.3g}"
        )
    delta = math.exp(log_delta)
    return Guarantee(epsilon=size * e, delta=delta, neighbours=each.neighbours)


@dataclass(kw_only=True)
class Ledger:
    """The budget of a data set, and every release that was paid from it.

    Attributes:
        budget: All that may ever be spent; its relation binds every release.
        entries: Label and guarantee of each release so far.
    """

    budget: Guarantee
    entries: list[tuple[str, Guarantee]] = field(default_factory=list)

    @property
    def spent(self) -> Guarantee:
        """The basic composition of the entries."""
        nothing = Guarantee(epsilon=0.0, neighbours=self.budget.neighbours)
        return basic([nothing, *(guarantee for _, guarantee in self.entries)])

    def spend(self, label: str, guarantee: Guarantee) -> Guarantee:
        """Enter a release before it is made; return what is left of the budget.

        Raises:
            ValueError: If the relation is not the budget's, or the budget does not
                reach; nothing is entered then.
        """
        total = basic([self.spent, guarantee])
        for name in ("epsilon", "delta"):
            after, limit = getattr(total, name), getattr(self.budget, name)
            if after > limit * (1 + 1e-12):
                raise ValueError(f"{name} must stay within {limit:g}, got {after:g}")
        self.entries.append((label, guarantee))
        return Guarantee(
            epsilon=max(0.0, self.budget.epsilon - total.epsilon),
            delta=max(0.0, self.budget.delta - total.delta),
            neighbours=total.neighbours,
        )
