r"""Two ways to read encrypted gradients without breaking a cipher.

A participant meets the server. All participants share one key, so that any of them
opens every upload that the server saw, of everybody: a step is -rate g, and the
gradient of one record gives the record (``gradient_leakage``).

One mask for two uploads. c - c' = (e - e') + p_0 (m - m'): the mask a s is gone, and
the difference of two participants' steps stands open to who reads the line, the server
included, without any key. A seed that everybody derives in the same way, "to save
bytes", is enough.

Against the first: a key in shares or masks that cancel (chapter 13), so that only sums
are ever opened. Even then the sum says something of each summand: that only noise mends
(chapters 16 and 18). Against the second: a fresh seed for each upload, and whoever
adds refuses a seed that comes twice.

Source: the limit is named in L. Phong et al., IEEE TIFS 13(5), 2018, section I: the
server must not collude with any participant.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ppdl_course.federated.encrypted_gradients.asynchronous import Key
from ppdl_course.federated.encrypted_gradients.ring_sums import PRIMES, join, unpack
from ppdl_course.mpc.triples.residues import centre
from ppdl_course.parties.transcript import Transcript


def uploads_of(log: Transcript, victim: str, *, server: str = "server") -> list[Any]:
    """Return the encrypted steps of ``victim`` that are in the server's view."""
    mine = [m for m in log.view(server) if m.sender == victim and m.label == "upload"]
    return [message.payload["step"] for message in mine]


def read_upload(step: Mapping[str, Any], key: Key, *, rate: float) -> np.ndarray:
    """Return the gradient in one upload, with the key of any other participant.

    Args:
        step: From the server's view.
        key: The shared key.
        rate: The learning rate, known to all.
    """
    adder = key.adder(step["size"])
    adder.add(step)  # a sum of one summand
    return -key.headroom.decode(key.decrypt(adder.total())) / rate


def difference(first: Mapping[str, Any], second: Mapping[str, Any]) -> np.ndarray:
    """Return m - m' of two uploads under one seed, int64 (size,), without a key.

    Raises:
        ValueError: If their seeds or sizes differ.
    """
    for name in ("seed", "size"):
        if first[name] != second[name]:
            raise ValueError(f"{name} must be the same in both uploads, it is not")
    pairs = zip(first["residues"], second["residues"], PRIMES, strict=True)
    values = [centre(unpack(c, p) - unpack(d, p), p) for c, d, p in pairs]
    return join(values)[: first["size"]]
