"""Answers to the exercises on noise, chapter 15, by mistake."""

import numpy as np

from ppdl_course.checks.differential_privacy import exponential_mechanism as dp_choices
from ppdl_course.checks.differential_privacy import laplace_releases as dp
from ppdl_course.checks.differential_privacy import sparse_vector as dp_sparse
from ppdl_course.checks.differential_privacy import surveys as dp_surveys
from ppdl_course.checks.differential_privacy.totals import check_private_total

from .chance import Case, Vectorised, Wrong

SURE = {"runs": 200}  # enough for what leaves no room for chance


def reseeded(answer):
    """The same answer, with a generator that starts anew at each call."""

    def again(*args, rng, **kwargs):
        return answer(*args, rng=np.random.default_rng(7), **kwargs)

    return again


def owning(answer):
    """The same answer, with a generator of its own that has a fixed seed."""
    own = np.random.default_rng(7)

    def others(*args, rng, **kwargs):
        return answer(*args, rng=own, **kwargs)

    return others


def cutting(answer, bare, at):
    """The same answer, with noise that is never larger than ``at`` scales."""

    def cut(*args, **kwargs):
        exact, most = bare(*args, **kwargs)
        return exact + np.clip(answer(*args, **kwargs) - exact, -at * most, at * most)

    return cut


def spending(answer, factor):
    """The same answer with epsilon times ``factor``."""

    def other(*args, epsilon, **kwargs):
        return answer(*args, epsilon=factor * epsilon, **kwargs)

    return other


# randomised response


def survey(bits, *, epsilon, rng):
    truth = rng.random(np.shape(bits)) < 1 / (1 + np.exp(-epsilon))
    return np.where(truth, bits, 1 - np.asarray(bits))


def one_coin(bits, *, epsilon, rng):
    truth = rng.random() < 1 / (1 + np.exp(-epsilon))
    return bits if truth else 1 - bits


def by_pairs(bits, *, epsilon, rng):
    reports = survey(bits, epsilon=epsilon, rng=rng)
    return np.repeat(reports[::2], 2)[: len(bits)] if len(bits) > 1 else reports


def fixed_liars(bits, *, epsilon, rng):
    lies = np.zeros(len(bits), dtype=int)
    lies[: round(len(bits) / (1 + np.exp(epsilon)))] = 1
    return np.asarray(bits) ^ rng.permutation(lies)


SURVEY = Case(
    dp_surveys.check_randomised_response,
    survey,
    {"runs": 240, "false_fail": 0.1},
    {
        "the truth from all": Wrong(lambda bits, **_: bits, "nobody can deny", SURE),
        "seed reused": Wrong(reseeded(survey), "seed reused", SURE),
        "a generator of its own": Wrong(owning(survey), "come from rng", SURE),
        "a fair coin whatever epsilon": Wrong(
            spending(survey, 0), "times as likely as the lie", {"runs": 3000}
        ),
        "one coin for everybody": Wrong(one_coin, "one coin for everybody", SURE),
        "coins that depend on each other": Wrong(
            by_pairs, "depend on each other", {"runs": 1200}
        ),
        "a fixed number of liars": Wrong(
            fixed_liars, "must not be fixed", {"runs": 1200}
        ),
    },
)

# a histogram


def histogram(labels, categories, *, epsilon, neighbours, rng):
    counts = np.array([labels.count(c) for c in categories], dtype=float)
    return counts + rng.laplace(scale=neighbours.changes / epsilon, size=len(counts))


def bare_histogram(labels, categories, **_):
    return [labels.count(c) for c in categories]


def inverted_histogram(labels, categories, *, epsilon, **kwargs):
    return histogram(labels, categories, epsilon=1 / epsilon, **kwargs)


def one_noise(labels, categories, *, epsilon, neighbours, rng):
    noise = rng.laplace(scale=neighbours.changes / epsilon)
    return [labels.count(c) + noise for c in categories]


