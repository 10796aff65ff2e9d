"""Check of chapter 2: entities replaced by their types.

The secrecy test is exact: two texts that differ in their entities alone, in length too,
must become the same text. The usual mistakes are told apart by what they would return.
"""

import re
from collections.abc import Callable

import numpy as np

from ppdl_course.checks.fresh_inputs import drawn_anew
from ppdl_course.checks.verdict import Mistake, require, require_none

SEED = 2019
Entity = tuple[int, int, str]
TEXT = "Al Bo, 34, called his aunt Cy Dor at 000-1. Al Bo paid."
ENTITIES = [
    (0, 5, "PERSON"),
    (7, 9, "AGE"),
    (22, 26, "FAMILY"),
    (27, 33, "PERSON"),
    (37, 42, "PHONE"),
    (44, 49, "PERSON"),
]


def check_redact(redact: Callable[..., object]) -> None:
    """Check the redacted text, and that nothing of a name shows in it."""
    _check_text(redact, TEXT, ENTITIES)
    short = _redacted(redact, "The witness Bo left.", [(12, 14, "PERSON")])
    long = _redacted(redact, "The witness Annabella left.", [(12, 21, "PERSON")])
    require(
        short == long,
        f"two names leave two texts: {short!r} and {long!r}. Their length shows.",
    )
    expected = _cut(TEXT, ENTITIES)
    backwards = _redacted(redact, TEXT, ENTITIES[::-1])
    require(
        backwards == expected,
        f"entities may come in any order; last first gives {backwards}",
    )
    require(
        _redacted(redact, "No name here.", []) == "No name here.",
        "without entities the text stays as it is",
    )
    again = "Art. 34: Bo, 34, left."
    got = _redacted(redact, again, [(9, 11, "PERSON"), (13, 15, "AGE")])
    require(
        got == "Art. 34: [PERSON], [AGE], left.",
        "the rest of the text has to stay: replace an entity where it stands, not "
        f"wherever the same characters occur. {again!r} became {got!r}",
    )
    for kind in ("FAMILY", "PERSON"):
        entities = [(0, 2, kind), (2, 5, "PERSON")]
        touching = _redacted(redact, "孙子孙建民", entities)
        require(
            touching == f"[{kind}][PERSON]",
            f"two entities side by side should give [{kind}][PERSON], not {touching}: "
            "neighbours that touch are two, each with a type of its own, and are not "
            "joined",
        )


@drawn_anew
def check_any_redaction(redact: Callable[..., object], *, seed: int = SEED) -> None:
    """Check texts that are drawn: blanks, lines and entities wherever they may be.

    Entities touch or not, of one type or two; they stand at the very start and end, or
    are the whole text; types are written in both cases; the rest repeats their words.
    """
    rng = np.random.default_rng(seed)
    _check_text(redact, "Bo", [(0, 2, "PERSON")])
    wrong = []
    for _ in range(40):
        pieces, entities, place = [], [], 0
        for _ in range(int(rng.integers(1, 12))):
            word = str(rng.choice(_WORDS))
            if rng.random() < 0.5:
                entities.append((place, place + len(word), str(rng.choice(_KINDS))))
            pieces.append(word)
            place += len(word)
        order = rng.permutation(len(entities))
        text, entities = "".join(pieces), [entities[k] for k in order]
        got = _redacted(redact, text, entities)
        if got != _cut(text, entities):
            wrong.append((text, entities, got))
    if not wrong:
        return
    # a mistake is named if it explains all the wrong texts
    explained = [
        [told for told, made in _mistakes(text, entities) if made == got]
        for text, entities, got in wrong
    ]
    for told in explained[0]:
        require(not all(told in others for others in explained), told)
    text, entities, got = min(wrong, key=lambda case: len(case[0]))
    raise Mistake(
        f"the text {text!r} should be\n{_cut(text, entities)!r}\nand yours is\n{got!r}"
    )


_WORDS = (
    "Bo",
    "Annabella",
    " ",
    "  ",
    "34",
    "\n",
    ", ",
    "[AGE]",
    "孙",
    "ß",
    "\t",
    "bo",
)
_KINDS = ("PERSON", "PERSON", "AGE", "Phone", "home_address", "ID-2")


