"""Words modulo 2^64 that an answer returns, whatever type holds them."""

from typing import Any

import numpy as np

from ppdl_course.checks.verdict import Mistake, require

Words = np.ndarray


def words_of(value: Any, shape: tuple[int, ...], what: str) -> Words:
    """Return an answer's words as uint64, or say what is wrong with them.

    Arrays of int64 stand for the same words. Lists and arrays of Python's integers are
    taken if each is in 0..2^64 - 1.

    Args:
        value: What the answer returned.
        shape: The shape it must have.
        what: What it is, at the beginning of a sentence.
    """
    require(value is not None, f"{what} is None: does every path return a value?")
    try:
        # lists of integers of both signs or beyond 2^63 would become floats
        whole = hasattr(value, "__array__")
        array = np.asarray(value) if whole else np.array(value, object)
    except ValueError:
        raise Mistake(
            f"{what} must be an array, got rows of several lengths."
        ) from None
    turned = array.shape == shape[::-1] != shape
    require(
        array.shape == shape,
        f"{what} must have shape {shape}, got {array.shape}"
        + (": its axes are exchanged." if turned else "."),
    )
    if array.dtype == object:
        return _from_objects(array, what)
    require(
        array.dtype.kind != "f",
        f"{what} holds floats. They keep 53 bits of a word of 64: stay in uint64.",
    )
    require(
        array.dtype in (np.uint64, np.int64),
        f"{what} has dtype {array.dtype}: words modulo 2^64 need uint64.",
    )
    return array.astype(np.uint64)


def _from_objects(array: np.ndarray, what: str) -> Words:
    for entry in array.ravel():
        require(
            isinstance(entry, int | np.integer) and not isinstance(entry, bool),
            f"{what} holds {entry!r}. Floats keep 53 bits of a word of 64: stay in "
            "uint64.",
        )
        require(
            0 <= int(entry) < 2**64,
            f"{what} holds {entry}, which is not reduced modulo 2^64: its size tells "
            "something about the secret.",
        )
    return array.astype(np.uint64)


def random_words(rng: np.random.Generator, *shape: int) -> Words:
    """Return uniform words for a check's inputs."""
    return rng.integers(0, 2**64, shape, np.uint64)


def encoded(x: np.ndarray, f: int) -> Words:
    """Return numbers in fixed point with f fraction bits."""
    return np.rint(np.asarray(x) * 2.0**f).astype(np.int64).view(np.uint64)


def decoded(words: Words, f: int) -> np.ndarray:
    """Return the numbers behind words with f fraction bits."""
    return np.asarray(words, np.uint64).view(np.int64) / 2.0**f
