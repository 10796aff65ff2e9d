"""POCC: exact sums and scores, offline providers, and what each party sees."""

import math

import numpy as np
import pytest

from ppdl_course.data import load_digits_split
from ppdl_course.he.lattice import bgv, rlwe
from ppdl_course.he.lattice.keyed import Keyed
from ppdl_course.he.lattice.re_encryption import ReEncryptionKey
from ppdl_course.he.lattice.re_encryption_leak import recover_secret
from ppdl_course.he.many_keys.covered_answers import wide
from ppdl_course.he.many_keys.linear_classifiers import (
    ClassSums,
    hyperplane,
    naive_bayes,
)
from ppdl_course.he.many_keys.outsourced_classification import PARAMETERS
from ppdl_course.he.seal.contexts import seal_context
from ppdl_course.he.seal.plan import MAX_BITS
from ppdl_course.parties.channel import PeerGone
from ppdl_course.parties.views import FALSE_ALARM, uniform_p_value
from tests.he.many_keys.courts import (
    COURTS,
    DIGITS,
    DIGITS_PACKING,
    channel,
    uploaded,
)


@pytest.fixture(scope="module")
def digits():
    data = load_digits_split()
    x, test = ((part >= 0.5).astype(np.int64) for part in (data.X_train, data.X_test))
    return x, data.y_train, test, data.y_test


@pytest.fixture(scope="module")
def run(digits):
    """One whole run; the naive Bayes and hyperplane scores of all test rows."""
    x, y, test, _ = digits
    wire = channel()
    cloud, evaluator, user = uploaded(wire, x, y)
    cloud.send_sums()
    rules = {
        "naive Bayes": naive_bayes,
        "0 or rest": lambda sums, limit: hyperplane(sums, 0, limit=limit),
    }
    scores = {}
    for name, rule in rules.items():
        model = evaluator.learn(rule)
        user.ask(test)
        evaluator.answer("user")
        scores[name] = model, user.scores()
    return wire, evaluator, scores


# --- results ---


def test_the_evaluator_gets_the_sums_of_all_records_and_no_other_number(digits, run):
    _, evaluator, _ = run
    expected = ClassSums.of(*digits[:2], 10)
    np.testing.assert_array_equal(evaluator.sums.sums, expected.sums)
    np.testing.assert_array_equal(evaluator.sums.counts, expected.counts)