def known_categories_only(labels, categories, **kwargs):
    noisy = histogram(labels, categories, **kwargs)
    return np.where([c in labels for c in categories], noisy, 0)


def exact_histogram(labels, categories, *, epsilon, neighbours, rng):
    exact = np.array(bare_histogram(labels, categories), dtype=float)
    return exact, neighbours.changes / epsilon


def split_histogram(labels, categories, *, epsilon, **kwargs):
    return histogram(labels, categories, epsilon=epsilon / len(categories), **kwargs)


HISTOGRAM = Case(
    dp.check_private_histogram,
    histogram,
    {"false_fail": 0.1},
    {
        "no noise": Wrong(bare_histogram, "no noise"),
        "seed reused": Wrong(reseeded(histogram), "seed reused"),
        "a generator of its own": Wrong(owning(histogram), "come from rng"),
        "half the noise": Wrong(spending(histogram, 2), "half the noise"),
        "95 % of the noise": Wrong(spending(histogram, 1 / 0.95), "too little noise"),
        "twice the noise": Wrong(spending(histogram, 1 / 2), "twice the noise"),
        "noise for each bin separately": Wrong(split_histogram, "as if they shared"),
        "scale inverted": Wrong(inverted_histogram, "scale inverted"),
        "one noise for all bins": Wrong(one_noise, "one noise for all bins"),
        "empty categories stay 0": Wrong(
            known_categories_only, "empty category has no noise"
        ),
        "tails cut off at 8 scales": Wrong(
            cutting(histogram, exact_histogram, 8), "tails are cut off"
        ),
    },
)

# a total


def total(amounts, *, bound, epsilon, rng):
    return np.clip(amounts, 0, bound).sum() + rng.laplace(scale=bound / epsilon)


def bare_total(amounts, *, bound, **_):
    return np.clip(amounts, 0, bound).sum()


def unit_total(amounts, *, bound, epsilon, rng):
    return np.clip(amounts, 0, bound).sum() + rng.laplace(scale=1 / epsilon)


def inverted_total(amounts, *, bound, epsilon, rng):
    return np.clip(amounts, 0, bound).sum() + rng.laplace(scale=bound * epsilon)


def unclipped_total(amounts, *, bound, epsilon, rng):
    return np.sum(amounts) + rng.laplace(scale=bound / epsilon)


def own_bound(amounts, *, bound, epsilon, rng):
    return total(amounts, bound=max(amounts, default=bound), epsilon=epsilon, rng=rng)


def largest_as_bound(amounts, *, bound, epsilon, rng):
    clipped = np.clip(amounts, 0, bound)
    return clipped.sum() + rng.laplace(scale=max(clipped, default=bound) / epsilon)


def exact_total(amounts, *, bound, epsilon, rng):
    return np.clip(amounts, 0, bound).sum(), bound / epsilon


TOTAL = Case(
    check_private_total,
    total,
    {"false_fail": 0.1},
    {
        "no noise": Wrong(bare_total, "no noise"),
        "seed reused": Wrong(reseeded(total), "seed reused"),
        "a generator of its own": Wrong(owning(total), "come from rng"),
        "half the noise": Wrong(spending(total, 2), "half the noise"),
        "95 % of the noise": Wrong(spending(total, 1 / 0.95), "too little noise"),
        "sensitivity forgotten": Wrong(unit_total, "sensitivity forgotten"),
        "scale inverted": Wrong(inverted_total, "scale inverted"),
        "clipping left out": Wrong(unclipped_total, "clipping left out"),
        "a bound read off the data": Wrong(own_bound, "read off the data"),
        "the largest clipped amount as the bound": Wrong(
            largest_as_bound, "read off the data"
        ),
        "tails cut off at 8 scales": Wrong(
            cutting(total, exact_total, 8), "tails are cut off"
        ),
    },
)

# the exponential mechanism


