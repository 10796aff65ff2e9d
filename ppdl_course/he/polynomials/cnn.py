"""A small CNN on the digits whose ReLUs are replaced by polynomials.

Convolution, batch normalisation, activation, mean pooling, twice; then a linear layer.
Mean pooling is linear; a maximum is not a polynomial. Two ways:

    swapped   train with ReLU, then put the polynomial in its place
    trained   train with the polynomial from the beginning, as CryptoDL does

The runs that the chapter draws are stored (``stored.polynomial_cnn``).

Source: E. Hesamifard, H. Takabi, M. Ghasemi, "CryptoDL: Deep Neural Networks over
Encrypted Data", arXiv 1711.05189, 2017, whose networks are larger and whose images are
MNIST and CIFAR-10; batch normalisation before the activation as in H. Chabanne et al.,
ePrint 2017/035.
"""

import contextlib
import functools
from collections.abc import Iterator

import torch
from numpy.polynomial import Polynomial
from torch import nn

from ppdl_course.data import load_digits_split

EPOCHS, BATCH_SIZE, RATE = 12, 64, 0.1


class PolynomialActivation(nn.Module):
    """p(x) entry by entry; autograd differentiates it."""

    def __init__(self, p: Polynomial) -> None:
        super().__init__()
        self.coefficients = [float(a) for a in p.coef]
        self.bound = float(p.domain[1])

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return p(x), in powers of x / bound, by Horner."""
        t = x / self.bound
        value = torch.full_like(t, self.coefficients[-1])
        for a in self.coefficients[-2::-1]:
            value = value * t + a
        return value


def network(activation: nn.Module, seed: int, channels: int = 8) -> nn.Sequential:
    """Return an untrained CNN for 8x8 images, its weights drawn from ``seed``."""
    # layers draw from torch's global generator: a copy of it, put back afterwards
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return nn.Sequential(
            nn.Conv2d(1, channels, 3, padding=1),
            nn.BatchNorm2d(channels),
            activation,
            nn.AvgPool2d(2),
            nn.Conv2d(channels, 2 * channels, 3, padding=1),
            nn.BatchNorm2d(2 * channels),
            activation,
            nn.AvgPool2d(2),
            nn.Flatten(),
            nn.Linear(8 * channels, 10),
        )


@functools.cache
def digits() -> tuple[torch.Tensor, ...]:
    """Return training images and labels, test images and labels."""
    split = load_digits_split()
    return (
        torch.tensor(split.X_train, dtype=torch.float32).reshape(-1, 1, 8, 8),
        torch.tensor(split.y_train),
        torch.tensor(split.X_test, dtype=torch.float32).reshape(-1, 1, 8, 8),
        torch.tensor(split.y_test),
    )


@contextlib.contextmanager
def _one_thread() -> Iterator[None]:
    """Set torch to one thread inside, and after to what it had."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def train_cnn(activation: nn.Module, seed: int, epochs: int = EPOCHS) -> nn.Sequential:
    """Return a CNN trained on the digits with this activation, ready for inference.

    Gradients are clipped to norm 1: a polynomial that leaves its interval makes them
    enormous. One thread: tensors are small, and a second thread only waits.
    """
    with _one_thread():
        return _train(activation, seed, epochs)


def _train(activation: nn.Module, seed: int, epochs: int) -> nn.Sequential:
    images, labels, _, _ = digits()
    model = network(activation, seed)
    generator = torch.Generator().manual_seed(seed)
    optimiser = torch.optim.SGD(model.parameters(), lr=RATE, momentum=0.9)
    steps = epochs * -(-len(images) // BATCH_SIZE)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=steps)
    for _ in range(epochs):
        for rows in torch.randperm(len(images), generator=generator).split(BATCH_SIZE):
            optimiser.zero_grad()
            loss = nn.functional.cross_entropy(model(images[rows]), labels[rows])
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            schedule.step()
    return model.eval()


def swapped(model: nn.Sequential, activation: nn.Module) -> nn.Sequential:
    """Return the same trained layers around another activation."""
    # in this order in `network`: convolution, normalisation, activation, pool, twice
    layers = [activation if i in (2, 6) else layer for i, layer in enumerate(model)]
    return nn.Sequential(*layers).eval()


def accuracy_of(model: nn.Sequential) -> float:
    """Return the share of test images that get their label."""
    _, _, images, labels = digits()
    with torch.no_grad(), _one_thread():
        return float((model(images).argmax(1) == labels).float().mean())


def preactivations(model: nn.Sequential) -> list[torch.Tensor]:
    """Return what enters the two activations on the test images, flattened."""
    _, _, images, _ = digits()
    with torch.no_grad():
        return [model[:2](images).flatten(), model[:6](images).flatten()]
