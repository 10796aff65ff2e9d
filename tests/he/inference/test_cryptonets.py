"""CryptoNets by CKKS and BFV: plaintext answers, one ciphertext a feature, no key."""

import numpy as np
import pytest
from tenseal import sealapi

from ppdl_course.data import load_digits_split, load_law_cases
from ppdl_course.he.inference import cryptonets, cryptonets_bfv
from ppdl_course.he.inference.batch_norm import NormalisedNetwork
from ppdl_course.he.inference.square_network import (
    Quadratic,
    SquareNetwork,
    best_parabola,
)
from ppdl_course.he.seal.streams import CiphertextWriter
from ppdl_course.nn import Network, train
from ppdl_course.parties.channel import Channel


def trained(data, hidden, epochs):
    rng = np.random.default_rng(1)
    sizes = [data.X_train.shape[1], *hidden, int(data.y_train.max()) + 1]
    net = Network(sizes, Quadratic(), rng=rng)
    net.flat *= 0.5
    train(
        net, data.X_train, data.y_train, rate=0.005, momentum=0.9, weight_decay=1e-3,
        epochs=epochs, rng=rng,
    )  # fmt: skip
    return SquareNetwork.from_network(net).balanced(data.X_train)


@pytest.fixture(scope="module")
def digits_network():
    return trained(load_digits_split(), [16, 8], 30)


@pytest.fixture(scope="module")
def session(digits_network):
    channel = Channel("client", "server")
    images = load_digits_split().X_test
    plan = cryptonets.Plan(coeff_mod_bit_sizes=(30,) * 6, scale_bits=28)
    scores, server = cryptonets.classify(channel, digits_network, plan, images)
    return channel, server, images, scores


def test_encrypted_labels_are_the_plaintext_labels(session, digits_network):
    _, _, images, scores = session
    np.testing.assert_allclose(scores, digits_network.forward(images), atol=0.02)
    assert (scores.argmax(axis=1) == digits_network.predict(images)).mean() >= 0.999


def test_the_law_cases_get_their_plaintext_labels_too():
    cases = load_law_cases()
    net = trained(cases, [8], 8)
    plan = cryptonets.Plan(coeff_mod_bit_sizes=(30,) * 6, scale_bits=28)
    scores, _ = cryptonets.classify(Channel("c", "s"), net, plan, cases.X_test)
    assert (scores.argmax(axis=1) == net.predict(cases.X_test)).mean() >= 0.999


def test_one_ciphertext_a_feature_whatever_the_batch(session):
    channel, *_ = session
    [images] = [m for m in channel.view("server") if m.label == "images"]
    assert images.payload["residues"].shape == (64, 2, 5, 8192)
    scores = next(m for m in channel.messages if m.label == "scores")
    assert scores.payload["residues"].shape[0] == 10


def test_the_server_cannot_decrypt(session):
    channel, server, *_ = session
    secret = (sealapi.SecretKey, sealapi.Decryptor, sealapi.KeyGenerator)
    assert not any(isinstance(value, secret) for value in vars(server).values())
    assert [m.label for m in channel.view("server")] == [
        "offer",
        "keys",
        "images",
        "scores",
    ]
    # what it holds opens nothing: with a key of its own it reads noise
    images = next(
        m.payload["residues"] for m in channel.view("server") if m.label == "images"
    )
    context = server.plan.context()
    own = sealapi.Decryptor(context, sealapi.KeyGenerator(context).secret_key())
    writer = CiphertextWriter(context)
    [ciphertext] = writer.write(images[20:21], 2.0**server.plan.scale_bits)
    plain = sealapi.Plaintext()
    own.decrypt(ciphertext, plain)
    read = np.array(sealapi.CKKSEncoder(context).decode_double(plain))[:450]
    assert abs(np.corrcoef(read, session[2][:, 20])[0, 1]) < 0.25


def test_six_squares_in_a_row_survive_encryption():
    digits = load_digits_split()
    x = digits.X_train.reshape(-1, 4, 2, 4, 2).mean(axis=(2, 4)).reshape(-1, 16)
    rng = np.random.default_rng(2)
    deep = NormalisedNetwork([16, *[6] * 6, 10], Quadratic(best_parabola()), rng=rng)
    deep.train(x, digits.y_train, epochs=10)
    net = deep.folded().balanced(x)
    plan = cryptonets.Plan(16384, (30,) * 14, scale_bits=31, weight_bits=14)
    scores, _ = cryptonets.classify(Channel("c", "s"), net, plan, x[:100])
    assert net.depth == 6
    np.testing.assert_allclose(scores, net.forward(x[:100]), atol=0.05)


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"coeff_mod_bit_sizes": (30, 26, 26, 30)}, "add a middle prime"),
        ({"poly_modulus_degree": 4096}, "raise poly_modulus_degree"),
        ({"coeff_mod_bit_sizes": (40, 30, 30, 40)}, "at most 30, got 40"),
        ({"scale_bits": 45}, "scale overflow: layer . needs"),
        ({"weight_bits": 21}, r"weight_bits must be an integer in 2\.\.20"),
    ],
)
def test_bad_parameters_are_refused_before_anything_is_sent(
    digits_network, changed, message
):
    channel = Channel("client", "server")
    with pytest.raises(ValueError, match=message):
        cryptonets.Server(channel["server"], digits_network, cryptonets.Plan(**changed))
    assert not channel.messages


def test_weights_out_of_range_are_refused():
    wide = SquareNetwork((np.ones((1, 4000)),), (np.zeros(1),))
    with pytest.raises(ValueError, match="use fewer weight bits"):
        cryptonets.Plan(weight_bits=14).stages(wide)


