"""Check of chapter 8 on the cloud's part of a product: blind a factor."""

from collections.abc import Callable, Iterator
from typing import Any

from ppdl_course.checks.cloud_keys_and_games.spread import (
    DRAWS,
    FALSE_FAIL,
    bits_of,
    require_uniform,
)
from ppdl_course.checks.cloud_keys_and_games.toy_keys import (
    Ciphertext,
    Master,
    ciphertext_of,
    integer,
    random_below,
    require_reduced,
    require_unrelated,
    several,
)
from ppdl_course.checks.error_rates import statistical
from ppdl_course.checks.fresh_inputs import drawn_inputs
from ppdl_course.checks.secret_draws import require_drawn, watched
from ppdl_course.checks.verdict import lent, require, require_none


@statistical(
    false_fail=FALSE_FAIL,
    power=0.99,
    against=(
        "r of 64 bits",
        "an even r",
        "r below N // 2",
        "one r for all calls",
        "no fresh randomness in the ciphertext",
        "randomness that is r again",
        "randomness of 128 bits",
        "a statistics generator",
        "the clock behind a hash",
        "16 bits behind a hash",
    ),
)
def check_blind(
    blind: Callable[..., Any], *, draws: int = DRAWS, seed: int | None = None
) -> None:
    """Check a blinded ciphertext: it holds m + r, r is uniform, nobody can link it.

    r of 64 calls or more must look uniform in 0..N - 1, which fails a right answer with
    probability below 1.3e-7, and each call must ask the operating system for the bits
    of r and of the ciphertext's own randomness.
    """
    with drawn_inputs(seed) as rng:
        tiny = Master.tiny()
        c = tiny.encrypt(5, tiny.g, rng)
        parts = several(
            blind(*lent(c), tiny.n, tiny.g, tiny.g),
            2,
            "blind must return (blinded, r)",
        )
        require_reduced(parts[0], tiny, "the blinded ciphertext")
        for small in (False, True):
            key = Master.drawn(rng, small=small)
            edges = (0, 1, key.n - 1, key.n // 2)
            for m in (*_any(rng, key.n, 2), *edges):
                theta, h = key.user(rng)
                c = key.encrypt(m, h, rng)
                got = blind(*lent(c), key.n, key.g, h)
                _one_blinding(got, m, c, key, theta, h)
        key = Master.drawn(rng)
        theta, h = key.user(rng)
        m = random_below(rng, key.n)
        c = key.encrypt(m, h, rng)
        drawn = watched(blind, [(*lent(c), key.n, key.g, h)] * draws)
        seen = [_one_blinding(got, m, c, key, theta, h) for got in drawn.results]
    require_uniform([r for r, _ in seen], key.n, "r")
    different = len({second for _, second in seen})
    require(
        different == len(seen),
        f"T2 of the blinded ciphertext takes only {different} values in {len(seen)} "
        "calls: its own randomness is a fresh draw, too.",
    )
    back = pow(c[1], -1, key.square)
    own = [second * back % key.square for _, second in seen]
    require_unrelated(own, key, "the ciphertext's own randomness")
    require_drawn(drawn, bits_of(key.n) + bits_of(key.n // 4), "r and the randomness")


def _any(rng: Any, bound: int, count: int) -> Iterator[int]:
    return (random_below(rng, bound) for _ in range(count))


def _one_blinding(
    got: Any, m: int, c: Ciphertext, key: Master, theta: int, h: int
) -> tuple[int, int]:
    """Return r and T2 of a right result, or raise what is wrong with it."""
    parts = several(got, 2, "blind must return (blinded, r)")
    r = integer(parts[1], "r")
    require(0 <= r < key.n, "r is outside 0..N - 1.")
    blinded = ciphertext_of(parts[0], key, "the blinded ciphertext")
    n, square, (T1, T2) = key.n, key.square, blinded
    plain = key.by_strong_key(T1)
    if plain != (m + r) % n:
        require_none(_blind_mistakes(plain, blinded, m, r, c, key, h))
        require(
            False,
            "the strong key opens the blinded ciphertext to another number than m + r. "
            "An encryption of r is multiplied onto c, part by part, modulo N^2.",
        )
    require(
        c[1] != T2,
        "T2 is the same as before: whoever has seen c knows where this one comes from. "
        "Multiply an encryption of r with randomness of its own onto it.",
    )
    if key.by_weak_key(blinded, theta) == plain:
        fresh = T2 * pow(c[1], -1, square) % square
        require(
            fresh != pow(key.g, r, square),
            "the ciphertext's randomness is r again: whoever guesses m can then test "
            "it. Draw another number.",
        )
        return r, T2
    require_none(
        message
        for message, fits in (
            (
                "T1 and T2 are exchanged.",
                key.by_weak_key((T2, T1), theta) == plain,
            ),
            (
                "T2 is a power of h and T1 one of g: it is h in T1, and g in T2.",
                _exchanged(blinded, r, c, key, theta),
            ),
            ("T2 is reduced modulo N: ciphertexts live modulo N^2.", n > T2),
            ("T2 is not c's, times a power: what c had in it is lost.", _lost(T2, key)),
        )
        if fits
    )
    require(
        False,
        "the user's key does not open the blinded ciphertext: T1 and T2 need the same "
        "fresh randomness s, h^s in T1 and g^s in T2.",
    )
    raise AssertionError


def _lost(second: int, key: Master) -> bool:
    """Whether a number is not of the order that powers of g have."""
    return pow(second, key.lam, key.square) != 1


def _exchanged(
    blinded: Ciphertext, r: int, c: Ciphertext, key: Master, theta: int
) -> bool:
    """Whether g and h have changed places in what was multiplied onto c."""
    square = key.square
    first = blinded[0] * pow(c[0] * (1 + r * key.n), -1, square) % square
    second = blinded[1] * pow(c[1], -1, square) % square
    return pow(first, theta, square) == second


def _blind_mistakes(
    plain: int, blinded: Ciphertext, m: int, r: int, c: Ciphertext, key: Master, h: int
) -> Iterator[str]:
    n, square, T1 = key.n, key.square, blinded[0]
    at_first = T1 * pow(c[0], -1, square) % square
    known = (
        (
            "T1 is below N: it was reduced modulo N, and ciphertexts live modulo N^2.",
            n > T1,
        ),
        (
            "r is added to T1: a sum of ciphertexts means nothing, their product does.",
            (c[0] + r) % square == T1,
        ),
        (
            "r N is added to T1: the factor 1 + r N is multiplied.",
            (c[0] + r * n) % square == T1,
        ),
        (
            "T1 is multiplied by r itself: r goes in as 1 + r N.",
            r and at_first == r,
        ),
        (
            "the factor is 1 + r, not 1 + r N.",
            at_first == 1 + r or plain == key.by_strong_key(c[0] * (1 + r) % square),
        ),
        (
            "the factor is r N, without the 1.",
            plain == key.by_strong_key(c[0]) and at_first == r * n % square,
        ),
        (
            "T1 and T2 are exchanged.",
            key.by_strong_key(blinded[1]) == (m + r) % n,
        ),
        (
            "the ciphertext holds m - r: blinding adds r.",
            plain == (m - r) % n,
        ),
        (
            "the ciphertext holds r - m: blinding adds r to m.",
            plain == (r - m) % n,
        ),
        ("the ciphertext holds m r. A factor leaves 0 at 0.", plain == m * r % n),
        ("the ciphertext still holds m: r is not in it.", plain == m),
        ("the ciphertext holds r alone: m is lost.", plain == r),
        ("the ciphertext holds m + 2 r: r is in it twice.", plain == (m + 2 * r) % n),
        ("the ciphertext holds 2 m + r: c is in it twice.", plain == (2 * m + r) % n),
        (
            "the ciphertext holds m + 1, so the factor is 1 + N: it is 1 + r N.",
            plain == (m + 1) % n,
        ),
    )
    return (message for message, fits in known if fits)
