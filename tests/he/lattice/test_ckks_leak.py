"""Two published decryptions give the key: of our scheme and of TenSEAL's."""

import numpy as np
import pytest

from ppdl_course.he.lattice import ckks, ckks_leak, rlwe
from ppdl_course.he.lattice.ring import ring
from ppdl_course.he.seal import residues as seal_read


@pytest.fixture(scope="module")
def ours():
    secret = rlwe.SecretKey(rlwe.Parameters.of_size(256, levels=2, bits=25))
    server = ckks.Evaluator(secret.public_keys(), 2.0**25)
    ciphertexts = [server.encrypt(np.cos(np.arange(128) * k)) for k in (1, 2)]
    results = [ckks.decrypt(secret, c).real for c in ciphertexts]
    at = secret.parameters.ring(1)
    parts = [at.forward(c.parts[:, :1])[:, 0] for c in ciphertexts]
    return secret, at, parts, results


def test_the_key_comes_out_of_two_decryptions(ours):
    secret, at, parts, results = ours
    key = ckks_leak.recover_key(at, parts, results, 2.0**25)
    np.testing.assert_array_equal(key, secret._s)


def test_one_wrong_digit_stops_it_and_flooding_does(ours):
    secret, at, parts, results = ours
    noisy = [ckks_leak.flooded(r, noise=1e-2) for r in results]
    key = ckks_leak.recover_key(at, parts, noisy, 2.0**25)
    assert (key == secret._s).mean() < 0.1
    assert np.abs(noisy[0] - results[0]).max() < 0.1


def test_tenseals_key_comes_out_of_what_decrypt_returns():
    import tenseal as ts

    n, scale = 4096, 2.0**24
    context = ts.context(ts.SCHEME_TYPE.CKKS, n, coeff_mod_bit_sizes=[31, 24, 31])
    context.global_scale = scale
    vectors = [ts.ckks_vector(context, np.cos(np.arange(n // 2))) for _ in range(2)]
    published = [np.array(v.decrypt()) for v in vectors]
    at = ring(n, (seal_read.primes(context)[0],))
    seen = [seal_read.ciphertext_residues(v)[:, 0].astype(np.int64) for v in vectors]
    key = ckks_leak.recover_key(at, seen, published, scale)
    true = at.integers(at.backward(seal_read.secret_key_residues(context)[:1]))
    assert set(key) == {-1, 0, 1}
    np.testing.assert_array_equal(key, true)


def test_refusals(ours):
    _, at, parts, results = ours
    with pytest.raises(ValueError, match="must be two"):
        ckks_leak.recover_key(at, parts[:1], results[:1], 2.0**25)
    with pytest.raises(ValueError, match="independent equations"):
        ckks_leak.recover_key(at, [parts[0]] * 2, results, 2.0**25)
    with pytest.raises(ValueError, match="noise must be positive"):
        ckks_leak.flooded(results[0], noise=0)
