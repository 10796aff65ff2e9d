"""Where a vector lies in a ciphertext's slots, and what a layer then costs.

    simd        a ciphertext for each value, the value in every slot
    dense       one ciphertext, the vector again and again
    stacked     one ciphertext, each value h times side by side

Source: A. Brutzkus, O. Elisha, R. Gilad-Bachrach, "Low Latency Privacy Preserving
Inference", ICML 2019 (LoLa), section 4: their names.
"""

import math

import numpy as np

LAYOUTS = ("simd", "dense", "stacked")
DEGREE = 8192
"""n: a ciphertext has n / 2 slots."""


def power_of_two(count: int) -> int:
    """Return the least power of two that is at least ``count``."""
    return 1 << max(0, count - 1).bit_length()


def operations(features: int, hidden: int, classes: int, layout: str) -> dict[str, int]:
    """Return how often the server does what, by formula.

    Keys: ``ciphertexts`` sent, ``products`` by plaintexts, ``squares``, ``rotations``,
    ``answers`` sent back.

    Raises:
        ValueError: If there is no such layout.
    """
    d, h, c = power_of_two(features), power_of_two(hidden), power_of_two(classes)
    if layout == "simd":
        return _counts(features, hidden * (features + classes), hidden, 0, classes)
    if layout == "dense":
        return _counts(1, 2 * hidden, hidden, hidden * int(math.log2(d)), 1)
    if layout != "stacked":
        raise ValueError(f"layout must be one of {LAYOUTS}, got {layout!r}")
    block = min(h, DEGREE // 2 // d)
    blocks = h // block
    if c * block > DEGREE // 2:
        raise ValueError(f"classes must be at most {DEGREE // 2 // block}: {classes}")
    rotations = blocks * int(math.log2(d)) + int(math.log2(block))
    return _counts(1, 2 * blocks, blocks, rotations, 1)


def _counts(sent: int, products: int, squares: int, rotations: int, back: int) -> dict:
    return {
        "ciphertexts": sent,
        "products": products,
        "squares": squares,
        "rotations": rotations,
        "answers": back,
    }


def arrange(values: np.ndarray, layout: str, hidden: int) -> np.ndarray:
    """Return the slots of each ciphertext for one image, (ciphertexts, n/2).

    Raises:
        ValueError: If the image is not a vector or does not fit.
    """
    values = np.asarray(values, np.float64)
    slots = DEGREE // 2
    if values.ndim != 1 or not 1 <= len(values) <= slots:
        raise ValueError(f"values must be 1..{slots} numbers, got {values.shape}")
    if layout == "simd":
        return np.repeat(values[:, None], slots, axis=1)
    padded = np.zeros(power_of_two(len(values)))
    padded[: len(values)] = values
    if layout == "dense":
        return np.tile(padded, slots // len(padded))[None]
    block = min(power_of_two(hidden), slots // len(padded))
    stacked = np.repeat(padded, block)
    return np.tile(stacked, slots // len(stacked))[None]
