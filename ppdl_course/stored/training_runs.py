"""Training runs computed beforehand, so that a slider over them answers at once.

One hidden layer of ReLUs learns the law cases by plain SGD, for each learning rate and
each width, from one seed. ``python -m ppdl_course.stored.training_runs`` computes them
again (well under a minute) and writes ``training_runs.json`` beside this module; a test
computes some of them and compares.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ppdl_course.data import load_law_cases
from ppdl_course.law.records import LawCases
from ppdl_course.nn.network import Network
from ppdl_course.nn.training import accuracy, train

RATES = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0)
WIDTHS = (1, 2, 4, 8, 16, 32, 64)
EPOCHS, BATCH_SIZE, SEED = 40, 32, 1
PATH = Path(__file__).with_name("training_runs.json")


@dataclass(frozen=True)
class Run:
    """What one setting gave.

    Attributes:
        train_loss: Mean training loss of each epoch, in nats.
        test_accuracy: After the last epoch.
    """

    train_loss: tuple[float, ...]
    test_accuracy: float


@dataclass(frozen=True)
class Runs:
    """All runs by learning rate and width."""

    rates: tuple[float, ...]
    widths: tuple[int, ...]
    table: dict[tuple[float, int], Run]

    def run(self, rate: float, width: int) -> Run:
        """Return one run, or raise ValueError if it was not computed."""
        if (rate, width) not in self.table:
            raise ValueError(
                f"rate, width must be in {self.rates} and {self.widths}, "
                f"got {rate} and {width}"
            )
        return self.table[rate, width]


def compute(cases: LawCases, rate: float, width: int) -> Run:
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
    right = accuracy(network, cases.X_test, cases.y_test)
    return Run(tuple(history.train_loss), right)


def load_runs() -> Runs:
    """Return the stored runs."""
    stored = json.loads(PATH.read_text(encoding="utf-8"))
    table = {
        (row["rate"], row["width"]): Run(tuple(row["train_loss"]), row["test_accuracy"])
        for row in stored
    }
    return Runs(RATES, WIDTHS, table)


def _write() -> None:
    cases = load_law_cases()
    rows = []
    for rate in RATES:
        for width in WIDTHS:
            run = compute(cases, rate, width)
            rows.append(
                {
                    "rate": rate,
                    "width": width,
                    "train_loss": [float(f"{loss:.5g}") for loss in run.train_loss],
                    "test_accuracy": round(run.test_accuracy, 6),
                }
            )
            print(f"rate {rate:g}, width {width}: {run.test_accuracy:.3f}")
    text = "[\n" + ",\n".join(json.dumps(row) for row in rows) + "\n]\n"
    PATH.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    _write()
