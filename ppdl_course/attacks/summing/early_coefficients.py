r"""Why the coefficients of a check are drawn after the sum: a server that knows them.

The check of ``federated/verifiable`` compares one number, <r, W>. Whoever knows r
before answering W looks for a short D with <r, D> = 0 and answers W + D: nobody
notices. Such a D is a short vector of the lattice spanned by the rows

    ( unit vector i | 2^200 r_i )

With five coordinates and r of 128 bits there is one of about 2^(128 / 4) = 2^32, and
LLL finds it at once. Other coordinates stay as they are.

Source: A. K. Lenstra, H. W. Lenstra, L. Lovász, "Factoring Polynomials with Rational
Coefficients", Mathematische Annalen 261, 1982.
"""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from ppdl_course.federated.verifiable.combination import combination

COORDINATES = 5
_WEIGHT = 2**200  # a combination that is not zero makes a vector long
_DELTA = Fraction(3, 4)


def forged(total: np.ndarray, r: np.ndarray) -> np.ndarray:
    """Return another sum of the same combination, int64 of shape (d,).

    It differs in the first ``COORDINATES`` coordinates.

    Args:
        total: The sum, int64 of shape (d,), d at least ``COORDINATES``.
        r: The coefficients, see ``combination.coefficients``.

    Raises:
        ValueError: If there are fewer coordinates, or the sum leaves no room for D.
    """
    if len(total) < COORDINATES:
        raise ValueError(f"total must have {COORDINATES} entries, got {len(total)}")
    combination(r, total)  # looks at shapes and dtypes
    rows = []
    for i in range(COORDINATES):
        value = int.from_bytes(r[i].astype("<u2").tobytes(), "little")
        unit = [int(i == j) for j in range(COORDINATES)]
        rows.append([*unit, _WEIGHT * value])
    difference = next(row[:-1] for row in reduced(rows) if row[-1] == 0)
    moved = [int(w) + d for w, d in zip(total, difference, strict=False)]
    if max(map(abs, moved)) >= 2**63:
        raise ValueError(f"total must leave room for {difference}")
    return np.concatenate([np.array(moved, np.int64), total[COORDINATES:]])


def reduced(basis: Sequence[Sequence[int]]) -> list[list[int]]:
    """Return an LLL-reduced basis of the same lattice, the shortest vectors first.

    Args:
        basis: Linearly independent rows.
    """
    rows = [list(row) for row in basis]
    k = 1
    while k < len(rows):
        for j in range(k - 1, -1, -1):
            _, slopes = _orthogonal(rows)
            times = round(slopes[k][j])
            rows[k] = [a - times * b for a, b in zip(rows[k], rows[j], strict=True)]
        norms, slopes = _orthogonal(rows)
        # Lovasz's condition: else the later row is the shorter one, and goes in front
        if norms[k] >= (_DELTA - slopes[k][k - 1] ** 2) * norms[k - 1]:
            k += 1
        else:
            rows[k - 1], rows[k] = rows[k], rows[k - 1]
            k = max(k - 1, 1)
    return rows


def _orthogonal(
    rows: list[list[int]],
) -> tuple[list[Fraction], list[list[Fraction]]]:
    """Return squared lengths and slopes of Gram and Schmidt, exactly."""
    norms: list[Fraction] = []
    slopes = [[Fraction(0)] * len(rows) for _ in rows]
    for i, row in enumerate(rows):
        dots: list[Fraction] = []  # of this row with each orthogonal vector before it
        for j in range(i + 1):
            dot = Fraction(sum(a * b for a, b in zip(row, rows[j], strict=True)))
            dot -= sum(slopes[j][k] * dots[k] for k in range(j))
            dots.append(dot)
            if j < i:
                slopes[i][j] = dot / norms[j]
        norms.append(dots[i])
    return norms, slopes
