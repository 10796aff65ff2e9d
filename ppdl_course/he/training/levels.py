"""Levels and noise of a step, worked out before a key exists.

A ciphertext is marked with

    level     primes left
    factor    number modulo t that its message was multiplied with on the way
    noise     standard deviation of its error, in units of t (BGV) or 1 (BFV)

and every operation moves the marks by fixed rules, whatever was encrypted:

    sum of k products    noise sqrt(2 k n) t e e',  factor f f'  (BFV: -Q f f')
    dropping p           noise e / p and what rounding leaves, sqrt(n / 18)
                         factor / p  (BFV: f)

So client and cloud know the marks of each stage from public sizes, and a chain of
primes that a step lacks is refused before anything is encrypted. Noise is an average,
within a few bits of what is measured; a plan keeps six deviations and a bit.

Source: Z. Brakerski, C. Gentry, V. Vaikuntanathan, ITCS 2012 (levels); averages as in
``seal.plan``.
"""

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ppdl_course.arguments import at_least, between

SPARE_BITS = math.log2(6) + 1
"""Six standard deviations are never seen; one bit more for what averages leave out."""
TOLERANCE = 4.0
"""Primes are dropped until noise is at most this multiple of rounding's."""


@dataclass(frozen=True)
class Mark:
    """Level, factor modulo t and noise of a ciphertext."""

    level: int
    factor: int
    noise: float


@dataclass(frozen=True)
class Rules:
    """How marks move in one context.

    Attributes:
        n: Ring degree.
        primes: The chain of a fresh ciphertext, the special prime not counted.
        t: Plaintext modulus.
        bgv: The package's BGV; else SEAL's BFV, multiplied by its residues.
    """

    n: int
    primes: tuple[int, ...]
    t: int
    bgv: bool

    @property
    def floor(self) -> float:
        """Noise that rounding leaves: half a unit times a ternary key, n of them."""
        return math.sqrt(self.n / 18)

    @property
    def fresh(self) -> Mark:
        """The mark of what the client encrypts."""
        # BGV here: noise under the public key; SEAL divides it away
        noise = 3.24 * math.sqrt(4 * self.n / 3 + 1) if self.bgv else self.floor
        return Mark(len(self.primes), 1, noise)

    def lower(self, mark: Mark, level: int) -> Mark:
        """Return the mark after dropping primes down to ``level``.

        Raises:
            ValueError: If ``level`` is not in 1..the mark's: no prime comes back.
        """
        between(1, mark.level, level=level)
        dropped = self.primes[level : mark.level]
        for p in dropped[::-1]:
            factor = mark.factor * (pow(p, -1, self.t) if self.bgv else 1) % self.t
            mark = Mark(mark.level - 1, factor, math.hypot(mark.noise / p, self.floor))
        return mark

    def product(self, x: Mark, y: Mark, terms: int = 1) -> Mark:
        """Return the mark of a sum of products of two ciphertexts of one level."""
        # a square's factors are not independent: sqrt(2) more, taken for all
        noise = math.sqrt(2 * terms * self.n) * self.t * x.noise * y.noise
        factor = x.factor * y.factor * (1 if self.bgv else -self.modulus(x.level))
        return Mark(x.level, factor % self.t, noise)

    def relinearised(self, mark: Mark) -> Mark:
        """Return the mark with the noise of switching keys added."""
        switched = math.sqrt(mark.level * self.n)
        return replace(mark, noise=math.hypot(mark.noise, switched))

    @functools.cached_property
    def base(self) -> int:
        """Primes that one last product needs: the level at which updates leave."""
        for level in range(1, len(self.primes)):
            mark = Mark(level, 1, TOLERANCE * self.floor)
            if self.budget(self.product(mark, mark)) >= 0:
                return level
        return len(self.primes)

    def weighted(self, marks: Sequence[Mark], numbers: Sequence[int]) -> Mark:
        """Return the mark of a sum times small public numbers."""
        parts = (m.noise * abs(int(k)) for m, k in zip(marks, numbers, strict=True))
        return replace(marks[0], noise=max(math.hypot(*parts), self.floor))

    def settle(self, mark: Mark) -> Mark:
        """Return the mark after dropping primes as long as that still lowers noise."""
        while mark.level > self.base and mark.noise > TOLERANCE * self.floor:
            mark = self.lower(mark, mark.level - 1)
        return mark

    def modulus(self, level: int) -> int:
        """Return the product of the first ``level`` primes."""
        return math.prod(self.primes[:level])

    def budget(self, mark: Mark) -> float:
        """Return the bits between noise and garbage; negative is garbage."""
        room = math.log2(self.modulus(mark.level)) - math.log2(2 * self.t)
        return room - math.log2(mark.noise) - SPARE_BITS


