"""A numpy network's twin in torch, and what Opacus may be given.

:func:`as_torch` copies the weights, so that Opacus' per-sample gradients can be held
against ours number by number; :func:`per_sample_gradients` puts them into the order of
``Network.flat``. :func:`refuse_mixing` says which layers no clipping can protect.

Source: Yousefpour, Shilov, Sablayrolles et al., "Opacus: User-Friendly Differential
Privacy Library in PyTorch", 2021. Chapter 16.
"""

import warnings

import numpy as np
import torch
from torch import nn

from ppdl_course.nn import Network

_LAYERS = {
    "relu": nn.ReLU,
    "sigmoid": nn.Sigmoid,
    "identity": nn.Identity,
}


def as_torch(network: Network) -> nn.Sequential:
    """Return a torch model with a copy of the network's weights, in its dtype.

    Raises:
        ValueError: If an activation is none of relu, sigmoid and identity.
    """
    layers: list[nn.Module] = []
    for W, f in zip(network.weights, network.activations, strict=True):
        if f.name not in _LAYERS:
            raise ValueError(f"activation must be in {sorted(_LAYERS)}, got {f.name}")
        weights = torch.tensor(W)
        linear = nn.Linear(W.shape[1] - 1, len(W), dtype=weights.dtype)
        with torch.no_grad():
            linear.bias.copy_(weights[:, 0])
            linear.weight.copy_(weights[:, 1:])
        layers += [linear, _LAYERS[f.name]()]
    return nn.Sequential(*layers[:-1])  # the output gives logits


def per_sample_gradients(network: Network, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return Opacus' gradient of every record's cross entropy, shape (n, parameters).

    In the order of ``network.flat``.
    """
    from opacus import GradSampleModule

    model = GradSampleModule(as_torch(network), loss_reduction="sum")
    outputs = model(torch.tensor(np.asarray(x, dtype=network.dtype)))
    loss = nn.functional.cross_entropy(outputs, torch.tensor(y), reduction="sum")
    with warnings.catch_warnings():
        # The inputs need no gradient; torch wonders whether that is meant.
        warnings.filterwarnings("ignore", message="Full backward hook")
        loss.backward()
    parts = []
    for layer in model._module:
        if isinstance(layer, nn.Linear):
            bias, weight = layer.bias.grad_sample, layer.weight.grad_sample
            parts.append(torch.cat([bias[:, :, None], weight], dim=2).flatten(1))
    return torch.cat(parts, dim=1).numpy()


def refuse_mixing(model: nn.Module) -> None:
    """Refuse a model in which one record's output depends on the others of its batch.

    Raises:
        ValueError: If there is batch normalisation, by the layer's name.
    """
    for name, layer in model.named_modules():
        if isinstance(layer, nn.modules.batchnorm._BatchNorm):
            raise ValueError(
                "model must treat each record by itself, got batch normalisation in "
                f"layer {name!r}: its mean and variance mix the records of a batch, so "
                "no record has a gradient of its own. Use GroupNorm or LayerNorm."
            )
