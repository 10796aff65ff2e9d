"""Checks of chapter 4: Yao's protocol for the millionaires' problem, and an attack.

Checks of secrecy draw as many samples as ``parties.views.samples_needed`` asks for at a
false-fail rate of 1e-6 in all; each docstring says which leak is caught with which
power. ``tests/checks/millionaires_problem/test_yao.py`` recomputes those numbers.
"""

import secrets
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ppdl_course.checks.error_rates import statistical
from ppdl_course.checks.fresh_inputs import drawn_inputs
from ppdl_course.checks.millionaires_problem.integers import as_integer, numbers_of
from ppdl_course.checks.secret_draws import (
    ENOUGH,
    require_drawn,
    require_no_repeat,
    watched,
)
from ppdl_course.checks.verdict import Mistake, require, require_none
from ppdl_course.mpc.millionaires.yao import make_key
from ppdl_course.parties.views import FALSE_ALARM, uniform_p_value
from ppdl_course.publickey.rsa import PrivateKey, PublicKey

CELLS = 32
DRAWS = 1600
# n is 0.667 * 2^256: of 256 bits reduced modulo n, half the x come up twice as often
_KEY_256 = PrivateKey.from_primes(
    277839389140940196080662962564803128769,
    277839389140940196080662962564803128847,
    e=3,
).public
# keys of 16 and 4 bits: small enough that wrap-arounds come up, and can be followed
_KEY_16 = PrivateKey.from_primes(193, 199, e=7)
_KEY_4 = PrivateKey.from_primes(3, 5, e=3)


