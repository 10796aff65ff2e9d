"""The receiver's message of an oblivious transfer, for all random numbers there are."""

from collections.abc import Callable
from itertools import product
from typing import Any

from ppdl_course.checks.millionaires_problem.integers import as_integer
from ppdl_course.checks.verdict import Mistake, require
from ppdl_course.publickey.groups import ModGroup


def require_even_blinding(blind: Callable[..., Any], group: ModGroup) -> None:
    """Require that B is each element of the group exactly once, for either choice."""
    A = group.base_power(7)
    by_choice = {c: _all_blinded(blind, c, A, group) for c in (0, 1)}
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
    # 4 is an element and so 4 + p is one that is not reduced.
    for c, bad in product((0, 1), (5, 0, group.p - 1, group.p, group.p + 4)):
        _refused(lambda c=c, bad=bad: blind(c, bad, group, lambda n: 1), bad)
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
            return value % n

        result = blind(c, A, group, draw)
        require(
            isinstance(result, tuple | list) and len(result) == 2,
            f"return the pair (b, B), got {type(result).__name__}.",
        )
        require(len(bounds) == 1, "call randbelow once: b is the only random number.")
        require(
            bounds[0] == group.q,
            f"b was drawn below {bounds[0]}; exponents of this group live in 0..q-1, "
            f"q = {group.q}.",
        )
        b = as_integer(result[0], "b", below=group.q)
        pairs.append((b, as_integer(result[1], "B", below=group.p)))
    return pairs


def _refused(call: Callable[[], Any], bad: int) -> None:
    try:
        call()
    except ValueError:
        return
    except Exception as error:
        kind = type(error).__name__
        raise Mistake(f"refuse A = {bad} with a ValueError, not {kind}.") from None
    raise Mistake(
        f"A = {bad} is not an element of the group and was not refused, whatever c is. "
        "A sender who gets away with it reads c off B. Raise ValueError."
    )
