"""Inputs that a check draws anew at each grading, from a seed that it names.

An answer that is right only for the inputs of the chapter, or for those it has seen in
an earlier report, is right by luck. So a check that is given ``seed=None`` draws its
inputs from a seed of its own; whoever is told of a mistake can repeat it with that
seed.
"""

import functools
import secrets
from collections.abc import Callable

from ppdl_course.checks.verdict import Mistake


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
        seed = secrets.randbits(32)
        named = f"(inputs drawn with seed={seed})"
        try:
            check(*args, **{**kwargs, "seed": seed})
        except Mistake as mistake:
            raise Mistake(f"{mistake} {named}") from None
        except Exception as error:
            error.add_note(named)
            raise

    return seeded
