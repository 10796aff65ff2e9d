"""Exposure and extraction: against slow loops, on stored models and a control."""

import itertools
import math

import numpy as np
import pytest
import torch

from ppdl_course.attacks import memorisation
from ppdl_course.attacks.memorisation import (
    Canary,
    CharacterLSTM,
    candidate_losses,
    exposure,
    next_digit_of,
    plant,
    shortest_path,
)
from ppdl_course.families.initialise import seeded
from ppdl_course.stored import character_models

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture(scope="module")
def tiny():
    return CharacterLSTM("\n 0123456789abc", seeded(1), hidden=12)


def test_candidate_losses_are_those_of_reading_each_number(tiny):
    losses = candidate_losses(tiny, "ab 0", digits=3)
    assert losses.shape == (1000,)
    keys = tiny.numbers("0123456789")
    for number in ("000", "007", "420", "999"):
        total = 0.0
        for i, digit in enumerate(number):
            logits, _ = tiny(tiny.numbers("\nab 0" + number[:i])[None])
            total -= torch.log_softmax(logits[0, -1, keys].double(), 0)[int(digit)]
        assert losses[int(number)] == pytest.approx(total.item(), rel=1e-5)


def test_candidate_probabilities_add_up_to_one(tiny):
    assert np.exp(-candidate_losses(tiny, "c", digits=4)).sum() == pytest.approx(1)


def test_the_shortest_path_is_the_best_of_all_candidates(tiny):
    for lead in ("a", "b 1", "c 22"):
        losses = candidate_losses(tiny, lead, digits=3)
        found = shortest_path(next_digit_of(tiny, lead), digits=3)
        assert int(found.secret) == losses.argmin()
        assert found.loss == pytest.approx(losses.min(), rel=1e-5)


@pytest.mark.parametrize("seed", range(5))
def test_the_shortest_path_is_right_on_any_tree(seed):
    rng = np.random.default_rng(seed)
    table = {
        "".join(p): np.log(rng.dirichlet(np.full(10, 0.3)))
        for k in range(3)
        for p in itertools.product("0123456789", repeat=k)
    }
    totals = {
        "".join(n): sum(table["".join(n[:i])][int(n[i])] for i in range(3))
        for n in itertools.product("0123456789", repeat=3)
    }
    found = shortest_path(table.__getitem__, digits=3)
    assert found.secret == max(totals, key=totals.get)
    assert found.questions <= len(table)


def test_exposure_is_log_of_candidates_over_rank():
    losses = np.array([3.0, 1.0, 2.0, 9.0])
    assert [exposure(losses, i) for i in range(4)] == pytest.approx(
        [math.log2(4 / rank) for rank in (3, 1, 2, 4)]
    )


def test_a_random_secret_exceeds_b_bits_with_probability_two_to_minus_b():
    losses = np.random.default_rng(0).normal(size=1024)
    bits = np.array([exposure(losses, i) for i in range(1024)])
    for b in (1, 3, 6):
        assert (bits >= b).mean() == pytest.approx(2.0**-b)


def test_planting_repeats_each_sentence():
    canaries = [Canary("A", "12345", 3), Canary("B", "00001", 0)]
    texts = plant(["x"], canaries)
    assert texts == ["x", *["To reach A, dial 00055512345."] * 3]


def test_the_first_epoch_computed_again_is_the_stored_one():
    measured = []

    def measure(model, loss):
        kept = character_models.canaries()[::6]
        measured.append((loss, list(memorisation.exposures(model, kept).values())))

    character_models.trained("planted", epochs=1, after=measure)
    growth = character_models.load_exposure_growth()
    (loss, bits) = measured[0]
    assert loss == pytest.approx(growth.losses[0], rel=0.01)
    np.testing.assert_allclose(bits, growth.bits[0, ::6], atol=0.5)


def test_the_stored_models_give_the_stored_exposures():
    kept = character_models.canaries()[::8]
    now = memorisation.exposures(character_models.load_character_model("planted"), kept)
    stored = character_models.load_exposure_growth().bits[-1, ::8]
    np.testing.assert_allclose(list(now.values()), stored, atol=0.7)


def test_exposure_grows_with_repetition_and_with_training():
    growth = character_models.load_exposure_growth()
    means = {
        r: growth.bits[:, growth.repetitions == r].mean(axis=1)
        for r in character_models.REPETITIONS
    }
    last = [means[r][-1] for r in character_models.REPETITIONS]
    assert last[-1] > 16 > last[0] + 10
    assert last == pytest.approx(sorted(last), abs=1.5)
    assert means[32][-1] > means[32][4] + 3


def test_the_planted_number_is_extracted_and_the_clean_model_knows_none():
    canary = next(c for c in character_models.canaries() if c.repetitions == 32)
    planted, clean = (
        character_models.load_character_model(name) for name in character_models.MODELS
    )
    assert shortest_path(next_digit_of(planted, canary.lead)).secret == canary.secret
    assert shortest_path(next_digit_of(clean, canary.lead)).secret != canary.secret
    most = [
        exposure(candidate_losses(clean, c.lead), int(c.secret))
        for c in character_models.canaries()[-6:]
    ]
    assert np.mean(most) < 5  # chance: 1.4 bits each, 5 or more on average 1e-4


def test_bad_arguments_are_refused_by_name(tiny):
    with pytest.raises(ValueError, match="secret must be an integer in"):
        exposure(np.ones(3), 3)
    with pytest.raises(ValueError, match="text must keep to the alphabet"):
        tiny.numbers("z")
    with pytest.raises(ValueError, match="alphabet must hold each character once"):
        CharacterLSTM("aa\n", seeded(0))
    with pytest.raises(ValueError, match="digits must be an integer >= 1"):
        shortest_path(lambda prefix: np.zeros(10), digits=0)
    with pytest.raises(ValueError, match="name must be one of"):
        character_models.load_character_model("other")
