"""Check of chapter 3: the exposure of a secret.

What is expected comes from a slow obvious loop, never from a solution, and the usual
mistakes are told apart by what they would return.
"""

import math
from collections.abc import Callable

import numpy as np

from ppdl_course.checks.fresh_inputs import drawn_anew
from ppdl_course.checks.verdict import (
    require,
    require_array,
    require_close,
    require_kept,
)

SEED = 20180130


@drawn_anew
def check_exposure(
    exposure: Callable[..., object],
    *,
    candidates: int = 100,
    rank: int = 12,  # 100 // 12 is neither 99 / 12 nor 101 / 12
    seed: int = SEED,
) -> None:
    """Check the exposure of a candidate whose rank is known, and of the best one.

    With another seed than the default no two losses are so close that single precision
    cannot tell them apart.
    """
    rng = np.random.default_rng([seed, 1])
    losses = np.sort(rng.uniform(3, 30, candidates))
    if seed != SEED:
        steps = np.arange(candidates) + rng.uniform(0, 0.5, candidates)
        losses = 3 + 27 * steps / candidates
    order = rng.permutation(candidates)
    shuffled = np.empty(candidates)
    shuffled[order] = losses  # order[k] is the place of rank k + 1
    for r in (rank, 1):
        argument, secret = shuffled.copy(), int(order[r - 1])
        with np.errstate(divide="ignore"):
            result = exposure(argument, secret)
        is_float = isinstance(result, float | np.floating)
        require(
            not (is_float and bool(np.isinf(result))),
            "the best candidate's exposure is infinite: ranks start at 1.",
        )
        bits = require_array(result, shape=(), what="the exposure")
        mistakes = _exposure_mistakes(shuffled, secret, r)
        require_close(
            bits,
            np.array(math.log2(candidates) - math.log2(r)),
            what=f"the exposure of a secret of rank {r} among {candidates}",
            mistakes=[(m, np.array(v)) for m, v in mistakes],
        )
        require_kept(shuffled, argument, "losses")


def _exposure_mistakes(
    losses: np.ndarray, secret: int, rank: int
) -> list[tuple[str, float]]:
    """Return what each usual mistake makes of a candidate of that rank."""
    n = len(losses)
    total_bits, bits = math.log2(n), math.log2(n / rank)
    place = 1 + int(np.argsort(losses)[secret])
    coarse = 1 + int((losses.astype(int) < int(losses[secret])).sum())
    size = "|R| is how many candidates are given: not every R is as large."
    lower, loss = losses < losses[secret], losses[secret]
    chances = np.exp(-losses) / np.exp(-losses).sum()
    counts = "only the losses' order counts, not how likely they make a candidate."
    quotient = "subtract the logarithms: log2 |R| - log2 rank."
    return [
        (
            "argsort says which candidate stands at each place; you need the place "
            "of this candidate.",
            total_bits - math.log2(place),
        ),
        (
            "that is to base 10: take logarithms to base 2.",
            math.log10(n) - math.log10(rank),
        ),
        ("ranks start at 1, not at 0.", total_bits - math.log2(rank - 1 or n)),
        (
            "that is in nats: take logarithms to base 2.",
            math.log(n) - math.log(rank),
        ),
        (
            "rank 1 is the lowest loss: yours ranks from the highest.",
            total_bits - math.log2(n + 1 - rank),
        ),
        ("the exposure starts from log2 |R|: a high rank lowers it.", math.log2(rank)),
        ("the exposure starts from log2 |R|.", -math.log2(rank)),
        (
            "that uses the loss itself: only its rank among the candidates counts.",
            total_bits - math.log2(losses[secret]),
        ),
        *(
            ("that uses the loss in place of the rank's logarithm.", total_bits - taken)
            for taken in (float(loss), loss / math.log(2))
        ),
        (
            "the secret does not stand before itself: its rank is 1 + the number of "
            "lower losses.",
            total_bits - math.log2(rank + 1),
        ),
        (
            "secret is the candidate's number, not its rank: that is among the losses.",
            total_bits - math.log2(secret + 1),
        ),
        ("take the logarithm of the rank, too.", total_bits - rank),
        ("that is |R| / rank: take its logarithm.", n / rank),
        ("the sign is turned: the best candidate has the largest exposure.", -bits),
        (quotient, total_bits + math.log2(rank)),
        (quotient, math.log2(n - rank + 1)),
        (quotient, math.log2(max(n - rank, 1))),
        (quotient, total_bits / (math.log2(rank) or 1)),
        (quotient, total_bits / max(math.log2(rank), 1)),
        (quotient, total_bits * math.log2(rank)),
        ("that is the rank: take log2 |R| - log2 rank.", float(rank)),
        *(
            (
                "|R| / rank was rounded to a whole number (// or round, say): bits "
                "need not be whole.",
                math.log2(whole),
            )
            for whole in (n // rank, -(-n // rank))
        ),
        ("|R| counts all candidates, the secret too.", math.log2(max(n - 1, 1) / rank)),
        (
            "|R| counts the candidates that are given, no more.",
            math.log2((n + 1) / rank),
        ),
        (
            "|R| counts the candidates: not all numbers of so many bits.",
            int(total_bits) - math.log2(rank),
        ),
        (
            "that is a share of the candidates: take logarithms to base 2.",
            1 - lower.mean(),
        ),
        ("that is a share of the candidates: take logarithms to base 2.", rank / n),
        (
            "that is the loss in bits: only its rank among the candidates counts.",
            loss / math.log(2),
        ),
        ("that is the loss: only its rank among the candidates counts.", float(loss)),
        (counts, (losses.mean() - loss) / math.log(2)),
        (counts, losses.mean() - loss),
        (counts, total_bits + math.log2(chances[secret])),
        (counts, -math.log2(chances[secret])),
        (counts, -math.log2(chances[losses <= loss].sum())),
        (
            "that is the rank of the candidate before: secret counts from 0.",
            total_bits - math.log2(1 + (losses < losses[secret - 1]).sum()),
        ),
        (
            "that compares losses with the candidate's number, not with its loss.",
            total_bits - math.log2(1 + (losses < secret).sum()),
        ),
        (
            "that counts lower losses before the candidate only: look at all of them.",
            total_bits - math.log2(1 + lower[:secret].sum()),
        ),
        (
            "that counts lower losses behind the candidate only: look at all of them.",
            total_bits - math.log2(1 + lower[secret:].sum()),
        ),
        (
            "a place in the list is a rank only if the list is sorted.",
            total_bits - math.log2(1 + np.searchsorted(losses, loss)),
        ),
        (
            "that is the place of the lowest loss, not this candidate's rank.",
            total_bits - math.log2(1 + losses.argmin()),
        ),
        (
            "the rank is divided by log 2: take its logarithm.",
            total_bits - rank / math.log(2),
        ),
        ("bits need not be whole: do not round.", float(math.ceil(bits))),
        *(("do not round.", round(bits, digits)) for digits in (1, 2, 3)),
        ("bits need not be whole: do not round.", float(int(bits))),
        ("bits need not be whole: do not round.", float(round(bits))),
        (
            "compare the losses as they are: rounded ones are equal that are not.",
            total_bits - math.log2(coarse),
        ),
        (size, math.log2(100 / rank)),
        (size, math.log2(10**5 / rank)),
    ]
