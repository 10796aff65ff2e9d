r"""Cyclical weight transfer: one model goes round the sites, each with its own budget.

    site 1 -> site 2 -> ... -> site S -> site 1 -> ...        weights, nothing else

At each visit a site trains the weights by DP-SGD on its own records and hands them on.
Its accountant adds up its visits; a visit that would pass the site's epsilon is
refused, and the ring goes on without it (the weights pass through unchanged).

What the whole promises: a record lies at one site, and only that site's visits depend
on it; all others post-process. So its epsilon is the *largest* of the sites', not their
sum (unless a person has a file in two courts: then theirs add up).

With a fixed batch *size*, as is usual, the sampling rate b/n is largest where records
are fewest: the smallest court spends its budget first.

Protected: each record, by its site's epsilon, from all other sites and from who gets
the model. Not protected: which sites are spent and when, sizes if rates follow from
them; the last site visited weighs most. Noise does not average out in a ring as it does
in an average over sites, so federated averaging wins at small epsilon (measured in
chapter 17).

Source: [47] B. Beaulieu-Jones, W. Yuan, S. Finlayson, Z. Wu, "Privacy-Preserving
Distributed Deep Learning for Clinical Data", ML4H 2018, arXiv 1812.01484: the ring, DP-
SGD, an accountant a site, delta 1e-5, stopping. Averaging: H. B. McMahan et al.,
"Communication-Efficient Learning of Deep Networks from Decentralized Data", AISTATS
2017.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from ppdl_course.arguments import array_of, at_least, positive, within
from ppdl_course.dp.accountants.subsampled_gaussian import (
    SubsampledGaussian,
    epsilon_by_rdp,
)
from ppdl_course.dp.definition import Neighbours
from ppdl_course.dp.training.dp_sgd import train_private
from ppdl_course.nn import Network
from ppdl_course.parties.channel import Endpoint

MAX_GRAD_NORM = 1.0


@dataclass(frozen=True, kw_only=True)
class Visit:
    """What a site does at each visit; public.

    Attributes:
        steps: Of DP-SGD, >= 1.
        sample_rate: Probability of a record to take part in a step, in (0, 1].
        noise_multiplier: Noise over the clipping norm 1; 0 for no noise and no promise.
        rate: Learning rate.
    """

    steps: int
    sample_rate: float
    noise_multiplier: float
    rate: float = 0.5

    def __post_init__(self) -> None:
        at_least(1, steps=self.steps)
        within("(0, 1]", sample_rate=self.sample_rate)
        positive(rate=self.rate)

    @property
    def cost(self) -> SubsampledGaussian:
        """The visit as an accountant takes it."""
        return SubsampledGaussian(
            noise_multiplier=self.noise_multiplier,
            sample_rate=self.sample_rate,
            steps=self.steps,
            neighbours=Neighbours.ADD_REMOVE,
        )


@dataclass
class Site:
    """One court: its records and what they have been charged.

    Args:
        end: Its end of the channel; None where no ring is played.
        network: The agreed architecture; its weights are not used.
        x: Its records, float64 (n, inputs).
        y: Their labels, (n,).
        visit: What it does at a visit.
        epsilon: Its budget, in nats; None for no bound.
        delta: In (0, 1).
        rng: Draws samples and noise.

    Attributes:
        visits: How many were made.
        refused: How many were refused.
    """

    end: Endpoint | None
    network: Network
    x: np.ndarray
    y: np.ndarray
    visit: Visit
    rng: np.random.Generator
    epsilon: float | None = None
    delta: float = 1e-5
    visits: int = field(default=0, init=False)
    refused: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        within("(0, 1)", delta=self.delta)
        if self.epsilon is not None:
            positive(epsilon=self.epsilon)
            positive(noise_multiplier=self.visit.noise_multiplier)
        if len(self.x) == 0 or len(self.x) != len(self.y):
            raise ValueError(
                f"x and y must have the same number of records, at least 1, got "
                f"{len(self.x)} and {len(self.y)}"
            )

    def spent(self, visits: int | None = None) -> float:
        """Return the epsilon of that many visits, by default of those made."""
        visits = self.visits if visits is None else visits
        at_least(0, visits=visits)
        if not visits:
            return 0.0
        return epsilon_by_rdp([self.visit.cost] * visits, delta=self.delta)

    @property
    def is_spent(self) -> bool:
        """Whether one more visit would pass the budget."""
        return self.epsilon is not None and self.spent(self.visits + 1) > self.epsilon

    def train(self, weights: np.ndarray) -> np.ndarray:
        """Return the weights after a visit; unchanged if the budget does not allow it.

        Raises:
            ValueError: If ``weights`` does not fit the network.
        """
        array_of(self.network.flat.shape, self.network.flat.dtype, weights=weights)
        if self.is_spent:
            self.refused += 1
            return weights
        model, visit = self.network.from_flat(weights), self.visit
        train_private(
            model,
            self.x,
            self.y,
            rate=visit.rate,
            steps=visit.steps,
            sample_rate=visit.sample_rate,
            noise_multiplier=visit.noise_multiplier,
            max_grad_norm=MAX_GRAD_NORM,
            rng=self.rng,
        )
        self.visits += 1
        return model.flat.copy()

    def pass_on(self, sender: str | None, receiver: str) -> None:
        """Take the weights from the site before, visit, hand them to the next."""
        weights = self.end.receive("weights", sender=sender)
        self.end.send("weights", self.train(weights), to=receiver)


def cycle(
    start: Network, first: Endpoint, sites: Sequence[Site], *, laps: int
) -> Network:
    """Send the model round ``laps`` times; return it as it comes back.

    Args:
        start: The first weights; from nobody's records.
        first: The end of who sends the model off and gets it back; holds no records.
        sites: In the order of the ring, all with ends of the same channel.
        laps: How often round, >= 1.
    """
    at_least(1, laps=laps)
    names = [first.name, *(site.end.name for site in sites)]
    if len(set(names)) < len(names):
        raise ValueError(f"sites must be different, got {names[1:]}")
    weights = start.flat.copy()
    for _ in range(laps):
        first.send("weights", weights, to=names[1])
        for before, site, after in zip(
            names, sites, [*names[2:], first.name], strict=False
        ):
            site.pass_on(before, after)
        weights = first.receive("weights", sender=names[-1])
    return start.from_flat(weights)


def average(
    start: Network, sites: Sequence[Site], *, rounds: int, by_size: bool = True
) -> Network:
    """Federated averaging of the same sites and visits: what the ring is compared with.

    Args:
        start: The first weights.
        sites: Who trains, side by side, in each round.
        rounds: How many, >= 1.
        by_size: Weigh a site by its number of records, which becomes public; or
            equally.
    """
    at_least(1, rounds=rounds)
    sizes = np.array([len(site.x) if by_size else 1 for site in sites], float)
    weights = start.flat.copy()
    for _ in range(rounds):
        local = np.stack([site.train(weights) for site in sites])
        weights = (sizes / sizes.sum() @ local).astype(weights.dtype)
    return start.from_flat(weights)


def unlike_sites(
    groups: np.ndarray, *, sites: int, alpha: float, rng: np.random.Generator
) -> list[np.ndarray]:
    """Return the rows of each site: each group dealt by a Dirichlet draw.

    Args:
        groups: What makes records alike, such as their charge, (n,).
        sites: How many, >= 1.
        alpha: Concentration > 0: 0.3 gives sites that see two or three groups mostly,
            100 sites that are alike.
        rng: Draws the shares and the records.
    """
    at_least(1, sites=sites)
    positive(alpha=alpha)
    groups = np.asarray(groups)
    where = np.empty(len(groups), int)
    for group in np.unique(groups):
        rows = np.flatnonzero(groups == group)
        shares = rng.dirichlet(np.full(sites, alpha))
        where[rows] = rng.choice(sites, len(rows), p=shares)
    return [np.flatnonzero(where == site) for site in range(sites)]
