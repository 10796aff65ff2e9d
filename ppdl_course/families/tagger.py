"""A tagger of entities in Chinese text: lattice LSTM both ways, CRF on top.

    characters -> vectors -> lattice LSTM forward,  -> emissions -> CRF -> labels
                             lattice LSTM backward

The backward network reads the text, and every word in it, from the end. Without a
lexicon the same class is the plain character LSTM with a CRF, which is what the lattice
is compared with: same data, same updates, same seeds.

The paper's word vectors come from a large corpus. Ours are learned together with the
rest, as the sum of one vector for the word and one for its class in the lexicon; a word
that no training sentence shows has vector 0 of its own and is known by its class alone.

Source: Zhang and Yang, "Chinese NER Using Lattice LSTM", ACL 2018 ([3] of the survey).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ppdl_course.families.crf import CRF
from ppdl_course.families.entities import Entity
from ppdl_course.families.initialise import redraw
from ppdl_course.families.lattice import Ending, LatticeLSTM, Lexicon, endings
from ppdl_course.law.markup import LABELS, spans

UNKNOWN = 0  # number of characters and words that were not seen in training
CHAR_WIDTH, WORD_WIDTH, STATE_WIDTH = 24, 16, 40
FORGET_CHAR, FORGET_WORD = 0.15, 0.3  # shares replaced by UNKNOWN while training


@dataclass(frozen=True)
class Sentences:
    """A batch of sentences as numbers, longest length = steps.

    Attributes:
        chars: Character numbers, int64, shape (steps, batch).
        lengths: Shape (batch,), int64.
        flip: At [t, row] the step that reads t when reading backwards, (steps, batch).
        ahead: Words by the step at which they end.
        back: Words by the step at which they end when reading backwards.
    """

    chars: Tensor
    lengths: Tensor
    flip: Tensor
    ahead: list[Ending | None]
    back: list[Ending | None]


class Tagger(nn.Module):
    """Labels each character of a text as one of ``ppdl_course.law.markup.LABELS``.

    Args:
        alphabet: The characters that the training texts show.
        lexicon: Word -> class; empty for the plain character LSTM.
        in_training: The words that the training texts show; others are read as UNKNOWN.
        generator: Draws the parameters.
    """

    def __init__(
        self,
        alphabet: str,
        lexicon: Mapping[str, str],
        in_training: frozenset[str],
        generator: torch.Generator,
    ) -> None:
        super().__init__()
        self.alphabet = {char: i for i, char in enumerate(alphabet, start=1)}
        self.lexicon = Lexicon(lexicon)
        kinds = {kind: i for i, kind in enumerate(sorted(set(lexicon.values())))}
        classes = [kinds[lexicon[word]] for word in self.lexicon.words]
        own = [
            i if w in in_training else UNKNOWN for w, i in self.lexicon.number.items()
        ]
        self.word_class = torch.tensor([0, *classes])
        self.word_own = torch.tensor([UNKNOWN, *own])
        self.chars = nn.Embedding(len(alphabet) + 1, CHAR_WIDTH)
        self.ahead = LatticeLSTM(CHAR_WIDTH, WORD_WIDTH, STATE_WIDTH, generator)
        self.back = LatticeLSTM(CHAR_WIDTH, WORD_WIDTH, STATE_WIDTH, generator)
        self.emit = nn.Linear(2 * STATE_WIDTH, len(LABELS))
        self.words = nn.Embedding(len(self.lexicon) + 1, WORD_WIDTH)
        self.classes = nn.Embedding(max(len(kinds), 1), WORD_WIDTH)
        for part in (self.chars, self.emit, self.words, self.classes):
            redraw(part, generator)
        self.crf = CRF(len(LABELS))

    def read(self, texts: Sequence[str]) -> Sentences:
        """Return texts as numbers; their words are looked up here.

        Raises:
            ValueError: If there is no text, or an empty one.
        """
        if not texts or not all(texts):
            raise ValueError("texts must hold one or more texts, none of them empty")
        lengths = torch.tensor([len(text) for text in texts])
        steps = int(lengths.max())
        chars = torch.zeros(steps, len(texts), dtype=torch.long)
        for row, text in enumerate(texts):
            numbers = [self.alphabet.get(char, UNKNOWN) for char in text]
            chars[: len(text), row] = torch.tensor(numbers)
        step = torch.arange(steps)[:, None]
        # turns each sentence around within its own length; padding stays where it is
        flip = torch.where(step < lengths, lengths - 1 - step, step)
        matches = [self.lexicon.matches(text) for text in texts]
        # the backward pass reads the text from its end: words begin where they ended
        turned = [
            [(len(text) - end, len(text) - start, word) for start, end, word in words]
            for text, words in zip(texts, matches, strict=True)
        ]
        return Sentences(
            chars, lengths, flip, endings(matches, steps), endings(turned, steps)
        )

    def emissions(
        self, batch: Sentences, generator: torch.Generator | None = None
    ) -> Tensor:
        """Return a score for each label, shape (steps, batch, labels).

        Args:
            batch: What :meth:`read` returned.
            generator: If given, draws which characters and words to forget, which is
                how UNKNOWN gets trained.
        """
        numbers, own = batch.chars, self.word_own
        if generator is not None:
            numbers = _forget(numbers, FORGET_CHAR, generator)
            own = _forget(own, FORGET_WORD, generator)
        # word plus class: a word that training never showed still has its class
        vectors = self.words(own) + self.classes(self.word_class)
        chars = self.chars(numbers)
        columns = torch.arange(chars.shape[1])
        ahead = self.ahead(chars, batch.ahead, vectors)
        back = self.back(chars[batch.flip, columns], batch.back, vectors)
        return self.emit(torch.cat([ahead, back[batch.flip, columns]], dim=2))

    def find(self, texts: Sequence[str]) -> list[list[Entity]]:
        """Return the entities of each text as ``(start, end, type)``."""
        with torch.no_grad():
            batch = self.read(texts)
            paths = self.crf.decode(self.emissions(batch), batch.lengths.tolist())
        return [spans([LABELS[label] for label in path]) for path in paths]


def train_tagger(
    tagger: Tagger,
    texts: Sequence[str],
    labels: Sequence[Sequence[str]],
    generator: torch.Generator,
    *,
    epochs: int,
    batch: int = 32,
    learning_rate: float = 5e-3,
) -> list[float]:
    """Train by Adam on the CRF's loss; return each epoch's mean, in nats a sentence.

    Args:
        tagger: The tagger.
        texts: Training sentences.
        labels: For each sentence one of ``LABELS`` a character.
        generator: Shuffles, and draws what to forget.
        epochs: Passes over the data; the learning rate falls to 0 along a cosine.
        batch: Sentences of a step.
        learning_rate: Of Adam, at the start.
    """
    number = {label: i for i, label in enumerate(LABELS)}
    targets = [torch.tensor([number[label] for label in row]) for row in labels]
    optimiser = torch.optim.Adam(tagger.parameters(), lr=learning_rate)
    fall = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, epochs)
    means = []
    for _ in range(epochs):
        total = 0.0
        for rows in _batches([len(text) for text in texts], batch, generator):
            sentences = tagger.read([texts[row] for row in rows])
            truth = nn.utils.rnn.pad_sequence([targets[row] for row in rows])
            emissions = tagger.emissions(sentences, generator)
            loss = tagger.crf.loss(emissions, truth, sentences.lengths)
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(tagger.parameters(), 5.0)
            optimiser.step()
            total += loss.item() * len(rows)
        fall.step()
        means.append(total / len(texts))
    return means


def _batches(
    lengths: Sequence[int], size: int, generator: torch.Generator
) -> list[list[int]]:
    """Return row numbers in batches of about equal lengths, in random order."""
    # sentences of up to four characters more or less change places: batches differ from
    # epoch to epoch, and padding stays short
    jitter = 4 * torch.rand(len(lengths), generator=generator)
    order = (torch.tensor(lengths) + jitter).argsort()
    groups = order.split(size)
    shuffled = torch.randperm(len(groups), generator=generator)
    return [groups[i].tolist() for i in shuffled]


def _forget(numbers: Tensor, share: float, generator: torch.Generator) -> Tensor:
    drawn = torch.rand(numbers.shape, generator=generator)
    return torch.where(drawn < share, UNKNOWN, numbers)
