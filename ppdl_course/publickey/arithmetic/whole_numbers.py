"""Powers of long whole numbers, by gmpy2 where it is installed, else by Python alone.

    power(base, e, modulus)        base^e
    FixedBase(base, modulus, bits).power(e)
        e = e_0 + e_1 2^w + e_2 2^2w + ...           windows of w bits
        base^e = T_0[e_0] T_1[e_1] ...,              T_i[j] = base^(j 2^(i w))

The table is made once for a base; each power is then one product a window, and nothing
is squared. Both engines give the same numbers, always as Python's ``int``: only the
seconds differ, by about eight at 2,048 bits. The environment variable
``PPDL_INTEGERS=python`` or ``gmpy2`` chooses; by default gmpy2 is taken if it is there.

**Short exponents**: a secret exponent of :data:`SHORT_EXPONENT` bits in a group whose
order has thousands is faster by their ratio. Security then rests on the short-exponent
assumption as well: that g^r with a short r cannot be told from g^r with any r. The best
attack known that uses the shortness takes 2^(bits / 2) products (Pollard's kangaroos),
2^256 here; factoring the modulus or discrete logarithms in it stay what they were.

NOT protected: time. Neither engine takes the same time for all exponents, and which
entry of a table is read shows in the caches. Teaching code.

Sources: E. Brickell, D. Gordon, K. McCurley, D. Wilson, "Fast Exponentiation with
Precomputation", EUROCRYPT 1992; A. Menezes, P. van Oorschot, S. Vanstone, "Handbook of
Applied Cryptography", 1996, section 14.6.3 (fixed-base windowing), here with all digits
of a window in the table; short exponents: P. van Oorschot, M. Wiener, "On
Diffie-Hellman Key Agreement with Short Exponents", EUROCRYPT 1996; T. Koshiba,
K. Kurosawa, "Short Exponent Diffie-Hellman Problems", PKC 2004.
"""

import os
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from ppdl_course.arguments import at_least, between

try:
    import gmpy2
except ImportError:  # no wheel for this machine: Python's integers do the same
    gmpy2 = None

VARIABLE = "PPDL_INTEGERS"
"""Environment variable that names the engine: "gmpy2" or "python"."""

SHORT_EXPONENT = 512
"""Bits of a short secret exponent: 2^256 steps for the best attack on shortness."""

WINDOW = 8
"""Bits of a window: 256 entries for each 8 bits of exponent."""


class Engine(NamedTuple):
    """Who computes.

    Attributes:
        name: "gmpy2" or "python".
        number: Makes one of its numbers of an int.
        power: Its ``pow`` of three numbers.
    """

    name: str
    number: Callable[[int], Any]
    power: Callable[[Any, Any, Any], Any]


PYTHON = Engine("python", int, pow)
GMPY2 = Engine("gmpy2", gmpy2.mpz, gmpy2.powmod) if gmpy2 else None


def engine() -> Engine:
    """Return the engine in use.

    Raises:
        ValueError: If ``PPDL_INTEGERS`` names none, or gmpy2 where it is not installed.
    """
    wanted = os.environ.get(VARIABLE)
    if not wanted:
        return GMPY2 or PYTHON
    for found in (PYTHON, GMPY2):
        if found is not None and found.name == wanted:
            return found
    choices = "python or gmpy2" if GMPY2 else "python (gmpy2 is not installed)"
    raise ValueError(f"{VARIABLE} must be {choices}, got {wanted!r}")


def power(base: int, exponent: int, modulus: int) -> int:
    """Return base^exponent modulo ``modulus``; a negative exponent takes the inverse.

    Raises:
        ValueError: If the modulus is below 2, or the exponent is negative and the base
            shares a factor with the modulus.
    """
    if modulus < 2:
        raise ValueError(f"modulus must be at least 2, got {modulus}")
    if exponent < 0:
        base, exponent = inverse(base, modulus), -exponent
    return int(engine().power(base, exponent, modulus))


def inverse(x: int, modulus: int) -> int:
    """Return 1 / x modulo ``modulus``.

    Raises:
        ValueError: If the two share a factor.
    """
    try:
        return int(engine().power(x, -1, modulus))
    except (ValueError, ZeroDivisionError):  # each engine has its own error
        raise ValueError(
            f"x must be coprime to the modulus of {modulus.bit_length()} bits"
        ) from None


def product(factors: Iterable[int], modulus: int) -> int:
    """Return the product of all ``factors`` modulo ``modulus``; 1 of none."""
    number = engine().number
    total, modulus = number(1), number(modulus)
    for factor in factors:
        total = total * factor % modulus
    return int(total)


class FixedBase:
    """A table of powers of one base, for many exponents (fixed-base windowing).

    At 2,048-bit N (numbers of 4,096 bits), 512 bits and windows of 8: 8.5 MB, about
    0.1 s to make with gmpy2 and 0.7 s without.

    Args:
        base: Public; tables of secrets would stay in memory.
        modulus: At least 2.
        bits: Longest exponent.
        window: Bits of a window, 1 to 16: ``2**window * bits / window`` entries.

    Raises:
        ValueError: If an argument is out of range.
    """

    def __init__(
        self, base: int, modulus: int, bits: int, *, window: int = WINDOW
    ) -> None:
        at_least(2, modulus=modulus)
        at_least(1, bits=bits)
        between(1, 16, window=window)
        self.bits, self.window = bits, window
        number = engine().number
        self._modulus, base = number(modulus), number(base % modulus)
        self._rows = []
        for _ in range(-(-bits // window)):
            row = [number(1)]
            for _ in range(2**window - 1):
                row.append(row[-1] * base % self._modulus)
            self._rows.append(row)
            base = row[-1] * base % self._modulus

    def power(self, exponent: int) -> int:
        """Return base^exponent.

        Raises:
            ValueError: If the exponent is negative or longer than the table.
        """
        if exponent < 0 or exponent.bit_length() > self.bits:
            raise ValueError(
                f"exponent must be in [0, 2**{self.bits}), "
                f"got one of {exponent.bit_length()} bits"
                + (", negative" if exponent < 0 else "")
            )
        mask, total, modulus = (1 << self.window) - 1, self._rows[0][0], self._modulus
        for row in self._rows:
            total = total * row[exponent & mask] % modulus
            exponent >>= self.window
        return int(total)
