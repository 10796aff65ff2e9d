"""A cloud's program run anywhere: on marks alone, under encryption, over a channel.

A program takes an :class:`~ppdl_course.he.training.step.Arithmetic` and ``ask``, which
hands it an encrypted input by name and place at the mark where it is needed:

    def square(cloud, ask):
        x = ask("x", (0,), cloud.rules.fresh)
        return {"square": cloud.products([(x, x)])}

Run on :class:`Symbolic`, which holds marks and no ciphertext, it says what it will ask
for, how many products and relinearisations it takes, and whether the context can afford
it. So the client knows what to encrypt, and at which level, before a key exists.

    Client                                         Cloud
    public keys                  -- keys ------->
    all that is asked for        -- inputs ----->  the program
    decrypt, join the primes     <-- outputs ----

Threat model: see ``step``.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ppdl_course.arguments import between
from ppdl_course.he.inference.cryptonets_bfv import join
from ppdl_course.he.training.levels import Mark, Rules, Stage, require_budget
from ppdl_course.he.training.step import Arithmetic, Cipher
from ppdl_course.parties.channel import Channel, Endpoint

Place = tuple[int, ...]
Ask = Callable[[str, Place, Mark], Cipher]
Program = Callable[[Arithmetic, Ask], dict[str, list[Cipher]]]


class Symbolic(Arithmetic):
    """Marks without ciphertexts.

    Attributes:
        counts: "products" and "relinearisations" so far.

    Every operation raises ValueError where noise passes what the level holds.
    """

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.counts: Counter = Counter()

    def totals(
        self, rows: Iterable[Sequence[Cipher]], right: Sequence[Cipher]
    ) -> Iterator[Cipher]:
        """Yield the mark of each row's sum."""
        for row in rows:
            level = min(x.mark.level for x in (*row, *right))
            x, y = self._noisiest(row, level), self._noisiest(right, level)
            self.counts["relinearisations"] += 1
            product = self.rules.product(x, y, len(row))
            before = self.rules.relinearised(product)
            yield self._made(before, self.rules.settle(before), len(row), row, right)

    def raw_product(self, x: Cipher, y: Cipher) -> Cipher:
        """Return the mark of a product of three parts."""
        mark = self.rules.product(x.mark, y.mark)
        return self._made(mark, mark, 1, [x], [y])

    def lower(self, x: Cipher, level: int) -> Cipher:
        """Return the mark at a lower level."""
        return replace(x, mark=self.rules.lower(x.mark, level))

    def minus(self, x: Cipher, y: Cipher) -> Cipher:
        """Return the mark of a sum or difference."""
        deeper = x if x.parts >= y.parts else y
        noise = max(x.mark.noise, y.mark.noise)
        return replace(deeper, mark=replace(deeper.mark, noise=noise))

    plus = minus

    def above(self, number: int, x: Cipher) -> Cipher:
        """Return the same mark: public numbers have no noise."""
        return x

    def plus_number(self, x: Cipher, number: int) -> Cipher:
        """Return the same mark."""
        return x

    def weighted(self, xs: Sequence[Cipher], numbers: Sequence[int]) -> Cipher:
        """Return the mark of a sum times public numbers."""
        mark = self.rules.weighted([x.mark for x in xs], numbers)
        return Cipher(max(x.parts for x in xs), mark)

    def _noisiest(self, ciphers: Sequence[Cipher], level: int) -> Mark:
        marks = [self.rules.lower(c.mark, level) for c in ciphers]
        return max(marks, key=lambda mark: mark.noise)

    def _made(
        self, before: Mark, after: Mark, terms: int, *factors: Sequence[Cipher]
    ) -> Cipher:
        # ``parts`` of a ciphertext that is none holds its depth
        depth = 1 + max(c.parts for some in factors for c in some)
        self.counts["products"] += terms
        self.counts["depth"] = max(self.counts["depth"], depth)
        stage = Stage("a product", depth, terms, 1, before, after)
        require_budget(self.rules, [stage])
        return Cipher(depth, after)


