"""Viterbi's path and the forward sum equal an enumeration of all label sequences."""

import itertools

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from ppdl_course.families.crf import CRF, viterbi
from ppdl_course.families.initialise import redraw, seeded


def all_scores(emissions, transitions, start=0.0, end=0.0):
    steps, labels = emissions.shape
    start, end = start + np.zeros(labels), end + np.zeros(labels)
    return {
        path: start[path[0]]
        + end[path[-1]]
        + sum(emissions[t, y] for t, y in enumerate(path))
        + sum(transitions[a, b] for a, b in itertools.pairwise(path))
        for path in itertools.product(range(labels), repeat=steps)
    }


@settings(max_examples=60, deadline=None)
@given(steps=st.integers(1, 6), labels=st.integers(1, 4), seed=st.integers(0, 10**6))
def test_viterbi_finds_the_best_of_all_sequences(steps, labels, seed):
    rng = np.random.default_rng(seed)
    emissions, transitions = (
        rng.normal(size=(steps, labels)),
        rng.normal(size=(labels, labels)),
    )
    scores = all_scores(emissions, transitions)
    assert tuple(viterbi(emissions, transitions)) == max(scores, key=scores.get)


def random_crf(labels=3):
    crf = CRF(labels)
    redraw(crf, seeded(5))
    return crf


def batch(labels=3):
    emissions = torch.randn(5, 3, labels, generator=seeded(6))
    lengths = torch.tensor([5, 1, 3])
    return emissions, lengths


def enumerated(crf, emissions, row, length):
    numbers = [p.detach().numpy() for p in (crf.transitions, crf.start, crf.end)]
    return all_scores(emissions[:length, row].numpy(), *numbers)


def test_probabilities_of_padded_sentences_equal_the_enumeration():
    crf, (emissions, lengths) = random_crf(), batch()
    labels = torch.randint(3, (5, 3), generator=seeded(7))
    expected = []
    for row, length in enumerate(lengths.tolist()):
        scores = enumerated(crf, emissions, row, length)
        chosen = scores[tuple(labels[:length, row].tolist())]
        expected.append(np.logaddexp.reduce(list(scores.values())) - chosen)
    got = crf.loss(emissions, labels, lengths).item()
    assert got == pytest.approx(np.mean(expected), rel=1e-5)


def test_decoding_uses_start_and_end_and_ignores_the_padding():
    crf, (emissions, lengths) = random_crf(), batch()
    before = emissions.clone()
    paths = crf.decode(emissions, lengths.tolist())
    for row, length in enumerate(lengths.tolist()):
        scores = enumerated(crf, emissions, row, length)
        assert tuple(paths[row]) == max(scores, key=scores.get)
    assert torch.equal(emissions, before)


def test_shapes_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="emissions"):
        viterbi(np.zeros((0, 2)), np.zeros((2, 2)))
    with pytest.raises(ValueError, match="transitions"):
        viterbi(np.zeros((3, 2)), np.zeros((3, 2)))
