r"""Schnorr's signatures, and many of them folded into one by whoever holds them.

    key        a secret, A = g^a public
    sign       R = g^k, k fresh;  c = H(R, A, message);  s = k + c a mod q
    verify     g^s = R A^c
    aggregate  keep all R_i;  s = sum_i z_i s_i,  z_i = H(i, all R_j, A_j, message_j)
    verify     g^s = prod_i (R_i A_i^{c_i})^{z_i}

An aggregate of n signatures is n elements and one number, about half as long. The
factors z_i have 128 bits: without them, two forgeries whose errors cancel would pass
(``test_two_errors_that_cancel_pass_without_factors``). They are hashed from all that is
signed, so no signer can choose a key that cancels another's, and none needs to prove
that the secret key is known. BLS signatures, which fold into one element however many
they are, ask for that, and for pairings; ``ppdl bench many_keys`` compares.

Protects who signed what, as long as logarithms are hard and H is a random oracle. Not
protected: a replay, so what is signed names its round; a k used twice gives a away.

Sources: C.-P. Schnorr, "Efficient Signature Generation by Smart Cards", Journal of
Cryptology 4, 1991; K. Chalkias, F. Garillot, Y. Kondi, V. Nikolaenko, "Non-interactive
Half-Aggregation of EdDSA and Variants of Schnorr Signatures", CT-RSA 2021.
"""

import hashlib
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Generic

from ppdl_course.publickey.groups import Element, Group

FACTOR_BITS = 128

Challenge = Callable[[bytes, bytes, bytes], int]
"""(R, A, message) -> c."""


@dataclass(frozen=True)
class Signature(Generic[Element]):
    """One signature: R and s.

    Attributes:
        nonce: R.
        response: s, below the order.
    """

    nonce: Element
    response: int


@dataclass(frozen=True)
class Aggregate(Generic[Element]):
    """Many signatures in one.

    Attributes:
        nonces: R_i, one a signature.
        response: The sum of all z_i s_i, below the order.
    """

    nonces: tuple[Element, ...]
    response: int


def challenge(nonce: bytes, public: bytes, message: bytes) -> int:
    """Return SHA-512(R, A, message) as an integer, highest byte first."""
    # R and A have one length in a group: the three cannot run into each other
    digest = hashlib.sha512(nonce + public + message).digest()
    return int.from_bytes(digest, "big")


class SigningKey(Generic[Element]):
    """A secret key.

    Args:
        group: Where.
        secret: a, 1..order-1; by default fresh.

    Attributes:
        group: As given.
        public: A, to be known to all.
    """

    def __init__(self, group: Group[Element], secret: int | None = None) -> None:
        self.group = group
        self._secret = _nonzero(group) if secret is None else secret
        if not 0 < self._secret < group.order:
            raise ValueError("secret must lie in 1..order-1")
        self.public = group.base_power(self._secret)

    def sign(self, message: bytes) -> Signature[Element]:
        """Return a signature of the message."""
        k = _nonzero(self.group)
        nonce = self.group.base_power(k)
        encode = self.group.encode
        c = challenge(encode(nonce), encode(self.public), message)
        return Signature(nonce, (k + c * self._secret) % self.group.order)


def verify(
    group: Group[Element],
    public: Element,
    message: bytes,
    signature: Signature[Element],
    *,
    challenge: Challenge = challenge,
) -> bool:
    """Return whether the signature of the message is by the owner of ``public``."""
    if not 0 < signature.response < group.order:
        return False
    c = challenge(group.encode(signature.nonce), group.encode(public), message)
    try:
        expected = _times(group, signature.nonce, public, c)
    except ValueError:  # a sum at infinity is g^0, and s = 0 was refused
        return False
    return group.base_power(signature.response) == expected


def aggregate(
    group: Group[Element],
    publics: Sequence[Element],
    messages: Sequence[bytes],
    signatures: Sequence[Signature[Element]],
) -> Aggregate[Element]:
    """Return one signature for all; needs no secret. A false one spoils the whole.

    Raises:
        ValueError: If there is none, or the three differ in number.
    """
    if not 0 < len(publics) == len(messages) == len(signatures):
        sizes = (len(publics), len(messages), len(signatures))
        raise ValueError(f"publics, messages, signatures must be as many, got {sizes}")
    nonces = tuple(signature.nonce for signature in signatures)
    z = _factors(group, publics, messages, nonces)
    pairs = zip(z, signatures, strict=True)
    response = sum(factor * signature.response for factor, signature in pairs)
    return Aggregate(nonces, response % group.order)


def verify_aggregate(
    group: Group[Element],
    publics: Sequence[Element],
    messages: Sequence[bytes],
    signature: Aggregate[Element],
    *,
    challenge: Challenge = challenge,
) -> bool:
    """Return whether each owner of a public key signed the message at its place."""
    nonces = signature.nonces
    if not 0 < len(publics) == len(messages) == len(nonces):
        return False
    if not 0 < signature.response < group.order:
        return False
    z = _factors(group, publics, messages, nonces)
    terms = []
    try:
        for r, a, message, factor in zip(nonces, publics, messages, z, strict=True):
            c = challenge(group.encode(r), group.encode(a), message)
            terms.append(group.power(_times(group, r, a, c), factor))
        expected = reduce(group.product, terms)
    except ValueError:  # infinity on the way: no honest aggregate passes there
        return False
    return group.base_power(signature.response) == expected


def _times(group: Group[Element], nonce: Element, public: Element, c: int) -> Element:
    """Return R A^c."""
    c %= group.order
    return group.product(nonce, group.power(public, c)) if c else nonce


def _factors(
    group: Group[Element],
    publics: Sequence[Element],
    messages: Sequence[bytes],
    nonces: Sequence[Element],
) -> list[int]:
    """Return z_i, in 1..order-1 and of 128 bits."""
    everything = hashlib.sha256()
    for r, a, message in zip(nonces, publics, messages, strict=True):
        # digests of one length: no message can run into the next
        everything.update(group.encode(r) + group.encode(a))
        everything.update(hashlib.sha256(message).digest())
    seed, most = everything.digest(), min(2**FACTOR_BITS, group.order - 1)
    hashes = (hashlib.sha256(seed + i.to_bytes(4, "big")) for i in range(len(nonces)))
    return [1 + int.from_bytes(h.digest(), "big") % most for h in hashes]


def _nonzero(group: Group[Element]) -> int:
    return 1 + secrets.randbelow(group.order - 1)
