"""What a step's messages hold: which integers, how many ciphertexts, at which level.

Inputs and targets are a ciphertext a feature, a sample a slot; weights a ciphertext a
number, the same in all slots. The same number is sent at each level where it is used:
an encryption at a low level is a fraction of a fresh one, and the cloud need not bring
it down.
"""

from typing import Any

import numpy as np

from ppdl_course.he.training.integers import Net, Precision
from ppdl_course.he.training.levels import Plan
from ppdl_course.he.training.step import Cipher, Inputs, marks_of_inputs

_SAMPLES = ("x", "x_last", "y")  # a slot each; all else is the same in all slots


def numbers_of(
    X: np.ndarray, Y: np.ndarray, V: Net, precision: Precision
) -> dict[str, np.ndarray]:
    """Return the integers that are encrypted, by name, at the scale they are used at.

    Args:
        X: Integer inputs (samples, inputs), dtype object.
        Y: Integer targets.
        V: Integer weights.
        precision: How they were rounded.
    """
    s, f, w = precision.scales, precision.input_bits, precision.weight_bits
    old = V.each(lambda v, new: v * (new // 2**w), s.new)
    return {
        "x": X,
        "x_last": X,
        "y": Y * (s.A2 // 2**f),
        "W1": V.W1,
        "b1": V.b1 * 2**f,
        "W2": V.W2,
        "W2_back": V.W2,
        "b2": V.b2 * s.A1,
        **{f"old {name}": part for name, part in vars(old).items()},
    }


def slots(name: str, numbers: dict[str, np.ndarray], n: int) -> list[np.ndarray]:
    """Return what each ciphertext of a name holds, dtype object."""
    values = numbers[name]
    if name in _SAMPLES:
        return list(values.T)
    return [np.full(n, v, object) for v in values.ravel()]


def shapes_of(shape: tuple[int, int, int]) -> dict[str, tuple[int, ...]]:
    """Return the shape in which the ciphertexts of each name stand."""
    inputs, hidden, outputs = shape
    first, second = (hidden, inputs), (outputs, hidden)
    return {
        "x": (inputs,),
        "x_last": (inputs,),
        "y": (outputs,),
        "W1": first,
        "b1": (hidden,),
        "W2": second,
        "W2_back": second,
        "b2": (outputs,),
        "old W1": first,
        "old b1": (hidden,),
        "old W2": second,
        "old b2": (outputs,),
    }


def inputs_of(cloud: Any, plan: Plan, arrays: dict[str, np.ndarray]) -> Inputs:
    """Return the ciphertexts that a client sent, as the step takes them.

    Raises:
        ValueError: If a name is missing, or its ciphertexts are not as many or not of
            the level that the plan says.
    """
    shapes, marks = shapes_of(plan.shape), marks_of_inputs(plan)
    if set(arrays) != set(shapes):
        raise ValueError(f"step must hold {sorted(shapes)}, got {sorted(arrays)}")
    found: dict[str, Any] = {}
    for name, shape in shapes.items():
        count, mark = int(np.prod(shape)), marks[name]
        whole = (count, 2, mark.level, plan.rules.n)
        if arrays[name].shape != whole:
            raise ValueError(
                f"{name} must be {count} ciphertexts of level {mark.level}, shape "
                f"{whole}, got {arrays[name].shape}"
            )
        ciphers = [cloud.cipher(parts, mark) for parts in arrays[name]]
        found[name] = _nested(ciphers, shape)
    old = Net(**{name[4:]: found.pop(name) for name in shapes if name[:4] == "old "})
    return Inputs(**found, old=old)


def flat(part: list) -> list[Cipher]:
    """Return the ciphertexts of a list, or of a list of rows."""
    return [c for row in part for c in (row if isinstance(row, list) else [row])]


def _nested(ciphers: list[Cipher], shape: tuple[int, ...]) -> list:
    if len(shape) == 1:
        return ciphers
    width = shape[1]
    return [ciphers[i : i + width] for i in range(0, len(ciphers), width)]
