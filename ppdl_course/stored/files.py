"""How stored results lie beside their modules: numbers as JSON, arrays as ``.npz``.

A JSON file has one row a line, so that a run made again shows in a diff as the line
that changed. Weights are kept in half precision: half the size, and what a chapter
reports is measured with them.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

FOLDER = Path(__file__).parent


def read_json(name: str) -> Any:
    """Return the content of a file of this folder."""
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


def write_json(name: str, content: Mapping[str, Any] | Sequence[Any]) -> None:
    """Write rows, or a few named values, to a file of this folder."""
    # the same line ends on every machine: the file is under version control
    (FOLDER / name).write_text(as_text(content), encoding="utf-8", newline="\n")


def as_text(content: Mapping[str, Any] | Sequence[Any]) -> str:
    """Return ``content`` as JSON, a line for each row of a list."""
    if isinstance(content, Mapping):
        parts = [f"{json.dumps(key)}: {_rows(v)}" for key, v in content.items()]
        return "{" + ",\n".join(parts) + "}\n"
    return _rows(content) + "\n"


def _rows(value: Any) -> str:
    """Return a list of lists or of dictionaries by lines, anything else on one."""
    if isinstance(value, list) and value and isinstance(value[0], list | dict):
        return "[\n" + ",\n".join(map(json.dumps, value)) + "\n]"
    return json.dumps(value)


def read_arrays(name: str) -> dict[str, np.ndarray]:
    """Return the arrays of a file of this folder, by name."""
    with np.load(FOLDER / name) as stored:
        return {key: stored[key] for key in stored.files}


def write_arrays(name: str, arrays: Mapping[str, np.ndarray]) -> None:
    """Write arrays to a file of this folder, compressed."""
    np.savez_compressed(FOLDER / name, **arrays)


def read_weights(network: Any, name: str, prefix: str = "") -> None:
    """Put stored weights into a torch network of the same shape, in place.

    Args:
        network: A ``torch.nn.Module``.
        name: The file.
        prefix: What stands before the names of its parameters in the file.
    """
    import torch

    arrays = read_arrays(name)
    with torch.no_grad():
        for key, parameter in network.named_parameters():
            weights = arrays[prefix + key].astype(np.float32)
            parameter.copy_(torch.from_numpy(weights))


def weights_of(network: Any, prefix: str = "") -> dict[str, np.ndarray]:
    """Return a torch network's weights by name, float16, for :func:`read_weights`."""
    return {
        prefix + key: parameter.detach().numpy().astype(np.float16)
        for key, parameter in network.named_parameters()
    }
