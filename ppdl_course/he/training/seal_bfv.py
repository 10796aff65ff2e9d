"""The step in SEAL's BFV, many times faster than product by product.

SEAL multiplies two BFV ciphertexts in larger rings that it builds anew for each
product, and relinearises each. Here the cloud works on their residues at the roots
(NTT form), where a factor makes BGV of BFV and back:

    BFV phase   Q/t m + e          times t     -Q m + t e     modulo Q: BGV of -Q m
    BGV phase   m' + t e           times 1/t   Q/t (-m'/Q) + e'        BFV of -m'/Q

So k products are k products of residues and one sum (``products``); the sum becomes a
BFV ciphertext of three parts, which SEAL relinearises once and brings down by levels.
The factor -Q f f' on the message is kept in the mark. Keys, encryption, decryption and
noise budgets are SEAL's own.

Threat model: see ``step``. Contexts are at 128-bit security unless ``secure=False``,
for tests: toy size, INSECURE.

Source: J. Alperin-Sheriff, C. Peikert, "Practical Bootstrapping in Quasilinear Time",
CRYPTO 2013, appendix A (BFV and BGV).
"""

import functools
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from ppdl_course.he.seal.contexts import seal_context
from ppdl_course.he.seal.key_pair import KeyPair
from ppdl_course.he.seal.streams import CiphertextWriter, from_bytes
from ppdl_course.he.training.bgv import require_same
from ppdl_course.he.training.levels import Mark, Rules
from ppdl_course.he.training.products import (
    MOST_PRIME_BITS,
    prepared,
    read,
    sum_of_products,
    times,
)
from ppdl_course.he.training.step import Arithmetic, Cipher


class BfvContext:
    """Public sizes of one plaintext modulus, for client and cloud.

    Args:
        n: Ring degree, as many samples a batch.
        primes: Primes of a fresh ciphertext; one more is the special one.
        t: Plaintext prime, 1 modulo 2n.
        bits: Of each prime, at most 28.
        secure: Refuse what is below 128-bit security.

    Raises:
        ValueError: If SEAL refuses the sizes.
    """

    def __init__(
        self, n: int, primes: int, t: int, *, bits: int = 28, secure: bool = True
    ) -> None:
        if bits > MOST_PRIME_BITS:
            raise ValueError(f"bits must be at most {MOST_PRIME_BITS}, got {bits}")
        self.n, self.t = n, t
        self._sizes = (n, primes, t, bits, secure)
        self.seal = seal_context(n, (bits,) * (primes + 1), t, secure=secure)
        if not self.seal.parameters_set():
            raise ValueError(
                f"primes must fit n = {n} at 128-bit security, got {primes + 1} of "
                f"{bits} bits: raise n"
            )
        self.writer = CiphertextWriter(self.seal)
        self.rules = Rules(n, tuple(self.writer.primes(primes)), t, bgv=False)

    def __reduce__(self) -> tuple:
        """Return how another process makes it again: from its sizes."""
        return _context, self._sizes

    def keys(self) -> "BfvKeys":
        """Return a client's fresh keys."""
        return BfvKeys(self)

    def cloud(self, message: bytes) -> "BfvCloud":
        """Return the cloud's arithmetic with keys from :attr:`BfvKeys.public`."""
        return BfvCloud(self, message)


