"""Training time of the numpy network against the same network in torch.

epoch_ratio_to_torch          seconds of an epoch here / in torch, float64 in both
epoch_ratio_to_torch_float32  the same in float32
epoch_ms                      milliseconds of an epoch here, float64
torch_epoch_ms                milliseconds of an epoch in torch, float64
digits_seconds                seconds to train until the validation curve says so
digits_test_accuracy          accuracy after it on held-out digits

Both train 64-128-64-10 with ReLU and momentum on the digits, with the same batches of
32 in the same order, on the CPU. The epochs take turns and the best of each counts;
torch may use one thread or all.
"""

import time

import numpy as np
import torch
from torch import nn

from ppdl_course.data import load_digits_split
from ppdl_course.nn import SGD, CrossEntropy, Network, accuracy, train

SIZES, RATE, MOMENTUM, BATCH, ROUNDS = (64, 128, 64, 10), 0.05, 0.9, 32, 25
SEED = 1


def measure() -> dict[str, float]:
    digits = load_digits_split()
    x, y = digits.X_train, digits.y_train
    ours, theirs = epoch_seconds(x, y, np.float64)
    ours32, theirs32 = epoch_seconds(x, y, np.float32)
    rng = np.random.default_rng(SEED)
    network = Network(SIZES, rng=rng)
    start = time.perf_counter()
    train(
        network,
        x[200:],
        y[200:],
        rate=RATE,
        momentum=MOMENTUM,
        weight_decay=1e-4,
        rng=rng,
        epochs=200,
        validation=(x[:200], y[:200]),
        patience=30,
    )
    return {
        "epoch_ratio_to_torch": ours / theirs,
        "epoch_ratio_to_torch_float32": ours32 / theirs32,
        "epoch_ms": 1000 * ours,
        "torch_epoch_ms": 1000 * theirs,
        "digits_seconds": time.perf_counter() - start,
        "digits_test_accuracy": accuracy(network, digits.X_test, digits.y_test),
    }


def epoch_seconds(x: np.ndarray, y: np.ndarray, dtype: type) -> tuple[float, float]:
    """Return the best time of an epoch here and in torch, in seconds."""
    x = x.astype(dtype)
    network = Network(SIZES, rng=np.random.default_rng(SEED), dtype=dtype)
    optimiser = SGD(network, rate=RATE, momentum=MOMENTUM)
    model = torch_twin(network)
    their_optimiser = torch.optim.SGD(model.parameters(), lr=RATE, momentum=MOMENTUM)
    loss, their_loss = CrossEntropy(), nn.CrossEntropyLoss()
    tx, ty = torch.from_numpy(x), torch.from_numpy(y)
    best = [np.inf, np.inf]
    batches = [slice(i, i + BATCH) for i in range(0, len(x), BATCH)]
    threads = torch.get_num_threads()
    for turn in range(ROUNDS):
        torch.set_num_threads(1 if turn % 2 else threads)  # it keeps its better time
        start = time.perf_counter()
        gradient = np.empty_like(network.flat)
        into = network.views(gradient)
        for batch in batches:
            network.step(x[batch], y[batch], loss, gradient, into)
            optimiser.step(gradient)
        best[0] = min(best[0], time.perf_counter() - start)
        start = time.perf_counter()
        for batch in batches:
            their_optimiser.zero_grad()
            their_loss(model(tx[batch]), ty[batch]).backward()
            their_optimiser.step()
        best[1] = min(best[1], time.perf_counter() - start)
        if turn == 0:  # later, rounding differences grow in float32
            require_equal(network, model)
    torch.set_num_threads(threads)
    return best[0], best[1]


def require_equal(network: Network, model: nn.Sequential) -> None:
    """Raise RuntimeError unless both learned the same numbers from the same batches."""
    pairs = zip(torch_twin(network).parameters(), model.parameters(), strict=True)
    tolerance = 1e-3 if network.dtype == np.float32 else 1e-10
    if not all(torch.allclose(a, b, rtol=0, atol=tolerance) for a, b in pairs):
        raise RuntimeError("network and model must agree after an epoch")


def torch_twin(network: Network) -> nn.Sequential:
    """Return the same network in torch, with the same weights."""
    layers: list[nn.Module] = []
    for W in network.weights:
        layer = nn.Linear(W.shape[1] - 1, len(W)).to(torch.from_numpy(W).dtype)
        with torch.no_grad():
            layer.bias.copy_(torch.from_numpy(W[:, 0].copy()))
            layer.weight.copy_(torch.from_numpy(W[:, 1:].copy()))
        layers += [layer, nn.ReLU()]
    return nn.Sequential(*layers[:-1])
