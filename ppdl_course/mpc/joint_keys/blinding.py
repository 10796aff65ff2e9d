"""Blinded requests to the crypto server: what every operation of the cloud is made of.

A value leaves the cloud as T1 of an encryption of x + R, refreshed by a power of g,
with the cloud's power T1^lambda_1 beside it; R stays here. What comes back is encrypted
and is freed of R under encryption. How well R hides x is counted, see ``cloud``.
"""

from collections import Counter
from fractions import Fraction
from typing import Any

from ppdl_course.arguments import at_least
from ppdl_course.mpc.joint_keys.crypto_server import STOP
from ppdl_course.mpc.joint_keys.residues import Integers, fresh_powers, random_integers
from ppdl_course.mpc.joint_keys.sealed import Sealed, from_message
from ppdl_course.parties.channel import Endpoint
from ppdl_course.publickey.arithmetic.squared_modulus import Parameters
from ppdl_course.publickey.paired import PublicKey
from ppdl_course.publickey.two_trapdoors import StrongShare

HIDING_BITS = 40


class BlindedRequests:
    """Holds lambda_1 and the keys, and asks the crypto server.

    Args:
        end: Its end of the channel.
        share: lambda_1.
        joint: The product of all keys.
        others: Further keys that results can be transformed to, by name.
        hiding_bits: What is opened is within 2^-hiding_bits of independent.
        crypto_server: The crypto server's name.

    Attributes:
        counts: products, transforms, truncations, compared bits and masked values so
            far, and the powers with long exponents that this party computed.
        distance: Bound on the statistical distance of all that was opened so far from
            something that does not depend on the data: a Fraction.
    """

    def __init__(
        self,
        end: Endpoint,
        share: StrongShare,
        joint: PublicKey,
        others: dict[str, PublicKey] | None = None,
        *,
        hiding_bits: int = HIDING_BITS,
        crypto_server: str = "crypto server",
    ) -> None:
        at_least(1, hiding_bits=hiding_bits)
        require_same_modulus(share.parameters, joint, *(others or {}).values())
        self.end, self.share, self.joint = end, share, joint
        self.hiding_bits = hiding_bits
        self.counts: Counter[str] = Counter()
        self.distance = Fraction(0)
        self._keys = {"joint": joint, **(others or {})}
        self._peer = crypto_server
        self._n, self._square = joint.parameters.n, joint.parameters.n_squared
        joint.prepare()

    def stop(self) -> None:
        """Tell the crypto server that there is no more to do."""
        self.end.send(STOP, None, to=self._peer)

    def _require_joint(self, *arrays: Sealed) -> None:
        for array in arrays:
            if array.key != self.joint:
                raise ValueError(
                    "a and b must be under the joint key: transform them first"
                )

    def _opened_values(self, count: int) -> None:
        self.counts["masked"] += count
        self.distance += Fraction(count, 1 << self.hiding_bits)

    def _mask_for(self, a: Sealed) -> Integers:
        width = a.bound.bit_length() + 1 + self.hiding_bits
        self._opened_values(a.first.size)
        return random_integers(a.shape, min(1 << width, self._n))

    def _masked(self, first: Integers, mask: Integers) -> Integers:
        """Return T1 of x + R, refreshed, from T1 of x."""
        masked = first * (1 + mask * self._n) % self._square
        return masked * fresh_powers(first.shape, self.joint.parameters) % self._square

    def _opening(self, first: Integers) -> dict[str, list[int]]:
        """Return T1 and this server's powers of it: the other opens them with its."""
        numbers = first.ravel().tolist()
        self.counts["powers"] += len(numbers)
        return {"T1": numbers, "power": [self.share.partial(t) for t in numbers]}

    def _ask(self, label: str, opening: dict[str, list[int]], **more: Any) -> Any:
        self.end.send(label, {**opening, **more}, to=self._peer)
        return self.end.receive(label, sender=self._peer)

    def _without(
        self,
        reply: Any,
        mask: Integers,
        key: PublicKey,
        shape: tuple[int, ...],
        bound: int,
    ) -> Sealed:
        """Return what the crypto server encrypted, less a mask."""
        parts = {**columns(reply), "shape": shape, "bound": bound}
        sealed = from_message(key, parts)
        first = sealed.first * (1 - mask * self._n) % self._square
        return Sealed(key, first, sealed.second, bound)


def require_same_modulus(parameters: Parameters, *keys: PublicKey) -> None:
    """Refuse keys of another N or g: what is opened of them would be noise.

    Raises:
        ValueError: If one is.
    """
    for key in keys:
        if key.parameters != parameters:
            raise ValueError(
                f"key must belong to this party's N and g, got one of "
                f"{key.n.bit_length()} bits of another"
            )


def columns(reply: Any) -> dict[str, Any]:
    """Return T1 and T2 of a reply; ValueError if it holds anything else."""
    if not isinstance(reply, dict) or reply.keys() != {"T1", "T2"}:
        raise ValueError("reply must have exactly the parts T1 and T2")
    return reply
