"""POCC with wrong sizes and on a hostile wire: named errors, covered answers."""

import dataclasses

import numpy as np
import pytest

from ppdl_course.he.lattice import bgv, rlwe
from ppdl_course.he.lattice.re_encryption import KeyPair
from ppdl_course.he.many_keys.covered_answers import covered, weighted
from ppdl_course.he.many_keys.linear_classifiers import naive_bayes, read_classifier
from ppdl_course.he.many_keys.outsourced_classification import (
    PARAMETERS,
    Cloud,
    User,
    connect,
)
from ppdl_course.parties.channel import DROP, PeerGone
from tests.he.many_keys.courts import COURTS, SMALL, TOY, channel, uploaded


@pytest.fixture(scope="module")
def small():
    rng = np.random.default_rng(1)
    return rng.integers(0, 2, (12, 3)), np.tile([0, 0, 0, 1, 1, 1], 2)


def tampered(label, change, sender=None):
    """Parties on a wire that changes messages of one label."""

    def adversary(message):
        if message.label == label and sender in (None, message.sender):
            return change(message.payload)
        return message.payload

    return channel(adversary=adversary)


def other_key(payload):
    return payload | {"key": "0123456789abcdef"}


def test_records_that_name_another_key_are_refused(small):
    wire = tampered("records", other_key)
    with pytest.raises(ValueError, match="ciphertexts must be under the key"):
        uploaded(wire, *small)


def test_records_under_another_public_key_are_refused(small):
    stranger = KeyPair(TOY).public.rows.astype(np.uint32)
    wire = tampered("public key", lambda _: stranger, sender="court 1")
    with pytest.raises(ValueError, match="ciphertexts must be under the key"):
        uploaded(wire, *small)


def test_a_re_encryption_key_of_another_pair_is_refused(small):
    wire = tampered("re-encryption key", lambda pair: pair | {"target": "another"})
    with pytest.raises(ValueError, match=r"re-encryption key must be from \w+ to \w+"):
        uploaded(wire, *small)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda parts: parts[..., :256], "parts must have shape"),
        (lambda parts: parts[:, :, :2], "parts must have shape"),
        (lambda parts: parts.astype(float), "residues must be uint32, got float64"),
        (lambda parts: parts + np.uint32(2**31), "parts must be residues"),
        (lambda parts: parts[1:], "ciphertexts must be 1, got 0"),
        (lambda parts: None, "residues must be uint32, got NoneType"),
    ],
)
def test_ciphertexts_of_another_ring_are_refused(small, change, words):
    wire = tampered("records", lambda value: value | {"parts": change(value["parts"])})
    with pytest.raises(ValueError, match=words):
        uploaded(wire, *small)


@pytest.mark.parametrize("label", ["records", "re-encryption key"])
@pytest.mark.parametrize("payload", [None, {}, {"key": "a"}, [1, 2]])
def test_messages_without_their_entries_are_refused(small, label, payload):
    wire = tampered(label, lambda _: payload)
    with pytest.raises(ValueError, match="must have the entries"):
        uploaded(wire, *small)


def test_more_providers_than_the_plaintext_modulus_counts_are_refused(small):
    parameters = rlwe.Parameters.of_size(512, levels=3, bits=23, t=17)
    wire = channel()
    owners, cloud, _, _ = connect(wire, COURTS, SMALL, parameters)
    for k, owner in enumerate(owners):
        owner.upload(*(part[k::3] for part in small))
    for name in COURTS:
        cloud.store(name)
    with pytest.raises(ValueError, match=r"providers must be 1 or 2, got 3"):
        cloud.send_sums()


def test_a_second_upload_of_a_provider_is_refused(small):
    cloud, _, _ = uploaded(channel(), *small)
    with pytest.raises(ValueError, match="provider must upload once, got 'court 2'"):
        cloud.store("court 2")


def test_an_upload_that_never_came_is_missed(small):
    wire = tampered("re-encryption key", lambda _: DROP, sender="court 3")
    with pytest.raises(PeerGone):
        uploaded(wire, *small)


def test_sums_that_do_not_decrypt_are_refused_and_nothing_is_learnt(small):
    def spoilt(value):
        parts = value["parts"].copy()
        parts[:, 0] = 12345
        return value | {"parts": parts}

    wire = tampered("sums", spoilt)
    cloud, evaluator, _ = uploaded(wire, *small)
    cloud.send_sums()
    with pytest.raises(ValueError, match=r"sums must be in 0..counts"):
        evaluator.learn(naive_bayes)
    assert evaluator.sums is None
    with pytest.raises(ValueError, match="classifier must be learnt"):
        evaluator.answer("user")


def test_a_question_of_other_width_or_kind_is_refused(small):
    cloud, evaluator, user = uploaded(channel(), *small)
    cloud.send_sums()
    evaluator.learn(naive_bayes)
    user.ask(np.zeros((2, 4), np.int64))
    with pytest.raises(ValueError, match="ciphertexts must be 3, got 4"):
        evaluator.answer("user")
    with pytest.raises(ValueError, match="x must be 0 or 1, got 0 to 2"):
        user.ask(np.array([[0, 1, 2]]))
    with pytest.raises(ValueError, match=r"records must be an integer in 1..512"):
        user.ask(np.zeros((513, 3), np.int64))


