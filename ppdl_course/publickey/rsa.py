"""Textbook RSA: the first privacy homomorphism, found by accident.

    n = p q,   e d = 1 mod (p-1)(q-1)
    Enc(m) = m^e mod n,   Dec(c) = c^d mod n
    Enc(a) Enc(b) = (a b)^e = Enc(a b) mod n          (multiplication moved inside)

Threat model: an eavesdropper holds (n, e) and a ciphertext. NOT protected: Enc is a
function, so equal plaintexts are equal ciphertexts and a small message space is
searched (:func:`guess`); anyone turns Enc(a) into Enc(a b) (:func:`decrypt_with_oracle`
makes a decryption service decrypt what it refuses). RSA in use is padded (OAEP), which
stops both and destroys the homomorphism.

Source: R. Rivest, A. Shamir, L. Adleman, "A Method for Obtaining Digital Signatures and
Public-Key Cryptosystems", CACM 21(2), 1978; the homomorphism: R. Rivest, L. Adleman,
M. Dertouzos, "On Data Banks and Privacy Homomorphisms", 1978.
"""

import math
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric import rsa

from ppdl_course.publickey.fixed_point import integer


def prime_pair(bits: int) -> tuple[int, int]:
    """Return two secret primes whose product has ``bits`` bits, made by OpenSSL.

    Args:
        bits: Size of the product. At least 1024, in steps of 2.

    Raises:
        ValueError: If ``bits`` is below 1024 or odd.
    """
    if bits < 1024 or bits % 2:
        raise ValueError(f"bits must be even and at least 1024, got {bits}")
    key = rsa.generate_private_key(public_exponent=65537, key_size=bits)
    numbers = key.private_numbers()
    return numbers.p, numbers.q


@dataclass(frozen=True)
class PublicKey:
    """What everybody may know: the modulus ``n`` and the exponent ``e``."""

    n: int
    e: int

    def encrypt(self, m: int) -> int:
        """Return ``m**e mod n``: the same ciphertext every time.

        Raises:
            ValueError: If ``m`` is no integer of [0, n).
        """
        m = integer("m", m)
        if not 0 <= m < self.n:
            raise ValueError(f"m must be in [0, {self.n}), got {m}")
        return pow(m, self.e, self.n)

    def multiply(self, c1: int, c2: int) -> int:
        """Return a ciphertext of the product of two plaintexts, modulo n."""
        return c1 * c2 % self.n


@dataclass(frozen=True)
class PrivateKey:
    """The key holder's half: decrypts."""

    public: PublicKey
    d: int = field(repr=False)

    @classmethod
    def generate(cls, bits: int = 2048) -> "PrivateKey":
        """Return a fresh key with a modulus of ``bits`` bits and e = 65537."""
        return cls.from_primes(*prime_pair(bits), e=65537)

    @classmethod
    def from_primes(cls, p: int, q: int, *, e: int) -> "PrivateKey":
        """Return the key of given primes; small ones are for working by hand only.

        Raises:
            ValueError: If ``e`` has no inverse modulo (p - 1)(q - 1).
        """
        p, q, e = integer("p", p), integer("q", q), integer("e", e)
        order = (p - 1) * (q - 1)
        if math.gcd(e, order) != 1:
            raise ValueError(f"e must be coprime to (p-1)(q-1) = {order}, got {e}")
        return cls(PublicKey(p * q, e), pow(e, -1, order))

    def decrypt(self, c: int) -> int:
        """Return ``c**d mod n``."""
        return pow(integer("c", c), self.d, self.public.n)


def guess(public: PublicKey, c: int, candidates: Iterable[int]) -> int | None:
    """Return the candidate that encrypts to ``c``, or None: no secret is needed."""
    return next((m for m in candidates if public.encrypt(m) == c), None)


def decrypt_with_oracle(public: PublicKey, c: int, oracle: Callable[[int], int]) -> int:
    """Read ``c`` with an oracle that decrypts anything but ``c`` itself.

    The attacker asks for ``c * s**e``, which looks like any other ciphertext, and
    divides the answer by ``s``: a chosen-ciphertext attack on the homomorphism.
    """
    while True:
        s = 2 + secrets.randbelow(public.n - 2)
        if math.gcd(s, public.n) == 1:
            break
    answer = oracle(public.multiply(c, public.encrypt(s)))
    return answer * pow(s, -1, public.n) % public.n
