import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ppdl_course.he.clustering.encrypted import Client, cluster
from ppdl_course.he.clustering.plan import (
    ClusterPlan,
    centres_of,
    integer_sums,
    memberships,
)
from ppdl_course.he.clustering.possibilistic import Series, blobs, distances, updated
from ppdl_course.he.seal.plan import primes_of_size
from ppdl_course.he.training.bgv import BgvContext
from ppdl_course.he.training.seal_bfv import BfvContext
from ppdl_course.parties.channel import Channel

PLAN = ClusterPlan(Series(0.05, 0.5, 5), bits=3)


@pytest.fixture(scope="module")
def points():
    x, labels, start = blobs(np.random.default_rng(3))
    return x[::6], labels[::6], start


def bgv(count=4, levels=12):
    return [BgvContext(64, levels, t) for t in primes_of_size(64, 24, count)]


def bfv():
    return [BfvContext(64, 12, t, secure=False) for t in primes_of_size(64, 20, 4)]


@pytest.mark.parametrize("contexts", [bgv, bfv])
def test_encrypted_clustering_equals_its_integer_twin(contexts, points):
    x, labels, start = points
    centres, u = cluster(
        Channel("client", "cloud"), contexts(), PLAN, x, start, steps=2
    )
    twin = start
    for _ in range(2):
        squares, weighted = integer_sums(PLAN.integers(x), PLAN.integers(twin), PLAN)
        twin = centres_of(squares, weighted, PLAN.bits)
    np.testing.assert_array_equal(centres, twin)
    np.testing.assert_array_equal(u, memberships(squares, PLAN))
    assert (u.argmax(axis=0) == labels).all()


@settings(max_examples=30)
@given(st.sampled_from([1, 3, 5, 7, 9]), st.integers(6, 12), st.integers(0, 2**32))
def test_the_integers_are_the_series_up_to_rounding(order, bits, seed):
    rng = np.random.default_rng(seed)
    plan = ClusterPlan(Series(0.1, 0.5, order), bits=bits)
    x, centres = rng.uniform(0, 0.7, (5, 2)), rng.uniform(0, 0.7, (3, 2))
    X, V = plan.integers(x), plan.integers(centres)
    squares, weighted = integer_sums(X, V, plan)
    x, centres = (part.astype(float) / 2**bits for part in (X, V))
    u = plan.series(distances(x, centres))
    np.testing.assert_allclose(memberships(squares, plan), abs(u), atol=0.01)
    found = centres_of(squares, weighted, bits)
    np.testing.assert_allclose(found, updated(x, u), atol=0.02)
    assert int(abs(weighted).max()) <= plan.largest(X)


def test_the_depth_of_a_step_by_order():
    rules = bgv(levels=24)[0].rules
    depths = [
        ClusterPlan(Series(0.05, 0.5, order)).stages(rules, 2)[-1].depth
        for order in (1, 3, 5, 7, 9)
    ]
    assert depths == [3, 5, 6, 7, 8]


def test_points_outside_the_circle_are_refused_before_encrypting(points):
    x, _, start = points
    channel = Channel("client", "cloud")
    near = ClusterPlan(Series(0.05, 0.1, 5), bits=3)
    client = Client(channel["client"], bgv(), near, x, start)
    with pytest.raises(ValueError, match=r"d0 must be above .* diverges"):
        client.send_step()
    assert not channel.messages


def test_a_context_that_cannot_afford_the_order_is_refused(points):
    x, _, start = points
    channel = Channel("client", "cloud")
    with pytest.raises(ValueError, match="primes must hold a depth of 6, got 5"):
        Client(channel["client"], bgv(levels=5), PLAN, x, start)
    with pytest.raises(ValueError, match="order must be odd, got 4"):
        ClusterPlan(Series(0.05, 0.5, 4))
    client = Client(channel["client"], bgv(2), PLAN, x, start)
    with pytest.raises(ValueError, match="half the product"):
        client.send_step()
    with pytest.raises(ValueError, match=r"samples must be an integer in 1\.\.64"):
        Client(channel["client"], bgv(1), PLAN, np.ones((65, 2)), start)


def test_the_cloud_sees_ciphertexts_only(points):
    x, _, start = points
    channel = Channel("client", "cloud")
    cluster(channel, bgv(), PLAN, x, start, steps=1)
    received = [m for m in channel.view("cloud") if m.receiver == "cloud"]
    assert [m.label for m in received] == ["keys", "step"]
    for modulus in received[1].payload:
        for arrays in modulus.values():
            upper = (arrays[:, 1, 1:] > 2**29).mean()  # primes of 30 bits
            assert 0.4 < upper < 0.6
