"""A topic-aware LSTM that writes about several topics, with coverage weights.

At each word the decoder asks which topic to write about. Topic j has a vector T_j and a
coverage C_j, how much there is left to say about it, which starts at 1:

    s_j     = C_j * v . tanh(W h + U T_j)          h: state before this word
    alpha   = softmax(s)                           over the topics of this text
    h'      = LSTM([word before; sum_j alpha_j T_j], h)
    C_j    <- C_j - alpha_j / phi_j                phi = N sigmoid(U_f [T_1 .. T_k])

N is the length of the text, so phi_j says for how many words topic j should last. With
``topics="frozen"`` C stays 1; with ``topics="none"`` the sum is replaced by zeros, and
the same LSTM without topics is left.

The texts are redacted before anything is learned from them: a generator cannot give
away a name that it has never seen.

Source: Feng, Liu, Liu, Qin, Sun and Liu, "Topic-to-Essay Generation with Neural
Networks", IJCAI 2018 ([4] of the survey). The paper trains on 305,000 essays; here it
is some 500 synthetic case narratives.
"""

import re
from collections.abc import Sequence
from typing import Literal

import torch
from torch import Tensor, nn

from ppdl_course.arguments import positive
from ppdl_course.families.initialise import redraw
from ppdl_course.families.recurrent import lstm_step
from ppdl_course.families.redaction import redact

PAD, START, END = 0, 1, 2
MOST_TOPICS = 4
Mode = Literal["coverage", "frozen", "none"]


def story(text: str, entities: Sequence[tuple[int, int, str]]) -> list[str]:
    """Return the words of a redacted text, in lower case, with digits as ``#``.

    >>> story("Al Bo, 34, paid 1,200 crowns.", [(0, 5, "PERSON"), (7, 9, "AGE")])
    ['[person]', ',', '[age]', ',', 'paid', '#', 'crowns', '.']
    """
    # all numbers are one word: amounts and dates would fill the vocabulary
    bare = re.sub(r"\d[\d,]*", "#", redact(text, entities).lower())
    return re.findall(r"\[\w+\]|#|[\w'-]+|[^\w\s]", bare)


class Vocabulary:
    """Words and their numbers; 0 pads, 1 starts and 2 ends a text.

    Args:
        stories: Texts as lists of words.
    """

    def __init__(self, stories: Sequence[Sequence[str]]) -> None:
        self.words = (
            *("<pad>", "<start>", "<end>"),
            # sorted: a set's order, and with it every number, changes from run to run
            *sorted({word for story in stories for word in story}),
        )
        self.number = {word: i for i, word in enumerate(self.words)}

    def topics(self, topics: Sequence[Sequence[str]]) -> Tensor:
        """Return the topics' numbers, shape (texts, MOST_TOPICS), 0 where none is.

        Raises:
            ValueError: If a text has no topic, too many, or one outside the vocabulary.
        """
        rows = torch.zeros(len(topics), MOST_TOPICS, dtype=torch.long)
        for row, own in zip(rows, topics, strict=True):
            if not 1 <= len(own) <= MOST_TOPICS:
                raise ValueError(f"topics must be 1 to {MOST_TOPICS}, got {len(own)}")
            if unknown := [word for word in own if word not in self.number]:
                raise ValueError(
                    f"topics must be in the vocabulary, got {unknown[0]!r}"
                )
            row[: len(own)] = torch.tensor([self.number[word] for word in own])
        return rows


class TopicLSTM(nn.Module):
    """The decoder.

    Args:
        words: Size of the vocabulary.
        generator: Draws the parameters.
        topics: "coverage", "frozen" or "none", see the head of the module.
        width: Width of the state.
        inputs: Width of a word's vector.
    """

    def __init__(
        self,
        words: int,
        generator: torch.Generator,
        *,
        topics: Mode,
        width: int = 96,
        inputs: int = 48,
    ) -> None:
        super().__init__()
        if topics not in ("coverage", "frozen", "none"):
            raise ValueError(f"topics must be a mode of the decoder, got {topics!r}")
        self.mode = topics
        self.embedding = nn.Embedding(words, inputs)
        self.drive = nn.Linear(2 * inputs, 4 * width)
        self.W_h = nn.Parameter(torch.empty(4 * width, width))
        self.W = nn.Linear(width, width, bias=False)
        self.U = nn.Linear(inputs, width, bias=False)
        self.v = nn.Linear(width, 1, bias=False)
        self.U_f = nn.Linear(MOST_TOPICS * inputs, MOST_TOPICS)
        self.out = nn.Linear(width, words)
        redraw(self, generator)

    def loss(self, stories: Tensor, topics: Tensor) -> Tensor:
        """Return the mean cross entropy of the next word, in nats a word.

        Args:
            stories: Numbers, START first and END last, shape (steps, texts), then PAD.
            topics: Numbers, shape (texts, MOST_TOPICS).
        """
        writing = Writing(self, topics, (stories != PAD).sum(0))
        states = torch.stack([writing.read(word) for word in stories[:-1]])
        logits = self.out(states).flatten(0, 1)
        return nn.functional.cross_entropy(
            logits, stories[1:].flatten(), ignore_index=PAD
        )

    def write(
        self,
        topics: Tensor,
        generator: torch.Generator,
        *,
        length: int = 75,
        temperature: float = 0.5,
    ) -> list[list[int]]:
        """Draw one text for each row of topics, each at most twice ``length`` long."""
        positive(temperature=temperature)
        with torch.no_grad():
            writing = Writing(self, topics, torch.full((len(topics),), length))
            word = torch.full((len(topics),), START)
            drawn = []
            for _ in range(2 * length):
                chances = torch.softmax(self.out(writing.read(word)) / temperature, 1)
                chances[:, [PAD, START]] = 0  # multinomial needs no sum of 1
                word = torch.multinomial(chances, 1, generator=generator)[:, 0]
                drawn.append(word)
        return [_until_end(row) for row in torch.stack(drawn).T.tolist()]


