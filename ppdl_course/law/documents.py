"""Case narratives with labels: the lines of ``data/law_documents.jsonl``.

A narrative opens with the case, tells one or two facts of the charge, says a sentence
about each of two or three topics, and somewhere names what is private. Half of the test
documents are about people, streets and family words that training never shows.
"""

import json

from ppdl_course.law import ambiguous, chinese, english
from ppdl_course.law.ambiguous import OVERLAPS, TEST_OVERLAPS, Puzzle
from ppdl_course.law.cases import CHARGES
from ppdl_course.law.document_people import (
    DocumentPerson,
    document_slots,
    people_of,
    sentence_slots,
)
from ppdl_course.law.draws import Draws
from ppdl_course.law.markup import Marked, fill_in, spans

SEED = 20180715
# documents of each language and split, and how many of them hold an ambiguity
SIZES = {
    ("zh", "train"): (600, 280),
    ("zh", "test"): (200, 120),
    ("en", "train"): (525, 0),
    ("en", "test"): (175, 0),
}
TEST_PLACES = 30  # of each reading


def documents(seed: int = SEED) -> tuple[list[str], list[str]]:
    """Return the lines of the file, and the endings of the place names in it."""
    draws = Draws(seed)
    places, mayors = ambiguous.places_and_mayors(draws)
    records = []
    for language in ("zh", "en"):
        seen, unseen = people_of(draws, language)
        for split in ("train", "test"):
            count, puzzling = SIZES[language, split]
            puzzles = _Puzzles(split == "test", places, mayors)
            for i in range(count):
                new = split == "test" and i % 2 == 1
                people = unseen if new else seen
                puzzle = puzzles.next(draws, people) if i < puzzling else None
                story = _story(draws, language, people, new, puzzle)
                records.append({"split": split, "language": language, **story})
    mixed = draws.sample(records, len(records))
    lines = [
        json.dumps({"document_id": f"D{i + 1:04d}", **record}, ensure_ascii=False)
        for i, record in enumerate(mixed)
    ]
    return lines, places


class _Puzzles:
    """Ambiguous sentences of one split: both readings of each kind by turns."""

    KINDS = ("city_mayor", "name_boundary", "city_mayor", "name_boundary", "family")

    def __init__(self, is_test: bool, places: list[str], mayors: list[str]) -> None:
        part = slice(TEST_PLACES) if is_test else slice(TEST_PLACES, None)
        self._endings = {True: places[part], False: mayors[part]}
        cut = len(OVERLAPS) - TEST_OVERLAPS
        self._overlaps = OVERLAPS[cut:] if is_test else OVERLAPS[:cut]
        self._made = 0

    def next(self, draws: Draws, people: list[DocumentPerson]) -> Puzzle:
        """Return the next sentence; a name in it is of the surnames of ``people``."""
        kind = self.KINDS[self._made % len(self.KINDS)]
        first_reading = self._made // len(self.KINDS) % 2 == 0
        self._made += 1
        if kind == "city_mayor":
            city = draws.choice(chinese.CITIES.split())
            ending = draws.choice(self._endings[first_reading])
            return ambiguous.city_mayor(draws, city, ending, first_reading)
        overlap = draws.choice(self._overlaps)
        if kind == "family":
            return ambiguous.family_or_name(draws, overlap, first_reading)
        name = draws.choice(people).name[:2]
        return ambiguous.name_boundary(draws, name, overlap, first_reading)


def _story(
    draws: Draws,
    language: str,
    people: list[DocumentPerson],
    unseen: bool,
    puzzle: Puzzle | None,
) -> dict:
    """Return one record, without its number, language and split."""
    pool = english if language == "en" else chinese
    charge = draws.choice(CHARGES)
    topics = draws.sample(list(pool.TOPICS), draws.between(2, 3))
    templates = draws.sample(pool.FACTS[charge], draws.between(1, 2))
    templates += [draws.choice(pool.TOPICS[topic]) for topic in topics]
    templates += draws.sample(pool.PERSONAL, 1)
    templates += draws.sample(pool.ASIDES, draws.below(2))
    templates = [draws.choice(pool.OPENINGS), *draws.sample(templates, len(templates))]
    kept = document_slots(draws, language, people, unseen)
    sentences = [
        fill_in(template, kept | sentence_slots(draws, language))
        for template in templates
    ]
    at = len(sentences)
    if puzzle:
        at = draws.between(1, len(sentences))
        sentences.insert(at, puzzle.sentence)
    gap = Marked(" ", ("O",)) if language == "en" else Marked("", ())
    story, offset = sentences[0], 0
    for i, sentence in enumerate(sentences[1:], start=1):
        story += gap
        offset = len(story.text) if i == at else offset
        story += sentence
    word = charge if language == "en" else chinese.CHARGE_WORDS[charge]
    return {
        "unseen": unseen,
        "charge": charge,
        "topics": [word, *topics],
        "text": story.text,
        "entities": spans(story.labels),
        "ambiguous": puzzle
        and {
            "kind": puzzle.kind,
            "start": offset + puzzle.start,
            "end": offset + puzzle.end,
        },
    }
