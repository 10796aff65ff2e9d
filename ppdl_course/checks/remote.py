"""Answers that run elsewhere: what a check must know of them.

A grader may keep a student's code in a sandbox and give the checks a
:class:`RemoteAnswer` in its place. It is called like the answer itself. Three things
cannot be had by calling it, and are done here: many calls in one go (:func:`mapped`,
:func:`repeated`), a function of the course's that must run beside the answer
(:func:`beside`), and a context in which the answer must run
(:func:`where_the_answer_runs`).
"""

import functools
import itertools
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from contextvars import ContextVar
from typing import Any, NamedTuple


class RemoteAnswer(ABC):
    """A student's function that runs in another process."""

    @abstractmethod
    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Call the function there; its result is a plain value of this process."""

    @abstractmethod
    def mapped(self, rows: Sequence[tuple], **kwargs: Any) -> list[Any]:
        """Call the function there with each of several rows of arguments."""

    def beside(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return a function of a module with this one as its first argument."""
        return functools.partial(function, self)


class Entered(NamedTuple):
    """A context that calls must run in.

    Attributes:
        serial: Different each time that a context is entered.
        module: Of the manager.
        name: Of the manager, in its module.
        args: Its arguments.
    """

    serial: int
    module: str
    name: str
    args: tuple[Any, ...]


elsewhere: ContextVar[list[Entered] | None] = ContextVar("elsewhere", default=None)
"""The contexts in which remote answers must run now; None where answers run here."""


_serials = itertools.count()


def repeated(
    answer: Callable[..., Any], times: int, *args: Any, **kwargs: Any
) -> list[Any]:
    """Call an answer ``times`` times with the same arguments; return the results.

    >>> repeated(max, 3, 1, 2)
    [2, 2, 2]
    """
    return mapped(answer, [args] * times, **kwargs)


def mapped(
    answer: Callable[..., Any], rows: Sequence[tuple], **kwargs: Any
) -> list[Any]:
    """Call an answer with each of several rows of arguments; return the results.

    >>> mapped(max, [(1, 2), (4, 3)])
    [2, 4]
    """
    if isinstance(answer, RemoteAnswer):
        return answer.mapped(rows, **kwargs)
    return [answer(*row, **kwargs) for row in rows]


def beside(
    function: Callable[..., Any], answer: Callable[..., Any]
) -> Callable[..., Any]:
    """Return ``function`` with the answer as its first argument, run where that is.

    ``function`` must be a function of a module; its other arguments and its result
    cross as those of an answer do.

    >>> beside(map, abs)
    functools.partial(<class 'map'>, <built-in function abs>)
    """
    if isinstance(answer, RemoteAnswer):
        return answer.beside(function)
    return functools.partial(function, answer)


def where_the_answer_runs(
    manager: Callable[..., AbstractContextManager[None]],
) -> Callable[..., AbstractContextManager[None]]:
    """Enter a context manager in the process in which the answers run.

    ``manager`` must be a function of a module, with arguments that can be pickled or
    are answers themselves.
    """

    @functools.wraps(manager)
    @contextmanager
    def entered(*args: Any) -> Iterator[None]:
        contexts = elsewhere.get()
        if contexts is None:
            with manager(*args):
                yield
            return
        where = manager.__module__, manager.__qualname__
        contexts.append(Entered(next(_serials), *where, args))
        try:
            yield
        finally:
            contexts.pop()

    return entered
