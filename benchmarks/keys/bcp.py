"""BCP at 2,048 bits beside the library phe, same modulus, same run; Paillier too.

bcp_encrypt_ratio_to_phe            phe's encryption / ours, tables for g and h, secret
                                    exponents of 512 bits (short: see whole_numbers)
master_decrypt_in_phe_decrypts      master decryption / phe's decryption
packed_value_ratio_to_phe           phe's encryption / a value of ours: 48-bit slots
bcp_encrypt_ms, ...                 milliseconds of ours and of phe's
key_switches_per_s                  master decryption and encryption under another key
table_seconds, table_megabytes      to make the tables of a user's key, kept for all
                                    its encryptions
paillier_encrypt_ratio_to_phe       our Paillier, where nothing but the engine changed

Each with gmpy2 for both sides, and ``..._python`` without it for both sides. Where
gmpy2 is not installed only the latter are there.
"""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import phe
import phe.util

from ppdl_course.publickey import paillier
from ppdl_course.publickey.arithmetic import whole_numbers
from ppdl_course.publickey.arithmetic.safe_primes import PUBLISHED
from ppdl_course.publickey.bcp import MasterSecret
from ppdl_course.publickey.packing import Packing
from ppdl_course.publickey.paired import UserSecret

BITS = 2048


def measure() -> dict[str, float]:
    figures = with_engine("python")
    figures = {f"{name}_python": value for name, value in figures.items()}
    if whole_numbers.GMPY2:
        figures = with_engine("gmpy2") | figures
    return figures


@contextmanager
def engine(name: str) -> Iterator[None]:
    """Let both sides compute with this engine."""
    before, had = os.environ.get(whole_numbers.VARIABLE), phe.util.HAVE_GMP
    os.environ[whole_numbers.VARIABLE] = name
    phe.util.HAVE_GMP = name == "gmpy2"
    try:
        yield
    finally:
        phe.util.HAVE_GMP = had
        if before is None:
            del os.environ[whole_numbers.VARIABLE]
        else:
            os.environ[whole_numbers.VARIABLE] = before


def best(runs: int, *works: Callable[[], object]) -> list[float]:
    """Return the fewest processor seconds of each work, in turn ``runs`` times."""
    times: list[list[float]] = [[] for _ in works]
    for _ in range(runs):
        for taken, work in zip(times, works, strict=True):
            begin = time.process_time()
            work()
            taken.append(time.process_time() - begin)
    return [min(taken) for taken in times]


def with_engine(name: str) -> dict[str, float]:
    """Return the figures of one engine.

    Raises:
        RuntimeError: If a decryption is wrong.
    """
    p, q = PUBLISHED[BITS]
    with engine(name):
        master = MasterSecret.from_primes(p, q)
        users = [UserSecret.generate(master.parameters) for _ in range(2)]
        first, second = (user.public for user in users)
        begin = time.process_time()
        first.prepare()
        table = time.process_time() - begin
        second.prepare()
        ours = paillier.PrivateKey.from_primes(p, q)
        public = phe.PaillierPublicKey(p * q)
        private = phe.PaillierPrivateKey(public, p, q)
        c, theirs, d = first.encrypt(5), public.encrypt(5), ours.public.encrypt(5)
        if [users[0].decrypt(c), master.decrypt(c), private.decrypt(theirs)] != [5] * 3:
            raise RuntimeError("a decryption is wrong")
        phe_encrypt, phe_decrypt, encrypt, own, user, switch = best(
            5 if name == "gmpy2" else 3,
            lambda: public.encrypt(5),
            lambda: private.decrypt(theirs),
            lambda: first.encrypt(5),
            lambda: ours.public.encrypt(5),
            lambda: users[0].decrypt(c),
            lambda: master.switch(c, second),
        )
        phe_decrypt, master_decrypt, own_decrypt = best(
            9 if name == "gmpy2" else 5,
            lambda: private.decrypt(theirs),
            lambda: master.decrypt(c),
            lambda: ours.decrypt(d),
        )
        packing = Packing(first)
        values = [0.5] * packing.slots
        (packed,) = best(7, lambda: packing.encrypt(values))
    rows = -(-first.parameters.exponent_bits // whole_numbers.WINDOW)
    return {
        "bcp_encrypt_ratio_to_phe": phe_encrypt / encrypt,
        "master_decrypt_in_phe_decrypts": master_decrypt / phe_decrypt,
        "packed_value_ratio_to_phe": phe_encrypt / (packed / packing.slots),
        "bcp_encrypt_ms": encrypt * 1e3,
        "user_decrypt_ms": user * 1e3,
        "master_decrypt_ms": master_decrypt * 1e3,
        "packed_value_us": packed / packing.slots * 1e6,
        "key_switches_per_s": 1 / switch,
        "phe_encrypt_ms": phe_encrypt * 1e3,
        "phe_decrypt_ms": phe_decrypt * 1e3,
        "table_seconds": table,
        "table_megabytes": 2 * rows * 2**whole_numbers.WINDOW * BITS * 2 / 8e6,
        "paillier_encrypt_ratio_to_phe": phe_encrypt / own,
        "paillier_decrypt_ratio_to_phe": phe_decrypt / own_decrypt,
    }
