"""Check of chapter 1: the softmax cross entropy, near 0 and where exp overflows.

What is expected comes from the definition, never from a solution, and the usual
mistakes are told apart by what they would return.
"""

import math
from collections.abc import Callable

import numpy as np

from ppdl_course.checks.feedforward_backprop.forward import SEED, strictly
from ppdl_course.checks.fresh_inputs import drawn_anew
from ppdl_course.checks.verdict import (
    require,
    require_array,
    require_close,
    require_kept,
)

SHIFT = "what is taken off a row first has to be its largest logit."


@drawn_anew
def check_cross_entropy(
    cross_entropy: Callable[..., object],
    *,
    base: float = 2,
    n: int = 6,
    k: int = 4,
    seed: int = SEED,
) -> None:
    """Check the mean, with logarithms to a base, on small logits and at 1000."""
    rng = np.random.default_rng(seed)
    logits, labels = rng.normal(0, 2, (n, k)), rng.integers(k, size=n)
    if (n, k, seed) == (6, 4, SEED):
        labels = np.array([3, 0, 1, 1, 2, 0])
    rows, e = np.arange(n), np.exp(logits)
    nats = -np.log((e / e.sum(axis=1, keepdims=True))[rows, labels])
    expected = math.fsum(nats) / n / math.log(base)
    arguments = logits.copy(), labels.copy()
    result = strictly(cross_entropy, *arguments, hint=SHIFT)
    loss = require_array(result, shape=(), what="the loss")
    mistakes = [
        (told, np.asarray(value)) for told, value in _mistakes(logits, labels, base)
    ]
    require_close(loss, np.asarray(expected), what="the loss", mistakes=mistakes)
    require_kept(logits, arguments[0], "logits")
    require_kept(labels, arguments[1], "labels")
    check_cross_entropy_far_out(cross_entropy, base=base)


