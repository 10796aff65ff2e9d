"""Secrets come from the operating system: what checks ask of an answer's draws.

A secret has no more randomness than was asked of the operating system for it. So
:func:`watched` counts, call by call, the bits that an answer asks for, beside the
answer in its own process, and :func:`require_drawn` compares them with the bits that a
call must hold. Constants, clocks, few bits behind a hash, draws that follow from the
one before, and bytes kept from the first call all show in that one number.

A count is blind to a generator for statistics with a seed from the operating system.
Calls of those are refused, or seen by the interpreter's profiler, which also sees
clocks, under whatever name and in whatever helper they are called.

Sources of the operating system that cannot be counted (OpenSSL's, the device file) are
seen, too; then nothing is said of the number of bits. A right answer never fails by the
count: it is compared with what an answer must at least ask for, and that is no accident
of its draws.
"""

import datetime
import functools
import math
import os
import random
import stat
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from types import CodeType, FrameType
from typing import Any, NamedTuple
from unittest import mock

import numpy as np

from ppdl_course.checks.remote import beside
from ppdl_course.checks.verdict import Mistake, require

ENOUGH = 128.0
"""Bits that nobody can try: a hash may stretch so many to a longer secret."""

_STATISTICS, _CLOCK, _UNCOUNTED = "statistics", "clock", "uncounted"
_TIMES = (
    *("time", "perf_counter", "monotonic", "process_time", "thread_time"),
    *("clock_gettime", "times", "localtime", "gmtime", "ctime", "strftime"),
)
_OF_TORCH = (
    *("rand", "randn", "randint", "randperm", "rand_like", "randn_like"),
    *("randint_like", "bernoulli", "multinomial", "normal", "poisson"),
    *("manual_seed", "seed", "random_", "uniform_", "normal_", "bernoulli_"),
    *("exponential_", "geometric_", "set_state"),
)
_NAMES = {
    **{name + end: _CLOCK for name in _TIMES for end in ("", "_ns")},
    **dict.fromkeys(("now", "utcnow", "today"), _CLOCK),
    **dict.fromkeys((*_OF_TORCH, "random", "getrandbits"), _STATISTICS),
    **dict.fromkeys(("urandom", "getrandom", "RAND_bytes"), _UNCOUNTED),
    **dict.fromkeys(("RAND_priv_bytes", "read", "readinto", "fromfile"), _UNCOUNTED),
}


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
    if _STATISTICS in draws.seen:
        _refuse()
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
    if _UNCOUNTED in draws.seen or fewest >= bits - 0.01:
        return
    asked = f"asked the operating system for {fewest:.0f} random bits"
    clock = (
        "It reads a clock, and whoever knows about when knows the secret, hashed or "
        "not. "
        if _CLOCK in draws.seen
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


def _refuse(*_: Any, **__: Any) -> None:
    raise Mistake(
        "a secret was drawn from a generator made for statistics. Whoever guesses "
        "its state knows all secrets: draw from the secrets module."
    )


def watch(
    answer: Callable[..., Any], rows: list[tuple], ties: int
) -> tuple[list[Any], list[float], list[str]]:
    """Do what :func:`watched` says, where the answer is; return the parts of Draws."""
    if any(map(_for_statistics, _within_reach(answer))):
        _refuse()
    tap = _Tap()
    results, bits = [], []
    with tap.opened(_globals(answer)):
        for number, row in enumerate(rows):
            before = tap.bits
            tap.ties, tap.tied = ties, bytes([number * 37 % 256])
            with tap.looking() if number else ExitStack():
                results.append(_read(answer(*row)))
            bits.append(tap.bits - before)
    return results, bits, sorted(tap.seen)


class _Tap:
    """Counts what is asked of the operating system, and notes other sources."""

    def __init__(self) -> None:
        self.bits = 0.0
        self.seen: set[str] = set()
        self.ties, self.tied = 0, b""
        self._urandom = os.urandom

    def urandom(self, size: int) -> bytes:
        self.bits += 8 * size
        if self.ties:
            self.ties -= 1
            return self.tied * size
        return self._urandom(size)

    @contextmanager
    def opened(self, names: dict[str, Any]) -> Iterator[None]:
        """Stand between the operating system and the code with these globals."""
        refused = {
            name: value
            for name, value in vars(np.random).items()
            if callable(value) and name in np.random.__all__ and name != "SeedSequence"
        }
        away = [(os.urandom, self.urandom), *((f, _refuse) for f in refused.values())]
        aliases = {
            name: other
            for name, value in names.items()
            for original, other in away
            if value is original
        }
        before = {name: names[name] for name in aliases}
        system = random.SystemRandom
        exact = {
            "getrandbits": self._exact(system.getrandbits, float),
            "random": self._exact(system.random, lambda: 53.0),
            "_randbelow": self._exact(system._randbelow, lambda n: math.log2(n or 1)),
        }
        with (
            mock.patch.multiple(system, **exact),
            mock.patch.object(random, "_urandom", self.urandom),
            mock.patch.object(os, "urandom", self.urandom),
            mock.patch.multiple(np.random, **dict.fromkeys(refused, _refuse)),
        ):
            names.update(aliases)
            try:
                yield
            finally:
                names.update(before)

    def _exact(self, original: Callable, size: Callable[..., float]) -> Callable:
        """Count a draw by what it holds, not by the bytes that it takes."""

        def draw(generator: random.SystemRandom, *args: Any) -> Any:
            before = self.bits
            value = original(generator, *args)
            self.bits = before + size(*args)
            return value

        return draw

    @contextmanager
    def looking(self) -> Iterator[None]:
        """Look at every call of compiled code."""
        before = sys.getprofile()
        sys.setprofile(self._look)
        try:
            yield
        finally:
            sys.setprofile(before)

    def _look(self, frame: FrameType, event: str, called: Any) -> None:
        if event != "c_call" or called.__name__ not in _NAMES:
            return
        kind, owner = _NAMES[called.__name__], getattr(called, "__self__", None)
        module = getattr(called, "__module__", None) or type(owner).__module__
        if kind is _CLOCK:
            day = isinstance(owner, type) and issubclass(owner, datetime.date)
            if day or module in ("time", "posix", "nt"):
                self.seen.add(kind)
        elif kind is _STATISTICS:
            if module.partition(".")[0] == "torch" or _for_statistics(owner):
                self.seen.add(kind)
        elif not (
            frame.f_code is _Tap.urandom.__code__
            or _from_elsewhere(called.__name__, owner)
        ):
            self.seen.add(kind)


def _from_elsewhere(name: str, owner: Any) -> bool:
    """Tell whether a call that could read the system's randomness reads a file."""
    try:
        return "read" in name and not stat.S_ISCHR(os.fstat(owner.fileno()).st_mode)
    except (AttributeError, OSError, ValueError):
        return type(owner) is not type(os)  # of os.read nobody can tell


def _read(value: Any, depth: int = 2) -> Any:
    """Read iterators, which draw only now, into lists."""
    if depth and isinstance(value, Iterator):
        return [_read(part, depth - 1) for part in value]
    if depth and type(value) in (tuple, list):
        return type(value)(_read(part, depth - 1) for part in value)
    return value


def _for_statistics(generator: object) -> bool:
    if isinstance(generator, random.Random):
        return not isinstance(generator, random.SystemRandom)
    if isinstance(generator, np.random.Generator | np.random.RandomState):
        return True
    torch = sys.modules.get("torch")  # not imported: then there is none of its own
    return torch is not None and isinstance(generator, torch.Generator)


def _function(answer: Callable[..., Any]) -> Any:
    """Return the Python function behind a callable object."""
    while isinstance(answer, functools.partial):
        answer = answer.func
    return answer if hasattr(answer, "__code__") else type(answer).__call__


def _globals(answer: Callable[..., Any]) -> dict[str, Any]:
    return getattr(_function(answer), "__globals__", {})


def _within_reach(answer: Callable[..., Any]) -> Iterator[object]:
    """Yield what a function's own code and its helpers' can name."""
    functions, known = [_function(answer)], set()
    for function in functions:  # the list grows while it is read, and so does codes
        if not hasattr(function, "__code__") or function.__code__ in known:
            continue
        known.add(function.__code__)
        found = [*(function.__defaults__ or ())]
        found += [cell.cell_contents for cell in function.__closure__ or ()]
        codes = [function.__code__]
        for code in codes:
            codes += [part for part in code.co_consts if isinstance(part, CodeType)]
            names = function.__globals__
            found += [names[name] for name in code.co_names if name in names]
        functions += found
        yield from found