@pytest.mark.parametrize("name", ["naive Bayes", "0 or rest"])
def test_scores_on_ciphertexts_are_the_integer_twins_on_all_test_rows(
    digits, run, name
):
    x, y, test, _ = digits
    model, scores = run[2][name]
    sums = ClassSums.of(x, y, 10)
    twin = (
        naive_bayes(sums, limit=DIGITS.t // 2)
        if name == "naive Bayes"
        else hyperplane(sums, 0, limit=DIGITS.t // 2)
    )
    assert len(scores) == 450
    np.testing.assert_array_equal(scores, twin.scores(test))
    np.testing.assert_array_equal(model.labels(scores), twin.labels(twin.scores(test)))


def test_seals_bfv_gives_the_same_scores(digits, run):
    """Another scheme, another library, slots for coefficients: the same integers."""
    from tenseal import sealapi

    test = digits[2]
    model, ours = run[2]["naive Bayes"]
    context = seal_context(4096, (36, 36, 37), 65537)
    keys = sealapi.KeyGenerator(context)
    encryptor = sealapi.Encryptor(context, public_key(keys, sealapi))
    decryptor = sealapi.Decryptor(context, keys.secret_key())
    evaluator, encoder = sealapi.Evaluator(context), sealapi.BatchEncoder(context)

    def plain(values):
        encoded = sealapi.Plaintext()
        encoder.encode([int(v) % 65537 for v in values], encoded)
        return encoded

    query = []
    for column in test.T:
        ciphertext = sealapi.Ciphertext()
        encryptor.encrypt(plain(column), ciphertext)
        query.append(ciphertext)
    for c in (0, 3):  # two of ten: the library takes half a second each
        total = sealapi.Ciphertext()
        encryptor.encrypt(plain([model.bias[c]] * 4096), total)
        for w, one in zip(model.weights[c], query, strict=True):
            term = sealapi.Ciphertext()
            if w:
                evaluator.multiply_plain(one, plain([w] * 4096), term)
                evaluator.add_inplace(total, term)
        decrypted = sealapi.Plaintext()
        decryptor.decrypt(total, decrypted)
        theirs = np.array(encoder.decode_int64(decrypted)[: len(test)])
        np.testing.assert_array_equal(theirs, ours[:, c])


def public_key(keys, sealapi):
    made = sealapi.PublicKey()
    keys.create_public_key(made)
    return made


def test_the_sizes_for_use_meet_the_standard_and_leave_room():
    bits = math.log2(PARAMETERS.ring().modulus * PARAMETERS.special)
    assert bits <= MAX_BITS[PARAMETERS.n] == 109


# --- who sees what ---


def test_providers_are_offline_after_their_upload(run):
    wire, _, _ = run
    for name in COURTS:
        mine = [m.label for m in wire.view(name)]
        assert mine == ["public key", "public key", "records", "re-encryption key"]
    last = max(k for k, m in enumerate(wire.messages) if m.sender in COURTS)
    assert all(
        set(COURTS).isdisjoint((m.sender, m.receiver))
        for m in wire.messages[last + 1 :]
    )
    assert {m.label for m in wire.messages[last + 1 :]} >= {"sums", "query", "scores"}
    with pytest.raises(PeerGone):
        wire["court 1"].send("anything", 1, to="cloud")


def test_no_secret_crosses_and_no_one_but_the_evaluator_and_user_gets_an_answer(run):
    wire, _, _ = run
    assert {(m.label, m.receiver) for m in wire.messages} == {
        *(("public key", name) for name in (*COURTS, "cloud", "evaluator")),
        ("records", "cloud"),
        ("re-encryption key", "cloud"),
        ("sums", "evaluator"),
        ("query", "evaluator"),
        ("scores", "user"),
    }


def stored(wire):
    """What the cloud holds of court 1, from its view: records and re-encryption key."""
    mine = [m for m in wire.view("cloud") if m.sender == "court 1"]
    messages = {m.label: m.payload for m in mine}
    pair = messages["re-encryption key"]
    key = ReEncryptionKey(DIGITS, pair["source"], pair["target"], wide(pair["rows"]))
    return messages["records"], key


def test_the_cloud_alone_reads_nothing_before_and_after_re_encryption(digits, run):
    """It tries: keys of its own on what it stores and on what it makes of it."""
    records, key = stored(run[0])
    parts = wide(records["parts"])[-1]  # a polynomial of ones and zeros
    mine = Keyed(DIGITS, records["key"], bgv.Ciphertext(parts), 2**30)
    for x in (mine, key.re_encrypt(mine)):
        guesses = [rlwe.SecretKey(DIGITS) for _ in range(8)]
        read = np.concatenate([bgv.message(s, x.ciphertext) for s in guesses])
        assert (
            uniform_p_value((read + DIGITS.t // 2) * 16 // DIGITS.t, 16) > FALSE_ALARM
        )
        assert (np.abs(read) <= 1).mean() < 0.01
    assert all(recover_secret(key, guess) is None for guess in guesses)


def test_cloud_and_evaluator_together_read_every_record_of_a_provider(digits, run):
    wire, evaluator, _ = run
    records, key = stored(wire)
    stolen = recover_secret(key, evaluator._keys.secret)
    read = [
        bgv.message(stolen, bgv.Ciphertext(parts)) for parts in wide(records["parts"])
    ]
    expected = DIGITS_PACKING.pack(digits[0][::3], digits[1][::3])
    np.testing.assert_array_equal(read, expected)


def test_the_evaluator_finds_noise_where_it_asked_for_nothing(digits, run):
    """Its own decryption of what the cloud sent, at the places that are no sums."""
    wire, evaluator, _ = run
    (sums,) = [m.payload for m in wire.messages if m.label == "sums"]
    places = DIGITS_PACKING.places()
    rest = []
    for parts, place in zip(wide(sums["parts"]), places, strict=True):
        read = bgv.message(evaluator._keys.secret, bgv.Ciphertext(parts))
        rest.append(read[~place])
    rest = np.concatenate(rest)
    assert len(rest) > 30_000
    assert uniform_p_value((rest + DIGITS.t // 2) * 16 // DIGITS.t, 16) > FALSE_ALARM
