r"""A client that checks the sum it is given: system [33], the client's half.

After the masked sum of ``dropouts`` has been opened, in the same round:

    server -> all      W, the sum of the survivors U
    everybody          r = 128-bit coefficients from H(round, U, W)
    client i -> server C_i = g^{<r, w_i>} h^{rho_i},  rho_i under pair masks modulo q,
                       a signature of (round, H(round, U, W), i, C_i)
    server -> all      all C_i, R = sum_i rho_i, one aggregate of the signatures
    everybody          the aggregate holds, and prod_i C_i = g^{<r, W>} h^R

A client commits to one number, however long its vector is.

**When r is drawn.** After the uploads is not enough: it must be after W. A server that
knows r first adds a short D with <r, D> = 0. Hashing W into r settles that. The server
may try many W, so a false one passes with probability at most k 2^-128 after k hashes
(in the random oracle model), plus the chance of finding log_g h. A coin that clients
commit to and reveal when all have W needs no such model, but two more rounds, and
fails unless *every* client is shown to have the same W before the first reveals. With a
hash, clients who were told different sums just sign different things.

Not protected: a client may commit to a lie about its data, or, together with the
server, choose its vector after it has seen W. A client who leaves between upload and
commitment leaves a sum that nobody can check: it is thrown away. Do not ask for the
rest with the same vectors: the difference of the two sums is the vector of that client.

Source: the survey's description of [33], of which no more is known; masks as in
``dropouts``; commitments and signatures as in ``publickey``.
"""

import hashlib
from typing import Any

import numpy as np

from ppdl_course.arguments import array_of
from ppdl_course.federated.dropouts.client import SumClient
from ppdl_course.federated.dropouts.refusals import (
    AskedTwice,
    ClientDropped,
    ForgedSignature,
    Refusal,
    Replayed,
    WrongSum,
    reading,
)
from ppdl_course.federated.dropouts.statements import (
    listed,
    of_this_turn,
    pack,
    statement,
)
from ppdl_course.federated.verifiable.combination import coefficients, combination
from ppdl_course.publickey.commitments import Pedersen
from ppdl_course.publickey.schnorr import Aggregate, verify_aggregate


def digest(turn: int, survivors: tuple[str, ...], total: np.ndarray) -> bytes:
    """Return the hash of a sum, from which the coefficients are drawn, 32 bytes."""
    data = total.astype("<i8").tobytes()
    return hashlib.sha256(statement("sum", turn, tuple(survivors), data)).digest()


class VerifiedClient(SumClient):
    """A :class:`SumClient` that accepts no sum unseen.

    Arguments and attributes are those of :class:`SumClient`; the group of the signing
    keys is that of the commitments.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._envelope = Pedersen(self._signing.group)
        self._digest = b""

    def send_keys(self, turn: int) -> None:
        """Begin a round, see :class:`SumClient`."""
        self._before = self.turn
        super().send_keys(turn)
        self._last, self._digest, self._total = self._digest, b"", None

    def send_upload(self, words: np.ndarray) -> None:
        """Send the masked numbers, and remember them for the commitment.

        Their sum must stay within int64 (``masking.fix`` sees to that): the masks add
        up modulo 2^64, the commitments do not, and a sum that has wrapped is refused.
        """
        super().send_upload(words)
        self._values = words.view(np.int64)

    def send_consent(self) -> None:
        """Sign the list of survivors, or tell the others that it is wrong.

        Raises:
            Refusal: As in :class:`SumClient`.
        """
        try:
            super().send_consent()
        except ClientDropped:
            signature = self._signing.sign(statement("complaint", self.turn))
            packed = pack(self._signing.group, signature)
            for peer in self._keys:
                self._end.send("complaint", (self.turn, packed), to=peer)
            raise

    def send_commitment(self) -> None:
        """Take the sum; send a commitment to the combination of the own numbers.

        Raises:
            Refusal: If the sum is over others than those of the signed list, or this
                client has committed in this round before.
        """
        if self._total is not None:
            raise AskedTwice(f"{self.name!r} commits once a round, and has done so")
        with reading("sum"):
            names, total = self._receive("sum")
            self._require_survivors(names)
            array_of(self._values.shape, np.int64, sum=total)
        self._total, self._digest = total, digest(self.turn, self._signed, total)
        self._r = coefficients(self._digest, len(total))
        self._blinding = self._envelope.blinding()
        committed = self._envelope.commit(
            combination(self._r, self._values), self._blinding
        )
        self._own = self._signing.group.encode(committed)
        self._send(
            "commitment",
            (self._own, self._masked(self._blinding)),
            "commitment",
            self._digest,
            self.name,
            self._own,
        )

    def check(self) -> np.ndarray:
        """Return the sum, int64 of shape (d,), once it has been checked.

        Raises:
            Refusal: If it is not the sum; the class says in which way.
        """
        group = self._signing.group
        with reading("proof"):
            names, encoded, opening, nonces, response = self._receive("proof")
            self._require_survivors(names)
            if {type(opening), type(response)} != {int}:
                raise TypeError("the opening and the signature must be integers")
            rows = dict(zip(names, encoded, strict=True))
            commitments = [
                group.decode(rows[name], f"commitment of {name!r}")
                for name in self._signed
            ]
            signature = Aggregate(
                tuple(group.decode(nonce, "nonce") for nonce in nonces), response
            )
        self._hear_complaints()
        if not self._holds(self.turn, self._digest, rows, signature):
            if self._holds(self._before, self._last, rows, signature):
                raise Replayed(f"the proof is that of round {self._before}")
            raise ForgedSignature("the aggregate does not hold for the commitments")
        committed = self._envelope.total(commitments)
        value = combination(self._r, self._total)
        if not self._envelope.opens(committed, value, opening):
            raise WrongSum("the sum is not what the clients committed to")
        return self._total

    def _require_survivors(self, names: Any) -> None:
        """Refuse a list that is not the signed one, whatever its order."""
        names = listed(names, self._present, self._threshold)
        missing = sorted(set(self._signed) - set(names))
        if missing:
            raise ClientDropped(f"{missing} are in the signed list, not in the sum")
        if len(names) > len(self._signed):
            added = sorted(set(names) - set(self._signed))
            raise Refusal(f"{added} are in the sum, not in the signed list")

    def _hear_complaints(self) -> None:
        """Refuse a sum if a client that it leaves out says that it was there.

        On a channel with a timeout this waits for each such client.
        """
        for name in self._present:
            if name in self._signed:
                continue
            try:
                packed = of_this_turn(self._end, "complaint", name, self.turn)
                self._require_signed(name, packed, "complaint")
            except (TimeoutError, ConnectionError, TypeError, ValueError):
                continue
            raise ClientDropped(f"{name!r} sent its numbers and is not in the sum")

    def _holds(
        self, turn: int, told: bytes, rows: dict[str, bytes], signature: Aggregate
    ) -> bool:
        """Return whether all signed their commitments to what was told."""
        messages = [
            statement("commitment", turn, told, name, rows[name])
            for name in self._signed
        ]
        publics = [self._directory[name] for name in self._signed]
        return verify_aggregate(self._signing.group, publics, messages, signature)

    def _masked(self, blinding: int) -> int:
        """Return the blinding under pair masks that cancel among the survivors."""
        for peer, key in self._keys.items():
            if peer not in self._signed:
                continue
            data = hashlib.sha512(key + b"opening" + self._digest).digest()
            pair = int.from_bytes(data, "big")
            blinding += pair if peer > self.name else -pair
        return blinding % self._signing.group.order
