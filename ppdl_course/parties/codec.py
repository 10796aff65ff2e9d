"""Values to bytes and back, for messages between parties who do not trust each other.

A decoder that can build any object (``pickle``) runs whatever the other party wants.
This one knows eleven kinds of value and nothing else: ``None``, ``bool``, ``int`` of
any size, ``float``, ``bytes``, ``str``, ``list``, ``tuple``, ``dict``, numpy arrays and
numpy scalars of booleans, integers, floats and complex numbers.

    value  = tag (1 byte), then
    int    = sign (0 or 1), length, magnitude     big-endian
    array  = dtype name, number of axes, each axis, entries   little-endian, C order
    length = 7 bits a byte, lowest first, high bit set on all but the last

Decoding is strict: bytes that end early, bytes left over, an unknown tag, an array
whose size and shape disagree are each refused before anything large is allocated.
"""

import re
import struct
from collections.abc import Callable
from typing import Any

import numpy as np

# Reading recurses once a level: this stays far below the limit of Python's stack.
MAX_DEPTH = 32
_MAX_AXES = 32  # what numpy 1 can hold; numpy 2 takes 64
_KINDS = "biufc"  # numpy's letters: bool, signed, unsigned, float, complex; no objects
_NAME = re.compile(rb"[biufc]\d{1,2}")
_LONGEST_NAME = 4  # one more than a name has, so that a longer one is refused as such


class FrameError(ValueError):
    """Bytes from the other party that are not a whole and well-formed message."""


def encode(value: Any) -> bytes:
    """Return ``value`` as bytes.

    Raises:
        TypeError: If ``value`` holds something the codec does not know.
        ValueError: If it is nested more than ``MAX_DEPTH`` deep.
    """
    parts: list[bytes] = []
    _encode(value, parts, MAX_DEPTH)
    return b"".join(parts)


def decode(data: bytes, *, most_items: int | None = None) -> Any:
    """Return the value that :func:`encode` turned into ``data``.

    Arrays are fresh copies, writable and aligned.

    Args:
        data: From the other party.
        most_items: How many items all lists, tuples and dicts may hold together, an
            array counting as one. An empty list takes two bytes here and sixty there.

    Raises:
        FrameError: If ``data`` is not the encoding of exactly one value.
    """
    reader = _Reader(data, most_items)
    value = reader.value(MAX_DEPTH)
    if reader.left:
        raise FrameError(f"{reader.left} bytes left over after the value")
    return value


def _length(number: int) -> bytes:
    """Return a count, 7 bits a byte, lowest first, in as few bytes as it needs."""
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)
    return bytes(out)


def _sized(tag: bytes, data: bytes, parts: list[bytes]) -> None:
    parts += (tag, _length(len(data)), data)