def _check_text(
    redact: Callable[..., object], text: str, entities: list[Entity]
) -> None:
    """Check one text, and name what an answer does with it."""
    expected = _cut(text, entities)
    got = _redacted(redact, text, entities)
    if got == expected:
        return
    require_none(
        message for message, wrong in _mistakes(text, entities) if got == wrong
    )
    if text == TEXT:
        _say_what_shows(got, expected)
    raise Mistake(f"the text should be\n{expected!r}\nand yours is\n{got!r}")


def _say_what_shows(got: str, expected: str) -> None:
    """Raise what can be seen in the wrong redaction of TEXT."""
    for start, end, _ in ENTITIES:
        secret = TEXT[start:end]
        require(secret not in got, f"{secret!r} can still be read: {got}")
    tag = re.compile(r"\[\w*\]")
    require(
        tag.sub("", got) != tag.sub("", expected),
        f"the brackets must hold each entity's own type: {got}",
    )
    stars = got.count("*") + got.count("█") + got.count("X")
    require(
        len(got) != len(TEXT) or stars < 10,
        "a mask as long as the name tells how long the name is: use the type.",
    )


def _cut(
    text: str,
    entities: list[Entity],
    tag: Callable[[Entity], str] = lambda entity: f"[{entity[2]}]",
    *,
    before: int = 0,
    behind: int = 0,
) -> str:
    """Return the text with each entity replaced where it stands.

    Args:
        text: To be redacted.
        entities: In any order.
        tag: What stands in an entity's place.
        before: By how much each start is moved.
        behind: By how much each end is moved.
    """
    parts, place = [], 0
    for entity in sorted(entities):
        start, end, _ = entity
        parts += [text[place : max(0, start + before)], tag(entity)]
        place = end + behind
    return "".join([*parts, text[place:]])


