"""The step in the package's BGV: every operation can be read down to its residues.

``lattice.bgv`` does the work; here are sums of products before one relinearisation, and
levels by the plan's rules. Ciphertexts are of toy size, INSECURE: n is far too small
for such a modulus.

Threat model: see ``step`` and ``lattice.rlwe``.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from ppdl_course.he.lattice.bgv import Ciphertext, Evaluator, decrypt, noise_budget
from ppdl_course.he.lattice.rlwe import Parameters, PublicKeys, SecretKey, tensor
from ppdl_course.he.training.levels import Mark, Rules
from ppdl_course.he.training.step import Arithmetic, Cipher


class BgvContext:
    """Public sizes of one plaintext modulus, for client and cloud.

    Args:
        n: Ring degree; toy sizes are INSECURE.
        levels: Primes of a fresh ciphertext.
        t: Plaintext prime, 1 modulo 2n.
    """

    def __init__(self, n: int, levels: int, t: int) -> None:
        self.parameters = Parameters.of_size(n, levels=levels, t=t)
        self.rules = Rules(n, self.parameters.primes, t, bgv=True)

    def keys(self) -> "BgvKeys":
        """Return a client's fresh keys."""
        return BgvKeys(self)

    def cloud(self, message: Any) -> "BgvCloud":
        """Return the cloud's arithmetic with keys from :attr:`BgvKeys.public`."""
        public, relinearisation = message
        keys = PublicKeys(self.parameters, public, relinearisation, {})
        return BgvCloud(self.rules, keys)


