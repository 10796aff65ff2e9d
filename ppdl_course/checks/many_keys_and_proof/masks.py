"""Check of chapter 13: uploads under pairwise masks, which cancel in the sum."""

import hashlib
from collections.abc import Callable
from typing import Any, NamedTuple

from ppdl_course.checks.fresh_inputs import drawn_inputs
from ppdl_course.checks.many_keys_and_proof.toy_keys import number_below
from ppdl_course.checks.many_keys_and_proof.whole_numbers import (
    require_right,
    whole_list,
)
from ppdl_course.checks.verdict import lent, require, require_list_kept

LARGE = 2**252 + 27742317777372353535851937790883648493
"""A prime too large for NumPy's integers, as the order of a group is."""


def stretched(key: bytes, turn: int, count: int, q: int) -> list[int]:
    """Return ``count`` numbers in 0..q-1 that follow from a key and a round."""
    size = q.bit_length() // 8 + 9
    data = hashlib.shake_256(b"%d " % turn + key).digest(size * count)
    return [
        int.from_bytes(data[size * k : size * (k + 1)], "big") % q for k in range(count)
    ]


class Client(NamedTuple):
    """What one client knows in one round, and the mask of each pair."""

    i: int
    x: list[int]
    keys: dict[int, bytes]
    turn: int
    q: int

    def streams(self, turn: int) -> list[tuple[int, list[int]]]:
        """Return (other client, mask of the pair) for each other client."""
        return [
            (j, stretched(key, turn, len(self.x), self.q))
            for j, key in self.keys.items()
        ]

    def upload(
        self, weight: Callable[[int, int], int], turn: int = 0, sign: int = 1
    ) -> list[int]:
        """Return x plus the masks, each times ``weight(i, j)``; ``turn`` is added."""
        total = [sign * value for value in self.x]
        for j, mask in self.streams(self.turn + turn):
            total = [
                value + weight(self.i, j) * m
                for value, m in zip(total, mask, strict=True)
            ]
        return [value % self.q for value in total]


