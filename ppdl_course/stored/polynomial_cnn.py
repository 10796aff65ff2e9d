"""A CNN on the digits with polynomial activations: its test accuracy, run by run.

``python -m ppdl_course.stored.polynomial_cnn`` makes all runs again from their seeds
and writes ``polynomial_cnn.json`` beside this module; a test
computes some of them and compares. Reading them needs no torch.
"""

from dataclasses import dataclass

from ppdl_course.he.polynomials.approximation import METHODS, approximate
from ppdl_course.stored.files import read_json, write_json

FILES = ("polynomial_cnn.json",)
DEGREES, BOUNDS, SEEDS = (2, 4, 6), (3.0, 5.0, 8.0), tuple(range(6))
TRAINED_BOUND = 5.0


@dataclass(frozen=True)
class Run:
    """One setting's test accuracy, a value a seed.

    Attributes:
        way: "trained" or "swapped".
        method: One of ``approximation.METHODS``, or "relu".
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


def load_cnn_runs() -> list[Run]:
    """Return the stored runs."""
    rows = read_json(*FILES)
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


def compute() -> list[Run]:
    """Make all runs."""
    from torch import nn

    from ppdl_course.he.polynomials.cnn import (
        PolynomialActivation,
        accuracy_of,
        swapped,
        train_cnn,
    )

    # trained once with ReLU, then given each polynomial in its place
    models = [train_cnn(nn.ReLU(), seed) for seed in SEEDS]
    runs = [Run("trained", "relu", 0, 0.0, tuple(map(accuracy_of, models)))]
    for method in METHODS:
        for degree in DEGREES:
            for bound in BOUNDS:
                act = PolynomialActivation(approximate("relu", method, degree, bound))
                accuracies = [accuracy_of(swapped(model, act)) for model in models]
                runs.append(Run("swapped", method, degree, bound, tuple(accuracies)))
            bound = TRAINED_BOUND
            act = PolynomialActivation(approximate("relu", method, degree, bound))
            accuracies = [accuracy_of(train_cnn(act, seed)) for seed in SEEDS]
            runs.append(Run("trained", method, degree, bound, tuple(accuracies)))
            print(f"{method} {degree}: {runs[-1].mean:.4f}", flush=True)
    return runs


def make() -> None:
    """Make all runs and store them."""
    rows = [
        vars(run) | {"accuracies": [round(share, 6) for share in run.accuracies]}
        for run in compute()
    ]
    write_json(*FILES, rows)


if __name__ == "__main__":
    make()
