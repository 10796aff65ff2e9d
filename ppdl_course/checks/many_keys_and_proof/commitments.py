"""Check of chapter 13: a commitment that binds and hides."""

import math
from collections.abc import Callable
from typing import Any, NamedTuple

from ppdl_course.checks.error_rates import statistical
from ppdl_course.checks.fresh_inputs import drawn_inputs
from ppdl_course.checks.many_keys_and_proof.fresh_draws import (
    require_even,
    require_fresh,
)
from ppdl_course.checks.many_keys_and_proof.toy_keys import number_below
from ppdl_course.checks.many_keys_and_proof.whole_numbers import (
    parts,
    require_right,
    whole,
)
from ppdl_course.checks.secret_draws import require_drawn, watched
from ppdl_course.checks.verdict import require
from ppdl_course.publickey.groups import SMALL_GROUP, TOY_GROUP, ModGroup

FALSE_FAIL = 1e-7
"""At most this often a right answer fails ``check_commit``."""
GROUPS = (SMALL_GROUP, ModGroup(p=47, q=23, g=2), TOY_GROUP)


class Case(NamedTuple):
    """A number to commit to, in a group with a second generator."""

    x: int
    group: ModGroup
    h: int

    def value(self, r: int) -> int:
        """Return the commitment with that opening."""
        return self.power(self.group.g, self.x) * self.power(self.h, r) % self.group.p

    def power(self, base: int, exponent: int) -> int:
        """Return base^exponent mod p."""
        return pow(base, exponent, self.group.p)


@statistical(
    power=0.99,
    against=(
        "r is 0",
        "one r for all calls",
        "r of 128 bits",
        "bits reduced modulo q",
        "r never 0",
        "numpy's generator",
        "torch's generator",
        "the clock behind a hash",
        "16 bits behind a hash",
        "each r follows from the one before",
    ),
)
def check_commit(
    commit: Callable[..., Any],
    *,
    draws: int = 1600,
    seed: int | None = None,
    false_fail: float = FALSE_FAIL,
) -> None:
    """Check C = g^x h^r: right in three groups, and r is fresh and uniform.

    In a group of 256 bits eight r are long, and so are their differences: a right
    answer fails with probability below 2^-50. In a group of eleven elements each r
    comes equally often in ``draws`` calls (chi-square, ten degrees of freedom, at half
    of ``false_fail``). Four bits reduced modulo eleven give 0.117 draws = 187 there,
    draws that leave 0 out 0.1 draws = 160; the bound is 55. An r takes log2 q bits of
    the operating system.
    """
    with drawn_inputs(seed) as rng:
        cases = []
        for group in GROUPS:
            h = group.base_power(2 + number_below(group.q - 2, rng))
            numbers = [number_below(group.q, rng) for _ in range(3)]
            for x in (*numbers, 1, 0, -1, -7, group.q - 1, group.q + 2, 3 * group.p):
                cases.append(Case(x, group, h))
        _commitments_are_right(commit, cases)
        group, h = SMALL_GROUP, cases[0].h
        x = number_below(group.q, rng)
        drawn = watched(commit, [(x, group.p, group.q, group.g, h)] * 8)
        toy, h = cases[-1].group, cases[-1].h
        few = watched(commit, [(7, toy.p, toy.q, toy.g, h)] * draws)
    rs = [_pair(got, group)[1] for got in drawn.results]
    require_fresh(rs, group.q, drawn, "r")
    rs = [_pair(got, toy)[1] for got in few.results]
    require_even(rs, toy.q, false_fail / 2, f"in a group with q = {toy.q}, r")
    require_drawn(few, math.log2(toy.q), f"r in a group with q = {toy.q}")


def _pair(got: Any, group: ModGroup) -> tuple[int, int]:
    C, r = parts(got, 2, "two numbers, (C, r)")
    C, r = whole(C, "C"), whole(r, "r")
    require(
        0 <= r < group.q,
        f"r is {r}, and must be in 0..q-1 with q = {group.q}: exponents live modulo q.",
    )
    return C, r


