"""Exact truncation, comparison and a test for zero, on ciphertexts of the cloud.

    truncate    v = x + 2^l >= 0,  z = v + R  opened by the crypto server, R of this one
                floor(v / 2^k) = floor(z / 2^k) - floor(R / 2^k) - carry
                carry = [z mod 2^k < R mod 2^k]                     see ``carries``
    less_than   x < y  exactly if  floor((x - y) / 2^l) = -1,   2^l above their bound

Two messages each way, however many values. R has hiding_bits more bits than v.
"""

import numpy as np

from ppdl_course.arguments import at_least
from ppdl_course.mpc.joint_keys.blinding import BlindedRequests, columns
from ppdl_course.mpc.joint_keys.carries import bits_of, blinded_terms
from ppdl_course.mpc.joint_keys.residues import (
    Integers,
    OutOfBoundsError,
    fresh_powers,
    powers,
    random_integers,
)
from ppdl_course.mpc.joint_keys.sealed import Sealed, from_message


class Comparisons(BlindedRequests):
    """The operations of a cloud that look at single bits."""

    def truncate(self, a: Sealed, bits: int) -> Sealed:
        """Return floor(x / 2^bits) of each entry, exactly; negatives round down too.

        Raises:
            ValueError: If the key is not the joint one.
            OutOfBoundsError: If the modulus has no room for the blinding.
        """
        at_least(0, bits=bits)
        self._require_joint(a)
        if bits == 0:
            return a
        top = max(a.bound.bit_length(), bits)
        width = top + 1 + self.hiding_bits
        if width + 1 >= self._n.bit_length():
            raise OutOfBoundsError(
                f"bound must leave {self.hiding_bits + 3} bits of N for blinding, got "
                f"2**{top} of {self._n.bit_length()} bits"
            )
        count = a.first.size
        mask = random_integers(a.shape, 1 << width)
        opening = self._opening(self._masked(a.first, mask + (1 << top)))
        self._opened_values(count)
        reply = self._ask("truncate", opening, bits=bits)
        bound = (a.bound >> bits) + 1
        received = reply.get("bits")
        if not isinstance(received, list) or len(received) != count * bits:
            raise ValueError(f"bits must be a list of {count * bits} ciphertexts")
        self.joint.parameters.require_elements(bits=received)
        carry = self._carries(
            np.array(received, object).reshape(count, bits), mask.ravel(), bits
        ).reshape(*a.shape)
        known = (mask >> bits) + (1 << (top - bits))
        quotient = self._without(reply.get("quotient"), known, self.joint, a.shape, 0)
        self.counts["truncations"] += count
        return (quotient - carry).within(bound)

    def negative(self, a: Sealed) -> Sealed:
        """Return 1 where a < 0, else 0, under the joint key; errors as truncate."""
        return (-self.truncate(a, max(a.bound.bit_length(), 1))).within(1)

    def less_than(self, a: Sealed, b: Sealed) -> Sealed:
        """Return 1 where a < b, else 0, under the joint key; errors as truncate."""
        return self.negative(a - b)

    def all_zero(self, a: Sealed) -> bool:
        """Open to both servers whether all values are 0, and nothing else.

        One random combination modulo N is opened: 0, or uniform. A value that is not 0
        escapes with probability of about 2 / sqrt(N).
        """
        self._require_joint(a)
        factors = random_integers(a.shape, self._n)
        (total,) = fresh_powers((1,), self.joint.parameters)
        for number in powers(a.first, factors, self._square).flat:
            total = total * number % self._square
        answer = self._ask("zero", self._opening(np.array([total], object)))
        if not isinstance(answer, bool):
            raise ValueError(f"answer must be a bool, got {type(answer).__name__}")
        return answer

    def _carries(self, bits: Integers, mask: Integers, width: int) -> Sealed:
        """Return [z mod 2^width < R mod 2^width] of each value, under the joint key."""
        own = np.array([bits_of(r, width) for r in mask], object)
        own = own.reshape(len(mask), width)
        blinded, coins = blinded_terms(bits, own, self.joint.parameters)
        self.counts["compared bits"] += bits.size
        self.counts["powers"] += len(blinded)
        opening = self._opening(np.array(blinded, object))
        reply = self._ask("compare", opening, each=width + 1)
        parts = {**columns(reply), "shape": (len(mask),), "bound": 1}
        found = from_message(self.joint, parts)
        # 1 - x where the coin asked the opposite question
        sign = np.array(coins, object)
        return (found.scale(sign) + (1 - sign) // 2).within(1)