def check_masked_upload(
    masked_upload: Callable[..., Any], *, clients: int = 4, seed: int | None = None
) -> None:
    """Check each client's upload, their sum, and the mask of another round.

    Numbers of clients with gaps and in any order, signed values, one value and none,
    moduli of 8, 61 and 253 bits.
    """
    with drawn_inputs(seed) as rng:
        cases: list[Client] = []
        for count, q in ((5, LARGE), (3, 2**61 - 1), (1, 251), (0, 251), (6, 251)):
            n = clients if count != 1 else 2
            # 9 and 10: as words they stand in the other order
            others = [i for i in rng.permutation(40).tolist() if i not in (9, 10)]
            names = [10, 9, *others][:n]
            turn = int(rng.integers(1, 1000))
            pair = {
                (min(i, j), max(i, j)): rng.bytes(16)
                for i in names
                for j in names
                if i != j
            }
            for i in names:
                keys = {j: pair[min(i, j), max(i, j)] for j in names if j != i}
                x = [number_below(q, rng) - q // 2 for _ in range(count)]
                cases.append(Client(i, x, keys, turn, q))
        got = [_uploaded(masked_upload, client) for client in cases]
    right = [client.upload(_right) for client in cases]
    mistakes = {
        message: [slip(client) for client in cases]
        for message, slip in (_USUAL.items() if got != right else ())
    }
    require_right(
        got, right, mistakes, lambda k: _otherwise(cases[k], got[k], right[k])
    )


def _right(i: int, j: int) -> int:
    return 1 if j > i else -1


def _uploaded(masked_upload: Callable[..., Any], client: Client) -> list[int]:
    x, keys = lent(client.x, client.keys)

    def stream(key: bytes, turn: int, count: int) -> list[int]:
        require(
            isinstance(key, bytes),
            f"stream needs a key of two clients, got {type(key).__name__}: keys[j].",
        )
        return stretched(key, int(turn), int(count), client.q)

    found = masked_upload(client.i, x, keys, client.turn, stream, client.q)
    require_list_kept(client.x, list(x), "x")
    require(keys == client.keys, "your function changes keys, its argument.")
    return whole_list(found, len(client.x), "the upload")


def _otherwise(client: Client, got: list[int], right: list[int]) -> str:
    if [value % client.q for value in got] == right:
        return (
            f"a number of the upload is not in 0..q-1 (q = {client.q}): how far it "
            "lies outside tells the server about x. Reduce modulo q."
        )
    wrong = [
        k for k, pair in enumerate(zip(got, right, strict=True)) if len(set(pair)) > 1
    ]
    return (
        f"client {client.i}, whose partners are {sorted(client.keys)}: number "
        f"{wrong[0]} of the upload is not x plus the masks of larger partners minus "
        "those of smaller ones, modulo q."
    )


_USUAL: dict[str, Callable[[Client], list[int]]] = {
    "numbers of clients are compared as words, where 10 comes before 9.": lambda c: (
        c.upload(lambda i, j: 1 if str(i) < str(j) else -1)
    ),
    "the uploads are the bare x: nothing is masked.": lambda c: c.upload(
        lambda i, j: 0
    ),
    "every mask is added, so none cancels: of each pair one client must subtract.": (
        lambda c: c.upload(lambda i, j: 1)
    ),
    "every mask is subtracted, so none cancels: of each pair one client must add.": (
        lambda c: c.upload(lambda i, j: -1)
    ),
    "the signs are turned round: who has the smaller number of a pair adds. Masks "
    "cancel only if all clients do it the same way.": (
        lambda c: c.upload(lambda i, j: -_right(i, j))
    ),
    "only masks of larger partners are used, those of smaller ones are left out.": (
        lambda c: c.upload(lambda i, j: int(j > i))
    ),
    "only masks of smaller partners are used, those of larger ones are left out.": (
        lambda c: c.upload(lambda i, j: -int(j < i))
    ),
    "the masks are those of another round: give turn to stream.": (
        lambda c: c.upload(_right, turn=-c.turn)
    ),
    "the masks are those of round 1, always: masks that come again show the server the "
    "difference of two uploads. Give turn to stream.": (
        lambda c: c.upload(_right, turn=1 - c.turn)
    ),
    "the masks are those of the next round.": lambda c: c.upload(_right, turn=1),
    "the masks are those of the round before.": lambda c: c.upload(_right, turn=-1),
    "x is missing: these are the masks alone.": lambda c: c.upload(_right, sign=0),
    "x is subtracted.": lambda c: c.upload(_right, sign=-1),
    "the values of x have lost their signs.": lambda c: c._replace(
        x=[abs(v) for v in c.x]
    ).upload(_right),
    "one number of each mask serves all values: their differences are open.": (
        lambda c: _one_number(c)
    ),
    "only one partner's mask is used: with it, that partner reads x.": (
        lambda c: _some_partners(c, slice(0, 1))
    ),
    "the last partner's mask alone is used: is it added up in the loop?": (
        lambda c: _some_partners(c, slice(-1, None))
    ),
    "x is added once for each partner.": lambda c: [
        (value + (len(c.keys) - 1) * x) % c.q
        for value, x in zip(c.upload(_right), c.x, strict=True)
    ],
    "the masks are XORed on, but they cancel in a sum.": lambda c: _by_xor(c),
}


def _one_number(c: Client) -> list[int]:
    total = sum(
        _right(c.i, j) * stretched(key, c.turn, 1, c.q)[0] for j, key in c.keys.items()
    )
    return [(x + total) % c.q for x in c.x]


def _some_partners(c: Client, which: slice) -> list[int]:
    return c._replace(keys=dict(list(c.keys.items())[which])).upload(_right)


def _by_xor(c: Client) -> list[int]:
    total = [x % c.q for x in c.x]
    for _, mask in c.streams(c.turn):
        total = [a ^ b for a, b in zip(total, mask, strict=True)]
    return total