def _mistakes(text: str, entities: list[Entity]) -> list[tuple[str, str]]:
    """Return what each usual mistake makes of a text, with its message."""

    def name(entity: Entity) -> str:
        return text[entity[0] : entity[1]]

    def in_order(order: list[Entity]) -> str:
        """Return the text where places are not shifted by what was replaced."""
        changed = text
        for start, end, kind in order:
            changed = f"{changed[:start]}[{kind}]{changed[end:]}"
        return changed

    def everywhere(once: bool) -> str:
        changed = text
        for entity in sorted(entities, reverse=True):
            count = 1 if once else -1
            changed = changed.replace(name(entity), f"[{entity[2]}]", count)
        return changed

    right = _cut(text, entities)
    brackets = "put the type in brackets: [AGE]."
    shift = (
        "a replacement shifts the places behind it, so that names can still be read: "
        "start with the last entity, or count the shift."
    )
    length = "a mask as long as the name tells how long the name is: use the type."
    initial = "an initial is a part of the name: nothing of it may stay."
    type_ = "write the type as it is given: do not change its case."
    rest = "the rest of the text stays as it is: "
    merged, apart = _merged(text, entities)
    sides = "two entities side by side are two: each has its own [type]."
    last = max(entities, default=None)
    first = min(entities, default=None)
    without = [
        (entity, _cut(text, [other for other in entities if other != entity]))
        for entity in entities
    ]
    own = "the brackets must hold each entity's own type"
    return [
        (brackets, _cut(text, entities, lambda e: e[2])),
        *((brackets, _cut(text, entities, lambda e, p=p: f"{p[0]}{e[2]}{p[1]}"))
          for p in ("<>", "()", "{}", ("[[", "]]"))),
        (shift, in_order(sorted(entities))),
        (shift, in_order(entities)),
        ("end is excluded: the character at end belongs to the rest.",
         _cut(text, entities, behind=1)),
        ("end is excluded: the last character of the name may not stay.",
         _cut(text, entities, behind=-1)),
        ("the first character of the name may not stay: start belongs to it.",
         _cut(text, entities, before=1)),
        (f"{rest}the character before start does not belong to the name.",
         _cut(text, entities, before=-1)),
        (initial, _cut(text, entities, lambda e: f"{name(e)[0]}. [{e[2]}]")),
        (initial, _cut(text, entities, lambda e: f"{name(e)[0]}.")),
        (initial, _cut(text, entities, lambda e: f"{name(e)[0]}[{e[2]}]")),
        ("the name itself still stands there, beside its type.",
         _cut(text, entities, lambda e: f"[{e[2]}: {name(e)}]")),
        ("the name itself still stands there, beside its type.",
         _cut(text, entities, lambda e: f"[{e[2]}]{name(e)}")),
        *((length, _cut(text, entities, lambda e, c=c: c * (e[1] - e[0])))
          for c in "*X█_#x-."),
        (length, _cut(text, entities, lambda e: f"[{'*' * (e[1] - e[0])}]")),
        ("the length of the name may not show: yours writes it down.",
         _cut(text, entities, lambda e: f"[{e[2]}:{e[1] - e[0]}]")),
        ("the length of the name may not show: yours fills up with blanks.",
         _cut(text, entities, lambda e: f"[{e[2]}]".ljust(e[1] - e[0]))),
        ("a mask of stars says less than the type: put the type in brackets.",
         _cut(text, entities, lambda e: "***")),
        *((own, _cut(text, entities, lambda e, word=word: word))
          for word in ("[REDACTED]", "[PERSON]", "[ENTITY]", "[...]", "[]", "[X]")),
        ("the name is gone, and so is its type: put [AGE] in its place.",
         _cut(text, entities, lambda e: "")),
        (type_, _cut(text, entities, lambda e: f"[{e[2].upper()}]")),
        (type_, _cut(text, entities, lambda e: f"[{e[2].lower()}]")),
        (type_, _cut(text, entities, lambda e: f"[{e[2].title()}]")),
        (f"{rest}no blanks are added around the brackets.",
         _cut(text, entities, lambda e: f" [{e[2]}] ")),
        (f"{rest}blanks at its ends, too.", right.strip()),
        (f"{rest}blanks and lines in it, too.", " ".join(right.split())),
        (f"{rest}what stands behind the last entity is lost.",
         right[: len(right) - len(text) + max((e[1] for e in entities), default=0)]),
        (f"{rest}what stands before the first entity is lost.",
         right[min((e[0] for e in entities), default=0):]),
        (sides, merged),
        (sides, apart),
        ("replace an entity where it stands, not wherever the same characters occur.",
         everywhere(once=False)),
        ("replace an entity where it stands, not where the same characters occur "
         "first.", everywhere(once=True)),
        ("all entities are replaced: the last one in the text still stands.",
         _cut(text, [e for e in entities if e != last])),
        ("all entities are replaced: the first one in the text still stands.",
         _cut(text, [e for e in entities if e != first])),
        ("all entities are replaced: yours stops after the first in the text.",
         _cut(text, [first] if first else [])),
        ("all entities are replaced: yours stops after the last in the text.",
         _cut(text, [last] if last else [])),
        ("all entities are replaced: yours keeps the text as it is.", text),
        ("an entity may stand at the very end of the text.",
         _cut(text, [e for e in entities if e[1] < len(text)])),
        ("an entity may stand at the very start of the text.",
         _cut(text, [e for e in entities if e[0] > 0])),
        *((f"all entities are replaced: {name(e)!r} at {e[0]} still stands.", wrong)
          for e, wrong in without),
        *((f"all types of entities are replaced, not only {kind}.",
           _cut(text, [e for e in entities if e[2] == kind]))
          for kind in {e[2] for e in entities}),
    ]  # fmt: skip


def _merged(text: str, entities: list[Entity]) -> tuple[str, str]:
    """Return the text with touching entities as one: of one type, and of any."""
    results = []
    for any_type in (False, True):
        joined: list[Entity] = []
        for start, end, kind in sorted(entities):
            touches = joined and joined[-1][1] == start
            if touches and (any_type or joined[-1][2] == kind):
                joined[-1] = joined[-1][0], end, joined[-1][2]
            else:
                joined.append((start, end, kind))
        results.append(_cut(text, joined))
    return results[0], results[1]


def _redacted(redact: Callable[..., object], text: str, entities: list) -> str:
    argument = list(entities)
    try:
        answer = redact(text, argument)
    except (LookupError, ValueError, TypeError) as error:
        if entities:
            raise
        raise Mistake(
            "without entities the text stays as it is; yours ends in "
            f"{type(error).__name__}: {error}."
        ) from error
    require(argument == entities, "your function changes entities: work on a copy")
    require(
        isinstance(answer, str),
        f"redact must return a text, got {type(answer).__name__}",
    )
    return str(answer)
