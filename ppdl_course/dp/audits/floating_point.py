"""The attack on Laplace noise in floating point: which answers can give this output?

numpy makes Laplace noise from a uniform multiple of 2^-53, u = k / 2^53:

    n = scale * log(u + u)         if u < 1/2        (negative noise)
    n = -scale * log(2 - u - u)    otherwise         (positive noise)

So only some doubles ever occur as noise. The output y = answer + n has gaps too, and
they lie elsewhere for another answer. The attacker takes a guess c, finds the k whose
noise would bring c nearest to y, and tries it and its neighbours: if none gives y *bit
for bit*, the answer was not c. One release often settles it, whatever epsilon says.

Threat model: the attacker sees one full double, and knows scale and the candidates.
Broken: the promise for every release whose noise is computed in floating point. Not
broken: :mod:`ppdl_course.dp.discrete`, where every whole number is reachable from every
answer. The gaps shrink as the answer grows, so the attack is best on small counts.

Source: Mironov, "On Significance of the Least Significant Bits for Differential
Privacy", CCS 2012. Chapter 15.
"""

import math
from collections.abc import Sequence

from ppdl_course.arguments import positive

_GRID = 2**53
_NEAR = range(-4, 5)  # rounding moves the best k by a unit or two


def reachable(output: float, answer: float, *, scale: float) -> bool:
    """Return whether ``answer + rng.laplace(scale=scale)`` can be exactly ``output``.

    Args:
        output: A released double.
        answer: The candidate for the true answer.
        scale: Scale of the noise. > 0.

    Raises:
        ValueError: If scale is not positive and finite.
    """
    positive(scale=scale)
    output, answer = float(output), float(answer)
    noise = output - answer
    tail = math.exp(-abs(noise) / scale) / 2
    # the generator draws u = k / 2^53: invert the distribution to find the likely k
    best = round(_GRID * (tail if noise < 0 else 1 - tail))
    for k in (best + step for step in _NEAR):
        if 0 < k < _GRID and answer + _noise(k / _GRID, scale) == output:
            return True
    return False


def _noise(u: float, scale: float) -> float:
    """The generator's own formula, operation by operation."""
    if u < 0.5:
        return scale * math.log(u + u)
    return -(scale * math.log(2.0 - u - u))


def possible_answers(
    output: float, candidates: Sequence[float], *, scale: float
) -> list[float]:
    """Return the candidates from which ``output`` can have come.

    One survivor means that a single release has given the true answer away.
    """
    return [answer for answer in candidates if reachable(output, answer, scale=scale)]
