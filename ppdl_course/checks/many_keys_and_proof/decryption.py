"""Check of chapter 13: BCP decryption by the owner's key, and by the master's."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from ppdl_course.checks.fresh_inputs import drawn_inputs
from ppdl_course.checks.many_keys_and_proof.toy_keys import (
    ToyKey,
    number_below,
    toy_key,
)
from ppdl_course.checks.many_keys_and_proof.whole_numbers import require_right, whole


class Case(NamedTuple):
    """A ciphertext with all that is known of it."""

    key: ToyKey
    m: int
    r: int
    A: int
    B: int

    @property
    def square(self) -> int:
        """The modulus N^2."""
        return self.key.N**2

    def read(self, x: int) -> int:
        """Return L(x), with // where x is not 1 modulo N."""
        return (x % self.square - 1) // self.key.N

    def by_master(self, x: int) -> int:
        """Return L(x^lam)."""
        return self.read(pow(x, self.key.lam, self.square))

    @property
    def k(self) -> int:
        """L(g^lam)."""
        return self.by_master(self.key.g)


def check_bcp_decrypt(
    bcp_decrypt: Callable[..., Any], *, seed: int | None = None
) -> None:
    """Check both decryptions, for messages at both ends of their range.

    Keys of 240 bits and of a few; r = 0, short and long; an owner's key is above N, as
    it nearly always is.
    """
    with drawn_inputs(seed) as rng:
        cases = _cases(rng)
        for name, mistakes in (("a", _OWNERS), ("lam", _MASTERS)):
            got = [_result(bcp_decrypt, case, name) for case in cases]
            wrong = {
                message: [_tried(slip, case) for case in cases]
                for message, slip in mistakes.items()
            }
            require_right(
                got,
                [case.m for case in cases],
                wrong,
                lambda k, got=got: _otherwise(cases[k], got[k]),
                f"with {name}: ",
            )


