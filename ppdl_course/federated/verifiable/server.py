"""The server of checked sums: system [33], the server's half.

It needs no secret to prove the sum: it multiplies nothing, folds the signatures into
one and adds the masked blindings. Protocol, threat model and source: as in ``client``.
"""

from typing import Any

import numpy as np

from ppdl_course.federated.dropouts.refusals import Unverified
from ppdl_course.federated.dropouts.server import SumServer
from ppdl_course.federated.dropouts.statements import require_signed, statement
from ppdl_course.federated.verifiable.client import digest
from ppdl_course.publickey.schnorr import aggregate


class VerifiedServer(SumServer):
    """A :class:`SumServer` that proves its sum; arguments and attributes are those."""

    def announce_sum(self) -> None:
        """Open the sum and send it to all who are in it.

        Raises:
            Refusal: As :meth:`SumServer.open_sum`.
        """
        self._total = self.open_sum().view(np.int64)
        self._send("sum", (self.survivors, self._total), self.survivors)

    def relay_proof(self) -> None:
        """Take the commitments; send them, the opening and one signature to all.

        Raises:
            Unverified: If a client of the sum has not committed.
        """
        self._digest = digest(self.turn, self.survivors, self._total)
        read = self._read_commitment
        rows = self._collect("commitment", self.survivors, read, least=0)
        gone = sorted(set(self.survivors) - set(rows))
        if gone:
            raise Unverified(f"{gone} left before they committed: nobody can check")
        self._send("proof", self.proof(rows), self.survivors)

    def proof(self, rows: dict[str, tuple[bytes, int, Any]]) -> tuple[Any, ...]:
        """Return names, commitments, opening and the aggregate's two parts.

        Args:
            rows: For each survivor its commitment, masked blinding and signature.
        """
        names = self.survivors
        folded = aggregate(
            self._group,
            [self._directory[name] for name in names],
            [self._statement(name, rows[name][0]) for name in names],
            [rows[name][2] for name in names],
        )
        opening = sum(rows[name][1] for name in names) % self._group.order
        nonces = [self._group.encode(nonce) for nonce in folded.nonces]
        encoded = [rows[name][0] for name in names]
        return names, encoded, opening, nonces, folded.response

    def _statement(self, name: str, encoded: bytes) -> bytes:
        return statement("commitment", self.turn, self._digest, name, encoded)

    def _read_commitment(self, name: str, message: Any) -> tuple[bytes, int, Any]:
        encoded, masked, packed = message
        if type(masked) is not int:
            raise ValueError(f"blinding must be an integer, got {masked!r}")
        signature = require_signed(
            self._group, self._directory, name, self._statement(name, encoded), packed
        )
        return encoded, masked, signature
