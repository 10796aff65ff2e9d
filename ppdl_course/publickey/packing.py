"""Many numbers in one plaintext modulo n: slots side by side in one large integer.

    packed = v_0 + v_1 2^b + v_2 2^(2b) + ...      -2^(b-1) < v_i < 2^(b-1)

A plaintext has thousands of bits and a gradient entry needs about forty, so one
encryption carries dozens. Adding ciphertexts adds slot by slot, a known factor
multiplies every slot, and signs need no offset: a negative slot borrows from the next
one and :meth:`Packing.unpack` gives it back. The key is Paillier's or one of ``paired``
(DT-PKC, BCP).

Each ciphertext carries a public ``bound`` on the size of any of its slots. It begins as
the layout's ``largest``, agreed beforehand: the true maximum would tell the server
about the data. Every operation updates it before computing anything and refuses what
could reach into a neighbour's slot, so an overflow is noticed, never wrapped.

Threat model and what is not protected: as in the module of the key; the number of
values, the layout and the bound are public, and the bound is only as honest as who
states it.

Source: the layout of L. Phong, Y. Aono, T. Hayashi, L. Wang, S. Moriai,
"Privacy-Preserving Deep Learning via Additively Homomorphic Encryption", IEEE TIFS
13(5), 2018, with signed digits in place of its offsets.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Protocol

import numpy as np

from ppdl_course.arguments import between
from ppdl_course.publickey.fixed_point import exact_ratio, integer

RawCiphertext = Any
"""What ``raw_encrypt`` returns: an integer under Paillier, a pair under ``paired``."""


class Key(Protocol):
    """What packing asks of a public key: integers modulo n that add."""

    @property
    def n(self) -> int:
        """The modulus."""

    @property
    def max_int(self) -> int:
        """Largest size of a signed plaintext."""

    def raw_encrypt(self, m: int) -> RawCiphertext:
        """Encrypt a residue of [0, n)."""

    def raw_add(self, c: RawCiphertext, d: RawCiphertext) -> RawCiphertext:
        """Return a ciphertext of the sum."""

    def raw_scale(self, c: RawCiphertext, factor: int) -> RawCiphertext:
        """Return a ciphertext of ``factor`` times the plaintext."""


class Opener(Protocol):
    """What packing asks of a secret key."""

    public: Key

    def raw_decrypt(self, c: RawCiphertext) -> int:
        """Return the residue in [0, n)."""


@dataclass(frozen=True)
class Packing:
    """How numbers lie in a plaintext.

    Attributes:
        public: The key to encrypt under.
        fraction_bits: Bits after the binary point; a value is rounded to 2**-that.
        slot_bits: Width b of a slot, sign and headroom for sums included.
        largest: Public bound on the size of a value, fixed before any is seen.

    Raises:
        ValueError: If not even one slot fits, or the largest value does not fit one.
    """

    public: Key
    fraction_bits: int = 24
    slot_bits: int = 48
    largest: float = 64.0

    def __post_init__(self) -> None:
        for name in ("fraction_bits", "slot_bits"):  # numpy's integers would wrap
            object.__setattr__(self, name, integer(name, getattr(self, name)))
        between(0, self.slot_bits - 2, fraction_bits=self.fraction_bits)
        if self.slots < 1:
            raise ValueError(
                f"slot_bits must be at most {self.public.max_int.bit_length() - 1}, "
                f"got {self.slot_bits}"
            )
        if exact_ratio("largest", self.largest)[0] <= 0:
            raise ValueError(f"largest must be positive, got {self.largest}")
        self.require_room(self.fresh_bound, "a value up to largest")

    @property
    def fresh_bound(self) -> int:
        """Largest size of the integer in a slot of a fresh ciphertext."""
        top, bottom = exact_ratio("largest", self.largest)
        return -((-top << self.fraction_bits) // bottom)  # rounded upwards

    @property
    def summands(self) -> int:
        """How many fresh vectors may be added."""
        return self.limit // self.fresh_bound

    @property
    def slots(self) -> int:
        """Values in one ciphertext."""
        # one bit less than max_int has: any value of all slots is then below it
        return (self.public.max_int.bit_length() - 1) // self.slot_bits

    @property
    def limit(self) -> int:
        """Largest size of an integer in a slot."""
        return 2 ** (self.slot_bits - 1) - 1

    def pack(self, digits: Sequence[int]) -> int:
        """Return the signed integer with these digits in base 2**slot_bits.

        Raises:
            ValueError: If a digit is no integer or does not fit its slot.
        """
        width, total = self.slot_bits, 0
        for digit in reversed(digits):
            digit = integer("digit", digit)
            self.require_room(abs(digit), "a digit")
            total = (total << width) + digit
        return total

    def unpack(self, packed: int, count: int) -> list[int]:
        """Return ``count`` signed digits: the inverse of :meth:`pack`."""
        width, half, digits = self.slot_bits, 1 << (self.slot_bits - 1), []
        for _ in range(count):
            # the residue nearest to zero; & of a negative int is its residue in Python
            digit = ((packed + half) & ((1 << width) - 1)) - half
            digits.append(digit)
            packed = (packed - digit) >> width
        return digits

    def encrypt(self, values: np.ndarray) -> "PackedVector":
        """Encrypt a vector of reals, :attr:`slots` at a time.

        Each is rounded to the nearest multiple of 2**-fraction_bits by integers: 64-bit
        integers do not pass through a float.

        Raises:
            ValueError: If a value is not finite or exceeds ``largest`` in size.
        """
        if len(np.shape(values)) != 1 or len(values) == 0:
            raise ValueError(
                f"values must be a nonempty vector, got {np.shape(values)}"
            )
        largest, digits = Fraction(*exact_ratio("largest", self.largest)), []
        # numpy would make floats of a list's long integers, and keeps an array's
        items = values if isinstance(values, list | tuple) else np.asarray(values)
        for value in items:
            exact = Fraction(*exact_ratio("values", value))
            if abs(exact) > largest:
                raise ValueError(f"values must be within +-{self.largest}, got {value}")
            digits.append(round(exact * 2**self.fraction_bits))
        groups = range(0, len(digits), self.slots)
        n = self.public.n
        ciphertexts = tuple(
            self.public.raw_encrypt(self.pack(digits[i : i + self.slots]) % n)
            for i in groups
        )
        return PackedVector(self, ciphertexts, len(digits), self.fresh_bound)

    def require_room(self, bound: int, what: str) -> None:
        """Raise ValueError if integers up to ``bound`` do not fit a slot."""
        if bound > self.limit:
            raise ValueError(
                f"{what} could reach {bound} in a slot of {self.slot_bits} bits, which "
                f"holds +-{self.limit}; widen slot_bits or lower fraction_bits"
            )


@dataclass(frozen=True)
class PackedVector:
    """An encrypted vector; what a server can hold and add without any secret.

    Attributes:
        packing: The public layout.
        ciphertexts: One for each group of slots.
        size: Number of values.
        bound: Public bound on the size of the integer in any slot.
    """

    packing: Packing
    ciphertexts: tuple[RawCiphertext, ...] = field(repr=False)
    size: int
    bound: int

    def __add__(self, other: "PackedVector") -> "PackedVector":
        """Add slot by slot.

        Raises:
            ValueError: If layouts or sizes differ, or a slot could overflow.
        """
        if (self.packing, self.size) != (other.packing, other.size):
            raise ValueError("summands must have the same packing and size")
        bound = self.bound + other.bound
        self.packing.require_room(bound, "the sum")
        add = self.packing.public.raw_add
        pairs = zip(self.ciphertexts, other.ciphertexts, strict=True)
        return self._with(tuple(add(c, d) for c, d in pairs), bound)

    def __mul__(self, factor: int) -> "PackedVector":
        """Multiply every slot by a known integer.

        Raises:
            ValueError: If ``factor`` is not an integer, or a slot could overflow.
        """
        factor = integer("factor", factor)
        bound = self.bound * abs(factor)
        self.packing.require_room(bound, "the product")
        scale = self.packing.public.raw_scale
        return self._with(tuple(scale(c, factor) for c in self.ciphertexts), bound)

    def _with(self, ciphertexts: tuple[int, ...], bound: int) -> "PackedVector":
        return PackedVector(self.packing, ciphertexts, self.size, bound)

    def decrypt(self, private: Opener) -> np.ndarray:
        """Return the values, shape ``(size,)``: the float64 nearest to each slot.

        Raises:
            ValueError: If the key is another one.
            OverflowError: If a slot holds more than ``bound``, or something stands
                beyond the slots: somebody added more than they stated.
        """
        if private.public != self.packing.public:
            raise ValueError("private belongs to another public key")
        digits: list[int] = []
        n, width = private.public.n, self.packing.slots
        for index, c in enumerate(self.ciphertexts):
            residue = private.raw_decrypt(c)
            signed = residue - n if residue > n // 2 else residue
            count = min(width, self.size - index * width)
            unpacked = self.packing.unpack(signed, count)
            worst = max(map(abs, unpacked))
            if worst > self.bound:
                raise OverflowError(
                    f"a slot holds {worst}, stated was at most {self.bound}"
                )
            if self.packing.pack(unpacked) != signed:
                raise OverflowError(
                    f"ciphertext {index} holds more than {count} slots of at most "
                    f"{self.bound}"
                )
            digits += unpacked
        # a quotient of Python ints is rounded once
        unit = 2**self.packing.fraction_bits
        return np.array([digit / unit for digit in digits], dtype=np.float64)
