"""Proxy re-encryption: who decrypts, how noise grows, what a proxy gets, refusals."""

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ppdl_course.he.lattice import bgv, rlwe
from ppdl_course.he.lattice.keyed import Keyed, PublicKey, fresh_bound
from ppdl_course.he.lattice.re_encryption import (
    KeyPair,
    ReEncryptionKey,
    switch_bound,
    switch_deviation,
)
from ppdl_course.he.lattice.re_encryption_leak import recover_secret
from ppdl_course.parties.views import FALSE_ALARM, uniform_p_value

N, T = 256, 7681  # toy size, insecure; 7681 = 1 modulo 512
PARAMETERS = rlwe.Parameters.of_size(N, levels=3, t=T)


@pytest.fixture(scope="module")
def rng():
    return np.random.default_rng(0)


@pytest.fixture(scope="module")
def keys():
    return [KeyPair(PARAMETERS) for _ in range(3)]


@pytest.fixture(scope="module")
def rekey(keys):
    provider, receiver, _ = keys
    return provider.re_encryption_key(receiver.public)


def polynomials():
    return st.lists(st.integers(-(T // 2), T // 2), min_size=N, max_size=N)


def lowered(x, to):
    """Drop primes: modulus switching, on the BGV ciphertext inside."""
    server = bgv.Evaluator(rlwe.SecretKey(x.parameters).public_keys())
    ciphertext = x.ciphertext
    while ciphertext.level > to:
        ciphertext = server.switch_modulus(ciphertext)
    return dataclasses.replace(x, ciphertext=ciphertext)


# --- who decrypts what ---


@settings(max_examples=15, deadline=None)
@given(polynomials())
def test_the_receiver_reads_what_was_encrypted_for_the_provider(
    keys, rekey, coefficients
):
    provider, receiver, _ = keys
    message = np.array(coefficients)
    stored = provider.public.encrypt(message)
    np.testing.assert_array_equal(provider.decrypt(stored), message)
    np.testing.assert_array_equal(receiver.decrypt(rekey.re_encrypt(stored)), message)


@pytest.mark.parametrize("value", [-(T // 2), -1, 0, 1, T // 2])
def test_the_ends_of_the_range_survive(keys, rekey, value):
    message = np.full(N, value)
    moved = rekey.re_encrypt(keys[0].public.encrypt(message))
    np.testing.assert_array_equal(keys[1].decrypt(moved), message)


def test_a_second_hop_needs_a_key_of_its_own_and_works(keys, rekey, rng):
    message = rng.integers(-(T // 2), T // 2 + 1, N)
    once = rekey.re_encrypt(keys[0].public.encrypt(message))
    twice = keys[1].re_encryption_key(keys[2].public).re_encrypt(once)
    np.testing.assert_array_equal(keys[2].decrypt(twice), message)


def test_every_level_can_be_transformed(keys, rekey, rng):
    message = rng.integers(-(T // 2), T // 2 + 1, N)
    for level in (3, 2):
        stored = lowered(keys[0].public.encrypt(message), level)
        moved = rekey.re_encrypt(stored)
        assert moved.ciphertext.level == level
        np.testing.assert_array_equal(keys[1].decrypt(moved), message)


def test_ciphertexts_of_two_providers_multiply_under_the_receivers_key(rng):
    """Slots: the products of numbers that came under two keys."""
    parameters = rlwe.Parameters.of_size(N, levels=5, t=T)
    one, other, receiver = (KeyPair(parameters) for _ in range(3))
    x, y = rng.integers(-80, 81, (2, N))
    moved = [
        pair.re_encryption_key(receiver.public).re_encrypt(
            pair.public.encrypt(bgv.encode(values, N, T))
        )
        for pair, values in ((one, x), (other, y))
    ]
    np.testing.assert_array_equal(
        bgv.decode(receiver.decrypt(moved[0] + moved[1]), T), x + y
    )
    server = bgv.Evaluator(receiver.secret.public_keys())
    lower = [server.switch_modulus(one.ciphertext) for one in moved]
    product = server.multiply(*lower)
    expected = (x * y + T // 2) % T - T // 2
    np.testing.assert_array_equal(bgv.decrypt(receiver.secret, product), expected)


def test_a_key_made_from_what_crossed_a_wire_is_as_good(keys, rng):
    """The provider needs the receiver's published rows and nothing else of it."""
    provider, receiver, _ = keys
    published = PublicKey(
        PARAMETERS, receiver.public.rows.astype(np.uint32).astype(int)
    )
    assert published.id == receiver.public.id
    message = rng.integers(-(T // 2), T // 2 + 1, N)
    moved = provider.re_encryption_key(published).re_encrypt(
        provider.public.encrypt(message)
    )
    np.testing.assert_array_equal(receiver.decrypt(moved), message)


def test_the_id_of_a_key_is_of_its_rows_and_its_sizes(keys):
    rows = keys[0].public.rows
    same = PublicKey(PARAMETERS, rows.copy())
    other_t = PublicKey(dataclasses.replace(PARAMETERS, t=257), rows)
    ids = {keys[0].public.id, keys[1].public.id, other_t.id}
    assert same.id in ids
    assert len(ids) == 3


# --- noise ---


@pytest.mark.parametrize("levels", [2, 3, 6])
def test_noise_of_the_switch_is_as_wide_as_predicted_and_below_its_bound(levels, rng):
    parameters = rlwe.Parameters.of_size(N, levels=levels, t=T)
    provider, added = KeyPair(parameters), []
    # digits have a mean of q / 2, which makes coefficients of one switch alike: the
    # deviation is that over keys, and 40 of them give it to some 5 %
    for _ in range(40):
        receiver = KeyPair(parameters)
        x = provider.public.encrypt(rng.integers(-(T // 2), T // 2 + 1, N))
        moved = provider.re_encryption_key(receiver.public).re_encrypt(x)
        before = provider.secret.phase(x.ciphertext.parts)
        after = receiver.secret.phase(moved.ciphertext.parts)
        assert np.abs(before).max() <= x.bound
        assert not ((after - before) % T).any()  # the message is untouched
        added.append((after - before).astype(float))
    assert np.abs(added).max() <= switch_bound(parameters, levels)
    measured = np.sqrt(np.mean(np.square(added)))
    assert measured == pytest.approx(switch_deviation(parameters, levels), rel=0.3)


def test_re_encryption_costs_a_few_bits_of_budget(keys, rekey, rng):
    provider, receiver, _ = keys
    stored = provider.public.encrypt(rng.integers(-(T // 2), T // 2 + 1, N))
    before = bgv.noise_budget(provider.secret, stored.ciphertext)
    moved = rekey.re_encrypt(stored)
    after = bgv.noise_budget(receiver.secret, moved.ciphertext)
    assert 0 < before - after < 8
    budget = math.log2(PARAMETERS.ring().modulus / 2 / moved.bound)
    assert 0 < budget < after  # the bound is on the safe side


# --- what a proxy gets ---


def test_a_proxy_alone_gets_no_key_out_of_a_re_encryption_key(keys, rekey):
    own = KeyPair(PARAMETERS)
    zero = rlwe.SecretKey.of_coefficients(PARAMETERS, np.zeros(N, np.int64))
    guesses = [own.secret, zero, keys[2].secret, keys[0].secret]
    assert [recover_secret(rekey, guess) for guess in guesses] == [None] * len(guesses)


def test_what_a_proxy_decrypts_with_keys_of_its_own_is_uniform(keys, rekey):
    """The secret message is 1 throughout; what comes out must not know it."""
    stored = keys[0].public.encrypt(np.ones(N, np.int64))
    moved = rekey.re_encrypt(stored)
    for x in (stored, moved):
        guesses = [rlwe.SecretKey(PARAMETERS) for _ in range(12)]
        read = np.concatenate([bgv.message(s, x.ciphertext) for s in guesses])
        assert (read == 1).mean() < 0.01  # chance is 1 in 7,681
        cells = (read + T // 2) * 16 // T
        assert uniform_p_value(cells, 16) > FALSE_ALARM


def test_rows_of_a_re_encryption_key_look_uniform_with_any_secret_inside(keys):
    """P g_i s is drowned: the first parts, modulo q_i, where it stands."""
    for s in (np.ones(N, np.int64), np.zeros(N, np.int64)):
        provider = rlwe.SecretKey.of_coefficients(PARAMETERS, s)
        at, cells = PARAMETERS.key_ring(), []
        for _ in range(8):
            rows = at.backward(provider.switching_key_to(keys[1].public.zero))
            cells.append(rows[0, 0, 0] * 16 // PARAMETERS.primes[0])
        assert uniform_p_value(np.concatenate(cells), 16) > FALSE_ALARM


def test_proxy_and_receiver_together_have_the_providers_secret_and_read_everything(
    keys, rekey, rng
):
    provider, receiver, _ = keys
    stolen = recover_secret(rekey, receiver.secret)
    np.testing.assert_array_equal(stolen.coefficients, provider.secret.coefficients)
    private = rng.integers(-(T // 2), T // 2 + 1, N)
    never_delegated = provider.public.encrypt(private)
    np.testing.assert_array_equal(
        bgv.message(stolen, never_delegated.ciphertext), private
    )


# --- refusals ---


def test_a_ciphertext_under_another_key_is_neither_decrypted_nor_moved(keys, rekey):
    x = keys[2].public.encrypt(np.zeros(N, np.int64))
    with pytest.raises(ValueError, match=r"x must be under the key \w{16}, got \w{16}"):
        keys[1].decrypt(x)
    with pytest.raises(ValueError, match=r"x must be under the key"):
        rekey.re_encrypt(x)
    moved = rekey.re_encrypt(keys[0].public.encrypt(np.zeros(N, np.int64)))
    with pytest.raises(ValueError, match="x must be under the key"):
        rekey.re_encrypt(moved)  # one way, and not twice
    with pytest.raises(ValueError, match="summands must be under the key"):
        moved + x


@pytest.mark.parametrize(
    "other",
    [
        rlwe.Parameters.of_size(512, levels=3, t=T),
        rlwe.Parameters.of_size(N, levels=4, t=T),
        rlwe.Parameters.of_size(N, levels=3, t=257),
    ],
)
def test_another_ring_is_refused_before_anything_is_computed(keys, rekey, other):
    stranger = KeyPair(other)
    x = stranger.public.encrypt(np.zeros(other.n, np.int64))
    with pytest.raises(ValueError, match="x must have the parameters"):
        rekey.re_encrypt(x)
    with pytest.raises(ValueError, match="x must have the parameters"):
        keys[1].decrypt(x)
    with pytest.raises(ValueError, match="receiver must have the parameters"):
        keys[0].re_encryption_key(stranger.public)


def test_a_level_without_room_for_the_switch_is_refused():
    narrow = rlwe.Parameters.of_size(N, levels=2, bits=23, t=65537)
    provider, receiver = KeyPair(narrow), KeyPair(narrow)
    rekey = provider.re_encryption_key(receiver.public)
    x = lowered(provider.public.encrypt(np.zeros(N, np.int64)), 1)
    x = dataclasses.replace(x, bound=2**29)
    with pytest.raises(
        ValueError, match=r"bound must be below q / 2 = 2\^30 at level 1"
    ):
        rekey.re_encrypt(x)


def test_a_ring_too_small_for_one_ciphertext_refuses_to_encrypt():
    tiny = rlwe.Parameters.of_size(1024, levels=1, t=65537)
    with pytest.raises(ValueError, match="bound must be below q / 2"):
        KeyPair(tiny).public.encrypt(np.zeros(1024, np.int64))


def test_what_is_not_fresh_can_be_decrypted_and_nothing_else(keys, rekey):
    provider = keys[0]
    sent = provider.public.encrypt(np.arange(N)).ciphertext.parts
    unknown = Keyed.of(provider.public, sent, fresh=False)
    np.testing.assert_array_equal(provider.decrypt(unknown), np.arange(N))
    with pytest.raises(ValueError, match="bound must be below"):
        rekey.re_encrypt(unknown)
    with pytest.raises(ValueError, match="bound must be below"):
        unknown + unknown
    known = Keyed.of(provider.public, sent, fresh=True)
    assert known.bound == fresh_bound(PARAMETERS)


@pytest.mark.parametrize(
    ("message", "words"),
    [
        (np.zeros(N - 1, np.int64), r"message must have shape \(256,\)"),
        (np.zeros(N), "message must have dtype int64"),
        (np.full(N, T // 2 + 1), "message must be within .-3840, got 3841"),
        (
            np.full(N, -(2**63)),
            "message must be within .-3840, got 9223372036854775808",
        ),
    ],
)
def test_messages_that_would_come_back_changed_are_refused(keys, message, words):
    with pytest.raises(ValueError, match=words):
        keys[0].public.encrypt(message)


def test_damaged_arrays_are_refused_by_name(keys, rekey):
    rows = rekey.rows.copy()
    rows[0, 0, 0, 0] = -1
    with pytest.raises(ValueError, match="rows must be residues of the primes"):
        dataclasses.replace(rekey, rows=rows)
    with pytest.raises(ValueError, match="rows must have shape"):
        ReEncryptionKey(PARAMETERS, "a", "b", rekey.rows[:2])
    public = keys[0].public
    with pytest.raises(ValueError, match="rows must have dtype int64"):
        PublicKey(PARAMETERS, public.rows.astype(float))
    parts = public.encrypt(np.zeros(N, np.int64)).ciphertext.parts
    with pytest.raises(ValueError, match="parts must have shape"):
        Keyed.of(public, parts[:, :2], fresh=True)
    parts[1, 0, 0] = PARAMETERS.primes[0]
    with pytest.raises(ValueError, match="parts must be residues"):
        Keyed.of(public, parts, fresh=True)


def test_a_secret_key_has_ternary_coefficients_only():
    with pytest.raises(ValueError, match="coefficients must be -1, 0 or 1, got size 2"):
        rlwe.SecretKey.of_coefficients(PARAMETERS, np.full(N, 2))
    with pytest.raises(ValueError, match=r"coefficients must have shape \(256,\)"):
        rlwe.SecretKey.of_coefficients(PARAMETERS, np.zeros(3, np.int64))
    with pytest.raises(ValueError, match="t must be at least 2"):
        KeyPair(rlwe.Parameters.of_size(N, levels=2))
