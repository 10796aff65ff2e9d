"""Visible checks of chapter 15: counts, totals, histograms.

Statistical checks fail a right answer with probability at most 1e-6 (``FALSE_FAIL``,
split among their comparisons) and find the mistakes they name with probability at least
1 - 1e-6: sample sizes in :mod:`ppdl_course.checks.noise`, computed again in
``tests/checks/differential_privacy/test_releases.py``.
"""

import math
from collections.abc import Callable
from types import SimpleNamespace

import numpy as np

from ppdl_course.checks.differential_privacy.release_answers import (
    behind_the_counter,
    read_bits,
    read_surveys,
    releases,
    wrong_bin_scales,
    wrong_shares,
    wrong_totals,
)
from ppdl_course.checks.error_rates import statistical
from ppdl_course.checks.noise import (
    FALSE_FAIL,
    RUNS,
    distance,
    laplace_difference_cdf,
    number,
    require_laplace,
    require_share,
)
from ppdl_course.checks.verdict import require, require_array
from ppdl_course.dp.audits.lower_bound import dkw_distance
from ppdl_course.dp.audits.statistics_office import StatisticsOffice
from ppdl_course.dp.definition import Neighbours


def check_reveal_custody(reveal_custody: Callable[..., bool], *, seed: int = 1) -> None:
    """Check the differencing attack on each of forty cases at a careful office."""
    rng = np.random.default_rng(seed)
    cases = [
        SimpleNamespace(case_id=f"C{i:04}", custodial=int(rng.random() < 0.5))
        for i in range(40)
    ]
    said = []
    for case in cases:
        office = StatisticsOffice(cases, minimum=5)
        try:
            got = reveal_custody(behind_the_counter(office, cases), case.case_id)
        except ValueError as refused:
            require(
                "given out" not in str(refused),
                "the office refused: it gives out no count below 5. Ask for two large "
                "groups that differ in one case.",
            )
            raise
        require(
            isinstance(got, bool | np.bool_),
            f"the answer must be True or False, got {got!r}.",
        )
        require(
            office.answered > 0, "the office was never asked: the answer is a guess."
        )
        said.append(bool(got))
    true = [bool(case.custodial) for case in cases]
    require(
        len(set(said)) == 2,
        "the same reply for every case, so wrongly for some. Compare two counts whose "
        "groups differ by this one case.",
    )
    require(
        said != [not outcome for outcome in true],
        "every reply is the opposite of the truth: when are the two counts equal?",
    )
    for case, got, want in zip(cases, said, true, strict=True):
        require(
            got == want,
            f"{case.case_id} came out as {got}, wrongly. Compare two counts: which "
            "group is larger by just this case, and when?",
        )


