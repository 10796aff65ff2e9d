"""1-out-of-2 oblivious transfer (OT) from Diffie-Hellman, for many transfers at once.

For each k < n the sender holds two strings m0, m1 and the receiver a choice bit c. The
receiver learns m_c and not the other; the sender does not learn c.

    Sender                                             Receiver
    a <- Z_q, A = g^a                  ---- A ---->
                                       <--- B -----    b <- Z_q, B = A^c * g^b
    e_i = m_i xor H(k, A, B, (B / A^i)^a)  -- e -->    m_c = e_c xor H(k, A, B, A^b)

The receiver's bit is hidden perfectly: A^c * g^b is uniform in the group for either c
(on P-256, whose point at infinity is left out, up to 2^-255). The sender's other string
is hidden if computing g^(a^2) from g^a is hard (the computational Diffie-Hellman
problem) and H is a random oracle.

Security: passive (semi-honest) adversaries. Both sides refuse elements that are not of
the group, which is necessary and not sufficient against active ones.
Teaching code: not constant time.

Source: Chou and Orlandi, "The Simplest Protocol for Oblivious Transfer",
LATINCRYPT 2015, https://eprint.iacr.org/2015/267.
"""

import hashlib
import secrets
from collections.abc import Callable, Sequence
from typing import Any

from ppdl_course.parties.channel import Endpoint
from ppdl_course.publickey.groups import P256, Group

RandBelow = Callable[[int], int]
Pair = tuple[bytes, bytes]


class Sender:
    """The party that owns both strings; learns nothing about the choices.

    Attributes:
        public_key: The encoding of A, the first message.
    """

    def __init__(
        self, group: Group[Any] = P256, *, randbelow: RandBelow = secrets.randbelow
    ) -> None:
        self.group = group
        self._a = 0
        while not self._a:  # with a = 0 every key would be the neutral element
            self._a = group.exponent(randbelow)
        self._A = group.base_power(self._a)
        self.public_key = group.encode(self._A)

    def encrypt(self, blinded: Sequence[bytes], pairs: Sequence[Pair]) -> list[Pair]:
        """Encrypt each string under the key that one value of the choice can derive.

        Args:
            blinded: The receiver's n blinded choices, encoded elements.
            pairs: n pairs of strings; the two of a pair have the same length.

        Returns:
            n pairs of ciphertexts, each as long as its string.

        Raises:
            ValueError: If the numbers differ, an element is not in the group, or two
                strings of a pair differ in length (a difference in length would tell
                which of them was taken).
        """
        if len(blinded) != len(pairs):
            raise ValueError(
                f"{len(blinded)} choices for {len(pairs)} pairs of strings"
            )
        return [
            self._encrypt(k, element, pair)
            for k, (element, pair) in enumerate(zip(blinded, pairs, strict=True))
        ]

    def _encrypt(self, k: int, element: bytes, pair: Pair) -> Pair:
        m0, m1 = pair
        if len(m0) != len(m1):
            raise ValueError(
                f"strings of pair {k} differ: {len(m0)} != {len(m1)} bytes"
            )
        B = self.group.decode(element, f"B[{k}]")
        # the receiver can derive one of the two, and the sender cannot tell which
        key0 = self.group.agree(B, self._a)
        key1 = self.group.agree(self.group.quotient(B, self._A), self._a)
        return (
            _mask(m0, k, self.public_key, element, key0),
            _mask(m1, k, self.public_key, element, key1),
        )


class Receiver:
    """The party that owns the choices; can decrypt only the chosen strings.

    Args:
        choices: n bits.
        public_key: The sender's first message.

    Attributes:
        blinded: The encodings of the n elements B, the second message.

    Raises:
        ValueError: If a choice is not 0 or 1, or the sender's A is not in the group.
    """

    def __init__(
        self,
        choices: Sequence[int],
        public_key: bytes,
        group: Group[Any] = P256,
        *,
        randbelow: RandBelow = secrets.randbelow,
    ) -> None:
        for choice in choices:
            if choice not in (0, 1):
                raise ValueError(f"choices must be 0 or 1, got {choice!r}")
        A = group.decode(public_key, "A")
        self._choices = [int(choice) for choice in choices]
        self._public_key = public_key
        self._keys: list[bytes] = []
        self.blinded: list[bytes] = []
        for choice in self._choices:
            b = group.exponent(randbelow)
            B = group.base_power(b)
            self._keys.append(group.agree(A, b))
            self.blinded.append(group.encode(group.product(A, B) if choice else B))

    def decrypt(self, ciphertexts: Sequence[Pair]) -> list[bytes]:
        """Return the n chosen strings.

        Raises:
            ValueError: If there are not n pairs of equally long ciphertexts.
        """
        if len(ciphertexts) != len(self._choices):
            raise ValueError(f"{len(ciphertexts)} pairs, {len(self._choices)} choices")
        chosen = []
        for k, (pair, choice) in enumerate(
            zip(ciphertexts, self._choices, strict=True)
        ):
            e0, e1 = pair
            if not type(e0) is type(e1) is bytes or len(e0) != len(e1):
                raise ValueError(f"ciphertexts of pair {k} must be equally long bytes")
            ciphertext = (e0, e1)[choice]
            chosen.append(
                _mask(ciphertext, k, self._public_key, self.blinded[k], self._keys[k])
            )
        return chosen


def send_strings(
    end: Endpoint,
    pairs: Sequence[Pair],
    group: Group[Any] = P256,
    *,
    randbelow: RandBelow = secrets.randbelow,
) -> None:
    """Play the sender over a channel: n transfers in three messages."""
    sender = Sender(group, randbelow=randbelow)
    end.note("strings", pairs)
    end.send("OT A", sender.public_key)
    end.send("OT e", sender.encrypt(end.receive("OT B"), pairs))


def receive_strings(
    end: Endpoint,
    choices: Sequence[int],
    group: Group[Any] = P256,
    *,
    randbelow: RandBelow = secrets.randbelow,
) -> list[bytes]:
    """Play the receiver over a channel; return the chosen strings."""
    end.note("choices", choices)
    receiver = Receiver(choices, end.receive("OT A"), group, randbelow=randbelow)
    end.send("OT B", receiver.blinded)
    chosen = receiver.decrypt(end.receive("OT e"))
    end.note("chosen strings", chosen)
    return chosen


def _mask(data: bytes, k: int, public_key: bytes, blinded: bytes, key: bytes) -> bytes:
    """XOR ``data`` with H(k, A, B, key); its own inverse.

    The parts are of fixed length in a given group, so no two inputs run together.
    """
    seed = b"ppdl ot" + k.to_bytes(8, "big") + public_key + blinded + key
    pad = hashlib.shake_256(seed).digest(len(data))
    return (int.from_bytes(data, "big") ^ int.from_bytes(pad, "big")).to_bytes(
        len(data), "big"
    )
