"""Check of chapter 3: the most likely number, found by asking as rarely as possible.

The trees hide the best number where a search that forgets prefixes does not look; the
truth is their construction, or a loop over all numbers.
"""

import itertools
import math
from collections.abc import Callable, Sequence

import numpy as np

from ppdl_course.checks.fresh_inputs import drawn_anew
from ppdl_course.checks.verdict import require

SEED = 20180130
NextDigit = Callable[[str], np.ndarray]


def hidden_path_tree(path: str, chances: Sequence[float]) -> NextDigit:
    """Return ``next_digit`` of a tree that leads to ``path`` through unlikely digits.

    The k-th digit of ``path`` has probability ``chances[k]`` behind those before it;
    every other branch is spread evenly.
    """

    def next_digit(prefix: str) -> np.ndarray:
        k = _length(prefix, len(path))
        if prefix != path[:k]:
            return np.log(np.full(10, 0.1))
        p = np.full(10, (1 - chances[k]) / 9)
        p[int(path[k])] = chances[k]
        return np.log(p)

    return next_digit


def random_tree(seed: int, digits: int) -> NextDigit:
    """Return ``next_digit`` of a tree with random probabilities behind every prefix."""

    def next_digit(prefix: str) -> np.ndarray:
        _length(prefix, digits)
        rng = np.random.default_rng([SEED, seed, int("1" + prefix)])
        # uneven digits, so that greedy goes wrong; none has probability 0
        return np.log(rng.dirichlet(np.full(10, 0.5)) + 1e-9)

    return next_digit


def _length(prefix: object, digits: int) -> int:
    if not isinstance(prefix, str) or len(prefix) >= digits:
        raise ValueError(
            f"prefix must be a str of fewer than {digits} digits, got {prefix!r}"
        )
    return len(prefix)


def check_most_likely_number(
    most_likely_number: Callable[..., object],
    *,
    path: str = "9247",
    chances: Sequence[float] = (0.05, 0.97, 0.97, 0.97),
) -> None:
    """Check a guided search on a tree where the best number starts unlikely."""
    _check_on_tree(most_likely_number, hidden_path_tree(path, chances), path)


@drawn_anew
def check_on_random_trees(
    most_likely_number: Callable[..., object],
    *,
    trees: int = 12,
    digits: int = 3,
    seed: int = 0,
) -> None:
    """Check a guided search on random trees, whose numbers are all tried in a loop."""
    for number in range(seed, seed + trees):
        tree = random_tree(number, digits)
        _check_on_tree(most_likely_number, tree, max(all_numbers(tree, digits))[1])


def _check_on_tree(
    most_likely_number: Callable[..., object], tree: NextDigit, path: str
) -> None:
    """Check the search on one tree of digits, with its questions counted."""
    queries = []

    def counted(prefix: str) -> np.ndarray:
        queries.append(prefix)
        return tree(prefix)

    result = most_likely_number(counted, len(path))
    require(result is not None, "the number is None: does every path return a value?")
    number = _text(result)
    require(
        number is not None and len(number) == len(path) and number.isdecimal(),
        f"return a str of {len(path)} digits, got {result!r}",
    )
    greedy = ""
    for _ in path:
        greedy += str(int(np.argmax(tree(greedy))))
    told = (
        "that is the greedy number: the best first digit need not begin the best "
        "number. "
    )
    asked = len(queries)
    require(
        number == path or number != greedy or asked > len(path),
        f"{told}You asked along one path alone. Keep the other prefixes, and come back "
        "to them: they wait by the sum of log probabilities.",
    )
    require(
        number == path or number != greedy,
        f"{told}You asked about {asked} prefixes. Either one is dropped that has to "
        "wait (only the best few are kept, or only the best digits followed), or they "
        "wait in another order than by the sum of log probabilities, the largest first "
        "(the last digit's alone, a mean, a sum of probabilities, first come). Or the "
        "search ends too early: a number is the answer when it is complete and the "
        "likeliest of all that wait, so when it is taken, not when it is put there.",
    )
    if number != path:
        begins = len(path) > 1 and number[:-1] == path[:-1]
        require(
            not begins,
            "you stopped when a whole number was found first, not when it was the "
            "cheapest of all that wait: it counts when it is taken from the queue.",
        )
    require(
        number == path,
        "there is a more likely number: its prefix was dropped on the way, or the sums "
        "of log probabilities are compared the wrong way round, or what is compared is "
        "no such sum (log probabilities multiplied, averaged, or taken without sign).",
    )
    limit = 3 * _prefixes_above(tree, path) + 30
    different = len(set(queries))
    require(
        len(queries) <= limit or different > limit,
        f"you asked {len(queries)} times about {different} prefixes, and {limit} "
        "questions have to do: one question about a prefix gives the log probabilities "
        "of all ten digits, so keep its answer.",
    )
    require(
        len(queries) <= limit,
        f"you asked about {len(queries)} prefixes; a guided search needs fewer than "
        f"{limit}, and with 11 digits trying all is hopeless.",
    )


def _text(result: object) -> str | None:
    """Return a number that came as text, or digit by digit; None for anything else."""
    if isinstance(result, np.ndarray):
        result = result.tolist()
    if isinstance(result, str):
        return str.__str__(result)  # plain text, whatever a class of its own would say
    if isinstance(result, list | tuple) and all(
        isinstance(digit, int | np.integer)
        or (isinstance(digit, str) and len(digit) == 1)
        for digit in result
    ):
        return "".join(map(str, result))
    return None


def _prefixes_above(next_digit: NextDigit, path: str) -> int:
    """Return how many prefixes are at least as likely as the whole path."""
    best = math.fsum(next_digit(path[:k])[int(path[k])] for k in range(len(path)))
    level, count = [(0.0, "")], 0
    for _ in path:
        count += len(level)
        level = [
            (total + log_p, f"{prefix}{digit}")
            for total, prefix in level
            for digit, log_p in enumerate(next_digit(prefix))
            # a prefix no better than the best whole number need not be asked about
            if total + log_p >= best - 1e-9
        ]
    return count


def all_numbers(next_digit: NextDigit, digits: int) -> Sequence[tuple[float, str]]:
    """Return (log probability, number) of every number: the slow obvious loop."""
    steps = {
        "".join(prefix): next_digit("".join(prefix))
        for k in range(digits)
        for prefix in itertools.product("0123456789", repeat=k)
    }
    return [
        (math.fsum(steps[number[:i]][int(number[i])] for i in range(digits)), number)
        for number in map("".join, itertools.product("0123456789", repeat=digits))
    ]
