"""How fast the privacy arithmetic is.

- ``epsilon_update_ms``: one move of the slider: epsilon by both accountants
  for 60 epochs of DP-SGD (noise multiplier 1.1, sampling rate 256/60000), milliseconds,
  median over settings around it. Aim: under 20.
- ``discrete_gaussians_per_s``: exact discrete Gaussian samples a second, the slowest of
  three variances. Aim: at least 500,000.
- ``dp_epoch_ratio_to_plain``: an epoch of DP-SGD in numpy over an epoch of plain SGD on
  the same network (64-128-64-10, 1,347 digits, batches of 128), medians. Aim: at
  most 2.
- ``dp_epoch_ratio_to_opacus``: the same epoch over the faster of Opacus' default and
  ghost modes, same network, data and expected batch. Aim: at most 1.
"""

import statistics
import time
import warnings
from collections.abc import Callable
from fractions import Fraction

import numpy as np

from ppdl_course.data import load_digits_split
from ppdl_course.dp.accountants.subsampled_gaussian import (
    SubsampledGaussian,
    epsilon_by_pld,
    epsilon_by_rdp,
)
from ppdl_course.dp.definition import Neighbours
from ppdl_course.dp.discrete import discrete_gaussian
from ppdl_course.dp.training.dp_sgd import train_private
from ppdl_course.dp.training.one_thread import one_blas_thread
from ppdl_course.dp.training.opacus_twin import as_torch
from ppdl_course.nn import Network, train


def measure() -> dict[str, float]:
    return {**accounting(), **sampling(), **training()}


def accounting() -> dict[str, float]:
    def update(noise_multiplier: float) -> None:
        run = SubsampledGaussian(
            noise_multiplier=noise_multiplier,
            sample_rate=256 / 60000,
            steps=60 * 60000 // 256,
            neighbours=Neighbours.ADD_REMOVE,
        )
        for accountant in (epsilon_by_rdp, epsilon_by_pld):
            accountant([run], delta=1e-5)

    update(1.1)  # the first call fills scipy's caches
    times = [_seconds(lambda s=s: update(s)) for s in np.linspace(0.7, 2.0, 14)]
    return {"epsilon_update_ms": 1000 * statistics.median(times)}


def sampling(size: int = 500_000) -> dict[str, float]:
    rng = np.random.default_rng(15)
    times = [
        min(
            _seconds(lambda v=v: discrete_gaussian(v, size=size, rng=rng))
            for _ in range(3)
        )
        for v in (1, Fraction(121, 100), 10_000)
    ]
    return {"discrete_gaussians_per_s": size / max(times)}


def training(batch: int = 128, repeats: int = 15) -> dict[str, float]:
    digits = load_digits_split()
    x, y = digits.X_train, digits.y_train
    rng = np.random.default_rng(16)
    network = Network([64, 128, 64, 10], rng=rng)
    rate = batch / len(x)

    def private() -> None:
        train_private(
            network.copy(), x, y, rate=0.1, steps=round(1 / rate), sample_rate=rate,
            noise_multiplier=1.0, max_grad_norm=1.0, rng=rng,
        )  # fmt: skip

    def plain() -> None:
        with one_blas_thread():  # as the private one, so that the sums are compared
            train(network.copy(), x, y, rate=0.1, epochs=1, batch_size=batch, rng=rng)

    # Torch's threads spin for a while after work: first the two without torch.
    ours = _medians({"private": private, "plain": plain}, 2 * repeats)
    modes = {mode: _opacus_epoch(network, x, y, batch, mode) for mode in _MODES}
    both = _medians({"private": private, **modes}, repeats)
    fastest = min(both[mode] for mode in _MODES)
    return {
        "dp_epoch_ratio_to_plain": ours["private"] / ours["plain"],
        "dp_epoch_ratio_to_opacus": both["private"] / fastest,
    }


_MODES = ("hooks", "ghost")


def _medians(epochs: dict[str, Callable[[], None]], repeats: int) -> dict[str, float]:
    """Return seconds by name, taken in turn: a busy moment meets all of them."""
    times: dict[str, list[float]] = {name: [] for name in epochs}
    for _ in range(repeats):
        for name, epoch in epochs.items():
            times[name].append(_seconds(epoch))
    return {name: statistics.median(seen) for name, seen in times.items()}


def _opacus_epoch(
    network: Network, x: np.ndarray, y: np.ndarray, batch: int, mode: str
) -> Callable[[], None]:
    import torch
    from opacus import PrivacyEngine
    from torch.utils.data import DataLoader, TensorDataset

    warnings.filterwarnings("ignore", message="Full backward hook|Secure RNG")
    model, criterion = as_torch(network), torch.nn.CrossEntropyLoss()
    made = PrivacyEngine().make_private(
        module=model,
        optimizer=torch.optim.SGD(model.parameters(), lr=0.1),
        data_loader=DataLoader(
            TensorDataset(torch.tensor(x), torch.tensor(y)), batch_size=batch
        ),
        noise_multiplier=1.0,
        max_grad_norm=1.0,
        grad_sample_mode=mode,
        **({"criterion": criterion} if mode == "ghost" else {}),
    )
    model, optimizer, *middle, loader = made
    loss = middle[0] if middle else criterion

    def epoch() -> None:
        for images, labels in loader:
            optimizer.zero_grad()
            loss(model(images), labels).backward()
            optimizer.step()

    return epoch


def _seconds(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start
