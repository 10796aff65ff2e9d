"""Answers to the exercises of chapter 13 that draw secrets, by mistake."""

import secrets
from functools import partial

from ppdl_course.checks import many_keys_and_proof as checks

from .chance import Case, Wrong
from .chance_secrets import by_a_helper, by_torch, chained, clocked, hashed

KEPT = secrets.randbits(900)


def system(n):
    return secrets.randbelow(n)


def constant(n):
    return KEPT % n


def short(bits):
    return lambda n: secrets.randbits(bits) % n


def reduced_bits(n):
    return secrets.randbits(n.bit_length()) % n


def never_0(n):
    return 1 + secrets.randbelow(n - 1)


# what everybody gets wrong alike; all are numbers below n
SOURCES = {
    "numpy's generator": (lambda n: by_a_helper() % n, "for statistics"),
    "torch's generator": (lambda n: by_torch() % n, "for statistics"),
    "the clock behind a hash": (lambda n: clocked() % n, "a clock"),
    "16 bits behind a hash": (
        lambda n: hashed(secrets.token_bytes(2), 90) % n,
        "random bits are needed",
    ),
}


def sourced(answer, sizes=None):
    return {
        name: Wrong(partial(answer, draw=draw), says, sizes or {})
        for name, (draw, says) in SOURCES.items()
    }


# a blind


def blinded(A, B, N, draw=system):
    tau = draw(N)
    return A, B * (1 + tau * N) % N**2, (1 - tau * N) % N**2


BLIND = Case(
    checks.check_blinded_switch,
    blinded,
    {},
    {
        "no blind": Wrong(partial(blinded, draw=lambda n: 0), "always 0"),
        "one blind for all calls": Wrong(partial(blinded, draw=constant), "the same"),
        "blind of 64 bits": Wrong(partial(blinded, draw=short(64)), "or show through"),
        "each blind follows from the one before": Wrong(
            partial(blinded, draw=lambda n: chained() % n), "from a call before"
        ),
        **sourced(blinded),
    },
)

# a commitment


def committed(x, p, q, g, h, draw=system):
    r = draw(q)
    return pow(g, x, p) * pow(h, r, p) % p, r


FEW = {"draws": 900}
COMMITMENT = Case(
    checks.check_commit,
    committed,
    {"draws": 300, "false_fail": 0.1},
    {
        "r is 0": Wrong(partial(committed, draw=lambda n: 0), "always 0", FEW),
        "one r for all calls": Wrong(
            partial(committed, draw=constant), "the same", FEW
        ),
        "r of 128 bits": Wrong(
            partial(committed, draw=short(128)), "or show through", FEW
        ),
        "bits reduced modulo q": Wrong(
            partial(committed, draw=reduced_bits), "more often than others"
        ),
        "r never 0": Wrong(partial(committed, draw=never_0), "is never 0"),
        "each r follows from the one before": Wrong(
            partial(committed, draw=lambda n: chained() % n), "from a call before", FEW
        ),
        **sourced(committed, FEW),
    },
)

# shares


def shared(secret, n, t, p, draw=system, line=None):
    rest = [draw(p) for _ in range(t - 1)] if line is None else line(t - 1, p)
    line = [secret, *rest]
    return [
        (x, sum(c * pow(x, k, p) for k, c in enumerate(line)) % p)
        for x in range(1, n + 1)
    ]


def one_for_all(count, p):
    return [secrets.randbelow(p)] * count


def highest_not_0(count, p):
    drawn = [secrets.randbelow(p) for _ in range(count)]
    if drawn:
        drawn[-1] = never_0(p)
    return drawn


def same_again(count, p):
    return [hashed(b"%d" % (KEPT + k), 90) % p for k in range(count)]


FEW = {"draws": 500}
SHAMIR = Case(
    checks.check_share_secret,
    shared,
    {"draws": 300, "false_fail": 0.1},
    {
        "the shares are the secret": Wrong(
            partial(shared, draw=lambda n: 0), "always 0", FEW
        ),
        "one polynomial for all calls": Wrong(
            partial(shared, line=same_again), "the same in two calls", FEW
        ),
        "coefficients of 64 bits": Wrong(
            partial(shared, draw=short(64)), "or show through", FEW
        ),
        "one coefficient for all powers": Wrong(
            partial(shared, line=one_for_all), "have the same coefficient", FEW
        ),
        "bits reduced modulo p": Wrong(
            partial(shared, draw=reduced_bits), "more often than others", FEW
        ),
        "the highest coefficient is never 0": Wrong(
            partial(shared, line=highest_not_0), "is never 0", FEW
        ),
        "each coefficient follows from the one before": Wrong(
            partial(shared, draw=lambda n: chained() % n), "from a call before", FEW
        ),
        **sourced(shared, FEW),
    },
)

CASES = [BLIND, COMMITMENT, SHAMIR]
