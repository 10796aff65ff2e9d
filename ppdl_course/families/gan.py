"""A generative adversarial network in two dimensions, and its mode collapse.

    discriminator D: maximise  log D(x) + log(1 - D(G(z)))    x real, z ~ N(0, I)
    generator     G: maximise  log D(G(z))                    "non-saturating"

Both play with direct links alone; what is new is that the loss of one network is the
output of the other. Chapter 3 turns this into an attack: there the discriminator is a
model that somebody else trained on their private data.

Nothing in these losses asks the generator to give *every* kind of real sample. If it
moves much faster than the discriminator, it puts all samples where the discriminator
was fooled last: mode collapse. The loss curves look lively and show none of it.

Source: Goodfellow, Pouget-Abadie, Mirza, Xu, Warde-Farley, Ozair, Courville and Bengio,
"Generative Adversarial Nets", NeurIPS 2014.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from ppdl_course.arguments import at_least, positive
from ppdl_course.families.initialise import redraw

Sampler = Callable[[int, torch.Generator], Tensor]
"""``sampler(count, generator)`` returns ``count`` real samples, (count, d)."""


@dataclass(frozen=True)
class GANRun:
    """What a training run leaves.

    Attributes:
        generator_losses: -mean log D(G(z)) at each round, in nats.
        discriminator_losses: The discriminator's cross entropy, in nats; log 4 where it
            cannot tell.
        samples: Generated samples after training, shape (count, d).
    """

    generator_losses: list[float]
    discriminator_losses: list[float]
    samples: np.ndarray


def two_moons(count: int, generator: torch.Generator) -> Tensor:
    """Return points of two interleaved half circles, standard deviation 0.08 off them.

    The first ``count // 2`` belong to the upper moon.
    """
    angle = torch.pi * torch.rand(count, generator=generator)
    upper = torch.stack([torch.cos(angle), torch.sin(angle)], dim=1)
    lower = torch.stack([1 - torch.cos(angle), 0.5 - torch.sin(angle)], dim=1)
    first = (torch.arange(count) < count // 2)[:, None]
    noise = torch.randn(count, 2, generator=generator)
    return torch.where(first, upper, lower) + 0.08 * noise


def bell_curve(mean: float, std: float) -> Sampler:
    """Return a sampler of the one-dimensional normal distribution."""

    def sample(count: int, generator: torch.Generator) -> Tensor:
        return mean + std * torch.randn(count, 1, generator=generator)

    return sample


def train_gan(
    real: Sampler,
    generator: torch.Generator,
    *,
    rounds: int,
    generator_rate: float = 1e-3,
    discriminator_rate: float = 2e-3,
    batch: int = 128,
    noise_width: int = 4,
    width: int = 32,
    samples: int = 500,
) -> GANRun:
    """Train a generator and a discriminator of two hidden layers against each other.

    Args:
        real: Draws real samples.
        generator: Draws parameters, noise and real samples.
        rounds: Number of steps of each network.
        generator_rate: Learning rate of the generator (Adam).
        discriminator_rate: Learning rate of the discriminator (Adam).
        batch: Real and generated samples of each step.
        noise_width: Width of z.
        width: Nodes of each hidden layer.
        samples: How many samples to generate after the training.
    """
    at_least(1, rounds=rounds)
    data_width = real(1, generator).shape[1]
    G = _two_hidden_layers(noise_width, width, data_width, generator)
    D = _two_hidden_layers(data_width, width, 1, generator)
    G_step = torch.optim.Adam(
        G.parameters(), lr=generator_rate, betas=(0.5, 0.999), fused=True
    )
    D_step = torch.optim.Adam(
        D.parameters(), lr=discriminator_rate, betas=(0.5, 0.999), fused=True
    )
    softplus = nn.functional.softplus  # -log D = softplus(-logit)
    G_losses, D_losses = [], []
    for _ in range(rounds):
        # drawn once, used twice: detached for D, with its history for G
        fake = G(torch.randn(batch, noise_width, generator=generator))
        true_logit, fake_logit = D(real(batch, generator)), D(fake.detach())
        D_loss = softplus(-true_logit).mean() + softplus(fake_logit).mean()
        D_step.zero_grad()
        D_loss.backward()
        D_step.step()
        # -log D(G(z)), not log(1 - D(G(z))): that is flat where D is sure
        G_loss = softplus(-D(fake)).mean()
        G_step.zero_grad()
        G_loss.backward()
        G_step.step()
        G_losses.append(G_loss.item())
        D_losses.append(D_loss.item())
    with torch.no_grad():
        drawn = G(torch.randn(samples, noise_width, generator=generator)).numpy()
    return GANRun(G_losses, D_losses, drawn)


def coverage(real: np.ndarray, generated: np.ndarray, radius: float = 0.2) -> float:
    """Return the share of real points with a generated one within ``radius``.

    It is 1 for a generator that gives every kind of sample, near 0 after a collapse.
    """
    positive(radius=radius)
    steps = np.asarray(real)[:, None] - np.asarray(generated)[None]
    nearest = np.sqrt((steps**2).sum(axis=2)).min(axis=1)
    return float(np.mean(nearest <= radius))


def _two_hidden_layers(
    fan_in: int, width: int, fan_out: int, generator: torch.Generator
) -> nn.Sequential:
    network = nn.Sequential(
        nn.Linear(fan_in, width),
        nn.LeakyReLU(0.2),
        nn.Linear(width, width),
        nn.LeakyReLU(0.2),
        nn.Linear(width, fan_out),
    )
    redraw(network, generator)
    return network
