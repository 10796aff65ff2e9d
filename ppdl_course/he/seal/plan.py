"""What a SEAL context can afford, computed before the library is asked.

CKKS in TenSEAL, n = poly_modulus_degree, primes of b_1, ..., b_k, b_special bits:

    a context   n a power of two, 2 <= b_i <= 60, sum of all b_i <= the security bound
    encrypt     floor(scale bits) + 1 < bits of the modulus  else "scale out of bounds"
    multiply    floor(2 scale bits)   < bits of the modulus  else "scale out of bounds"
    rescale     a prime must be left to drop                 else "end of modulus ..."
    and then    TenSEAL writes the global scale on the result, whatever the prime was:
                if they differ, values come back wrong by 2^(scale - prime bits),
                SILENTLY

BFV: no exception ever; the noise budget falls by about log2(t n / 2) bits a product.

The bound on the bits is HomomorphicEncryption.org's for 128-bit classical security and
ternary keys, as tabulated in SEAL. Source for the rules: SEAL's evaluator.cpp and
ckks.cpp; each is tested against the library over a grid.
"""

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass

from phe.util import is_prime

from ppdl_course.arguments import at_least

MAX_BITS = {1024: 27, 2048: 54, 4096: 109, 8192: 218, 16384: 438, 32768: 881}
"""Ring degree -> largest total of coeff_mod_bit_sizes at 128-bit security."""

SCALE_OUT_OF_BOUNDS = "scale out of bounds"
END_OF_CHAIN = "end of modulus switching chain reached"


@dataclass(frozen=True)
class Step:
    """The budget at one product.

    Attributes:
        product: Number of the product, from 1; 0 is encryption.
        modulus_bits: Bits of the modulus when it starts.
        needed_bits: Bits of the scale that it produces before rescaling.
        error: The message SEAL raises, or None.
        wrong_by: log2 of the factor by which results are wrong from here on.
    """

    product: int
    modulus_bits: int
    needed_bits: float
    error: str | None
    wrong_by: float


@dataclass(frozen=True)
class CkksPlan:
    """Parameters of a TenSEAL CKKS context with relinearisation and rescaling on.

    Attributes:
        poly_modulus_degree: n.
        coeff_mod_bit_sizes: Bits of the primes, the special one last.
        scale_bits: log2 of the global scale.
    """

    poly_modulus_degree: int
    coeff_mod_bit_sizes: tuple[int, ...]
    scale_bits: float

    def context_error(self) -> str | None:
        """Return the message with which the library refuses the context, or None."""
        n, sizes = self.poly_modulus_degree, self.coeff_mod_bit_sizes
        if n < 2 or n > 131072 or n & (n - 1):
            return "poly_modulus_degree is invalid"
        if not sizes or min(sizes) < 2 or max(sizes) > 60:
            return "bit_sizes is invalid"
        if any(primes_of_size(n, b, sizes.count(b)) is None for b in set(sizes)):
            return "failed to find enough qualifying primes"
        if n not in MAX_BITS or self._bits(len(sizes)) > MAX_BITS[n]:
            return "encryption parameters are not set correctly"
        if len(sizes) == 1:
            return "keyswitching is not supported by the context"
        return None

    def steps(self, products: int) -> list[Step]:
        """Return encryption and up to ``products`` squarings in a row.

        The list ends with the first step that raises.

        Raises:
            ValueError: If the context itself is refused.
        """
        if (refusal := self.context_error()) is not None:
            raise ValueError(f"coeff_mod_bit_sizes are refused by SEAL: {refusal}")
        primes, scale = len(self.coeff_mod_bit_sizes) - 1, self.scale_bits
        bits = self._bits(primes)
        refused = SCALE_OUT_OF_BOUNDS if math.floor(scale) + 1 >= bits else None
        steps = [Step(0, bits, scale, refused, 0.0)]
        wrong = 0.0
        for product in range(1, products + 1):
            if steps[-1].error:
                break
            bits = self._bits(primes)
            refused = None
            # in the library's order, so that the first message is the library's
            if math.floor(2 * scale) >= bits:
                refused = SCALE_OUT_OF_BOUNDS
            elif primes == 1:
                refused = END_OF_CHAIN
            else:
                prime = math.log2(self.primes[primes - 1])
                wrong = 2 * wrong + scale - prime
                primes -= 1
            steps.append(Step(product, bits, 2 * scale, refused, wrong))
        return steps

    def depth(self) -> int:
        """Return how many products in a row run without an exception."""
        # 99: more than any chain at 128-bit security holds
        return sum(1 for s in self.steps(99) if not s.error and s.product)

    def advice(self) -> str:
        """Return in one sentence what to change, or that all is well."""
        if (refusal := self.context_error()) is not None:
            n, total = self.poly_modulus_degree, sum(self.coeff_mod_bit_sizes)
            bound = MAX_BITS.get(n, 0)
            return (
                f"refused: {refusal} ({total} bits in all, {bound} allowed for n = {n})"
            )
        last = self.steps(99)[-1]
        if last.wrong_by and abs(last.wrong_by) > 0.1:
            return (
                "no exception, but wrong results: make the middle primes as long as "
                f"the scale ({self.scale_bits:g} bits)"
            )
        return f"{self.depth()} products, then {last.error!r}"

    def require(self, products: int) -> None:
        """Refuse parameters that cannot do ``products`` products in a row.

        Raises:
            ValueError: If SEAL would refuse the context or stop on the way, or results
                would be wrong in silence; with what to change.
        """
        sizes = list(self.coeff_mod_bit_sizes)
        if self.context_error() is not None:
            raise ValueError(f"coeff_mod_bit_sizes = {sizes}: {self.advice()}")
        last, scale = self.steps(products)[-1], f"{self.scale_bits:g} bits"
        if last.error:
            raise ValueError(
                f"coeff_mod_bit_sizes = {sizes} at a scale of {scale}: {last.error!r} "
                f"at product {last.product} of {products}; {products} products need "
                f"{products} middle primes of {scale} and a longer first one"
            )
        if abs(last.wrong_by) > 0.1:
            raise ValueError(f"coeff_mod_bit_sizes = {sizes}: {self.advice()}")

    @functools.cached_property
    def primes(self) -> list[int]:
        """Return SEAL's primes: of each size the largest, handed out from below."""
        pools = {
            b: list(
                primes_of_size(
                    self.poly_modulus_degree, b, self.coeff_mod_bit_sizes.count(b)
                )
                or ()
            )
            for b in set(self.coeff_mod_bit_sizes)
        }
        return [pools[b].pop() for b in self.coeff_mod_bit_sizes]

    def _bits(self, count: int) -> int:
        return math.prod(self.primes[:count]).bit_length()


