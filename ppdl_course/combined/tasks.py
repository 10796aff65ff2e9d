"""The tasks that protocols are compared on, and the row that each of them fills."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from ppdl_course.data import load_digits_split, load_law_cases
from ppdl_course.he.inference.square_network import Quadratic
from ppdl_course.nn import Network, train


@dataclass(frozen=True, eq=False)
class Task:
    """A data set and the networks trained on it.

    Attributes:
        name: "digits" or "law".
        x: Training inputs, ``(n, d)``.
        y: Their labels.
        x_test: Test inputs.
        y_test: Their labels.
        relu: A network with one hidden layer of ReLU.
        square: The same sizes, squares in place of ReLU.
    """

    name: str
    x: np.ndarray
    y: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray
    relu: Network
    square: Network


@dataclass(frozen=True)
class Row:
    """One protocol on one task; see ``one_network`` for the columns.

    Attributes:
        method: Its name, see ``one_network.METHODS``.
        chapter: Where it is taught.
        accuracy: In [0, 1].
        agree: In [0, 1].
        seconds: Processor seconds a sample.
        bytes: Bytes a sample.
        rounds: Of one question.
        setup_seconds: Processor seconds before any sample.
        setup_bytes: Bytes before any sample.
        trust: What must hold for the sample to stay private.
    """

    method: str
    chapter: int
    accuracy: float
    agree: float
    seconds: float
    bytes: int
    rounds: int
    setup_seconds: float
    setup_bytes: int
    trust: str


SIZES = {"digits": (64, 32, 10), "law": (None, 16, 2)}


@lru_cache(maxsize=2)
def load_task(name: str = "digits", *, seed: int = 18) -> Task:
    """Return a task with both networks trained.

    Args:
        name: "digits" or "law".
        seed: Of starting weights and of the order of the examples.

    Raises:
        ValueError: If there is no such task.
    """
    if name not in SIZES:
        raise ValueError(f"name must be one of {sorted(SIZES)}, got {name!r}")
    data = load_digits_split() if name == "digits" else load_law_cases()
    sizes = [data.X_train.shape[1], *SIZES[name][1:]]
    networks = []
    for activation, rate, shrink in (("relu", 0.05, 1), (Quadratic(), 0.003, 0.5)):
        network = Network(sizes, activation, rng=np.random.default_rng(seed))
        network.flat *= shrink  # squares of large numbers would run away
        train(
            network,
            data.X_train,
            data.y_train,
            rate=rate,
            momentum=0.9,
            epochs=30,
            rng=np.random.default_rng(seed + 1),
        )
        networks.append(network)
    return Task(name, data.X_train, data.y_train, data.X_test, data.y_test, *networks)
