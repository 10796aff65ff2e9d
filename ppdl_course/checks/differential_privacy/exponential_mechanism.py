"""Visible check of chapter 15: the exponential mechanism.

It fails a right answer with probability at most 1e-6 (``FALSE_FAIL``): half of it for
the mistakes it knows (:mod:`ppdl_course.checks.evidence`), half for exact binomial
intervals, which need no mistake in mind.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import numpy as np

from ppdl_course.checks.differential_privacy.choice_laws import (
    fit,
    softmax,
    wrong_choices,
)
from ppdl_course.checks.differential_privacy.release_answers import releases
from ppdl_course.checks.error_rates import statistical
from ppdl_course.checks.evidence import Evidence
from ppdl_course.checks.noise import (
    FALSE_FAIL,
    index,
    require_from_rng,
    require_share,
)
from ppdl_course.checks.verdict import (
    Mistake,
    on_other_data,
    require,
)

ROUNDS = 40
"""Rounds of 200 choices in each setting, at most."""
CALLS = 200
CROWD = 1_000
"""Candidates that are all but hopeless; together they win every fifth time."""
LEAD = float(np.log(4 * CROWD))
FORMULA = "P[r] must be proportional to exp(epsilon u(r) / (2 sensitivity))."


class Setting(NamedTuple):
    """Candidates, and the groups of neighbouring candidates that wins are counted in.

    Attributes:
        utilities: Shape (k,).
        sensitivity: Of the utilities.
        epsilon: The budget.
        groups: Where each group begins.
    """

    utilities: np.ndarray
    sensitivity: float
    epsilon: float
    groups: tuple[int, ...]

    def shares(self, each: np.ndarray) -> np.ndarray:
        """Return the probability of each group, from that of each candidate."""
        return np.add.reduceat(each, self.groups)


def _settings() -> list[Setting]:
    crowd = np.full(CROWD + 1, -LEAD * 2 * 3 / 0.7)
    crowd[0] = 0.0
    few = (0, 1, 2)
    return [
        Setting(np.array([3.0, 1.0, 0.0]), 1.0, 1.0, few),
        Setting(np.array([10.0, 4.0, 7.0]), 5.0, 1.0, few),
        Setting(np.array([5000.0, 5001.0, 4999.0]), 1.0, 1.0, few),
        Setting(np.array([0.0, 7.0]), 1.0, 1.0, (0, 1)),
        Setting(np.array([-2.0, -1.0, -4.0]), 0.5, 0.4, few),
        Setting(crowd - 2.0, 3.0, 0.7, (0, 1, CROWD // 2)),
    ]


@statistical(
    power=0.99,
    against=(
        "always the best",
        "seed reused",
        "a generator of its own",
        "without the 2",
        "sensitivity ignored",
        "half the epsilon",
        "95 % of the epsilon",
        "the maximum after Laplace noise",
        "permute and flip",
        "hopeless candidates left out",
    ),
)
@on_other_data
def check_exponential_choice(
    exponential_choice: Callable[..., int],
    *,
    rounds: int = ROUNDS,
    false_fail: float = FALSE_FAIL,
    seed: int = 2007,
) -> None:
    """Check how often each candidate is chosen, among few and among many.

    Six settings in each round. In the last, a thousand candidates are each thousands of
    times less likely than the best, and win every fifth time: who leaves them out, or
    takes another exponent, is found by a few hundred choices.
    """
    rng = np.random.default_rng(seed)
    settings = _settings()
    require_from_rng(lambda twin: _choices(exponential_choice, settings[0], 80, twin))
    wins = [np.zeros(len(setting.groups)) for setting in settings]
    right = [setting.shares(softmax(_scores(setting))) for setting in settings]
    wrong = [_wrong_shares(setting) for setting in settings]
    evidence = Evidence(false_fail / 2)
    for _ in range(rounds):
        fresh = list(_counted(exponential_choice, settings, rng))
        for total, new in zip(wins, fresh, strict=True):
            total += new
        gained = {
            message: sum(
                float(new @ (np.log(others[message]) - np.log(law)))
                for new, law, others in zip(fresh, right, wrong, strict=True)
            )
            for message in wrong[0]
        }
        evidence.add(list(gained.values()))
        if evidence.settled:
            break
    if evidence.accuses:
        messages = list(wrong[0])
        _complain(wins, right, wrong, [messages[i] for i in evidence.likely])
    comparisons = rounds * sum(map(len, right))
    for total, law in zip(wins, right, strict=True):
        for hits, probability in zip(total, law, strict=True):
            require_share(
                int(hits),
                int(total.sum()),
                float(probability),
                error=false_fail / 2 / comparisons,
                message=FORMULA,
            )


def _complain(wins: list, right: list, wrong: list, messages: list[str]) -> None:
    """Raise what is wrong with the wins: those messages whose laws fit them."""
    fitting = [m for m in messages if fit(wins, [laws[m] for laws in wrong])]
    gaps = [
        np.abs(total / total.sum() - law).max()
        for total, law in zip(wins, right, strict=True)
    ]
    told = int(np.argmax(gaps))
    seen, due = wins[told] / wins[told].sum(), right[told]
    way = "often" if seen[due.argmax()] > due.max() else "seldom"
    message = " Or: ".join(fitting) or f"the best is chosen too {way}."
    shares = ", ".join(f"{share:.3f}" for share in seen)
    wanted = ", ".join(f"{share:.3f}" for share in due)
    raise Mistake(f"{message} {FORMULA} Seen: {shares} of the time, right: {wanted}.")


def _scores(setting: Setting) -> np.ndarray:
    return setting.epsilon * setting.utilities / (2 * setting.sensitivity)


def _wrong_shares(setting: Setting) -> Mapping[str, np.ndarray]:
    """Return the shares of the groups under each usual mistake, none of them 0."""
    laws = wrong_choices(setting.utilities, setting.sensitivity, setting.epsilon)
    return {m: np.maximum(setting.shares(law), 1e-12) for m, law in laws.items()}


def _counted(
    answer: Callable[..., int], settings: list[Setting], rng: np.random.Generator
) -> Iterator[np.ndarray]:
    for setting in settings:
        count = len(setting.utilities)
        calls = CALLS if count < CROWD else CALLS // 2  # a long list costs more
        chosen = _choices(answer, setting, calls, rng)
        require(
            bool(np.all((chosen >= 0) & (chosen < count))),
            f"the answer must be an index from 0 to {count - 1}, got {chosen[:5]}.",
        )
        require(
            # the best of the first setting wins 0.63 of the time: 200 times, never
            setting is not settings[0] or len(np.unique(chosen)) > 1,
            "the same candidate every time: no noise, or a seed reused.",
        )
        groups = np.searchsorted(setting.groups, chosen, side="right") - 1
        yield np.bincount(groups, minlength=len(setting.groups))


def _choices(
    answer: Callable[..., int], setting: Setting, times: int, rng: np.random.Generator
) -> np.ndarray:
    utilities = setting.utilities.copy()
    mechanism = {"sensitivity": setting.sensitivity, "epsilon": setting.epsilon}
    try:
        with np.errstate(all="ignore"):
            got = releases(
                answer, times, {"utilities": utilities}, **mechanism, rng=rng
            )
    except (ValueError, OverflowError) as error:
        if utilities.max() < 1000 or "size" in str(error):
            raise
        raise Mistake(
            f"utilities around 5000: {error}. exp(2500) overflows; take the same "
            "number off all utilities first."
        ) from None
    return np.array([index(one) for one in got])