def _mistakes(
    logits: np.ndarray, labels: np.ndarray, base: float
) -> list[tuple[str, float]]:
    """Return what each usual mistake makes of these logits."""
    n, k = logits.shape
    rows, ln = np.arange(n), math.log(base)
    e = np.exp(logits)
    total = e.sum(axis=1)
    p = e / total[:, None]
    truth = np.eye(k)[labels]
    nats = -np.log(p[rows, labels])
    minus_log = -np.log(p)
    chosen = logits[rows, labels]
    below = logits - logits.max(axis=1, keepdims=True)
    below_chosen = below[rows, labels]
    log_below = np.log(np.exp(below).sum(axis=1))
    apart = np.logaddexp(0, -logits) * truth + np.logaddexp(0, logits) * (1 - truth)
    column = logits - logits.max(axis=0)
    back = "the maximum that is taken off inside the sum of exp has to be "
    rest = np.where(truth > 0, 0, e).sum(axis=1)
    rest = np.where(rest > 0, rest, 1)
    one_row = "each row goes with its own label: the cases must not be mixed."
    many = [
        ("take the mean over the cases, not the sum.", nats.sum()),
        ("take the mean over all cases, not the largest loss.", nats.max()),
        ("take the mean over all cases, not the smallest loss.", nats.min()),
        ("take the mean over the cases, not the median.", np.median(nats)),
        ("take the mean over all cases: yours is the first one's loss.", nats[0]),
        ("take the mean over all cases: yours is the last one's loss.", nats[-1]),
        ("divide by the number of cases n, not by n - 1.", nats.sum() / max(n - 1, 1)),
        ("take the mean of the logarithms, not the logarithm of the mean "
         "probability.", -np.log(p[rows, labels].mean())),
        ("divide by the number of cases, not by that of classes too.", nats.mean() / k),
        ("divide by the number of cases, not by that of classes.", nats.sum() / k),
        ("probabilities add up to 1 in each row, not in each column.",
         -np.log((e / e.sum(axis=0))[rows, labels]).mean()),
        ("probabilities add up to 1 in each row, not in the whole table.",
         -np.log(e[rows, labels] / e.sum()).mean()),
        ("a loss is positive: minus the log of a probability.", -nats.mean()),
        ("the log to another base is a quotient: you multiply by the base's log.",
         nats.mean() * ln**2),
        ("row i goes with label i alone; [:, labels] takes all labels in all rows.",
         minus_log[:, labels].mean()),
        ("the label says which probability counts, not which is the largest.",
         minus_log.min(axis=1).mean()),
        ("classes count from 0: column y belongs to class y.",
         minus_log[rows, labels - 1].mean()),
        (one_row, minus_log[rows, np.sort(labels)].mean()),
        (one_row, minus_log[rows, labels[0]].mean()),
        (one_row, minus_log[rows, labels[::-1]].mean()),
        (f"{back}added again.",
         (np.log(np.exp(below).sum(axis=1)) - chosen).mean()),
        (f"{back}added once, not twice.", nats.mean() + logits.max(axis=1).mean()),
        ("each row has a maximum of its own, and it is taken off the chosen logit "
         "too.", (np.log(np.exp(column).sum(axis=1)) - column[rows, labels]).mean()),
        ("the chosen logit is subtracted, not added.",
         (np.log(total) + chosen).mean()),
        ("the chosen logit is subtracted, not added.",
         (log_below + below_chosen).mean()),
        ("the log of the sum of exp is missing: the logit alone is no log "
         "probability.", -chosen.mean()),
        ("the log of the sum of exp is missing: the logit alone is no log "
         "probability.", -below_chosen.mean()),
        ("the chosen logit is missing: this is the log of the sum of exp alone.",
         np.log(total).mean()),
        ("exp is added up over the classes, not averaged.",
         (nats - math.log(k)).mean()),
        ("the sum of exp runs over all classes, the label's too.",
         (np.log(rest) - chosen).mean()),
        ("the softmax is there twice: the logits go into exp once.",
         (np.log(np.exp(p).sum(axis=1)) - p[rows, labels]).mean()),
        ("these are sigmoids, each logit on its own: a softmax has them compete.",
         apart.sum(axis=1).mean()),
        ("these are sigmoids, each logit on its own: a softmax has them compete.",
         apart.mean()),
        ("these are sigmoids, each logit on its own: a softmax has them compete.",
         np.logaddexp(0, -chosen).mean()),
        ("this is the entropy of the probabilities: the label decides which log "
         "counts.", (p * minus_log).sum(axis=1).mean()),
        ("the log is weighted by the true class's 1, not by the probability.",
         (p[rows, labels] * nats).mean()),
    ]  # fmt: skip
    plain = [
        ("take the logarithm: this is 1 minus the probability.",
         (1 - p[rows, labels]).mean()),
        ("take minus the logarithm: this is the mean probability.",
         p[rows, labels].mean()),
        ("this is the squared error, not the cross entropy.",
         ((p - truth) ** 2).sum(axis=1).mean()),
        ("this is the squared error, not the cross entropy.",
         ((p - truth) ** 2).mean()),
        ("both logarithm and logit are in nats: divide all of it by the base's log.",
         (np.log(total) / ln - chosen).mean()),
        ("both logarithm and logit are in nats: divide all of it by the base's log.",
         (log_below / ln - below_chosen).mean()),
        ("both logarithm and logit are in nats: divide all of it by the base's log.",
         (np.log(total) - chosen / ln).mean()),
        ("the softmax has exp, to the base e: only the logarithm has another base.",
         (np.log((base**logits).sum(axis=1)) / ln - chosen).mean()),
        (f"your loss is in nats: take logarithms to the base {base}.", nats.mean()),
        *(
            (f"your base is {b}, another variant's: here it is {base}.",
             nats.mean() / math.log(b))
            for b in range(2, 33)
            if b != base
        ),
    ]  # fmt: skip
    in_nats = "besides, your loss is in nats: take logarithms to the base"
    return [
        *((told, value / ln) for told, value in many),
        *plain,
        *((f"{told[:-1]}; {in_nats} {base}.", value) for told, value in many),
    ]


def check_cross_entropy_far_out(
    cross_entropy: Callable[..., object], *, far: float = 1000.0, base: float = 2
) -> None:
    """Check logits where exp overflows, a clipped probability lies, rows differ."""
    logits = np.array([[far, -far], [far, -far]])
    for labels, nats in (([0, 0], 0.0), ([1, 0], far), ([1, 1], 2 * far)):
        expected = nats / math.log(base)
        result = strictly(cross_entropy, logits.copy(), np.array(labels), hint=SHIFT)
        require(
            not isinstance(result, float) or math.isfinite(result),
            f"the loss at logits ({far:g}, {-far:g}) is NaN or infinite: there the "
            "probability is 0 in float64, and log 0 is no number. Work with the "
            "logits.",
        )
        loss = require_array(result, shape=(), what="the loss at large logits")
        require(
            bool(abs(loss - expected) < 1e-6 * max(1, expected)),
            f"logits ({far:g}, {-far:g}) with labels {labels}: the loss must be "
            f"{expected:g}, got {loss:.6g}. Work with the logits: the probability is 0 "
            "in float64, and clipping it makes up a number.",
        )
    rows = np.array([[far, far], [-far, -far]])
    loss = np.asarray(
        strictly(cross_entropy, rows, np.array([0, 1]), hint=SHIFT), np.float64
    )
    require(
        bool(abs(loss - math.log(2, base)) < 1e-6),
        "each row has equal logits, so the loss is log 2, however far apart the rows "
        f"are; got {loss:.6g}. Each row has a maximum of its own.",
    )