def _commitments_are_right(commit: Callable[..., Any], cases: list[Case]) -> None:
    got = []
    for x, group, h in cases:
        C, r = parts(commit(x, group.p, group.q, group.g, h), 2, "two numbers, (C, r)")
        C, r = whole(C, "C"), whole(r, "r")
        got.append((C, r))
    values = [C for C, _ in got]
    pairs = list(zip(cases, got, strict=True))
    require(
        values == [case.value(r) for case, (_, r) in pairs]
        or [r for _, r in got] != [case.value(C) for case, (C, _) in pairs],
        "the pair is turned round: return (C, r), in this order.",
    )
    require_right(
        values,
        [case.value(r) for case, (_, r) in pairs],
        {
            message: [slip(case, r) for case, (_, r) in pairs]
            for message, slip in _USUAL.items()
        },
        lambda k: _otherwise(*pairs[k]),
    )
    for case, (_, r) in pairs:
        _pair((1, r), case.group)


def _otherwise(case: Case, got: tuple[int, int]) -> str:
    C, r = got
    p = case.group.p
    if C % p == case.value(r):
        return f"C is {C}: an element of the group lies in 1..p-1, p = {p}."
    return (
        f"for x = {case.x}, p = {p}, q = {case.group.q}, g = {case.group.g}, h = "
        f"{case.h} and your r = {r}, C is {C} and not g^x h^r modulo p."
    )


_USUAL: dict[str, Callable[[Case, int], int]] = {
    "C is g^x: r is not in it, so whoever tries all likely x finds it.": (
        lambda c, r: c.power(c.group.g, c.x)
    ),
    "C is h^r: x is not in it, so it opens to any x.": lambda c, r: c.power(c.h, r),
    "g and h are exchanged: C is g^x h^r.": (
        lambda c, r: c.power(c.h, c.x) * c.power(c.group.g, r) % c.group.p
    ),
    "C is g^(x + r), without h: it opens to x + 1 with r - 1 as well.": (
        lambda c, r: c.power(c.group.g, c.x + r)
    ),
    "g^x and h^r are added: multiply them.": (
        lambda c, r: (c.power(c.group.g, c.x) + c.power(c.h, r)) % c.group.p
    ),
    "C is g^(x r), which opens to r with x.": (
        lambda c, r: c.power(c.group.g, c.x * r)
    ),
    "C is (g h)^(x + r), which opens to r with x.": (
        lambda c, r: c.power(c.group.g * c.h, c.x + r)
    ),
    "C is reduced modulo q: elements of the group live modulo p, exponents modulo q.": (
        lambda c, r: c.value(r) % c.group.q
    ),
    "the powers are taken modulo q: elements of the group live modulo p.": (
        lambda c, r: _modulo_q(c, r)
    ),
    "x is reduced modulo p, and exponents live modulo q.": (
        lambda c, r: c._replace(x=c.x % c.group.p).value(r)
    ),
    "C is g^x h^(-r): the r that you return does not open it.": (
        lambda c, r: c.value(-r)
    ),
    "C is g^x h^(r + 1): the r that you return does not open it.": (
        lambda c, r: c.value(r + 1)
    ),
    "the sign of x is lost: a commitment to -1 is not one to 1.": (
        lambda c, r: c._replace(x=abs(c.x)).value(r)
    ),
    "C commits to -x.": lambda c, r: c._replace(x=-c.x).value(r),
    "C is g^x h^x: r is not in it.": lambda c, r: c.value(c.x),
    "the product g^x h^r is not reduced modulo p: its size tells about its factors.": (
        lambda c, r: c.power(c.group.g, c.x) * c.power(c.h, r)
    ),
}


def _modulo_q(c: Case, r: int) -> int | None:
    try:
        return pow(c.group.g, c.x, c.group.q) * pow(c.h, r, c.group.q) % c.group.q
    except ValueError:
        return None
