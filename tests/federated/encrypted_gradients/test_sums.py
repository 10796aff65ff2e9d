"""Encrypted sums: exact to the last allowed summand, refused after it, and secret."""

import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ppdl_course.federated.encrypted_gradients import expansion, ring_sums
from ppdl_course.federated.encrypted_gradients.headroom import Headroom
from ppdl_course.federated.encrypted_gradients.paillier_sums import PaillierKey
from ppdl_course.federated.encrypted_gradients.ring_sums import PRIMES, RingKey
from ppdl_course.mpc.triples.residues import transform
from ppdl_course.parties.views import FALSE_ALARM, uniform_p_value
from ppdl_course.publickey.arithmetic.safe_primes import PUBLISHED
from ppdl_course.publickey.packing import Packing
from ppdl_course.publickey.paillier import PrivateKey

LARGEST = 2**31 - 1
HEADROOM = Headroom()


@pytest.fixture(scope="module")
def private():
    return PrivateKey.from_primes(*PUBLISHED[512])  # toy size, insecure


@pytest.fixture(scope="module")
def keys(private):
    return {
        "ring": RingKey(),
        "packed": PaillierKey(private),
        "a value": PaillierKey(private, slots=1),
    }


def summed(key, vectors):
    adder = key.adder(len(vectors[0]))
    for vector in vectors:
        adder.add(key.encrypt(vector))
    return key.decrypt(adder.total())


KINDS = pytest.mark.parametrize("kind", ["ring", "packed", "a value"])


@KINDS
@settings(max_examples=10, deadline=None)
@given(data=st.data())
def test_decrypted_sums_are_the_sums(keys, kind, data):
    size, count = data.draw(st.integers(1, 25)), data.draw(st.integers(1, 3))
    entries = st.integers(-LARGEST, LARGEST)
    rows = st.lists(entries, min_size=size, max_size=size)
    vectors = np.array(data.draw(st.lists(rows, min_size=count, max_size=count)))
    np.testing.assert_array_equal(summed(keys[kind], vectors), vectors.sum(axis=0))


@KINDS
def test_the_ends_of_the_range_and_their_sums_survive(keys, kind):
    ends = np.array([LARGEST, -LARGEST, 0, 1, -1])
    found = summed(keys[kind], [ends] * 5)
    np.testing.assert_array_equal(found, 5 * ends)


def test_the_papers_network_goes_through_the_ring_whole():
    rng = np.random.default_rng(0)
    count = expansion.parameters(expansion.PAPER)
    vectors = rng.integers(-LARGEST, LARGEST + 1, (3, count))
    key = RingKey()
    np.testing.assert_array_equal(summed(key, vectors), vectors.sum(axis=0))
    upload = key.encrypt(vectors[0])
    size = upload["residues"].nbytes + len(upload["seed"])
    assert size == pytest.approx(expansion.ring_lwe(count) * 4 * count)


@KINDS
def test_the_adder_holds_one_model_however_many_have_uploaded(keys, kind):
    key, held = keys[kind], []
    adder, values = key.adder(300), np.arange(300)
    for _ in range(4):
        adder.add(key.encrypt(values))
        held.append(len(pickle.dumps(adder)))
    assert held[-1] < 1.01 * held[0]


# --- carries ---


def test_two_to_the_fifteen_worst_summands_fit_and_one_more_does_not(private):
    """A slot of 47 bits, as the paper's: signs count for the half of it."""
    packing = Packing(private.public, fraction_bits=0, slot_bits=47, largest=LARGEST)
    most = 2**15
    assert packing.summands == HEADROOM.summands == most
    for sign in (1, -1):
        slots = [sign * most * LARGEST, 7, -sign * most * LARGEST]
        assert packing.unpack(packing.pack(slots), 3) == slots
    one_more = (most + 1) * LARGEST
    with pytest.raises(ValueError, match="a digit could reach"):
        packing.pack([one_more, 7])
    carried = packing.unpack(one_more + (7 << 47), 2)  # what nobody refused would give
    assert carried == [one_more - 2**47, 8]


