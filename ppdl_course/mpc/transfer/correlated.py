"""Correlated oblivious transfer: products of the receiver's bits and sender's numbers.

    Sender of m rows of words d_j                    Receiver of m bits r_j
           both get pads by OT extension: k0_j, k1_j        k_{r_j}
    c_j = G(k0_j) - G(k1_j) + d_j      ---- c ---->
    its share    -G(k0_j)                    G(k_{r_j}) + r_j c_j  =  G(k0_j) + r_j d_j

The shares add up to r_j d_j modulo 2^64 (or 2^32). One transfer serves a row of any
length: its pads are grown from one label. Nothing but c and the columns of the
extension crosses, 16 bytes a transfer and a word for each word of d.

Security: passive, as in ``ot_extension``; c_j hides d_j behind the pad not chosen.

Source: G. Asharov, Y. Lindell, T. Schneider, M. Zohner, "More Efficient Oblivious
Transfer and Extensions for Faster Secure Computation", CCS 2013, section 5.4.
"""

import secrets
from typing import Any, Protocol

import numpy as np

from ppdl_course.arguments import array_of
from ppdl_course.mpc.label_hash import LABEL_BYTES, LabelHash
from ppdl_course.mpc.transfer.oblivious_transfer import receive_strings, send_strings
from ppdl_course.mpc.transfer.ot_extension import ExtensionReceiver, ExtensionSender

Words = np.ndarray


class End(Protocol):
    """What a party needs of its end of a channel."""

    def send(self, label: str, payload: Any) -> None:
        """Send a value."""

    def receive(self, label: str) -> Any:
        """Return the next value."""


class CorrelatedSender:
    """Holds the numbers. Starts with 128 base transfers; then any number of calls.

    Args:
        end: Its end of the channel.
    """

    def __init__(self, end: End) -> None:
        self._end, self._sender = end, ExtensionSender()
        choices = self._sender.base_choices.tolist()
        self._sender.receive_seeds(receive_strings(end, choices))
        self._hash = LabelHash(secrets.token_bytes(LABEL_BYTES))
        end.send("OT key", self._hash.key)

    def send(self, numbers: Words) -> Words:
        """Return this party's share of the products of bits and rows.

        Args:
            numbers: d, uint64 or uint32 ``(m, length)``.

        Returns:
            The same shape and dtype.
        """
        columns = self._end.receive("OT columns")
        zero, one = self._sender.pads(columns, len(numbers), self._hash)
        pad = _grow(self._hash, zero, numbers)
        correction = pad - _grow(self._hash, one, numbers)
        correction += numbers
        self._end.send("OT correction", correction)
        return np.zeros_like(pad) - pad

    def send_bits(self, bits: np.ndarray) -> np.ndarray:
        """Return XOR shares of the products of single bits, bool ``(m,)``."""
        columns = self._end.receive("OT columns")
        zero, one = self._sender.pads(columns, len(bits), self._hash)
        pad = _lowest(zero)
        self._end.send("OT correction", np.packbits(pad ^ _lowest(one) ^ bits))
        return pad


class CorrelatedReceiver:
    """Holds the bits.

    Args:
        end: Its end of the channel.
    """

    def __init__(self, end: End) -> None:
        self._end, self._receiver = end, ExtensionReceiver()
        send_strings(end, self._receiver.base_pairs)
        self._hash = LabelHash(end.receive("OT key"))

    def receive(self, bits: np.ndarray, length: int, dtype: type = np.uint64) -> Words:
        """Return this party's share of the products.

        Args:
            bits: Bool ``(m,)``.
            length: Words of each of the sender's rows.
            dtype: Of the sender's numbers.

        Raises:
            ValueError: If the sender's correction has another shape or dtype.
        """
        self._end.send("OT columns", self._receiver.extend(bits))
        labels = self._receiver.pad(self._hash)
        share = _grow(self._hash, labels, np.empty((len(bits), length), dtype))
        correction = self._end.receive("OT correction")
        array_of(share.shape, dtype, correction=correction)
        share[bits] += correction[bits]
        return share

    def receive_bits(self, bits: np.ndarray) -> np.ndarray:
        """Return XOR shares of the products of single bits, bool ``(m,)``."""
        self._end.send("OT columns", self._receiver.extend(bits))
        pad = _lowest(self._receiver.pad(self._hash))
        correction = self._end.receive("OT correction")
        array_of((-(-len(bits) // 8),), np.uint8, correction=correction)
        return pad ^ (np.unpackbits(correction, count=len(bits)).astype(bool) & bits)


def _grow(hash_: LabelHash, labels: np.ndarray, like: Words) -> Words:
    """Return a row of words from each label, of the shape and dtype of ``like``."""
    length = like.shape[1]
    blocks = -(-length * like.itemsize // LABEL_BYTES)
    grown = hash_.expand(labels, blocks).reshape(len(labels), -1).view(like.dtype)
    return grown[:, :length].copy() if grown.shape[1] > length else grown


def _lowest(labels: np.ndarray) -> np.ndarray:
    return (labels[:, 0] & np.uint64(1)).astype(bool)