class BgvKeys:
    """A client's secret key: stays with the client."""

    def __init__(self, context: BgvContext) -> None:
        self._rules = context.rules
        self._secret = SecretKey(context.parameters)
        self._keys = self._secret.public_keys()
        self._evaluator = Evaluator(self._keys)

    @property
    def public(self) -> list[np.ndarray]:
        """What a cloud may have: the encryption key and the relinearisation key."""
        return [self._keys.public, self._keys.relinearisation]

    def encrypt(self, values: np.ndarray, mark: Mark) -> np.ndarray:
        """Return residues of a ciphertext at ``mark`` of integers modulo t.

        Args:
            values: Python's integers of any size, one a slot, at most n.
            mark: From ``step.marks_of_inputs``.
        """
        rules = self._rules
        # dropping primes changes the factor: begin with one that ends as asked
        on_the_way = rules.lower(rules.fresh, mark.level).factor
        start = mark.factor * pow(on_the_way, -1, rules.t) % rules.t
        slots = np.asarray(values, object) * start % rules.t
        slots = np.where(slots > rules.t // 2, slots - rules.t, slots)
        x = self._evaluator.encrypt(slots.astype(np.int64))
        while x.level > mark.level:
            x = self._evaluator.switch_modulus(x)
        return x.parts

    def decrypt(self, parts: np.ndarray, mark: Mark) -> np.ndarray:
        """Return all slots modulo t, centred int64 (n,)."""
        return decrypt(self._secret, Ciphertext(parts, mark.factor))

    def budget(self, parts: np.ndarray, mark: Mark) -> float:
        """Return the bits between noise and garbage, measured with the secret key."""
        return noise_budget(self._secret, Ciphertext(parts, mark.factor))


class BgvCloud(Arithmetic):
    """The cloud's arithmetic, with public keys only."""

    def __init__(self, rules: Rules, keys: PublicKeys) -> None:
        self.rules, self._keys = rules, keys
        self._evaluator = Evaluator(keys)

    def cipher(self, parts: np.ndarray, mark: Mark) -> Cipher:
        """Return the ciphertext that a client sent."""
        return Cipher(parts, mark)

    def parts(self, x: Cipher) -> np.ndarray:
        """Return what to send of a ciphertext."""
        return x.parts

    def totals(
        self, rows: Iterable[Sequence[Cipher]], right: Sequence[Cipher]
    ) -> Iterator[Cipher]:
        """Yield sums of products, each relinearised once; see ``Arithmetic``."""
        return (self._total(row, right) for row in rows)

    def _total(self, left: Sequence[Cipher], right: Sequence[Cipher]) -> Cipher:
        level = min(x.mark.level for x in (*left, *right))
        left, right = ([self.lower(x, level) for x in some] for some in (left, right))
        at = self._keys.parameters.ring(level)
        pairs = list(zip(left, right, strict=True))
        parts = tensor(at, pairs[0][0].parts, pairs[0][1].parts)
        for x, y in pairs[1:]:
            parts = (parts + tensor(at, x.parts, y.parts)) % at.q
        product = self.rules.product(left[0].mark, right[0].mark, len(pairs))
        mark = self.rules.relinearised(product)
        whole = Cipher(self._keys.relinearise(parts), mark)
        return self.lower(whole, self.rules.settle(mark).level)

    def raw_product(self, x: Cipher, y: Cipher) -> Cipher:
        """Return a product of three parts."""
        at = self._keys.parameters.ring(x.mark.level)
        return Cipher(tensor(at, x.parts, y.parts), self.rules.product(x.mark, y.mark))

    def lower(self, x: Cipher, level: int) -> Cipher:
        """Return the ciphertext without its last primes."""
        switched = Ciphertext(x.parts, x.mark.factor)
        while switched.level > level:
            switched = self._evaluator.switch_modulus(switched)
        return Cipher(switched.parts, self.rules.lower(x.mark, level))

    def minus(self, x: Cipher, y: Cipher) -> Cipher:
        """Return x - y."""
        return self._sum(x, y, -1)

    def plus(self, x: Cipher, y: Cipher) -> Cipher:
        """Return x + y."""
        return self._sum(x, y, 1)

    def above(self, number: int, x: Cipher) -> Cipher:
        """Return ``number`` - x."""
        at = self._keys.parameters.ring(x.mark.level)
        return self.plus_number(Cipher(-x.parts % at.q, x.mark), number)

    def plus_number(self, x: Cipher, number: int) -> Cipher:
        """Return x + ``number``: the same in all slots is a constant polynomial."""
        at = self._keys.parameters.ring(x.mark.level)
        parts = x.parts.copy()
        message = number * x.mark.factor % self.rules.t
        parts[0, :, 0] = (parts[0, :, 0] + message) % at.q[:, 0]
        return Cipher(parts, x.mark)

    def weighted(self, xs: Sequence[Cipher], numbers: Sequence[int]) -> Cipher:
        """Return the sum of ciphertexts times small public numbers."""
        at = self._keys.parameters.ring(xs[0].mark.level)
        parts = np.zeros_like(xs[0].parts)
        for x, number in zip(xs, numbers, strict=True):
            require_same(x.mark, xs[0].mark)
            parts = (parts + x.parts * (int(number) % at.q) % at.q) % at.q
        return Cipher(parts, self.rules.weighted([x.mark for x in xs], numbers))

    def _sum(self, x: Cipher, y: Cipher, sign: int) -> Cipher:
        require_same(x.mark, y.mark)
        at = self._keys.parameters.ring(x.mark.level)
        parts = np.zeros((max(len(x.parts), len(y.parts)), *x.parts.shape[1:]), int)
        parts[: len(x.parts)] = x.parts
        parts[: len(y.parts)] += sign * y.parts
        noisier = x.mark if x.mark.noise > y.mark.noise else y.mark
        return Cipher(parts % at.q, noisier)


def require_same(x: Mark, y: Mark) -> None:
    """Refuse ciphertexts that cannot be added.

    Raises:
        ValueError: If their levels or factors differ: the sum would be of other
            numbers, and nobody would know.
    """
    if (x.level, x.factor) != (y.level, y.factor):
        raise ValueError(
            f"summands must agree in level and factor, got {x.level}, {x.factor} and "
            f"{y.level}, {y.factor}"
        )
