"""Arrays of ciphertexts under two trapdoors, each with a public bound on its values.

    c = (T1, T2) = (h^r (1 + m N), g^r) mod N^2          one for each entry
    sum: entry by entry product; k m: c^k; m + k: T1 (1 + k N)

A value is a signed integer: m in (-N/2, N/2). ``bound`` is public and says how large it
can be, whatever was encrypted; each operation computes the bound of its result, and
what could pass N/2 is refused before it is computed. Nothing wraps around in silence.

NOT protected: shapes and bounds are public; who can change ciphertexts changes values.

Source: X. Liu, R. Deng, K.-K. R. Choo, J. Weng, "An Efficient Privacy-Preserving
Outsourced Calculation Toolkit With Multiple Keys", IEEE TIFS 11, 2016.
"""

import math
from typing import Any

import numpy as np

from ppdl_course.arguments import at_least
from ppdl_course.mpc.joint_keys.residues import (
    Integers,
    OutOfBoundsError,
    integers,
    inverses,
    largest,
    powers,
)
from ppdl_course.publickey.arithmetic.squared_modulus import Parameters
from ppdl_course.publickey.fixed_point import shown
from ppdl_course.publickey.paired import PublicKey


class Sealed:
    """An array of ciphertexts under one key.

    Attributes:
        key: The public key, perhaps a joint one.
        first: T1 of each entry, Python integers, dtype object.
        second: T2, of the same shape.
        bound: No value is larger in size.

    Raises:
        ValueError: If shapes differ, or the bound is no integer >= 0.
        OutOfBoundsError: If the bound is not below N/2.
    """

    def __init__(
        self, key: PublicKey, first: Integers, second: Integers, bound: int
    ) -> None:
        if first.shape != second.shape:
            raise ValueError(
                f"second must have shape {first.shape}, got {second.shape}"
            )
        at_least(0, bound=bound)
        require_room(key.parameters, bound)
        self.key, self.first, self.second, self.bound = key, first, second, bound

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the array."""
        return self.first.shape

    @property
    def T(self) -> "Sealed":
        """The transpose."""
        return Sealed(self.key, self.first.T, self.second.T, self.bound)

    def __getitem__(self, index: Any) -> "Sealed":
        """Return entries, chosen as numpy does; always an array."""
        first = np.asarray(self.first[index], object)
        second = np.asarray(self.second[index], object)
        return Sealed(self.key, first, second, self.bound)

    def join(self, *others: "Sealed") -> "Sealed":
        """Return this array followed by others along the first axis, under one key.

        Raises:
            ValueError: If a key differs.
        """
        for other in others:
            same_key(self, other)
        parts = (self, *others)
        first = np.concatenate([part.first for part in parts])
        second = np.concatenate([part.second for part in parts])
        return Sealed(self.key, first, second, max(part.bound for part in parts))

    def reshape(self, *shape: int) -> "Sealed":
        """Return the same entries in another shape."""
        first, second = self.first.reshape(*shape), self.second.reshape(*shape)
        return Sealed(self.key, first, second, self.bound)

    def __add__(self, other: "Sealed | int | Integers") -> "Sealed":
        """Add ciphertexts under the same key, or public whole numbers.

        Raises:
            ValueError: If the keys differ.
            OutOfBoundsError: If a sum could pass N/2.
        """
        square = self.key.parameters.n_squared
        if isinstance(other, Sealed):
            same_key(self, other)
            bound = self.bound + other.bound
            require_room(self.key.parameters, bound)
            first = self.first * other.first % square
            return Sealed(self.key, first, self.second * other.second % square, bound)
        n, values = self.key.parameters.n, integers(other, name="addend")
        bound = self.bound + largest(values)
        require_room(self.key.parameters, bound)
        first = np.asarray(self.first * (1 + values * n) % square, object)
        second = np.broadcast_to(self.second, first.shape)
        return Sealed(self.key, first, second, bound)

    def __neg__(self) -> "Sealed":
        """Return the values with the other sign."""
        square = self.key.parameters.n_squared
        first, second = inverses(self.first, square), inverses(self.second, square)
        return Sealed(self.key, first, second, self.bound)

    def __sub__(self, other: "Sealed | int | Integers") -> "Sealed":
        """Subtract; errors as for a sum."""
        if isinstance(other, Sealed):
            return self + -other
        return self + -integers(other, name="subtrahend")

    def scale(self, factors: "int | Integers") -> "Sealed":
        """Multiply by public whole numbers, entry by entry.

        Raises:
            ValueError: If a factor is no integer.
            OutOfBoundsError: If a product could pass N/2.
        """
        factors = integers(factors, name="factors")
        bound = self.bound * largest(factors)
        require_room(self.key.parameters, bound)
        square = self.key.parameters.n_squared
        first, second = (powers(t, factors, square) for t in (self.first, self.second))
        return Sealed(self.key, first, second, bound)

    def total(self) -> "Sealed":
        """Return the sum over the first axis.

        Raises:
            OutOfBoundsError: If a sum could pass N/2.
        """
        bound = len(self.first) * self.bound
        require_room(self.key.parameters, bound)
        square = self.key.parameters.n_squared
        first, second = self.first[0], self.second[0]
        for more, also in zip(self.first[1:], self.second[1:], strict=True):
            first, second = first * more % square, second * also % square
        return Sealed(self.key, first, second, bound)

    def ravel(self) -> "Sealed":
        """Return the same entries in one row."""
        return self.reshape(-1)

    def within(self, bound: int) -> "Sealed":
        """Return the same ciphertexts with a bound that is known from elsewhere."""
        return Sealed(self.key, self.first, self.second, bound)

    def message(self) -> dict[str, Any]:
        """Return what a channel carries; :func:`from_message` reads it."""
        flat = [t.ravel().tolist() for t in (self.first, self.second)]
        return {"shape": self.shape, "T1": flat[0], "T2": flat[1], "bound": self.bound}


def from_message(key: PublicKey, message: Any) -> Sealed:
    """Return the array that another party sent, after a look at every ciphertext.

    Raises:
        ValueError: If a part is missing, its size is wrong, a number is outside
            Z*_{N^2} or of small order, or the bound is not one.
    """
    parts = {"shape": tuple, "T1": list, "T2": list, "bound": int}
    if not isinstance(message, dict) or message.keys() != parts.keys():
        raise ValueError(f"message must have exactly the parts {sorted(parts)}")
    for name, kind in parts.items():
        if type(message[name]) is not kind:
            got = type(message[name]).__name__
            raise ValueError(f"{name} must be of type {kind.__name__}, got {got}")
    at_least(0, **{f"shape[{k}]": size for k, size in enumerate(message["shape"])})
    count = math.prod(message["shape"])
    columns = []
    for name in ("T1", "T2"):
        if len(message[name]) != count:
            raise ValueError(f"{name} must have {count} entries: {len(message[name])}")
        key.parameters.require_elements(**{name: message[name]})
        columns.append(np.array(message[name], object).reshape(message["shape"]))
    return Sealed(key, *columns, message["bound"])


def seal(key: PublicKey, values: object, *, bound: int, name: str = "values") -> Sealed:
    """Encrypt whole numbers of any shape.

    Args:
        key: Whose.
        values: Integers, at most ``bound`` in size.
        bound: Public.
        name: What an error calls the values.

    Raises:
        ValueError: If a value is no integer.
        OutOfBoundsError: If one is larger than the bound, or the bound than N/2.
    """
    values = integers(values, name=name)
    at_least(0, bound=bound)
    require_room(key.parameters, bound)
    if largest(values) > bound:
        raise OutOfBoundsError(
            f"{name} must be at most {shown(bound)} in size, got "
            f"{shown(largest(values))}"
        )
    first, second = np.empty(values.shape, object), np.empty(values.shape, object)
    for index, value in np.ndenumerate(values):
        # a pair is (a, b) = (T2, T1) there
        second[index], first[index] = key.raw_encrypt(value % key.n)
    return Sealed(key, first, second, bound)


def same_key(a: Sealed, b: Sealed) -> None:
    """Refuse arrays under different keys: their sum would decrypt to noise."""
    if a.key != b.key:
        raise ValueError("b must be encrypted under the key of a, it has another one")


def require_room(parameters: Parameters, bound: int) -> None:
    """Raise OutOfBoundsError unless values up to ``bound`` are below N/2."""
    if 2 * bound >= parameters.n:
        raise OutOfBoundsError(
            f"bound must be below N/2 = {shown(parameters.n // 2)}, got {shown(bound)}"
        )
