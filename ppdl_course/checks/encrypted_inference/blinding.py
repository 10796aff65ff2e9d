"""Check of chapter 11's blinding: multipliers, order, and that it can be undone.

``check_blind`` looks at answers for 24 units and for four. Honest shuffling repeats an
order of 24 with probability 1/24!, honest 31-bit multipliers show fewer than 20
different values of 24 with probability below 1e-30, and none above 2^24 with
probability 2^(-7 * 24): there a right answer fails less often than 1e-6 by far, and an
answer without them always fails.
"""

import math
from collections import Counter
from collections.abc import Callable

import numpy as np
from scipy import stats

from ppdl_course.checks.encrypted_inference.layers import integer, pair
from ppdl_course.checks.error_rates import statistical
from ppdl_course.checks.secret_draws import require_drawn, watched
from ppdl_course.checks.verdict import Mistake, lent, require
from ppdl_course.publickey.paillier import PrivateKey

UNITS = 24
MODULUS = (2**61 - 1) * (2**89 - 1)
"""n of the sums whose blinding is only counted: larger than every r, and fast."""
ORDERS = 10_000
"""Answers for four units, whose orders are counted."""
DRAWS = 600
"""Those of them whose multipliers are counted, too."""
FALSE_FAIL = 1e-6
"""A right answer fails ``check_blind`` with at most this probability."""


@statistical(
    power=0.99,
    against=(
        "one r for all",
        "order kept",
        "a seeded generator",
        "the same order for every question",
        "the same r for every question",
        "too few different r",
        "r of 16 bits",
        "r of 30 bits",
        "odd r",
        "r that are multiples of one",
        "r that count up",
        "a rotated order",
        "neighbours swapped",
        "numpy's generator",
        "torch's generator",
        "the clock behind a hash",
        "16 bits behind a hash",
        "each r follows from the one before",
        "swaps each unit with any",
        "sorts by one random byte",
    ),
)
def check_blind(
    blind: Callable[..., object],
    *,
    units: int = UNITS,
    orders: int = ORDERS,
    draws: int = DRAWS,
    false_fail: float = FALSE_FAIL,
) -> None:
    """Check blinding in 2P-DNN: multipliers, order, secrecy, and that it undoes.

    A right answer fails with probability below 3 / units! + 2^(-7 units) +
    units^8 / 2^124 in the first part. Then ``orders`` answers for four units: each of
    the 24 orders comes as often as the others, in the binomial's two-sided interval at
    ``false_fail / 96``. Swapping each unit with any of the four gives some orders in
    15/256 instead of 1/24, which is found with power above 0.999. In the first
    ``draws`` of them each 32nd of the range of r is equally likely, each remainder of r
    modulo 32, and, for the r of two units, each 32nd of their ratio modulo the prime
    2^31 - 1 and of their difference modulo 2^31 (chi-square, 31 degrees of freedom).
    The four tests share 4/10 of ``false_fail``: the law of the counts has a tail up to
    1.5 times as heavy as the chi-square law. Odd r give 4 * draws, and r that are
    multiples of one, or count up, 30 * draws at least; the bound is 91. Two answers for
    600 units show an order that is sorted by short keys. Whatever is drawn from, 24
    units take 823 bits of the operating system.
    """
    key = PrivateKey.generate(1024)
    n, square = key.public.n, key.public.n_squared
    z = [(-1) ** i * (1009 + 17 * i) for i in range(units)]
    sums = [key.public.raw_encrypt(v % n) for v in z]
    runs = []
    drawn = watched(blind, [(*lent(sums), n) for _ in range(3)])
    for got in drawn.results:
        blinded, undo = pair(got, "blind")
        require(len(blinded) == units, f"{units} sums, but {len(blinded)} are blinded")
        require(len(undo) == units, f"{units} sums, but {len(undo)} entries to undo")
        runs.append(_opened(blinded, undo, z, key, square))
    places = [[place for place, _ in run] for run in runs]
    factors = [[r for _, r in run] for run in runs]
    require(
        places[0] != list(range(units)),
        "the order is unchanged: the user learns which unit each number belongs to",
    )
    require(
        len(set(factors[0])) > 1,
        "one r for all units: their ratios are open, and the layer up to a factor",
    )
    require(
        places[0] != places[1],
        "the order is the same for every question: two questions link the units",
    )
    require(
        len(set(factors[0])) >= units - 4, "too few different r: draw from 1 .. 2**31"
    )
    require(
        len(set(factors[0]) & set(factors[1])) < 4,
        "the same r for every question: two answers then show how far sums are apart. "
        "Draw afresh at each call",
    )
    require(
        max(factors[0]) > 2**24,
        f"your largest r is {max(factors[0])}: so few can all be tried. Draw r from "
        "1 .. 2**31",
    )
    sums = [1 + MODULUS * v for v in range(4)]
    answers = watched(blind, [(*lent(sums), MODULUS) for _ in range(orders)]).results
    undone = [pair(got, "blind")[1] for got in answers]
    _require_even_orders(undone, false_fail / 4)
    _require_even_factors(undone[:draws], false_fail / 10)
    _require_no_ties(blind)
    bits = 31 * units + math.lgamma(units + 1) / math.log(2)
    require_drawn(drawn, bits, f"{units} r and their order")


