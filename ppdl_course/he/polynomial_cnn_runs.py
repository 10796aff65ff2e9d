"""The stored runs of ``polynomial_cnn``, read without torch."""

import json
from dataclasses import dataclass
from pathlib import Path

PATH = Path(__file__).with_name("polynomial_cnn.json")
DEGREES, BOUNDS, SEEDS = (2, 4, 6), (3.0, 5.0, 8.0), tuple(range(6))
TRAINED_BOUND = 5.0


@dataclass(frozen=True)
class Run:
    """One setting's test accuracy, a value a seed.

    Attributes:
        way: "trained" or "swapped".
        method: One of ``polynomials.METHODS``, or "relu".
        degree: Of the polynomial; 0 for ReLU.
        bound: Of its interval; 0 for ReLU.
        accuracies: In the order of ``SEEDS``.
    """

    way: str
    method: str
    degree: int
    bound: float
    accuracies: tuple[float, ...]

    @property
    def mean(self) -> float:
        """Return the mean over the seeds."""
        return sum(self.accuracies) / len(self.accuracies)


def load_runs() -> list[Run]:
    """Return the stored runs."""
    rows = json.loads(PATH.read_text(encoding="utf-8"))
    return [Run(**row | {"accuracies": tuple(row["accuracies"])}) for row in rows]


def find(runs: list[Run], way: str, method: str, degree: int, bound: float) -> Run:
    """Return one run, or raise ValueError if it was not made."""
    for run in runs:
        if (run.way, run.method, run.degree, run.bound) == (way, method, degree, bound):
            return run
    raise ValueError(
        f"degree must be in {DEGREES} and bound in {BOUNDS} (trained: "
        f"{TRAINED_BOUND}), got {way} {method} {degree} {bound}"
    )
