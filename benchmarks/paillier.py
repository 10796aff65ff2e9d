"""Packed Paillier here against one ciphertext a value with the library ``phe``.

ciphertext_ratio_to_phe   ciphertexts of phe / ciphertexts here, for the same vector
time_ratio_to_phe         seconds of phe / here: encrypt, add two vectors, decrypt
seconds_a_value           seconds a value here
phe_seconds_a_value       seconds a value with phe
largest_error             largest difference of the sums from the plaintext sums

Both use one key of 2,048 bits and values with 24 bits after the point. phe runs on a
slice of 40 values, scaled: a value is a ciphertext, so its time is proportional.
"""

import time

import numpy as np
import phe

from ppdl_course.publickey.packing import Packing
from ppdl_course.publickey.paillier import PrivateKey

VALUES, SLICE, FRACTION_BITS = 1_008, 40, 24


def measure() -> dict[str, float]:
    key = PrivateKey.generate(2048)
    rng = np.random.default_rng(35)
    x, y = np.rint(rng.normal(size=(2, VALUES)) * 2**FRACTION_BITS) / 2**FRACTION_BITS
    packing = Packing(key.public, fraction_bits=FRACTION_BITS)

    begin = time.perf_counter()
    total = packing.encrypt(x) + packing.encrypt(y)
    sums = total.decrypt(key)
    ours = (time.perf_counter() - begin) / VALUES

    public = phe.PaillierPublicKey(key.public.n)
    private = phe.PaillierPrivateKey(public, key.p, key.q)
    begin = time.perf_counter()
    left, right = ([public.encrypt(float(v)) for v in z[:SLICE]] for z in (x, y))
    theirs_sums = [private.decrypt(a + b) for a, b in zip(left, right, strict=True)]
    theirs = (time.perf_counter() - begin) / SLICE

    errors = [np.abs(sums - x - y).max(), np.abs(theirs_sums - (x + y)[:SLICE]).max()]
    return {
        "ciphertext_ratio_to_phe": VALUES / len(total.ciphertexts),
        "time_ratio_to_phe": theirs / ours,
        "seconds_a_value": ours,
        "phe_seconds_a_value": theirs,
        "largest_error": float(max(errors)),
    }
