"""How a check speaks to the reader: a verdict, never a wall of traceback.

A check cell of a chapter is one ``with`` statement::

    with checking("sigmoid"):
        check_sigmoid(sigmoid)
        # BEGIN HIDDEN TESTS
        ...
        # END HIDDEN TESTS

Inside it, what an answer writes to the error stream (a warning, say) goes to the
ordinary output instead: nbgrader scores a test cell 0 as soon as it finds anything on
the error stream, however right the answer is.
"""

import contextlib
import copy
import functools
import sys
import textwrap
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NoReturn

import numpy as np

from ppdl_course.checks.differences import pattern

WIDTH = 88
"""Characters of a line of a message: a notebook in a small window shows them all."""
_MOST_NAMED = 3


class Mistake(AssertionError):
    """A wrong answer, with a message that says what is wrong and how to think on."""

    def _render_traceback_(self) -> list[str]:
        """Show the message alone; IPython calls this instead of its traceback.

        In lines, since JupyterLab would break a long one within a word.
        """
        lines = [
            textwrap.fill(line, WIDTH, break_long_words=False, break_on_hyphens=False)
            for line in str(self).splitlines()
        ]
        return ["\n".join(lines)]


def require(condition: bool | np.bool_, message: str) -> None:
    """Raise :class:`Mistake` with ``message`` unless ``condition`` is true.

    >>> require(1 + 1 == 2, "one and one make two")
    """
    # Only the truth of an honest bool counts: an answer may hand over an object that
    # claims to be true, or equal to everything.
    if not isinstance(condition, bool | np.bool_):
        raise TypeError(f"condition must be a bool, got {type(condition).__name__}")
    if not condition:
        raise Mistake(message)


def require_none(fitting: Iterable[str], about: str = "") -> None:
    """Raise :class:`Mistake` with all messages that fit what an answer returned.

    Several mistakes may give the same here: which it was, nobody can tell.

    Args:
        fitting: Messages of the mistakes that give just this; with none, all is well.
        about: What every message begins with.

    >>> require_none(name for name, wrong in {"doubled": 4, "squared": 4}.items()
    ...              if wrong == 4)
    Traceback (most recent call last):
    ppdl_course.checks.verdict.Mistake: doubled
    Or: squared
    """
    named = list(dict.fromkeys(fitting))[:_MOST_NAMED]  # in order, each once
    if named:
        raise Mistake("\nOr: ".join(about + message for message in named))


def require_array(value: object, *, shape: tuple[int, ...], what: str) -> np.ndarray:
    """Return a student's result as an array of finite numbers of that shape.

    Lists, nested lists, scalars of NumPy and any number type are taken; for a scalar
    also an array of one.

    Args:
        value: What the answer returned.
        shape: The shape it must have.
        what: What it is, at the beginning of a sentence: ``"sigmoid(x)"``.

    Raises:
        Mistake: If it is None, not numbers, of another shape, NaN or infinite.
    """
    require(value is not None, f"{what} is None: does every path return a value?")
    try:
        loose = np.asarray(value)
        if loose.dtype.kind in "US":  # "0.5" would be taken for 0.5
            raise TypeError
        if loose.dtype.kind == "c" and np.any(loose.imag):  # numpy would drop it
            raise TypeError
        array = np.asarray(loose.real, dtype=np.float64)
    except (TypeError, ValueError):
        kind = type(value).__name__
        raise Mistake(f"{what} must be an array of numbers, got {kind}") from None
    if shape == () and array.shape == (1,):
        array = array[0]
    require(
        array.shape == shape,
        f"{what} must have shape {shape}, got {array.shape}"
        + _how_shapes_differ(array.shape, shape),
    )
    require(bool(np.isfinite(array).all()), f"{what} holds NaN or infinity")
    return array


def _how_shapes_differ(got: tuple[int, ...], right: tuple[int, ...]) -> str:
    """Return what one slip would have made of the shape, as a clause or ''."""
    if got == right[::-1]:
        return ": its axes are exchanged, so transpose it"
    if [n for n in got if n > 1] == [n for n in right if n > 1]:
        return ": the numbers are as many, but an axis of length 1 is too much or lost"
    if len(got) == len(right) - 1 and any(
        got == right[:i] + right[i + 1 :] for i in range(len(right))
    ):
        return ": an axis was summed, averaged or picked away that has to stay"
    if len(got) == len(right) + 1 and any(
        right == got[:i] + got[i + 1 :] for i in range(len(got))
    ):
        return ": an axis is left that has to be summed, averaged or picked away"
    return ""


