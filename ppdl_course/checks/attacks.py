"""Checks of chapter 3, first half: memorised secrets and gradients.

Each check computes what it expects from a slow obvious loop, never from a solution, and
tells the usual mistakes apart by what they would return.
"""

import itertools
import math
from collections.abc import Callable, Sequence

import numpy as np

from ppdl_course.checks.verdict import (
    require,
    require_array,
    require_close,
    require_kept,
)

SEED = 20180130


def check_exposure(
    exposure: Callable[..., object], *, candidates: int = 100, rank: int = 9
) -> None:
    """Check the exposure of a candidate whose rank is known, and of the best one."""
    rng = np.random.default_rng([SEED, 1])
    losses = np.sort(rng.uniform(3, 30, candidates))
    order = rng.permutation(candidates)
    shuffled = np.empty(candidates)
    shuffled[order] = losses  # order[k] is the place of rank k + 1
    for r in (rank, 1):
        given, secret = shuffled.copy(), int(order[r - 1])
        with np.errstate(divide="ignore"):
            result = exposure(given, secret)
        is_float = isinstance(result, float | np.floating)
        require(
            not (is_float and bool(np.isinf(result))),
            "the best candidate's exposure is infinite: ranks start at 1.",
        )
        bits = require_array(result, shape=(), what="the exposure")
        whole = math.log2(candidates)
        place = 1 + int(np.argsort(shuffled)[secret])
        mistakes = [
            (
                "argsort says which candidate stands at each place; you need the place "
                "of this candidate.",
                whole - math.log2(place),
            ),
            (
                "that is to base 10: take logarithms to base 2.",
                math.log10(candidates) - math.log10(r),
            ),
            ("ranks start at 1, not at 0.", whole - math.log2(r - 1 or candidates)),
            (
                "that is in nats: take logarithms to base 2.",
                math.log(candidates) - math.log(r),
            ),
            (
                "rank 1 is the lowest loss: yours ranks from the highest.",
                whole - math.log2(candidates + 1 - r),
            ),
            ("the exposure starts from log2 |R|: a high rank lowers it.", math.log2(r)),
            ("the exposure starts from log2 |R|.", -math.log2(r)),
            (
                "that uses the loss itself: only its rank among the candidates counts.",
                whole - math.log2(losses[r - 1]),
            ),
        ]
        require_close(
            bits,
            np.array(whole - math.log2(r)),
            what="the exposure",
            mistakes=[(m, np.array(v)) for m, v in mistakes],
        )
        require_kept(shuffled, given, "losses")


def hidden_path_tree(path: str, *, first: float, second: float) -> Callable:
    """Return ``next_digit`` of a tree whose best number starts unlikely.

    The first digit of ``path`` has probability ``first``, its second ``second``, the
    others nearly 1; every other branch is spread evenly.
    """
    on_path = [first, second, *[0.97] * (len(path) - 2)]

    def next_digit(prefix: str) -> np.ndarray:
        k = len(prefix)
        if not isinstance(prefix, str) or k >= len(path):
            raise ValueError(
                f"prefix must be a str of fewer than {len(path)} digits, got {prefix!r}"
            )
        if prefix != path[:k]:
            return np.log(np.full(10, 0.1))
        p = np.full(10, (1 - on_path[k]) / 9)
        p[int(path[k])] = on_path[k]
        return np.log(p)

    return next_digit


