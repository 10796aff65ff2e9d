"""Secrets come from the operating system: what checks ask of an answer's draws.

A secret has no more randomness than was asked of the operating system for it. So
:func:`watched` counts, call by call, the bits that an answer asks for, beside the
answer in its own process, and :func:`require_drawn` compares them with the bits that a
call must hold. Constants, clocks, few bits behind a hash, draws that follow from the
one before, and bytes kept from the first call all show in that one number.

A count is blind to a generator for statistics with a seed from the operating system.
Calls of those are refused, or seen by the interpreter's profiler, which also sees
clocks, under whatever name and in whatever helper they are called
(:mod:`ppdl_course.checks.draw_sources`).

Sources of the operating system that cannot be counted (OpenSSL's, the device file) are
seen, too; then nothing is said of the number of bits. A right answer never fails by the
count: it is compared with what an answer must at least ask for, and that is no accident
of its draws.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from typing import Any, NamedTuple

from ppdl_course.checks.draw_sources import (
    CLOCK,
    STATISTICS,
    UNCOUNTED,
    Tap,
    for_statistics,
    globals_of,
    refuse,
    within_reach,
)
from ppdl_course.checks.remote import beside
from ppdl_course.checks.verdict import Mistake, require

ENOUGH = 128.0
"""Bits that nobody can try: a hash may stretch so many to a longer secret."""


class Draws(NamedTuple):
    """What an answer returned, and where it drew it from.

    Attributes:
        results: One for each call; iterators have become lists.
        bits: Asked of the operating system, one number for each call.
        seen: Which sources were seen besides.
    """

    results: list[Any]
    bits: list[float]
    seen: list[str]


def watched(
    answer: Callable[..., Any], rows: Sequence[tuple], *, ties: int = 0
) -> Draws:
    """Call an answer with each row of arguments, and watch where it draws from.

    Args:
        answer: The student's function.
        rows: Arguments of the calls, at least two: nothing but the count is looked at
            in the first, in which an answer may import what it needs.
        ties: So many of a call's first requests to the operating system are all given
            the same bytes, another one in each call: what then comes out shows what an
            answer makes of equal draws.

    Raises:
        Mistake: If a generator made for statistics was used.
        ValueError: If there are fewer than two rows.
    """
    if len(rows) < 2:
        raise ValueError(f"rows must be at least 2, got {len(rows)}")
    draws = Draws(*beside(watch, answer)(list(rows), ties))
    if STATISTICS in draws.seen:
        refuse()
    return draws


def require_drawn(draws: Draws, bits: float, what: str) -> None:
    """Require that each call has asked the operating system for enough bits.

    Args:
        draws: From :func:`watched`.
        bits: What a right answer asks for at least, in each call.
        what: The secret, at the beginning of a sentence: ``"x"``.

    Raises:
        Mistake: If a call has asked for less.
    """
    fewest, first = min(draws.bits), draws.bits[0]
    # logarithms are rounded
    if UNCOUNTED in draws.seen or fewest >= bits - 0.01:
        return
    asked = f"asked the operating system for {fewest:.0f} random bits"
    clock = (
        "It reads a clock, and whoever knows about when knows the secret, hashed or "
        "not. "
        if CLOCK in draws.seen
        else ""
    )
    if max(draws.bits) == 0:
        raise Mistake(
            f"{what}: your function {asked}, so it follows from what others may know, "
            f"or from a call before. {clock}Draw from the secrets module."
        )
    if first > fewest + 0.01 and first == max(draws.bits):
        raise Mistake(
            f"{what}: the first call asked the operating system for {first:.0f} random "
            f"bits and a later one for {fewest:.0f}: what it gives follows from the "
            "draw before, and whoever learns one knows the next. Draw afresh in every "
            "call."
        )
    if fewest < 53:
        why = "so few values can all be tried, however they are hashed."
    elif fewest <= 64:
        why = "so most values never come: was a float in between, which holds 53?"
    else:
        why = (
            "so a part follows from the rest, and whoever learns one has the other, or "
            "most values never come."
        )
    raise Mistake(
        f"{what}: at least {bits:.3g} random bits are needed, and your function "
        f"{asked}: {why} {clock}Draw every part from the secrets module."
    )


def require_no_repeat(values: Sequence[Any], what: str) -> None:
    """Require that secrets of hundreds of bits never come twice.

    Of n draws two are equal with probability below n^2 / 2^(bits + 1): a right answer
    of 200 bits and 10,000 draws fails with probability below 2^-170. Draws from 2^k
    values pass with probability exp(-n^2 / 2^(k + 1)): below 1e-6 for k = 16 and
    n = 1,600, wherever the k bits come from.
    """
    different = len(set(values))
    require(
        different == len(values),
        f"{what}: only {different} of {len(values)} draws differ: so few values can "
        "all be tried, however they are hashed.",
    )


def watch(
    answer: Callable[..., Any], rows: list[tuple], ties: int
) -> tuple[list[Any], list[float], list[str]]:
    """Do what :func:`watched` says, where the answer is; return the parts of Draws."""
    if any(map(for_statistics, within_reach(answer))):
        refuse()
    tap = Tap()
    results, bits = [], []
    with tap.opened(globals_of(answer)):
        for number, row in enumerate(rows):
            before = tap.bits
            tap.ties, tap.tied = ties, bytes([number * 37 % 256])
            with tap.looking() if number else ExitStack():
                results.append(_read(answer(*row)))
            bits.append(tap.bits - before)
    return results, bits, sorted(tap.seen)


def _read(value: Any, depth: int = 2) -> Any:
    """Read iterators, which draw only now, into lists."""
    if depth and isinstance(value, Iterator):
        return [_read(part, depth - 1) for part in value]
    if depth and type(value) in (tuple, list):
        return type(value)(_read(part, depth - 1) for part in value)
    return value
