r"""Evidence for each usual mistake, draw after draw, until all are ruled out.

For an alternative with density f and the right density f0, the product of f(z) / f0(z)
over the draws is a martingale of mean 1 if the answer is right, whatever was drawn
before. So it ever exceeds 1 / e with probability at most e, however often one looks
(Ville, "Étude critique de la notion de collectif", 1939). A check that looks after each
round may therefore stop as soon as every alternative is ruled out (Wald, "Sequential
tests of statistical hypotheses", Annals of Mathematical Statistics, 1945):

- an alternative accuses when its product exceeds alternatives / ``error``;
- it is ruled out when the product is below 1 - ``POWER``: if the alternative is true,
  this ever happens with probability at most 1 - ``POWER``.

A right answer needs about ln(1 / (1 - POWER)) / KL draws, with KL the divergence from
the nearest alternative: 4,000 draws tell Laplace noise from 95 % of it.
"""

import numpy as np

POWER = 0.99
"""Each alternative is found with this probability, unless the rounds end before."""

PATIENCE = 8
"""Rounds in which an accusation may still find out which of two mistakes it is."""


class Evidence:
    """What the draws so far say for each of several alternatives.

    Args:
        error: Chance that any of them ever accuses a right answer.
    """

    def __init__(self, error: float) -> None:
        self._error = error
        self._logs = np.zeros(0)
        self._accused = 0

    def add(self, gained: list[float]) -> None:
        """Take in a round: log of f(z) / f0(z), summed, for each alternative."""
        self._logs = np.array(gained) + (self._logs if len(self._logs) else 0)
        self._accused += self.accuses

    @property
    def accuses(self) -> bool:
        """Whether an alternative is as good as proved."""
        bar = np.log(max(1, len(self._logs)) / self._error)
        return bool(np.any(self._logs >= bar))

    @property
    def cleared(self) -> bool:
        """Whether each alternative is ruled out."""
        return len(self._logs) > 0 and bool(np.all(self._logs <= np.log(1 - POWER)))

    @property
    def settled(self) -> bool:
        """Whether more draws would not change the verdict, nor tell more of it."""
        if not self.accuses:
            return self.cleared
        return len(self.likely) == 1 or self._accused >= PATIENCE

    @property
    def likely(self) -> list[int]:
        """The alternatives that fit best: none is 20 times likelier than another."""
        order = np.argsort(-self._logs, kind="stable")
        near = self._logs[order] > self._logs.max() - np.log(20)
        return order[near].tolist()