@dataclass(frozen=True)
class Stage:
    """A stage of the step.

    Attributes:
        name: "z1", "z1^2", "a1", ...
        depth: Products one after the other so far.
        products: Products of two ciphertexts in it.
        relinearisations: How many are relinearised: one a sum.
        before: Mark before primes are dropped.
        after: Mark it leaves with.
    """

    name: str
    depth: int
    products: int
    relinearisations: int
    before: Mark
    after: Mark


def require_budget(rules: Rules, stages: Sequence[Stage]) -> None:
    """Refuse a context in which some stage's noise passes q / 2t.

    Raises:
        ValueError: Naming the depth, the stage and what to change.
    """
    for stage in stages:
        budget = min(rules.budget(stage.before), rules.budget(stage.after))
        if budget < 0:
            raise ValueError(
                f"primes must hold a depth of {max(s.depth for s in stages)}, got "
                f"{len(rules.primes)}: noise passes q / 2t at {stage.name} by "
                f"{-budget:.0f} bits; use more primes (and a larger n for 128-bit "
                "security) or a smaller t"
            )


@dataclass(frozen=True)
class Plan:
    """A step of back-propagation in one context, from public sizes alone.

    Attributes:
        rules: The context.
        shape: Inputs, hidden units, outputs.

    Raises:
        ValueError: If the context lacks the depth, with what to change.
    """

    rules: Rules
    shape: tuple[int, int, int]

    def __post_init__(self) -> None:
        inputs, hidden, outputs = self.shape
        at_least(1, inputs=inputs, hidden=hidden, outputs=outputs)
        require_budget(self.rules, self.stages)

    @functools.cached_property
    def stages(self) -> list[Stage]:
        """Every stage, in order; their marks are what the cloud's ciphertexts bear."""
        r, (n_in, hid, out) = self.rules, self.shape
        found: list[Stage] = []

        def stage(
            name: str, depth: int, x: Mark, y: Mark, count: int, terms: int = 1
        ) -> Mark:
            level = min(x.level, y.level)
            x, y = r.lower(x, level), r.lower(y, level)
            mark = r.relinearised(r.product(x, y, terms))
            after = r.settle(mark)
            found.append(Stage(name, depth, count * terms, count, mark, after))
            return after

        z1 = stage("z1", 1, r.fresh, r.fresh, hid, n_in)
        s1 = stage("z1^2", 2, z1, z1, hid)
        a1 = stage("a1", 3, z1, s1, hid)
        z2 = stage("z2", 4, a1, r.fresh, out, hid)
        s2 = stage("z2^2", 5, z2, z2, out)
        a2 = stage("a2", 6, z2, s2, out)
        d2 = stage("d2", 7, a2, s2, out)
        u = stage("W2'd2", 8, d2, r.fresh, hid, out)
        d1 = stage("d1", 9, u, s1, hid)
        for name, depth, d, other, count in (
            ("dW2", 8, d2, a1, out * hid),
            ("dW1", 10, d1, r.fresh, hid * n_in),
        ):
            d, other = r.lower(d, r.base), r.lower(other, r.base)
            mark = r.product(d, other)
            found.append(Stage(name, depth, count, 0, mark, mark))
        return found

    def mark(self, name: str) -> Mark:
        """Return the mark with which a stage ends; "db1" and "db2" leave too."""
        if name in ("db1", "db2"):  # d1 and d2 as they are, at the last level
            return self.rules.lower(self.mark(name.replace("b", "")), self.rules.base)
        return next(stage.after for stage in self.stages if stage.name == name)

    @property
    def depth(self) -> int:
        """Products one after the other."""
        return max(stage.depth for stage in self.stages)

    @property
    def products(self) -> int:
        """Products of ciphertexts in a step, for one plaintext modulus."""
        return sum(stage.products for stage in self.stages)

    @property
    def relinearisations(self) -> int:
        """Relinearisations in a step: one a sum, none for updates."""
        return sum(stage.relinearisations for stage in self.stages)


def moduli_needed(largest: int, moduli: Sequence[int]) -> int:
    """Return how many plaintext primes, first ones first, hold +-``largest``.

    Raises:
        ValueError: If all of them do not: a result could come back modulo their
            product, and nobody would know.
    """
    product = 1
    for count, t in enumerate(moduli, 1):
        product *= t
        if product > 2 * largest:
            return count
    raise ValueError(
        f"precision must keep results below {product // 2} = half the product of the "
        f"plaintext moduli, got up to {largest} ({largest.bit_length()} bits): use "
        "fewer input_bits or weight_bits, or more moduli"
    )
