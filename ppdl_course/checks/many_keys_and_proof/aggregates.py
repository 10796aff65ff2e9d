"""Check of chapter 13: does a sum that a server returns open what was committed to?"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from ppdl_course.checks.fresh_inputs import drawn_inputs
from ppdl_course.checks.many_keys_and_proof.toy_keys import (
    LARGE_SAFE_PRIMES,
    number_below,
)
from ppdl_course.checks.verdict import lent, require, require_none
from ppdl_course.publickey.groups import SMALL_GROUP, ModGroup

_PRIME = LARGE_SAFE_PRIMES[0]
OTHER_GROUP = ModGroup(p=_PRIME, q=_PRIME // 2, g=4)


class Round(NamedTuple):
    """What everybody sees of a round, and what a verdict must be."""

    name: str
    commitments: list[int]
    c: list[int]
    W: list[int]
    R: int
    good: bool


class Honest(NamedTuple):
    """An honest round: gradients, coefficients, openings."""

    group: ModGroup
    h: int
    x: list[list[int]]
    c: list[int]
    r: list[int]

    def commitment(self, i: int) -> int:
        """Return client i's commitment to <c, x_i>."""
        p, q = self.group.p, self.group.q
        y = sum(c * v for c, v in zip(self.c, self.x[i], strict=True)) % q
        return pow(self.group.g, y, p) * pow(self.h, self.r[i], p) % p

    def seen(self, name: str, **changed: Any) -> Round:
        """Return the round as everybody sees it, with what a server has changed."""
        everybody = range(len(self.x))
        as_it_is = {
            "commitments": [self.commitment(i) for i in everybody],
            "c": list(self.c),
            "W": [sum(column) for column in zip(*self.x, strict=True)],
            "R": sum(self.r) % self.group.q,
        }
        return Round(name, **{**as_it_is, **changed}, good=not changed)


def check_verify_aggregate(
    verify_aggregate: Callable[..., Any], *, seed: int | None = None
) -> None:
    """Check honest rounds of several shapes, and eleven ways to cheat in one.

    All inputs are drawn; a cheat that happened to change nothing is left out. In a
    group of 255 bits no other passes by chance.
    """
    with drawn_inputs(seed) as rng:
        honest = [
            ("one client, without a gradient", _drawn(rng, 1, 1, top=1)),
            ("one client", _drawn(rng, 1, 3)),
            ("several clients", _drawn(rng, 5, 6)),
            ("gradients below 0", _drawn(rng, 3, 4, low=-1000, top=0)),
            ("R = 0", _drawn(rng, 1, 3)._replace(r=[0])),
            ("a commitment of 1", _drawn(rng, 1, 1, top=1)._replace(r=[0])),
            ("another group", _drawn(rng, 4, 5, group=OTHER_GROUP)),
        ]
        rounds = [(h, h.seen(name)) for name, h in honest]
        several = honest[2][1]
        rounds += [(several, one) for one in _cheats(several, rng)]
        rounds += [(honest[1][1], one) for one in _cheats_alone(honest[1][1])]
        verdicts = [_verdict(verify_aggregate, *one) for one in rounds]
    seen = [one for _, one in rounds]
    require(any(verdicts), "every sum is refused, an honest one as well: " + _hint())
    _name_refused(
        [o.name for o, v in zip(seen, verdicts, strict=True) if o.good and not v]
    )
    passed = [o.name for o, v in zip(seen, verdicts, strict=True) if not o.good and v]
    require(
        len(passed) < sum(not one.good for one in seen),
        "every sum is accepted, whatever it is: nothing is compared.",
    )
    require_none(f"it is accepted that {name}" for name in passed)


def _drawn(
    rng: np.random.Generator,
    clients: int,
    size: int,
    *,
    low: int = 100,
    top: int = 500,
    group: ModGroup = SMALL_GROUP,
) -> Honest:
    h = group.base_power(2 + number_below(group.q - 2, rng))
    x = (
        rng.integers(low, top, (clients, size)).tolist()
        if top > 1 or low < 0
        else [[0] * size]
    )
    c = [1 + number_below(group.q - 1, rng) for _ in range(size)]
    r = [number_below(group.q, rng) for _ in range(clients)]
    return Honest(group, h, x, c, r)


