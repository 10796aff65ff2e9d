"""A network from what replies leave over, and nothing once the slots are covered."""

import numpy as np
import pytest
import tenseal as ts

from ppdl_course.he.inference import lola, reply_leak
from ppdl_course.he.inference.square_network import SquareNetwork
from ppdl_course.he.seal.unused_slots import with_size
from ppdl_course.parties.channel import Channel


def network(d, h, c):
    rng = np.random.default_rng(d)
    weights = rng.normal(size=(h, d)), rng.normal(size=(c, h))
    return SquareNetwork(weights, (rng.normal(size=h), rng.normal(size=c)))


def plain_reply(net, x):
    """Return the slots of a stacked reply by the slow obvious loop over the formula."""
    (_, W2), (_, b2) = net.weights, net.biases
    square = net.values(x[None])[0][0] ** 2
    classes, hidden = W2.shape
    h = 1 << (hidden - 1).bit_length()
    W2 = np.vstack([W2, np.zeros(hidden)])
    slots = np.zeros(4096)
    for o in range(classes):
        for k in range(h):
            slots[o * h + k] = b2[o]
            for j in range(hidden):
                slots[o * h + k] += W2[o if j >= k else o + 1, j] * square[j]
    return slots, h


def stolen(net, ask):
    hidden, features = net.weights[0].shape
    return reply_leak.steal(
        ask,
        features=features,
        hidden=hidden,
        classes=len(net.weights[1]),
        rng=np.random.default_rng(0),
    )


def asker(net, hide):
    channel = Channel("client", "server", keep_bodies=False)
    return reply_leak.asker(*lola.connect(channel, net, hide=hide))


@pytest.mark.parametrize("sizes", [(8, 4, 4), (6, 5, 3), (1, 1, 1), (12, 16, 10)])
def test_the_formula_of_leftovers_gives_the_network_away(sizes):
    net = network(*sizes)
    found = stolen(net, lambda x: plain_reply(net, x))
    assert found.questions == 2 * sizes[0] + 1
    np.testing.assert_allclose(
        reply_leak.alignment(found.network.weights[0], net.weights[0]), 1, atol=1e-9
    )
    x = np.random.default_rng(1).uniform(-2, 2, (50, sizes[0]))
    np.testing.assert_allclose(found.network.forward(x), net.forward(x), atol=1e-6)


@pytest.mark.parametrize("sizes", [(8, 4, 4), (6, 5, 3)])
def test_an_uncovered_server_gives_its_network_away(sizes):
    net = network(*sizes)
    ask = asker(net, "nothing")
    x = np.random.default_rng(2).uniform(-1, 1, sizes[0])
    slots, stride = ask(x)
    expected, _ = plain_reply(net, x)
    used = sizes[2] * stride
    np.testing.assert_allclose(slots[:used], expected[:used], atol=1e-3)
    found = stolen(net, ask)
    aligned = reply_leak.alignment(found.network.weights[0], net.weights[0])
    assert aligned.min() > 0.9999
    fresh = np.random.default_rng(1).uniform(-1, 1, (50, sizes[0]))
    np.testing.assert_allclose(
        found.network.forward(fresh), net.forward(fresh), atol=0.01
    )
    assert found.questions < reply_leak.questions_by_scores(sizes[0])


@pytest.mark.parametrize("hide", ["random", "mask"])
def test_the_attack_finds_nothing_where_the_slots_are_hidden(hide):
    net = network(8, 4, 4)
    found = stolen(net, asker(net, hide))
    aligned = reply_leak.alignment(found.network.weights[0], net.weights[0])
    assert np.median(aligned) < 0.9
    fresh = np.random.default_rng(1).uniform(-1, 1, (50, 8))
    error = np.abs(found.network.forward(fresh) - net.forward(fresh)).max()
    assert error > np.std(net.forward(fresh))


def test_a_client_that_arranges_its_slots_otherwise_singles_a_unit_out():
    net = network(6, 4, 3)
    channel = Channel("client", "server", keep_bodies=False)
    client, server = lola.connect(channel, net)

    def scores(slots):
        client.send_slots(slots)
        server.answer("stacked")
        return client.receive_scores(3)

    rng = np.random.default_rng(0)
    for unit in (0, 3):
        row = reply_leak.steal_unit(scores, features=6, hidden=4, unit=unit, rng=rng)
        true = net.weights[0][unit : unit + 1]
        assert reply_leak.alignment(row[None], true) > 0.999
    with pytest.raises(ValueError, match="unit must be"):
        reply_leak.only(np.ones(6), 4, 4)


def test_a_dot_product_gives_all_weights_in_one_answer():
    context = ts.context(ts.SCHEME_TYPE.CKKS, 8192, coeff_mod_bit_sizes=[60, 40, 60])
    context.global_scale = 2.0**40
    context.generate_galois_keys()
    rng = np.random.default_rng(5)
    for d in (3, 8, 13):
        w, x = rng.normal(size=d), rng.uniform(1, 2, d)
        reply = ts.ckks_vector(context, x.tolist()).dot(w.tolist())
        slots = np.array(with_size(reply, 4096).decrypt())
        np.testing.assert_allclose(reply_leak.dot_weights(slots, x), w, atol=1e-4)


def test_bad_questions_are_refused():
    net = network(8, 4, 4)
    with pytest.raises(ValueError, match="hidden must be one block of 2 units, got 4"):
        stolen(net, lambda x: (np.zeros(4096), 2))
    with pytest.raises(ValueError, match="question must hold no 0, got 1"):
        reply_leak.dot_weights(np.ones(8), np.array([1.0, 0.0]))
    with pytest.raises(ValueError, match="features must be"):
        reply_leak.questions(0, np.random.default_rng(0))
