"""What a sandbox may do to the check's own objects, and to the arguments it was given.

The objects stay with the check and are only named; the kernel asks for what it wants
done. Of arguments the kernel has copies, and what changes in these is done to the
originals afterwards.
"""

import contextlib
import functools
import sys
from collections.abc import Sequence
from types import BuiltinFunctionType, FunctionType, MethodType
from typing import Any

import numpy as np

from ppdl_course.classroom.judging.wire.values import EXACT

FUNCTIONS = (FunctionType, BuiltinFunctionType, MethodType, functools.partial, np.ufunc)
OPERATORS = frozenset(
    f"__{name}__"
    for name in (
        *("add", "radd", "sub", "rsub", "mul", "rmul", "truediv", "rtruediv", "pow"),
        *("matmul", "rmatmul", "neg", "pos", "abs", "xor", "rxor", "and", "rand"),
        *("or", "ror", "invert", "mod", "rmod", "floordiv", "eq", "ne", "lt", "le"),
        *("gt", "ge", "len", "getitem", "iter", "next", "contains", "bool", "float"),
        *("int", "index", "call"),
    )
)
"""What may be done to a check's own object from a sandbox, besides public methods."""


def defines(kind: Any, operator: str) -> bool:
    """Tell whether a class has an operator of its own, not that of every object."""
    # Each object has __eq__, and its like; only one of the class's own says anything.
    own = getattr(kind, operator, None)
    return own is not None and own is not getattr(object, operator, None)


def touch(target: Any, name: str, args: list, kwargs: dict) -> Any:
    """Call an operator or a public method of an object, or read an attribute."""
    if isinstance(target, FUNCTIONS):
        if name != "__call__":
            raise AttributeError(name)
        return target(*args, **kwargs)
    operator = name in OPERATORS and defines(type(target), name)
    if name.startswith("_") and not operator:
        raise AttributeError(name)
    attribute = getattr(target, name)
    if callable(attribute):
        return attribute(*args, **kwargs)
    return attribute


def mutable_parts(rows: Sequence[tuple], kwargs: dict[str, Any]) -> list[Any]:
    """Return what a function could change in its arguments, in a fixed order.

    Both sides walk over their own copy of the arguments, so the n-th part on one side
    is the n-th on the other.
    """
    parts: list[Any] = []
    visited: set[int] = set()  # by id: the same list may stand in several places
    waiting = [kwargs, *reversed(rows)]  # a stack: last in, first out
    while waiting:
        value = waiting.pop()
        if type(value) in EXACT or id(value) in visited:
            continue
        visited.add(id(value))
        if value is not kwargs and _could_change(value):
            parts.append(value)
        if isinstance(value, list | tuple | dict):
            inside = value.values() if isinstance(value, dict) else value
            waiting += reversed(list(inside))
    return parts


def _could_change(value: Any) -> bool:
    torch = sys.modules.get("torch")
    tensor = torch is not None and isinstance(value, torch.Tensor)
    plain = isinstance(value, list | dict | np.ndarray | set | bytearray)
    return plain or tensor or is_context(value)


def is_context(value: Any) -> bool:
    """Tell whether a value is a TenSEAL context, which can forget its secret key."""
    tenseal = sys.modules.get("tenseal")
    return tenseal is not None and isinstance(value, tenseal.Context)


def overwrite(part: Any, content: Any) -> None:
    """Make one of the check's own arguments what the function made of it."""
    with contextlib.suppress(TypeError, ValueError, RuntimeError):
        if is_context(part):
            if content is False and part.is_private():
                part.make_context_public()
        elif isinstance(part, list | bytearray):
            part[:] = content
        elif isinstance(part, dict | set):
            part.clear()
            part.update(content)
        elif isinstance(part, np.ndarray):
            part[...] = content
        else:
            part.data.copy_(content)  # a tensor
