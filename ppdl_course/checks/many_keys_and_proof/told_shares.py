"""What clients told a server of other clients' secrets: shares, for a check.

A secret is the value at 0 of a polynomial modulo p; client number x holds its value at
x (A. Shamir, "How to Share a Secret", Communications of the ACM 22, 1979).
"""

from collections.abc import Callable, Iterable

import numpy as np

from ppdl_course.checks.many_keys_and_proof.toy_keys import number_below

KINDS = ("seed", "key")
PRIME = 2**127 - 1

Told = dict[str, dict[str, list[tuple[int, int]]]]
Leak = dict[str, tuple[int, int]]


def value_at(points: Iterable[tuple[int, int]], at: int, p: int) -> int:
    """Return the value at ``at`` of the polynomial through some points, modulo p."""
    points, total = list(points), 0
    for x, y in points:
        top = bottom = 1
        for other, _ in points:
            if other != x:
                top, bottom = top * (at - other) % p, bottom * (x - other) % p
        total += y * top * pow(bottom, -1, p)
    return total % p


class Answers:
    """What clients told a server: some shares of some secrets, in any order.

    Args:
        t: Shares that rebuild a secret.
        given: Client -> shares of its seed that were answered, and of its key.
        p: The modulus.
        rng: Draws secrets, polynomials, who answers, and the order.
        again: How often a share comes twice in those of each secret.
    """

    def __init__(
        self,
        t: int,
        given: dict[str, tuple[int, int]],
        p: int,
        rng: np.random.Generator,
        again: int = 0,
    ) -> None:
        self.t, self.p, self.given = t, p, given
        self.secrets: Leak = {}
        self.rows: Told = {}
        for client, counts in given.items():
            both = []
            self.rows[client] = {}
            for kind, count in zip(KINDS, counts, strict=True):
                line = [number_below(p, rng) for _ in range(t)]
                both.append(line[0])
                holders = [1 + int(x) for x in rng.permutation(10)[:count]]
                told = [
                    (x, sum(c * x**k for k, c in enumerate(line)) % p)
                    for x in [*holders, *holders[: min(again, count)]]
                ]
                order = rng.permutation(len(told))
                self.rows[client][kind] = [told[int(k)] for k in order]
            self.secrets[client] = both[0], both[1]

    def points(self, client: str, kind: str) -> dict[int, int]:
        """Return the shares of one secret, in the order they came."""
        return dict(self.rows[client][kind])

    def leak(self, enough: Callable[[int, int], bool]) -> list[str]:
        """Return the clients whose counts of shares are enough, in order."""
        return sorted(
            client
            for client in self.given
            if enough(*(len(self.points(client, kind)) for kind in KINDS))
        )

    def values(self, clients: list[str], at: int = 0) -> Leak:
        """Return what interpolation at some point gives for these clients."""
        found = {}
        for client in clients:
            seed, key = (
                value_at(self.points(client, kind).items(), at, self.p)
                for kind in KINDS
            )
            found[client] = seed, key
        return found