def test_a_modulus_without_room_for_the_flood_is_refused_before_sending(small):
    narrow = rlwe.Parameters.of_size(512, levels=2, bits=23, t=65537)
    wire = channel()
    owners, cloud, _, _ = connect(wire, COURTS, SMALL, narrow)
    owners[0].upload(*(part[:6] for part in small))
    cloud.store("court 1")
    with pytest.raises(ValueError, match=r"level must leave \d+ bits for the noise"):
        cloud.send_sums()
    assert "sums" not in {m.label for m in wire.messages}


def test_nothing_stored_gives_no_sums_and_packings_of_another_ring_no_parties():
    wire = channel()
    *_, cloud, _, _ = connect(wire, COURTS, SMALL, TOY)
    assert isinstance(cloud, Cloud)
    with pytest.raises(
        ValueError, match=r"providers must be an integer in 1\.\.8192, got 0"
    ):
        cloud.send_sums()
    with pytest.raises(ValueError, match="packing must have n = 4096, got 512"):
        connect(channel(), COURTS, SMALL, PARAMETERS)


def test_weights_that_could_overflow_and_mixed_columns_are_refused():
    keys, other = KeyPair(TOY), KeyPair(TOY)
    zero = np.zeros(TOY.n, np.int64)
    x, y = keys.public.encrypt(zero), other.public.encrypt(zero)
    with pytest.raises(ValueError, match="weights must be within"):
        weighted(np.array([[2**21]]), np.array([0]), [x])
    with pytest.raises(ValueError, match="columns must be alike"):
        weighted(np.array([[1, 1]]), np.array([0]), [x, y])
    with pytest.raises(ValueError, match=r"weights must have shape \(1, 1\)"):
        weighted(np.array([[1, 1]]), np.array([0]), [x])
    with pytest.raises(ValueError, match="x must be under the key"):
        covered(x, other.public, np.ones(TOY.n, np.bool_))


def test_a_user_refuses_an_answer_under_another_key(small):
    wire = tampered("scores", other_key)
    cloud, evaluator, user = uploaded(wire, *small)
    cloud.send_sums()
    evaluator.learn(naive_bayes)
    assert isinstance(user, User)
    user.ask(small[0])
    evaluator.answer("user")
    with pytest.raises(ValueError, match="ciphertexts must be under the key"):
        user.scores()


# --- answers ---


def test_a_user_takes_the_classifier_home_with_one_question_more_than_features(small):
    wire = channel()
    cloud, evaluator, user = uploaded(wire, *small)
    cloud.send_sums()
    model = evaluator.learn(naive_bayes)

    def scores_of(x):
        user.ask(x)
        evaluator.answer("user")
        return user.scores()

    weights, bias = read_classifier(scores_of, 3)
    np.testing.assert_array_equal(weights, model.weights)
    np.testing.assert_array_equal(bias, model.bias)


def test_the_second_part_of_an_answer_is_fresh_each_time():
    """Without an encryption of zero it would be a known function of the question's."""
    keys, answers = KeyPair(TOY), np.ones(TOY.n, np.bool_)
    x = keys.public.encrypt(np.arange(TOY.n))
    first, second = (covered(x, keys.public, answers) for _ in range(2))
    seconds = [one.ciphertext.parts[1] for one in (x, first, second)]
    for i, j in ((0, 1), (0, 2), (1, 2)):
        assert (seconds[i] == seconds[j]).mean() < 0.01
    np.testing.assert_array_equal(keys.decrypt(first), np.arange(TOY.n))


def test_a_bias_is_right_after_a_prime_was_dropped():
    """Dropping a prime puts a factor on the message, which the bias must follow."""
    keys = KeyPair(TOY)
    x = keys.public.encrypt(np.arange(TOY.n))
    server = bgv.Evaluator(keys.secret.public_keys())
    lower = dataclasses.replace(x, ciphertext=server.switch_modulus(x.ciphertext))
    assert lower.ciphertext.factor != 1
    (score,) = weighted(np.array([[3]]), np.array([-7]), [lower])
    np.testing.assert_array_equal(keys.decrypt(score), 3 * np.arange(TOY.n) - 7)


def test_each_columns_own_bound_counts():
    keys = KeyPair(TOY)
    x = keys.public.encrypt(np.zeros(TOY.n, np.int64))
    (score,) = weighted(np.array([[1, -2]]), np.array([0]), [x, x + x])
    assert score.bound == 5 * x.bound + TOY.t


def test_the_noise_of_an_answer_is_the_flood_and_not_the_weights():
    """Same question, weights all 1 or all 9: noises as wide as each other, and wide."""
    keys, answers = KeyPair(TOY), np.ones(TOY.n, np.bool_)
    query = [keys.public.encrypt(np.zeros(TOY.n, np.int64)) for _ in range(3)]
    bare, wide_noise = [], []
    for w in (1, 9):
        (score,) = weighted(np.full((1, 3), w), np.array([0]), query)
        bare.append(np.abs(keys.secret.phase(score.ciphertext.parts)).max())
        out = covered(score, keys.public, answers)
        noise = np.abs(keys.secret.phase(out.ciphertext.parts)).max()
        wide_noise.append(noise / score.bound)
        assert noise <= out.bound
    assert bare[1] == 9 * bare[0]  # uncovered, the ratio of weights stands in it
    assert min(wide_noise) > 2**16