@dataclass(frozen=True)
class Needs:
    """What a program asks for and returns in one context.

    Attributes:
        inputs: Name, place and mark of each ciphertext asked for, in order.
        outputs: Marks of what it returns, by name.
        products: Of two ciphertexts; ``relinearisations``; ``depth``.
    """

    inputs: list[tuple[str, Place, Mark]] = field(repr=False)
    outputs: dict[str, list[Mark]] = field(repr=False)
    products: int
    relinearisations: int
    depth: int

    @classmethod
    def of(cls, program: Program, rules: Rules) -> "Needs":
        """Run a program on marks.

        Raises:
            ValueError: If the context lacks its depth, with what to change.
        """
        inputs: list[tuple[str, Place, Mark]] = []

        def ask(name: str, place: Place, mark: Mark) -> Cipher:
            inputs.append((name, place, mark))
            return Cipher(0, mark)

        cloud = Symbolic(rules)
        outputs = program(cloud, ask)
        marks = {name: [c.mark for c in some] for name, some in outputs.items()}
        counts = cloud.counts
        return cls(
            inputs,
            marks,
            counts["products"],
            counts["relinearisations"],
            counts["depth"],
        )


class Client:
    """Owns the numbers and the keys.

    Args:
        end: Its end of a channel to the cloud.
        contexts: One for each plaintext prime.
        program: Public.

    Raises:
        ValueError: If a context lacks the program's depth.
    """

    def __init__(
        self, end: Endpoint, contexts: Sequence[Any], program: Program
    ) -> None:
        self._end, self._contexts = end, contexts
        self._needs = [Needs.of(program, c.rules) for c in contexts]
        self._keys = [c.keys() for c in contexts]
        self._samples = 0

    def send(self, numbers: Mapping[str, np.ndarray], samples: int) -> None:
        """Send keys, and all that is asked for, encrypted.

        Args:
            numbers: Integers by name, dtype object; at each place one number for all
                slots, or on a last axis one for each sample.
            samples: How many slots count.

        Raises:
            ValueError: If there are more samples than slots.
        """
        n = min(c.rules.n for c in self._contexts)
        between(1, n, samples=samples)
        self._samples = samples
        self._end.send("keys", [keys.public for keys in self._keys])

        def slots(value: Any) -> np.ndarray:
            return value if np.ndim(value) else np.full(n, value, object)

        for keys, needs in zip(self._keys, self._needs, strict=True):
            sent = [
                keys.encrypt(slots(numbers[name][place]), mark)
                for name, place, mark in needs.inputs
            ]
            self._end.send("inputs", sent)

    def receive(self) -> dict[str, np.ndarray]:
        """Return the program's outputs, exact integers (ciphertexts, samples).

        They are right if each is below half the product of the plaintext primes.
        """
        found: dict[str, list[list[np.ndarray]]] = {}
        for keys, needs in zip(self._keys, self._needs, strict=True):
            sent = self._end.receive("outputs")
            for name, marks in needs.outputs.items():
                pairs = zip(sent[name], marks, strict=True)
                rows = [keys.decrypt(c, mark)[: self._samples] for c, mark in pairs]
                found.setdefault(name, []).append(rows)
        moduli = [c.rules.t for c in self._contexts]
        return {name: join(np.array(rows), moduli) for name, rows in found.items()}


class Cloud:
    """Runs the program; holds no secret key."""

    def __init__(
        self, end: Endpoint, contexts: Sequence[Any], program: Program
    ) -> None:
        self._end, self._contexts, self._program = end, contexts, program

    def compute(self) -> None:
        """Receive keys and inputs, and send what the program returns.

        Raises:
            ValueError: If there are not as many inputs as the program asks for.
        """
        pairs = zip(self._contexts, self._end.receive("keys"), strict=True)
        for cloud in [context.cloud(keys) for context, keys in pairs]:
            sent = self._end.receive("inputs")
            wanted = len(Needs.of(self._program, cloud.rules).inputs)
            if len(sent) != wanted:
                raise ValueError(f"inputs must be {wanted}, got {len(sent)}")
            waiting = iter(sent)
            outputs = self._program(
                cloud,
                lambda name, place, mark, w=waiting, c=cloud: c.cipher(next(w), mark),
            )
            parts = {k: [cloud.parts(c) for c in v] for k, v in outputs.items()}
            self._end.send("outputs", parts)


def run(
    channel: Channel,
    contexts: Sequence[Any],
    program: Program,
    numbers: Mapping[str, np.ndarray],
    samples: int,
) -> dict[str, np.ndarray]:
    """Run a program over ``channel``; return the client's exact integers."""
    client_end, cloud_end = channel.ends
    client = Client(client_end, contexts, program)
    cloud = Cloud(cloud_end, contexts, program)
    client.send(numbers, samples)
    cloud.compute()
    return client.receive()
