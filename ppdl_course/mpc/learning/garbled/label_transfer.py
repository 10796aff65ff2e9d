"""Labels by oblivious transfer, for a whole session of one garbler and one evaluator.

As ``ot_extension.send_labels``, but the 128 public-key transfers are run once and then
serve any number of calls.
"""

import secrets

import numpy as np

from ppdl_course.mpc.label_hash import LABEL_BYTES, LabelHash
from ppdl_course.mpc.learning.garbled.talk import Peer
from ppdl_course.mpc.transfer.oblivious_transfer import receive_strings, send_strings
from ppdl_course.mpc.transfer.ot_extension import (
    BATCH,
    ExtensionReceiver,
    ExtensionSender,
)
from ppdl_course.parties.channel import Endpoint


class LabelSender:
    """Transfers labels under one R, batch after batch, from one set of base transfers.

    Only strings of 128 public-key transfers are set up anew in a session.
    """

    def __init__(self, end: Endpoint, peer: str) -> None:
        self._end, self._peer = Peer(end, peer), peer
        self._sender = ExtensionSender()
        seeds = receive_strings(self._end, self._sender.base_choices.tolist())
        self._sender.receive_seeds(seeds)
        self._hash = LabelHash(secrets.token_bytes(LABEL_BYTES))
        self._end.send("OT key", self._hash.key)

    def send(self, zero: np.ndarray, offset: np.ndarray) -> None:
        """Let the receiver take zero or zero xor offset of each.

        Args:
            zero: uint64 ``(m, 2)``.
            offset: R, ``(2,)``, or one for each, ``(m, 2)``.
        """
        offset = np.broadcast_to(offset, zero.shape)
        for k in range(0, len(zero), BATCH):
            part, other = zero[k : k + BATCH], offset[k : k + BATCH]
            columns = self._end.receive("OT columns")
            labels = self._sender.encrypt(columns, part, part ^ other, self._hash)
            self._end.send("OT labels", labels)


class LabelReceiver:
    """Takes labels for bits of its own; see :class:`LabelSender`."""

    def __init__(self, end: Endpoint, peer: str) -> None:
        self._end = Peer(end, peer)
        self._receiver = ExtensionReceiver()
        send_strings(self._end, self._receiver.base_pairs)
        self._hash = LabelHash(self._end.receive("OT key"))

    def receive(self, bits: np.ndarray) -> np.ndarray:
        """Return the labels of ``bits``, uint64 ``(m, 2)``."""
        parts = [bits[k : k + BATCH] for k in range(0, len(bits), BATCH)]
        for part in parts:  # all at once: the sender works meanwhile
            self._end.send("OT columns", self._receiver.extend(part))
        return np.concatenate(
            [
                self._receiver.decrypt(self._end.receive("OT labels"), self._hash)
                for _ in parts
            ]
        )
