r"""How many times 32 bits a number an upload takes: the paper's figures, and ours.

    LWE, as printed    n_lwe log2 q / (l 32) + log2 q / 32     n_lwe = 3,000, q = 2^77
    Paillier, packed   2 (1 + pad / prec)                      32 and 15 bits
    ring-LWE, seed     3 * 24 bits a coefficient, l rounded up to whole polynomials

for l parameters. An upload of the first has one vector of n_lwe numbers beside the l;
Paillier's ciphertexts have twice the bits of its plaintexts.

Source: L. Phong et al., IEEE TIFS 13(5), 2018, sections IV and V: 784-128-64-10 with
109,386 parameters, 2.47 and 2.93.
"""

from collections.abc import Sequence
from itertools import pairwise

from ppdl_course.arguments import at_least
from ppdl_course.federated.encrypted_gradients.ring_sums import BITS, PRIMES, N
from ppdl_course.mpc.pseudorandom import SEED_BYTES

PAPER = (784, 128, 64, 10)
WORD = 32


def parameters(sizes: Sequence[int]) -> int:
    """Return how many weights and biases a fully connected network has.

    Raises:
        ValueError: If there are fewer than two layers or a layer is empty.
    """
    at_least(2, layers=len(sizes))
    for size in sizes:
        at_least(1, size=size)
    return sum((a + 1) * b for a, b in pairwise(sizes))


def lwe(count: int, *, dimension: int = 3000, modulus_bits: int = 77) -> float:
    """Return the expansion of the paper's LWE for ``count`` numbers."""
    at_least(1, count=count, dimension=dimension, modulus_bits=modulus_bits)
    return dimension * modulus_bits / (count * WORD) + modulus_bits / WORD


def paillier(*, value_bits: int = 32, pad_bits: int = 15) -> float:
    """Return the expansion of packed Paillier, full ciphertexts assumed."""
    at_least(1, value_bits=value_bits)
    at_least(0, pad_bits=pad_bits)
    return 2 * (1 + pad_bits / value_bits)


def ring_lwe(count: int) -> float:
    """Return the expansion of ``ring_sums`` for ``count`` numbers, seed included."""
    at_least(1, count=count)
    coefficients = -(-count // N) * N
    bits = coefficients * len(PRIMES) * BITS + 8 * SEED_BYTES
    return bits / (count * WORD)
