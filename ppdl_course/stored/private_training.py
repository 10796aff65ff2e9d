"""Private training runs, computed beforehand so that a slider answers at once.

One hidden layer of ReLUs learns the law cases and the digits by DP-SGD, for each noise
multiplier, clipping norm, expected batch size and number of epochs, from three seeds.
``python -m ppdl_course.stored.private_training`` computes them again
and writes ``private_training.json`` beside this module; a test computes some of them
and compares.

The learning rate is one for all. Accuracies over seeds are what an experimenter sees;
choosing the best of them by looking at the test cases is not private (see dp_sgd).
"""

from dataclasses import dataclass

import numpy as np

from ppdl_course.data import load_digits_split, load_law_cases
from ppdl_course.dp.training.dp_sgd import train_private
from ppdl_course.nn import Network, accuracy
from ppdl_course.stored.files import read_json, write_json

TASKS = ("law cases", "digits")
NOISE = (0.5, 0.7, 1.0, 1.5, 2.5, 4.0, 8.0)
CLIPS = (0.1, 0.3, 1.0, 3.0, 10.0)
BATCHES = (32, 128, 512)
EPOCHS = (1, 3, 10, 30)
SEEDS = (1, 2, 3)
HIDDEN, RATE, DELTA = 16, 1.0, 1e-5
FILES = ("private_training.json",)

Key = tuple[str, float, float, int, int]


@dataclass(frozen=True)
class PrivateRuns:
    """Test accuracies by task, noise multiplier, clipping norm, batch size and epochs.

    Attributes:
        table: (task, noise, clip, batch, epochs) -> one accuracy for each seed.
        records: Task -> number of training records.
    """

    table: dict[Key, tuple[float, ...]]
    records: dict[str, int]

    def accuracies(
        self, task: str, noise: float, clip: float, batch: int, epochs: int
    ) -> tuple[float, ...]:
        """Return one setting's accuracies, or raise ValueError if it was not run."""
        key = (task, noise, clip, batch, epochs)
        if key not in self.table:
            raise ValueError(f"task, noise, clip, batch, epochs were not run: {key}")
        return self.table[key]

    def steps(self, task: str, batch: int, epochs: int) -> int:
        """Return how many steps an expected batch and so many epochs are."""
        return round(epochs * self.records[task] / batch)


def load_task(task: str):
    """Return the data of one of ``TASKS``."""
    if task not in TASKS:
        raise ValueError(f"task must be one of {TASKS}, got {task!r}")
    return load_law_cases() if task == "law cases" else load_digits_split()


def compute(
    data, noise: float, clip: float, batch: int, seed: int
) -> tuple[float, ...]:
    """Train one setting and return its test accuracy after each of ``EPOCHS``."""
    rng = np.random.default_rng(seed)
    x, y = data.X_train, data.y_train
    network = Network([x.shape[1], HIDDEN, int(y.max()) + 1], "relu", rng=rng)
    accuracies, done = [], 0  # one run passes through all numbers of epochs
    for epochs in EPOCHS:
        steps = round(epochs * len(x) / batch)
        train_private(
            network, x, y, rate=RATE, steps=steps - done, sample_rate=batch / len(x),
            noise_multiplier=noise, max_grad_norm=clip, rng=rng,
        )  # fmt: skip
        done = steps
        accuracies.append(round(accuracy(network, data.X_test, data.y_test), 4))
    return tuple(accuracies)


def load_private_runs() -> PrivateRuns:
    """Return the stored runs."""
    stored = read_json(*FILES)
    table: dict[Key, tuple[float, ...]] = {}
    for task, noise, clip, batch, by_seed in stored["runs"]:
        for i, epochs in enumerate(EPOCHS):
            table[task, noise, clip, batch, epochs] = tuple(run[i] for run in by_seed)
    return PrivateRuns(table, stored["records"])


def make() -> None:
    """Train every setting and store the accuracies."""
    rows, records = [], {}
    for task in TASKS:
        data = load_task(task)
        records[task] = len(data.X_train)
        for noise in NOISE:
            for clip in CLIPS:
                for batch in BATCHES:
                    runs = [compute(data, noise, clip, batch, s) for s in SEEDS]
                    rows.append([task, noise, clip, batch, runs])
            print(f"{task}: noise {noise:g} done", flush=True)
    write_json(*FILES, {"records": records, "runs": rows})


if __name__ == "__main__":
    make()
