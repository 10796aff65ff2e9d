"""Templates with slots, and the text and labels that filling them gives.

``"{person} lives at {address}."`` has slots. What fills a slot is a :class:`Fill`: the
words, and the entity that they are or None. Each character of an entity is labelled
``B-TYPE`` (the first) or ``I-TYPE``; all others are ``O``.
"""

import string
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

ENTITY_TYPES = ("PERSON", "AGE", "FAMILY", "ADDRESS", "PHONE")
LABELS = ("O", *(f"{part}-{entity}" for entity in ENTITY_TYPES for part in "BI"))


class Fill(NamedTuple):
    """What stands in a slot: the words and, if they are an entity, its type."""

    words: str
    entity: str | None = None


class Marked(NamedTuple):
    """A text and one label for each of its characters."""

    text: str
    labels: tuple[str, ...]

    def __add__(self, other: "Marked") -> "Marked":  # type: ignore[override]
        return Marked(self.text + other.text, self.labels + other.labels)


def mark(fill: Fill) -> Marked:
    """Return the words of one slot with their labels.

    >>> mark(Fill("Bo", "PERSON")).labels
    ('B-PERSON', 'I-PERSON')
    """
    words, entity = fill
    entities = [(0, len(words), entity)] if entity else []
    return Marked(words, bio_labels(len(words), entities))


def fill_in(template: str, slots: Mapping[str, Fill]) -> Marked:
    """Return the template's text with its slots filled, and the labels.

    >>> fill_in("{who} ran.", {"who": Fill("Al", "PERSON")}).text
    'Al ran.'
    """
    marked = Marked("", ())
    for literal, slot, _, _ in string.Formatter().parse(template):
        marked += mark(Fill(literal))
        if slot is not None:
            marked += mark(slots[slot])
    return marked


def bio_labels(
    length: int, entities: Iterable[tuple[int, int, str]]
) -> tuple[str, ...]:
    """Return the BIO labels of a text with entities ``(start, end, type)``.

    >>> bio_labels(4, [(0, 2, "AGE")])
    ('B-AGE', 'I-AGE', 'O', 'O')
    """
    labels = ["O"] * length
    for start, end, entity in entities:
        labels[start:end] = [f"I-{entity}"] * (end - start)
        labels[start] = f"B-{entity}"
    return tuple(labels)


def spans(labels: Sequence[str]) -> list[tuple[int, int, str]]:
    """Return ``(start, end, type)`` of each entity in a sequence of BIO labels.

    An ``I-`` that continues nothing opens an entity, as in the CoNLL scorer.

    >>> spans(["B-AGE", "I-AGE", "O", "I-PHONE"])
    [(0, 2, 'AGE'), (3, 4, 'PHONE')]
    """
    entities: list[tuple[int, int, str]] = []
    open_type, start = "", 0
    for position, label in enumerate([*labels, "O"]):
        prefix, _, entity = label.partition("-")
        if open_type and (prefix != "I" or entity != open_type):
            entities.append((start, position, open_type))
            open_type = ""
        if entity and not open_type:
            open_type, start = entity, position
    return entities
