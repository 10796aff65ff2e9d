"""A somewhat homomorphic scheme over the integers, small enough to read in a minute.

    secret   an odd number p
    Enc(b) = b + 2 r + p q           r small and random, q large and random
    Dec(c) = (c mod p, between -p/2 and p/2) mod 2
    XOR = c1 + c2,   AND = c1 c2

The **noise** of c is c mod p (centred), for a fresh ciphertext b + 2 r. A sum adds
noises, a product multiplies them: its bits double with every level of products. Beyond
p / 2 the remainder wraps around and decryption returns a coin toss.

Threat model: whoever sees ciphertexts must solve the approximate greatest common
divisor problem. At these sizes that is easy, INSECURE: :func:`recover_key` finds p by
trying the noises. And ciphertexts grow with every product; the paper bounds them with
public multiples of p, left out here.

Source: M. van Dijk, C. Gentry, S. Halevi, V. Vaikuntanathan, "Fully Homomorphic
Encryption over the Integers", EUROCRYPT 2010, section 3, in its secret-key form, which
is also how the introduction of C. Gentry, "Computing Arbitrary Functions of Encrypted
Data", CACM 53(3), 2010, teaches it.
"""

import math
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field

from ppdl_course.arguments import between


@dataclass(frozen=True)
class SecretKey:
    """The odd number p and the size of fresh noise.

    Attributes:
        p: The secret.
        noise_bits: Fresh noise is b + 2 r with -2**noise_bits < r < 2**noise_bits.
        mask_bits: Bits of the random multiple of p.
    """

    p: int = field(repr=False)
    noise_bits: int
    mask_bits: int

    def __post_init__(self) -> None:
        if self.p % 2 == 0 or self.p < 3:
            raise ValueError(f"p must be odd and at least 3, got {self.p}")
        if self.noise_bits < 0 or 2 ** (self.noise_bits + 2) > self.p:
            most = self.p.bit_length() - 3
            raise ValueError(
                f"noise_bits must be in [0, {most}], got {self.noise_bits}"
            )

    @classmethod
    def generate(
        cls, *, key_bits: int = 200, noise_bits: int = 8, mask_bits: int = 600
    ) -> "SecretKey":
        """Return a fresh key with a p of exactly ``key_bits`` bits."""
        # the highest bit fixes the length, the lowest makes p odd
        p = 1 << (key_bits - 1) | secrets.randbits(key_bits - 1) | 1
        return cls(p, noise_bits, mask_bits)

    def encrypt(self, bit: int) -> int:
        """Return ``bit + 2 r + p q``.

        Raises:
            ValueError: If ``bit`` is not 0 or 1.
        """
        between(0, 1, bit=bit)
        r = secrets.randbelow(2 ** (self.noise_bits + 1) - 1) - 2**self.noise_bits + 1
        return int(bit) + 2 * r + self.p * secrets.randbits(self.mask_bits)

    def noise(self, c: int) -> int:
        """Return the noise of ``c``: its remainder modulo p, centred around 0."""
        return (c + self.p // 2) % self.p - self.p // 2

    def decrypt(self, c: int) -> int:
        """Return the parity of the noise: the bit, as long as the noise is small."""
        return self.noise(c) % 2

    @property
    def depth(self) -> int:
        """Levels of products of fresh ciphertexts that are sure to decrypt.

        d levels multiply 2**d noises, each of at most noise_bits + 1 bits.
        """
        room = self.p.bit_length() - 2  # |noise| < 2**room < p / 2
        return max(0, int(math.log2(room / (self.noise_bits + 1))))


def recover_key(zeros: Sequence[int], noise_bits: int) -> int:
    """Return p from a few ciphertexts of zero by trying all pairs of noises.

    The work is about 4**(noise_bits + 1) greatest common divisors: that exponent is the
    whole protection that the noise gives, however long ``mask_bits``.

    Args:
        zeros: At least 2 ciphertexts of zero; with 6 a common factor of all their
            masks, which would stay in the answer, is unlikely (about 2 %).
        noise_bits: As in the key, public. At most 8 here.

    Raises:
        ValueError: If there are too few ciphertexts or too many noises to try.
    """
    if len(zeros) < 2:
        raise ValueError(f"zeros must hold at least 2 ciphertexts, got {len(zeros)}")
    between(0, 8, noise_bits=noise_bits)
    noises = range(-(2 ** (noise_bits + 1)), 2 ** (noise_bits + 1) + 1, 2)
    first, second, *rest = zeros
    # with the right noises both differences are multiples of p; wrong ones share little
    divisor = max(math.gcd(first - a, second - b) for a in noises for b in noises)
    for c in rest:
        divisor = max(math.gcd(divisor, c - a) for a in noises)
    return divisor
