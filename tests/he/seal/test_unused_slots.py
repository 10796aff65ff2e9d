"""Every server's reply: scores where they belong, nothing of the weights elsewhere."""

import importlib
import inspect
import pkgutil

import numpy as np
import pytest
import tenseal as ts
from scipy import stats

import ppdl_course.he
from ppdl_course.he.inference import cryptonets, cryptonets_bfv, lola
from ppdl_course.he.inference.square_network import SquareNetwork
from ppdl_course.he.many_keys import outsourced_classification
from ppdl_course.he.polynomials import service
from ppdl_course.he.polynomials.approximation import minimax, relu
from ppdl_course.he.polynomials.evaluation import cost, parameters
from ppdl_course.he.seal import keys
from ppdl_course.he.seal.contexts import seal_context
from ppdl_course.he.seal.key_pair import KeyPair
from ppdl_course.he.seal.slots import SlotArithmetic
from ppdl_course.he.seal.streams import CiphertextWriter
from ppdl_course.he.seal.unused_slots import (
    cover,
    cover_modulo,
    covered,
    first,
    width,
    with_size,
)
from ppdl_course.parties.channel import Channel

X = np.random.default_rng(3).uniform(-1, 1, (3, 4))


def network(scale):
    rng = np.random.default_rng(4)
    weights = rng.normal(size=(4, 4)) / 2, rng.normal(size=(3, 4)) / 2
    biases = rng.normal(size=4), rng.normal(size=3)
    return SquareNetwork(
        (weights[0], scale * weights[1]), (biases[0], scale * biases[1])
    )


def by_lola(layout):
    def run(scale):
        channel, net = Channel("client", "server"), network(scale)
        client = lola.Client(channel["client"])
        server = lola.Server(channel["server"], net)
        client.send_keys()
        server.receive_keys()
        client.send_query(X[0], layout, 4)
        server.answer(layout)
        slots, stride = client.receive_slots()
        used = np.zeros(slots.shape, bool)
        if stride:
            used[0, : 3 * stride : stride] = True
        else:
            used[:, 0] = True
        return slots, used, net.forward(X[:1])[0]

    return run


def tenseal_slots(channel, end, label, context):
    vector = ts.ckks_vector_from(context, channel[end].receive(label))
    slots = np.array(with_size(vector, 4096).decrypt())[None]
    return slots, first(vector.size(), 4096)[None]


def by_tenseal(scale):
    channel, net = Channel("client", "server"), network(scale)
    W, b = net.weights[1].T, net.biases[1]
    client = keys.Client(channel["client"])
    server = keys.Server(channel["server"], W, b)
    client.send_keys()
    server.receive_keys()
    client.send_query(X[0])
    server.answer()
    slots, used = tenseal_slots(channel, "client", "answer", client._context)
    return slots, used, X[0] @ W + b


