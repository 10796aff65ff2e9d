"""Cross-layer links: residual blocks, and how depth treats networks without them.

    plain block      x -> relu(W2 relu(W1 x + b1) + b2)
    residual block   x -> x + W2 relu(W1 x + b1) + b2

A residual block with zero weights is the identity, so a deeper residual network can
always do what a shallower one does. A plain network has to learn the identity.

Sources: He, Zhang, Ren and Sun, "Deep Residual Learning for Image Recognition", CVPR
2016, for the network; the form without a rectifier after the sum is from their
"Identity Mappings in Deep Residual Networks", ECCV 2016. The weights start as in [10].
"""

import numpy as np
import torch
from torch import Tensor, nn

from ppdl_course.arguments import at_least
from ppdl_course.families.initialise import he_std


class Block(nn.Module):
    """Two layers of ``width`` nodes, with or without a link from input to output."""

    def __init__(self, width: int, generator: torch.Generator, *, skip: bool) -> None:
        super().__init__()
        self.first = nn.Linear(width, width)
        self.second = nn.Linear(width, width)
        self.skip = skip
        for layer in (self.first, self.second):
            he_normal(layer, generator)

    def forward(self, x: Tensor) -> Tensor:
        """Map (batch, width) to (batch, width)."""
        branch = self.second(torch.relu(self.first(x)))
        return x + branch if self.skip else torch.relu(branch)


class DeepNetwork(nn.Module):
    """An input layer, ``blocks`` blocks and an output layer.

    Args:
        inputs: Width of the input.
        width: Width of all blocks.
        classes: Width of the output.
        blocks: Number of blocks; each has two layers.
        generator: Draws the parameters.
        skip: Whether the blocks are residual. Their second layers then start at zero,
            so that the untrained stack is the identity.
    """

    def __init__(
        self,
        inputs: int,
        width: int,
        classes: int,
        blocks: int,
        generator: torch.Generator,
        *,
        skip: bool,
    ) -> None:
        super().__init__()
        at_least(0, blocks=blocks)
        self.head = nn.Linear(inputs, width)
        self.blocks = nn.Sequential(
            *(Block(width, generator, skip=skip) for _ in range(blocks))
        )
        self.tail = nn.Linear(width, classes)
        for layer in (self.head, self.tail):
            he_normal(layer, generator)
        if skip:  # after the draws, so that both kinds take the same random numbers
            for block in self.blocks:
                nn.init.zeros_(block.second.weight)

    def forward(self, x: Tensor) -> Tensor:
        """Map (batch, inputs) to logits (batch, classes)."""
        return self.tail(self.blocks(torch.relu(self.head(x))))


def he_normal(layer: nn.Linear, generator: torch.Generator) -> None:
    """Draw the weights of ``layer`` by He's rule, in place; the biases become 0."""
    with torch.no_grad():
        layer.weight.normal_(0, he_std(layer.in_features), generator=generator)
        layer.bias.zero_()


def train_classifier(
    network: nn.Module,
    X: np.ndarray,
    y: np.ndarray,
    generator: torch.Generator,
    *,
    epochs: int,
    learning_rate: float = 1e-3,
    batch: int = 64,
) -> list[float]:
    """Train by Adam on softmax cross entropy; return each epoch's mean loss in nats.

    Args:
        network: Maps (batch, d) to logits.
        X: Inputs, shape (n, d).
        y: Labels, integers, shape (n,).
        generator: Shuffles the rows.
        epochs: Passes over the data.
        learning_rate: Of Adam.
        batch: Rows of one step.
    """
    inputs, labels = torch.as_tensor(X).float(), torch.as_tensor(y).long()
    optimiser = torch.optim.Adam(network.parameters(), lr=learning_rate, fused=True)
    means = []
    for _ in range(epochs):
        total = 0.0
        for rows in torch.randperm(len(inputs), generator=generator).split(batch):
            loss = nn.functional.cross_entropy(network(inputs[rows]), labels[rows])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            total += loss.item() * len(rows)
        means.append(total / len(inputs))
    return means


def accuracy(network: nn.Module, X: np.ndarray, y: np.ndarray) -> float:
    """Return the share of rows of ``X`` whose largest logit is at ``y``."""
    with torch.no_grad():
        guess = network(torch.as_tensor(X).float()).argmax(dim=1).numpy()
    return float(np.mean(guess == np.asarray(y)))


def mean_cosine(network: DeepNetwork, X: np.ndarray) -> float:
    """Return the mean cosine between the signals of two rows behind the last block.

    1 where all rows have the same direction, so that nothing behind can tell them
    apart.

    Args:
        network: Trained or not.
        X: Inputs, shape (n, d), n >= 2.

    Raises:
        ValueError: If there are fewer than two rows.
    """
    if len(X) < 2:
        raise ValueError(f"X must have at least 2 rows, got {len(X)}")
    with torch.no_grad():
        heads = torch.relu(network.head(torch.as_tensor(X).float()))
        signals = nn.functional.normalize(network.blocks(heads), dim=1)
    n = len(signals)
    off_diagonal = (signals @ signals.T).sum() - (signals**2).sum()
    return float(off_diagonal / (n * (n - 1)))
