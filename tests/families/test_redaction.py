"""Redacted text holds nothing of an entity, not even its length."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppdl_course.families.redaction import (
    everywhere,
    redact,
    survivors,
)


@st.composite
def marked_texts(draw):
    text = draw(st.text("abc ", min_size=1, max_size=30))
    cuts = sorted(draw(st.sets(st.integers(0, len(text)), max_size=8)))
    pairs = list(zip(cuts[::2], cuts[1::2], strict=False))
    return text, [(a, b, "PERSON") for a, b in draw(st.permutations(pairs))]


@given(marked_texts())
def test_what_is_between_the_entities_stays_and_they_go(marked):
    text, entities = marked
    outside, place = [], 0
    for start, end, _ in sorted(entities):
        outside.append(text[place:start])
        place = end
    outside.append(text[place:])
    assert redact(text, entities).split("[PERSON]") == outside


def test_names_of_any_length_leave_the_same_text():
    def of(name):
        return f"Witness {name} left.", [(8, 8 + len(name), "PERSON")]

    assert redact(*of("Bo")) == redact(*of("Anastasia")) == "Witness [PERSON] left."


def test_an_entity_survives_if_one_of_its_characters_does():
    text, truth = "Al Bo met Cy.", [(0, 5, "PERSON"), (10, 12, "PERSON")]
    assert survivors(text, truth, truth) == []
    assert survivors(text, truth, [(0, 2, "PERSON"), (10, 12, "AGE")]) == ["Al Bo"]


@pytest.mark.parametrize("wrong", [(2, 2), (-1, 1), (3, 2), (4, 9), (0, 2)])
def test_entities_that_do_not_fit_are_refused(wrong):
    with pytest.raises(ValueError, match="entities"):
        redact("Al Bo.", [(0, 5, "PERSON"), (*wrong, "AGE")])


def test_what_was_found_once_is_found_everywhere():
    text = "Al met Bo. Al Bo left. Bo stayed, Al too."
    found = [(11, 16, "PERSON"), (7, 9, "PERSON")]
    assert everywhere(text, found) == [
        (7, 9, "PERSON"),
        (11, 16, "PERSON"),
        (23, 25, "PERSON"),
    ]
    assert redact(text, everywhere(text, [(0, 2, "PERSON")])).count("[PERSON]") == 3
