"""Inputs that a check draws anew at each grading, from a seed that it names.

An answer that is right only for the inputs of the chapter, or for those it has seen in
an earlier report, is right by luck. So a check that is given ``seed=None`` draws its
inputs from a seed of its own; whoever is told of a mistake can repeat it with that
seed.

The variable PPDL_INPUTS fixes them: each process draws the same seeds again, in the
same order, for the same value of it. Kernels do not see it.
"""

import functools
import os
import random
import secrets
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import numpy as np

from ppdl_course.checks.verdict import Mistake

VARIABLE = "PPDL_INPUTS"
_drawn: Counter[str] = Counter()


def fresh_seed() -> int:
    """Return a seed that nobody can know, or the next that PPDL_INPUTS leads to."""
    fixed = os.environ.get(VARIABLE)
    if not fixed:
        return secrets.randbits(32)
    _drawn[fixed] += 1
    return random.Random(f"{fixed} {_drawn[fixed]}").getrandbits(32)


def drawn_anew(check: Callable[..., None]) -> Callable[..., None]:
    """Let a check take ``seed=None``: a fresh seed, which its message names.

    Args:
        check: A check with a keyword ``seed`` that all its inputs follow from.

    >>> @drawn_anew
    ... def check_double(double, *, seed=1):
    ...     if double(seed) != 2 * seed:
    ...         raise Mistake("that is not twice the number.")
    >>> check_double(lambda x: x + 1)
    >>> check_double(lambda x: x + 1, seed=5)
    Traceback (most recent call last):
    ppdl_course.checks.verdict.Mistake: that is not twice the number.
    """

    @functools.wraps(check)
    def seeded(*args: object, **kwargs: object) -> None:
        if "seed" not in kwargs or kwargs["seed"] is not None:
            check(*args, **kwargs)
            return
        seed = fresh_seed()
        with _named(seed):
            check(*args, **{**kwargs, "seed": seed})

    return seeded


@contextmanager
def drawn_inputs(seed: int | None = None) -> Iterator[np.random.Generator]:
    """Give a generator for a check's inputs; name its seed in a mistake found there.

    Args:
        seed: From a message, to see the same inputs again; by default a fresh one.
    """
    seed = fresh_seed() if seed is None else seed
    with _named(seed):
        yield np.random.default_rng(seed)


@contextmanager
def _named(seed: int) -> Iterator[None]:
    named = f"(inputs drawn with seed={seed})"
    try:
        yield
    except Mistake as mistake:
        raise Mistake(f"{mistake} {named}") from None
    except Exception as error:
        error.add_note(named)
        raise
