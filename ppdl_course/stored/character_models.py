"""The character LSTMs of chapter 3, trained ahead of time.

``python -m ppdl_course.stored.character_models`` trains both again from fixed seeds and
writes ``character_models.npz`` (weights, half precision) and ``character_models.json``
(exposure of every canary after each epoch) beside this module. A test trains
the first epoch again and compares.

``planted``  learned the court's English narratives with the canaries in them
``clean``    learned the same narratives without: the control
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import torch

from ppdl_course.attacks.memorisation import (
    DIGITS,
    Canary,
    CharacterLSTM,
    exposures,
    plant,
    train_epoch,
)
from ppdl_course.data import load_law_documents
from ppdl_course.families.initialise import seeded
from ppdl_course.law.draws import Draws
from ppdl_course.law.people import full_name
from ppdl_course.stored.files import (
    read_json,
    read_weights,
    weights_of,
    write_arrays,
    write_json,
)

# 0: canaries that were never planted show what a model says of any number
REPETITIONS = (0, 1, 2, 4, 8, 16, 32)
EACH, EPOCHS, SEED, RATE = 6, 30, 3, 5e-3
FILES = WEIGHTS, EXPOSURES = "character_models.npz", "character_models.json"
MODELS = ("planted", "clean")


@dataclass(frozen=True)
class ExposureGrowth:
    """Exposure of the canaries while the model learned.

    Attributes:
        repetitions: Of each canary, shape (canaries,).
        bits: Exposure, shape (epochs, canaries).
        losses: Mean training loss of each epoch, in nats a character.
    """

    repetitions: np.ndarray
    bits: np.ndarray
    losses: np.ndarray


@cache
def canaries() -> tuple[Canary, ...]:
    """Return the canaries, ``EACH`` for each number of repetitions."""
    draws = Draws(SEED)
    return tuple(
        Canary(full_name(draws), f"{draws.below(10**DIGITS):0{DIGITS}d}", times)
        for times in REPETITIONS
        for _ in range(EACH)
    )


@cache
def narratives() -> tuple[str, ...]:
    """Return the English training documents."""
    return tuple(document.text for document in load_law_documents("en", "train"))


def untrained(generator: torch.Generator) -> CharacterLSTM:
    """Return the network before its training."""
    text = "".join(plant(narratives(), canaries())) + "\n0123456789"
    names = "".join(canary.lead for canary in canaries())
    return CharacterLSTM("".join(sorted(set(text + names))), generator)


def trained(
    name: str,
    *,
    epochs: int = EPOCHS,
    after: Callable[[CharacterLSTM, float], None] | None = None,
) -> CharacterLSTM:
    """Return the model ``"planted"`` or ``"clean"`` after training it here and now.

    Args:
        name: Which.
        epochs: How often it reads all texts.
        after: Called after each epoch with the model and the epoch's loss.
    """
    if name not in MODELS:
        raise ValueError(f"name must be one of {MODELS}, got {name!r}")
    texts = narratives() if name == "clean" else plant(narratives(), canaries())
    generator = seeded(SEED)
    model = untrained(generator)
    optimiser = torch.optim.Adam(model.parameters(), lr=RATE)
    for epoch in range(epochs):
        for group in optimiser.param_groups:
            # down to a tenth: the last epochs settle instead of wandering
            group["lr"] = RATE * (1 - 0.9 * epoch / EPOCHS)
        loss = train_epoch(model, optimiser, texts, generator)
        if after is not None:
            after(model, loss)
    return model


@cache
def load_character_model(name: str) -> CharacterLSTM:
    """Return the model ``"planted"`` or ``"clean"`` with its stored weights."""
    if name not in MODELS:
        raise ValueError(f"name must be one of {MODELS}, got {name!r}")
    model = untrained(seeded(SEED))
    read_weights(model, WEIGHTS, f"{name}.")
    return model


@cache
def load_exposure_growth() -> ExposureGrowth:
    """Return the stored exposures of the planted model, epoch by epoch."""
    stored = read_json(EXPOSURES)
    return ExposureGrowth(
        np.array([canary.repetitions for canary in canaries()]),
        np.array(stored["bits"]),
        np.array(stored["losses"]),
    )


def make() -> None:
    """Train both models and store them."""
    torch.set_num_threads(1)  # small matrices: a second thread only waits
    bits: list[list[float]] = []
    losses: list[float] = []

    def measure(model: CharacterLSTM, loss: float) -> None:
        bits.append([round(b, 3) for b in exposures(model, canaries()).values()])
        losses.append(round(loss, 4))
        by_repetition = np.array(bits[-1]).reshape(len(REPETITIONS), EACH).mean(1)
        print(f"epoch {len(bits)}: {loss:.3f} nats,", by_repetition.round(1))

    models = {"planted": trained("planted", after=measure), "clean": trained("clean")}
    arrays = {}
    for name, model in models.items():
        arrays |= weights_of(model, f"{name}.")
    write_arrays(WEIGHTS, arrays)
    write_json(EXPOSURES, {"losses": losses, "bits": bits})


if __name__ == "__main__":
    make()
