"""Visible check of chapter 15: the exponential mechanism.

A cell calls it twice: with a fixed seed, and with one drawn anew. One call fails a
right answer with probability at most 1e-6 / 2 (``ONE_CALL``), whatever inputs it drew:
half of it for the mistakes it knows (:mod:`ppdl_course.checks.evidence`), half for
exact binomial intervals, which need no mistake in mind.
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
from ppdl_course.checks.fresh_inputs import drawn_anew
from ppdl_course.checks.noise import (
    ONE_CALL,
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
"""Rounds of 100 to 400 choices in each setting, at most."""
CALLS = 200
CROWD = 1_000
"""Candidates that are all but hopeless; together they win every fifth time."""
LEAD = float(np.log(4 * CROWD))
FORMULA = "P[r] must be proportional to exp(epsilon u(r) / (2 sensitivity))."


SUBTRACT = (
    "Take the largest utility off all of them first: then nothing overflows and the "
    "law stays."
)


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

    @property
    def large(self) -> bool:
        """Whether exp of the exponents as they are leaves the range of floats."""
        return bool(np.abs(_scores(self)).max() > 700)

    def __str__(self) -> str:
        some = ", ".join(f"{u:.9g}" for u in self.utilities[:8])
        more = ", ..." if len(self.utilities) > 8 else ""
        return (
            f"utilities {some}{more}, sensitivity {self.sensitivity:.3g}, epsilon "
            f"{self.epsilon:.3g}"
        )


def _settings(rng: np.random.Generator) -> list[Setting]:
    """Draw settings: plain, of whole numbers with ties, large, negative, of two, many.

    But for the first, sensitivity and epsilon are far from 1, where it shows that one
    is left out.
    """
    best_of_many = int(rng.integers(CROWD // 4, CROWD // 2))
    crowd = np.full(CROWD + 1, -LEAD)
    crowd[best_of_many] = 0.0
    few = [0.0, -rng.uniform(0.6, 1.4), -rng.uniform(1, 2)]
    whole = rng.permutation([int(rng.integers(5, 9)), 3, 3, 0]) - 4
    sensitivity = _far_from_one(rng)
    epsilon = 2 * sensitivity * rng.uniform(2, 3) / np.ptp(whole)
    large = _setting(rng, rng.permutation(few), lowest=rng.uniform(5e5, 9.9e5))
    hopeless = [-rng.uniform(5e5, 9.9e5)]  # in the last group, which it never wins
    return [
        # to forget 1 is no mistake: who does varies here, and is found below
        Setting(2 * rng.permutation(few), 1.0, 1.0, (0, 1, 2)),
        Setting(whole, sensitivity, float(epsilon), (0, 1, 2, 3)),
        large._replace(utilities=np.append(large.utilities, hopeless)),
        _setting(rng, rng.permutation(few), lowest=-rng.uniform(5e5, 9.9e5)),
        _setting(rng, rng.permutation([0.0, -rng.uniform(3, 4)]), above=0.0),
        _setting(rng, rng.permutation(few), above=-rng.uniform(3, 6)),
        _setting(rng, crowd, above=0.0)._replace(
            groups=(0, best_of_many, best_of_many + 1)
        ),
    ]


def _far_from_one(rng: np.random.Generator) -> float:
    return float(np.exp(rng.choice([-1, 1]) * rng.uniform(0.4, 1.4)))


def _setting(
    rng: np.random.Generator,
    exponents: np.ndarray,
    *,
    above: float = 0.0,
    lowest: float | None = None,
) -> Setting:
    """Return utilities that lead to exponents, up to a number the same for all.

    Args:
        rng: For sensitivity and epsilon.
        exponents: Shape (k,), at most 0.
        above: The smallest exponent to have.
        lowest: The smallest utility to have, in place of it.
    """
    sensitivity, epsilon = _far_from_one(rng), _far_from_one(rng)
    unit = 2 * sensitivity / epsilon
    rise = exponents - exponents.min()
    utilities = rise * unit + (above * unit if lowest is None else lowest)
    return Setting(utilities, sensitivity, epsilon, tuple(range(len(exponents))))


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
@drawn_anew
def check_exponential_choice(
    exponential_choice: Callable[..., int],
    *,
    rounds: int = ROUNDS,
    false_fail: float = ONE_CALL,
    seed: int = 2007,
) -> None:
    """Check how often each candidate is chosen, among few and among many.

    Seven settings, drawn once (:func:`_settings`), in each round. In the last, a
    thousand candidates are each thousands of times less likely than the best, and win
    every fifth time: who leaves them out, or takes another exponent, is found by a few
    hundred choices. A single candidate must win.
    """
    rng = np.random.default_rng(seed)
    settings = _settings(rng)
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
        likely = [messages[i] for i in evidence.likely]
        _complain(settings, wins, right, wrong, likely)
    comparisons = rounds * sum(map(len, right))
    for setting, total, law in zip(settings, wins, right, strict=True):
        for hits, probability in zip(total, law, strict=True):
            require_share(
                int(hits),
                int(total.sum()),
                float(probability),
                error=false_fail / 2 / comparisons,
                message=f"{setting}: {FORMULA}",
            )
    alone = Setting(rng.uniform(-9, 9, size=1), 1.0, 1.0, (0,))
    chosen = set(_choices(exponential_choice, alone, 3, rng).tolist())
    require(chosen == {0}, f"a single candidate has index 0, got {chosen}.")


def _complain(
    settings: list[Setting], wins: list, right: list, wrong: list, messages: list[str]
) -> None:
    """Raise what is wrong with the wins: those messages whose laws fit them."""
    fitting = [m for m in messages if fit(wins, [laws[m] for laws in wrong])]
    every = zip(settings, wins, right, strict=True)
    if not fitting and all(s.large or fit([w], [law]) for s, w, law in every):
        fitting = [f"only large utilities come out wrongly. {SUBTRACT}"]
    gaps = [
        np.abs(total / total.sum() - law).max()
        for total, law in zip(wins, right, strict=True)
    ]
    told = int(np.argmax(gaps))
    seen, due = wins[told] / wins[told].sum(), right[told]
    way = "often" if seen[due.argmax()] > due.max() else "seldom"
    message = " Or: ".join(dict.fromkeys(fitting)) or f"the best is chosen too {way}."
    shares = ", ".join(f"{share:.3f}" for share in seen)
    wanted = ", ".join(f"{share:.3f}" for share in due)
    raise Mistake(
        f"{message} {FORMULA} Seen: {shares} of the time, right: {wanted} "
        f"({settings[told]})."
    )


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
        calls = CALLS
        if count > CROWD:
            calls //= 2  # a long list costs more
        elif count == 2:
            calls *= 2  # Laplace and Gumbel noise differ most here, and little
        chosen = _choices(answer, setting, calls, rng)
        require(
            bool(np.all((chosen >= 0) & (chosen < count))),
            f"{setting}: the answer must be an index from 0 to {count - 1}, got "
            f"{chosen[:5]}." + (f" {SUBTRACT}" if setting.large else ""),
        )
        require(
            # the best of the first setting wins 0.73 of the time: 200 times, never
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
    except (ArithmeticError, ValueError) as error:
        if "non-negative" in str(error):
            raise Mistake(
                f"{setting}: {error}. A weight below 0 is no exp of anything: exp is "
                "missing."
            ) from None
        if not setting.large or "size" in str(error):
            raise
        top = float(_scores(setting).max())
        way = "overflows" if top > 0 else "is 0, for every candidate"
        raise Mistake(
            f"{setting}: {error}. If you take exp of the exponents as they are: "
            f"exp({top:.0f}) {way}. {SUBTRACT}"
        ) from None
    return np.array([index(one) for one in got])
