"""Reconstructions from gradients, by batch size and noise, computed beforehand.

``python -m ppdl_course.stored.gradient_reconstructions`` computes them again from fixed
seeds and writes ``gradient_reconstructions.npz`` beside this module; a
test computes some of them and compares. For each setting, ``BATCHES`` batches of test
digits and as many of intake forms are attacked; the images of the first batch of digits
are kept to be looked at.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from ppdl_course.attacks.gradient_leakage import noisy, paired, psnr, reconstruct
from ppdl_course.attacks.registry_form import (
    age_and_phone,
    forms,
    intake_network,
    sentence_bands,
)
from ppdl_course.data import load_digits_split, load_law_cases
from ppdl_course.nn import CrossEntropy, Network
from ppdl_course.stored.files import read_arrays, write_arrays

SIZES = (1, 2, 4, 8)
LEVELS = (0.0, 0.001, 0.01, 0.1, 0.3, 1.0)
BATCHES, SEED = 4, 5
FILES = ("gradient_reconstructions.npz",)


@dataclass(frozen=True)
class Reconstructions:
    """What one setting gave.

    Attributes:
        truth: Digits of the first batch, shape (n, 64).
        reconstructed: The images that the attack gives for them, in the same order.
        digits_psnr: Of every digit of all batches, in decibels.
        forms_psnr: Of every form of all batches, in decibels.
        phones: Share of forms whose age and phone number came back right.
    """

    truth: np.ndarray
    reconstructed: np.ndarray
    digits_psnr: np.ndarray
    forms_psnr: np.ndarray
    phones: float


def digit_network(rng: np.random.Generator) -> Network:
    """Return the untrained network 64-32-10 with sigmoids that is attacked."""
    return Network([64, 32, 10], "sigmoid", rng=rng)


def attacked(
    network: Network, x: np.ndarray, y: np.ndarray, level: float, seed: int
) -> np.ndarray:
    """Return what is reconstructed from the batch's noisy gradient, shape of x."""
    rng = np.random.default_rng(seed)
    _, gradient = network.loss_and_gradient(x, y, CrossEntropy())
    released = noisy(gradient, level, rng=rng)
    return paired(x, reconstruct(network, released, len(x), rng=rng).x)


def compute(n: int, level: float) -> Reconstructions:
    """Attack ``BATCHES`` batches of ``n`` digits and of ``n`` forms."""
    digits, cases = load_digits_split(), load_law_cases()
    networks = [
        build(np.random.default_rng(SEED)) for build in (digit_network, intake_network)
    ]
    records = [cases.records[i] for i in cases.test[: n * BATCHES]]
    data = [
        (digits.X_test, digits.y_test),
        (forms(records), sentence_bands(records)),
    ]
    results = []
    for network, (x, y) in zip(networks, data, strict=True):
        rows = [slice(k * n, (k + 1) * n) for k in range(BATCHES)]
        batches = [
            attacked(network, x[r], y[r], level, SEED + k) for k, r in enumerate(rows)
        ]
        results.append((x[: n * BATCHES], np.vstack(batches)))
    (images, reconstructed), (true_forms, read_forms) = results
    pairs = zip(true_forms, read_forms, strict=True)
    same_person = [age_and_phone(a) == age_and_phone(b) for a, b in pairs]
    return Reconstructions(
        truth=images[:n],
        reconstructed=reconstructed[:n],
        digits_psnr=psnr(images, reconstructed),
        forms_psnr=psnr(true_forms, read_forms),
        phones=float(np.mean(same_person)),
    )


@cache
def load_reconstructions() -> dict[tuple[int, float], Reconstructions]:
    """Return the stored settings by batch size and noise level."""
    images = load_digits_split().X_test
    stored = read_arrays(*FILES)
    return {
        (n, level): Reconstructions(
            truth=images[:n],
            reconstructed=stored[f"images {n} {level}"] / 255,
            digits_psnr=stored[f"digits {n} {level}"].astype(float),
            forms_psnr=stored[f"forms {n} {level}"].astype(float),
            phones=float(stored[f"phones {n} {level}"]),
        )
        for n in SIZES
        for level in LEVELS
    }


def make() -> None:
    """Compute and store every setting."""
    import torch

    torch.set_num_threads(1)  # small matrices: a second thread only waits
    arrays: dict[str, np.ndarray] = {}
    for n in SIZES:
        for level in LEVELS:
            result, key = compute(n, level), f"{n} {level}"
            # pixels as bytes: nobody sees the difference in a picture
            pixels = np.rint(255 * result.reconstructed).astype(np.uint8)
            arrays[f"images {key}"] = pixels
            arrays[f"digits {key}"] = result.digits_psnr.astype(np.float32)
            arrays[f"forms {key}"] = result.forms_psnr.astype(np.float32)
            arrays[f"phones {key}"] = np.float32(result.phones)
            medians = np.median(result.digits_psnr), np.median(result.forms_psnr)
            print(
                f"{key}: {medians[0]:.1f} dB, {medians[1]:.1f} dB, {result.phones:.2f}"
            )
    write_arrays(*FILES, arrays)


if __name__ == "__main__":
    make()
