"""Checks of chapter 6 that judge draws: shares of a matrix, offers of a product.

What a server sees of a word must be 64 fair coins. Of many words, each bit is counted,
and each bit's XOR with the same bit of a word before. All comparisons share the rate
at which a right answer may fail (a union bound); whatever the words look like, they
take as many bits of the operating system as they hold.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from ppdl_course.checks.error_rates import statistical
from ppdl_course.checks.fresh_inputs import drawn_inputs
from ppdl_course.checks.secret_draws import require_drawn, watched
from ppdl_course.checks.two_server_learning.fair_words import WORD, require_fair_bits
from ppdl_course.checks.two_server_learning.words import words_of
from ppdl_course.checks.verdict import lent, require, require_none

FALSE_FAIL = 1e-7
"""At most this often a right answer fails one of these checks."""
SHARE_TESTS = 2 * WORD * 3
"""Comparisons in ``check_share_matrix``: two servers, alone and beside two others."""
OFFER_TESTS = 2 * WORD * 2
"""Comparisons in ``check_offer_product``: two choices, alone and beside one other."""
MODULUS = 2**WORD


@statistical(
    power=0.99,
    against=(
        "not masked",
        "mask of 63 bits",
        "mask as large as the numbers",
        "one mask for all entries",
        "one mask for each column",
        "mask through a float",
        "numpy's generator",
        "torch's generator",
        "the clock behind a hash",
        "16 bits behind a hash",
        "kept from the first call",
    ),
)
def check_share_matrix(
    share_matrix: Callable[..., Any],
    *,
    rows: int = 64,
    columns: int = 48,
    seed: int | None = None,
    false_fail: float = FALSE_FAIL,
) -> None:
    """Check two shares of a matrix: they add up, and each alone is uniform.

    Of rows * columns entries, each bit of either share is 1 in about half, and so is
    its XOR with the same bit of the entry before and of the row before: 384 comparisons
    with the binomial's two-sided interval at an equal share of ``false_fail``. A bit
    that is constant, or one mask for two entries, is found for certain. A matrix takes
    64 bits of the operating system for each entry.
    """
    with drawn_inputs(seed) as rng:
        # many numbers of both signs first: a small one alone fits many mistakes
        for shape, scale in (((6, 4), 40), ((5, 1), 1), ((1, 6), 1000), ((1, 1), 0.01)):
            for f in (13, int(rng.integers(1, 25)), 0):
                X = rng.normal(size=shape) * scale
                _add_up(share_matrix, X, f)
        # one sign: of both signs, bare numbers have fair bits, too
        X = rng.uniform(1, 5, (rows, columns))
        drawn = watched(share_matrix, [(*lent(X), 13)] * 3)
    pairs = [_two_shares(got, X.shape) for got in drawn.results]
    for server in (0, 1):
        seen = pairs[0][server].reshape(-1)
        bare = np.abs(seen.view(np.int64) - X.reshape(-1) * 2.0**13) <= 1
        require(
            not bare.all(), f"server {server}'s share is the matrix itself, unmasked."
        )
        require(
            len(np.unique(seen)) > 1,
            f"server {server}'s share is {seen[0]} in every entry: the other server "
            "then reads the matrix.",
        )
        error = false_fail / SHARE_TESTS
        what = f"server {server}'s share"
        require_fair_bits(seen, (1, columns), error, what)
        require(
            bool((pairs[1][server] != pairs[2][server]).any()),
            f"server {server}'s share is the same in two calls: draw a fresh mask.",
        )
    require_drawn(drawn, WORD * X.size, f"shares of {X.size} entries")


def _two_shares(got: Any, shape: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray]:
    try:
        parts = list(got)
    except TypeError:
        parts = []
    require(len(parts) == 2, "share_matrix must return two shares: (X0, X1).")
    first, second = (
        words_of(part, shape, f"X{server}") for server, part in enumerate(parts)
    )
    return first, second


def _add_up(share_matrix: Callable[..., Any], X: np.ndarray, f: int) -> None:
    first, second = _two_shares(share_matrix(*lent(X), f), X.shape)
    total, scaled = (first + second).view(np.int64), X * 2.0**f
    if np.all(np.abs(total - scaled) <= 0.5 + 1e-9):
        return
    difference = (first - second).view(np.int64)
    about = f"for f = {f} the shares do not add up: "
    usual = {
        "X0 - X1 is the matrix. The servers add their shares.": (difference, scaled),
        "X1 - X0 is the matrix. The servers add their shares.": (-difference, scaled),
        "they give X itself, without the factor 2^f.": (total, X),
        "they give 2^f X cut off: round to the nearest.": (total, np.trunc(scaled)),
        "they give 2^f X rounded down: round to the nearest.": (
            total,
            np.floor(scaled),
        ),
        "the factor is 2^f, not 10^f.": (total, X * 10.0 ** min(f, 12)),
        "the factor is 2^f, not f.": (total, X * f),
        "X was rounded before the factor 2^f, so the fraction is lost.": (
            total,
            np.rint(X) * 2.0**f,
        ),
        "the signs of the entries are lost.": (total, np.abs(scaled)),
        "they give -X: which of the two is subtracted?": (total, -scaled),
        "they give half of 2^f X.": (total, scaled / 2),
        "they give twice 2^f X.": (total, 2 * scaled),
        "the entries below 0 are lost.": (total, np.maximum(scaled, 0)),
        "they give 0: X is in neither share.": (total, 0 * scaled),
        "the factor is 2^f, and f is the argument, not always 13.": (
            total,
            X * 2.0**13,
        ),
    }
    require_none((m for m, (got, wrong) in usual.items() if _near(got, wrong)), about)
    k = np.unravel_index(np.argmax(np.abs(total - scaled)), X.shape)
    require(
        False,
        f"{about}{X[k]:.6g} becomes {total[k]}, and 2^{f} times it is {scaled[k]:.6g}. "
        "Is the sum taken modulo 2^64, without floats?",
    )


def _near(got: np.ndarray, wrong: np.ndarray) -> bool:
    return bool(np.all(np.abs(got - wrong) <= 0.5 + 1e-9))


@statistical(
    power=0.99,
    against=(
        "no mask",
        "one r for all bits",
        "r below u",
        "r of 63 bits",
        "r through a float",
        "numpy's generator",
        "torch's generator",
        "the clock behind a hash",
        "16 bits behind a hash",
        "kept from the first call",
    ),
)
def check_offer_product(
    offer_product: Callable[..., Any],
    *,
    runs: int = 40,
    seed: int | None = None,
    false_fail: float = FALSE_FAIL,
) -> None:
    """Check pairs for k transfers: chosen messages and the share add up to u v.

    Of 64 * runs messages that a receiver gets, for v = 0 and for v = 2^64 - 1, each bit
    is 1 in about half, and so is its XOR with that of the message before: 256
    comparisons with the binomial's two-sided interval at an equal share of
    ``false_fail``. A constant bit, and one r for all bits, are found for certain. An
    offer takes k random words of k bits.
    """
    with drawn_inputs(seed) as rng:
        for k in (64, 1, 8, int(rng.integers(2, 64))):
            tops = [0, 1, 2**k - 1, 2 ** (k - 1)]
            for u in [*tops, *(int(n) % 2**k for n in rng.integers(0, 2**63, 3))]:
                _offer_is_right(offer_product, u, k)
        u = int(rng.integers(2**62, 2**63))
        drawn = watched(offer_product, [(u, WORD)] * runs)
    offers = [_offer(got, WORD)[0] for got in drawn.results]
    for choice in (0, 1):
        seen = np.array(
            [[pair[choice] for pair in pairs] for pairs in offers], np.uint64
        )
        what = f"what a receiver gets with {choice} in every transfer"
        error = false_fail / OFFER_TESTS
        require(len(np.unique(seen)) > 1, f"{what} is always {seen.flat[0]}.")
        require(
            offers[1] != offers[2],
            "the pairs are the same in two calls: two products under one r give their "
            "difference away. Draw afresh in every call.",
        )
        require_fair_bits(seen.reshape(-1), (1,), error, what)
    require_drawn(drawn, WORD * WORD, "the r of 64 transfers")


def _offer(got: Any, k: int) -> tuple[list[tuple[int, int]], int]:
    good = isinstance(got, tuple | list) and len(got) == 2
    require(good, "offer_product must return two things: (pairs, share).")
    pairs, share = got
    try:
        pairs = [tuple(pair) for pair in pairs]
    except TypeError:
        pairs = []
    require(len(pairs) == k, f"{k} transfers need {k} pairs, got {len(pairs)}.")
    two = all(len(pair) == 2 for pair in pairs)
    require(two, "each transfer offers two messages: for choice 0 and for choice 1.")
    numbers = [*(n for pair in pairs for n in pair), share]
    for n in numbers:
        whole = isinstance(n, int | np.integer) and not isinstance(n, bool)
        require(whole, f"messages and share are whole numbers, got {n!r}.")
        require(
            0 <= int(n) < 2**k,
            f"{n} is not reduced modulo 2^{k}: its size tells the receiver about u.",
        )
    return [(int(a), int(b)) for a, b in pairs], int(share)


def _offer_is_right(offer_product: Callable[..., Any], u: int, k: int) -> None:
    pairs, share = _offer(offer_product(u, k), k)
    n, about = 2**k, f"for u = {u} modulo 2^{k}, "
    step = [(b - a) % n for a, b in pairs]
    if step != [(u << b) % n for b in range(k)]:
        usual = {
            "bit b of v is worth 2^b: in each of your pairs the second message is u "
            "more than the first.": [u % n] * k,
            "the first pair is for the lowest bit of v, yours for the highest.": (
                [(u << (k - 1 - b)) % n for b in range(k)]
            ),
            "the two messages are exchanged: choice 0 must add nothing.": (
                [-(u << b) % n for b in range(k)]
            ),
            "the second message grows by u b, not by u 2^b.": (
                [u * b % n for b in range(k)]
            ),
            "the powers begin at 2, and the lowest bit of v is worth 1.": (
                [(u << (b + 1)) % n for b in range(k)]
            ),
            "both messages of a pair are the same: nothing depends on v.": [0] * k,
            "a pair is offered by the bits of u: the receiver's choice says the bit of "
            "v, the message holds all of u.": ([(u & 1 << b) % n for b in range(k)]),
        }
        require_none((m for m, wrong in usual.items() if step == wrong), about)
        mixed = all(a ^ b == (u << j) % n for j, (a, b) in enumerate(pairs))
        require(not mixed, about + "u 2^b is XORed on: shares modulo 2^k add.")
        j = next(j for j in range(k) if step[j] != (u << j) % n)
        require(
            False,
            f"{about}message 1 minus message 0 of pair {j} is {step[j]}. What is bit "
            f"{j} of v worth in u v?",
        )
    if (share + sum(a for a, _ in pairs)) % n == 0:
        return
    usual = {
        "your share is + sum of r: the receiver's sum has it, so take it off.": (
            sum(a for a, _ in pairs)
        ),
        "your share is 0: the receiver's sum still holds every r.": 0,
        "your share takes off the second messages: u (2^k - 1) too much.": (
            -sum(b for _, b in pairs)
        ),
        "your share is u, which is no share of u v.": u,
        "your share takes off the last r only.": -pairs[-1][0],
        "your share takes off the first r only.": -pairs[0][0],
        "your share takes off each r times 2^b: in the messages it stands alone.": (
            -sum(a << b for b, (a, _) in enumerate(pairs))
        ),
    }
    require_none((m for m, wrong in usual.items() if share == wrong % n), about)
    require(False, f"{about}your share and the chosen messages do not add up to u v.")
