"""A linear-chain conditional random field: which labels may follow which.

The score of labels y for emissions E (steps x labels) and transitions A, and the
probability of y, are

    score(y) = sum_t E[t, y_t] + sum_t A[y_(t-1), y_t]
    log p(y) = score(y) - log sum_y' exp(score(y'))

The sum over all label sequences takes one pass (the forward algorithm), and so does the
best sequence (Viterbi's algorithm). Start and end scores are added to the first and the
last row of E.

Sources: Lafferty, McCallum and Pereira, "Conditional Random Fields", ICML 2001;
Viterbi, "Error Bounds for Convolutional Codes and an Asymptotically Optimum Decoding
Algorithm", IEEE Transactions on Information Theory 1967.
"""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn


def viterbi(emissions: np.ndarray, transitions: np.ndarray) -> list[int]:
    """Return the labels of the highest score (chapter 2 teaches it).

    Args:
        emissions: Shape (steps, labels), at least one step.
        transitions: Shape (labels, labels); row: label before, column: label after.

    Raises:
        ValueError: If the shapes do not fit.
    """
    steps, labels = np.shape(emissions)
    if steps < 1 or np.shape(transitions) != (labels, labels):
        raise ValueError(
            f"emissions must be (steps, labels) and transitions (labels, labels), "
            f"got {np.shape(emissions)} and {np.shape(transitions)}"
        )
    best = np.asarray(emissions[0])
    pointers = []
    for emission in emissions[1:]:
        # row: label before, column: label after; the best way into each column is kept
        totals = best[:, None] + transitions
        pointers.append(totals.argmax(axis=0))
        best = totals.max(axis=0) + emission
    path = [int(best.argmax())]
    for pointer in reversed(pointers):
        path.append(int(pointer[path[-1]]))
    return path[::-1]


class CRF(nn.Module):
    """Transition, start and end scores; all zero at first.

    Args:
        labels: Number of labels.
    """

    def __init__(self, labels: int) -> None:
        super().__init__()
        self.transitions = nn.Parameter(torch.zeros(labels, labels))
        self.start = nn.Parameter(torch.zeros(labels))
        self.end = nn.Parameter(torch.zeros(labels))

    def loss(self, emissions: Tensor, labels: Tensor, lengths: Tensor) -> Tensor:
        """Return the mean negative log probability of the labels, in nats a sentence.

        Args:
            emissions: Shape (steps, batch, labels), float.
            labels: Shape (steps, batch), integer; anything from a sentence's end on.
            lengths: Shape (batch,), integer, at least 1 each.
        """
        total = self.log_partition(emissions, lengths)
        return (total - self.score(emissions, labels, lengths)).mean()

    def score(self, emissions: Tensor, labels: Tensor, lengths: Tensor) -> Tensor:
        """Return the score of each sentence's labels, shape (batch,)."""
        inside = self._inside(emissions, lengths)
        emitted = emissions.gather(2, labels[..., None])[..., 0]
        moved = self.transitions[labels[:-1], labels[1:]]
        last = labels.gather(0, lengths[None] - 1)[0]
        return (
            self.start[labels[0]]
            + (emitted * inside).sum(0)
            + (moved * inside[1:]).sum(0)
            + self.end[last]
        )

    def log_partition(self, emissions: Tensor, lengths: Tensor) -> Tensor:
        """Return log sum exp(score) over all label sequences, shape (batch,)."""
        inside = self._inside(emissions, lengths)
        total = self.start + emissions[0]
        for emission, here in zip(emissions[1:], inside[1:], strict=True):
            # a sentence that has ended keeps its sum: padding must not add to it
            step = torch.logsumexp(total[:, :, None] + self.transitions, dim=1)
            total = torch.where(here[:, None], step + emission, total)
        return torch.logsumexp(total + self.end, dim=1)

    def decode(self, emissions: Tensor, lengths: Sequence[int]) -> list[list[int]]:
        """Return the best labels of each sentence of a batch."""
        scores = emissions.detach().numpy().copy()  # start and end are added in place
        transitions = self.transitions.detach().numpy()
        scores[0] += self.start.detach().numpy()
        paths = []
        for row, length in enumerate(lengths):
            own = scores[:length, row]
            own[-1] += self.end.detach().numpy()
            paths.append(viterbi(own, transitions))
        return paths

    @staticmethod
    def _inside(emissions: Tensor, lengths: Tensor) -> Tensor:
        """Return which (step, sentence) lies before the sentence's end."""
        return torch.arange(len(emissions))[:, None] < lengths
