"""BGV, BFV and CKKS on one key size: plaintext oracles, noise, and refusals."""

import itertools
import math

import numpy as np
import pytest

from ppdl_course.he.lattice import bfv, bgv, ckks, rlwe
from ppdl_course.he.lattice.ring import ring
from ppdl_course.he.seal import residues as seal_read

N, T = 256, 7681  # 7681 = 1 modulo 512


def centred(values):
    values = np.asarray(values, dtype=object) % T
    return np.where(values > T // 2, values - T, values).astype(np.int64)


@pytest.fixture(scope="module")
def rng():
    return np.random.default_rng(0)


@pytest.fixture(scope="module")
def bgv_keys():
    secret = rlwe.SecretKey(rlwe.Parameters.of_size(N, levels=5, t=T))
    return secret, bgv.Evaluator(secret.public_keys([1, 5, -2]))


@pytest.fixture(scope="module")
def plain_keys():
    secret = rlwe.SecretKey(rlwe.Parameters.of_size(N, levels=5, bits=26))
    return secret, secret.public_keys([1, 5, -2])


def integers(rng):
    return rng.integers(-T // 2 + 1, T // 2, (2, N))


def rotated(values, steps):
    half = len(values) // 2
    return np.concatenate(
        [np.roll(values[:half], -steps), np.roll(values[half:], -steps)]
    )


# --- slots of integers, shared by BGV and BFV ---


def test_encoding_is_inverted_and_turns_slot_products_into_ring_products(rng):
    x, y = integers(rng)
    np.testing.assert_array_equal(bgv.decode(bgv.encode(x, N, T), T), x)
    at = ring(N, (T,))
    product = at.multiply(
        at.residues(bgv.encode(x, N, T)), at.residues(bgv.encode(y, N, T))
    )[0]
    np.testing.assert_array_equal(bgv.decode(product, T), centred(x * y))


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([T // 2 + 1], "values must be within"),
        ([0.5], "values must be integers"),
        ([], "values must be 1 to 256"),
        ([0] * (N + 1), "values must be 1 to 256"),
    ],
)
def test_encoding_refuses_what_would_come_back_changed(values, message):
    with pytest.raises(ValueError, match=message):
        bgv.encode(values, N, T)


# --- BGV ---


def test_bgv_equals_the_plaintext_through_four_levels(bgv_keys, rng):
    secret, server = bgv_keys
    x, y = integers(rng)
    c, want = server.encrypt(x), x
    for _ in range(4):
        d = server.encrypt(y)
        for _ in range(5 - c.level):
            d = server.switch_modulus(d)
        c = server.switch_modulus(server.multiply(c, d))
        want = centred(want * y)
        np.testing.assert_array_equal(bgv.decrypt(secret, c), want)


def test_bgv_adds_multiplies_by_known_integers_and_rotates(bgv_keys, rng):
    secret, server = bgv_keys
    x, y = integers(rng)
    c, d = server.encrypt(x), server.encrypt(y)
    np.testing.assert_array_equal(bgv.decrypt(secret, server.add(c, d)), centred(x + y))
    np.testing.assert_array_equal(
        bgv.decrypt(secret, server.multiply_plain(c, y)), centred(x * y)
    )
    for steps in (1, 5, -2, 0):
        got = bgv.decrypt(secret, server.rotate(c, steps))
        np.testing.assert_array_equal(got, rotated(x, steps))


def test_bgv_rotates_after_a_switch(bgv_keys, rng):
    secret, server = bgv_keys
    x = integers(rng)[0]
    c = server.rotate(server.switch_modulus(server.encrypt(x)), 5)
    np.testing.assert_array_equal(bgv.decrypt(secret, c), rotated(x, 5))


def test_bgv_modulus_switching_divides_the_noise(bgv_keys, rng):
    secret, server = bgv_keys
    c = server.encrypt(integers(rng)[0])
    c = server.multiply(c, c)
    switched = server.switch_modulus(c)
    lost = bgv.noise_bits(secret, c) - bgv.noise_bits(secret, switched)
    assert 10 < lost < 31


def test_bgv_without_switching_runs_out_of_budget_sooner(bgv_keys):
    secret, server = bgv_keys
    plain = switched = server.encrypt([3])
    for _ in range(3):
        plain = server.multiply(plain, plain)
        switched = server.switch_modulus(server.multiply(switched, switched))
    assert bgv.noise_budget(secret, plain) < bgv.noise_budget(secret, switched)
    assert bgv.decrypt(secret, switched)[0] == centred([3**8])[0]
    exhausted = server.multiply(server.multiply(plain, plain), plain)
    assert bgv.noise_budget(secret, exhausted) < 1.1
    assert (bgv.decrypt(secret, exhausted)[1:] != 0).mean() > 0.9


def test_bgv_refuses_to_mix_levels(bgv_keys):
    _, server = bgv_keys
    c = server.encrypt([1])
    low = server.switch_modulus(c)
    with pytest.raises(ValueError, match="must agree in parts, level and factor"):
        server.add(c, low)
    with pytest.raises(ValueError, match="levels must agree, got 5 and 4"):
        server.multiply(c, low)
    for _ in range(3):
        low = server.switch_modulus(low)
    with pytest.raises(ValueError, match="at least 2 to drop one"):
        server.switch_modulus(low)


# --- BFV ---


def test_bfv_equals_bgv_and_the_plaintext(plain_keys, bgv_keys, rng):
    secret, keys = plain_keys
    server = bfv.Evaluator(keys, T)
    x, y = integers(rng)
    product = server.multiply(server.encrypt(x), server.encrypt(y))
    got = bfv.decrypt(secret, server.add(product, server.encrypt(x)), T)
    np.testing.assert_array_equal(got, centred(x * y + x))
    other_secret, other = bgv_keys
    theirs = other.multiply(other.encrypt(x), other.encrypt(y))
    np.testing.assert_array_equal(
        bfv.decrypt(secret, product, T), bgv.decrypt(other_secret, theirs)
    )


def test_bfv_multiplies_by_known_integers_and_rotates(plain_keys, rng):
    secret, keys = plain_keys
    server = bfv.Evaluator(keys, T)
    x, y = integers(rng)
    c = server.encrypt(x)
    np.testing.assert_array_equal(
        bfv.decrypt(secret, server.multiply_plain(c, y), T), centred(x * y)
    )
    np.testing.assert_array_equal(
        bfv.decrypt(secret, server.rotate(c, -2), T), rotated(x, -2)
    )


def test_bfv_spends_its_noise_budget_as_seal_does():
    """Same degree, same lengths of primes, same t: budgets within 5 bits a level."""
    import tenseal as ts

    n, t, levels = 4096, 40961, 3
    context = ts.context(
        ts.SCHEME_TYPE.BFV, n, plain_modulus=t, coeff_mod_bit_sizes=[27] * 4
    )
    primes = seal_read.primes(context)
    secret = rlwe.SecretKey(rlwe.Parameters(n, tuple(primes[:-1]), primes[-1]))
    server = bfv.Evaluator(secret.public_keys(), t)
    values = np.arange(-20, 20)
    theirs, ours = ts.bfv_vector(context, values.tolist()), server.encrypt(values)
    budgets = []
    for _ in range(levels):
        np.testing.assert_array_equal(
            bfv.decrypt(secret, ours, t)[:40], theirs.decrypt()
        )
        budgets.append(
            (bfv.noise_budget(secret, ours, t), seal_read.noise_budget(context, theirs))
        )
        theirs, ours = theirs * theirs, server.multiply(ours, ours)
        if min(budgets[-1]) < 30:
            break
    assert len(budgets) >= 2
    for mine, seal in budgets:
        assert abs(mine - seal) < 6  # SEAL's fresh noise is 4 bits lower: it divides
    assert abs((budgets[0][0] - budgets[1][0]) - (budgets[0][1] - budgets[1][1])) < 3


def test_bfv_decrypts_garbage_without_an_exception_when_the_budget_is_gone(plain_keys):
    secret, keys = plain_keys
    server = bfv.Evaluator(keys, T)
    c, want = server.encrypt([3]), 3
    while bfv.noise_budget(secret, c, T) > 1:
        assert bfv.decrypt(secret, c, T)[0] == centred([want])[0]
        c, want = server.multiply(c, c), want**2 % T
    assert (bfv.decrypt(secret, c, T)[1:] != 0).mean() > 0.9


def test_bfv_and_ckks_refuse_keys_made_for_bgv(bgv_keys):
    keys = bgv_keys[1].keys
    with pytest.raises(ValueError, match="keys must be made for t = 1"):
        bfv.Evaluator(keys, T)
    with pytest.raises(ValueError, match="keys must be made for t = 1"):
        ckks.Evaluator(keys)


# --- CKKS ---


def slow_encoding(z, n, scale):
    """Solve for the real polynomial with these values at the roots, a dense matrix."""
    exponents = [pow(3, j, 2 * n) for j in range(n // 2)]
    roots = np.exp(
        1j * np.pi * np.array(exponents + [2 * n - e for e in exponents]) / n
    )
    matrix = roots[:, None] ** np.arange(n)
    return np.rint(scale * np.linalg.solve(matrix, np.concatenate([z, z.conj()])).real)


def test_ckks_encoding_equals_a_dense_solve_and_is_inverted(rng):
    z = rng.normal(size=16) + 1j * rng.normal(size=16)
    encoded = ckks.encode(z, 32, 2.0**20)
    np.testing.assert_array_equal(encoded, slow_encoding(z, 32, 2.0**20))
    np.testing.assert_allclose(ckks.decode(encoded, 2.0**20), z, atol=1e-4)


def test_ckks_encoding_equals_seals():
    import tenseal as ts
    from tenseal import sealapi

    context = ts.context(ts.SCHEME_TYPE.CKKS, 4096, coeff_mod_bit_sizes=[30, 30])
    encoder = sealapi.CKKSEncoder(context.seal_context().data)
    z = np.cos(np.arange(2048))
    plain = sealapi.Plaintext()
    encoder.encode(z.tolist(), 2.0**20, plain)
    q = seal_read.primes(context)[0]
    at = ring(4096, (q,))
    theirs = np.array([plain[i] for i in range(4096)], dtype=np.int64)
    ours = at.residues(ckks.encode(z, 4096, 2.0**20).astype(np.int64))
    difference = at.integers((at.backward(theirs[None]) - ours) % at.q)
    assert np.abs(difference).max() <= 1  # a tie may round either way
    assert (difference == 0).mean() > 0.99


def test_ckks_equals_the_plaintext_through_its_levels(plain_keys, rng):
    secret, keys = plain_keys
    server = ckks.Evaluator(keys, 2.0**26)
    z = rng.uniform(-1, 1, N // 2)
    c, want = server.encrypt(z), z
    for level in (4, 3, 2, 1):
        c = server.rescale(server.multiply(c, c))
        want = want**2
        assert c.level == level
        np.testing.assert_allclose(ckks.decrypt(secret, c).real, want, atol=4e-3)
    with pytest.raises(ValueError, match="scale out of bounds"):
        server.multiply(c, c)
    with pytest.raises(ValueError, match="at least 2 to drop one"):
        server.rescale(c)


def test_ckks_adds_multiplies_by_known_numbers_and_rotates(plain_keys, rng):
    secret, keys = plain_keys
    server = ckks.Evaluator(keys, 2.0**26)
    x, y = rng.uniform(-1, 1, (2, N // 2)) + 1j * rng.uniform(-1, 1, (2, N // 2))
    c, d = server.encrypt(x), server.encrypt(y)
    close = {"atol": 1e-3}
    np.testing.assert_allclose(ckks.decrypt(secret, server.add(c, d)), x + y, **close)
    product = server.rescale(server.multiply_plain(c, y))
    np.testing.assert_allclose(ckks.decrypt(secret, product), x * y, **close)
    for steps in (1, 5, -2, 0):
        got = ckks.decrypt(secret, server.rotate(c, steps))
        np.testing.assert_allclose(got, np.roll(x, -steps), **close)
    low = server.drop(c, 2)
    np.testing.assert_allclose(ckks.decrypt(secret, low), x, **close)


def test_ckks_precision_follows_the_scale(plain_keys, rng):
    secret, keys = plain_keys
    z = rng.uniform(-1, 1, N // 2)
    errors = [
        np.abs(ckks.decrypt(secret, ckks.Evaluator(keys, s).encrypt(z)) - z).max()
        for s in (2.0**15, 2.0**20, 2.0**25)
    ]
    for coarse, fine in itertools.pairwise(errors):
        assert 3 < math.log2(coarse / fine) < 7


@pytest.mark.parametrize(
    ("values", "scale", "message"),
    [
        ([np.nan], 2.0, "values must be finite"),
        ([1.0], 0.0, "scale must be positive"),
        ([1.0], np.inf, "scale must be positive"),
        ([1.0] * (N // 2 + 1), 2.0, "values must be 1 to 128"),
    ],
)
def test_ckks_encoding_refuses(values, scale, message):
    with pytest.raises(ValueError, match=message):
        ckks.encode(values, N, scale)


def test_ckks_refuses_to_mix_scales_and_levels_or_to_overflow(plain_keys):
    _, keys = plain_keys
    server = ckks.Evaluator(keys, 2.0**26)
    c = server.encrypt([1.0])
    with pytest.raises(ValueError, match="levels must agree, got 5 and 2"):
        server.multiply(c, server.drop(c, 2))
    with pytest.raises(ValueError, match="scale mismatch"):
        server.add(c, server.multiply_plain(c, [1.0]))
    with pytest.raises(ValueError, match="levels must agree"):
        server.add(c, server.drop(c, 2))
    with pytest.raises(ValueError, match="level must be an integer in"):
        server.drop(c, 6)
    with pytest.raises(ValueError, match="must stay below half the modulus"):
        ckks.Evaluator(keys, 2.0**60).encrypt([100.0] * (N // 2))


# --- keys ---


def test_the_same_plaintext_twice_gives_different_ciphertexts(bgv_keys, plain_keys):
    for server in (
        bgv_keys[1],
        bfv.Evaluator(plain_keys[1], T),
        ckks.Evaluator(plain_keys[1]),
    ):
        first, second = server.encrypt([1]), server.encrypt([1])
        assert (first.parts != second.parts).mean() > 0.99


def test_another_key_decrypts_garbage(plain_keys):
    other = rlwe.SecretKey(plain_keys[0].parameters)
    c = bfv.Evaluator(plain_keys[1], T).encrypt(np.arange(N))
    assert (bfv.decrypt(other, c, T) == np.arange(N)).mean() < 0.1


def test_keys_refuse_what_was_not_prepared(plain_keys):
    _, keys = plain_keys
    server = ckks.Evaluator(keys)
    c = server.encrypt([1.0])
    with pytest.raises(ValueError, match="one of the prepared rotations, got 7"):
        server.rotate(c, 7)
    three = np.concatenate([c.parts, c.parts[:1]])
    with pytest.raises(ValueError, match="relinearise first"):
        keys.rotate(three, 1)
    with pytest.raises(ValueError, match="relinearise first"):
        rlwe.tensor(keys.parameters.ring(), three, three)
    with pytest.raises(ValueError, match="parts must be 2 or 3"):
        keys.relinearise(np.concatenate([three, c.parts]))
    with pytest.raises(ValueError, match="level must be an integer in"):
        keys.parameters.ring(0)
