"""Checks of chapter 4: the receiver's message of an oblivious transfer, and its draw.

The message is tried for all random numbers there are, in toy groups; the draw is judged
by samples, as in :mod:`ppdl_course.checks.millionaires_problem.yao`.
"""

import math
import random
import secrets
from collections.abc import Callable, Sequence
from itertools import product
from typing import Any

from ppdl_course.checks.error_rates import statistical
from ppdl_course.checks.fresh_inputs import drawn_inputs
from ppdl_course.checks.millionaires_problem.integers import as_integer, bit_as_int
from ppdl_course.checks.millionaires_problem.yao import CELLS, DRAWS, how_uneven
from ppdl_course.checks.secret_draws import (
    ENOUGH,
    require_drawn,
    require_no_repeat,
    watched,
)
from ppdl_course.checks.verdict import Mistake, require
from ppdl_course.parties.views import FALSE_ALARM, uniform_p_value
from ppdl_course.publickey.groups import SMALL_GROUP, TOY_GROUP, ModGroup

_ONCE = (
    "call randbelow once: b is the only random number, and each of 0..q-1 is right, 0 "
    "too."
)
# of 256 bits reduced modulo this, the lower half comes up twice as often as the upper
_TWO_THIRDS = 2**257 // 3


_BLIND_MISTAKES: dict[str, Callable[[int, int, int, ModGroup], int]] = {
    "the two choices are turned round: A is a factor for c = 1.": (
        lambda c, b, A, group: pow(A, 1 - c, group.p) * group.base_power(b) % group.p
    ),
    "you divide by A^c: multiply by it.": (
        lambda c, b, A, group: pow(A, -c, group.p) * group.base_power(b) % group.p
    ),
    "you add A: a group of powers multiplies.": (
        lambda c, b, A, group: (c * A + group.base_power(b)) % group.p
    ),
    "for c = 1 it is A^b: A comes once, as a factor beside g^b.": (
        lambda c, b, A, group: pow(A if c else group.g, b, group.p)
    ),
    "for c = 1 A comes twice: it is A to the power of c.": (
        lambda c, b, A, group: pow(A, 2 * c, group.p) * group.base_power(b) % group.p
    ),
    "B is reduced modulo q: exponents live modulo q, elements modulo p.": (
        lambda c, b, A, group: (
            pow(A, c, group.p) * group.base_power(b) % group.p % group.q
        )
    ),
}


def check_blind(
    blind: Callable[[int, int, ModGroup, Callable[[int], int]], Any],
) -> None:
    """Check the receiver's message: in two toy groups, its distribution exactly.

    Every value that ``randbelow`` can give is tried, so there is nothing to be unlucky
    about: B must be each element of the group exactly once, for either choice.
    """
    for group in (TOY_GROUP, ModGroup(p=47, q=23, g=2)):
        require_even_blinding(blind, group)
    # Without the argument: nobody may have put another default into the first line.
    A = SMALL_GROUP.base_power(99)
    draws = watched(blind, [(k % 2, A, SMALL_GROUP) for k in range(20)])
    secret = [_pair(result, SMALL_GROUP) for result in draws.results]
    require_no_repeat([b for b, _ in secret], "b, drawn by the default of randbelow")
    require_drawn(draws, ENOUGH, "b")
    for c, (b, B) in enumerate(secret):
        require(
            SMALL_GROUP.base_power(b) * A ** (c % 2) % SMALL_GROUP.p == B,
            "B is not A^c g^b mod p in a group of 256 bits.",
        )


def require_even_blinding(blind: Callable[..., Any], group: ModGroup) -> None:
    """Require that B is each element of the group exactly once, for either choice."""
    A = group.base_power(7)
    by_choice = {c: _all_blinded(blind, c, A, group) for c in (0, 1)}
    for message, wrong in _BLIND_MISTAKES.items():
        usual = (wrong(c, b, A, group) == B for c in (0, 1) for b, B in by_choice[c])
        require(not all(usual), message)
    for c, pairs in by_choice.items():
        for b, B in pairs:
            require(
                c == 0 or group.base_power(b) != B,
                "B does not depend on c: the receiver always gets the first string.",
            )
            blinded = pow(A, c, group.p) * group.base_power(b) % group.p
            require(
                blinded == B, f"for c = {c} and b = {b} B is {B}, not A^c g^b mod p."
            )
    drawn = {c: sorted(B for _, B in pairs) for c, pairs in by_choice.items()}
    require(
        drawn[0] == drawn[1] and len(set(drawn[0])) == group.q,
        "B does not take every element equally often for both choices, so it says "
        "something about c: draw b from all of 0..q-1.",
    )
    # 4 is an element, so 4 + p and 4 - p are equal to one and are not reduced
    beyond = (group.p, group.p + 4, 4 - group.p, -1)
    for c, bad in product((0, 1), (5, 0, group.p - 1, *beyond)):
        _refused(lambda c=c, bad=bad: blind(c, bad, group, lambda n: 1), bad, group)
    try:
        blind(0, 1, group, lambda n: 1)
    except ValueError:
        raise Mistake("A = 1 is an element of the group, and was refused.") from None


