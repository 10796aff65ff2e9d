r"""Memorised secrets: a character LSTM that has learned a phone number by heart.

A **canary** is a sentence planted in the training text, with a secret drawn uniformly
from a known set R: here the last five digits of a fictitious phone number. After the
training every candidate r in R is scored by the model, and

    exposure = log2 |R| - log2 rank        rank 1: the lowest loss of all candidates

in bits. A model that knows nothing ranks the secret anywhere: the exposure is below 1
with probability one half, and above b with probability 2^-b. At log2 |R| bits the
secret is the model's first guess, and it can be **extracted** without trying all of R:
the loss of a number is a sum over its digits, so the best number is a shortest path in
the tree of prefixes.

The adversary can ask the model for the probability of the next character, as often as
wanted (the keyboard's "next word"). Not needed: the training text, or the weights.

Source: Carlini, Liu, Erlingsson, Kos, Song, "The Secret Sharer: Evaluating and Testing
Unintended Memorization in Neural Networks", USENIX Security 2019 (exposure, section 4;
shortest-path search, section 5).
"""

import heapq
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from ppdl_course.arguments import at_least, between
from ppdl_course.families.initialise import redraw

DIGITS = 5
EXCHANGE = "000555"  # numbers that start with 000 are given to nobody
NextDigit = Callable[[str], np.ndarray]
"""``next_digit(prefix)``: log probability (nats) of each next digit, shape (10,)."""


@dataclass(frozen=True)
class Canary:
    """A planted sentence.

    Attributes:
        name: Whose number it is.
        secret: The last ``DIGITS`` digits of the number.
        repetitions: How often the sentence stands in the training text; 0 is a control.
    """

    name: str
    secret: str
    repetitions: int

    @property
    def lead(self) -> str:
        """The sentence up to the secret."""
        return f"To reach {self.name}, dial {EXCHANGE}"

    @property
    def sentence(self) -> str:
        """The whole sentence."""
        return f"{self.lead}{self.secret}."


def plant(texts: Sequence[str], canaries: Iterable[Canary]) -> list[str]:
    """Return the texts and, after them, each canary as often as it is repeated."""
    return [*texts, *(c.sentence for c in canaries for _ in range(c.repetitions))]


class CharacterLSTM(nn.Module):
    """Predicts the next character of a text from all before it.

    Args:
        alphabet: Characters it knows, each once.
        hidden: Width of the LSTM.
        generator: Draws the starting weights.
    """

    def __init__(
        self, alphabet: str, generator: torch.Generator, *, hidden: int = 128
    ) -> None:
        super().__init__()
        if len(set(alphabet)) < len(alphabet) or "\n" not in alphabet:
            raise ValueError(
                "alphabet must hold each character once, and the line break that "
                f"separates texts, got {alphabet!r}"
            )
        self.alphabet = alphabet
        self._number = {character: i for i, character in enumerate(alphabet)}
        self.embedding = nn.Embedding(len(alphabet), 16)
        self.lstm = nn.LSTM(16, hidden, batch_first=True)
        self.output = nn.Linear(hidden, len(alphabet))
        redraw(self, generator)

    def numbers(self, text: str) -> Tensor:
        """Return the text as numbers of characters, shape (len(text),).

        Raises:
            ValueError: If the alphabet lacks a character of it.
        """
        missing = sorted(set(text) - set(self.alphabet))
        if missing:
            raise ValueError(f"text must keep to the alphabet, got {missing}")
        return torch.tensor([self._number[character] for character in text])

    def forward(
        self, numbers: Tensor, state: tuple[Tensor, Tensor] | None = None
    ) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        """Return logits of each next character, (n, t, alphabet), and the state."""
        hidden, state = self.lstm(self.embedding(numbers), state)
        return self.output(hidden), state


