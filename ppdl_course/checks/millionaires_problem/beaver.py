"""Check of chapter 4: an AND gate on shared bits, by a triple of Beaver's."""

from collections.abc import Callable
from itertools import product
from typing import Any

from ppdl_course.checks.millionaires_problem.integers import as_integer, bit_as_int
from ppdl_course.checks.verdict import require

# what each mistake returns, of party, d, e and its shares a, b and c. Here party 0 adds
# d e; the check tries the other party too
_AND_MISTAKES: dict[str, Callable[..., int]] = {
    "c, the party's share of a b, is missing.": (
        lambda party, d, e, a, b, c: d & b ^ e & a ^ (d & e & (1 - party))
    ),
    "the product of two shares of one party is no share of a b: c is.": (
        lambda party, d, e, a, b, c: a & b ^ d & b ^ e & a ^ (d & e & (1 - party))
    ),
    "e a is missing: both mixed terms are needed.": (
        lambda party, d, e, a, b, c: c ^ d & b ^ (d & e & (1 - party))
    ),
    "d b is missing: both mixed terms are needed.": (
        lambda party, d, e, a, b, c: c ^ e & a ^ (d & e & (1 - party))
    ),
    "one party has d b and the other e a: each needs both, with its own a and b.": (
        lambda party, d, e, a, b, c: (
            c ^ (e & a if party else d & b) ^ (d & e & (1 - party))
        )
    ),
    "the terms are joined by or, which keeps 1 for two ones: xor adds modulo 2.": (
        lambda party, d, e, a, b, c: c | d & b | e & a | (d & e & (1 - party))
    ),
    "d belongs to b and e to a, and here they are exchanged. Multiply out.": (
        lambda party, d, e, a, b, c: c ^ d & a ^ e & b ^ (d & e & (1 - party))
    ),
    "the share is d e, which hides nothing: c, d b and e a are missing.": (
        lambda party, d, e, a, b, c: d & e
    ),
    "one party alone has its share of a b: c goes into both.": (
        lambda party, d, e, a, b, c: (
            c * (1 - party) ^ d & b ^ e & a ^ (d & e & (1 - party))
        )
    ),
    "(d xor a)(e xor b) of one's own shares: a product of shares is no share of the "
    "product. Multiply out, and take c for a b.": (
        lambda party, d, e, a, b, c: (d ^ a) & (e ^ b)
    ),
    "(d xor a)(e xor b) of one's own shares holds their product a b, and c stands for "
    "that already. Multiply out, and leave a b away.": (
        lambda party, d, e, a, b, c: (d ^ a) & (e ^ b) ^ c
    ),
    "each party multiplies shares of its own, (d xor a)(e xor b) in one and a b in the "
    "other: the mixed terms are missing. Multiply out, and take c for a b.": (
        lambda party, d, e, a, b, c: a & b ^ c if party else (d ^ a) & (e ^ b)
    ),
    "each party multiplies shares of its own, (d xor a)(e xor b) in one and a b in the "
    "other, and adds c: the mixed terms are missing. Multiply out.": (
        lambda party, d, e, a, b, c: c ^ (a & b if party else (d ^ a) & (e ^ b))
    ),
    "what one party adds is the product d e: yours is the sum d xor e.": (
        lambda party, d, e, a, b, c: c ^ d & b ^ e & a ^ ((d ^ e) & (1 - party))
    ),
    "what one party adds is the product d e: yours is 1 if d or e is.": (
        lambda party, d, e, a, b, c: c ^ d & b ^ e & a ^ ((d | e) & (1 - party))
    ),
    "one party returns d e alone, and the other leaves it out: each has its own c, d b "
    "and e a in its share.": (
        lambda party, d, e, a, b, c: c ^ d & b ^ e & a if party else d & e
    ),
    "in Python + binds tighter than &: put brackets round each product.": (
        lambda party, d, e, a, b, c: ((1 - party) & d & e + d & b + e & a + c) % 2
    ),
    "in Python + binds tighter than &: each product needs brackets of its own.": (
        lambda party, d, e, a, b, c: (c + d & b + e & a + (1 - party) & d & e) % 2
    ),
    "or stands where and belongs: a product of bits is and.": (
        lambda party, d, e, a, b, c: c ^ (d | b) ^ (e | a) ^ ((d | e) & (1 - party))
    ),
    "c alone is a share of a b, not of x y: d b, e a and d e are missing.": (
        lambda party, d, e, a, b, c: c
    ),
    "d and e stand alone: their terms are products, d b and e a.": (
        lambda party, d, e, a, b, c: c ^ d ^ e ^ (d & e & (1 - party))
    ),
    "a b of one's own shares is added to c, which is there for it already.": (
        lambda party, d, e, a, b, c: c ^ a & b ^ d & b ^ e & a ^ (d & e & (1 - party))
    ),
    "one party alone has d b and e a: each needs both, with its own a and b.": (
        lambda party, d, e, a, b, c: c if party else c ^ d & b ^ e & a ^ d & e
    ),
}


def check_and_share(and_share: Callable[..., Any]) -> None:
    """Check the local part of an AND gate, for every input and every triple."""
    wrong: list[tuple[int, ...]] = []
    table: dict[tuple[int, ...], int] = {}
    for x0, x1, y0, y1, a0, a1, b0, b1, c0 in product((0, 1), repeat=9):
        x, y, a, b = x0 ^ x1, y0 ^ y1, a0 ^ a1, b0 ^ b1
        c1, d, e = (a & b) ^ c0, x ^ a, y ^ b
        inputs = ((0, d, e, a0, b0, c0), (1, d, e, a1, b1, c1))
        shares = [
            as_integer(bit_as_int(and_share(*seen)), "a share", below=2**64)
            for seen in inputs
        ]
        table.update(zip(inputs, shares, strict=True))
        require(
            max(shares) <= 1,
            f"a share is {max(shares)}: shares of bits are bits. Add them with xor.",
        )
        if shares[0] ^ shares[1] != x & y:
            wrong.append((d, e))
    require(
        not wrong or set(wrong) != {(1, 1)},
        "wrong exactly where d = e = 1: the term d e belongs in one share, not in both "
        "and not in neither.",
    )
    for message, formula in _AND_MISTAKES.items():
        for turn in (0, 1):
            require(
                not wrong
                or any(
                    formula(party ^ turn, *seen) != got
                    for (party, *seen), got in table.items()
                ),
                message,
            )
    require(
        not wrong,
        f"the shares do not give x and y in {len(wrong)} of 512 cases. Multiply out "
        "(d xor a)(e xor b) and see which party can compute which term.",
    )
