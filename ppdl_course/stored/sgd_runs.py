"""Training runs computed beforehand, so that a slider over them answers at once.

One hidden layer of ReLUs learns the law cases by plain SGD, for each learning rate and
each width, from one seed. ``python -m ppdl_course.stored.sgd_runs`` computes them
again and writes ``sgd_runs.json`` beside this module; a test
computes some of them and compares.
"""

from dataclasses import dataclass

import numpy as np

from ppdl_course.data import load_law_cases
from ppdl_course.law.records import LawCases
from ppdl_course.nn.network import Network
from ppdl_course.nn.training import accuracy, train
from ppdl_course.stored.files import read_json, write_json

RATES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
WIDTHS = (1, 2, 4, 8, 16, 32, 64)
EPOCHS, BATCH_SIZE, SEED = 40, 32, 1
FILES = ("sgd_runs.json",)


@dataclass(frozen=True)
class SgdRun:
    """What one setting gave.

    Attributes:
        train_loss: Mean training loss of each epoch, in nats.
        test_accuracy: After the last epoch.
    """

    train_loss: tuple[float, ...]
    test_accuracy: float


@dataclass(frozen=True)
class SgdRuns:
    """All runs by learning rate and width."""

    rates: tuple[float, ...]
    widths: tuple[int, ...]
    table: dict[tuple[float, int], SgdRun]

    def run(self, rate: float, width: int) -> SgdRun:
        """Return one run, or raise ValueError if it was not computed."""
        if (rate, width) not in self.table:
            raise ValueError(
                f"rate, width must be in {self.rates} and {self.widths}, "
                f"got {rate} and {width}"
            )
        return self.table[rate, width]


def compute(cases: LawCases, rate: float, width: int) -> SgdRun:
    """Train one setting and return what it gave; takes about a third of a second."""
    rng = np.random.default_rng(SEED)
    network = Network([cases.X.shape[1], width, 2], "relu", rng=rng)
    history = train(
        network,
        cases.X_train,
        cases.y_train,
        rate=rate,
        rng=rng,
        epochs=EPOCHS,
        batch_size=BATCH_SIZE,
    )
    test_accuracy = accuracy(network, cases.X_test, cases.y_test)
    return SgdRun(tuple(history.train_loss), test_accuracy)


def load_sgd_runs() -> SgdRuns:
    """Return the stored runs."""
    table = {
        (row["rate"], row["width"]): SgdRun(
            tuple(row["train_loss"]), row["test_accuracy"]
        )
        for row in read_json(*FILES)
    }
    return SgdRuns(RATES, WIDTHS, table)


def make() -> None:
    """Train every setting and store it."""
    cases = load_law_cases()
    rows = []
    for rate in RATES:
        for width in WIDTHS:
            run = compute(cases, rate, width)
            rows.append(
                {
                    "rate": rate,
                    "width": width,
                    # five digits draw any curve, and the file stays small
                    "train_loss": [float(f"{loss:.5g}") for loss in run.train_loss],
                    "test_accuracy": round(run.test_accuracy, 6),
                }
            )
            print(f"rate {rate:g}, width {width}: {run.test_accuracy:.3f}")
    write_json(*FILES, rows)


if __name__ == "__main__":
    make()
