"""Where an answer draws from: the operating system is counted, the rest is seen.

This stands beside the answer, in its own process, and only tells what it sees;
:mod:`ppdl_course.checks.secret_draws` judges it.
"""

import datetime
import functools
import math
import os
import random
import stat
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import CodeType, FrameType
from typing import Any
from unittest import mock

import numpy as np

from ppdl_course.checks.verdict import Mistake

STATISTICS, CLOCK, UNCOUNTED = "statistics", "clock", "uncounted"
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
    **{name + end: CLOCK for name in _TIMES for end in ("", "_ns")},
    **dict.fromkeys(("now", "utcnow", "today"), CLOCK),
    **dict.fromkeys((*_OF_TORCH, "random", "getrandbits"), STATISTICS),
    **dict.fromkeys(("urandom", "getrandom", "RAND_bytes"), UNCOUNTED),
    **dict.fromkeys(("RAND_priv_bytes", "read", "readinto", "fromfile"), UNCOUNTED),
}


def refuse(*_: Any, **__: Any) -> None:
    """Stand in for a generator made for statistics.

    Raises:
        Mistake: Always.
    """
    raise Mistake(
        "a secret was drawn from a generator made for statistics. Whoever guesses "
        "its state knows all secrets: draw from the secrets module."
    )


class Tap:
    """Counts what is asked of the operating system, and notes other sources."""

    def __init__(self) -> None:
        self.bits = 0.0
        self.seen: set[str] = set()
        self.ties, self.tied = 0, b""
        self._urandom = os.urandom

    def urandom(self, size: int) -> bytes:
        """Return random bytes as ``os.urandom`` does, and count them."""
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
        away = [(os.urandom, self.urandom), *((f, refuse) for f in refused.values())]
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
            mock.patch.multiple(np.random, **dict.fromkeys(refused, refuse)),
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
        if kind is CLOCK:
            day = isinstance(owner, type) and issubclass(owner, datetime.date)
            if day or module in ("time", "posix", "nt"):
                self.seen.add(kind)
        elif kind is STATISTICS:
            if module.partition(".")[0] == "torch" or for_statistics(owner):
                self.seen.add(kind)
        elif not (
            frame.f_code is Tap.urandom.__code__
            or _from_elsewhere(called.__name__, owner)
        ):
            self.seen.add(kind)


def _from_elsewhere(name: str, owner: Any) -> bool:
    """Tell whether a call that could read the system's randomness reads a file."""
    try:
        return "read" in name and not stat.S_ISCHR(os.fstat(owner.fileno()).st_mode)
    except (AttributeError, OSError, ValueError):
        return type(owner) is not type(os)  # of os.read nobody can tell


def for_statistics(generator: object) -> bool:
    """Tell whether an object is a generator made for statistics."""
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


def globals_of(answer: Callable[..., Any]) -> dict[str, Any]:
    """Return the names of the module, or notebook, that a function is from."""
    return getattr(_function(answer), "__globals__", {})


def within_reach(answer: Callable[..., Any]) -> Iterator[object]:
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
