"""Adaptive Laplace noise on sheets of four sizes, run by run, so that a slider answers.

Digits lie in the middle of sheets of specks (``adaptive_laplace.cluttered_sheets``); a
sheet of 8 by 8 pixels is the bare digit. For each size and epsilon: equal noise, and
noise by relevance with several shares of the budget spent on the relevances.
``python -m ppdl_course.stored.private_models`` runs all again from their seeds
and writes ``private_models.json`` beside this module; a test runs some of them
and compares.
"""

import numpy as np

from ppdl_course.data import load_digits_split
from ppdl_course.dp.training.adaptive_laplace import cluttered_sheets, train_adaptively
from ppdl_course.nn import Network, train
from ppdl_course.stored.files import read_json, write_json

SIDES = (8, 10, 12, 14)
EPSILONS = (1, 2, 4, 8, 16)
SHARES = (0.05, 0.1, 0.2, 0.4)
EQUAL = 0.0
"""Stands for equal noise, which spends nothing on relevances."""
SEEDS = (1, 2, 3, 4, 5)
PUBLIC = 150
"""So many sheets are public: the explainer learns from them."""
FILES = ("private_models.json",)

Runs = dict[tuple[int, float, float], tuple[float, ...]]


class Sheets:
    """Private and test sheets of one size, and a network trained on the public ones.

    Args:
        side: Of a sheet, in pixels, >= 8.
    """

    def __init__(self, side: int) -> None:
        digits, rng = load_digits_split(), np.random.default_rng(side)
        learn, self.test = (
            cluttered_sheets(images, side=side, rng=rng)
            for images in (digits.X_train, digits.X_test)
        )
        self.x, self.y = learn[PUBLIC:], digits.y_train[PUBLIC:]
        self.test_y = digits.y_test
        self.explainer = Network([side * side, 32, 10], "relu", rng=rng)
        train(
            self.explainer,
            learn[:PUBLIC],
            digits.y_train[:PUBLIC],
            rate=0.05,
            epochs=60,
            batch_size=8,
            rng=rng,
        )

    def accuracy(self, epsilon: float, share: float, seed: int) -> float:
        """Train one private layer; return its test accuracy to four places."""
        W, _ = train_adaptively(
            self.explainer,
            self.x,
            self.y,
            epsilon=epsilon,
            adaptive=share != EQUAL,
            share=share or 0.1,
            rng=np.random.default_rng(seed),
        )
        right = (self.test @ W.T).argmax(axis=1) == self.test_y
        return round(float(right.mean()), 4)


def load_noise_runs() -> Runs:
    """Return (side, epsilon, share) -> an accuracy a seed; share 0 is equal noise."""
    rows = read_json(*FILES)
    return {(side, epsilon, share): tuple(runs) for side, epsilon, share, runs in rows}


def make() -> None:
    """Train every setting and store the accuracies."""
    rows = []
    for side in SIDES:
        sheets = Sheets(side)
        for epsilon in EPSILONS:
            for share in (EQUAL, *SHARES):
                runs = [sheets.accuracy(epsilon, share, seed) for seed in SEEDS]
                rows.append([side, epsilon, share, runs])
        print(f"{side} by {side} pixels done", flush=True)
    write_json(*FILES, rows)


if __name__ == "__main__":
    make()
