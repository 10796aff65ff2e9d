"""The stored networks do what the chapter says, and their script makes them again."""

import numpy as np
import pytest
import torch

from ppdl_course.data import load_law_documents
from ppdl_course.families.entities import counts, f1, f1_interval
from ppdl_course.families.initialise import seeded
from ppdl_course.families.sentences import find_entities, solved
from ppdl_course.families.topics import bleu, topic_coverage
from ppdl_course.stored.files import FOLDER, read_arrays, weights_of
from ppdl_course.stored.taggers_and_writers import (
    FILES,
    TAGGERS,
    WRITERS,
    coverage_of,
    load_tagger,
    load_writer,
    stories,
    trained_tagger,
    trained_writer,
    untrained_tagger,
    vocabulary,
)

TEST = load_law_documents("zh", "test")


@pytest.fixture(scope="module")
def found():
    texts = [document.text for document in TEST]
    return {name: find_entities(load_tagger(name), texts) for name in TAGGERS}


@pytest.fixture(scope="module")
def tables(found):
    truth = [document.entities for document in TEST]
    return {name: counts(truth, own) for name, own in found.items()}


def test_the_lattice_beats_the_plain_lstm_beyond_chance(tables):
    rng = np.random.default_rng(1)
    low, _ = f1_interval(tables["lattice"], rng, against=tables["char"])
    assert f1(tables["lattice"]) > 0.9
    assert f1(tables["char"]) > 0.75
    assert low > 0.03


def test_the_lattice_resolves_the_ambiguous_sentences_and_the_plain_lstm_guesses(found):
    share = {
        name: np.mean(
            [solved(d, own) for d, own in zip(TEST, rows, strict=True) if d.ambiguous]
        )
        for name, rows in found.items()
    }
    assert share["lattice"] > 0.85
    assert share["char"] < 0.7


def test_each_entity_type_is_found(found):
    for kind in ("PERSON", "AGE", "FAMILY", "ADDRESS", "PHONE"):

        def only(rows, kind=kind):
            return [[e for e in row if e[2] == kind] for row in rows]

        truth = only([document.entities for document in TEST])
        assert f1(counts(truth, only(found["lattice"]))) > 0.85, kind


def test_topics_raise_bleu_and_coverage_and_coverage_weights_raise_both_again():
    held_out, topics = stories("test")
    got = {}
    for name in WRITERS:
        draws = []
        for seed in range(5):
            numbers = load_writer(name).write(vocabulary().topics(topics), seeded(seed))
            told = [[vocabulary().words[i] for i in row] for row in numbers]
            draws.append((bleu(told, held_out), topic_coverage(told, topics)))
        got[name] = np.mean(draws, axis=0)
    # standard deviations of these means are about 0.5 (BLEU) and 0.01 (coverage)
    assert (got["frozen"] > got["none"] + [2, 0.1]).all()
    assert (got["coverage"] > got["frozen"] + [1, 0.01]).all()
    assert topic_coverage(held_out, topics) == 1


@pytest.mark.parametrize("train", [trained_tagger, trained_writer])
def test_a_shortened_training_gives_the_same_weights_twice(train):
    name = "char" if train is trained_tagger else "coverage"
    torch.manual_seed(1)
    one = train(name, epochs=1)
    torch.manual_seed(2)  # nothing may come from the global generator
    other = train(name, epochs=1)
    for a, b in zip(one.parameters(), other.parameters(), strict=True):
        assert torch.equal(a, b)


def test_the_files_are_small_and_hold_every_parameter():
    names = {path.name for path in FOLDER.glob("[tw]*er_*.npz")}
    assert names == set(FILES)
    for name in FILES:
        assert (FOLDER / name).stat().st_size < 500_000
    writer = load_writer("frozen")
    assert read_arrays("writer_frozen.npz").keys() == weights_of(writer).keys()


def test_another_tagger_is_refused():
    with pytest.raises(ValueError, match="name"):
        untrained_tagger("word", seeded(1))


def test_coverage_of_a_text_starts_at_one_and_falls():
    left = coverage_of(["the", "theft", "of", "bail"], ["theft", "bail"])
    assert left.shape == (5, 2)
    assert left[0].tolist() == [1, 1]
    assert (np.diff(left, axis=0) <= 0).all()
    assert (left[-1] < 1).all()
