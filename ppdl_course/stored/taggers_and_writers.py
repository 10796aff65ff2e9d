"""The taggers and generators of chapter 2, trained ahead of time.

``python -m ppdl_course.stored.taggers_and_writers`` trains all five again, from fixed
seeds, and writes one ``.npz`` each beside this module.
Weights are kept in half precision; what the chapter reports is measured with them. A
test trains a shortened run twice, compares the two, and measures that the stored
weights fit data that no untrained network fits.

``char``, ``lattice``
    The taggers: one class, one seed, one training; an empty lexicon for ``char``.
``none``, ``frozen``, ``coverage``
    The generators: one class, one seed, one training; three ways to use the topics.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
import torch

from ppdl_course.data import load_law_documents, load_lexicon
from ppdl_course.families.initialise import seeded
from ppdl_course.families.sentences import labelled_sentences
from ppdl_course.families.tagger import Tagger, train_tagger
from ppdl_course.families.topics import (
    START,
    TopicLSTM,
    Vocabulary,
    Writing,
    story,
    train_topics,
)
from ppdl_course.stored.files import read_weights, weights_of, write_arrays

SEED = 2
TAGGERS = {"char": False, "lattice": True}  # name -> whether it has the lexicon
WRITERS = ("none", "frozen", "coverage")
TAGGER_EPOCHS, WRITER_EPOCHS = 10, 40
FILES = tuple(
    [f"tagger_{name}.npz" for name in TAGGERS]
    + [f"writer_{name}.npz" for name in WRITERS]
)


class Stories(NamedTuple):
    """Redacted English narratives as lists of words, and their topics."""

    words: list[list[str]]
    topics: list[tuple[str, ...]]


def stories(split: str) -> Stories:
    """Return the redacted English narratives of ``"train"`` or ``"test"``."""
    documents = load_law_documents("en", split)
    return Stories(
        [story(document.text, document.entities) for document in documents],
        [document.topics for document in documents],
    )


def untrained_tagger(name: str, generator: torch.Generator) -> Tagger:
    """Return the tagger ``"char"`` or ``"lattice"`` before its training."""
    if name not in TAGGERS:
        raise ValueError(f"name must be one of {sorted(TAGGERS)}, got {name!r}")
    lexicon: Mapping[str, str] = load_lexicon() if TAGGERS[name] else {}
    text = "\n".join(document.text for document in load_law_documents("zh", "train"))
    alphabet = "".join(sorted(set(text) - {"\n"}))
    in_training = frozenset(word for word in lexicon if word in text)
    return Tagger(alphabet, lexicon, in_training, generator)


def trained_tagger(name: str, *, epochs: int = TAGGER_EPOCHS) -> Tagger:
    """Return the tagger after training it here and now."""
    generator = seeded(SEED)
    tagger = untrained_tagger(name, generator)
    texts, labels = labelled_sentences(load_law_documents("zh", "train"))
    losses = train_tagger(tagger, texts, labels, generator, epochs=epochs)
    print(f"{name}: {losses[-1]:.3f} nats a sentence")
    return tagger


@cache
def load_tagger(name: str) -> Tagger:
    """Return the tagger ``"char"`` or ``"lattice"`` with its stored weights."""
    tagger = untrained_tagger(name, seeded(SEED))
    read_weights(tagger, f"tagger_{name}.npz")
    return tagger


@cache
def vocabulary() -> Vocabulary:
    """Return the words of the redacted English training narratives."""
    return Vocabulary(stories("train").words)


def trained_writer(name: str, *, epochs: int = WRITER_EPOCHS) -> TopicLSTM:
    """Return the generator after training it here and now."""
    generator = seeded(SEED)
    words, topics = stories("train")
    writer = TopicLSTM(len(vocabulary().words), generator, topics=name)
    losses = train_topics(writer, vocabulary(), words, topics, generator, epochs=epochs)
    print(f"{name}: {losses[-1]:.3f} nats a word")
    return writer


@cache
def load_writer(name: str) -> TopicLSTM:
    """Return the generator "none", "frozen" or "coverage" with its stored weights."""
    writer = TopicLSTM(len(vocabulary().words), seeded(SEED), topics=name)
    read_weights(writer, f"writer_{name}.npz")
    return writer


def coverage_of(words: Sequence[str], topics: Sequence[str]) -> np.ndarray:
    """Return the coverage of the topics while a text is read word by word.

    Args:
        words: The text, planned as long as it is.
        topics: The topics.

    Returns:
        float32 array of shape (len(words) + 1, len(topics)); the first row is all ones.
    """
    numbers = [START, *(vocabulary().number[word] for word in words)]
    with torch.no_grad():
        asked = vocabulary().topics([topics])
        # planned as long as it is: coverage ends where the text does
        writing = Writing(load_writer("coverage"), asked, torch.tensor([len(words)]))
        rows = [writing.coverage[0]]
        for number in numbers[:-1]:
            writing.read(torch.tensor([number]))
            rows.append(writing.coverage[0])
    return torch.stack(rows)[:, : len(topics)].numpy()


def make() -> None:
    """Train the five networks and store their weights."""
    torch.set_num_threads(1)  # small matrices: a second thread only waits
    for name in TAGGERS:
        write_arrays(f"tagger_{name}.npz", weights_of(trained_tagger(name)))
    for name in WRITERS:
        write_arrays(f"writer_{name}.npz", weights_of(trained_writer(name)))


if __name__ == "__main__":
    make()
