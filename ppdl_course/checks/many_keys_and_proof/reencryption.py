"""Check of chapter 13: the key that lets a proxy change the key of a ciphertext.

The check draws both secret keys and lends encryptions of zero under the second, so it
reads from each pair of the answer what it holds. Polynomials are multiplied by the
slow loop, modulo X^n + 1.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from ppdl_course.checks.fresh_inputs import drawn_inputs
from ppdl_course.checks.many_keys_and_proof.whole_numbers import parts, whole_list
from ppdl_course.checks.verdict import lent, require, require_none

T = 17
"""What the noise of a zero is a multiple of."""
OTHER_BITS = tuple(range(1, 17))
"""Digits that another variant of the exercise may have."""

Poly = list[int]


def product(a: Sequence[int], b: Sequence[int], q: int) -> Poly:
    """Return a b modulo X^n + 1 and q."""
    n = len(a)
    total = [0] * n
    for i, left in enumerate(a):
        for j, right in enumerate(b):
            sign = 1 if i + j < n else -1
            total[(i + j) % n] += sign * left * right
    return [c % q for c in total]


def centred(a: Sequence[int], q: int) -> Poly:
    """Return the coefficients in (-q/2, q/2]."""
    return [(c + q // 2 - 1 + q % 2) % q - (q // 2 - 1 + q % 2) for c in a]


class Zeros:
    """Fresh encryptions of zero under a key, each kept for the check.

    Args:
        s: The second secret key.
        q: The modulus.
        rng: Draws masks and noise.
    """

    def __init__(self, s: Poly, q: int, rng: np.random.Generator) -> None:
        self.s, self.q, self._rng = s, q, rng
        self.made: list[tuple[Poly, Poly]] = []

    def __call__(self) -> tuple[np.ndarray, np.ndarray]:
        """Return (c0, c1), int64 of shape (n,), with c0 + c1 s = t e modulo q."""
        n, q = len(self.s), self.q
        c1 = [int(c) for c in self._rng.integers(0, q, n)]
        e = [T * int(c) for c in self._rng.integers(-2, 3, n)]
        e[0] = T  # no noise at all would look like no encryption
        c0 = [(x - y) % q for x, y in zip(e, product(c1, self.s, q), strict=True)]
        self.made.append((c0, c1))
        return np.array(c0, np.int64), np.array(c1, np.int64)

    def phase(self, pair: tuple[Poly, Poly]) -> Poly:
        """Return c0 + c1 s, centred."""
        inner = product(pair[1], self.s, self.q)
        return centred([x + y for x, y in zip(pair[0], inner, strict=True)], self.q)


def check_reencryption_key(
    reencryption_key: Callable[..., Any], *, digit_bits: int, seed: int | None = None
) -> None:
    """Check the pairs for each digit: what they hold, fresh, and under the second key.

    Two moduli, one of which takes another number of digits, and two degrees.
    """
    with drawn_inputs(seed) as rng:
        for n, q_bits in ((8, 29), (16, 30), (4, 2 * digit_bits + 1), (8, 40)):
            q = int(rng.integers(2 ** (q_bits - 1), 2**q_bits)) | 1
            if q_bits == 2 * digit_bits + 1:  # q - 1 is the first of three digits
                q = 2 ** (2 * digit_bits) + 1
            first, second = ([int(c) for c in rng.integers(-1, 2, n)] for _ in range(2))
            first[:2], second[:2] = [1, -1], [1, 0]
            zeros = Zeros(second, q, rng)
            (s,) = lent(np.array(first, np.int64))
            got = reencryption_key(s, zeros, q)
            _key_is_right(got, first, zeros, digit_bits)


def _key_is_right(got: Any, s: Poly, zeros: Zeros, bits: int) -> None:
    q, n = zeros.q, len(s)
    count = -(-(q - 1).bit_length() // bits)
    pairs = _pairs(got, n, count, bits, q)
    for j, pair in enumerate(pairs):
        require(
            any(pair[1]),
            f"pair {j} is not encrypted: its second part is 0, and its first is open "
            "to everybody. Add the digit's multiple of s to a zero.",
        )
    masks = {tuple(c1) for _, c1 in pairs}
    require(
        len(masks) == len(pairs),
        "one zero serves several pairs: their difference is a multiple of s, open to "
        "the proxy. Call zero() for each pair.",
    )
    held = [zeros.phase(pair) for pair in pairs]
    if _fits(held, [_times(s, 2 ** (bits * j), q) for j in range(len(pairs))], q):
        _require_reduced(pairs, q)
        return
    _name_what_is_held(held, pairs, s, zeros, bits)


def _pairs(got: Any, n: int, count: int, bits: int, q: int) -> list[tuple[Poly, Poly]]:
    require(got is not None, "the key is None: does every path return it?")
    try:
        rows = list(got)
    except TypeError:
        rows = []
    usual = {
        -(-(q - 1).bit_length() // b): b
        for b in OTHER_BITS
        if -(-(q - 1).bit_length() // b) < count
    }
    flat = len(rows) == 2 and all(np.ndim(row) == 1 and len(row) == n for row in rows)
    require(
        not flat,
        "one pair is returned, and not a list of pairs, one for each digit.",
    )
    require(
        len(rows) != 1 or count == 1,
        f"one pair only. A number below q has {count} digits of {bits} bits, and each "
        "digit needs a pair: with one, the noise would grow by the size of q.",
    )
    require(
        len(rows) >= count,
        f"{len(rows)} pairs for a modulus of {q.bit_length()} bits: a number below q "
        f"has {count} digits of {bits} bits."
        + (" Is that another variant's number?" if len(rows) in usual else ""),
    )
    found = []
    for j, row in enumerate(rows):
        first, second = parts(row, 2, f"for each digit a pair (c0, c1), in pair {j}")
        what = f"c0 of pair {j}", f"c1 of pair {j}"
        found.append((whole_list(first, n, what[0]), whole_list(second, n, what[1])))
    return found


def _times(s: Poly, factor: int, q: int) -> Poly:
    return [c * factor % q for c in s]


def _fits(held: list[Poly], expected: list[Poly], q: int) -> bool:
    """Tell whether each phase is what is expected, up to small noise that T divides."""
    for phase, right in zip(held, expected, strict=True):
        gap = centred([x - y for x, y in zip(phase, right, strict=True)], q)
        if any(abs(e) > 4 * T or e % T for e in gap):
            return False
    return True


def _require_reduced(pairs: list[tuple[Poly, Poly]], q: int) -> None:
    out = [c for pair in pairs for part in pair for c in part if not 0 <= c < q]
    require(
        not out,
        f"a coefficient is {out[0] if out else ''}, not reduced modulo q = {q}: where "
        "it leaves 0..q-1, the proxy reads the sign of a coefficient of s.",
    )


def _name_what_is_held(
    held: list[Poly],
    pairs: list[tuple[Poly, Poly]],
    s: Poly,
    zeros: Zeros,
    bits: int,
) -> None:
    q, count = zeros.q, len(held)
    places = range(count)
    usual = {
        "each pair holds s itself: digit j is worth a power of the base.": (
            [1] * count
        ),
        "the powers begin at the base, and the lowest digit is worth 1.": (
            [2 ** (bits * (j + 1)) for j in places]
        ),
        "the highest digit comes first, the pairs begin at the lowest.": (
            [2 ** (bits * (count - 1 - j)) for j in places]
        ),
        "the pairs hold -s times the powers: the sign is turned.": (
            [-(2 ** (bits * j)) for j in places]
        ),
        "the pairs hold nothing but zero: s was not added.": [0] * count,
        "digit j is worth the base to the power j, not j times the base.": (
            [2**bits * j for j in places]
        ),
        "the base is 2^DIGIT_BITS, not DIGIT_BITS.": [bits**j for j in places],
        "s is multiplied by t as well: only noise is.": (
            [T * 2 ** (bits * j) for j in places]
        ),
        **{
            f"the digits have {b} bits and not {bits}: another variant's number?": (
                [2 ** (b * j) for j in places]
            )
            for b in OTHER_BITS
            if b != bits
        },
    }
    require_none(
        message
        for message, factors in usual.items()
        if _fits(held, [_times(s, f, q) for f in factors], q)
    )
    on_mask = [
        (c0, [c - f for c, f in zip(c1, _times(s, 2 ** (bits * j), q), strict=True)])
        for j, (c0, c1) in enumerate(pairs)
    ]
    require(
        not _fits([zeros.phase(pair) for pair in on_mask], [[0] * len(s)] * count, q),
        "s is added to the second part, which the second key multiplies: what is to be "
        "held stands in the first part.",
    )
    j = next(
        j for j in places if not _fits([held[j]], [_times(s, 2 ** (bits * j), q)], q)
    )
    require(
        False,
        f"pair {j} must hold 2^({bits} * {j}) s and a little noise: decrypted under "
        "the second key it holds something else. Is all taken modulo q, in integers "
        "that hold it?",
    )
