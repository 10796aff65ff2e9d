"""Tests for ppdl_course.mpc.joint_keys.sealed and residues."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ppdl_course.mpc.joint_keys.parties import opened
from ppdl_course.mpc.joint_keys.residues import OutOfBoundsError, integers, inverses
from ppdl_course.mpc.joint_keys.sealed import from_message, seal
from ppdl_course.parties.codec import decode, encode
from ppdl_course.publickey.arithmetic.safe_primes import PUBLISHED

BOUND = 2**90
FEW = settings(max_examples=15, deadline=None)
VALUES = st.lists(
    st.integers(-BOUND, BOUND) | st.sampled_from([-BOUND, BOUND, 0]),
    min_size=3,
    max_size=3,
)


@FEW
@given(VALUES, VALUES, st.lists(st.integers(-9, 9), min_size=3, max_size=3))
def test_sums_and_public_products_are_those_of_the_integers(toy, x, y, k):
    a, b = toy.sealed(x, BOUND), toy.sealed(y, BOUND)
    x, y, k = (integers(v) for v in (x, y, k))
    wanted = (x + y - k) * k - y
    got = (a + b - k).scale(k) - b
    assert np.array_equal(opened(toy.secret, got), wanted)
    assert max(abs(wanted)) <= got.bound


def test_shapes_follow_numpy(toy):
    x = integers(np.arange(6).reshape(2, 3))
    a = toy.sealed(x, 5)
    for got, wanted in (
        (a.T, x.T),
        (a[1], x[1]),
        (a[0, 2], x[0, 2]),
        (a.total(), x.sum(0)),
        (a.ravel().join(a[0]), np.r_[x.ravel(), x[0]]),
        (a + a[0], x + x[0]),
        (a.reshape(3, 2), x.reshape(3, 2)),
    ):
        assert np.array_equal(opened(toy.secret, got), wanted)
        assert got.shape == np.shape(wanted)


def test_half_the_modulus_is_held_and_more_is_refused(toy):
    most = (toy.joint.n - 1) // 2
    ends = seal(toy.joint, [most, -most], bound=most)
    assert opened(toy.secret, ends).tolist() == [most, -most]
    for wrap in (
        lambda: ends + ends,
        lambda: ends + 1,
        lambda: ends.scale(2),
        lambda: ends.total(),
        lambda: ends - [1, 0],
        lambda: ends.within(most + 1),
        lambda: seal(toy.joint, [0], bound=most + 1),
    ):
        with pytest.raises(OutOfBoundsError, match="bound must be below N/2"):
            wrap()


def test_values_above_their_bound_are_refused(toy):
    with pytest.raises(OutOfBoundsError, match="x must be at most 7 in size, got 8"):
        seal(toy.joint, [7, -8], bound=7, name="x")


@pytest.mark.parametrize("value", [1.0, "1", None, np.float64(2)])
def test_what_is_no_integer_is_refused(toy, value):
    with pytest.raises(ValueError, match="values must be an integer"):
        seal(toy.joint, [value], bound=7)


def test_ciphertexts_under_two_keys_are_not_added(toy):
    a, b = (seal(user.public, [1], bound=1) for user in toy.users[:2])
    with pytest.raises(ValueError, match="must be encrypted under the key of a"):
        a + b
    with pytest.raises(ValueError, match="must be encrypted under the key of a"):
        a.join(b)


def test_a_message_comes_back_from_a_channel(toy):
    a = toy.sealed([[1, -2], [3, 4]], 4)
    back = from_message(toy.joint, decode(encode(a.message())))
    assert opened(toy.secret, back).tolist() == [[1, -2], [3, 4]]
    assert back.bound == 4


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"T1": [0, 5]}, r"T1 must be in \(0, N\*\*2\)"),
        ({"T2": ["factor", 5]}, "T2 must be coprime to N"),
        ({"T1": ["small order", 5]}, "T1 must not be of small order"),
        ({"T1": [5]}, "T1 must have 2 entries"),
        ({"T1": [0.5, 5]}, "T1 must be an integer"),
        ({"T1": (5, 5)}, "T1 must be of type list"),
        ({"shape": (3,)}, "T1 must have 3 entries"),
        ({"shape": (-1, -2)}, r"shape\[0\] must be an integer >= 0"),
        ({"bound": -1}, "bound must be an integer >= 0"),
        ({"bound": 1.0}, "bound must be of type int"),
        ({"bound": 2**256}, "bound must be below N/2"),
        ({"more": 1}, "message must have exactly"),
    ],
)
def test_a_malformed_message_is_refused_by_name(toy, change, error):
    special = {"factor": 3 * PUBLISHED[256][0], "small order": 1 + 5 * toy.joint.n}
    change = {
        name: [special.get(v, v) for v in value] if isinstance(value, list) else value
        for name, value in change.items()
    }
    message = toy.sealed([1, 2], 2).message() | change
    with pytest.raises(ValueError, match=error):
        from_message(toy.joint, message)


def test_many_inverses_by_one(toy):
    numbers = integers([[3, 5], [7, 2**200 + 1]])
    square = toy.joint.parameters.n_squared
    assert (numbers * inverses(numbers, square) % square == 1).all()
    assert inverses(integers([]), square).size == 0
