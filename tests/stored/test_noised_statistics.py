"""Tests for the stored runs of private statistics: they come out again, all there."""

import numpy as np
import pytest

from ppdl_course.federated.unreliable import RULES
from ppdl_course.stored import noised_statistics as stored

MODELS, PARTICIPANTS = stored.load_model_runs(), stored.load_participant_runs()


@pytest.mark.parametrize(
    "setting",
    [
        ("functional, Laplace", 4, 1347, 64),
        ("functional, Gaussian", 1, 350, 16),
        ("naive Bayes, means", 2, 700, 64),
        ("naive Bayes, full", 8, 150, 16),
    ],
)
def test_stored_models_come_out_again(setting):
    again = [stored.accuracy(*setting, seed) for seed in stored.SEEDS]
    # one test image or two may fall the other way on another processor
    np.testing.assert_allclose(again, MODELS[setting], atol=0.01)


@pytest.mark.parametrize(
    "setting", [("secprobe", 6, "in concert"), ("multi-krum", 8, "at random")]
)
def test_stored_participants_come_out_again(setting):
    again = [stored.together(*setting, seed) for seed in stored.SEEDS[:1]]
    np.testing.assert_allclose(again, PARTICIPANTS[setting][:1], atol=0.01)


def test_every_setting_is_there_for_every_seed():
    settings = [stored.MODELS, stored.EPSILONS, stored.RECORDS, stored.FEATURES]
    assert len(MODELS) == np.prod([len(values) for values in settings])
    assert len(PARTICIPANTS) == len(RULES) * len(stored.BAD) * len(stored.KINDS)
    runs = {len(r) for r in (*MODELS.values(), *PARTICIPANTS.values())}
    assert runs == {len(stored.SEEDS)}


def test_what_the_chapter_says_of_them():
    def mean(model, epsilon, records, features):
        return np.mean(MODELS[model, epsilon, records, features])

    assert mean("naive Bayes, means", 2, 1347, 64) > 0.15 + mean(
        "functional, Laplace", 2, 1347, 64
    )
    for name in stored.MODELS:
        assert mean(name, 8, 1347, 64) > mean(name, 0.5, 1347, 64)
        assert mean(name, 2, 1347, 64) > mean(name, 2, 150, 64)

    def together(rule, kind):
        return np.mean(PARTICIPANTS[rule, 6, kind])

    assert together("secprobe", "in concert") > together("mean", "in concert") + 0.05
    assert together("multi-krum", "in concert") > together("mean", "in concert") + 0.05
    gain = together("secprobe", "at random") - together("mean", "at random")
    assert abs(gain) < 0.04
