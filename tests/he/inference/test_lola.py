"""One image in every layout: the plaintext's scores, and counts by formula."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppdl_course.he.inference import lola
from ppdl_course.he.inference.slot_layouts import arrange, operations, power_of_two
from ppdl_course.he.inference.square_network import SquareNetwork
from ppdl_course.parties.channel import Channel


@pytest.fixture(scope="module")
def parties():
    channel = Channel("client", "server")
    client = lola.Client(channel["client"])
    client.send_keys()
    keys = channel["server"].receive("keys")

    def keyed_server(network):
        server = lola.Server(channel["server"], network)
        channel["client"].send("keys", keys)
        server.receive_keys()
        return server

    return channel, client, keyed_server


def network(d, h, c):
    rng = np.random.default_rng(d)
    weights = rng.normal(size=(h, d)) / d**0.5, rng.normal(size=(c, h)) / h**0.5
    return SquareNetwork(weights, (rng.normal(size=h), rng.normal(size=c)))


@pytest.mark.parametrize(
    ("sizes", "layouts"),
    [
        ((16, 8, 4), lola.LAYOUTS),
        ((11, 5, 3), lola.LAYOUTS),
        ((64, 100, 10), ("stacked",)),  # wider than one ciphertext
        ((3, 1, 2), lola.LAYOUTS),
    ],
)
def test_every_layout_gives_the_plaintext_scores_at_the_counted_cost(
    parties, sizes, layouts
):
    channel, client, keyed_server = parties
    net = network(*sizes)
    server = keyed_server(net)
    x = np.random.default_rng(7).uniform(-1, 1, sizes[0])
    for layout in layouts:
        scores = lola.classify(channel, client, server, x, layout)
        np.testing.assert_allclose(scores, net.forward(x[None])[0], atol=1e-3)
        assert dict(server.counts) == operations(*sizes, layout)


@given(st.integers(1, 512), st.integers(1, 8), st.integers(1, 10))
def test_stacked_rotations_are_logarithms(d, h, c):
    counts = operations(d, h, c, "stacked")
    wide, tall = power_of_two(d), power_of_two(h)
    assert 2 ** counts["rotations"] == wide * tall
    assert counts["ciphertexts"] == counts["squares"] == 1


def test_arranged_slots_repeat_as_the_next_layer_wants():
    x = np.array([1.0, 2.0, 3.0])
    [stacked] = arrange(x, "stacked", 2)
    np.testing.assert_array_equal(stacked[:8], [1, 1, 2, 2, 3, 3, 0, 0])
    np.testing.assert_array_equal(stacked, np.tile(stacked[:8], 512))
    [dense] = arrange(x, "dense", 2)
    np.testing.assert_array_equal(dense[:8], [1, 2, 3, 0, 1, 2, 3, 0])
    assert arrange(x, "simd", 2).shape == (3, 4096)


def test_the_server_holds_no_secret_key(parties):
    from tenseal import sealapi

    channel, _, keyed_server = parties
    held = vars(keyed_server(network(4, 2, 2))).values()
    assert not any(isinstance(v, sealapi.SecretKey | sealapi.Decryptor) for v in held)
    labels = {m.label for m in channel.view("server")}
    assert labels <= {"keys", "image", "scores"}


def test_bad_questions_are_refused(parties):
    _, client, keyed_server = parties
    with pytest.raises(ValueError, match="must have one square, got 0"):
        keyed_server(SquareNetwork((np.ones((2, 3)),), (np.ones(2),)))
    with pytest.raises(ValueError, match="layout must be one of"):
        operations(4, 4, 4, "woven")
    with pytest.raises(ValueError, match=r"values must be 1\.\.4096 numbers"):
        client.send_query(np.ones(5000), "dense", 2)


def test_two_who_have_connected_can_classify_at_once():
    rng = np.random.default_rng(2)
    weights = (rng.normal(size=(4, 8)) / 4, rng.normal(size=(3, 4)) / 4)
    network = SquareNetwork(weights, (np.zeros(4), np.zeros(3)))
    channel = Channel("client", "server", keep_bodies=False)
    client, server = lola.connect(channel, network)
    image = rng.random(8)
    scores = lola.classify(channel, client, server, image, "stacked")
    np.testing.assert_allclose(scores, network.forward(image[None])[0], atol=1e-3)
