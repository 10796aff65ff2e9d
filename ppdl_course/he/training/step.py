"""The cloud's program for a step of back-propagation: sums and products, no key.

It follows ``integers.integer_step`` line by line, over any :class:`Arithmetic`. A
sample stands in a slot, a weight in all slots, one ciphertext for each number of the
network. Three things differ from the twin, none of them in value:

    12 S^2 - z^2    a public number plus a ciphertext: no product, no noise
    scaled inputs   targets, biases and the old weights come multiplied by their scale
                    and at the level where they are used: the client encrypts them so
    no slot sums    each sample's new weights leave in a slot of their own, and without
                    relinearisation; the client adds the samples' changes up

Threat model: an honest-but-curious cloud sees ciphertexts, shapes, the number of steps
and when they come (``leaks``). NOT protected: results, if a cloud computes another
program than this one.

Source: F. Bu, Y. Ma, Z. Chen, H. Xu, HPCC 2015, as the survey describes it; layout,
scales and levels are ours.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ppdl_course.he.training.integers import Net, Precision
from ppdl_course.he.training.levels import Mark, Plan, Rules


@dataclass(frozen=True)
class Cipher:
    """A ciphertext on the cloud: residues (parts, level, n) and what is known of it."""

    parts: Any
    mark: Mark


class Arithmetic(ABC):
    """What the cloud can do with ciphertexts of one key. All of it is deterministic.

    Attributes:
        rules: How marks move here.
    """

    rules: Rules

    @abstractmethod
    def totals(
        self, rows: Iterable[Sequence[Cipher]], right: Sequence[Cipher]
    ) -> Iterator[Cipher]:
        """Yield each row's sum of products with ``right``, relinearised once.

        Primes are dropped by rule. Rows may come one by one.
        """

    @abstractmethod
    def raw_product(self, x: Cipher, y: Cipher) -> Cipher:
        """Return a product as it comes, of three parts."""

    @abstractmethod
    def lower(self, x: Cipher, level: int) -> Cipher:
        """Return the ciphertext at a level not above its own."""

    @abstractmethod
    def minus(self, x: Cipher, y: Cipher) -> Cipher:
        """Return the difference of two ciphertexts of one mark's level and factor."""

    @abstractmethod
    def plus(self, x: Cipher, y: Cipher) -> Cipher:
        """Return the sum, likewise."""

    @abstractmethod
    def above(self, number: int, x: Cipher) -> Cipher:
        """Return ``number`` - x."""

    @abstractmethod
    def plus_number(self, x: Cipher, number: int) -> Cipher:
        """Return x + ``number``."""

    @abstractmethod
    def weighted(self, xs: Sequence[Cipher], numbers: Sequence[int]) -> Cipher:
        """Return the sum of ciphertexts times small public numbers."""

    def products(self, pairs: Iterable[tuple[Cipher, Cipher]]) -> list[Cipher]:
        """Return the product of each pair, relinearised."""
        return [next(iter(self.totals([[x]], [y]))) for x, y in pairs]

    def raw_products(self, pairs: Iterable[tuple[Cipher, Cipher]]) -> list[Cipher]:
        """Return the product of each pair, of three parts."""
        return [self.raw_product(x, y) for x, y in pairs]


@dataclass(frozen=True)
class Inputs:
    """What the client encrypts for a step, at the marks of :func:`marks_of_inputs`.

    Attributes:
        x: Inputs, fresh; and ``x_last``, at the last level.
        y: Targets at a2's scale.
        W1: Rows of weights; ``W2`` at a1's level, ``W2_back`` at d2's.
        b1: Biases at z1's scale; ``b2`` at z2's.
        old: The old weights at the scale of new ones.
    """

    x: Sequence[Cipher]
    x_last: Sequence[Cipher]
    y: Sequence[Cipher]
    W1: Iterable[Sequence[Cipher]]
    b1: Sequence[Cipher]
    W2: Iterable[Sequence[Cipher]]
    W2_back: Sequence[Sequence[Cipher]]
    b2: Sequence[Cipher]
    old: Net