class Writing:
    """A batch of texts in the making: state, cell and what is left of each topic.

    Args:
        decoder: The network.
        topics: Numbers, shape (texts, MOST_TOPICS), PAD where there is none.
        lengths: Number of words planned for each text, shape (texts,).

    Attributes:
        coverage: C, shape (texts, MOST_TOPICS).
        weights: alpha at the last word, the same shape.
    """

    def __init__(self, decoder: TopicLSTM, topics: Tensor, lengths: Tensor) -> None:
        self._decoder = decoder
        self._absent = topics == PAD
        self._vectors = decoder.embedding(topics) * ~self._absent[..., None]
        self._keys = decoder.U(self._vectors)  # the same at every word: once a text
        lasting = torch.sigmoid(decoder.U_f(self._vectors.flatten(1)))
        self._phi = lasting * lengths[:, None]  # words that a topic lasts for
        self._h = self._c = self._vectors.new_zeros(len(topics), decoder.W_h.shape[1])
        self.coverage = self.weights = (~self._absent).float()

    def read(self, words: Tensor) -> Tensor:
        """Take in the words just written, shape (texts,); return the new states."""
        net = self._decoder
        self.weights = self._attend()
        topic = (self.weights[..., None] * self._vectors).sum(1)
        if net.mode == "none":
            topic = torch.zeros_like(topic)
        if net.mode == "coverage":
            self.coverage = self.coverage - self.weights / self._phi
        drive = net.drive(torch.cat([net.embedding(words), topic], dim=1))
        self._h, self._c = lstm_step(drive, self._h, self._c, net.W_h)
        return self._h

    def _attend(self) -> Tensor:
        net = self._decoder
        score = net.v(torch.tanh(net.W(self._h)[:, None] + self._keys))[..., 0]
        score = (self.coverage * score).masked_fill(self._absent, -torch.inf)
        return torch.softmax(score, dim=1)


def train_topics(
    decoder: TopicLSTM,
    vocabulary: Vocabulary,
    stories: Sequence[Sequence[str]],
    topics: Sequence[Sequence[str]],
    generator: torch.Generator,
    *,
    epochs: int,
    batch: int = 16,
    learning_rate: float = 1e-2,
) -> list[float]:
    """Train by Adam; return each epoch's mean loss in nats a word."""
    numbers = [
        torch.tensor([START, *(vocabulary.number[word] for word in story), END])
        for story in stories
    ]
    wanted = vocabulary.topics(topics)
    optimiser = torch.optim.Adam(decoder.parameters(), lr=learning_rate)
    fall = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, epochs)
    means = []
    for _ in range(epochs):
        losses = []
        for rows in torch.randperm(len(numbers), generator=generator).split(batch):
            # padded with PAD = 0, which the loss leaves out
            padded = nn.utils.rnn.pad_sequence([numbers[row] for row in rows])
            loss = decoder.loss(padded, wanted[rows])
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(decoder.parameters(), 1.0)
            optimiser.step()
            losses.append(loss.item())
        fall.step()
        means.append(sum(losses) / len(losses))
    return means


def topic_coverage(
    stories: Sequence[Sequence[str]], topics: Sequence[Sequence[str]]
) -> float:
    """Return the share of requested topic words that stand in their text."""
    asked = [
        word in story
        for story, own in zip(stories, topics, strict=True)
        for word in own
    ]
    return sum(asked) / len(asked)


def bleu(stories: Sequence[Sequence[str]], held_out: Sequence[Sequence[str]]) -> float:
    """Return corpus BLEU with 1- and 2-grams, 0 to 100, computed by sacrebleu.

    Args:
        stories: Generated texts.
        held_out: For each the real text about the same topics.

    Source: Papineni et al., "BLEU", ACL 2002; the paper reports BLEU-2.
    """
    from sacrebleu.metrics import BLEU

    metric = BLEU(max_ngram_order=2, tokenize="none", force=True)
    return metric.corpus_score(
        [" ".join(story) for story in stories],
        [[" ".join(story) for story in held_out]],
    ).score


def _until_end(numbers: list[int]) -> list[int]:
    return numbers[: numbers.index(END)] if END in numbers else numbers