@statistical(
    power=0.99,
    against=(
        "small x",
        "statistics generator",
        "no modulo",
        "x misses a fifth of its range",
        "even x",
        "one x for all runs",
        "never 0",
        "draws again where m would wrap",
        "a hash reduced modulo n",
        "16 bits behind a hash",
        "the clock behind a hash",
        "x follows from the one before",
        "torch's generator",
        "numpy's generator with one seed, in a helper",
    ),
)
def check_bob_question(
    bob_question: Callable[[int, PublicKey], Any],
    *,
    draws: int = DRAWS,
    false_fail: float = FALSE_ALARM,
) -> None:
    """Check Bob's first message.

    x is binned into 32 cells, by its size and by its last five bits; 1,600 draws catch
    an x that misses a fifth of either range (Cohen's w = 0.5) with power above
    1 - 1e-6. The moduli, 0.59 * 2^16 and 0.67 * 2^256, show bits and hashes reduced
    modulo n: a range of which one half is twice as likely has w = 0.33, and 1,600 draws
    find that with power above 1 - 1e-4. Modulo 15 each x is a cell, 0 among them
    (w = 0.27, power above 0.99), and three E(x) in five are below 9 = j - 1: 1,600
    questions miss them with probability 0.4^1600. A right x has 32 zero bits at an end
    at a rate of 2^-31, and repeats among 1,600 with probability below 2^-230. The six
    chi-square tests share half of ``false_fail``: the law of the counts has a tail up
    to 1.3 times as heavy as the chi-square law.
    """
    key = make_key(256).public
    with drawn_inputs() as rng:
        asks = (1, 1, 10, 10, *rng.integers(2, 100, size=2).tolist())
        guess = int(rng.integers(2, 10))
    fresh = watched(bob_question, [(j, key) for j in asks])
    questions = [_asked(pair, key) for pair in fresh.results]
    x, _ = questions[0]
    require(
        x.bit_length() > 224,
        f"x = {x} is tiny for a key of 256 bits: Alice decrypts all candidates and "
        "sees which one is small. Draw x from the whole range 0..n-1.",
    )
    require(x % 2**32 != 0, f"x = {x} ends in zero bits: a float was in between.")
    for j, (x, m) in zip(asks, questions, strict=True):
        _relation(x, m, j, key)
    require(
        len({x for x, _ in questions}) == len(questions),
        "two runs used the same x. Alice then reads j' - j off them.",
    )
    require_drawn(fresh, ENOUGH, "x")
    for j, n in ((10, _KEY_4.public), (guess, _KEY_16.public), (guess, _KEY_256)):
        pairs = watched(bob_question, [(j, n)] * draws).results
        asked = [_asked(pair, n) for pair in pairs]
        for x, m in asked:
            _relation(x, m, j, n)
        few = min(n.n, CELLS)
        if n is _KEY_4.public:
            require(
                any(n.encrypt(x) < j - 1 for x, _ in asked),
                "no question wraps for j = 10: where E(x) is below j - 1, keep x and "
                "let the modulo wrap. Without such x, m tells something about j.",
            )
        for cells in ([x * few // n.n for x, _ in asked], [x % few for x, _ in asked]):
            require(
                uniform_p_value(cells, few) > false_fail / 12,
                f"x is not uniform in 0..n-1 for n = {n.n}, so m tells Alice something "
                "about j." + how_uneven([x for x, _ in asked], n.n),
            )
    require_no_repeat([x for x, _ in asked], "x")


def how_uneven(drawn: Sequence[int], bound: int) -> str:
    """Return what shows of draws that are not uniform below a bound, or ''."""
    cells = min(CELLS, bound)
    counts = np.bincount([v * cells // bound for v in drawn], minlength=cells)
    empty = np.flatnonzero(counts == 0)
    if len(empty) and bound == cells:
        return f" {', '.join(map(str, empty))} never came in {len(drawn)} draws."
    if len(empty):
        return (
            f" Of {cells} equal parts of that range {len(empty)} stayed empty in "
            f"{len(drawn)} draws, from part {empty[0] + 1} on."
        )
    most = int(counts.argmax())
    if bound == cells and counts[most] > 1.5 * len(drawn) / cells:
        times = counts[most] * cells / len(drawn)
        return (
            f" {most} came {times:.1f} times as often as an even share: bits or bytes "
            "reduced modulo something do that."
        )
    lower, upper = counts[: cells // 2].sum(), counts[-(cells // 2) :].sum()
    if lower > 1.3 * upper:
        return (
            f" The lower half came {lower / upper:.1f} times as often as the upper: "
            "bits or bytes reduced modulo something do that."
        )
    return ""


def _asked(result: object, key: PublicKey) -> tuple[int, int]:
    require(
        isinstance(result, tuple | list) and len(result) == 2,
        f"return the pair (x, m), got {type(result).__name__}.",
    )
    x = as_integer(result[0], "x", below=key.n)
    require(
        not isinstance(result[1], int | np.integer) or 0 <= result[1] < key.n,
        "m left the range 0..n-1: subtract modulo n. A negative m would tell that the "
        "encrypted number was smaller than j.",
    )
    return x, as_integer(result[1], "m", below=key.n)


def _relation(x: int, m: int, j: int, key: PublicKey) -> None:
    k, n = key.encrypt(x), key.n
    if m == (k - j + 1) % n:
        return
    require(m != k, "m is E(x) itself: the shift that carries j is missing.")
    require(m != (k + j - 1) % n, "the shift goes the other way: down, not up.")
    require(m != (k - j) % n, "shifted one too far: for j = 1 Alice's y_1 is x.")
    require(
        x != (key.encrypt(m) - j + 1) % n,
        "m is not E(x) - j + 1, but x is E(m) - j + 1: return (x, m), in this order.",
    )
    require(m != (x - j + 1) % n, "x itself was shifted: encrypt it first.")
    for shift in (1 - j, j - 1, -j, j):
        require(
            m != key.encrypt((x + shift) % n),
            "the shift stands inside the encryption: m is E(x) - j + 1, so encrypt x "
            "itself, and subtract afterwards.",
        )
    raise Mistake("m is not E(x) - j + 1 modulo n.")


def check_alice_list(
    alice_list: Callable[[int, Sequence[int], int], Any], *, seed: int | None = None
) -> None:
    """Check Alice's list, the entries at the border and at p - 1 among them.

    A list of six; then drawn ones of one number, two and more, for primes of 7 to 31
    bits, in which numbers of remainder p - 1 and of less than p occur.
    """
    y = [205, 417, 100, 1008, 350, 4040 + 7]  # y_3 is p - 1: raised, it becomes 0
    for i in (3, 1, 6, 2):
        _raised(alice_list, i, y, 101)
    with drawn_inputs(seed) as rng:
        for size in (1, 2, *rng.integers(3, 30, size=3).tolist()):
            p = int(rng.choice([127, 8191, 131_071, 2**31 - 1]))
            y = [int(v) for v in rng.integers(2**62, size=size)]
            for place in rng.integers(size, size=(size + 1) // 3):
                y[place] += p - 1 - y[place] % p
            y[rng.integers(size)] %= p
            for i in {1, size, int(rng.integers(1, size + 1))}:
                _raised(alice_list, i, y, p)


def _raised(
    alice_list: Callable[[int, Sequence[int], int], Any], i: int, y: list[int], p: int
) -> None:
    """Check one list."""
    argument = list(y)
    w = numbers_of(alice_list(i, argument, p), len(y))
    require(argument == y, "your function changes y, its argument: make a new list.")
    z = [value % p for value in y]
    require(
        all(0 <= entry <= p for entry in w),
        f"an entry is {max(w)}, above p = {p}: reduce every number modulo p. Bob "
        "recognises a number that is not reduced by encrypting it.",
    )
    require(
        p not in w,
        f"an entry is p = {p}: reduce modulo p after adding 1, or Bob sees that "
        "this entry was raised.",
    )
    require(i == len(y) or w != z, "no entry was raised, so Bob always reads i >= j.")
    require(
        w != [(v + (u >= i)) % p for u, v in enumerate(z, 1)],
        f"entry i = {i} itself was raised: for j = i Bob must find x.",
    )
    require(
        w != [(v + (u <= i)) % p for u, v in enumerate(z, 1)],
        "the wrong side of the list was raised: the entries after i, not up to i.",
    )
    right = [(v + (u > i)) % p for u, v in enumerate(z, 1)]
    if w == right:
        return
    require(w != [(v + 1) % p for v in z], "every entry was raised, not those after i.")
    require(
        w != [(v + (u > i + 1)) % p for u, v in enumerate(z, 1)],
        f"entry {i + 1} was not raised: y[0] is y_1, so places count from 1.",
    )
    require(
        w != [(v + (u == i + 1)) % p for u, v in enumerate(z, 1)],
        "one entry alone was raised: raise all that come after i.",
    )
    require(
        w != [(v + max(0, u - i)) % p for u, v in enumerate(z, 1)],
        "the entries after i were raised by their distance from it: by 1 each.",
    )
    usual = {
        f"the entries after i are raised by i = {i}: by 1 each.": (
            [(v + i * (u > i)) % p for u, v in enumerate(z, 1)]
        ),
        "the entries after i are lowered: add 1.": (
            [(v - (u > i)) % p for u, v in enumerate(z, 1)]
        ),
        "the entries after i are doubled: add 1.": (
            [v * (1 + (u > i)) % p for u, v in enumerate(z, 1)]
        ),
        "the list is turned round: w_1 comes first.": right[::-1],
        "the list is sorted: w_u stays in place u, by which Bob finds his own.": (
            sorted(right)
        ),
        "the list is sorted, largest first: w_u stays in place u.": (
            sorted(right, reverse=True)
        ),
        "p - 1 raised by 1 is p, so 0 modulo p: yours stops at p - 1.": (
            [min(v + (u > i), p - 1) for u, v in enumerate(z, 1)]
        ),
        "reduced modulo p - 1: p itself is the modulus.": (
            [(v + (u > i)) % (p - 1) for u, v in enumerate(y, 1)]
        ),
        "divided by p: the remainder is wanted, %, not //.": (
            [(v + (u > i)) // p for u, v in enumerate(y, 1)]
        ),
        "the entries up to i are 0: they stay, reduced modulo p.": (
            [v * (u > i) for u, v in enumerate(right, 1)]
        ),
    }
    require_none(message for message, other in usual.items() if w == other)
    raise Mistake(f"for i = {i} the list should be {right}, got {w}.")


def check_find_i(
    find_i: Callable[[PublicKey, int, Sequence[int]], Any], *, seed: int | None = None
) -> None:
    """Check the attack on a list that was never reduced, at both ends of the range.

    Lists of ten; then of one, two and a drawn number of entries.
    """
    key = make_key(64)
    with drawn_inputs(seed) as rng:
        sizes = [1, 2, *rng.integers(3, 40, size=2).tolist()]
        drawn = [(int(rng.integers(1, n + 1)), n) for n in sizes]
        for i, size in ((4, 10), (1, 10), (10, 10), *drawn, (sizes[-1], sizes[-1])):
            m = secrets.randbelow(key.public.n)
            unreduced_list_is_read(find_i, key, i, m=m, size=size)


def unreduced_list_is_read(
    find_i: Callable[[PublicKey, int, Sequence[int]], Any],
    key: PrivateKey,
    i: int,
    *,
    m: int,
    size: int = 10,
) -> None:
    """Require that the attack finds i for one question m."""
    n = key.public.n
    y = [key.decrypt((m + u) % n) for u in range(size)]
    w = [value + (u > i) for u, value in enumerate(y, 1)]
    found = find_i(key.public, m, list(w))
    require(
        found is not None or i < size,
        f"None came where no entry was raised: then all {size} encryptions fit, and i "
        f"is the last place, {size}.",
    )
    require(
        found is not None,
        f"None came where i was {i} of {size}: does every path return a number?",
    )
    read = as_integer(found, "i", below=2**64)
    apart = [u for u in range(1, size) if w[u] - w[u - 1] == 1]
    require(
        read == i or read != (apart[0] if apart else size) or i == size - read,
        f"found {read} where i was {i}. This fits if entries of w are compared with "
        "each other: y_1, y_2, ... are not one apart, only their encryptions are. "
        "Encrypt an entry and compare it with m + u - 1.",
    )
    require(
        m + size > n or read not in (i - 1, i + 1),
        f"found {read} where i was {i}: off by one. Entry u belongs to the encrypted "
        "number m + u - 1, and places count from 1.",
    )
    require(
        read == i or read != size - i,
        f"found {read} where i was {i}: you counted the entries after i.",
    )
    require(
        i < 3 or read not in (0, 1),
        f"found {read} where i was {i}. Entry u has to be encrypted, and is then "
        "compared with m + u - 1: one more from each entry to the next.",
    )
    wraps = (
        " Here m + u - 1 passes n: both wrap, take it modulo n." if m + size > n else ""
    )
    require(read == i, f"found {read} where i was {i}; m was {m} and n {n}.{wraps}")