def by_polynomials(scale):
    channel, net, p = Channel("court", "centre"), network(scale), minimax(relu, 4, 4)
    W, b, v = net.weights[0], net.biases[0], net.weights[1][0]
    plan = parameters(1 + cost(p.coef, "tree").levels)
    court = service.Court(channel["court"], plan)
    centre = service.Centre(channel["centre"], W, b, p, v, 0.3)
    court.send_keys()
    centre.receive_keys()
    court.send_query(X)
    centre.answer()
    vector = ts.ckks_vector_from(court._context, channel["court"].receive("scores"))
    n = vector.ciphertext()[0].poly_modulus_degree()
    slots = np.array(with_size(vector, n // 2).decrypt())[None]
    return slots, first(len(X), n // 2)[None], p(X @ W.T + b) @ v + 0.3


def by_cryptonets(scale):
    channel, net = Channel("client", "server"), network(scale)
    plan = cryptonets.Plan(coeff_mod_bit_sizes=(30,) * 6, scale_bits=28)
    client = cryptonets.Client(channel["client"])
    server = cryptonets.Server(channel["server"], net, plan)
    server.send_offer()
    client.send_keys()
    server.receive_keys()
    client.send_query(X)
    server.answer()
    answer = channel["client"].receive("scores")
    writer = CiphertextWriter(client._keys.context)
    ciphertexts = writer.write(answer["residues"], answer["scale"])
    slots = np.array([client._keys.decrypt(c) for c in ciphertexts])
    used = np.tile(first(len(X), 4096), (3, 1))
    return slots, used, net.forward(X).T.ravel()


def by_bfv(scale):
    channel = Channel("client", "server")
    net = cryptonets_bfv.IntegerNetwork.of(network(scale), input_bits=4, weight_bits=6)
    plan = cryptonets_bfv.BfvPlan()
    server = cryptonets_bfv.Server(channel["server"], net, plan)
    client = cryptonets_bfv.Client(
        channel["client"], plan, server.moduli, input_bits=net.input_bits
    )
    server.receive_keys()
    client.send_query(X)
    server.answer()
    t, one = server.moduli[0], client._keys[0]
    writer = CiphertextWriter(one.context)
    ciphertexts = writer.write(channel["client"].receive("scores"), ntt=False)
    slots = np.array([one.decrypt(c) for c in ciphertexts])
    # as numbers around 0, as the others are
    slots = np.where(slots > t // 2, slots - t, slots)
    used = np.tile(first(len(X), 8192), (3, 1))
    return slots, used, net.forward(X).T.ravel().astype(float)


SERVERS = {
    "LoLa, simd": (lola.Server, by_lola("simd")),
    "LoLa, dense": (lola.Server, by_lola("dense")),
    "LoLa, stacked": (lola.Server, by_lola("stacked")),
    "TenSEAL, matmul": (keys.Server, by_tenseal),
    "polynomials": (service.Centre, by_polynomials),
    "CryptoNets, CKKS": (cryptonets.Server, by_cryptonets),
    "CryptoNets, BFV": (cryptonets_bfv.Server, by_bfv),
}


def uncovered(monkeypatch):
    def nothing(used, _, **__):
        return np.zeros(len(used), np.int64)

    monkeypatch.setattr("ppdl_course.he.seal.slots.cover", nothing)
    monkeypatch.setattr("ppdl_course.he.seal.unused_slots.cover", nothing)
    monkeypatch.setattr(cryptonets_bfv, "cover_modulo", nothing)


def test_no_server_is_forgotten():
    found = set()
    for module in pkgutil.walk_packages(ppdl_course.he.__path__, "ppdl_course.he."):
        for _, kind in inspect.getmembers(
            importlib.import_module(module.name), inspect.isclass
        ):
            if kind.__module__ == module.name and hasattr(kind, "answer"):
                found.add(kind)
    # covered in our own BGV, and tested there: tests/he/many_keys
    found.remove(outsourced_classification.Evaluator)
    assert found == {kind for kind, _ in SERVERS.values()}


@pytest.mark.parametrize("name", SERVERS)
def test_unused_slots_do_not_depend_on_the_weights(name, monkeypatch):
    _, run = SERVERS[name]
    replies = [run(scale) for scale in (1.0, -0.5)]
    for slots, used, scores in replies:
        np.testing.assert_allclose(slots[used], scores, atol=0.02)
    (left, other) = (slots[~used] for slots, used, _ in replies)
    # one uniform law, whose width the parameters fix, whatever the weights are
    assert stats.ks_2samp(left, other).pvalue > 1e-6
    most = np.abs(left).max()
    assert stats.kstest(left, "uniform", args=(-most, 2 * most)).pvalue > 1e-6
    assert np.abs(other).max() == pytest.approx(most, rel=0.02)

    uncovered(monkeypatch)
    slots, used, _ = run(1.0)
    bare = slots[~used]
    # a value moves the law by its share of the width; modulo t (BFV) not at all
    assert name == "CryptoNets, BFV" or np.abs(bare).max() < most / 100
    spread = np.std(bare) * np.std(left)
    if spread:
        correlation = np.mean((bare - bare.mean()) * (left - left.mean())) / spread
        assert abs(correlation) < 6 / np.sqrt(len(bare))


@pytest.mark.parametrize("name", sorted(set(SERVERS) - {"LoLa, dense"}))
def test_without_a_cover_they_do(name, monkeypatch):
    uncovered(monkeypatch)
    _, run = SERVERS[name]
    left, other = (slots[~used] for slots, used, _ in map(run, (1.0, -0.5)))
    assert np.abs(left - other).max() > 0.1


@pytest.mark.parametrize("layout", lola.LAYOUTS)
def test_a_masked_reply_holds_its_scores_and_noise(layout):
    channel, net = Channel("client", "server"), network(1.0)
    client = lola.Client(channel["client"], hide="mask")
    server = lola.Server(channel["server"], net, hide="mask")
    client.send_keys()
    server.receive_keys()
    scores = lola.classify(channel, client, server, X[0], layout)
    np.testing.assert_allclose(scores, net.forward(X[:1])[0], atol=0.01)
    client.send_query(X[0], layout, 4)
    server.answer(layout)
    slots, stride = client.receive_slots()
    used = np.arange(4096) % max(stride, 4096 * (stride == 0)) == 0
    used[3 * stride or 1 :] = False
    assert np.abs(slots[:, ~used]).max() < 1e-3


def test_a_mask_keeps_the_value_times_its_own_rounding():
    """Averaged over slots and replies, a masked value comes back; a covered one not."""
    pair = KeyPair(seal_context(4096, (40, 30, 39)), 2.0**30)
    arithmetic, used = SlotArithmetic(pair.context), first(1, 2048)
    prime = float(pair.context.first_context_data().parms().coeff_modulus()[-1].value())
    same, secret, replies = np.full(2048, 7.0), 7.0, 40
    masks, covers = [], []
    # the client knows the mask, so it knows what encoding rounded, slot by slot
    plain = arithmetic._encode(used.astype(float), prime, pair.encrypt(same))
    rounding = np.array(pair._encoder.decode_double(plain))[1:]
    for _ in range(replies):
        product = arithmetic.times(pair.encrypt(same), used.astype(float))
        slots = pair.decrypt(arithmetic.total([product]))[1:]
        assert np.abs(slots).max() < 1e-4  # one slot shows noise
        masks.append(slots @ rounding / (rounding @ rounding))
        hidden = arithmetic.cover(pair.encrypt(same), used)
        covers.append(pair.decrypt(hidden)[1:].mean())
    error = np.std(masks) / np.sqrt(replies)
    assert error < secret / 6
    assert abs(np.mean(masks) - secret) < 6 * error
    assert np.std(covers) / np.sqrt(replies) > 2 * secret


def test_covers_are_uniform_and_leave_the_used_slots_alone():
    used = first(100, 4096)
    numbers = cover(used, 3.0)
    assert not numbers[:100].any()
    assert stats.kstest(numbers[100:], "uniform", args=(-3, 6)).pvalue > 1e-6
    whole = cover_modulo(used, 257)
    assert not whole[:100].any()
    counts = np.bincount(whole[100:], minlength=257)
    assert stats.chisquare(counts).pvalue > 1e-6
    assert (cover(used, 1.0) != cover(used, 1.0)).sum() == 3996

    words = np.array([0, 2**64 - 1, 5], "<u8").tobytes()
    np.testing.assert_array_equal(
        cover(first(1, 3), 2.0, random_bytes=lambda _: words),
        [0, 2 * (1 - 2.0**-52), -2],
    )
    # the largest word is beyond the last whole multiple of 6: drawn again
    np.testing.assert_array_equal(
        cover_modulo(first(1, 3), 6, random_bytes=lambda _: words), [0, 5, 0]
    )


def test_the_width_never_wraps_what_is_left_of_the_modulus():
    context = seal_context(8192, (50, 35, 50))
    pair, arithmetic = KeyPair(context, 2.0**35), SlotArithmetic(context)
    used = first(2048, 4096)
    answer = np.where(used, 2.0**46, 0)  # 85 bits: 7/8 of the room is 2^48.8
    for _ in range(5):
        reply = arithmetic.cover(pair.encrypt(answer), used)
        np.testing.assert_allclose(pair.decrypt(reply)[used], 2.0**46, rtol=1e-6)
    assert width(50, 2.0**35, 8192) == 2.0**14 / 8 * np.sqrt(3 * 8192) / 8
    assert width(300, 2.0**35, 8192) == 2.0**24


def test_a_vector_declares_what_it_is_told():
    context = ts.context(ts.SCHEME_TYPE.CKKS, 8192, coeff_mod_bit_sizes=[60, 40, 60])
    context.global_scale = 2.0**40
    vector = ts.ckks_vector(context, [1.0, 2.0, 3.0])
    for size in (1, 127, 128, 4096):
        declared = with_size(vector, size)
        assert declared.size() == size
        expected = np.resize([1.0, 2.0, 3.0], size)
        np.testing.assert_allclose(declared.decrypt(), expected, atol=1e-6)
    np.testing.assert_allclose(covered(vector).decrypt(), [1, 2, 3], atol=1e-6)
    long = ts.ckks_vector(context, [1.0] * 5000)
    with pytest.raises(ValueError, match="vector must be one ciphertext, got 2"):
        with_size(long, 3)
    with pytest.raises(ValueError, match=r"size must be .*got 4097"):
        with_size(vector, 4097)
    with pytest.raises(ValueError, match=r"count must be .*got 0"):
        first(0, 4096)
    with pytest.raises(ValueError, match="hide must be one of"):
        lola.parameters("paint")
