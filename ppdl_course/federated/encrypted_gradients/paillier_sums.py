r"""Sums of vectors under Paillier, a ciphertext a value or many values in one.

    slots of v + pad bits side by side, see ``publickey.packing``; one slot is a
    ciphertext a value. The participants share the private key, the adder has n.

The same interface as ``ring_sums``, so that one system runs on either. A slot that
could carry into the next is refused before: the adder counts.

Threat model: as ``ring_sums``, with the decisional composite residuosity assumption:
**the key is shared** by all participants.

Source: L. Phong et al., IEEE TIFS 13(5), 2018, section IV (the packing).
"""

import hashlib
from collections.abc import Mapping
from typing import Any

import numpy as np

from ppdl_course.arguments import at_least, between, record_of
from ppdl_course.federated.encrypted_gradients.headroom import Headroom
from ppdl_course.publickey.packing import Packing
from ppdl_course.publickey.paillier import PrivateKey, PublicKey


class PaillierAdder:
    """The server's side: adds, holds the modulus only.

    Args:
        headroom: How many may be added.
        public: The participants' public key.
        size: Numbers in a vector.
        slots: Values in a ciphertext.

    Attributes:
        summands: How many vectors have been added.
    """

    def __init__(
        self, headroom: Headroom, public: PublicKey, size: int, slots: int
    ) -> None:
        at_least(1, size=size)
        self._headroom, self._public, self._size = headroom, public, size
        self._count, self._key = -(-size // slots), key_id(public)
        self.summands = 0
        self._total: list[int] = []

    def add(self, message: Mapping[str, Any]) -> None:
        """Add what :meth:`PaillierKey.encrypt` returned.

        Raises:
            ValueError: If it is under another key, of another size or out of range, or
                one summand more could carry. Nothing is added then.
        """
        self._headroom.require_summands(self.summands + 1)
        new = _ciphertexts(message, self._public, self._size, self._count)
        add = self._public.raw_add
        self._total = [
            add(c, d) for c, d in zip(self._total or [1] * len(new), new, strict=True)
        ]
        self.summands += 1

    def total(self) -> dict[str, Any]:
        """Return the sum, for who has the key."""
        at_least(1, summands=self.summands)
        return {"key": self._key, "size": self._size, "ciphertexts": self._total}


class PaillierKey:
    """What every participant holds and the server does not.

    Args:
        private: The key pair; every participant has it.
        headroom: How large values are and how many may be added.
        slots: Values in a ciphertext; as many as fit by default.

    Raises:
        ValueError: If no slot, or not so many, fit n.
    """

    def __init__(
        self,
        private: PrivateKey,
        headroom: Headroom | None = None,
        *,
        slots: int | None = None,
    ) -> None:
        self.headroom = headroom or Headroom()
        self.private = private
        self._packing = Packing(
            private.public,
            fraction_bits=0,
            slot_bits=self.headroom.slot_bits,
            largest=self.headroom.largest,
        )
        self.slots = self._packing.slots if slots is None else slots
        between(1, self._packing.slots, slots=self.slots)

    @property
    def id(self) -> str:
        """Public name of the key, 16 hexadecimal digits."""
        return key_id(self.private.public)

    @property
    def shared(self) -> tuple[int, int]:
        """What a participant tells the others, sealed: makes the same key again."""
        return self.private.p, self.private.q

    def adder(self, size: int) -> PaillierAdder:
        """Return an adder of vectors of ``size`` numbers; it gets no secret."""
        return PaillierAdder(self.headroom, self.private.public, size, self.slots)

    def encrypt(self, integers: np.ndarray) -> dict[str, Any]:
        """Return an encrypted vector, ready for a channel.

        Args:
            integers: int64 (size,), each within the headroom's largest.

        Raises:
            ValueError: If an integer is too large: sums could carry.
        """
        self.headroom.require_integers(integers=integers)
        public, values = self.private.public, integers.tolist()
        groups = range(0, len(values), self.slots)
        ciphertexts = [
            public.raw_encrypt(
                self._packing.pack(values[k : k + self.slots]) % public.n
            )
            for k in groups
        ]
        return {"key": self.id, "size": len(values), "ciphertexts": ciphertexts}

    def decrypt(self, total: Mapping[str, Any]) -> np.ndarray:
        """Return the integers of a sum, int64 (size,).

        Raises:
            ValueError: If it is under another key or of no possible shape. Nothing is
                decrypted then.
            OverflowError: If a ciphertext holds more than its slots may: somebody added
                more than they stated.
        """
        record_of("key", "size", "ciphertexts", total=total)
        size, public = total["size"], self.private.public
        at_least(1, size=size)
        found: list[int] = []
        count = -(-size // self.slots)
        for c in _ciphertexts(total, public, size, count):
            residue = self.private.raw_decrypt(c)
            signed = residue - public.n if residue > public.n // 2 else residue
            width = min(self.slots, size - len(found))
            values = self._packing.unpack(signed, width)
            if self._packing.pack(values) != signed:
                raise OverflowError(f"a ciphertext holds more than {width} slots")
            found += values
        return np.array(found, np.int64)


def key_id(public: PublicKey) -> str:
    """Return the public name of a key: a hash of n."""
    return hashlib.sha256(f"Paillier {public.n}".encode()).hexdigest()[:16]


def _ciphertexts(
    message: Mapping[str, Any], public: PublicKey, size: int, count: int
) -> list[int]:
    record_of("key", "size", "ciphertexts", message=message)
    if message["key"] != key_id(public):
        raise ValueError(f"key must be {key_id(public)}, got {message['key']}")
    if message["size"] != size:
        raise ValueError(f"size must be {size}, got {message['size']}")
    ciphertexts = message["ciphertexts"]
    if not isinstance(ciphertexts, list) or len(ciphertexts) != count:
        raise ValueError(f"ciphertexts must be a list of {count}")
    square = public.n_squared
    if not all(isinstance(c, int) and 0 < c < square for c in ciphertexts):
        raise ValueError("ciphertexts must be integers in (0, n**2), one is not")
    return ciphertexts
