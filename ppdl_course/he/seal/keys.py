"""Keys where they belong: the server gets a context without the secret key.

    Client                                            Server
    context with secret key
    public part: sizes, relinearisation,
                 Galois keys            -- context ->  refuses one with a secret key
    Enc(x)                              -- query ---->
                                                       Enc(w . x + b), other slots
                                                       covered
    decrypt                             <-- answer --

A TenSEAL context holds the secret key until ``make_context_public``; hand the object
itself to the server's code, or serialize it with ``save_secret_key=True``, and the
server reads everything while every result stays right. :func:`public_bytes` leaves the
key out and :class:`Server` looks.

TenSEAL repeats a vector over all slots, and ``matmul`` leaves scores without their bias
and parts of them there: the server covers these (``unused_slots``).

Threat model: an honest-but-curious server. It sees sizes, the number of queries, and
ciphertexts. NOT protected: the answer from a client who may query again and again
(linear weights follow from d + 1 answers); the client's key if decryptions of CKKS are
shown to the server (``ckks_leak``).

Source: A. Benaissa, B. Retiat, B. Cebere, A. E. Belfedhal, "TenSEAL: A Library for
Encrypted Tensor Operations Using Homomorphic Encryption", ICLR 2021 workshop on
distributed and private machine learning.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ppdl_course.he.seal.contexts import tenseal_context
from ppdl_course.he.seal.plan import CkksPlan
from ppdl_course.he.seal.unused_slots import covered
from ppdl_course.parties.channel import Endpoint


def public_bytes(context: Any) -> bytes:
    """Return what a server may have of a TenSEAL context: all but the secret key."""
    return context.serialize(
        save_public_key=True,
        save_secret_key=False,
        save_galois_keys=context.has_galois_keys(),
        save_relin_keys=context.has_relin_keys(),
    )


def read_public_context(data: bytes) -> Any:
    """Return the TenSEAL context in ``data``, for a server.

    Raises:
        ValueError: If it holds a secret key: keeping it would make the server able to
            read every ciphertext.
    """
    import tenseal as ts

    context = ts.context_from(data)
    if context.has_secret_key():
        raise ValueError("context must be public, got one with a secret key")
    return context


class Client:
    """Owns the data and the only secret key.

    Args:
        end: The client's end of a channel to the server.
        poly_modulus_degree: Ring degree n; n / 2 numbers fit a ciphertext.
        coeff_mod_bit_sizes: Bits of the primes, the special one last.
        scale_bits: log2 of the global scale.

    Raises:
        ValueError: If these parameters cannot do one product, with what to change.
    """

    def __init__(
        self,
        end: Endpoint,
        *,
        poly_modulus_degree: int = 8192,
        coeff_mod_bit_sizes: Sequence[int] = (60, 40, 60),
        scale_bits: int = 40,
    ) -> None:
        plan = CkksPlan(poly_modulus_degree, tuple(coeff_mod_bit_sizes), scale_bits)
        plan.require(products=1)
        self._end = end
        self._context = tenseal_context(plan)
        self._context.generate_galois_keys()

    def send_keys(self) -> None:
        """Send the public context."""
        self._end.send("context", public_bytes(self._context))

    def send_query(self, values: Sequence[float]) -> None:
        """Send one encrypted vector."""
        import tenseal as ts

        vector = ts.ckks_vector(self._context, np.asarray(values, dtype=float).tolist())
        self._end.send("query", vector.serialize())

    def receive_answer(self) -> np.ndarray:
        """Receive and decrypt the answer, float64."""
        import tenseal as ts

        data = self._end.receive("answer")
        return np.array(ts.ckks_vector_from(self._context, data).decrypt())


class Server:
    """Owns a linear model; holds public contexts and ciphertexts only.

    Args:
        end: The server's end of a channel to the client.
        weights: Shape (inputs, outputs).
        bias: Shape (outputs,).
    """

    def __init__(self, end: Endpoint, weights: np.ndarray, bias: np.ndarray) -> None:
        self._end = end
        self._weights = np.asarray(weights, dtype=float)
        self._bias = np.asarray(bias, dtype=float)
        if self._weights.ndim != 2 or self._bias.shape != self._weights.shape[1:]:
            raise ValueError(
                "weights must be (inputs, outputs) and bias (outputs,), got "
                f"{self._weights.shape} and {self._bias.shape}"
            )
        self.context: Any = None

    def receive_keys(self) -> None:
        """Receive the client's context.

        Raises:
            ValueError: If it holds a secret key: keeping it would make the server able
                to read every query.
        """
        self.context = read_public_context(self._end.receive("context"))

    def answer(self) -> None:
        """Answer one query: w^T x + b under encryption.

        Raises:
            ValueError: If no context has come yet, or the query has another size.
        """
        import tenseal as ts

        if self.context is None:
            raise ValueError("context must be received before a query is served")
        query = ts.ckks_vector_from(self.context, self._end.receive("query"))
        if query.size() != len(self._weights):
            raise ValueError(
                f"query must have {len(self._weights)} values, got {query.size()}"
            )
        result = query.matmul(self._weights.tolist()) + self._bias.tolist()
        self._end.send("answer", covered(result).serialize())