def test_the_ring_is_right_for_two_to_the_fifteen_worst_summands():
    """Ciphertexts of doubled sums: fifteen additions make 2^15 equal summands."""
    key, ends = RingKey(), np.array([LARGEST, -LARGEST, 3])
    adder = key.adder(3)
    adder.add(key.encrypt(ends))
    for _ in range(15):
        for part in (adder._c, adder._a):
            for i, p in enumerate(PRIMES):
                part[i] = ring_sums.centre(2 * part[i], p)
    np.testing.assert_array_equal(key.decrypt(adder.total()), 2**15 * ends)
    # 2^15 of the largest noise are below p_0 / 2, and of the largest values p_1 p_2 / 2
    assert PRIMES[0] // 2 > 21 * 2**15
    assert PRIMES[1] * PRIMES[2] // 2 > LARGEST * 2**15


@KINDS
def test_one_summand_too_many_is_refused_before_it_is_added(private, kind):
    few = Headroom(pad_bits=1)
    key = {
        "ring": RingKey(headroom=few),
        "packed": PaillierKey(private, few),
        "a value": PaillierKey(private, few, slots=1),
    }[kind]
    adder, ones = key.adder(2), np.array([1, 2])
    adder.add(key.encrypt(ones))
    adder.add(key.encrypt(ones))
    with pytest.raises(ValueError, match=r"summands must be at most 2\^1 = 2, got 3"):
        adder.add(key.encrypt(ones))
    assert adder.summands == 2
    np.testing.assert_array_equal(key.decrypt(adder.total()), 2 * ones)


def test_values_that_could_carry_are_refused():
    with pytest.raises(ValueError, match=r"values must be within .* clip, or lower"):
        HEADROOM.encode(np.array([0.0, 2048.0]))
    with pytest.raises(ValueError, match=r"values must be within .* got nan"):
        HEADROOM.encode(np.array([np.nan]))
    with pytest.raises(ValueError, match="values must be a nonempty vector"):
        HEADROOM.encode(np.zeros((2, 2)))
    key = RingKey()
    with pytest.raises(ValueError, match=r"integers must be within .* 2147483648"):
        key.encrypt(np.array([2**31]))
    with pytest.raises(ValueError, match="integers must be a nonempty vector"):
        key.encrypt(np.array([1.0]))


@settings(max_examples=50, deadline=None)
@given(st.floats(-2047.9, 2047.9))
def test_encoding_is_the_nearest_multiple(value):
    (integer,) = HEADROOM.encode(np.array([value]))
    assert abs(integer - value * 2**20) <= 0.5
    (again,) = HEADROOM.decode(np.array([integer]))
    assert again * 2**20 == integer


@pytest.mark.parametrize(
    ("sizes", "words"),
    [
        ({"value_bits": 53}, r"value_bits must be an integer in 2\.\.52, got 53"),
        ({"pad_bits": 21}, r"pad_bits must be an integer in 0\.\.20, got 21"),
        ({"fraction_bits": 32}, r"fraction_bits must be an integer in 0\.\.31"),
    ],
)
def test_lengths_that_fit_no_float_are_refused(sizes, words):
    with pytest.raises(ValueError, match=words):
        Headroom(**sizes)


def test_headroom_that_the_ring_lacks_is_refused():
    with pytest.raises(ValueError, match=r"value_bits \+ pad_bits must be at most 47"):
        RingKey(headroom=Headroom(value_bits=40, pad_bits=8))
    with pytest.raises(ValueError, match="pad_bits must allow at most 399067 summands"):
        RingKey(headroom=Headroom(value_bits=20, pad_bits=19, fraction_bits=8))
    with pytest.raises(ValueError, match=r"slots must be an integer in 1\.\.10"):
        PaillierKey(PrivateKey.from_primes(*PUBLISHED[512]), slots=11)


# --- secrecy ---


