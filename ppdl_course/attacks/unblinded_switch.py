"""A key switch without blinding shows the master the plaintext ([24], chapter 13).

Switching a ciphertext from one key to another by the master key is a decryption and an
encryption. In the advanced scheme of [24] the authority therefore gets sums of records
and masks. A cloud that leaves the masks out saves an encryption a message, trains the
same model, and hands every record to the authority: no message looks different, and
nobody else notices.

The attacker is the authority: its master key, and the messages that it received.

Source: the reason for blinding in P. Li et al., "Multi-key privacy-preserving deep
learning in cloud computing", FGCS 74, 2017.
"""

from collections.abc import Sequence

import numpy as np

from ppdl_course.he.joint_training.packed_records import open_records
from ppdl_course.he.joint_training.plan import Plan
from ppdl_course.parties.transcript import Message
from ppdl_course.publickey.bcp import MasterSecret
from ppdl_course.publickey.paired import PublicKey


def read_records(
    master: MasterSecret, view: Sequence[Message], plan: Plan
) -> list[np.ndarray]:
    """Return what the authority decrypts of each upload that the cloud passed on.

    Args:
        master: The authority's key.
        view: Messages that it received.
        plan: The public sizes.

    Returns:
        For each owner, object (features + 2, records): features, bias, label, as whole
        numbers; with a mask on each if the cloud is honest.

    Raises:
        ValueError: If the view holds no blinded records.
    """
    found = [m.payload for m in view if m.label == "blinded records"]
    if not found:
        raise ValueError("view must hold the message 'blinded records', it does not")
    return [
        open_records(master, PublicKey(master.parameters, h), rows, pairs, plan)
        for h, rows, pairs in found[0]
    ]


def readable(numbers: Sequence[np.ndarray], plan: Plan) -> float:
    """Return which share of the numbers could be a record's: 1 without masks."""
    flat = np.concatenate([block.ravel() for block in numbers])
    return float(np.mean([abs(v) <= 2**plan.x_bits for v in flat]))
