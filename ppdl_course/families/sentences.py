"""Sentences of the case narratives, and a tagger's findings put back into documents."""

import re
from collections.abc import Callable, Sequence

from ppdl_course.families.entities import Entity
from ppdl_course.families.tagger import Tagger
from ppdl_course.law.records import LawDocument

AT_ONCE = 64  # sentences that a tagger reads together
_SENTENCE = r"[^。！？\n]*[。！？\n]|[^。！？\n]+"  # noqa: RUF001 (Chinese stops)


def cut(text: str) -> list[tuple[int, int]]:
    """Return ``(start, end)`` of each sentence of a Chinese text, stops included.

    >>> cut("张岚上诉。法院驳回。完")
    [(0, 5), (5, 10), (10, 11)]
    """
    return [match.span() for match in re.finditer(_SENTENCE, text)]


def labelled_sentences(
    documents: Sequence[LawDocument],
) -> tuple[list[str], list[Sequence[str]]]:
    """Return all sentences of the documents and their labels, to train on."""
    pieces = [
        (document.text[start:end], document.labels[start:end])
        for document in documents
        for start, end in cut(document.text)
    ]
    return [text for text, _ in pieces], [labels for _, labels in pieces]


def find_entities(tagger: Tagger, texts: Sequence[str]) -> list[list[Entity]]:
    """Return the entities of each text, as places in that text.

    Args:
        tagger: Reads one sentence at a time, some of equal length together.
        texts: Any texts, also empty ones.
    """
    pieces = [
        (row, start, text[start:end])
        for row, text in enumerate(texts)
        for start, end in cut(text)
    ]
    # neighbours of one length share a batch with little padding
    pieces.sort(key=lambda piece: len(piece[2]))
    by_text: list[list[Entity]] = [[] for _ in texts]
    for first in range(0, len(pieces), AT_ONCE):
        group = pieces[first : first + AT_ONCE]
        entities = tagger.find([sentence for _, _, sentence in group])
        for (row, offset, _), own in zip(group, entities, strict=True):
            by_text[row] += [(offset + a, offset + b, kind) for a, b, kind in own]
    return [sorted(own) for own in by_text]


def sentence_at(
    text: str, place: int
) -> tuple[str, Callable[[Sequence[Entity]], list[Entity]]]:
    """Return the sentence around a character, and a function for its entities.

    The function takes entities of the whole text and returns those inside the sentence,
    as places in the sentence.
    """
    start, end = next((a, b) for a, b in cut(text) if a <= place < b)

    def inside(entities: Sequence[Entity]) -> list[Entity]:
        return [(a - start, b - start, k) for a, b, k in entities if start <= a < end]

    return text[start:end], inside


def solved(document: LawDocument, predicted: Sequence[Entity]) -> bool:
    """Return whether the ambiguous place of ``document`` is labelled correctly.

    Every entity that touches the place has to be predicted with its ends and type,
    and no other.
    """
    place = document.ambiguous
    if place is None:
        raise ValueError(
            f"document must have an ambiguity, {document.document_id} has none"
        )

    def touching(entities: Sequence[Entity]) -> set[Entity]:
        return {(a, b, k) for a, b, k in entities if a < place.end and b > place.start}

    return touching(predicted) == touching(document.entities)
