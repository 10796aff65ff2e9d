"""Masks: the sum of a group comes out exactly, a part of it says nothing."""

import numpy as np
import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from ppdl_course.federated.gradient_exchange import GradientServer, train_rounds
from ppdl_course.federated.masking import (
    MaskedClient,
    MaskedServer,
    exchange_keys,
    fix,
    mask,
    shared_key,
    unfix,
)
from ppdl_course.nn import CrossEntropy, Network
from ppdl_course.parties.channel import Channel
from ppdl_course.parties.views import p_value, uniform_p_value

NAMES = ("a", "b", "c", "d")
GROUPS = (("a", "b"), ("c", "d"))


def parties(channel, groups=GROUPS, x=None):
    rng = np.random.default_rng(0)
    shape = Network([5, 3, 2], rng=rng)
    x = rng.normal(size=(8, 5)) if x is None else x
    y = np.arange(8) % 2
    server = MaskedServer(channel["server"], shape.copy(), NAMES, groups=groups)
    clients = []
    for name, rows in zip(NAMES, np.split(np.arange(8), 4), strict=True):
        group = next(g for g in groups if name in g)
        others = [other for other in group if other != name]
        clients.append(
            MaskedClient(channel[name], shape, x[rows], y[rows], group=others)
        )
    exchange_keys(clients)
    return server, clients, shape, x, y


@settings(max_examples=50, deadline=None)
@given(arrays.arrays(np.float64, (6, 4), elements=st.floats(-1e5, 1e5)))
def test_fixed_point_sums_come_back(values):
    total = fix(values, parties=6).sum(axis=0, dtype=np.uint64)
    np.testing.assert_allclose(unfix(total), values.sum(axis=0), atol=6 * 2.0**-41)


def test_the_largest_value_fits_and_the_next_does_not():
    largest = 2.0**22 / 3
    total = fix(np.full((3, 1), -largest), parties=3).sum(axis=0, dtype=np.uint64)
    np.testing.assert_allclose(unfix(total), -(2.0**22))
    for bad in (np.nextafter(largest, np.inf), np.nan, np.inf):
        with pytest.raises(ValueError, match="values must be finite and at most"):
            fix(np.array([bad]), parties=3)


def test_masked_training_is_open_training():
    with Channel("server", *NAMES) as channel:
        server, clients, shape, x, y = parties(channel)
        train_rounds(server, clients, 4)
    alone = shape.copy()
    for _ in range(4):
        alone.flat -= 0.1 * alone.loss_and_gradient(x, y, CrossEntropy())[1]
    np.testing.assert_allclose(server.network.flat, alone.flat, atol=1e-10)


def test_a_group_sum_is_the_sum_of_its_gradients():
    with Channel("server", *NAMES) as channel:
        server, clients, *_ = parties(channel)
        train_rounds(server, clients, 1)
    notes = {(n.party, n.label): n.value for n in channel.notes}
    for group in GROUPS:
        total = sum(notes[name, "own gradient"] for name in group)
        opened = notes["server", f"sum of {', '.join(group)}"]
        np.testing.assert_allclose(opened, total, atol=1e-11)


def test_what_one_client_sends_says_nothing_about_its_record():
    def sent(x):
        low = []
        for _ in range(60):
            with Channel("server", *NAMES) as channel:
                server, clients, *_ = parties(channel, x=x)
                train_rounds(server, clients, 1)
            body = next(m for m in channel.messages if m.label == "gradient").payload
            low.append(body >> np.uint64(60))
        return np.concatenate(low).astype(int)

    zeros, ones = sent(np.zeros((8, 5))), sent(np.ones((8, 5)))
    assert p_value(zeros, ones) > 1e-6
    assert uniform_p_value(zeros, 16) > 1e-6
    open_numbers = (fix(np.zeros(600), parties=2) >> np.uint64(60)).astype(int)
    assert uniform_p_value(open_numbers, 16) < 1e-6  # the test can fail


def test_masks_differ_by_key_and_round():
    streams = [mask(bytes([k] * 32), turn, 8) for k in (1, 2) for turn in (0, 1)]
    assert len({stream.tobytes() for stream in streams}) == 4
    np.testing.assert_array_equal(mask(bytes(32), 3, 8), mask(bytes(32), 3, 8))


@pytest.mark.parametrize("public", [bytes(32), bytes(31), b"\1" + bytes(31), None])
def test_a_key_of_small_order_is_refused(public):
    private = X25519PrivateKey.generate()
    with pytest.raises(ValueError, match="public must be an X25519 key"):
        shared_key(private, public, b"mask")


def test_two_owners_agree_on_a_key_for_each_purpose():
    one, other = X25519PrivateKey.generate(), X25519PrivateKey.generate()
    public = [k.public_key().public_bytes_raw() for k in (one, other)]
    key = shared_key(one, public[1], b"mask")
    assert key == shared_key(other, public[0], b"mask")
    assert key != shared_key(one, public[1], b"seal")


def test_a_round_without_keys_and_a_wrong_group_are_refused():
    with Channel("server", *NAMES) as channel:
        shape = Network([5, 3, 2], rng=np.random.default_rng(0))
        x, y = np.ones((1, 5)), np.array([0])
        client = MaskedClient(channel["a"], shape, x, y, group=["b"])
        with pytest.raises(ValueError, match="group must have exchanged its keys"):
            client.message(np.zeros(3))
        with pytest.raises(ValueError, match="group must name other clients"):
            MaskedClient(channel["a"], shape, x, y, group=["a"])
        with pytest.raises(ValueError, match="groups must hold"):
            MaskedServer(channel["server"], shape, NAMES, groups=[("a", "b")])
        assert issubclass(MaskedServer, GradientServer)