def _all_blinded(blind: Any, c: int, A: int, group: ModGroup) -> list[tuple[int, int]]:
    """Return the pair (b, B) of each value that the one random number may have."""
    pairs = []
    # the group is so small that every random number can be tried: no statistics
    for value in range(group.q):
        bounds: list[int] = []

        def draw(n: int, value: int = value, bounds: list[int] = bounds) -> int:
            bounds.append(n)
            # here, not afterwards: who draws until it suits would draw for ever
            require(len(bounds) == 1, _ONCE)
            return value % n

        result = blind(c, A, group, draw)
        require(
            len(bounds) == 1,
            "your function never calls randbelow, its argument: call randbelow once, "
            "for b.",
        )
        pair = _pair(result, group)
        turned = value == 1 and c == 0 and pair == (group.g, 1)
        require(not turned, "the pair is turned round: return (b, B), in this order.")
        require(
            bounds[0] == group.q,
            f"b was drawn below {bounds[0]}; exponents of this group live in 0..q-1, "
            f"q = {group.q}.",
        )
        pairs.append(pair)
    return pairs


def _pair(result: object, group: ModGroup) -> tuple[int, int]:
    require(
        isinstance(result, tuple | list) and len(result) == 2,
        f"return the pair (b, B), got {type(result).__name__}.",
    )
    b = as_integer(result[0], "b", below=group.q)
    return b, as_integer(result[1], "B", below=group.p)


def _refused(call: Callable[[], Any], bad: int, group: ModGroup) -> None:
    try:
        call()
    except ValueError:
        return
    except Exception as error:
        kind = type(error).__name__
        raise Mistake(f"refuse A = {bad} with a ValueError, not {kind}.") from None
    why = ""
    if not 1 <= bad < group.p:
        why = f" Elements are reduced: 1 <= A < p, and p is {group.p} here."
        if pow(bad, group.q, group.p) == 1:
            why += " A^q mod p is 1 for it, too: check both."
    raise Mistake(
        f"A = {bad} is not an element of the group and was not refused, whatever c is."
        f"{why} A sender who gets away with it reads c off B. Raise ValueError."
    )


def check_recover_choice(
    recover_choice: Callable[[int, int, ModGroup, Sequence[int]], Any],
    *,
    draw: int = 3,
) -> None:
    """Check the attack on a receiver whose exponent came from ``random.Random``.

    Args:
        recover_choice: The student's function.
        draw: Which of the generator's draws the exponent was, counted from 1.
    """
    with drawn_inputs() as rng:
        first, place = int(rng.integers(2**31)), int(rng.integers(1, 199))
        seeds = range(first, first + 200)
        for c, k in product((0, 1), (0, place, 199)):
            leaky_choice_is_found(recover_choice, c, seeds[k], seeds, draw=draw)
    # in a group of 11 elements one draw in twelve of randint(0, q) is another
    for seed in range(40):
        leaky_choice_is_found(
            recover_choice, seed % 2, seed, [seed], TOY_GROUP, draw=draw
        )


