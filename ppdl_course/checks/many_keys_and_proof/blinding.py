"""Check of chapter 13: what a cloud sends to a master who may not read it."""

import math
from collections.abc import Callable
from typing import Any

from ppdl_course.checks.error_rates import statistical
from ppdl_course.checks.fresh_inputs import drawn_inputs
from ppdl_course.checks.many_keys_and_proof.fresh_draws import SPARE, require_fresh
from ppdl_course.checks.many_keys_and_proof.toy_keys import (
    ToyKey,
    number_below,
    toy_key,
)
from ppdl_course.checks.many_keys_and_proof.whole_numbers import parts, whole
from ppdl_course.checks.secret_draws import watched
from ppdl_course.checks.verdict import require, require_none


@statistical(
    false_fail=2.0**-50,
    power=0.99,
    against=(
        "no blind",
        "one blind for all calls",
        "blind of 64 bits",
        "numpy's generator",
        "torch's generator",
        "the clock behind a hash",
        "16 bits behind a hash",
        "each blind follows from the one before",
    ),
)
def check_blinded_switch(
    blinded_switch: Callable[..., Any], *, seed: int | None = None
) -> None:
    """Check a blinded ciphertext, and what takes the blind off again.

    With the owner's key the check reads x + tau and so tau. Of eight tau the longest,
    and the difference of each two, must be at most 60 bits shorter than N; honest ones
    are shorter with probability below 2^-53 together. A tau takes log2 N bits of the
    operating system.
    """
    with drawn_inputs(seed) as rng:
        for small in (False, False, True):
            key = toy_key(rng, small=small)
            N = key.N
            for x in (number_below(N, rng), 1, N - 1, 0):
                A, B = key.encrypt(x, number_below(N * N // 2, rng))
                _blind_of(blinded_switch(A, B, N), key, x, A, B)
        key = toy_key(rng)
        x = number_below(key.N, rng)
        A, B = key.encrypt(x, number_below(key.N**2 // 2, rng))
        drawn = watched(blinded_switch, [(A, B, key.N)] * 8)
    taus = [_blind_of(got, key, x, A, B) for got in drawn.results]
    require_fresh(taus, key.N, drawn, "tau")


def _blind_of(got: Any, key: ToyKey, x: int, A: int, B: int) -> int:
    """Return tau of an answer; require that it is in B1, and that undo takes it off."""
    N, square = key.N, key.N**2
    names = ("A1", "B1", "undo")
    found = parts(got, 3, "three numbers, (A1, B1, undo)")
    A1, B1, undo = (whole(v, name) for v, name in zip(found, names, strict=True))
    for value, name in ((A1, "A1"), (B1, "B1")):
        require(
            0 <= value < square,
            f"{name} is not reduced modulo N^2: its size tells the master what it was "
            "made from.",
        )
    _require_factor(A1, B1, key, x, A, B)
    tau = (B1 * pow(B, -1, square) % square - 1) // N
    if (undo - (1 - tau * N)) % square == 0:
        return tau
    # the mistakes fall together where tau or x is 0 or 1
    about = "the blind does not come off: "
    usual = {
        "undo is 1 + tau N, which puts tau on again: its inverse takes it off.": (
            1 + tau * N
        ),
        "undo is tau: B2 is multiplied by it, and must lose a factor.": tau,
        "undo is -tau: B2 is multiplied by it, so it must be a factor 1 - tau N.": -tau,
        "undo is 1 - tau: N is missing.": 1 - tau,
        "undo is -tau N: 1 is missing.": -tau * N,
        "undo is tau N: 1 is missing, and the sign.": tau * N,
        "undo is 1, so x stays blinded.": 1,
        "undo is the inverse of tau: tau was added, not multiplied.": (
            pow(tau, -1, square) if math.gcd(tau, N) == 1 else -2
        ),
        "undo is 0, which leaves no ciphertext.": 0,
        "undo is reduced modulo N, and so it is 1: the tau N is lost.": (1 - tau * N)
        % N,
        "undo is the inverse modulo N of 1 + tau N: modulo N^2, please.": 1,
    }
    require_none(
        (m for m, wrong in usual.items() if (undo - wrong) % square == 0), about
    )
    require(
        False,
        f"{about}B1 holds x + {tau}, and B2 * undo does not hold x. Which factor takes "
        f"{tau} off a message?",
    )
    return tau


def _require_factor(A1: int, B1: int, key: ToyKey, x: int, A: int, B: int) -> None:
    """Require that (A1, B1) is (A, B (1 + tau N)), for whatever tau."""
    N = key.N
    about = "(A1, B1) is no ciphertext of x + tau: "
    if N > 2**SPARE:  # in a toy key a right B1 may happen to be as small
        require(
            N <= B1 or B < N,
            about + "B1 is reduced modulo N: ciphertexts live modulo N^2.",
        )
    if A1 == A and (B1 - B) % N == 0 and B1 != 0:
        return
    if A1 != A:
        require(A1 != B or B1 != A, about + "A1 and B1 are exchanged.")
        on_A = B1 == B and (A1 - A) % N == 0
        require(
            not on_A,
            about + "the factor is on A. The message is in B: it goes there.",
        )
        both = (A1 - A) % N == 0 and (B1 - B) % N == 0
        require(
            not both,
            about + "the factor is on A as well: only B holds the message.",
        )
        require(
            A1 != A % N,
            about + "A1 is reduced modulo N: ciphertexts live modulo N^2.",
        )
        require(
            key.decrypt(A1, B1) is None,
            "(A1, B1) holds a message, but A1 is not A. x was multiplied by something, "
            "or encrypted anew: only add tau.",
        )
        require(False, about + "A1 must be A; a factor on B adds to the message.")
    require(
        False,
        about + "B1 / B is not 1 + tau N modulo N^2, as 1 modulo N it would have to "
        "be. Was tau added to B, or a power of B taken, or N left out of the factor?",
    )
