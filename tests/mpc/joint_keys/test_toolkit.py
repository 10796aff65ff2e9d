"""The toolkit on ciphertexts against Python's own integers."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ppdl_course.mpc.joint_keys.carries import bits_of, terms
from ppdl_course.mpc.joint_keys.cloud import Cloud
from ppdl_course.mpc.joint_keys.crypto_server import CryptoServer
from ppdl_course.mpc.joint_keys.parties import CLOUD, CRYPTO, opened
from ppdl_course.mpc.joint_keys.residues import OutOfBoundsError, integers, inverses
from ppdl_course.mpc.joint_keys.sealed import seal
from ppdl_course.mpc.joint_keys.session import together
from ppdl_course.parties.channel import Channel
from ppdl_course.parties.threads import run
from ppdl_course.publickey.arithmetic.safe_primes import PUBLISHED
from ppdl_course.publickey.paired import UserSecret
from ppdl_course.publickey.two_trapdoors import StrongSecret

FEW = settings(max_examples=10, deadline=None)
BOUND = 2**60


def numbers(bound, size=4):
    ends = st.sampled_from([-bound, -bound + 1, -1, 0, 1, bound - 1, bound])
    return st.lists(ends | st.integers(-bound, bound), min_size=size, max_size=size)


def test_the_worked_example_is_425_under_the_joint_key(toy):
    x = seal(toy.users[0].public, [17], bound=100)
    y = seal(toy.users[1].public, [25], bound=100)
    assert toy.run(lambda cloud: cloud.multiply_across(x, y)).tolist() == [425]
    assert toy.run(lambda cloud: cloud.multiply(*cloud.transform(x, y))) == [425]


@FEW
@given(numbers(BOUND), numbers(BOUND))
def test_products_within_and_across_keys_are_those_of_integers(toy, x, y):
    a, b = (
        seal(user.public, v, bound=BOUND)
        for user, v in zip(toy.users[1:], (x, y), strict=True)
    )

    def both(cloud):
        return cloud.multiply_across(a, b).join(cloud.multiply(*cloud.transform(a, b)))

    wanted = (integers(x) * integers(y)).tolist()
    assert toy.run(both).tolist() == wanted * 2


@FEW
@given(numbers(2**40, 6), numbers(2**40, 6))
def test_a_matrix_product_is_that_of_integers(toy, x, y):
    x, y = integers(x).reshape(2, 3), integers(y).reshape(3, 2)
    a, b = toy.sealed(x, 2**40), toy.sealed(y, 2**40)
    assert np.array_equal(toy.run(lambda cloud: cloud.matmul(a, b)), x @ y)


def test_a_product_of_the_largest_values_that_fit(toy):
    most = (toy.joint.n - 1) // 2
    a, b = toy.sealed([most, -most], most), toy.sealed([1, 1], 1)
    assert toy.run(lambda cloud: cloud.multiply(a, b)).tolist() == [most, -most]
    huge = toy.sealed([1], 2**200)
    for wrong in (
        lambda cloud: cloud.multiply(huge, huge),
        lambda cloud: cloud.multiply_across(huge, huge),
        lambda cloud: cloud.matmul(huge.reshape(1, 1), huge.reshape(1, 1)),
    ):
        with pytest.raises(OutOfBoundsError, match="bound must be below N/2"):
            toy.run(wrong)


@pytest.mark.parametrize("bits", [0, 1, 2, 3, 5, 7])
def test_truncation_rounds_every_small_number_down(toy, bits):
    x = integers(range(-17, 18))
    a = toy.sealed(x, 17)
    assert np.array_equal(toy.run(lambda cloud: cloud.truncate(a, bits)), x >> bits)


@FEW
@given(numbers(BOUND), st.integers(1, 70))
def test_truncation_is_exact_at_the_ends_too(toy, x, bits):
    a = toy.sealed(x, BOUND)
    got = toy.run(lambda cloud: cloud.truncate(a, bits))
    assert got.tolist() == [v >> bits for v in x]


@settings(max_examples=5, deadline=None)
@given(numbers(BOUND), numbers(BOUND))
def test_less_than_is_that_of_integers(toy, x, y):
    y[0] = x[0]  # equal
    a, b = toy.sealed(x, BOUND), toy.sealed(y, BOUND)
    got = toy.run(lambda cloud: cloud.less_than(a, b))
    assert got.tolist() == [int(v < w) for v, w in zip(x, y, strict=True)]


@settings(max_examples=5, deadline=None)
@given(
    st.lists(st.integers(0, 63), min_size=4, max_size=4),
    st.lists(st.integers(1, 63), min_size=4, max_size=4),
)
def test_division_is_that_of_unsigned_integers(toy, x, y):
    x[:2], y[:2] = [63, 63], [1, 63]
    a, b = toy.sealed(x, 63), toy.sealed(y, 63)
    got = toy.run(lambda cloud: cloud.divide(a, b))
    assert got.tolist() == [v // w for v, w in zip(x, y, strict=True)]


def test_division_by_zero_or_with_too_few_bits_gives_ones(toy):
    a, b = toy.sealed([5, 7], 7), toy.sealed([0, 1], 7)
    got = toy.run(lambda cloud: cloud.divide(a, b, bits=2))
    assert got.tolist() == [3, 3]


@pytest.mark.parametrize(
    ("values", "wanted"), [([0, 0], True), ([0, 1], False), ([1, -1], False)]
)
def test_whether_all_are_zero_is_opened_and_nothing_else(toy, values, wanted):
    a = toy.sealed(values, 1)
    found, channel = together(toy.issued, toy.joint, lambda cloud: cloud.all_zero(a))
    assert found is wanted
    (note,) = channel.notes
    assert (note.value == [0]) is wanted


@pytest.mark.parametrize("sign", [1, -1])
def test_a_term_is_zero_exactly_if_the_answer_is_yes(toy, strong, sign):
    """All pairs of three bits: at most one zero, and the others are small."""
    square = toy.joint.parameters.n_squared
    for z, r in itertools.product(range(8), repeat=2):
        bits = toy.sealed(bits_of(z, 3), 1).first
        found = terms(
            bits, inverses(bits, square), bits_of(r, 3), sign, toy.joint.parameters
        )
        # refreshed, as the protocol does: of a sum the randomness may cancel
        _, zero = toy.joint.raw_encrypt(0)
        plain = [strong.raw_decrypt((1, t * zero % square)) for t in found]
        assert max(plain) <= 5
        assert plain.count(0) == ((z < r) if sign == 1 else (z >= r))


@pytest.mark.parametrize("size", [1, 5])
def test_rounds_do_not_grow_with_the_number_of_values(toy, size):
    a = toy.sealed([1] * size, 3)
    for operation, rounds in (
        (lambda cloud: cloud.transform(a), 2),
        (lambda cloud: cloud.multiply(a, a), 2),
        (lambda cloud: cloud.multiply_across(a, a), 2),
        (lambda cloud: cloud.truncate(a, 1), 4),
        (lambda cloud: cloud.less_than(a, a), 4),
        (lambda cloud: cloud.divide(a, a), 12),
    ):
        _, channel = together(toy.issued, toy.joint, operation)
        assert channel.rounds == rounds + 1  # and the word that all is done


def test_the_same_numbers_without_gmpy2(toy, monkeypatch):
    monkeypatch.setenv("PPDL_INTEGERS", "python")
    a = toy.sealed([-9, 8], 9)
    got = toy.run(lambda cloud: cloud.truncate(cloud.multiply(a, a), 3))
    assert got.tolist() == [81 >> 3, 64 >> 3]


def test_results_can_go_to_a_user_s_key(toy):
    user = toy.users[2]
    a = toy.sealed([5, -6], 6)
    (moved,), _ = together(
        toy.issued,
        toy.joint,
        lambda cloud: cloud.transform(a, to="user"),
        others={"user": user.public},
    )
    assert opened(user, moved).tolist() == [5, -6]
    with pytest.raises(ValueError, match=r"to must be one of \['joint'\], got 'else'"):
        toy.run(lambda cloud: cloud.transform(a, to="else"))


def test_a_value_that_leaves_no_room_for_blinding_is_refused(toy):
    wide = toy.sealed([0], 2**220)
    with pytest.raises(OutOfBoundsError, match="must leave 43 bits of N for blinding"):
        toy.run(lambda cloud: cloud.truncate(wide, 4))
    assert toy.run(lambda cloud: cloud.truncate(wide, 4), hiding_bits=20) == [0]


def test_wrong_shapes_and_keys_are_refused(toy):
    a, wide = toy.sealed([1, 2], 2), toy.sealed([1, 2, 3], 3)
    foreign = seal(toy.users[0].public, [1, 2], bound=2)
    for wrong, error in (
        (lambda cloud: cloud.multiply(a, wide), r"b must have shape \(2,\), got"),
        (lambda cloud: cloud.multiply_across(a, wide), r"b must have shape \(2,\)"),
        (lambda cloud: cloud.divide(a, wide), r"b must have shape \(2,\), got"),
        (lambda cloud: cloud.matmul(a, a), "b must be a matrix with as many rows"),
        (lambda cloud: cloud.multiply(a, foreign), "under the joint key: transform"),
        (lambda cloud: cloud.truncate(foreign, 1), "under the joint key: transform"),
        (lambda cloud: cloud.truncate(a, -1), "bits must be an integer >= 0"),
        (lambda cloud: cloud.divide(a, a, bits=0), "bits must be an integer >= 1"),
    ):
        with pytest.raises(ValueError, match=error):
            toy.run(wrong)


def test_keys_and_ciphertexts_of_another_modulus_are_refused(toy):
    strange = StrongSecret.from_primes(*PUBLISHED[512])
    user = UserSecret.generate(strange.parameters)
    foreign = seal(user.public, [1], bound=1)
    own = toy.sealed([1], 1)
    error = "key must belong to this party's N and g, got one of 512 bits"
    for wrong in (
        lambda cloud: cloud.transform(foreign),
        lambda cloud: cloud.multiply_across(own, foreign),
    ):
        with pytest.raises(ValueError, match=error):
            toy.run(wrong)
    with pytest.raises(ValueError, match=error):
        Cloud(None, toy.issued.cloud, user.public)
    with pytest.raises(ValueError, match=error):
        Cloud(None, toy.issued.cloud, toy.joint, {"user": user.public})
    with pytest.raises(ValueError, match=r"keys\['joint'\] must belong to the N"):
        CryptoServer(None, toy.issued.crypto_server, {"joint": user.public})


@pytest.mark.parametrize(
    ("bits", "error"),
    [
        ([], "bits must be a list of 1"),
        (None, "bits must be a list of 1"),
        ([0], r"bits must be in \(0, N"),
    ],
)
def test_a_malformed_reply_is_refused(toy, bits, error):
    t2, t1 = toy.joint.raw_encrypt(1)

    def compute(end):
        Cloud(end, toy.issued.cloud, toy.joint).truncate(toy.sealed([1], 1), 1)

    def answer(end):
        end.receive("truncate")
        end.send("truncate", {"quotient": {"T1": [t1], "T2": [t2]}, "bits": bits})

    with Channel(CLOUD, CRYPTO) as channel, pytest.raises(ValueError, match=error):
        run(channel, compute, answer)


ONE = {"T1": [5], "power": [5]}


@pytest.mark.parametrize(
    ("label", "request_", "error"),
    [
        ("decrypt", ONE, "request must be one of .* got 'decrypt'"),
        ("zero", None, "request must be a dict"),
        ("zero", {"T1": [5]}, "request must have the lists"),
        ("zero", {"T1": [5], "power": []}, "power must have 1 entries, got 0"),
        ("zero", {"T1": [0], "power": [5]}, r"T1 must be in \(0, N"),
        ("zero", {"T1": [5], "power": [0]}, r"first must be in \(0, N"),
        ("zero", ONE, "both shares' partial decryptions of one"),
        ("transform", {"to": "court 1"}, r"to must be one of \['joint'\]"),
        ("product", {"shapes": None}, "shapes must be a pair of shapes"),
        ("product", {"shapes": ((2,), (2,))}, "shapes must hold 1 numbers"),
        ("product", {"shapes": ((1,), None)}, "shapes must be a pair of shapes"),
        ("product across", {}, "four numbers a product"),
        ("truncate", {"bits": 0}, "bits must be an integer >= 1"),
        ("compare", {"each": 2}, "T1 must hold 2 terms a comparison"),
    ],
)
def test_the_crypto_server_refuses_a_malformed_request(toy, label, request_, error):
    if request_ is not None and "T1" not in request_:
        (t1,) = toy.sealed([1], 1).first
        honest = {"T1": [t1], "power": [toy.issued.cloud.partial(t1)]}
        request_ = honest | request_
    with Channel(CLOUD, CRYPTO) as channel:
        party = CryptoServer(
            channel[CRYPTO], toy.issued.crypto_server, {"joint": toy.joint}
        )
        channel[CLOUD].send(label, request_)
        with pytest.raises(ValueError, match=error):
            party.serve()