class BfvKeys:
    """A client's secret key, over SEAL's own: stays with the client."""

    def __init__(self, context: BfvContext) -> None:
        from tenseal import sealapi

        self._context, self._pair = context, KeyPair(context.seal)
        self._evaluator = sealapi.Evaluator(context.seal)

    @property
    def public(self) -> bytes:
        """What a cloud may have: SEAL's stream of the relinearisation key."""
        return self._pair.relin_keys()

    def encrypt(self, values: np.ndarray, mark: Mark) -> np.ndarray:
        """Return residues uint32 (2, level, n), in NTT form, of a SEAL ciphertext.

        Args:
            values: Python's integers of any size, one a slot, at most n.
            mark: From ``step.marks_of_inputs``.
        """
        t = self._context.t
        slots = np.asarray(values, object) * mark.factor % t
        x = self._pair.encrypt(slots.astype(np.int64))
        while x.coeff_modulus_size() > mark.level:
            self._evaluator.mod_switch_to_next_inplace(x)
        self._evaluator.transform_to_ntt_inplace(x)
        return read(x)

    def decrypt(self, parts: np.ndarray, mark: Mark) -> np.ndarray:
        """Return all slots modulo t, centred int64 (n,)."""
        return self.decrypt_seal(self._ciphertext(parts), mark)

    def decrypt_seal(self, ciphertext: Any, mark: Mark) -> np.ndarray:
        """Return the same of SEAL's own ciphertext."""
        t = self._context.t
        slots = self._pair.decrypt(ciphertext) * pow(mark.factor, -1, t)
        slots %= t
        return np.where(slots > t // 2, slots - t, slots)

    def budget(self, parts: np.ndarray, mark: Mark) -> float:
        """Return SEAL's invariant noise budget, in bits."""
        return float(self._pair.noise_budget(self._ciphertext(parts)))

    def _ciphertext(self, parts: np.ndarray) -> Any:
        [x] = self._context.writer.write(parts[None], ntt=True)
        self._evaluator.transform_from_ntt_inplace(x)
        return x


class BfvCloud(Arithmetic):
    """The cloud's arithmetic over SEAL, without its key.

    Parts are residues at the roots of a BFV ciphertext times t.
    """

    def __init__(self, context: BfvContext, relinearisation: bytes) -> None:
        from tenseal import sealapi

        self.rules, self._context = context.rules, context
        self._stream = relinearisation
        self._keys = from_bytes(sealapi.RelinKeys, context.seal, relinearisation)
        self._evaluator = sealapi.Evaluator(context.seal)

    def __reduce__(self) -> tuple:
        """Return how another process makes it again: once, from the key's stream."""
        return _cloud, (*self._context._sizes, self._stream)

    def cipher(self, parts: np.ndarray, mark: Mark) -> Cipher:
        """Return the ciphertext that a client sent.

        Raises:
            ValueError: If it has another level than the mark says.
        """
        if parts.shape != (2, mark.level, self._context.n):
            raise ValueError(
                f"parts must have shape (2, {mark.level}, {self._context.n}), got "
                f"{parts.shape}: a ciphertext of another level"
            )
        return Cipher(self._times_t(parts), mark)

    def parts(self, x: Cipher) -> np.ndarray:
        """Return what to send of a ciphertext: SEAL's residues, in NTT form."""
        return self._over_t(x.parts)

    def totals(
        self, rows: Iterable[Sequence[Cipher]], right: Sequence[Cipher]
    ) -> Iterator[Cipher]:
        """Yield sums of products, each relinearised once; see ``Arithmetic``."""
        for sum_, mark in self.seal_totals(rows, right):
            yield Cipher(self._from_seal(sum_), mark)

    def seal_totals(
        self, rows: Iterable[Sequence[Cipher]], right: Sequence[Cipher]
    ) -> Iterator[tuple[Any, Mark]]:
        """Yield the same sums as SEAL's own ciphertexts, with their marks."""
        columns: np.ndarray | None = None
        for row in rows:
            level = min(x.mark.level for x in (*row, *right))
            if columns is None or columns.shape[2] != level:
                right = [self.lower(x, level) for x in right]
                columns = prepared([x.parts for x in right])
            row = [self.lower(x, level) for x in row]
            primes = self.rules.primes[:level]
            parts = sum_of_products([x.parts for x in row], columns, primes)
            product = self.rules.product(row[0].mark, right[0].mark, len(row))
            settled = self.rules.settle(self.rules.relinearised(product))
            yield self._to_seal(parts, settled.level), settled

    def raw_product(self, x: Cipher, y: Cipher) -> Cipher:
        """Return a product of three parts."""
        primes = self.rules.primes[: x.mark.level]
        parts = sum_of_products([x.parts], prepared([y.parts]), primes)
        return Cipher(parts, self.rules.product(x.mark, y.mark))

    def lower(self, x: Cipher, level: int) -> Cipher:
        """Return the ciphertext without its last primes."""
        if x.mark.level == level:
            return x
        lowered = self._from_seal(self._to_seal(x.parts, level))
        return Cipher(lowered, self.rules.lower(x.mark, level))

    def minus(self, x: Cipher, y: Cipher) -> Cipher:
        """Return x - y."""
        return self._sum(x, y, negative=True)

    def plus(self, x: Cipher, y: Cipher) -> Cipher:
        """Return x + y."""
        return self._sum(x, y, negative=False)

    def above(self, number: int, x: Cipher) -> Cipher:
        """Return ``number`` - x."""
        zero = Cipher(np.zeros_like(x.parts), x.mark)
        return self.plus_number(self.minus(zero, x), number)

    def plus_number(self, x: Cipher, number: int) -> Cipher:
        """Return x + ``number``: the same at every root, and in BGV -Q times it."""
        rules, level = self.rules, x.mark.level
        message = -rules.modulus(level) * x.mark.factor * number % rules.t
        parts = x.parts.copy()
        q = self._q(level)
        parts[0] = (parts[0].astype(np.uint64) + np.uint64(message)) % q
        return Cipher(parts, x.mark)

    def weighted(self, xs: Sequence[Cipher], numbers: Sequence[int]) -> Cipher:
        """Return the sum of ciphertexts times small public numbers."""
        level = xs[0].mark.level
        q, primes = self._q(level), self.rules.primes[:level]
        total = np.zeros(xs[0].parts.shape, np.uint64)
        for x, number in zip(xs, numbers, strict=True):
            require_same(x.mark, xs[0].mark)
            total += times(x.parts, [int(number) % p for p in primes], primes)
        mark = self.rules.weighted([x.mark for x in xs], numbers)
        return Cipher((total % q).astype(np.uint32), mark)

    def _to_seal(self, parts: np.ndarray, level: int) -> Any:
        """Return SEAL's ciphertext at ``level``, relinearised, of residues."""
        [x] = self._context.writer.write(self._over_t(parts)[None], ntt=True)
        self._evaluator.transform_from_ntt_inplace(x)
        if len(parts) == 3:
            self._evaluator.relinearize_inplace(x, self._keys)
        while x.coeff_modulus_size() > level:
            self._evaluator.mod_switch_to_next_inplace(x)
        return x

    def _from_seal(self, x: Any) -> np.ndarray:
        self._evaluator.transform_to_ntt_inplace(x)
        return self._times_t(read(x))

    def _times_t(self, parts: np.ndarray) -> np.ndarray:
        primes = self.rules.primes[: parts.shape[1]]
        return times(parts, [self.rules.t] * len(primes), primes)

    def _over_t(self, parts: np.ndarray) -> np.ndarray:
        primes = self.rules.primes[: parts.shape[1]]
        return times(parts, [pow(self.rules.t, -1, p) for p in primes], primes)

    def _q(self, level: int) -> np.ndarray:
        return np.array(self.rules.primes[:level], np.uint64)[:, None]

    def _sum(self, x: Cipher, y: Cipher, *, negative: bool) -> Cipher:
        require_same(x.mark, y.mark)
        q = self._q(x.mark.level)
        parts = np.zeros((max(len(x.parts), len(y.parts)), *x.parts.shape[1:]), "u8")
        parts[: len(x.parts)] = x.parts
        parts[: len(y.parts)] += q - y.parts if negative else y.parts
        noisier = x.mark if x.mark.noise > y.mark.noise else y.mark
        return Cipher((parts % q).astype(np.uint32), noisier)


@functools.lru_cache(maxsize=32)
def _context(n: int, primes: int, t: int, bits: int, secure: bool) -> BfvContext:
    return BfvContext(n, primes, t, bits=bits, secure=secure)


@functools.lru_cache(maxsize=32)
def _cloud(
    n: int, primes: int, t: int, bits: int, secure: bool, relinearisation: bytes
) -> BfvCloud:
    return BfvCloud(_context(n, primes, t, bits, secure), relinearisation)
