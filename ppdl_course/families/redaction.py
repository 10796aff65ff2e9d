"""Redaction: take the entities out of a text, and see what still points at a person.

A mask that is as long as what it hides tells the length; one mask for every entity of a
type tells nothing but the type. A mention that the tagger missed stays where it is, and
one is enough.
"""

from collections.abc import Sequence

from ppdl_course.families.entities import Entity


def redact(text: str, entities: Sequence[Entity]) -> str:
    """Return ``text`` with each entity replaced by its type in brackets.

    Args:
        text: Any text.
        entities: ``(start, end, type)``, end excluded, in any order.

    Raises:
        ValueError: If an entity is empty, lies outside the text or overlaps another.

    >>> redact("Al met Bo.", [(7, 9, "PERSON"), (0, 2, "PERSON")])
    '[PERSON] met [PERSON].'
    """
    parts, done = [], 0
    for start, end, kind in sorted(entities):
        if not done <= start < end <= len(text):
            raise ValueError(
                f"entities must not be empty, overlap or leave the text of "
                f"{len(text)} characters, got {(start, end, kind)}"
            )
        parts += [text[done:start], f"[{kind}]"]
        done = end
    return "".join([*parts, text[done:]])


def everywhere(text: str, entities: Sequence[Entity]) -> list[Entity]:
    """Return the entities and every further place where the same words stand.

    A tagger that has found a name once and missed it twice has told the redactor what
    to look for. Longer entities go first; places that overlap a found one are left out.
    """
    taken = {i for start, end, _ in entities for i in range(start, end)}
    more = list(entities)
    for start, end, kind in sorted(entities, key=lambda e: e[0] - e[1]):
        words, place = text[start:end], text.find(text[start:end])
        while place >= 0:
            span = range(place, place + len(words))
            if taken.isdisjoint(span):
                taken.update(span)
                more.append((span.start, span.stop, kind))
            place = text.find(words, place + 1)  # by one: places may overlap
    return sorted(more)


def survivors(
    text: str, truth: Sequence[Entity], redacted: Sequence[Entity]
) -> list[str]:
    """Return the entities of which a character is still readable after redaction.

    Args:
        text: The text.
        truth: Its entities.
        redacted: The entities that were redacted.
    """
    covered = {i for start, end, _ in redacted for i in range(start, end)}
    return [
        text[start:end]
        for start, end, _ in truth
        if not covered.issuperset(range(start, end))
    ]