def _encode(value: Any, parts: list[bytes], depth: int) -> None:
    """Append the bytes of a value to ``parts``.

    Args:
        value: Of a kind that the codec knows.
        parts: Pieces of the message so far; joined once, at the end.
        depth: How many more levels may be nested in it.
    """
    if depth < 0:
        raise ValueError(f"value is nested more than {MAX_DEPTH} deep")
    # the exact type: a bool is an int, a named tuple a tuple, and neither would return
    kind = type(value)
    if value is None:
        parts.append(b"N")
    elif kind is bool:
        parts.append(b"T" if value else b"F")
    elif kind is int:
        magnitude = abs(value)
        data = magnitude.to_bytes((magnitude.bit_length() + 7) // 8, "big")
        _sized(b"i-" if value < 0 else b"i+", data, parts)
    elif kind is float:
        parts.append(b"f" + struct.pack(">d", value))
    elif kind in (bytes, bytearray):
        _sized(b"b", bytes(value), parts)
    elif kind is str:
        _sized(b"s", value.encode(), parts)
    elif kind is list or kind is tuple:
        parts += (b"l" if kind is list else b"t", _length(len(value)))
        for item in value:
            _encode(item, parts, depth - 1)
    elif kind is dict:
        parts += (b"d", _length(len(value)))
        for key, item in value.items():
            _encode(key, parts, depth - 1)
            _encode(item, parts, depth - 1)
    elif isinstance(value, np.ndarray | np.generic):
        _encode_array(value, parts)
    else:
        raise TypeError(f"cannot send a {kind.__module__}.{kind.__qualname__}")


def _encode_array(value: np.ndarray | np.generic, parts: list[bytes]) -> None:
    if value.dtype.kind not in _KINDS or value.dtype.itemsize > 16:
        raise TypeError(f"cannot send a numpy {value.dtype}")
    array = np.asarray(value, dtype=value.dtype.newbyteorder("<"))
    # "<f8" without its first character, which the format fixes
    name = array.dtype.str[1:].encode()
    parts += (b"a" if isinstance(value, np.ndarray) else b"n", _length(len(name)), name)
    parts.append(_length(array.ndim))
    parts += (_length(axis) for axis in array.shape)
    parts.append(array.tobytes())


class _Reader:
    """Reads values off the front of some bytes and never past their end."""

    def __init__(self, data: bytes, most_items: int | None) -> None:
        self._data = memoryview(data)
        self._at = 0
        self._items_left = len(data) if most_items is None else most_items

    @property
    def left(self) -> int:
        return len(self._data) - self._at

    def take(self, count: int) -> memoryview:
        """Return the next bytes, not copied: an array is copied once, when built."""
        if count > self.left:
            raise FrameError(
                f"message ends early: {count} bytes wanted, {self.left} left"
            )
        self._at += count
        return self._data[self._at - count : self._at]

    def length(self) -> int:
        number = 0
        # nine bytes at most, or a sender could make us build an endless number
        for shift in range(0, 63, 7):
            byte = self.take(1)[0]
            number |= (byte & 127) << shift
            if byte < 128:
                return number
        raise FrameError("a length has more than 63 bits")

    def value(self, depth: int) -> Any:
        if depth < 0:
            raise FrameError(f"message is nested more than {MAX_DEPTH} deep")
        tag = bytes(self.take(1))
        if tag in _ATOMS:
            return _ATOMS[tag](self)
        if tag in (b"l", b"t"):
            items = [self.value(depth - 1) for _ in range(self.count())]
            return items if tag == b"l" else tuple(items)
        if tag == b"d":
            return self.mapping(depth)
        raise FrameError(f"unknown tag {tag!r}")

    def count(self) -> int:
        """Read a number of items; each takes a byte at least."""
        number = self.length()
        if number > self.left:
            raise FrameError(f"message ends early: {number} items, {self.left} bytes")
        self._items_left -= number
        if self._items_left < 0:
            raise FrameError("message has too many items")
        return number

    def mapping(self, depth: int) -> dict[Any, Any]:
        pairs = self.count()
        try:
            items = [
                (self.value(depth - 1), self.value(depth - 1)) for _ in range(pairs)
            ]
            result = dict(items)
        except TypeError as error:
            raise FrameError("a key of a dict must be hashable") from error
        if len(result) != pairs:  # 1, 1.0 and True are one key
            raise FrameError("a dict names a key twice")
        return result

    def integer(self) -> int:
        sign = bytes(self.take(1))
        if sign not in (b"+", b"-"):
            raise FrameError(f"an int has sign {sign!r}")
        magnitude = int.from_bytes(self.take(self.length()), "big")
        return -magnitude if sign == b"-" else magnitude

    def text(self) -> str:
        try:
            return str(self.take(self.length()), "utf-8")
        except UnicodeDecodeError as error:
            raise FrameError("a str is not UTF-8") from error

    def array(self) -> np.ndarray:
        name = bytes(self.take(min(self.length(), _LONGEST_NAME)))
        # numpy's own reader of names knows lists, repeats and brackets, and fails on
        # them in many ways: it is shown nothing but a letter and a size
        if not _NAME.fullmatch(name):
            raise FrameError(f"dtype {name!r} is not a number")
        try:
            dtype = np.dtype("<" + name.decode("ascii"))
        except TypeError as error:
            raise FrameError(f"unknown dtype {name!r}") from error
        if dtype.str[1:].encode() != name:
            raise FrameError(f"dtype {name!r} is not a number")
        axes = self.length()
        # all that is announced is compared with what came before memory is taken
        if axes > _MAX_AXES:
            raise FrameError(f"an array has {axes} axes, more than {_MAX_AXES}")
        shape = tuple(self.length() for _ in range(axes))
        entries = 1
        for axis in shape:  # Python's integers: numpy's product would wrap at 2^63
            entries *= axis
        data = self.take(entries * dtype.itemsize)
        # numpy's results on a bool that is neither 0 nor 1 are undefined
        if dtype.kind == "b" and entries and np.frombuffer(data, np.uint8).max() > 1:
            raise FrameError("a boolean is neither 0 nor 1")
        try:
            return (
                np.frombuffer(data, dtype)
                .reshape(shape)
                .astype(dtype.newbyteorder("="))
            )
        except ValueError as error:
            raise FrameError(f"shape {shape} is not possible") from error

    def scalar(self) -> np.generic:
        array = self.array()
        if array.ndim:
            raise FrameError(f"a scalar has {array.ndim} axes")
        return array[()]


_ATOMS: dict[bytes, Callable[[_Reader], Any]] = {
    b"N": lambda reader: None,
    b"T": lambda reader: True,
    b"F": lambda reader: False,
    b"i": _Reader.integer,
    b"f": lambda reader: struct.unpack(">d", reader.take(8))[0],
    b"b": lambda reader: bytes(reader.take(reader.length())),
    b"s": _Reader.text,
    b"a": _Reader.array,
    b"n": _Reader.scalar,
}
