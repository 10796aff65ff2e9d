"""A scheme that is safe until it encrypts its own key."""

import secrets

from ppdl_course.publickey import circular
from ppdl_course.publickey.paillier import PrivateKey

KEY = PrivateKey.generate(1024)


def test_ordinary_plaintexts_leak_nothing_more_than_paillier():
    for m in (0, 1, 42, secrets.randbelow(KEY.public.n)):
        c, leak = circular.encrypt(KEY.public, m)
        assert leak is None
        assert KEY.raw_decrypt(c) == m


def test_encrypting_the_key_hands_it_over():
    _, leak = circular.encrypt(KEY.public, KEY.lam)
    assert leak == KEY.lam