def choices(times, utilities, *, sensitivity, epsilon, rng, noise="gumbel", spend=2):
    scores = epsilon * np.asarray(utilities) / (spend * sensitivity)
    drawn = getattr(rng, noise)(size=(times, len(scores)))
    return np.argmax(scores + drawn, axis=1).tolist()


def choosing(**change):
    return Vectorised(lambda *args, **kwargs: choices(*args, **(kwargs | change)))


def likely_only(utilities, *, sensitivity, epsilon, rng):
    scores = epsilon * np.asarray(utilities) / (2 * sensitivity)
    likely = np.flatnonzero(scores >= scores.max() - 7)
    weights = np.exp(scores[likely] - scores.max())
    return int(rng.choice(likely, p=weights / weights.sum()))


CHOICE = Case(
    dp_choices.check_exponential_choice,
    choosing(),
    {"false_fail": 0.1},
    {
        "always the best": Wrong(
            lambda u, **_: int(np.argmax(u)), "same candidate every time"
        ),
        "seed reused": Wrong(
            reseeded(lambda u, **k: choices(1, u, **k)[0]), "seed reused"
        ),
        "a generator of its own": Wrong(
            owning(lambda u, **k: choices(1, u, **k)[0]), "come from rng"
        ),
        "without the 2": Wrong(choosing(spend=1), "chosen too often"),
        "sensitivity ignored": Wrong(choosing(sensitivity=1), "sensitivity is missing"),
        "half the epsilon": Wrong(choosing(spend=4), "must be proportional"),
        "95 % of the epsilon": Wrong(choosing(spend=2 / 0.95), "too seldom"),
        "the maximum after Laplace noise": Wrong(
            choosing(noise="laplace"), "maximum after Laplace noise"
        ),
        "permute and flip": Wrong(choosing(noise="exponential"), "private too"),
        "hopeless candidates left out": Wrong(likely_only, "probability of 0 tells"),
    },
)

# the sparse vector


def stops(times, answers, *, threshold, epsilon, rng, bar=2.0, answer=4.0, per=None):
    answers = np.asarray(answers)
    bars = (times, len(answers) if per == "bar" else 1)
    noises = (times, 1 if per == "stream" else len(answers))
    level = threshold + bar / epsilon * rng.laplace(size=bars)
    noisy = answers + answer / epsilon * rng.laplace(size=noises)
    above = noisy >= level
    if not len(answers):
        return [None] * times
    first = np.where(above.any(axis=1), above.argmax(axis=1), -1)
    return [None if i < 0 else i for i in first.tolist()]


def stopping(**change):
    return Vectorised(lambda *args, **kwargs: stops(*args, **kwargs, **change))


SPARSE = Case(
    dp_sparse.check_above_threshold,
    stopping(),
    {"false_fail": 0.1},
    {
        "no noise": Wrong(stopping(bar=0, answer=0), "no noise"),
        "seed reused": Wrong(
            reseeded(lambda a, **k: stops(1, a, **k)[0]), "same reply"
        ),
        "a generator of its own": Wrong(
            owning(lambda a, **k: stops(1, a, **k)[0]), "come from rng"
        ),
        "half the noise": Wrong(stopping(bar=1, answer=2), "half the noise"),
        "93 % of the noise": Wrong(stopping(bar=1.86, answer=3.72), "too little noise"),
        "half the noise on the answers": Wrong(
            stopping(answer=2), "half the noise on the answers"
        ),
        "no noise on the threshold": Wrong(stopping(bar=0), "noise of its own"),
        "no noise on the answers": Wrong(stopping(answer=0), "fresh noise too"),
        "a new threshold for each answer": Wrong(stopping(per="bar"), "drawn anew"),
        "scales exchanged": Wrong(stopping(bar=4, answer=2), "scales are exchanged"),
        "one noise for all answers": Wrong(
            stopping(per="stream"), "one noise for all answers"
        ),
    },
)

CASES = [SURVEY, HISTOGRAM, TOTAL, CHOICE, SPARSE]
