"""Encrypted scores: equal to plaintext, no key at the centre, and the copied model."""

import math

import numpy as np
import pytest
import tenseal as ts

from ppdl_course.he.polynomials.approximation import minimax, relu
from ppdl_course.he.polynomials.evaluation import cost, parameters
from ppdl_course.he.polynomials.service import (
    Centre,
    Court,
    copy_model,
    copy_weights,
    monomials,
)
from ppdl_course.parties.channel import Channel

RNG = np.random.default_rng(10)
W, B = RNG.normal(size=(3, 4)), RNG.normal(size=3)
V, CONSTANT = RNG.normal(size=3), 0.7
P = minimax(relu, 4, 6)


def plain(cases):
    return P(cases @ W.T + B) @ V + CONSTANT


@pytest.fixture(scope="module")
def service():
    channel = Channel("court", "centre")
    court = Court(channel["court"], parameters(1 + cost(P.coef, "tree").levels))
    centre = Centre(channel["centre"], W, B, P, V, CONSTANT)
    court.send_keys()
    centre.receive_keys()
    return channel, court, centre


def test_scores_are_those_of_the_plain_polynomial_network(service):
    _, court, centre = service
    cases = np.random.default_rng(1).uniform(-1, 1, (200, 4))
    court.send_query(cases)
    centre.answer()
    np.testing.assert_allclose(court.receive_answer(), plain(cases), atol=1e-3)


@pytest.mark.parametrize("pruned", ["output", "row", "weight", "all but one"])
def test_a_pruned_network_is_served_like_any_other(service, pruned):
    channel, court, _ = service
    rows, outputs = W.copy(), V.copy()
    if pruned == "output":
        outputs[1] = 0
    elif pruned == "row":
        rows[1] = 0
    elif pruned == "weight":
        rows[:, 0] = 0
    else:
        outputs[:2] = 0
    centre = Centre(channel["centre"], rows, B, P, outputs, CONSTANT)
    court.send_keys()
    centre.receive_keys()
    cases = np.random.default_rng(5).uniform(-1, 1, (20, 4))
    court.send_query(cases)
    centre.answer()
    expected = P(cases @ rows.T + B) @ outputs + CONSTANT
    np.testing.assert_allclose(court.receive_answer(), expected, atol=1e-3)


def test_a_network_that_tells_nothing_is_refused_before_it_serves():
    end = Channel("court", "centre")["centre"]
    for rows, outputs in ((np.zeros_like(W), V), (W, np.zeros(3))):
        with pytest.raises(ValueError, match="must let a unit depend on the case"):
            Centre(end, rows, B, P, outputs, CONSTANT)


def test_one_level_less_is_too_few():
    channel = Channel("court", "centre")
    court = Court(channel["court"], parameters(cost(P.coef, "tree").levels))
    centre = Centre(channel["centre"], W, B, P, V, CONSTANT)
    court.send_keys()
    centre.receive_keys()
    court.send_query(np.ones((1, 4)))
    with pytest.raises(ValueError, match=r"scale out of bounds|end of modulus"):
        centre.answer()


def test_the_centre_cannot_decrypt_what_it_was_sent(service):
    channel, court, centre = service
    court.send_query(np.ones((2, 4)))
    column = [m for m in channel.messages if m.label == "columns"][-1].payload[0]
    with pytest.raises(ValueError, match="secret"):
        ts.ckks_vector_from(centre.context, column).decrypt()
    assert not any(isinstance(a, Court) for a in vars(centre).values())
    centre.answer()
    court.receive_answer()


def test_equal_cases_look_different_to_the_centre(service):
    channel, court, centre = service
    for _ in range(2):
        court.send_query(np.ones((1, 4)))
        centre.answer()
        court.receive_answer()
    first, second = [m.payload for m in channel.messages if m.label == "columns"][-2:]
    assert first[0] != second[0]
    assert [len(c) // 10_000 for c in first] == [len(c) // 10_000 for c in second]


def test_a_context_with_its_secret_key_is_refused():
    channel = Channel("court", "centre")
    court = Court(channel["court"], parameters(1))
    centre = Centre(channel["centre"], W, B, P, V, CONSTANT)
    secret = court._context.serialize(save_secret_key=True)
    channel["court"].send("context", secret)
    with pytest.raises(ValueError, match="one with a secret key"):
        centre.receive_keys()
    assert centre.context is None


def test_monomials_agree_with_a_slow_loop():
    cases = np.array([[2.0, 3.0], [-1.0, 0.5]])
    want = [[1, x, y, x * x, x * y, y * y] for x, y in cases]
    np.testing.assert_array_equal(monomials(cases, 2), want)
    assert monomials(np.ones((1, 8)), 4).shape == (1, math.comb(12, 4))


def test_scores_under_encryption_give_the_model_away(service):
    _, court, centre = service
    queries = np.random.default_rng(2).normal(size=(140, 4))
    court.send_query(queries)
    centre.answer()
    copy = copy_model(queries, court.receive_answer(), degree=4)
    fresh = np.random.default_rng(3).normal(size=(500, 4))
    np.testing.assert_allclose(copy(fresh), plain(fresh), atol=0.01)


def test_fewer_scores_than_coefficients_give_the_weights_away():
    rng = np.random.default_rng(4)
    queries = rng.normal(size=(40, 4))  # 19 unknowns, 70 coefficients
    copy = copy_weights(queries, plain(queries), P, hidden=3, rng=rng)
    fresh = rng.normal(size=(500, 4))
    np.testing.assert_allclose(copy(fresh), plain(fresh), atol=1e-4)
    with pytest.raises(ValueError, match="queries must be at least 19, got 18"):
        copy_weights(queries[:18], plain(queries[:18]), P, hidden=3, rng=rng)


def test_a_relu_network_is_not_copied_exactly_by_a_polynomial():
    queries = np.random.default_rng(2).normal(size=(400, 4))
    copy = copy_model(queries, relu(queries @ W.T + B) @ V, degree=4)
    fresh = np.random.default_rng(3).normal(size=(500, 4))
    assert np.abs(copy(fresh) - relu(fresh @ W.T + B) @ V).max() > 0.05


def test_bad_arguments_are_refused_by_name(service):
    _, court, _ = service
    with pytest.raises(ValueError, match="queries must be at least 70 for degree 4"):
        copy_model(np.ones((69, 4)), np.ones(69), degree=4)
    with pytest.raises(ValueError, match="cases must have shape"):
        court.send_query(np.ones(4))
    with pytest.raises(ValueError, match="cases must have shape"):
        court.send_query(np.ones((court.slots + 1, 4)))
    channel = Channel("court", "centre")
    with pytest.raises(ValueError, match="weights, bias and output must be"):
        Centre(channel["centre"], W, B[:2], P, V, CONSTANT)
    centre = Centre(channel["centre"], W, B, P, V, CONSTANT)
    with pytest.raises(ValueError, match="context must be received"):
        centre.answer()
    other = Court(channel["court"], parameters(4))
    other.send_keys()
    centre.receive_keys()
    other.send_query(np.ones((1, 3)))
    with pytest.raises(ValueError, match="columns must be 4 ciphertexts, got 3"):
        centre.answer()
