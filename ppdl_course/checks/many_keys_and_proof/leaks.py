"""Check of chapter 13: whose secrets can a server rebuild from what it was told?"""

from collections.abc import Callable, Iterable
from typing import Any

from ppdl_course.checks.fresh_inputs import drawn_inputs
from ppdl_course.checks.many_keys_and_proof.told_shares import (
    KINDS,
    PRIME,
    Answers,
    Leak,
)
from ppdl_course.checks.many_keys_and_proof.whole_numbers import parts, whole
from ppdl_course.checks.verdict import Mistake, lent, require, require_none


def check_find_leak(find_leak: Callable[..., Any], *, seed: int | None = None) -> None:
    """Check which clients are found, and what of them.

    Shares of both secrets or of one, exactly t, one fewer, more, none, and the same
    share twice; thresholds of 1, 2, 3 and 5.
    """
    with drawn_inputs(seed) as rng:
        cases = []
        for t, p, again in ((3, PRIME, 0), (2, 10007, 1), (5, PRIME, 2), (1, 31, 0)):
            counts = {
                "Ana": (t, t),
                "Bo": (t, t - 1),
                "Cem": (t - 1, t),
                "Dora": (t + 2, t + 1),
                "Emil": (t - 1, t - 1),
                "Fay": (0, t + 3),
                "Gil": (t + 3, 0),
            }
            cases.append(Answers(t, counts, p, rng, again))
        cases.append(Answers(3, {"Bo": (5, 2), "Cem": (2, 6)}, PRIME, rng, 2))
        cases.append(Answers(3, {}, PRIME, rng))
        got = [
            _leak(find_leak(*lent(case.rows), case.t, case.p), case) for case in cases
        ]
    clients = [sorted(found) for found in got]
    right = [case.leak(lambda s, k, t=case.t: s >= t and k >= t) for case in cases]
    if clients != right:
        _name_clients(clients, right, cases)
    _name_values(got, right, cases)


def _leak(found: Any, case: Answers) -> Leak:
    require(
        isinstance(found, dict),
        f"return a dict, client: (seed, key), got {type(found).__name__}.",
    )
    read = {}
    for client, pair in found.items():
        require(
            client in case.given,
            f"a client is called {client!r}, and none of these is: names are the "
            "keys of answers.",
        )
        require(
            pair is not None and None not in (pair if isinstance(pair, tuple) else ()),
            f"{client} is listed with None: only clients of whom both secrets can be "
            "rebuilt are.",
        )
        values = parts(pair, 2, "for each client the pair (seed, key)")
        seed, key = (
            whole(v, f"the {kind}") for v, kind in zip(values, KINDS, strict=True)
        )
        read[client] = seed, key
    return read


def _name_clients(
    clients: list[list[str]], right: list[list[str]], cases: list[Answers]
) -> None:
    usual: dict[str, Callable[[Answers], list[str]]] = {
        "t shares are enough; yours asks for more than t (> for >=).": (
            lambda c: c.leak(lambda s, k: s > c.t and k > c.t)
        ),
        "t - 1 shares say nothing; yours takes them for enough.": (
            lambda c: c.leak(lambda s, k: s >= c.t - 1 and k >= c.t - 1)
        ),
        "a client is listed if one of its two secrets can be rebuilt. It takes both "
        "(or, and).": (lambda c: c.leak(lambda s, k: s >= c.t or k >= c.t)),
        "shares of seed and key are counted together.": (
            lambda c: c.leak(lambda s, k: s + k >= c.t)
        ),
        "shares of seed and key are counted together, up to 2t.": (
            lambda c: c.leak(lambda s, k: s + k >= 2 * c.t)
        ),
        "only the shares of the seed are counted.": (
            lambda c: c.leak(lambda s, k: s >= c.t)
        ),
        "only the shares of the key are counted.": (
            lambda c: c.leak(lambda s, k: k >= c.t)
        ),
        "a share that comes twice counts twice: t different x are needed.": (
            lambda c: _with_repeats(c)
        ),
        "only clients with exactly t shares are listed: more are enough, too.": (
            lambda c: c.leak(lambda s, k: s == c.t and k == c.t)
        ),
        "every client is listed, whatever was answered.": (
            lambda c: c.leak(lambda s, k: True)
        ),
        "every client of whom both kinds of share came is listed, however few.": (
            lambda c: c.leak(lambda s, k: s > 0 and k > 0)
        ),
        "no client is listed.": lambda c: [],
    }
    require_none(
        message
        for message, slip in usual.items()
        if clients == [slip(case) for case in cases]
    )
    k = next(
        k
        for k, pair in enumerate(zip(clients, right, strict=True))
        if pair[0] != pair[1]
    )
    counts = {
        client: tuple(len(cases[k].points(client, kind)) for kind in KINDS)
        for client in cases[k].given
    }
    raise Mistake(
        f"with t = {cases[k].t} and shares of (seed, key) {counts} both secrets of "
        f"{right[k] or 'nobody'} can be rebuilt; you list {clients[k] or 'nobody'}."
    )