def _cheats(h: Honest, rng: np.random.Generator) -> list[Round]:
    """Return rounds in which something is not as it was."""
    good = h.seen("")
    p, q = h.group.p, h.group.q
    k, other = (int(n) for n in rng.permutation(len(good.W))[:2])
    W = good.W
    return [
        h.seen(
            "one coordinate of W is 1 too large. Compare both sides, all of W.",
            W=[w + (place == k) for place, w in enumerate(W)],
        ),
        h.seen(
            "the last coordinate of W is 1 too small. Take all of W.",
            W=[*W[:-1], W[-1] - 1],
        ),
        h.seen(
            "two coordinates of W are changed so that their sum is the same: each is "
            "multiplied by a coefficient of its own, c.",
            W=[w + (place == k) - (place == other) for place, w in enumerate(W)],
        ),
        h.seen("W has lost its signs.", W=[-w for w in W]),
        h.seen(
            "a client's commitment is left out and its gradient is still in W.",
            commitments=good.commitments[1:],
        ),
        h.seen(
            "a client's commitment comes twice and its gradient once.",
            commitments=[*good.commitments, good.commitments[k % 5]],
        ),
        h.seen("R is 1 too large: h^R must be compared, too.", R=(good.R + 1) % q),
        h.seen("R is missing (0): h^R must be compared, too.", R=0),
        h.seen(
            "W is longer than c: zip stops at the shorter, and what lies beyond is "
            "never looked at.",
            W=[*W, 7],
        ),
        h.seen(
            "two commitments are replaced by p minus them: their product is the same, "
            "but these are no elements of the group of order q. Look at each.",
            commitments=[p - C if i < 2 else C for i, C in enumerate(good.commitments)],
        ),
        h.seen(
            "a commitment is larger than p: the same element in another writing is "
            "none.",
            commitments=[good.commitments[0] + p, *good.commitments[1:]],
        ),
    ]


def _cheats_alone(h: Honest) -> list[Round]:
    (one,) = h.seen("").commitments
    return [
        h.seen(
            "a commitment is p minus itself, an element of no group of order q.",
            commitments=[h.group.p - one],
        ),
        h.seen("a commitment is 0, which is no element of the group.", commitments=[0]),
    ]


def _verdict(verify: Callable[..., Any], h: Honest, seen: Round) -> bool:
    commitments, c, W = lent(seen.commitments, seen.c, seen.W)
    group = h.group
    try:
        got = verify(commitments, c, W, seen.R, group.p, group.q, group.g, h.h)
    except ValueError as error:
        require(
            not seen.good,
            f"an honest round ({seen.name}) ends in ValueError({error}).",
        )
        require(
            False,
            f"your function raises ValueError({error}) where it must return False.",
        )
    require(
        isinstance(got, bool | np.bool_),
        f"return True or False, got {type(got).__name__}.",
    )
    return bool(got)


_HONEST = (
    "one client, without a gradient",
    "one client",
    "several clients",
    "gradients below 0",
    "R = 0",
    "a commitment of 1",
    "another group",
)


def _hint() -> str:
    return (
        "multiply all commitments modulo p, and compare with g^<c, W> h^R (not with g "
        "and h exchanged). Exponents live modulo q, elements modulo p."
    )


def _name_refused(names: list[str]) -> None:
    if not names:
        return
    shown = ", ".join(names)
    usual = {
        "as soon as there are several clients: commitments are multiplied, and nothing "
        "else is done with them.": {
            "several clients",
            "gradients below 0",
            "another group",
        },
        "as soon as a gradient is not 0: is <c, W> the sum of products, with exponents "
        "modulo q and not p?": {
            *_HONEST[1:5],
            "another group",
        },
        "if gradients are below 0: exponents live modulo q, where -1 is q - 1.": {
            "gradients below 0"
        },
        "as soon as R is not 0: h^R belongs to the right side.": {
            *_HONEST[:4],
            "another group",
        },
        "in another group: use the p, q, g and h that you are given.": {
            "another group"
        },
        "if it comes from one client.": {
            "one client, without a gradient",
            "one client",
            "R = 0",
            "a commitment of 1",
        },
        "if R is 0.": {"R = 0", "a commitment of 1"},
        "if a commitment is 1, which is an element of the group, too.": {
            "a commitment of 1"
        },
    }
    told = next((m for m, which in usual.items() if which == set(names)), "")
    require(
        False,
        f"an honest sum is refused {told}"
        if told
        else f"an honest sum is refused ({shown}): {_hint()}",
    )
