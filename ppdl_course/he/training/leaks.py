"""What training under encryption gives away all the same.

1. An update handed back in the clear, under CKKS. A client decrypts new weights and
   shows them to the cloud, to be served or averaged. CKKS's noise is in those numbers,
   so two of them give the cloud the key (``lattice.ckks_leak``), and with it every
   input. The remedy is noise of the client's own on what is shown (``flood``), or an
   exact scheme: what BGV and BFV decrypt to has no noise in it.

       Client                                       Cloud
       Enc(x_i), Enc(-w_i), Enc(y) -- step ------>  r = y - sum_i w_i x_i
                                   <-- update ----  Enc(r x_i)
       decrypt                     -- shown ----->  key, then all x_i

2. Sizes, numbers and times (:func:`what_traffic_tells`): the network's shape, how many
   bits its integers have, how many steps were taken. A client who stops as soon as the
   loss is small tells how hard its data are: :func:`steps_until`. The remedy is a
   number of steps that is fixed beforehand.

Threat model: an honest-but-curious cloud. Toy ring, INSECURE.
Source: B. Li, D. Micciancio, "On the Security of Homomorphic Encryption on Approximate
Numbers", EUROCRYPT 2021; that it applies to returned updates is ours.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ppdl_course.arguments import at_least, positive
from ppdl_course.he.lattice import ckks
from ppdl_course.he.lattice.ckks_leak import flooded, recover_key
from ppdl_course.he.lattice.ring import Ring
from ppdl_course.he.lattice.rlwe import Parameters, PublicKeys, SecretKey
from ppdl_course.he.training.cubic import q
from ppdl_course.he.training.integers import Net, Precision
from ppdl_course.he.training.twin import Twin
from ppdl_course.parties.channel import Endpoint
from ppdl_course.parties.transcript import Transcript

N, SCALE_BITS = 256, 25
PARAMETERS = Parameters.of_size(N, levels=3, bits=SCALE_BITS)
"""Two products deep, toy size: INSECURE."""


class CkksClient:
    """Owns data, weights and key; trains a linear unit in CKKS.

    Args:
        end: Its end of a channel to the cloud.
        x: (samples, inputs), within +-8, at most n/2 samples.
        y: (samples,).
        w: (inputs,), at least 2.
    """

    def __init__(
        self, end: Endpoint, x: np.ndarray, y: np.ndarray, w: np.ndarray
    ) -> None:
        at_least(2, inputs=len(w))
        self._end, self._x, self._y, self._w = end, x, y, w
        self._secret = SecretKey(PARAMETERS)
        self._keys = self._secret.public_keys()
        self.update = np.empty(0)

    def send_step(self) -> None:
        """Encrypt and send one batch and the weights, with the public keys."""
        server = ckks.Evaluator(self._keys, 2.0**SCALE_BITS)
        columns = [*self._x.T, *np.broadcast_to(-self._w[:, None], self._x.T.shape)]
        parts = [server.encrypt(v).parts for v in (*columns, self._y)]
        keys = [self._keys.public, self._keys.relinearisation]
        self._end.send("step", {"keys": keys, "ciphertexts": np.stack(parts)})

    def receive_update(self) -> None:
        """Decrypt each sample's change of each weight, (inputs, n/2), and keep it."""
        sent = self._end.receive("update")
        pairs = [ckks.Ciphertext(parts, sent["scale"]) for parts in sent["parts"]]
        self.update = np.array([ckks.decrypt(self._secret, c).real for c in pairs])

    def show(self, *, flood: float | None = None) -> None:
        """Send the decrypted update to the cloud.

        Args:
            flood: Standard deviation of noise added before; None shows it as it is.

        Raises:
            ValueError: If ``flood`` is not positive and finite.
        """
        shown = self.update
        if flood is not None:
            positive(flood=flood)
            shown = np.array([flooded(row, noise=flood) for row in shown])
        self._end.send("shown", shown)


