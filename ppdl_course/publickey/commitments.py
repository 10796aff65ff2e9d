r"""Pedersen's commitments: a number in a closed envelope, and envelopes that add up.

    commit    C = g^x h^r        r uniform below the order q; log_g h known to nobody
    open      show x and r; anyone computes C again
    add       C_1 C_2 opens to x_1 + x_2 with r_1 + r_2, both modulo q

Hiding is perfect: for each x there is one r that fits, so C says nothing. Binding is
not: whoever finds log_g h opens C to anything, so h is drawn from a hash. Not
protected: x is taken modulo q, and nothing shows that it is small; who knows x may
commit to a lie.

Exponential ElGamal (g^r, g^x h^r) is the other way round, perfectly binding and hiding
only as long as logarithms are hard, and twice as long.

Source: T. P. Pedersen, "Non-Interactive and Information-Theoretic Secure Verifiable
Secret Sharing", CRYPTO 1991, section 3.
"""

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property, reduce
from typing import Generic

from ppdl_course.publickey.groups import Element, Group


@dataclass(frozen=True)
class Pedersen(Generic[Element]):
    """Commitments in a group of prime order.

    Attributes:
        group: Where; ``groups.P256`` for real.
        label: What the second generator h is hashed from. Whoever uses the same label
            has the same h.
    """

    group: Group[Element]
    label: bytes = b"second generator"

    @cached_property
    def h(self) -> Element:
        """The second generator, whose logarithm nobody knows."""
        return self.group.hashed(self.label)

    def blinding(self, randbelow: Callable[[int], int] = secrets.randbelow) -> int:
        """Draw r, uniform in 0..order-1."""
        return randbelow(self.group.order)

    def commit(self, value: int, blinding: int) -> Element:
        """Return g^value h^blinding.

        Args:
            value: Any integer; taken modulo the order.
            blinding: Any integer; for hiding, fresh from :meth:`blinding`.

        Raises:
            ValueError: On a curve, if both are multiples of the order: the result is
                the point at infinity, which has no coordinates.
        """
        value, blinding = value % self.group.order, blinding % self.group.order
        if value == 0:
            return self.group.power(self.h, blinding)
        if blinding == 0:
            return self.group.base_power(value)
        return self.group.product(
            self.group.base_power(value), self.group.power(self.h, blinding)
        )

    def opens(self, commitment: Element, value: int, blinding: int) -> bool:
        """Return whether ``value`` and ``blinding`` open the commitment."""
        try:
            return self.commit(value, blinding) == commitment
        except ValueError:  # infinity: no commitment is there
            return False

    def total(self, commitments: Iterable[Element]) -> Element:
        """Return the commitment to the sum: the product of all.

        Raises:
            ValueError: If there are none.
        """
        commitments = list(commitments)
        if not commitments:
            raise ValueError("commitments must be one or more, got none")
        return reduce(self.group.product, commitments)
