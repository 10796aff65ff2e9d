import numpy as np
import pytest

from ppdl_course.he.training.bgv import BgvContext
from ppdl_course.he.training.integers import Net, Precision, integer_step
from ppdl_course.he.training.protocol import Client, Cloud, fingerprint, train
from ppdl_course.he.training.seal_bfv import BfvContext
from ppdl_course.he.training.twin import Twin, largest_result, moduli_for, quantised
from ppdl_course.parties.channel import Channel


@pytest.fixture
def precision():
    """Short integers, few plaintext primes: what a session needs is not precision."""
    return Precision(1, 2, divisor=2)


def bgv(precision):
    return [BgvContext(64, 14, t) for t in moduli_for(precision, 64, bits=24)]


def bfv(precision):
    moduli = moduli_for(precision, 128, bits=20)
    return [BfvContext(128, 14, t, secure=False) for t in moduli]


def assert_same_as_its_twin(contexts, net, precision, batches):
    twin = Twin(net, precision)
    for x, y in batches:
        twin.step(x, y)
    channel = Channel("client", "cloud")
    trained = train(channel, contexts(precision), net, precision, batches)
    assert vars(trained).keys() == vars(twin.net).keys()
    for name, part in vars(trained).items():
        np.testing.assert_array_equal(part, getattr(twin.net, name))
        assert np.abs(part - getattr(net, name)).max() > 1e-4


def test_training_in_bgv_equals_its_twin_bit_for_bit(net, samples, precision):
    batches = [(samples, samples), (samples[::-1][:2], samples[:2])]
    assert_same_as_its_twin(bgv, net, precision, batches)


def test_training_in_seal_equals_its_twin_bit_for_bit(samples):
    net = Net.drawn(2, 1, 2, rng=np.random.default_rng(3))
    assert_same_as_its_twin(
        bfv, net, Precision(1, 1), [(samples[:, :2], samples[:, 2:])]
    )


def test_carried_rounding_lets_steps_below_a_unit_add_up(net, samples):
    precision = Precision(3, 4, divisor=64)
    twin = Twin(net, precision)
    start = precision.weights(net)
    moved = []
    for _ in range(40):
        twin.step(samples, 1 - samples)
        now = precision.weights(twin.net)
        moved.append(
            max(int(abs(p).max()) for p in vars(now.each(np.subtract, start)).values())
        )
    assert moved[0] == 0  # one step is below half a unit
    assert moved[-1] > 0


def test_the_cloud_sees_ciphertexts_and_no_secret(net, samples, precision):
    channel = Channel("client", "cloud")
    train(channel, bgv(precision), net, precision, [(samples, samples)])
    received = [m for m in channel.view("cloud") if m.receiver == "cloud"]
    keys, step, *ciphertexts = (m.payload for m in received)
    labels = [m.label for m in received]
    assert labels == ["keys", "step", *["ciphertexts"] * len(ciphertexts)]
    assert set(keys) == {"shape", "keys"}
    assert [len(k) for k in keys["keys"]] == [2] * len(ciphertexts)
    assert step == fingerprint(keys["keys"])
    for modulus in ciphertexts:
        for arrays in modulus.values():
            # the second half of a fresh pair is uniform: no residue is favoured
            upper = (arrays[:, 1, 1:] > 2**29).mean()  # primes of 30 bits
            assert 0.4 < upper < 0.6


def test_the_bound_on_results_holds_at_the_ends(precision):
    rng = np.random.default_rng(7)
    for _ in range(20):
        signs = Net(*(rng.choice([-1.0, 1.0], s) for s in ((2, 4), (2,), (4, 2), (4,))))
        net = Net(signs.W1 / 4, signs.b1 / 2, signs.W2 / 2, signs.b2 / 4)
        x = rng.choice([0.0, 1.0], (3, 4))
        X, Y, V = quantised(x, x, net, precision)
        new = integer_step(X, Y, V, precision)
        found = max(int(abs(part).max()) for part in vars(new).values())
        assert found <= largest_result(X, Y, V, precision) < 3 * found


def a_client(net, precision, contexts=bgv):
    channel = Channel("client", "cloud")
    made = contexts(precision)
    client = Client(channel["client"], made, net, precision)
    return channel, made, client


def test_what_the_cubic_does_not_hold_for_is_refused_before_encrypting(
    net, samples, precision
):
    channel, _, client = a_client(net, precision)
    with pytest.raises(ValueError, match=r"W1 must keep \|W a \+ b\| <= 2"):
        client.send_step(40 * samples, samples)
    client.net = net.each(lambda part: 10 * part)
    with pytest.raises(ValueError, match=r"W1 must keep"):
        client.send_step(samples, samples)
    assert not channel.messages


def test_a_quantisation_that_could_carry_is_refused(net, samples, precision):
    channel = Channel("client", "cloud")
    too_few = bgv(precision)[:-2]
    client = Client(channel["client"], too_few, net, precision)
    with pytest.raises(ValueError, match="fewer input_bits or weight_bits"):
        client.send_step(samples, samples)
    with pytest.raises(ValueError, match="rows"):
        client.send_step(samples, samples[:2])
    assert not channel.messages


def test_more_samples_than_slots_are_refused(net, precision):
    _, _, client = a_client(net, precision)
    with pytest.raises(ValueError, match="at most n = 64 rows, got 65"):
        client.send_step(np.full((65, 4), 0.5), np.full((65, 4), 0.5))


def test_a_context_without_the_depth_is_refused(net, precision):
    contexts = [BgvContext(64, 6, t) for t in moduli_for(precision, 64, bits=24)]
    channel = Channel("client", "cloud")
    with pytest.raises(ValueError, match="depth of 10, got 6"):
        Client(channel["client"], contexts, net, precision)


def test_ciphertexts_under_another_key_are_refused(net, samples, precision):
    channel, contexts, client = a_client(net, precision)
    cloud = Cloud(channel["cloud"], contexts, precision)
    client.send_keys()
    cloud.receive_keys()
    other = Client(channel["client"], contexts, net, precision)
    other.send_step(samples, samples)
    with pytest.raises(ValueError, match="under the key"):
        cloud.compute()


def test_an_update_that_no_step_gives_is_refused(net, samples, precision):
    channel, contexts, client = a_client(net, precision)
    cloud = Cloud(channel["cloud"], contexts, precision)
    client.send_keys()
    cloud.receive_keys()
    client.send_step(samples, samples)
    channel["cloud"].receive("step")
    for _ in contexts:
        one = channel["cloud"].receive("ciphertexts")["old W1"][:1]
        count = {"W1": 8, "b1": 2, "W2": 8, "b2": 4}
        noise = (one + 12345) % 2**28
        update = {k: np.repeat(noise, c, axis=0) for k, c in count.items()}
        channel["cloud"].send("update", update)
    with pytest.raises(ValueError, match="another key or another program"):
        client.receive_update()
    with pytest.raises(ValueError, match="a step must be sent"):
        client.receive_update()


def test_keys_have_names_of_their_own(precision):
    first, second = ([c.keys().public for c in bgv(precision)[:1]] for _ in range(2))
    assert fingerprint(first) == fingerprint(first) != fingerprint(second)