def test_an_upload_of_zeros_looks_as_uniform_as_any():
    key = RingKey()
    for values in (np.zeros(4096, np.int64), np.full(4096, LARGEST)):
        residues = key.encrypt(values)["residues"]
        for data, p in zip(residues, PRIMES, strict=True):
            numbers = ring_sums.unpack(data, p).astype(np.int64) + p // 2 + 1
            cells = np.clip(numbers * 16 // (p + 2), 0, 15)
            assert uniform_p_value(cells.ravel(), 16) > FALSE_ALARM


def test_the_noise_is_there_and_as_wide_as_the_scheme_says():
    """Two uploads under one mask: modulo p_0 only e - e' is left of them."""
    key, values = RingKey(), np.zeros(8 * 4096, np.int64)
    p = PRIMES[0]
    one, two = (
        ring_sums.unpack(key.encrypt(values, mask_seed=bytes(16))["residues"][0], p)
        for _ in range(2)
    )
    noise = transform(p, 4096).backward(ring_sums.centre(one - two, p))
    # 32,768 samples of variance 2 * 10.5: 5 % is six deviations of their mean square
    assert np.mean(noise**2) == pytest.approx(21, rel=0.05)
    assert np.abs(noise).max() <= 42


@KINDS
def test_another_key_is_refused_by_adder_and_holder(private, keys, kind):
    key, values = keys[kind], np.array([5, 6])
    stranger = (
        RingKey()
        if kind == "ring"
        else PaillierKey(PrivateKey.from_primes(*PUBLISHED[1024]), slots=key.slots)
    )
    adder = key.adder(2)
    with pytest.raises(ValueError, match=r"key must be \w{16}, got \w{16}"):
        adder.add(stranger.encrypt(values))
    adder.add(key.encrypt(values))
    with pytest.raises(ValueError, match=r"key must be \w{16}, got \w{16}"):
        stranger.decrypt(adder.total())
    renamed = adder.total() | {"key": stranger.id}
    if kind == "ring":  # a name alone opens nothing
        assert stranger.decrypt(renamed).tolist() != [5, 6]


# --- bad input ---


def test_damaged_ring_uploads_are_refused_and_nothing_is_added():
    key = RingKey()
    good, adder = key.encrypt(np.array([1, 2, 3])), key.adder(3)
    large = good["residues"].copy()
    large[0, 0] = 255
    for change, words in [
        ({"size": 4}, "size must be 3, got 4"),
        ({"seed": b"short"}, "seed must be 16 bytes"),
        ({"residues": good["residues"][:2]}, "residues must have shape"),
        ({"residues": good["residues"].astype(float)}, "residues must have dtype"),
        ({"residues": large}, "residues must be below"),
    ]:
        with pytest.raises(ValueError, match=words):
            adder.add(good | change)
    for message in (None, {}, good | {"more": 1}):
        with pytest.raises(ValueError, match="message must have the entries"):
            adder.add(message)
    assert adder.summands == 0
    adder.add(good)
    with pytest.raises(ValueError, match="seed must be new"):
        adder.add(good)
    np.testing.assert_array_equal(key.decrypt(adder.total()), [1, 2, 3])


def test_damaged_paillier_uploads_are_refused_and_nothing_is_added(private):
    key = PaillierKey(private)
    good, adder = key.encrypt(np.array([1, 2, 3])), key.adder(3)
    for change, words in [
        ({"size": 4}, "size must be 3, got 4"),
        ({"ciphertexts": []}, "ciphertexts must be a list of 1"),
        ({"ciphertexts": None}, "ciphertexts must be a list of 1"),
        ({"ciphertexts": [0]}, "ciphertexts must be integers in"),
        ({"ciphertexts": [1.5]}, "ciphertexts must be integers in"),
    ]:
        with pytest.raises(ValueError, match=words):
            adder.add(good | change)
    with pytest.raises(ValueError, match="summands must be an integer >= 1, got 0"):
        adder.total()
    beyond = private.public.raw_encrypt(1 << (47 * 5))
    with pytest.raises(OverflowError, match="holds more than 3 slots"):
        key.decrypt(good | {"ciphertexts": [beyond]})


# --- the paper's figures ---


def test_the_papers_three_numbers():
    count = expansion.parameters(expansion.PAPER)
    assert count == 109_386
    assert round(expansion.lwe(count), 3) == 2.472
    assert expansion.paillier() == 2.9375
    assert expansion.ring_lwe(count) < 2.28
    with pytest.raises(ValueError, match="layers must be an integer >= 2, got 1"):
        expansion.parameters([784])
    with pytest.raises(ValueError, match="count must be an integer >= 1, got 0"):
        expansion.lwe(0)
