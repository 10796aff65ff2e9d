"""Who reads what: tried, not claimed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppdl_course.mpc.joint_keys.attacks import (
    difference_of_views,
    read_alone,
    read_together,
    scaled_comparison,
    size_of_difference,
)
from ppdl_course.mpc.joint_keys.parties import CLOUD, PROVIDER, Issued
from ppdl_course.mpc.joint_keys.plan import Plan, encoded_records
from ppdl_course.mpc.joint_keys.sealed import from_message, seal
from ppdl_course.mpc.joint_keys.session import learn


def test_either_server_alone_reads_nothing_of_anybody(toy):
    for user in toy.users:
        sealed = seal(user.public, [0, 1, -1, 2**100], bound=2**100)
        for share in (toy.issued.cloud, toy.issued.crypto_server):
            assert read_alone(share, sealed) == [None] * 4


@given(st.lists(st.integers(-(2**254), 2**254), min_size=1, max_size=4))
def test_both_servers_together_read_every_user(toy, values):
    for user in toy.users:
        sealed = seal(user.public, values, bound=2**254)
        shares = toy.issued.cloud, toy.issued.crypto_server
        assert read_together(*shares, sealed).tolist() == values


def test_colluding_servers_read_all_case_files_and_the_model(strong):
    plan = Plan(sizes=(2, 1, 2), fraction_bits=4, activation="relu")
    rng = np.random.default_rng(0)
    courts = {
        name: (rng.uniform(-2, 2, (2, 2)), rng.integers(0, 2, 2)) for name in "abc"
    }
    done = learn(strong, plan, courts, plan.start(rng), [[0, 2, 4]])
    shares = done.cloud.share, done.crypto_server.share
    view = done.channel.view(CLOUD)
    arrived = [m.payload for m in view if m.label == "records"]
    for (name, data), records in zip(courts.items(), arrived, strict=True):
        for part, wanted in zip("xy", encoded_records(plan, *data), strict=True):
            sealed = from_message(done.secrets[name].public, records[part])
            assert np.array_equal(read_together(*shares, sealed), wanted)
            assert set(read_alone(shares[0], sealed)) == {None}
            assert set(read_alone(shares[1], sealed)) == {None}
    (model,) = [m.payload for m in view if m.label == "model"]
    sealed = from_message(done.secrets[PROVIDER].public, model)
    assert np.array_equal(read_together(*shares, sealed), done.weights)


def test_shares_of_two_splits_do_not_fit(toy, strong):
    other = Issued.from_strong(strong)
    with pytest.raises(ValueError, match="must be both shares' partial decryptions"):
        read_together(toy.issued.cloud, other.crypto_server, toy.sealed([1], 1))


@given(st.integers(-(2**40), 2**40), st.integers(-(2**40), 2**40))
def test_the_scaled_comparison_tells_the_size_of_the_difference(x, y):
    view = scaled_comparison(x, y, rho_bits=64)
    bits = abs(2 * (x - y) + 1).bit_length()
    assert size_of_difference(view, rho_bits=64) in (bits, bits + 1)


def test_a_pair_compared_twice_is_read_exactly_in_61_of_100_cases():
    """6 / pi^2 = 0.608; of 2,000 pairs 1,216 on average, deviation 22."""
    rng = np.random.default_rng(0)
    exact = {2: 0, 6: 0}
    for x, y in rng.integers(0, 2**30, (2000, 2)).tolist():
        views = [scaled_comparison(x, y, rho_bits=64) for _ in range(6)]
        for count in exact:
            exact[count] += difference_of_views(views[:count]) == abs(2 * (x - y) + 1)
    assert abs(exact[2] - 1216) < 5 * 22
    assert exact[6] > 1900  # 1 / zeta(6) = 0.983


def test_arguments_out_of_bounds_are_refused():
    with pytest.raises(ValueError, match="rho_bits must be an integer >= 2"):
        scaled_comparison(1, 2, rho_bits=1)
    with pytest.raises(ValueError, match="views must be an integer >= 2, got 1"):
        difference_of_views([5])
    with pytest.raises(ValueError, match="view_bits must be an integer >= 64"):
        size_of_difference(5, rho_bits=64)