class CkksCloud:
    """Computes the update as it should, and keeps all it has seen."""

    def __init__(self, end: Endpoint) -> None:
        self._end = end
        self._seen: list[ckks.Ciphertext] = []
        self._update: list[ckks.Ciphertext] = []

    def compute(self) -> None:
        """Return Enc((y - sum_i w_i x_i) x_i) for each weight."""
        sent = self._end.receive("step")
        public, relinearisation = sent["keys"]
        server = ckks.Evaluator(
            PublicKeys(PARAMETERS, public, relinearisation, {}), 2.0**SCALE_BITS
        )
        self._seen = [ckks.Ciphertext(p, server.scale) for p in sent["ciphertexts"]]
        *columns, y = self._seen
        x, w = columns[: len(columns) // 2], columns[len(columns) // 2 :]
        # y times 1 stands at the scale of a product, so that they can be added
        rest = server.multiply_plain(y, np.ones(N // 2))
        for xi, wi in zip(x, w, strict=True):
            rest = server.add(rest, server.multiply(wi, xi))
        rest = server.rescale(rest)
        self._update = [
            server.rescale(server.multiply(rest, server.drop(xi, rest.level)))
            for xi in x
        ]
        parts = np.stack([c.parts for c in self._update])
        self._end.send("update", {"parts": parts, "scale": self._update[0].scale})

    def recover(self) -> np.ndarray:
        """Return the key from what was shown: all of -1, 0, 1 if the attack worked."""
        shown = self._end.receive("shown")
        at = PARAMETERS.ring(1)
        parts = [at.forward(c.parts[:, :1])[:, 0] for c in self._update[:2]]
        return recover_key(at, parts, list(shown[:2]), self._update[0].scale)

    def read(self, key: np.ndarray) -> np.ndarray:
        """Return the inputs that the key opens, (n/2, inputs)."""
        at = PARAMETERS.ring(1)
        count = (len(self._seen) - 1) // 2
        return np.stack([_opened(at, c, key) for c in self._seen[:count]], axis=1)


def _opened(at: Ring, c: ckks.Ciphertext, key: np.ndarray) -> np.ndarray:
    c0, c1 = c.parts[:, :1]
    phase = at.integers((c0 + at.multiply(c1, at.residues(key))) % at.q)
    return ckks.decode(phase, c.scale).real


@dataclass(frozen=True)
class Traffic:
    """What an encrypted training run tells whoever sees it pass.

    Attributes:
        shape: Inputs, hidden units, outputs.
        steps: How many.
        integer_bits: Of the results, at most: the plaintext primes together.
        step_bytes: Size of each step's ciphertexts.
    """

    shape: tuple[int, int, int]
    steps: int
    integer_bits: int
    step_bytes: tuple[int, ...]


def what_traffic_tells(view: Transcript, moduli: Sequence[int]) -> Traffic:
    """Return what the cloud learns without a key, from counts and sizes.

    Args:
        view: A transcript of ``protocol.train``.
        moduli: The plaintext primes, public.

    Raises:
        ValueError: If no step is in it.
    """
    messages = [m for m in view.messages if m.label == "ciphertexts"]
    at_least(1, moduli=len(moduli))
    if not messages:
        raise ValueError("view must hold at least one step, got none")
    arrays: dict[str, Any] = messages[0].payload
    shape = (len(arrays["x"]), len(arrays["b1"]), len(arrays["b2"]))
    sizes = np.array([m.size for m in messages]).reshape(-1, len(moduli)).sum(axis=1)
    bits = math.prod(moduli).bit_length()
    return Traffic(shape, len(sizes), bits, tuple(sizes.tolist()))


def steps_until(
    net: Net,
    x: np.ndarray,
    y: np.ndarray,
    precision: Precision,
    *,
    loss: float,
    most: int,
) -> int:
    """Return how many steps a client takes who stops once the mean loss is small.

    Args:
        net: Starting weights.
        x: (samples, inputs).
        y: (samples, outputs).
        precision: Of the client.
        loss: Stop at a mean of 1/2 |q(z2) - y|^2 of at most this, > 0.
        most: Or after as many steps.
    """
    positive(loss=loss)
    at_least(1, most=most)
    twin = Twin(net, precision)
    for taken in range(most):
        a1 = q(x @ twin.net.W1.T + twin.net.b1)
        error = q(a1 @ twin.net.W2.T + twin.net.b2) - y
        if (error**2).sum(axis=1).mean() / 2 <= loss:
            return taken
        twin.step(x, y)
    return most