@functools.lru_cache(maxsize=4096)
def primes_of_size(n: int, bits: int, count: int) -> tuple[int, ...] | None:
    """Return the ``count`` largest primes of ``bits`` bits, 1 modulo 2n, or None."""
    primes: list[int] = []
    # from the top, in steps that keep q = 1 modulo 2n: SEAL's own order
    q = (2**bits - 1) // (2 * n) * 2 * n + 1
    while len(primes) < count:
        if q <= 2 ** (bits - 1):
            return None
        if q < 2**bits and is_prime(q):
            primes.append(q)
        q -= 2 * n
    return tuple(primes)


def bfv_budget(
    n: int, coeff_mod_bit_sizes: Sequence[int], plain_bits: float, products: int
) -> float:
    """Return the predicted noise budget, in bits, after ``products`` squarings.

    Fresh noise is what SEAL's division by the special prime leaves, a rounding error
    times the key: deviation sqrt(n / 18). A squaring multiplies noise by 2 t sqrt(n)
    sqrt(n / 18) (independent factors: sqrt(2) for the 2). Relinearising adds nothing
    that matters. Averages, not bounds: within a few bits of SEAL.

    Args:
        n: Ring degree.
        coeff_mod_bit_sizes: Bits of the primes, the special one last.
        plain_bits: log2 of the plaintext modulus.
        products: Squarings in a row.

    Raises:
        ValueError: If there are no two primes or ``products`` is negative.
    """
    if len(coeff_mod_bit_sizes) < 2:
        raise ValueError(
            f"coeff_mod_bit_sizes must hold 2 or more, got {coeff_mod_bit_sizes}"
        )
    at_least(0, products=products)
    modulus_bits = sum(coeff_mod_bit_sizes[:-1])
    worst = math.log2(math.sqrt(2 * math.log(n)))  # the largest of n normal draws
    fresh = math.log2(math.sqrt(n / 18)) + worst + plain_bits
    each = plain_bits + math.log2(2 * math.sqrt(n) * math.sqrt(n / 18))
    return max(0.0, modulus_bits - 1 - fresh - products * each)
