"""Answers to the exercises on noise, chapter 15, by mistake."""

import numpy as np

from ppdl_course.checks.differential_privacy import releases as dp
from ppdl_course.checks.differential_privacy import selection as dp_choices

from .chance import Case, Vectorised, Wrong

SURE = {"runs": 200}  # enough for what leaves no room for chance


def reseeded(answer):
    """The same answer, with a generator that starts anew at each call."""

    def again(*args, rng, **kwargs):
        return answer(*args, rng=np.random.default_rng(7), **kwargs)

    return again


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
    dp.check_randomised_response,
    survey,
    {"runs": 240, "false_fail": 0.1},
    {
        "the truth from all": Wrong(lambda bits, **_: bits, "nobody can deny", SURE),
        "seed reused": Wrong(reseeded(survey), "seed reused", SURE),
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


HISTOGRAM = Case(
    dp.check_private_histogram,
    histogram,
    {"runs": 200, "false_fail": 0.1},
    {
        "no noise": Wrong(bare_histogram, "no noise", SURE),
        "seed reused": Wrong(reseeded(histogram), "seed reused", SURE),
        "half the noise": Wrong(
            spending(histogram, 2), "half the noise", {"runs": 1500}
        ),
        "twice the noise": Wrong(
            spending(histogram, 1 / 2), "twice the noise", {"runs": 1500}
        ),
        "noise for each bin separately": Wrong(
            spending(histogram, 1 / 3), "noise for each bin", {"runs": 1000}
        ),
        "scale inverted": Wrong(inverted_histogram, "scale inverted", {"runs": 1000}),
        "one noise for all bins": Wrong(one_noise, "one noise for all bins", SURE),
        "empty categories stay 0": Wrong(
            known_categories_only, "empty category has no noise", SURE
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
    return total(amounts, bound=max(amounts), epsilon=epsilon, rng=rng)


TOTAL = Case(
    dp.check_private_total,
    total,
    {"runs": 200, "false_fail": 0.1},
    {
        "no noise": Wrong(bare_total, "no noise", SURE),
        "seed reused": Wrong(reseeded(total), "seed reused", SURE),
        "half the noise": Wrong(spending(total, 2), "half the noise", {"runs": 1500}),
        "sensitivity forgotten": Wrong(
            unit_total, "sensitivity forgotten", {"runs": 1000}
        ),
        "scale inverted": Wrong(inverted_total, "scale inverted", {"runs": 1000}),
        "clipping left out": Wrong(unclipped_total, "clipping left out", SURE),
        "a bound read off the data": Wrong(own_bound, "", {"runs": 1000}),
    },
)

# the exponential mechanism


def choices(times, utilities, *, sensitivity, epsilon, rng, noise="gumbel", spend=2):
    scores = epsilon * np.asarray(utilities) / (spend * sensitivity)
    drawn = getattr(rng, noise)(size=(times, len(scores)))
    return np.argmax(scores + drawn, axis=1).tolist()


def choosing(**change):
    return Vectorised(lambda *args, **kwargs: choices(*args, **(kwargs | change)))


CHOICE = Case(
    dp_choices.check_exponential_choice,
    choosing(),
    {"runs": 300, "false_fail": 0.1},
    {
        "always the best": Wrong(
            lambda u, **_: int(np.argmax(u)), "same candidate every time", SURE
        ),
        "seed reused": Wrong(
            reseeded(lambda u, **k: choices(1, u, **k)[0]), "seed reused", SURE
        ),
        "without the 2": Wrong(choosing(spend=1), "chosen too often", {"runs": 1000}),
        "sensitivity ignored": Wrong(
            choosing(sensitivity=1), "chosen too often", {"runs": 1000}
        ),
        "half the epsilon": Wrong(
            choosing(spend=4), "must be proportional", {"runs": 1500}
        ),
        "the maximum after Laplace noise": Wrong(
            choosing(noise="laplace"), "maximum after Laplace noise"
        ),
    },
)

# the sparse vector


def stops(times, answers, *, threshold, epsilon, rng, bar=2.0, answer=4.0, anew=False):
    answers = np.asarray(answers)
    size = (times, len(answers)) if anew else (times, 1)
    level = threshold + bar / epsilon * rng.laplace(size=size)
    noisy = answers + answer / epsilon * rng.laplace(size=(times, len(answers)))
    above = noisy >= level
    first = np.where(above.any(axis=1), above.argmax(axis=1), -1)
    return [None if i < 0 else i for i in first.tolist()]


def stopping(**change):
    return Vectorised(lambda *args, **kwargs: stops(*args, **(kwargs | change)))


SPARSE = Case(
    dp_choices.check_above_threshold,
    stopping(),
    {"runs": 600, "false_fail": 0.1},
    {
        "no noise": Wrong(stopping(bar=0, answer=0), "no noise", SURE),
        "seed reused": Wrong(
            reseeded(lambda a, **k: stops(1, a, **k)[0]), "same reply", SURE
        ),
        "half the noise": Wrong(
            stopping(bar=1, answer=2), "half the noise", {"runs": 3000}
        ),
        "half the noise on the answers": Wrong(
            stopping(answer=2), "half the noise on the answers", {"runs": 4000}
        ),
        "no noise on the threshold": Wrong(
            stopping(bar=0), "noise of its own", {"runs": 8000}
        ),
        "no noise on the answers": Wrong(
            stopping(answer=0), "fresh noise too", {"runs": 2000}
        ),
        "a new threshold for each answer": Wrong(
            stopping(anew=True), "drawn anew", {"runs": 8000}
        ),
    },
)

CASES = [SURVEY, HISTOGRAM, TOTAL, CHOICE, SPARSE]
