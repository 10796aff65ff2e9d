"""Reading TenSEAL's objects: what is refused. (The values are tested with the ring.)"""

import pytest
import tenseal as ts

from ppdl_course.he.seal import residues as seal_read


def test_refusals():
    context = ts.context(ts.SCHEME_TYPE.CKKS, 4096, coeff_mod_bit_sizes=[30, 30])
    context.global_scale = 2.0**20
    wide = ts.ckks_vector(context, [1.0] * 2049)
    with pytest.raises(ValueError, match="vector must be one ciphertext, got 2"):
        seal_read.ciphertext_residues(wide)
    context.make_context_public()
    with pytest.raises(ValueError, match="must hold a secret key"):
        seal_read.secret_key_residues(context)