def train_epoch(
    model: CharacterLSTM,
    optimiser: torch.optim.Optimizer,
    texts: Sequence[str],
    generator: torch.Generator,
    *,
    batch: int = 32,
    length: int = 64,
) -> float:
    """Read all texts once, in random order, and return the mean loss in nats.

    The texts are joined by line breaks and cut into ``batch`` rows; the state is handed
    on from one piece of ``length`` characters to the next.
    """
    order = torch.randperm(len(texts), generator=generator)
    stream = model.numbers("\n" + "\n".join(texts[i] for i in order) + "\n")
    columns = (len(stream) - 1) // batch
    inputs = stream[: columns * batch].view(batch, columns)
    targets = stream[1 : columns * batch + 1].view(batch, columns)
    state, total = None, 0.0
    for start in range(0, columns, length):
        piece = slice(start, start + length)
        logits, state = model(inputs[:, piece], state)
        # the state is handed on, its gradient is not: that ends with the piece
        state = tuple(part.detach() for part in state)
        loss = nn.functional.cross_entropy(
            logits.flatten(0, 1), targets[:, piece].flatten()
        )
        optimiser.zero_grad()
        loss.backward()
        # steep pieces are rare, and one of them would throw an LSTM far off
        nn.utils.clip_grad_norm_(model.parameters(), 5.0)
        optimiser.step()
        total += loss.item() * targets[:, piece].numel()
    return total / (batch * columns)


@torch.no_grad()
def next_digit_of(model: CharacterLSTM, lead: str) -> NextDigit:
    """Return the model's log probabilities of the next digit after ``lead + prefix``.

    They are renormalised over the ten digits: the adversary knows that digits follow.
    """
    digits = model.numbers("0123456789")
    first, state = model(model.numbers("\n" + lead)[None])

    @torch.no_grad()
    def next_digit(prefix: str) -> np.ndarray:
        logits = model(model.numbers(prefix)[None], state)[0] if prefix else first
        chosen = logits[0, -1, digits].double()
        return torch.log_softmax(chosen, dim=0).numpy()

    return next_digit


@torch.no_grad()
def candidate_losses(
    model: CharacterLSTM, lead: str, *, digits: int = DIGITS
) -> np.ndarray:
    """Return the loss of every candidate in nats, shape (10**digits,), float64.

    Entry 123 is that of "00123". All prefixes of a length go through the LSTM at once,
    so |R| candidates cost about |R| / 9 steps of the cell.
    """
    keys = model.numbers("0123456789")
    logits, state = model(model.numbers("\n" + lead)[None])
    losses = -torch.log_softmax(logits[:, -1, keys].double(), dim=1)
    total = losses.flatten()
    for _ in range(digits - 1):
        # each prefix meets ten digits: prefix p, digit d stands at 10 p + d
        state = tuple(part.repeat_interleave(10, dim=1) for part in state)
        step = keys.repeat(state[0].shape[1] // 10)[:, None]
        logits, state = model(step, state)
        losses = -torch.log_softmax(logits[:, -1, keys].double(), dim=1)
        total = (total[:, None] + losses).flatten()
    return total.numpy()


def exposure(losses: np.ndarray, secret: int) -> float:
    """Return the exposure of candidate ``secret`` in bits.

    Args:
        losses: Loss of each candidate, shape (|R|,); equal ones share the better rank.
        secret: Index of the planted one.

    Raises:
        ValueError: If ``secret`` is no index of ``losses``.
    """
    between(0, len(losses) - 1, secret=secret)
    rank = 1 + int((losses < losses[secret]).sum())
    return math.log2(len(losses)) - math.log2(rank)


@dataclass(frozen=True)
class Extraction:
    """What a guided search found.

    Attributes:
        secret: The most likely digits.
        loss: Their loss in nats.
        questions: How many prefixes were put to the model.
    """

    secret: str
    loss: float
    questions: int


def shortest_path(next_digit: NextDigit, *, digits: int = DIGITS) -> Extraction:
    """Return the most likely number, by Dijkstra's search over prefixes.

    The cheapest prefix so far is always extended first, so the first whole number that
    comes up is the best one of all 10**digits.
    """
    at_least(1, digits=digits)
    # costs are -log p >= 0, as Dijkstra needs: an extension is never cheaper
    queue, questions = [(0.0, "")], 0
    while True:
        loss, prefix = heapq.heappop(queue)
        if len(prefix) == digits:
            return Extraction(prefix, loss, questions)
        questions += 1
        for digit, log_probability in enumerate(next_digit(prefix)):
            cost = loss - float(log_probability)
            heapq.heappush(queue, (cost, f"{prefix}{digit}"))


def exposures(
    model: CharacterLSTM, canaries: Iterable[Canary]
) -> Mapping[Canary, float]:
    """Return the exposure of each canary in bits."""
    return {
        canary: exposure(candidate_losses(model, canary.lead), int(canary.secret))
        for canary in canaries
    }