def _cases(rng: np.random.Generator) -> list[Case]:
    cases = []
    for small in (False, False, True):
        key = toy_key(rng, small=small)
        N = key.N
        for m in (number_below(N, rng), number_below(N, rng), 1, N - 1, 0):
            r = number_below(N * N // 2, rng)
            cases.append(Case(key, m, r, *key.encrypt(m, r)))
        for r in (0, 1 + number_below(50, rng)):
            m = number_below(N, rng)
            cases.append(Case(key, m, r, *key.encrypt(m, r)))
    return cases


def _result(bcp_decrypt: Callable[..., Any], case: Case, name: str) -> int:
    key = case.key
    secret = {name: getattr(key, name)}
    got = bcp_decrypt(case.A, case.B, key.N, key.g, key.h, **secret)
    return whole(got, f"with {name}: the message")


def _tried(slip: Callable[[Case], int], case: Case) -> int | None:
    try:
        return slip(case)
    except ValueError:  # no inverse: in a toy key this can happen
        return None


def _otherwise(case: Case, got: int) -> str:
    if got % case.key.N == case.m:
        return f"a message lies in 0..N-1, got {got}: reduce it modulo N."
    return (
        f"(A, B) holds {case.m}, and {got} is returned (N = {case.key.N}, g = "
        f"{case.key.g}, h = {case.key.h}, A = {case.A}, B = {case.B}). Which power of "
        "g is in A, and what is left of B without that of h?"
    )


_OWNERS: dict[str, Callable[[Case], int]] = {
    "each message comes out as 0. Modulo N everything here is 1: the powers and the "
    "quotient are taken modulo N^2.": lambda c: 0,
    "A^a is multiplied to B: divide by it, with its inverse modulo N^2.": (
        lambda c: c.read(c.B * pow(c.A, c.key.a, c.square))
    ),
    "what is returned is 1 + mN: take 1 off and divide by N.": (
        lambda c: 1 + c.m * c.key.N
    ),
    "what is returned is mN: divide by N.": lambda c: c.m * c.key.N,
    "1 is left on it: subtract 1 before you divide by N.": lambda c: c.m + 1,
    "what is returned is (1 + mN) modulo N, and so always 1.": lambda c: 1,
    "A and B are exchanged: the message is in B.": (
        lambda c: c.read(c.A * pow(c.B, -c.key.a, c.square))
    ),
    "you divide by h^a: h^r is in B, and that is A^a.": (
        lambda c: c.read(c.B * pow(c.key.h, -c.key.a, c.square))
    ),
    "you divide by g^a: h^r is in B, and that is A^a.": (
        lambda c: c.read(c.B * pow(c.key.g, -c.key.a, c.square))
    ),
    "you divide by A and not by A^a.": lambda c: c.read(c.B * pow(c.A, -1, c.square)),
    "a is reduced modulo N: an owner's key is larger, up to N^2 / 2.": (
        lambda c: c.read(c.B * pow(c.A, -(c.key.a % c.key.N), c.square))
    ),
    "(B - A^a) / N is a difference: divide B by A^a modulo N^2.": (
        lambda c: (c.B - pow(c.A, c.key.a, c.square)) % c.square // c.key.N
    ),
    "A^a is divided out of B by //: divide with its inverse modulo N^2.": (
        lambda c: (c.B // pow(c.A, c.key.a, c.square) - 1) // c.key.N
    ),
}


def _masters(c: Case) -> tuple[int, int, int, int]:
    """Return L(B^lam), L(h^lam), L(A^lam) and the inverse of lam modulo N."""
    B, h, A = c.by_master(c.B), c.by_master(c.key.h), c.by_master(c.A)
    return B, h, A, pow(c.key.lam, -1, c.key.N)


def _formula(
    name: Callable[[int, int, int, int, int, int], int],
) -> Callable[[Case], int]:
    """Return a slip from a formula in L(B^lam), L(h^lam), L(A^lam), k, 1/lam and N."""

    def slip(c: Case) -> int:
        B, h, A, inverse = _masters(c)
        return name(B, h, A, c.k, inverse, c.key.N) % c.key.N

    return slip


_MASTERS: dict[str, Callable[[Case], int]] = {
    "each message comes out as 0: take the powers modulo N^2, modulo N they are 1.": (
        lambda c: 0
    ),
    "L(B^lam) / lam is Paillier's decryption. Here h^r leaves a k r in it as well: "
    "take it off first.": _formula(lambda B, h, A, k, inverse, N: B * inverse),
    "the product of the two logarithms holds k twice: divide by k once more.": _formula(
        lambda B, h, A, k, inverse, N: (B - h * A) * inverse
    ),
    "the product of the two logarithms lacks a factor k: L(h^r) is k a r.": _formula(
        lambda B, h, A, k, inverse, N: (B - h * A * pow(k, -2, N)) * inverse
    ),
    "m lam is returned: divide by lam, with its inverse modulo N.": _formula(
        lambda B, h, A, k, inverse, N: B - h * A * pow(k, -1, N)
    ),
    "it is multiplied by lam: multiply by its inverse modulo N.": _formula(
        lambda B, h, A, k, inverse, N: (B - h * A * pow(k, -1, N)) * pow(inverse, -1, N)
    ),
    "k a r is added: it is in L(B^lam) already, so take it off.": _formula(
        lambda B, h, A, k, inverse, N: (B + h * A * pow(k, -1, N)) * inverse
    ),
    "only L(h^lam) = k a is taken off, and r is left out.": _formula(
        lambda B, h, A, k, inverse, N: (B - h) * inverse
    ),
    "only L(A^lam) = k r is taken off, and a is left out.": _formula(
        lambda B, h, A, k, inverse, N: (B - A) * inverse
    ),
    "the sign of the message is turned.": lambda c: -c.m % c.key.N,
    "it decrypts with a modulo N, but a itself is larger: A^a needs all of it. The "
    "master gets a and r modulo N only, and must take B to the power lam.": (
        lambda c: c.read(c.B * pow(c.A, -(c.key.a % c.key.N), c.square))
    ),
    "L(B^lam) is returned as it is.": lambda c: c.by_master(c.B),
    "k is divided by with //: divide with its inverse modulo N.": lambda c: (
        (_masters(c)[0] - _masters(c)[1] * _masters(c)[2] // c.k)
        * _masters(c)[3]
        % c.key.N
    ),
    "lam is divided by with //: divide with its inverse modulo N.": lambda c: (
        (_masters(c)[0] - _masters(c)[1] * _masters(c)[2] * pow(c.k, -1, c.key.N))
        % c.key.N
        // c.key.lam
    ),
    "neither k nor lam is divided out: L(h^lam) L(A^lam) holds k twice, L(B^lam) holds "
    "m lam.": _formula(lambda B, h, A, k, inverse, N: B - h * A),
}
