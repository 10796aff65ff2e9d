import numpy as np
import pytest

from ppdl_course.he.training.bgv import BgvContext
from ppdl_course.he.training.integers import Net, Precision
from ppdl_course.he.training.leaks import (
    CkksClient,
    CkksCloud,
    steps_until,
    what_traffic_tells,
)
from ppdl_course.he.training.protocol import train
from ppdl_course.he.training.twin import moduli_for
from ppdl_course.parties.channel import Channel
from ppdl_course.parties.transcript import Transcript


@pytest.fixture
def run():
    rng = np.random.default_rng(0)
    x, y, w = rng.uniform(-1, 1, (128, 3)), rng.uniform(-1, 1, 128), np.ones(3) / 2
    channel = Channel("client", "cloud")
    client, cloud = CkksClient(channel["client"], x, y, w), CkksCloud(channel["cloud"])
    client.send_step()
    cloud.compute()
    client.receive_update()
    return x, y, w, client, cloud


def test_the_encrypted_update_is_the_gradient_step(run):
    x, y, w, client, _ = run
    expected = (y - x @ w)[:, None] * x
    np.testing.assert_allclose(client.update.T, expected, atol=1e-3)


def test_an_update_shown_as_it_is_gives_the_key_and_all_inputs(run):
    x, _, _, client, cloud = run
    client.show()
    key = cloud.recover()
    assert set(key.tolist()) == {-1, 0, 1}
    np.testing.assert_allclose(cloud.read(key), x, atol=1e-4)


def test_flooding_stops_it_and_keeps_the_update(run):
    x, *_, client, cloud = run
    client.show(flood=1e-2)
    key = cloud.recover()
    assert not set(key.tolist()) <= {-1, 0, 1}
    assert np.abs(cloud.read(key) - x).mean() > 1
    with pytest.raises(ValueError, match="flood"):
        client.show(flood=0)


def test_an_exact_scheme_shows_no_noise(samples):
    net, precision = Net.drawn(2, 1, 2, rng=np.random.default_rng(0)), Precision(1, 2)
    contexts = [BgvContext(64, 14, t) for t in moduli_for(precision, 64, bits=24)]
    batches = [(samples[:, :2], samples[:, 2:])]
    first, second = (
        train(Channel("client", "cloud"), contexts, net, precision, batches)
        for _ in range(2)
    )
    # other keys, other noise, and the same result to the last bit
    for name, part in vars(first).items():
        np.testing.assert_array_equal(part, getattr(second, name))


def test_sizes_tell_the_shape_the_bits_and_the_number_of_steps(samples):
    net, precision = Net.drawn(3, 1, 2, rng=np.random.default_rng(0)), Precision(1, 2)
    moduli = moduli_for(precision, 64, bits=24)
    channel = Channel("client", "cloud")
    batch = samples[:, :3], samples[:, :2]
    train(channel, [BgvContext(64, 14, t) for t in moduli], net, precision, [batch] * 2)
    told = what_traffic_tells(channel, moduli)
    assert (told.shape, told.steps) == ((3, 1, 2), 2)
    needed = max(vars(precision.scales.new).values()).bit_length()
    assert 0 <= told.integer_bits - needed < 30
    # what was encrypted changes no size
    assert len(set(told.step_bytes)) == 1


def test_the_number_of_steps_tells_how_hard_the_targets_are(samples):
    net = Net.drawn(4, 2, 1, rng=np.random.default_rng(0))
    precision = Precision(4, 6, 4)
    easy, hard = (np.full((3, 1), target) for target in (0.5, 0.75))
    taken = [
        steps_until(net, samples, y, precision, loss=0.002, most=200)
        for y in (easy, hard)
    ]
    assert taken[0] + 3 < taken[1] < 200
    fixed = [
        steps_until(net, samples, y, precision, loss=1e-9, most=20)
        for y in (easy, hard)
    ]
    assert fixed == [20, 20]


def test_a_view_without_steps_is_refused():
    with pytest.raises(ValueError, match="at least one step"):
        what_traffic_tells(Transcript(("client", "cloud")), [97])
    with pytest.raises(ValueError, match="inputs"):
        CkksClient(None, np.ones((2, 1)), np.ones(2), np.ones(1))
