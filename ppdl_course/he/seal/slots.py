"""Arithmetic on CKKS ciphertexts, slot by slot, that brings every scale back exactly.

    times       v * p, p encoded at the scale of the prime q that rescaling drops next:
                scale * q / q, so that the scale is what it was
    square      v^2, two parts again, rescaled
    total       a sum of products, rescaled once for all of them
    fold        v + rotate(v, s) for s = first, first / 2, ..., last
    cover       v + random numbers where no answer stands

A server's half: it needs relinearisation and Galois keys, no secret key. What it did is
counted, so that a formula for the cost can be held against it.
"""

from collections import Counter
from typing import Any

import numpy as np

from ppdl_course.he.seal.unused_slots import cover, width

RESCALE_BITS = 50
"""Above this scale a factor still has a prime in it that nobody has divided out."""


class SlotArithmetic:
    """Evaluates sums, products and rotations, and counts them.

    Args:
        context: From :func:`~ppdl_course.he.seal.contexts.seal_context`.

    Attributes:
        relin: The client's relinearisation keys, once they are here.
        galois: The client's Galois keys, once they are here.
        counts: "products" by plaintexts, "squares" and "rotations" so far.
    """

    def __init__(self, context: Any) -> None:
        from tenseal import sealapi

        self._context = context
        self._encoder = sealapi.CKKSEncoder(context)
        self._evaluator = sealapi.Evaluator(context)
        self.relin: Any = None
        self.galois: Any = None
        self.counts: Counter = Counter()

    def times(self, x: Any, values: np.ndarray | float) -> Any:
        """Return x times known numbers, at x's scale times the prime dropped next."""
        self.counts["products"] += 1
        data = self._context.get_context_data(x.parms_id())
        # the prime that the rescaling drops: the scale comes back exactly
        prime = float(data.parms().coeff_modulus()[-1].value())
        product = type(x)(self._context)
        plain = self._encode(values, prime, x)
        if plain.is_zero():  # SEAL refuses a transparent result: one unit of error
            plain = self._encode(1 / prime, prime, x)
        self._evaluator.multiply_plain(x, plain, product)
        return product

    def total(self, terms: list[Any]) -> Any:
        """Return the sum of products, rescaled; the first term becomes the result."""
        total = terms[0]
        for term in terms[1:]:
            self._evaluator.add_inplace(total, term)
        self._evaluator.rescale_to_next_inplace(total)
        return total

    def fold(self, x: Any, first: int, last: int) -> Any:
        """Add rotated copies of x to it, by first, first / 2, ..., last slots."""
        step = first
        while step >= last:
            self.counts["rotations"] += 1
            rotated = type(x)(self._context)
            self._evaluator.rotate_vector(x, step, self.galois, rotated)
            self._evaluator.add_inplace(x, rotated)
            step //= 2
        return x

    def plus(self, x: Any, values: np.ndarray | float) -> Any:
        """Add known numbers to x, in place."""
        self._evaluator.add_plain_inplace(x, self._encode(values, x.scale, x))
        return x

    def cover(self, x: Any, used: np.ndarray) -> Any:
        """Add fresh random numbers to all slots but the used ones, in place.

        Args:
            x: A CKKS ciphertext, a reply.
            used: bool (n/2,).
        """
        data = self._context.get_context_data(x.parms_id())
        bits = data.total_coeff_modulus_bit_count() - 1
        return self.plus(x, cover(used, width(bits, x.scale, 2 * len(used))))

    def square(self, x: Any) -> Any:
        """Square x in place; first rescale a product that was left as it came."""
        self.counts["squares"] += 1
        if x.scale > 2.0**RESCALE_BITS:
            self._evaluator.rescale_to_next_inplace(x)
        self._evaluator.square_inplace(x)
        self._evaluator.relinearize_inplace(x, self.relin)
        self._evaluator.rescale_to_next_inplace(x)
        return x

    def _encode(self, values: np.ndarray | float, scale: float, like: Any) -> Any:
        from tenseal import sealapi

        plain = sealapi.Plaintext()
        # one number fills all slots without a transform
        number = np.ndim(values) == 0
        values = float(values) if number else np.asarray(values).tolist()
        self._encoder.encode(values, like.parms_id(), scale, plain)
        return plain