def _require_no_ties(blind: Callable[..., object]) -> None:
    """Require that many units are shuffled as well as few: by no keys that are equal.

    Sorted by keys of one byte, units come in at most 256 runs that go up. Of 600 fair
    places 300 go down to the next, with deviation 7.1; below 250 or above 350 are they
    with probability 2e-12.
    """
    sums = [1 + MODULUS * v for v in range(600)]
    for got in watched(blind, [(*lent(sums), MODULUS) for _ in range(2)]).results:
        places = [
            integer(pair(entry, "an entry")[0], "a place")
            for entry in pair(got, "blind")[1]
        ]
        down = int((np.diff(places) < 0).sum())
        require(sorted(places) == list(range(600)), "a unit is missing or comes twice")
        require(
            250 <= down <= 350,
            f"of 600 units {down} stand before one of a lower number, a fair shuffle "
            "has about 300: sorted by random keys, units whose keys are equal keep "
            "their order. Take longer keys, or shuffle",
        )


def _require_even_orders(undone: list, error: float) -> None:
    """Require each order of four units as often as any other: 24 exact intervals."""
    orders = Counter(
        tuple(integer(pair(entry, "an undo entry")[0], "a place") for entry in undo)
        for undo in undone
    )
    law = stats.binom(len(undone), 1 / 24)
    low, high = law.ppf(error / 48), law.isf(error / 48)
    often, seldom = max(orders.values()), min(orders.values())
    require(
        len(orders) == 24 and low <= seldom and often <= high,
        "four units come in some orders more often than in others: every order must "
        f"be as likely as any other. Of {len(undone)} answers the most frequent order "
        f"has {often}, an even share is {len(undone) / 24:.0f}. Shuffle, and swap only "
        "with what is not yet placed",
    )


def _require_even_factors(undone: list, error: float) -> None:
    """Require multipliers that are spread evenly over all there are, and apart."""
    entries = [[pair(entry, "an undo entry") for entry in undo] for undo in undone]
    factors = [{place: integer(r, "r") for place, r in undo} for undo in entries]
    cells = Counter((r - 1) >> 26 for run in factors for r in run.values())
    low = Counter(r % 32 for run in factors for r in run.values())
    prime = 2**31 - 1
    pairs = [
        (run[one], run[other])
        for run in factors
        for one, other in ((1, 0), (3, 2))
        if one in run and run.get(other, 0) % prime
    ]
    ratios = Counter(r * pow(other, -1, prime) % prime >> 26 for r, other in pairs)
    # the top 5 bits of the difference: even, unless one r follows from another
    steps = Counter((r - other) % 2**31 >> 26 for r, other in pairs)
    together = (
        "the r of one question hang together: draw each on its own, or one that is "
        "found gives the others away"
    )
    for counts, possible, message in (
        (cells, 32, "r is not drawn evenly from 1 .. 2**31"),
        (low, 32, "r is not drawn evenly from 1 .. 2**31: look at its last bits"),
        (ratios, 32, together),
        (steps, 32, together),
    ):
        observed = np.zeros(possible)
        observed[: len(counts)] = list(counts.values())
        fair = counts.total() / possible
        statistic = float(((observed - fair) ** 2).sum() / fair)
        bound = float(stats.chi2.isf(error, possible - 1))
        require(statistic < bound, message)


def _opened(
    blinded: list, undo: list, z: list[int], key: PrivateKey, square: int
) -> list[tuple[int, int]]:
    """Return (place, r) of each blinded sum after checking that they fit."""
    n, openings = key.public.n, []
    # one of an honest ciphertext lies below n with probability 2^-1024
    require(
        not all(0 <= integer(c, "a ciphertext") < n for c in blinded),
        "all blinded sums are below n: a ciphertext is reduced modulo n squared, and "
        "modulo n nothing of the sum is left",
    )
    for c, entry in zip(blinded, undo, strict=True):
        place, r = (integer(v, "place and r") for v in pair(entry, "an undo entry"))
        require(0 <= place < len(z), f"a place lies in 0 .. {len(z) - 1}, got {place}")
        c = integer(c, "a ciphertext")
        require(0 < c < square, "a ciphertext lies between 0 and n squared: reduce it")
        m = key.raw_decrypt(c)
        # the upper half of the range stands for negative numbers
        m = m - n if m > n // 2 else m
        if m == z[place] + r:
            raise Mistake(
                "r is added: then the sign is hidden from the user as well, and ReLU "
                "gives another result. Multiply"
            )
        require(r > 0, f"r = {r}: r must be positive, or ReLU keeps the wrong side")
        require(
            m == r * z[place],
            "an entry to undo does not fit its ciphertext: Enc(z)^r holds r z, and "
            "undo[i] = (place, r) belongs to blinded[i]",
        )
        require(r <= 2**31, f"r = {r} is larger than 2**31: sums could leave the range")
        openings.append((place, r))
    places = {place for place, _ in openings}
    require(len(places) == len(z), "a unit is missing or comes twice")
    return openings
