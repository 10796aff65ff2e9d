"""Contexts: parameters that SEAL has accepted, as TenSEAL wraps them and bare.

TenSEAL's context holds keys and a global scale, and its vectors rescale by themselves.
SEAL's own holds no key: whoever needs single ciphertexts, their residues or their
levels works with it, and with :class:`~ppdl_course.he.seal.key_pair.KeyPair`.

Nothing secret is in a bare context; one from :func:`tenseal_context` has the secret
key until ``make_context_public`` (see ``keys``).
"""

import functools
from typing import Any

from ppdl_course.he.seal.plan import CkksPlan


def tenseal_context(plan: CkksPlan) -> Any:
    """Return a TenSEAL context, with the secret key, for CKKS parameters."""
    import tenseal as ts

    context = ts.context(
        ts.SCHEME_TYPE.CKKS,
        plan.poly_modulus_degree,
        coeff_mod_bit_sizes=list(plan.coeff_mod_bit_sizes),
    )
    context.global_scale = 2.0**plan.scale_bits
    return context


# making one takes up to a second, for tables of roots; nothing changes one later
@functools.lru_cache(maxsize=8)
def seal_context(
    poly_modulus_degree: int,
    coeff_mod_bit_sizes: tuple[int, ...],
    plain_modulus: int | None = None,
    *,
    secure: bool = True,
) -> Any:
    """Return a ``sealapi.SEALContext`` at 128-bit security: no key, never changed.

    Args:
        poly_modulus_degree: n.
        coeff_mod_bit_sizes: Bits of the primes, the special one last.
        plain_modulus: BFV's t; CKKS if it is left out.
        secure: False lets SEAL take any sizes: INSECURE, for fast tests.
    """
    from tenseal import sealapi

    ckks = plain_modulus is None
    scheme = sealapi.SCHEME_TYPE.CKKS if ckks else sealapi.SCHEME_TYPE.BFV
    level = sealapi.SEC_LEVEL_TYPE.TC128 if secure else sealapi.SEC_LEVEL_TYPE.NONE
    parms = sealapi.EncryptionParameters(scheme)
    parms.set_poly_modulus_degree(poly_modulus_degree)
    parms.set_coeff_modulus(
        sealapi.CoeffModulus.Create(poly_modulus_degree, list(coeff_mod_bit_sizes))
    )
    if not ckks:
        parms.set_plain_modulus(plain_modulus)
    return sealapi.SEALContext(parms, True, level)
