"""Poisson batches with a cap: what a limit on the batch costs in privacy.

Memory is finite, so many loops keep at most B records of a Poisson batch, a random
subset, and drop the rest. Then a record does more than come: **it pushes out another**,
and the sum moves by up to 2 C instead of C. Let m of the other n - 1 records come.

    m <  B   nothing is dropped: a record that comes (chance q) moves the sum by C
    m >= B   without the record, the batch is a random B of the others; with it, it
             stays with chance q' and takes the place of one of them: up to 2 C

    p  = P[m >= B],  m ~ Binomial(n - 1, q)
    q' = E[q B / (m + 1) | m >= B] = (B / n) P[Binomial(n, q) > B] / p

Whoever is told which case it was learns more, never less, and that chance is the same
in both worlds. So the step costs at most a mixture, p of a step with half the noise and
rate q', 1 - p of the step as it is. (Given which others stay for certain, the second
case is one Gaussian against a mixture of it and one moved by at most 2 C.)

Cutting the batch into parts that fit, and adding noise once to the sum of all parts,
costs nothing: see chapter 16.

Source: Chua, Ghazi, Kamath, Kumar, Manurangsi, Sinha, Zhang, "Scalable DP-SGD:
Shuffling vs. Poisson Subsampling", NeurIPS 2024, which adds the chance of a cap to
delta; the mixture after "Tighter Privacy Analysis for Truncated Poisson Sampling",
arXiv 2508.15089. dp-accounting 0.6 bounds the second case under replace-one, which is
looser. Chapter 16.
"""

from dataclasses import dataclass

from scipy import stats

from ppdl_course.arguments import at_least, between, within
from ppdl_course.dp.accountants.subsampled_gaussian import (
    LEAST_NOISE,
    MOST_NOISE,
    Branch,
    SubsampledGaussian,
)


@dataclass(frozen=True, kw_only=True)
class CappedGaussian(SubsampledGaussian):
    """Steps of the Poisson-subsampled Gaussian that keep at most ``cap`` records.

    Attributes:
        noise_multiplier: Noise deviation over C, in [0.02, 1e6].
        cap: B, the most records of a batch, at least 1. Of a larger one a random subset
            of this size is kept.
        records: n, the size of the larger of the two data sets, in 1 .. 10^9. The cost
            is stated for it and each data set that lacks one of its records.

    Raises:
        ValueError: If an argument is out of range, or sampling is combined with
            REPLACE.
    """

    cap: int
    records: int

    def __post_init__(self) -> None:
        super().__post_init__()
        least = 2 * LEAST_NOISE
        within(f"[{least}, {MOST_NOISE}]", noise_multiplier=self.noise_multiplier)
        at_least(1, cap=self.cap)
        between(1, 10**9, records=self.records)

    @property
    def chance_above(self) -> float:
        """Probability that a step's batch, with the record in the data, is cut."""
        return float(stats.binom.sf(self.cap, self.records, self.sample_rate))

    def branches(self) -> list[Branch]:
        """Return the step as it is and the step in which a record pushes out another.

        Each with its probability, noise over the sensitivity, and rate.
        """
        s, q, n = self.noise_multiplier, self.sample_rate, self.records
        full = float(stats.binom.sf(self.cap - 1, n - 1, q))
        if full == 0:
            return super().branches()
        pushing = min(q, self.cap / n * self.chance_above / full)
        crowded = Branch(full, s / 2, pushing)
        return [crowded] if full == 1 else [Branch(1 - full, s, q), crowded]
