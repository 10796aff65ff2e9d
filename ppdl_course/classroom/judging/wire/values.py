"""Values that come back from a student's function.

They are read by the strict codec, which knows numbers, text, arrays and containers and
nothing else. :func:`lower` writes other kinds of value as dicts with a ``$``, and
:func:`lift` makes a plain value of the same kind again; whatever is not known becomes
an :class:`Opaque`, a name without contents.
"""

import sys
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

from ppdl_course.classroom.judging.wire.messages import MAX_BYTES, Broken
from ppdl_course.parties.codec import MAX_DEPTH, FrameError, decode, encode

MAX_BITS = 1 << 20
"""The longest integer: the largest of the course has some thousand bits."""
MAX_ITEMS = 2_000_000
"""How much of an iterator is read, and the longest range."""
MAX_DIGITS = 100_000
"""Before or after the point of a decimal number: short to write, long to work with."""
_CLASS_BYTES = 1500

# By exact type: an instance of a subclass runs methods of the student's making.
EXACT = frozenset({type(None), bool, int, float, str, bytes})


class Opaque:
    """A value of a kind that does not cross the boundary: only its name did."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return self._text


def pack(value: Any) -> bytes:
    """Return a lowered value as bytes; one that is too deep or odd as its name."""
    try:
        return encode(value)
    except (TypeError, ValueError, RecursionError) as error:
        raise Broken(f"the value cannot be sent: {error}") from None


def unpack(data: bytes | bytearray) -> Any:
    """Return the lowered value in some bytes.

    Raises:
        Broken: If they are not a value.
    """
    try:
        return decode(data, most_items=2 * MAX_ITEMS)
    except (FrameError, RecursionError, MemoryError) as error:
        raise Broken(f"not a value: {error}") from None


def lower(value: Any, names: Callable[[Any], dict | None], depth: int = 0) -> Any:
    """Return ``value`` in terms of the codec; runs in the kernel.

    Args:
        value: Anything.
        names: Returns a dict with a ``$`` for what has a name at the other end (an
            object of the check's own, a function that may be called), or None.
        depth: How deep this value lies within others.
    """
    kind = type(value)
    if kind in EXACT:
        return value
    if depth > MAX_DEPTH - 8:  # what is written for a value nests a few levels itself
        return _opaque(value)

    def all_of(items: Iterable[Any], levels: int = 2) -> list[Any]:
        # Two: the dict with the $ that stands for a container, and the list in it.
        return [lower(item, names, depth + levels) for item in items]

    if kind is list:
        return all_of(value)
    if isinstance(value, np.generic):
        return value if value.dtype.kind in "biufc" else lower(value.item(), names)
    if isinstance(value, tuple):
        return tuple(all_of(value))
    if isinstance(value, dict):
        # Pairs: a dict of the codec would let a student's own "$" pass for ours.
        pairs = [all_of(pair, levels=3) for pair in value.items()]
        return {"$": "dict", "pairs": pairs}
    if isinstance(value, np.ndarray):
        return _lower_array(value, names, depth)
    named = names(value)
    if named is not None:
        return named
    for base in (bool, int, float, str, bytes):
        if isinstance(value, base):  # of a subclass, only the value
            return base(value)
    return _lower_other(value, all_of)


def _lower_array(value: np.ndarray, names: Callable, depth: int) -> Any:
    if value.dtype.kind in "biufc":
        return np.asarray(value)  # without the methods of a subclass
    if value.dtype.kind in "OUS":
        items = [lower(item, names, depth + 2) for item in value.ravel().tolist()]
        kind = value.dtype.kind
        return {"$": "array", "kind": kind, "shape": list(value.shape), "items": items}
    return _opaque(value)


def _lower_other(value: Any, all_of: Callable[[Iterable[Any]], list]) -> Any:
    """Lower what is no plain value: tensors, numbers of other kinds, containers.

    Args:
        value: Anything that :func:`lower` does not know itself.
        all_of: Lowers each of several items.
    """
    torch = sys.modules.get("torch")  # not imported: only then can there be a tensor
    if torch is not None and isinstance(value, torch.Tensor):
        plain = value.detach().cpu().resolve_conj()
        # NumPy has no bfloat16; float32 holds each of its values.
        plain = plain.float() if plain.dtype is torch.bfloat16 else plain
        return {"$": "tensor", "data": plain.numpy()}
    match value:
        case bytearray() | memoryview():
            return {"$": "bytearray", "data": bytes(value)}
        case complex():
            return {"$": "complex", "data": np.complex128(value)}
        case range():
            return {"$": "range", "data": [value.start, value.stop, value.step]}
        case Fraction():
            return {"$": "fraction", "data": [value.numerator, value.denominator]}
        case Decimal():
            return {"$": "decimal", "data": str(value)}
        case set():
            return {"$": "set", "items": all_of(value)}
        case frozenset():  # may stand in a set, or be the key of a dict
            return {"$": "frozenset", "items": all_of(value)}
        case list():
            return all_of(value)
        case Iterator():  # it may be endless, and running it is the student's code
            head = [item for item, _ in zip(value, range(MAX_ITEMS), strict=False)]
            return {"$": "iterator", "items": all_of(head)}
        case Iterable() if hasattr(value, "__len__") and not hasattr(
            value, "__array__"
        ):
            return all_of(value)
    if hasattr(value, "__array__"):
        array = np.asarray(value)
        return array if array.dtype.kind in "biufc" else _opaque(value)
    return _opaque(value)


def _opaque(value: Any) -> dict[str, str]:
    return {"$": "opaque", "kind": type(value).__name__[:80], "text": repr(value)[:200]}


_FORGED = (LookupError, TypeError, ValueError, ArithmeticError, AttributeError)
"""What fields that are missing, of another type or out of range raise."""


class Room:
    """The memory for what one message makes beyond its own bytes, all parts together.

    A few bytes may stand for much: each text of an array takes as much room as the
    longest, and each opaque value a class of its own.
    """

    def __init__(self) -> None:
        self._left = MAX_BYTES

    def take(self, count: int, what: str) -> None:
        """Take some bytes.

        Raises:
            Broken: If they are not left.
        """
        self._left -= count
        if self._left < 0:
            raise Broken(
                f"{what} takes {count:,} bytes, more than the message has left"
            )


def lift(value: Any, named: Callable[[dict], Any], room: Room | None = None) -> Any:
    """Return what a lowered value stands for; runs in the grader.

    Args:
        value: From :func:`unpack`.
        named: Returns the object for a dict that ``names`` made on the other side.
        room: Of the message; one of its own for a message with one value.

    Raises:
        Broken: If it stands for nothing, an integer is too long, or there is no room.
    """
    room = Room() if room is None else room
    # Here, before a check prints or squares it: both take time that grows faster.
    if isinstance(value, int) and value.bit_length() > MAX_BITS:
        raise Broken(f"an integer of {value.bit_length():,} bits")
    if isinstance(value, list | tuple):
        return type(value)([lift(item, named, room) for item in value])
    if not isinstance(value, dict):
        return value
    try:
        return _lift_kind(value, named, room)
    except _FORGED as error:
        raise Broken(f"not a value: {error!r}") from None


def _texts(texts: list[Any], room: Room) -> np.ndarray:
    """Return an array of texts, each of which takes as much room as the longest."""
    longest = max((len(str(text)) for text in texts), default=0)
    room.take(4 * len(texts) * longest, "an array of texts")
    return np.array(texts, dtype=np.str_)


def _lift_kind(value: dict, named: Callable[[dict], Any], room: Room) -> Any:
    """Return what a dict with a ``$`` stands for.

    Whatever the kernel wrote into it: a field that is missing or of another type raises
    one of the errors that :func:`lift` turns into :class:`Broken`.
    """

    def items(key: str = "items") -> list[Any]:
        return [lift(item, named, room) for item in value[key]]

    match value["$"]:
        case "dict":
            return dict(items("pairs"))
        case "array":
            # Filled afterwards: np.array would make one array of items of one shape.
            array = np.empty(len(value["items"]), object)
            array[:] = items()
            if value["kind"] != "O":
                array = _texts(array.tolist(), room)
            return array.reshape(value["shape"])
        case "tensor":
            import torch

            # np.array: a forged field may be a number or a list.
            return torch.from_numpy(np.array(value["data"]))
        case "bytearray":
            return bytearray(memoryview(value["data"]))  # of a number: so many zeros
        case "complex":
            return complex(value["data"])
        case "range":
            numbers = range(*value["data"])  # costs nothing until it is walked
            if len(numbers) > MAX_ITEMS:
                raise Broken(f"a range of {len(numbers):,} numbers")
            return numbers
        case "fraction":
            return Fraction(*items("data"))
        case "decimal":
            # "1e999999999" is short; what a check computes with it is not.
            number = Decimal(value["data"][:1000])
            if number.is_finite() and abs(number.adjusted()) > MAX_DIGITS:
                raise Broken(f"a decimal number of {abs(number.adjusted()):,} digits")
            return number
        case "set":
            return set(items())
        case "frozenset":
            return frozenset(items())
        case "iterator":
            return iter(items())
        case "opaque":
            kind = str(value["kind"])
            kind = kind if kind.isidentifier() else "object"
            room.take(_CLASS_BYTES, "an opaque value")
            # A class of that name, so that a check can say which type it was given.
            return type(kind, (Opaque,), {})(str(value["text"])[:200])
    return named(value)