def test_a_client_refuses_wrong_batches_and_insecure_offers(digits_network):
    channel = Channel("client", "server")
    client = cryptonets.Client(channel["client"])
    server = cryptonets.Server(channel["server"], digits_network, cryptonets.Plan())
    with pytest.raises(ValueError, match="keys must be received"):
        server.evaluate(np.zeros((64, 2, 5, 8192), np.uint32))
    server.send_offer()
    client.send_keys()
    with pytest.raises(ValueError, match=r"images must be \(n, 64\)"):
        client.encrypt(np.ones((2, 63)))
    with pytest.raises(ValueError, match=r"1\.\.4096 a batch, got 4097"):
        client.encrypt(np.ones((4097, 64)))
    with pytest.raises(ValueError, match="images must be finite"):
        client.encrypt(np.full((1, 64), np.nan))
    offer = {"features": 1, "poly_modulus_degree": 1024, "scale_bits": 26}
    sizes = {"coeff_mod_bit_sizes": [30, 30], "weight_bits": 8}
    channel["server"].send("offer", offer | sizes)
    with pytest.raises(ValueError, match="offer must be secure"):
        cryptonets.Client(channel["client"]).send_keys()


def small_integers(bits=4):
    rng = np.random.default_rng(3)
    weights = (
        rng.normal(size=(4, 6)),
        rng.normal(size=(3, 4)),
        rng.normal(size=(2, 3)),
    )
    biases = tuple(rng.normal(size=len(W)) for W in weights)
    return cryptonets_bfv.IntegerNetwork.of(
        SquareNetwork(weights, biases), input_bits=3, weight_bits=bits
    )


def test_bfv_equals_the_integer_network_exactly():
    net, plan = small_integers(5), cryptonets_bfv.BfvPlan()
    images = np.random.default_rng(4).uniform(-1, 1, (50, 6))
    images[0] = 1.0  # the corner of the range
    assert len(plan.moduli(net)) >= 2
    got = cryptonets_bfv.classify(Channel("client", "server"), net, plan, images)
    np.testing.assert_array_equal(got, net.forward(images))


def test_too_few_moduli_would_wrap_around():
    net, plan = small_integers(5), cryptonets_bfv.BfvPlan(plain_bits=20)
    moduli = plan.moduli(net)
    x = np.random.default_rng(5).uniform(-1, 1, (200, 6))
    exact = net.forward(x)
    for count in (1, len(moduli)):
        remainders = np.stack([exact % t for t in moduli[:count]])
        joined = cryptonets_bfv.join(remainders, moduli[:count])
        assert np.array_equal(joined, exact) == (count == len(moduli))


def test_the_largest_score_bounds_every_corner():
    net = small_integers()
    corners = np.array(np.meshgrid(*[[-1, 1]] * 6)).reshape(6, -1).T
    assert max(abs(v) for v in net.forward(corners).ravel()) <= net.largest()


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"coeff_mod_bit_sizes": (30,) * 8}, "raise poly_modulus_degree"),
        ({"coeff_mod_bit_sizes": (30,) * 3}, "noise budget after 2 squares"),
        ({"coeff_mod_bit_sizes": (50,) * 4}, "at most 30, got 50"),
        ({"plain_bits": 14}, "plain_bits must leave"),
    ],
)
def test_bad_bfv_parameters_are_refused(changed, message):
    with pytest.raises(ValueError, match=message):
        cryptonets_bfv.BfvPlan(**changed).moduli(small_integers())


def test_inputs_outside_the_agreed_range_are_refused():
    plan = cryptonets_bfv.BfvPlan()
    channel = Channel("client", "server")
    client = cryptonets_bfv.Client(channel["client"], plan, [65537], input_bits=3)
    with pytest.raises(ValueError, match=r"within \+-1.0, got 1.5"):
        client.send_query(np.full((1, 6), 1.5))


@pytest.mark.parametrize("layer", [0, 1, 2])
def test_a_pruned_unit_is_served_by_ckks_and_by_bfv(layer):
    rng = np.random.default_rng(layer)
    x = rng.uniform(-1, 1, (3, 6))
    weights = [rng.normal(size=s) / s[1] ** 0.5 for s in ((4, 6), (4, 4), (3, 4))]
    weights[layer][1] = 0
    biases = tuple(rng.normal(size=len(W)) / 3 for W in weights)
    net = SquareNetwork(tuple(weights), biases).balanced(x)
    plan = cryptonets.Plan(coeff_mod_bit_sizes=(30,) * 6, scale_bits=26, weight_bits=10)
    scores, _ = cryptonets.classify(Channel("c", "s"), net, plan, x)
    np.testing.assert_allclose(scores, net.forward(x), atol=0.02)

    # two layers, what small primes hold
    flat = SquareNetwork((weights[layer % 2], weights[2][:, :4]), biases[1:])
    exact = cryptonets_bfv.IntegerNetwork.of(flat, input_bits=4, weight_bits=6)
    x = rng.uniform(-1, 1, (3, flat.sizes[0]))
    plan = cryptonets_bfv.BfvPlan(plain_bits=28)
    answer = cryptonets_bfv.classify(Channel("c", "s"), exact, plan, x)
    np.testing.assert_array_equal(answer, exact.forward(x))
    rounded = answer.astype(float) / 2.0**exact.scale_bits
    np.testing.assert_allclose(rounded, flat.forward(x), atol=0.5)