def _with_repeats(case: Answers) -> list[str]:
    return sorted(
        client
        for client, both in case.rows.items()
        if all(len(both[kind]) >= case.t for kind in KINDS)
    )


def _name_values(got: list[Leak], right: list[list[str]], cases: list[Answers]) -> None:
    if got == [
        {client: case.secrets[client] for client in names}
        for case, names in zip(cases, right, strict=True)
    ]:
        return
    usual: dict[str, Callable[[Answers, list[str]], Leak]] = {
        "seed and key are exchanged: return (seed, key).": lambda c, names: {
            n: c.secrets[n][::-1] for n in names
        },
        "you interpolate at x = 1, which gives share 1 again: the secret is the value "
        "at 0.": lambda c, names: c.values(names, 1),
        "you interpolate at x = t: the secret is the value at 0.": (
            lambda c, names: c.values(names, c.t)
        ),
        "from an even number of shares you return minus the secret: in each factor "
        "(0 - x_j) / (x_i - x_j) one sign is turned.": lambda c, names: _signs(
            c, names
        ),
        "you return the sum of the shares: each has a weight, Lagrange's.": (
            lambda c, names: _weighted(c, names, lambda x, xs: 1)
        ),
        "you return the first share that came, not what the shares rebuild.": (
            lambda c, names: {
                n: tuple(next(iter(c.points(n, kind).values())) for kind in KINDS)
                for n in names
            }
        ),
        "the inverse is missing: the numerators are multiplied by x_i - x_j instead of "
        "divided by it modulo p.": lambda c, names: _weighted(
            c, names, lambda x, xs: _product(-o * (x - o) for o in xs if o != x)
        ),
        "the denominators are missing: divide by each x_i - x_j, modulo p.": (
            lambda c, names: _weighted(
                c, names, lambda x, xs: _product(-o for o in xs if o != x)
            )
        ),
    }
    require_none(
        message
        for message, slip in usual.items()
        if got == [slip(c, names) for c, names in zip(cases, right, strict=True)]
    )
    for case, found, names in zip(cases, got, right, strict=True):
        for name in names:
            if found[name] != case.secrets[name]:
                out = any(not 0 <= v < case.p for v in found[name])
                raise Mistake(
                    f"{name}'s secrets are {case.secrets[name]} and you return "
                    f"{found[name]} (t = {case.t}, p = {case.p}). "
                    + (
                        "They lie in 0..p-1: reduce, and divide modulo p, by an "
                        "inverse and not by // or /."
                        if out
                        else "Interpolate at 0 through t shares or more with different "
                        "x, and divide modulo p, by an inverse and not by //."
                    )
                )


def _product(factors: Iterable[int]) -> int:
    total = 1
    for factor in factors:
        total *= factor
    return total


def _weighted(
    case: Answers, names: list[str], weight: Callable[[int, list[int]], int]
) -> Leak:
    found = {}
    for name in names:
        seed, key = (
            sum(y * weight(x, list(points)) for x, y in points.items()) % case.p
            for points in (case.points(name, kind) for kind in KINDS)
        )
        found[name] = seed, key
    return found


def _signs(case: Answers, names: list[str]) -> Leak:
    """Return each secret times (-1)^(shares - 1), as one wrong sign a factor gives."""
    found = {}
    for name in names:
        seed, key = (
            value * (-1) ** (len(case.points(name, kind)) - 1) % case.p
            for value, kind in zip(case.secrets[name], KINDS, strict=True)
        )
        found[name] = seed, key
    return found