@statistical(
    power=0.99,
    against=(
        "the truth from all",
        "seed reused",
        "a fair coin whatever epsilon",
        "one coin for everybody",
        "coins that depend on each other",
        "a fixed number of liars",
    ),
)
def check_randomised_response(
    randomised_response: Callable[..., object],
    *,
    runs: int = RUNS,
    false_fail: float = FALSE_FAIL,
    seed: int = 1965,
) -> None:
    """Check each report's two probabilities at two epsilons, 12,000 people each.

    Ten exact binomial intervals, each with error ``false_fail`` / 10. A truth
    probability that is off by 0.05 is found with probability at least 1 - 1e-6; so is a
    number of liars that is fixed.
    """
    for epsilon in (0.5, 2.0):
        truth = 1 / (1 + math.exp(-epsilon))
        rng = np.random.default_rng(seed)
        tosses = []
        for bit in (0, 1):
            reports = read_bits(randomised_response, np.full(runs, bit), epsilon, rng)
            tosses.append(reports != bit)
            kept = int(np.sum(reports == bit))
            if kept in (0, runs):
                again = [
                    np.mean(read_bits(randomised_response, [bit], epsilon, rng) == bit)
                    for _ in range(60)
                ]
                require(
                    len(set(again)) == 1,
                    "one coin for everybody: each person must toss their own.",
                )
                require(kept == 0, "every report is true: nobody can deny anything.")
            require_share(
                kept,
                runs,
                truth,
                error=false_fail / 10,
                message=f"epsilon {epsilon:g}: the truth must be e^epsilon times as "
                "likely as the lie.",
            )
            # neighbours in the list toss independent coins: pairs that agree
            same = int(np.sum(reports[0::2] == reports[1::2]))
            require_share(
                same,
                runs // 2,
                truth**2 + (1 - truth) ** 2,
                error=false_fail / 10,
                message="the coins of two people depend on each other.",
            )
        require(
            not np.array_equal(*tosses),
            "seed reused: the same coins at each survey. Draw from the generator you "
            "are given.",
        )
        couples = read_surveys(randomised_response, runs // 3, [1, 0], epsilon, rng)
        require(
            len({tuple(couple) for couple in couples}) > 1,
            "seed reused: the same two people get the same coins at each survey. Draw "
            "from the generator you are given.",
        )
        require_share(
            sum(tuple(couple) == (0, 1) for couple in couples),
            len(couples),
            (1 - truth) ** 2,
            error=false_fail / 10,
            message="two people lie at once too often or too seldom: the number of "
            "liars must not be fixed, each person tosses alone.",
        )


def check_estimate_share(estimate_share: Callable[..., float]) -> None:
    """Check the estimate against the shares that the expected reports stand for."""
    for epsilon in (0.3, 1.0, 3.0):
        truth = 1 / (1 + math.exp(-epsilon))
        for ones in (130, 0, 500, 1000):
            reports = np.arange(1000) < ones
            want = (ones / 1000 - (1 - truth)) / (2 * truth - 1)
            got = number(estimate_share(reports, epsilon=epsilon), "the estimate")
            require(
                want >= 0 or got != 0,
                "the estimate was cut off at 0, so it is too high on average. "
                "An unbiased one may leave [0, 1].",
            )
            require(
                want <= 1 or got != 1,
                "the estimate was cut off at 1, so it is too low on average. "
                "An unbiased one may leave [0, 1].",
            )
            require(
                abs(got - ones / 1000) > 1e-9 or abs(want - ones / 1000) < 1e-6,
                "this is the share of the reports. Part of them are lies: solve "
                "E[report] = share * p + (1 - share) * (1 - p) for the share.",
            )
            if math.isclose(got, want, abs_tol=1e-6):
                continue
            for message, usual in wrong_shares(ones / 1000, truth, want).items():
                require(not math.isclose(got, usual, abs_tol=1e-9), message)
            require(
                False,
                f"epsilon {epsilon:g}, {ones / 10:g} % yes: {got:.4f} is not the share "
                "whose expected reports are these. With which probability is a report "
                "true?",
            )


@statistical(
    power=0.99,
    against=(
        "no noise",
        "seed reused",
        "half the noise",
        "twice the noise",
        "noise for each bin separately",
        "scale inverted",
        "one noise for all bins",
        "empty categories stay 0",
    ),
)
def check_private_histogram(
    private_histogram: Callable[..., object],
    *,
    runs: int = RUNS,
    false_fail: float = FALSE_FAIL,
    seed: int = 2006,
) -> None:
    """Check noise of scale changes / epsilon in every bin, independent across bins.

    Three settings with six comparisons each (three bins, three pairs), error
    ``false_fail`` / 18 by Massart's inequality, which holds for any law: distances
    over dkw_distance(12000, 5.6e-8) = 0.027 fail, those over 0.054 surely.
    """
    arguments = {
        "labels": ["theft"] * 6 + ["fraud"] * 3,
        "categories": ["theft", "fraud", "arson"],
    }
    truth = np.array([6.0, 3.0, 0.0])
    for epsilon, neighbours in (
        (0.5, Neighbours.ADD_REMOVE),
        (2.0, Neighbours.ADD_REMOVE),
        (0.5, Neighbours.REPLACE),
    ):
        rng = np.random.default_rng(seed)
        mechanism = {"epsilon": epsilon, "neighbours": neighbours, "rng": rng}
        got = releases(private_histogram, runs, arguments, **mechanism)
        what = "one number for each category, in order: the histogram"
        noise = [require_array(one, shape=(3,), what=what) for one in got] - truth
        require(
            bool(np.any(noise[:, 2] != 0)) or not np.any(noise),
            "the empty category has no noise: a 0 without noise says that nobody is "
            "there, and a released 1 that somebody is.",
        )
        scale = neighbours.changes / epsilon
        named = wrong_bin_scales(neighbours, epsilon)
        for bin_noise in noise.T:
            require_laplace(bin_noise, scale, error=false_fail / 18, named=named)
        for one, other in ((0, 1), (0, 2), (1, 2)):
            between = noise[:, one] - noise[:, other]
            apart = distance(between, laplace_difference_cdf(scale))
            require(
                apart <= dkw_distance(runs, error=false_fail / 18),
                "one noise for all bins, or for some: it cancels in their difference. "
                "Draw fresh noise for each.",
            )


@statistical(
    power=0.99,
    against=(
        "no noise",
        "seed reused",
        "half the noise",
        "sensitivity forgotten",
        "scale inverted",
        "clipping left out",
        "a bound read off the data",
    ),
)
def check_private_total(
    private_total: Callable[..., float],
    *,
    runs: int = RUNS,
    false_fail: float = FALSE_FAIL,
    seed: int = 2006,
) -> None:
    """Check a clipped total with noise of scale bound / epsilon.

    Four settings, error ``false_fail`` / 4 each (see ``check_private_histogram``).
    """
    for bound, epsilon in ((10.0, 0.5), (100.0, 2.0)):
        for extra in ([5000.0], []):
            amounts = np.array([3.0, 9.5, 250.0, -40.0, *extra])
            want = float(np.clip(amounts, 0, bound).sum())
            got = releases(
                private_total,
                runs,
                {"amounts": amounts},
                bound=bound,
                epsilon=epsilon,
                rng=np.random.default_rng(seed),
            )
            noise = np.array([number(total, "the total") for total in got]) - want
            middle, scale = float(np.median(noise)), bound / epsilon
            for message, wrong in wrong_totals(amounts, bound).items():
                # a mistake within 0.3 scales of the truth cannot be told from it
                near = abs(middle - (wrong - want)) < 0.06 * scale
                require(not near or abs(wrong - want) < 0.3 * scale, message)
            require_laplace(
                noise,
                scale,
                error=false_fail / 4,
                named={
                    "scale inverted": bound * epsilon,
                    "sensitivity forgotten: one person moves the total by up to the "
                    "bound": 1 / epsilon,
                    "a bound read off the data is itself a secret": (
                        amounts.max() / epsilon
                    ),
                },
            )
