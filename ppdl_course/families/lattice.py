"""The lattice LSTM: a character LSTM that also reads whole words of a lexicon.

Every lexicon word w that ends at character e and begins at b opens a shortcut from b to
e, a cross-layer link through time with its own cell:

    i, f = sigmoid(V_w x^w + V_h h_b + v)          two blocks of rows, and a third:
    g    = tanh(...)
    c^w  = f * c_b + i * g                          the word's cell
    i^w  = sigmoid(L_x x_e + L_c c^w + l)           how much the word counts at e
    a    = exp(i^w) / (exp(i_e) + sum exp(i^w'))    weights, entry by entry
    c_e  = sum a^w * c^w + a_e * g_e                instead of f_e * c_(e-1) + i_e * g_e
    h_e  = o_e * tanh(c_e)

The weights are a softmax over the gates of all words that end at e and the character's
own input gate i_e. Where no word ends, the cell is the ordinary LSTM's; so an empty
lexicon leaves the ordinary LSTM, number for number.

Source: Zhang and Yang, "Chinese NER Using Lattice LSTM", ACL 2018 ([3] of the survey).
Here all words that end at one place, in all sentences of a batch, go through the cell
at once.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn

from ppdl_course.families.initialise import redraw
from ppdl_course.families.recurrent import lstm_step


class Ending(NamedTuple):
    """The words that end at one step, over all sentences of a batch.

    Attributes:
        rows: Sentence of each word, int64, shape (n,).
        spans: Characters from the word's first to its last, int64 >= 1, shape (n,).
        words: Number of each word in the lexicon, int64, shape (n,).
    """

    rows: Tensor
    spans: Tensor
    words: Tensor


class Lexicon:
    """Words to look for in a text; a word's number is its place in the list, from 1.

    Number 0 is kept for words that a model has never been trained on.

    Args:
        words: Words of two or more characters; repetitions count once.
    """

    def __init__(self, words: Iterable[str] = ()) -> None:
        self.words = tuple(dict.fromkeys(words))
        if short := [word for word in self.words if len(word) < 2]:
            raise ValueError(
                f"words must have two or more characters, got {short[0]!r}"
            )
        self.number = {word: i for i, word in enumerate(self.words, start=1)}
        self._lengths = sorted({len(word) for word in self.words})

    def __len__(self) -> int:
        return len(self.words)

    def matches(self, text: str) -> list[tuple[int, int, int]]:
        """Return ``(start, end, number)`` of every word in ``text``, end excluded.

        >>> Lexicon(["南京", "南京市", "市长"]).matches("南京市长")
        [(0, 2, 1), (0, 3, 2), (2, 4, 3)]
        """
        return [
            (start, start + length, self.number[text[start : start + length]])
            for start in range(len(text))
            for length in self._lengths
            if start + length <= len(text)
            and text[start : start + length] in self.number
        ]


def endings(
    matches: Sequence[Sequence[tuple[int, int, int]]], steps: int
) -> list[Ending | None]:
    """Sort the words of a batch of sentences by the step at which they end.

    Args:
        matches: For each sentence what :meth:`Lexicon.matches` returned.
        steps: Length of the longest sentence.

    Returns:
        One entry for each step, None where no word ends.
    """
    by_end: list[list[tuple[int, int, int]]] = [[] for _ in range(steps)]
    for row, words in enumerate(matches):
        for start, end, number in words:
            by_end[end - 1].append((row, end - 1 - start, number))
    return [Ending(*torch.tensor(here).T) if here else None for here in by_end]


class LatticeLSTM(nn.Module):
    """An LSTM over characters with word cells.

    Args:
        inputs: Width of a character's vector.
        word_inputs: Width of a word's vector.
        width: Width of states and cells.
        generator: Draws the parameters.
    """

    def __init__(
        self, inputs: int, word_inputs: int, width: int, generator: torch.Generator
    ) -> None:
        super().__init__()
        self.W_x = nn.Parameter(torch.empty(4 * width, inputs))
        self.W_h = nn.Parameter(torch.empty(4 * width, width))
        self.b = nn.Parameter(torch.empty(4 * width))
        self.word_gates = nn.Linear(word_inputs + width, 3 * width)
        self.link_gate = nn.Linear(inputs + width, width)
        redraw(self, generator)

    def forward(
        self, chars: Tensor, ends: Sequence[Ending | None], word_vectors: Tensor
    ) -> Tensor:
        """Return the states, shape (steps, batch, width).

        Args:
            chars: Vectors of the characters, shape (steps, batch, inputs).
            ends: For each step the words that end there, or None.
            word_vectors: Vector of each word number, shape (numbers, word_inputs).
        """
        # all steps in one product; only what depends on the last state waits
        drives = chars @ self.W_x.T + self.b
        h = c = chars.new_zeros(chars.shape[1], self.W_h.shape[1])
        states, cells = [], []
        for x, drive, ending in zip(chars, drives, ends, strict=True):
            if ending is None:
                h, c = lstm_step(drive, h, c, self.W_h)
            else:
                words = self._word_cells(ending, states, cells, word_vectors)
                h, c = self._merge(x, drive + h @ self.W_h.T, c, ending.rows, words)
            states.append(h)
            cells.append(c)
        return torch.stack(states)

    def _word_cells(
        self, ending: Ending, states: list[Tensor], cells: list[Tensor], vectors: Tensor
    ) -> Tensor:
        """Return c^w of each word, shape (n, width)."""
        # only as far back as the longest word here: stacking all states is quadratic
        back = int(ending.spans.max())
        where = (back - ending.spans, ending.rows)
        h_b = torch.stack(states[-back:])[where]
        c_b = torch.stack(cells[-back:])[where]
        known = torch.cat([vectors[ending.words], h_b], dim=1)
        i, f, g = self.word_gates(known).chunk(3, dim=1)
        return torch.sigmoid(f) * c_b + torch.sigmoid(i) * torch.tanh(g)

    def _merge(
        self, x: Tensor, gates: Tensor, c: Tensor, rows: Tensor, words: Tensor
    ) -> tuple[Tensor, Tensor]:
        """Return state and cell at a step where words end in some sentences."""
        i, f, g, o = gates.chunk(4, dim=1)
        i, f, g = torch.sigmoid(i), torch.sigmoid(f), torch.tanh(g)
        # gates of the words and of the character are normalised by a softmax over all
        # that end here; index_add sums the words of each sentence
        link = torch.sigmoid(self.link_gate(torch.cat([x[rows], words], dim=1))).exp()
        total = i.exp().index_add(0, rows, link)
        merged = (i.exp() * g).index_add(0, rows, link * words) / total
        has_word = torch.zeros(len(c), 1, dtype=torch.bool)
        has_word[rows] = True
        c = torch.where(has_word, merged, f * c + i * g)
        return torch.sigmoid(o) * torch.tanh(c), c
