"""Visible checks of chapter 15: counts of an office, and coins instead of trust.

A cell calls each check twice: with a fixed seed, and with one drawn anew. One call of a
statistical check fails a right answer with probability at most 1e-6 / 2 (``ONE_CALL``,
split among its comparisons), whatever inputs it drew, and finds the mistakes it names
with probability at least 1 - 1e-6: sample sizes in :mod:`ppdl_course.checks.noise`,
computed again in ``tests/checks/differential_privacy/test_releases.py``.
"""

import math
from collections.abc import Callable

import numpy as np

from ppdl_course.checks.differential_privacy.release_answers import (
    read_bits,
    read_surveys,
)
from ppdl_course.checks.error_rates import statistical
from ppdl_course.checks.fresh_inputs import drawn_anew
from ppdl_course.checks.noise import (
    ONE_CALL,
    RUNS,
    require_from_rng,
    require_share,
)
from ppdl_course.checks.verdict import (
    Mistake,
    on_other_data,
    require,
)

WEAK, STRONG = (0.35, 0.8), (1.6, 2.1)
"""Epsilons at which coins are tossed: enough lies, and enough truths, to be counted."""


def _which_truth(shares: dict[float, float]) -> str:
    """Return which usual probabilities of the truth fit measured ones, or ''.

    A share of 12,000 strays by 0.0046 at most in one deviation.

    Args:
        shares: By epsilon, how often the truth was reported.
    """
    laws = {epsilon: _usual_truths(epsilon) for epsilon in shares}
    fitting = [
        what
        for what in next(iter(laws.values()))
        if all(abs(share - laws[e][what]) < 0.014 for e, share in shares.items())
    ]
    return f" This fits if {', or if '.join(fitting)}." if fitting else ""


def _usual_truths(epsilon: float) -> dict[str, float]:
    """Return with which probability the truth is told under each usual mistake."""
    truth = 1 / (1 + math.exp(-epsilon))
    return {
        "truth and lie are exchanged": 1 - truth,
        "a fair coin is tossed where the opposite is asked for": (1 + truth) / 2,
        "the truth comes from half the epsilon": 1 / (1 + math.exp(-epsilon / 2)),
        "the truth comes from twice the epsilon": 1 / (1 + math.exp(-2 * epsilon)),
        "the truth has probability epsilon / (1 + epsilon), without the exponential": (
            epsilon / (1 + epsilon)
        ),
        "the truth is 1 + epsilon times as likely as the lie: 1 + epsilon stands for "
        "e^epsilon": (1 + epsilon) / (2 + epsilon),
        "the truth is 2^epsilon times as likely as the lie: e^epsilon is asked for": (
            1 / (1 + 2**-epsilon)
        ),
        "the lie has probability e^-epsilon, which is only its ratio to the truth": (
            1 - math.exp(-epsilon)
        ),
        "the truth has probability e^-epsilon": math.exp(-epsilon),
        "the truth has probability epsilon": min(epsilon, 1.0),
        "the truth has probability 3/4, whatever epsilon is": 0.75,
        "it is a fair coin": 0.5,
        "the truth has probability (e^epsilon - 1) / (e^epsilon + 1), which is p less "
        "1 - p": 2 * truth - 1,
    }


@statistical(
    power=0.99,
    against=(
        "the truth from all",
        "seed reused",
        "a generator of its own",
        "a fair coin whatever epsilon",
        "one coin for everybody",
        "coins that depend on each other",
        "a fixed number of liars",
    ),
)
@on_other_data
@drawn_anew
def check_randomised_response(
    randomised_response: Callable[..., object],
    *,
    runs: int = RUNS,
    false_fail: float = ONE_CALL,
    seed: int = 1965,
) -> None:
    """Check each report's two probabilities at two epsilons, 12,000 people each.

    The epsilons are drawn from ``WEAK`` and ``STRONG``. Ten exact binomial intervals,
    each with error ``false_fail`` / 10. A truth probability that is off by 0.05 is
    found with probability at least 1 - 1e-6; so is a number of liars that is fixed.
    Then people of either truth, and one alone, at an epsilon at which nobody lies.
    """
    rng = np.random.default_rng(seed)
    people = np.arange(200) % 2
    require_from_rng(lambda twin: read_bits(randomised_response, people, 0.5, twin))
    mixed = rng.permutation(np.arange(200) % 3 // 2)
    reports = read_bits(randomised_response, mixed, 30.0, rng)
    require(
        bool(np.all(reports == mixed)) or reports.sum() != mixed.sum(),
        "at epsilon 30, where nobody lies, as many reports are 1 as truths, but of "
        "other people: leave each report at its person's place.",
    )
    for epsilon in (rng.uniform(*WEAK), rng.uniform(*STRONG)):
        epsilon, truth = float(epsilon), 1 / (1 + math.exp(-epsilon))
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
                turned = np.full(60, 1 - bit)
                other = read_bits(randomised_response, turned, epsilon, rng)
                require(
                    # the truth from all 60 has probability below 0.89^60
                    kept == 0 or bool(np.all(other == turned)),
                    f"whose truth is {bit} never lies, and whose truth is {1 - bit} "
                    f"does: a report of {1 - bit} then proves the truth. Both lie "
                    "with the same probability.",
                )
                require(kept == 0, "every report is true: nobody can deny anything.")
            shares = {epsilon: kept / runs}
            if abs(kept / runs - truth) > 0.014:  # near 0.5 many laws look alike
                shares |= _shares_of(randomised_response, bit, runs, rng)
            require_share(
                kept,
                runs,
                truth,
                error=false_fail / 10,
                message=f"epsilon {epsilon:.4g}: the truth must be e^epsilon times as "
                f"likely as the lie.{_which_truth(shares)}",
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
        both = sum(tuple(couple) == (0, 1) for couple in couples) / len(couples)
        require(
            not math.isclose(both, 1 - truth, abs_tol=0.04)
            or both < (1 - truth) ** 2 + 0.06,
            f"of two people both lie {both:.3f} of the time, as often as one does: do "
            "they share a coin? Each person tosses alone.",
        )
        require_share(
            sum(tuple(couple) == (0, 1) for couple in couples),
            len(couples),
            (1 - truth) ** 2,
            error=false_fail / 10,
            message="two people lie at once too often or too seldom: the number of "
            "liars must not be fixed, each person tosses alone.",
        )
    for count in (1, 2, int(rng.integers(3, 40)), int(rng.integers(100, 300))):
        bits = rng.integers(0, 2, size=count)
        reports = read_bits(randomised_response, bits, 30.0, rng)
        wrong = np.flatnonzero(reports != bits)
        require(
            # a lie among so many has probability below 1e-10
            not len(wrong),
            f"{count} people, epsilon 30: nobody lies then, but {len(wrong)} reports "
            "are not the truth of the person at their place. Is each person's report "
            "left at its place, and the truth e^epsilon times as likely as the lie?",
        )


def _shares_of(
    answer: Callable[..., object], bit: int, runs: int, rng: np.random.Generator
) -> dict[float, float]:
    """Return how often the truth is told at two other epsilons, or {}."""
    try:
        told = {
            epsilon: read_bits(answer, np.full(runs, bit), epsilon, rng) == bit
            for epsilon in (1.2, 2.5)
        }
    except (ArithmeticError, ValueError, Mistake):
        return {}  # what is wrong at one epsilon is said without the others
    return {epsilon: float(np.mean(kept)) for epsilon, kept in told.items()}
