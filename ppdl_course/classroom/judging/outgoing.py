"""What goes from a check to a student's function: a pickle in which some things stay.

The kernel may be given anything that is ours to give. Functions defined inside a check,
and objects of the course that remember something, stay in the grader and are only
named; the kernel asks for what it wants to do with them.
"""

import dataclasses
import enum
import functools
import io
import pickle
import sys
from collections.abc import Callable, Iterator
from types import MethodType
from typing import Any, Protocol

import numpy as np

from ppdl_course.checks.remote import RemoteAnswer
from ppdl_course.classroom.judging.wire.own_objects import FUNCTIONS, is_context

_LIBRARIES = {"ppdl_course", "numpy", "scipy", "torch", "math", "builtins", "operator"}
_PLAIN = {int, float, str, bytes, bool, type(None), list, tuple, dict, np.ndarray}


class Names(Protocol):
    """Who remembers what was named, for one check."""

    def number_of(self, kept: Any) -> int:
        """Return the number under which the kernel may ask for an object."""

    def token_of(self, kept: Any, made: Callable[[], bytes]) -> tuple[str, bytes]:
        """Return the token of what has a copy in the kernel, and the copy if new."""


class Outgoing(pickle.Pickler):
    """Pickles arguments; what must stay here is only named."""

    def __init__(self, file: io.BytesIO, names: Names) -> None:
        super().__init__(file, protocol=5)
        self._names = names

    def persistent_id(self, value: Any) -> tuple | None:
        """Return the name of what is not sent itself."""
        kind = type(value)
        if kind in _PLAIN:
            return None
        if isinstance(value, RemoteAnswer):
            return "answer", value.which
        if isinstance(value, np.random.Generator):
            return "kept", *self._names.token_of(value, lambda: _branch(value))
        if is_context(value):
            return "context", *self._names.token_of(
                value, lambda: value.serialize(save_secret_key=value.is_private())
            )
        if isinstance(value, FUNCTIONS):
            stays = not _by_name(value)
        else:
            stays = isinstance(value, Iterator) or _has_state(value)
        if not stays:
            return None
        return "ref", self._names.number_of(value), kind.__module__, kind.__qualname__

    def reducer_override(self, value: Any) -> Any:
        """Send an exception as itself, whatever else is loaded in this process.

        dask.distributed, for one, lets every pickled exception take its traceback
        along: the check's lines would cross, by functions that are not in the kernel.
        """
        if isinstance(value, BaseException):
            return value.__reduce__()
        return NotImplemented


def crosses(error: Exception, names: Names) -> bool:
    """Tell whether the kernel can be given this very exception."""
    file = io.BytesIO()
    try:
        Outgoing(file, names).dump(error)
        return type(pickle.loads(file.getbuffer())) is type(error)
    except Exception:
        return False


def _branch(rng: np.random.Generator) -> bytes:
    """Return a copy of a generator, and set the original off on another way.

    The copy draws first what the original would have drawn; afterwards the two streams
    do not overlap, so that the check's own draws stay independent of the answer's.
    """
    copy = pickle.dumps(rng)
    rng.bit_generator.state = rng.bit_generator.jumped().state
    return copy


def _by_name(function: Any) -> bool:
    """Tell whether the kernel can import a function by its name."""
    if isinstance(function, functools.partial):
        return _by_name(function.func)
    module = getattr(function, "__module__", None) or ""
    if module.partition(".")[0] not in _LIBRARIES or isinstance(function, MethodType):
        return False
    imported: Any = sys.modules.get(module)
    for part in function.__qualname__.split("."):
        imported = getattr(imported, part, None)
    return imported is function


def _has_state(value: Any) -> bool:
    """Tell whether an object of the course must stay here, with what it remembers."""
    kind = type(value)
    if isinstance(value, type | enum.Enum | BaseException | tuple):
        return False
    if kind.__module__.partition(".")[0] not in ("ppdl_course", "__exam__"):
        return False
    if dataclasses.is_dataclass(value) and kind.__dataclass_params__.frozen:
        fields = (getattr(value, field.name) for field in dataclasses.fields(value))
        return any(_has_state(field) for field in fields)
    return True
