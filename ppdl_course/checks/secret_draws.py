"""Secrets come from the operating system: what checks ask of an answer's draws.

Two nets, since each has holes of its own. :func:`secret_draws_only` makes the
generators of ``random`` and ``numpy.random`` complain while an answer runs, and looks
for one that the answer keeps in a global variable. :func:`replayed` sets the same
generators to one state and stops the clock: whatever repeats then was never a secret.
"""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from types import CodeType
from typing import Any
from unittest import mock

import numpy as np

from ppdl_course.checks.remote import where_the_answer_runs
from ppdl_course.checks.verdict import Mistake, require

_OF_NUMPY = (
    *("default_rng", "Generator", "RandomState", "rand", "randint", "random"),
    *("bytes", "choice", "permutation", "shuffle"),
)
_CLOCKS = (
    *("time", "time_ns", "perf_counter", "perf_counter_ns"),
    *("monotonic", "monotonic_ns"),
)


def _refuse(*_: Any, **__: Any) -> None:
    raise Mistake(
        "a secret was drawn from a generator made for statistics. Whoever guesses "
        "its state knows all secrets: draw from the secrets module."
    )


@where_the_answer_runs
@contextmanager
def secret_draws_only(answer: Callable[..., Any]) -> Iterator[None]:
    """Complain when ``answer`` draws from a generator made for statistics.

    Raises:
        Mistake: At the first such draw, or at once if a global variable or a default
            that ``answer`` uses holds such a generator.
    """
    if any(map(_for_statistics, _within_reach(answer))):
        _refuse()
    # every method of random.Random draws by one of these two
    names = dict.fromkeys(("random", "getrandbits"), _refuse)
    with (
        mock.patch.multiple(random.Random, **names),
        mock.patch.multiple(random, **names),
        mock.patch.multiple(np.random, **dict.fromkeys(_OF_NUMPY, _refuse)),
    ):
        yield


def _for_statistics(generator: object) -> bool:
    if isinstance(generator, random.Random):
        return not isinstance(generator, random.SystemRandom)
    return isinstance(generator, np.random.Generator | np.random.RandomState)


def _within_reach(answer: Callable[..., Any]) -> Iterator[object]:
    """Yield what a function's own code can name: globals, defaults, closure."""
    function = answer if hasattr(answer, "__code__") else type(answer).__call__
    if not hasattr(function, "__code__"):
        return
    yield from function.__defaults__ or ()
    yield from (cell.cell_contents for cell in function.__closure__ or ())
    codes = [function.__code__]
    for code in codes:
        # functions inside the function; the list grows while it is read
        codes += [part for part in code.co_consts if isinstance(part, CodeType)]
        yield from (function.__globals__.get(name) for name in code.co_names)


@where_the_answer_runs
@contextmanager
def replayed() -> Iterator[None]:
    """Set the generators for statistics to one state and stop the clock."""
    states = random.getstate(), np.random.get_state()  # noqa: NPY002
    with ExitStack() as stack:
        for name in _CLOCKS:
            # home-made generators take their seed from a clock
            stopped = 1_700_000_000 if "ns" not in name else 1_700_000_000 * 10**9
            stack.enter_context(mock.patch.object(time, name, lambda now=stopped: now))
        random.seed(1)
        np.random.seed(1)  # noqa: NPY002 - the very generator an answer must not use
        try:
            yield
        finally:
            random.setstate(states[0])
            np.random.set_state(states[1])  # noqa: NPY002


def require_fresh(draw: Callable[[], object], name: str) -> None:
    """Require that a draw cannot be repeated; the result must be comparable by ==.

    Raises:
        Mistake: If it repeats when the generators for statistics and the clock do.
    """
    drawn = []
    for _ in range(2):
        with replayed():
            drawn.append(draw())
    require(
        bool(drawn[0] != drawn[1]),
        f"{name}: the same again when the generators made for statistics are reset and "
        "the clock stands still. Draw from the secrets module.",
    )