def require_close(
    got: np.ndarray,
    expected: np.ndarray,
    *,
    what: str,
    mistakes: Sequence[tuple[str, np.ndarray]] = (),
    rtol: float = 1e-5,
) -> None:
    """Require the right numbers, or name the mistake that gives these instead.

    Args:
        got: From :func:`require_array`.
        expected: Of the same shape.
        what: What it is, at the beginning of a sentence.
        mistakes: Messages, each with what that mistake would return.
        rtol: Relative to the largest entry; 1e-5 leaves room for float32.

    Raises:
        Mistake: With the messages of the mistakes that fit, or with the worst entry.
    """
    atol = rtol * max(1.0, float(np.abs(expected).max()))
    if np.allclose(got, expected, rtol=rtol, atol=atol):
        return
    like = [(told, wrong) for told, wrong in mistakes if np.shape(wrong) == got.shape]
    # the closest first: what fits by rounding alone leaves no doubt
    for near in (0.01, 1, 10):
        require_none(
            told
            for told, wrong in like
            if np.allclose(got, wrong, rtol=near * rtol, atol=min(near, 1) * atol)
        )
    worst = np.unravel_index(np.argmax(np.abs(got - expected)), got.shape)
    place = f" at {tuple(map(int, worst))}" if worst else ""
    how = pattern(got, expected, rtol=rtol)
    raise Mistake(
        f"{what} is wrong{place}: got {got[worst]:.6g}" + (f"; {how}." if how else "")
    )


def lent(*values: Any) -> tuple[Any, ...]:
    """Return copies for an answer to work with, however deep the values are.

    What it does to them then changes nothing that its result is compared with.

    >>> mine = [[1]]
    >>> (yours,) = lent(mine)
    >>> yours[0].append(2)
    >>> mine
    [[1]]
    """
    return copy.deepcopy(values)


def holds_nan(value: object) -> bool:
    """Return whether an answer's result is an array with NaN among its numbers."""
    try:
        return value is not None and bool(np.isnan(np.asarray(value, float)).any())
    except (TypeError, ValueError):
        return False


def require_kept(before: np.ndarray, after: np.ndarray, name: str) -> None:
    """Require that an answer has left its argument ``name`` as it was."""
    unchanged = bool(np.array_equal(before, after))
    require(unchanged, f"your function changes {name}, its argument: work on a copy")


def require_refused(call: Callable[[], Any], what: str, why: str) -> None:
    """Require that a call raises ValueError.

    Args:
        call: The answer, with its arguments.
        what: The arguments, at the beginning of a sentence.
        why: What is wrong with them, in a sentence.

    Raises:
        Mistake: If it returns, or raises something else.
    """
    try:
        got = call()
    except ValueError:
        return
    except (Mistake, NotImplementedError):
        raise
    except Exception as error:
        kind = type(error).__name__
        raise Mistake(f"{what} raises {kind}: ValueError is asked for.") from None
    raise Mistake(f"{what} gives {got!r}. {why} Raise a ValueError.")


def on_other_data(check: Callable[..., None]) -> Callable[..., None]:
    """Let a check say so if an answer looks up what only the chapter's data hold.

    A bare KeyError, IndexError or StopIteration tells a reader nothing whose function
    works in the chapter.
    """

    @functools.wraps(check)
    def told(*args: object, **kwargs: object) -> None:
        try:
            check(*args, **kwargs)
        except (LookupError, StopIteration) as error:
            kind = type(error).__name__
            what = f" ({error})" if str(error) else ""
            raise Mistake(
                f"your function ends in {kind}{what}: it looks up what is not there. "
                "Here it is called with other data than the chapter's, also of other "
                "sizes: use its arguments, and nothing that the cells above hold."
            ) from error

    return told


def require_list_kept(before: list, after: list, name: str) -> None:
    """Require that an answer has left a list that it was given as it was."""
    require(
        before == after, f"your function changes {name}, its argument: work on a copy."
    )


@contextlib.contextmanager
def checking(exercise: str) -> Iterator[None]:
    """Run the checks of one exercise and say how it went.

    Args:
        exercise: The exercise's name, as in the chapter's marks.

    Raises:
        Mistake: If a check found a mistake, an assertion of a hidden test failed, or
            the exercise is still the unanswered stub. Any other exception of the
            answer passes through with its traceback, which is what helps there.
    """
    try:
        with contextlib.redirect_stderr(sys.stdout):
            yield
    except Mistake as mistake:
        _say(f"✘ {exercise}: {mistake}")
    except NotImplementedError:
        _say(f"✎ {exercise}: not answered yet. Replace the line that raises.")
    except AssertionError as failed:
        _say(f"✘ {exercise}: {str(failed) or 'a test failed without a message'}")
    print(f"✔ {exercise}: passed")


def _say(message: str) -> NoReturn:
    """Raise the verdict without the chain of exceptions that led to it."""
    raise Mistake(message) from None
