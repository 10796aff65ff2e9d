"""Check of chapter 8 on the cloud's part of a product: take the blinding off."""

import itertools
from collections.abc import Callable, Iterator
from typing import Any

from ppdl_course.checks.cloud_keys_and_games.toy_keys import (
    Ciphertext,
    Master,
    ciphertext_of,
    random_below,
    require_reduced,
)
from ppdl_course.checks.fresh_inputs import drawn_inputs
from ppdl_course.checks.verdict import lent, require, require_none


def check_unblind_product(
    unblind_product: Callable[..., Any], *, seed: int | None = None
) -> None:
    """Check x y from (x + rx)(y + ry): edges, zeros, blinding numbers of all sizes."""
    with drawn_inputs(seed) as rng:
        tiny = Master.tiny()
        some = [tiny.encrypt(m, tiny.g, rng) for m in (8, 2, 3)]
        made = unblind_product(*lent(*some), 2, 1, tiny.n)
        require_reduced(made, tiny, "the product")
        key = Master.drawn(rng)
        n = key.n
        free = [_four(rng, n) for _ in range(4)]
        edges = [
            (0, 5, *_four(rng, n)[:2]),
            (*_four(rng, n)[:2], 0, 7),
            (n - 1, n - 2, *_four(rng, n)[:2]),
            (3, 4, n - 1, n - 1),
            (*_four(rng, n)[:2], 0, 0),
        ]
        for row in [*free, *edges]:
            _one_product(unblind_product, key, row, rng)
        small = Master.drawn(rng, small=True)
        _one_product(unblind_product, small, _four(rng, small.n), rng)


def _one_product(
    unblind: Callable[..., Any], key: Master, row: tuple[int, ...], rng: Any
) -> None:
    x, y, rx, ry = row
    theta, h = key.user(rng)
    n = key.n
    product = (x + rx) * (y + ry) % n
    z, cx, cy = (key.encrypt(m, h, rng) for m in (product, x, y))
    got = unblind(*lent(z, cx, cy), rx, ry, n)
    c = ciphertext_of(got, key, "the product")
    plain = key.by_strong_key(c[0])
    if plain != x * y % n:
        require(
            c[0] >= n,
            "T1 of the product is below N: it was reduced modulo N, and ciphertexts "
            "live modulo N^2.",
        )
        require(
            c[0] != _by_powers_modulo_n(z[0], cx[0], cy[0], rx, ry, n),
            "the powers are taken modulo N, and ciphertexts live modulo N^2.",
        )
        require_none(_product_mistakes(plain, row, n))
        require(key.by_strong_key(c[1]) != x * y % n, "T1 and T2 are exchanged.")
        require(
            False,
            "the ciphertext does not hold x y. Multiply (x + rx)(y + ry) out: which "
            "three terms have to go, and what takes each of them off?",
        )
    if key.by_weak_key(c, theta) == plain:
        return
    require_none(
        message
        for message, fits in (
            (
                "T1 is right and T2 is still z's: what is done to T1 is done to T2, "
                "but for numbers that you know.",
                c[1] == z[1],
            ),
            ("T2 is below N: ciphertexts live modulo N^2.", c[1] < n),
            (
                "T1 is right and T2 is not: there the powers are the other way round, "
                "x is raised to -ry and y to -rx in both parts.",
                _second_is(c, z, cx, cy, (-rx, -ry), key),
            ),
            (
                "T1 is right and T2 is not: the signs of its exponents are turned.",
                _second_is(c, z, cx, cy, (ry, rx), key),
            ),
            (
                "T1 is right, and T2 has the factor 1 - rx ry N, which goes into T1 "
                "alone.",
                _second_is(c, z, cx, cy, (-ry, -rx), key, 1 - rx * ry * n),
            ),
        )
        if fits
    )
    require(
        False,
        "the user's key does not open the product, though T1 is right: T2 is "
        "multiplied by the same powers, of the second parts.",
    )


def _by_powers_modulo_n(z: int, x: int, y: int, rx: int, ry: int, n: int) -> int:
    made = z * pow(x, -ry, n) * pow(y, -rx, n)
    return made * (1 - rx * ry * n) % n**2


def _second_is(
    c: Ciphertext,
    z: Ciphertext,
    cx: Ciphertext,
    cy: Ciphertext,
    powers: tuple[int, int],
    key: Master,
    factor: int = 1,
) -> bool:
    square = key.square
    made = z[1] * pow(cx[1], powers[0], square) * pow(cy[1], powers[1], square)
    return c[1] == made * factor % square


def _product_mistakes(plain: int, row: tuple[int, ...], n: int) -> Iterator[str]:
    """Say which combination of the four terms came out."""
    x, y, rx, ry = row
    if plain == (x + rx) * (y + ry) % n:
        yield "nothing is taken off: this is still (x + rx)(y + ry)."
    if plain == ((x + rx) * (y + ry) - rx - ry) % n:
        yield "the numbers rx and ry are taken off: multiply (x + rx)(y + ry) out."
    if plain == ((x + rx) * (y + ry) - rx * ry) % n:
        yield "rx ry is taken off, and x ry + y rx is not."
    if plain == (x * y - rx * x - ry * y + ry * x + rx * y) % n:
        yield (
            "rx and ry are exchanged: x is multiplied by ry in (x + rx)(y + ry), and y "
            "by rx."
        )
    if plain == x * y * rx * ry % n:
        yield "blinding was by a sum, and you treat it as a factor."
    names = ("x ry", "y rx", "rx ry")
    terms = (x * ry, y * rx, rx * ry)
    for times in itertools.product((0, 1, 2), repeat=3):
        if times == (0, 0, 0) or times == (1, 1, 1):
            continue
        left = sum(k * term for k, term in zip(times, terms, strict=True))
        if plain == (x * y + left) % n:
            said = [
                f"{name} is {'left in' if k == 1 else 'added instead of taken off'}"
                for k, name in zip(times, names, strict=True)
                if k
            ]
            yield "; ".join(said) + "."
    if plain == (x * y - rx * ry) % n:
        yield "rx ry is taken off twice."


def _four(rng: Any, n: int) -> tuple[int, ...]:
    return tuple(random_below(rng, n) for _ in range(4))
