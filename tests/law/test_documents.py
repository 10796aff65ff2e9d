"""Tests for the content of law_documents.jsonl and lexicon.txt."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppdl_course.data import load_law_documents, load_lexicon
from ppdl_course.law.ambiguous import OVERLAPS, TEST_OVERLAPS
from ppdl_course.law.document_people import SEEN, UNSEEN
from ppdl_course.law.markup import (
    ENTITY_TYPES,
    LABELS,
    Fill,
    bio_labels,
    fill_in,
    spans,
)


@pytest.fixture(scope="module")
def documents():
    return load_law_documents()


def surfaces(documents, kinds):
    return {
        d.text[s:e] for d in documents for s, e, kind in d.entities if kind in kinds
    }


def puzzles(split, kind):
    return [
        d
        for d in load_law_documents("zh", split)
        if d.ambiguous and d.ambiguous.kind == kind
    ]


def test_every_entity_type_is_in_every_language_and_split(documents):
    for language in ("zh", "en"):
        for split in ("train", "test"):
            part = [
                kind
                for d in documents
                if (d.language, d.split) == (language, split)
                for _, _, kind in d.entities
            ]
            assert min(part.count(kind) for kind in ENTITY_TYPES) >= 80


def test_entities_look_like_what_they_are(documents):
    patterns = {
        "PHONE": r"000([- ]?)\d{4}\1\d{4}",
        "AGE": r"(aged )?\d+(-year-old| years old)?|(\d+|[一二三四五六七八九十]+)周?岁",
        "ADDRESS": r"(Flat \d+, )?\d+ [\w ]+(, [\w ]+)?|.*\d+号(\d单元\d+室)?|..市长..",
        "FAMILY": r"[a-z-]+|[\u4e00-\u9fff]{2}",
        "PERSON": r"[A-Z][a-z]+( [A-Z][a-z]+)?|[\u4e00-\u9fff]{2,3}",
    }
    for kind, pattern in patterns.items():
        for text in surfaces(documents, {kind}):
            assert re.fullmatch(pattern, text), (kind, text)


def test_every_phone_number_in_a_text_is_labelled(documents):
    for document in documents:
        for found in re.finditer(r"000([- ]?)\d{4}\1\d{4}", document.text):
            assert (*found.span(), "PHONE") in document.entities


def test_the_topics_stand_in_the_text(documents):
    for document in documents:
        assert 3 <= len(document.topics) <= 4
        for topic in document.topics:
            assert topic in document.text.lower()


def test_texts_are_short(documents):
    longest = {"zh": 220, "en": 600}
    assert all(len(d.text) <= longest[d.language] for d in documents)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_unseen_documents_share_no_name_street_phone_or_relation_with_training(
    language,
):
    train = load_law_documents(language, "train")
    test = load_law_documents(language, "test")
    unseen = [d for d in test if d.unseen]
    assert 80 <= len(unseen) <= len(test) - 80
    private = {"PERSON", "ADDRESS", "PHONE"}
    # places of the ambiguous sentences are apart in all test documents; see below
    shared = surfaces(unseen, private) & surfaces(train, private)
    assert not {s for s in shared if "市长" not in s}
    relations = surfaces(unseen, {"FAMILY"}) & surfaces(train, {"FAMILY"})
    assert relations <= {"孙子"}
    assert not any(d.unseen for d in train)


def test_phone_numbers_link_documents(documents):
    linked: dict[str, set[str]] = {}
    for document in documents:
        for start, end, kind in document.entities:
            if kind == "PHONE":
                number = re.sub("[- ]", "", document.text[start:end])
                linked.setdefault(number, set()).add(document.document_id)
    assert max(len(found) for found in linked.values()) >= 3
    assert len(linked) <= 2 * (SEEN + UNSEEN)


@pytest.mark.parametrize("kind", ["city_mayor", "name_boundary", "family_or_name"])
def test_both_readings_of_each_ambiguity_are_in_both_splits(kind):
    for split in ("train", "test"):
        readings = []
        for document in puzzles(split, kind):
            place = document.ambiguous
            inside = [
                (end - start, entity)
                for start, end, entity in document.entities
                if start < place.end and end > place.start
            ]
            assert len(inside) == 1
            readings += inside
        counts = [readings.count(reading) for reading in set(readings)]
        assert len(counts) == 2
        assert min(counts) >= 0.45 * len(readings)


def test_the_lexicon_alone_tells_places_from_mayors():
    lexicon = load_lexicon()
    for split in ("train", "test"):
        for document in puzzles(split, "city_mayor"):
            place = document.ambiguous
            last_three = document.text[place.end - 3 : place.end]
            is_place = (place.start, place.end, "ADDRESS") in document.entities
            assert (lexicon.get(last_three) == "place") == is_place


def test_no_place_or_mayor_of_the_test_is_in_training():
    endings = {
        split: {
            d.text[d.ambiguous.end - 2 : d.ambiguous.end]
            for d in puzzles(split, "city_mayor")
        }
        for split in ("train", "test")
    }
    assert not endings["train"] & endings["test"]


def test_the_words_that_meet_overlap_and_are_all_in_the_lexicon():
    lexicon = load_lexicon()
    for pair in OVERLAPS:
        assert pair.early[1] == pair.late[0]
        assert {pair.early, pair.late} <= lexicon.keys()
    words = [{p.early for p in part} for part in (OVERLAPS[:-TEST_OVERLAPS], OVERLAPS)]
    assert len(words[1]) == len(words[0]) + TEST_OVERLAPS


def test_the_early_words_of_the_test_never_follow_a_name_in_training():
    held_out = tuple(p.early + p.early_rest for p in OVERLAPS[-TEST_OVERLAPS:])
    for document in load_law_documents("zh", "train"):
        place = document.ambiguous
        if place and place.kind != "city_mayor":
            assert not any(words in document.text for words in held_out)


def test_no_name_of_a_person_is_in_the_lexicon(documents):
    assert not surfaces(documents, {"PERSON"}) & load_lexicon().keys()


def test_a_filled_template_labels_what_its_slots_say():
    fills = {"who": Fill("Al", "PERSON"), "what": Fill("tea")}
    text, labels = fill_in("{who}: {what}", fills)
    assert text == "Al: tea"
    assert labels == ("B-PERSON", "I-PERSON", *"OOOOO")


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 4), st.integers(0, 4))))
def test_spans_are_the_inverse_of_labels(pieces):
    entities, end = [], 0
    for gap, length, kind in pieces:
        start = end + gap
        end = start + length
        entities.append((start, end, ENTITY_TYPES[kind]))
    labels = bio_labels(end + 1, entities)
    assert spans(labels) == entities
    assert set(labels) <= set(LABELS)