def check_most_likely_number(
    most_likely_number: Callable[..., object],
    *,
    path: str = "9247",
    first: float = 0.05,
    second: float = 0.97,
) -> None:
    """Check a guided search on a tree where the best number starts unlikely."""
    tree, asked = hidden_path_tree(path, first=first, second=second), []

    def counted(prefix: str) -> np.ndarray:
        asked.append(prefix)
        return tree(prefix)

    result = most_likely_number(counted, len(path))
    require(result is not None, "the number is None: does every path return a value?")
    found = result if isinstance(result, str) else None
    if found is None and isinstance(result, list | tuple | np.ndarray):
        digits = [d for d in result if isinstance(d, int | np.integer | str)]
        found = "".join(map(str, digits))
    require(
        found is not None and len(found) == len(path),
        f"return a str of {len(path)} digits, got {result!r}",
    )
    greedy = ""
    for _ in path:
        greedy += str(int(np.argmax(tree(greedy))))
    require(
        found == path or found != greedy,
        "that is the greedy number: the best first digit need not begin the best "
        "number. Keep the other prefixes, and come back to them.",
    )
    if found != path:
        begins = found[: len(path) - 1] == path[: len(path) - 1]
        require(
            not begins,
            "you stopped when a whole number was found first, not when it was the "
            "cheapest of all that wait: it counts when it is taken from the queue.",
        )
    require(
        found == path,
        "there is a more likely number: its prefix was dropped on the way, or the sums "
        "of log probabilities are compared the wrong way round.",
    )
    limit = 3 * _prefixes_above(tree, path) + 30
    require(
        len(asked) <= limit,
        f"you asked about {len(asked)} prefixes; a guided search needs fewer than "
        f"{limit}, and with 11 digits trying all is hopeless.",
    )


def _prefixes_above(next_digit: Callable, path: str) -> int:
    """Return how many prefixes are at least as likely as the whole path."""
    best = sum(next_digit(path[:k])[int(path[k])] for k in range(len(path)))
    level, count = [(0.0, "")], 0
    for _ in path:
        count += len(level)
        level = [
            (total + log_p, f"{prefix}{digit}")
            for total, prefix in level
            for digit, log_p in enumerate(next_digit(prefix))
            if total + log_p >= best - 1e-9
        ]
    return count


def check_label_from_gradient(
    label_from_gradient: Callable[..., object], *, classes: int = 5, trials: int = 40
) -> None:
    """Check labels read from dL/dW of the last layer, with hidden units of any sign."""
    rng = np.random.default_rng(SEED)
    labels = rng.integers(classes, size=trials)
    gradients, answers = [], []
    for label in labels:
        p = rng.dirichlet(np.ones(classes))
        hidden = rng.normal(size=6)
        dW = np.outer(p - np.eye(classes)[label], [1, *hidden])
        given = dW.copy()
        answer = require_array(label_from_gradient(given), shape=(), what="the label")
        require_kept(dW, given, "dW")
        gradients.append(dW)
        answers.append(answer)
    tried = [
        (
            "that is the largest entry: p - y is negative at the label, only there.",
            [dW[:, 0].argmax() for dW in gradients],
        ),
        (
            "a row's weights carry the sign of the hidden units too. The bias node is "
            "always 1: look at column 0 alone.",
            [dW.sum(axis=1).argmin() for dW in gradients],
        ),
        (
            "that is a column of weights: the bias node's is column 0.",
            [dW[:, 1].argmin() for dW in gradients],
        ),
        (
            "with two classes both rows have one size: go by the sign.",
            [np.abs(dW[:, 0]).argmax() for dW in gradients],
        ),
        (
            "with two classes both rows have one size: go by the sign.",
            [np.linalg.norm(dW, axis=1).argmax() for dW in gradients],
        ),
        (
            "the smallest entry of all depends on the hidden units: look at column 0.",
            [dW.min(axis=1).argmin() for dW in gradients],
        ),
        ("labels start at 0.", labels + 1),
        (
            "that is the smallest entry in size: the label's is the largest in size, "
            "and the only negative one.",
            [np.abs(dW[:, 0]).argmin() for dW in gradients],
        ),
    ]
    require_close(
        np.array(answers),
        labels.astype(float),
        what="the label",
        mistakes=[(m, np.array(v, float)) for m, v in tried],
    )


def all_numbers(next_digit: Callable, digits: int) -> Sequence[tuple[float, str]]:
    """Return (log probability, number) of every number: the slow obvious loop."""
    table = []
    for number in map("".join, itertools.product("0123456789", repeat=digits)):
        total = sum(
            float(next_digit(number[:i])[int(number[i])]) for i in range(digits)
        )
        table.append((total, number))
    return table