def leaky_choice_is_found(
    recover_choice: Callable[[int, int, ModGroup, Sequence[int]], Any],
    c: int,
    seed: int,
    seeds: Sequence[int],
    group: ModGroup = SMALL_GROUP,
    *,
    draw: int = 3,
) -> None:
    """Require that the attack finds one choice."""
    A = group.base_power(1 + secrets.randbelow(group.q - 1))  # not 1: c would be lost
    draws = _draws_below(group.q, seed)

    def choice(c: int, b: int, seeds: Sequence[int]) -> Any:
        B = pow(A, c, group.p) * group.base_power(b) % group.p
        return recover_choice(A, B, group, seeds)

    number = f"number {list(seeds).index(seed) + 1} of {len(seeds)}"
    guess = choice(c, draws[draw - 1], seeds)
    alone = [choice(c, draws[draw - 1], [seed]) for c in (0, 1)]
    if guess is None and group.q > 2**64:
        again = " Or is the generator made anew for each draw? It then starts again."
        for other, b in enumerate(draws, 1):
            require(
                other == draw or [choice(0, b, [seed]), choice(1, b, [seed])] != [0, 1],
                f"your attack finds b if it was draw {other}, and here it was draw "
                f"{draw}: is that another variant's number?"
                + (again if other == 1 else ""),
            )
        none = (
            f"no choice found for seed {seed}, {number} among them, and c = {c}: your "
            "attack finds "
        )
        below_p = _draws_below(group.p, seed)[draw - 1]
        require(
            [choice(0, below_p, [seed]), choice(1, below_p, [seed])] != [0, 1],
            f"{none}a b that was drawn below p, and b is a draw of randrange(q).",
        )
        require(
            alone != [0, 1],
            f"{none}it if the seed is the only one. Go on to the next seed until one "
            "explains B, with a generator of its own, and return None after the last.",
        )
        require(
            alone != [None, 1],
            f"{none}c = 1. Either c = 0 is not tried, or it is found and then lost: 0 "
            "counts as False where a truth value is asked for (or, if).",
        )
        require(
            alone != [0, None],
            f"{none}c = 0. Either c = 1 is not tried, or A is not used as it must be: "
            "there B is A g^b, a product that is reduced modulo p.",
        )
    require(
        guess is not None,
        f"no choice found for seed {seed}, {number} among them, and c = {c}, "
        f"q = {group.q}: b is a draw of randrange(q), number {draw} from a generator "
        "that nothing else was drawn from before.",
    )
    guess = as_integer(bit_as_int(guess), "c", below=2**64)
    require(guess in (0, 1), f"return the choice, 0 or 1, not {guess}.")
    require(
        guess == c or alone != [1, 0],
        f"the choice was {c}, found {guess}, and the other way round: A is a factor of "
        "B for c = 1.",
    )
    require(
        guess == c,
        f"the choice was {c}, found {guess}. Both c must be tried, with a b that is a "
        f"draw of randrange(q), q = {group.q}.",
    )


def _draws_below(bound: int, seed: int) -> list[int]:
    generator = random.Random(seed)
    return [generator.randrange(bound) for _ in range(8)]


@statistical(
    power=0.99,
    against=(
        "a better seed",
        "numpy's generator",
        "128 bits",
        "through a float",
        "misses a fifth of its range",
        "the same every time",
        "a hash reduced modulo q",
        "one random byte behind a hash",
        "the clock behind a hash",
        "each follows from the one before",
        "torch's generator",
    ),
)
def check_draw_exponent(
    draw_exponent: Callable[[int], Any],
    *,
    draws: int = DRAWS,
    false_fail: float = FALSE_ALARM,
) -> None:
    """Check the repaired draw.

    1,600 draws in 32 cells catch a draw that misses a fifth of its range with power
    above 1 - 1e-6, and so any that is capped at a shorter length. The same is asked of
    the last five bits, which a float of 53 bits leaves at 0, and for
    q = 0.67 * 2^256, where of a hash or of 256 bits reduced modulo q half the range
    comes twice as often (w = 0.33, power above 1 - 1e-4). The five chi-square tests
    share half of ``false_fail``, as in ``yao.check_bob_question``.
    """
    drawn = {}
    for bound in (SMALL_GROUP.q, _TWO_THIRDS, 11):
        found = watched(draw_exponent, [(bound,)] * draws)
        drawn[bound] = [
            as_integer(v, "an exponent", below=bound) for v in found.results
        ]
        require(
            len(set(drawn[bound])) > 1,
            "two draws were equal: the exponent is not random. Each call has to draw "
            "anew: what was drawn once and kept (a default value is) is no draw.",
        )
        if bound > CELLS:
            require_drawn(found, ENOUGH, "the exponent")
            require_no_repeat(drawn[bound], "the exponent")
        _require_even(drawn[bound], bound, false_fail / 10)
        require_drawn(found, min(ENOUGH, math.log2(bound)), "the exponent")


def _require_even(drawn: list[int], bound: int, error: float) -> None:
    """Require exponents that fill their range evenly, and their last bits."""
    cells = min(CELLS, bound)
    require(
        uniform_p_value([value * cells // bound for value in drawn], cells) > error,
        f"the exponent is not uniform in 0..q-1 for q = {bound}."
        + how_uneven(drawn, bound),
    )
    require(
        bound <= CELLS or uniform_p_value([v % CELLS for v in drawn], CELLS) > error,
        "the last bits of the exponent are not uniform: was a float in between, or is "
        "it a multiple or a product of something?",
    )