def marks_of_inputs(plan: Plan) -> dict[str, Mark]:
    """Return at which level and factor the client encrypts each part of a step."""
    fresh, lower = plan.rules.fresh, plan.rules.lower
    return {
        "x": fresh,
        "W1": fresh,
        "b1": plan.mark("z1"),
        "W2": lower(fresh, plan.mark("a1").level),
        "b2": plan.mark("z2"),
        "y": plan.mark("a2"),
        "W2_back": lower(fresh, plan.mark("d2").level),
        "x_last": lower(fresh, plan.rules.base),
        "old W1": plan.mark("dW1"),
        "old b1": plan.mark("db1"),
        "old W2": plan.mark("dW2"),
        "old b2": plan.mark("db2"),
    }


def layer(
    cloud: Arithmetic,
    rows: Iterable[Sequence[Cipher]],
    x: Sequence[Cipher],
    biases: Sequence[Cipher],
) -> list[Cipher]:
    """Return z = W x + b: one relinearisation a row. Rows may come one by one."""
    sums = cloud.totals(rows, x)
    return [cloud.plus(z, b) for z, b in zip(sums, biases, strict=True)]


def activated(
    cloud: Arithmetic, z: Sequence[Cipher], scale: int
) -> tuple[list[Cipher], list[Cipher]]:
    """Return q(z) at 48 scale^3 and z^2, both of which the way back needs."""
    squares = cloud.products((one, one) for one in z)
    pairs = zip(z, squares, strict=True)
    cubics = cloud.products((v, cloud.above(12 * scale**2, s)) for v, s in pairs)
    return [cloud.plus_number(a, 24 * scale**3) for a in cubics], squares


def times_slope(
    cloud: Arithmetic, errors: Sequence[Cipher], squares: Sequence[Cipher], scale: int
) -> list[Cipher]:
    """Return each error times q'(z), at 16 scale^2 more."""
    pairs = zip(errors, squares, strict=True)
    return cloud.products((e, cloud.above(4 * scale**2, s)) for e, s in pairs)


def changed(
    cloud: Arithmetic,
    rows: Iterable[Sequence[Cipher]],
    deltas: Sequence[Cipher],
    inputs: Sequence[Cipher],
) -> Iterator[list[Cipher]]:
    """Yield row j of W - d a^T; ``rows`` holds W at that scale, and may be lazy."""
    for row, delta in zip(rows, deltas, strict=True):
        products = cloud.raw_products((delta, a) for a in inputs)
        yield [cloud.minus(w, p) for w, p in zip(row, products, strict=True)]


def step(cloud: Arithmetic, plan: Plan, inputs: Inputs, precision: Precision) -> Net:
    """Return each sample's new weights, encrypted: nested lists shaped as a net."""
    s, base = precision.scales, plan.rules.base
    z1 = layer(cloud, inputs.W1, inputs.x, inputs.b1)
    a1, squares1 = activated(cloud, z1, s.S1)
    z2 = layer(cloud, inputs.W2, a1, inputs.b2)
    a2, squares2 = activated(cloud, z2, s.S2)
    errors = [cloud.minus(a, y) for a, y in zip(a2, inputs.y, strict=True)]
    d2 = times_slope(cloud, errors, squares2, s.S2)
    columns = map(list, zip(*inputs.W2_back, strict=True))
    d1 = times_slope(cloud, list(cloud.totals(columns, d2)), squares1, s.S1)
    a1, d1, d2 = ([cloud.lower(c, base) for c in some] for some in (a1, d1, d2))
    return Net(
        list(changed(cloud, inputs.old.W1, d1, inputs.x_last)),
        [cloud.minus(b, d) for b, d in zip(inputs.old.b1, d1, strict=True)],
        list(changed(cloud, inputs.old.W2, d2, a1)),
        [cloud.minus(b, d) for b, d in zip(inputs.old.b2, d2, strict=True)],
    )
