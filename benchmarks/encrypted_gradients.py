"""A round of encrypted gradients, 784-128-64-10 = 109,386 numbers: ours and libraries.

encrypt_ms, add_ms, decrypt_ms    ring-LWE here: one upload, adding it, one download
gradient_encrypt_ratio_to_tenseal seconds of TenSEAL's CKKS (n = 8,192; by public key)
                                  over ours
gradient_round_ratio_to_tenseal   the same of encrypting and decrypting
gradient_..._to_symmetric         the same where TenSEAL too encrypts with a secret key
gradient_add_ratio_to_tenseal     the same of adding two uploads: ours expands a seed
gradient_bytes_ratio_to_tenseal   bytes of an upload, ours over theirs
times_32_bits                     bytes of an upload over 4 bytes a number
paper_lwe, paper_paillier         the paper's figures for that, recomputed
largest_error                     of the sum of 8 vectors: whole numbers, so 0 is exact
tenseal_largest_error             CKKS is approximate, in units of 2^-20
gradient_ratio_to_phe_a_value     seconds of phe's encryption a value over ours
gradient_ratio_to_packed          seconds of packed Paillier's encryption over ours
adder_bytes, adder_bytes_8        what the server holds after 1 and after 8 uploads

Seconds of processor, one thread each, the best of several; phe and packed Paillier (N
of 2,048 bits, random factors as phe draws them) on a slice, scaled.
"""

import math
import pickle
import time
from collections.abc import Callable

import numpy as np
import phe
import tenseal as ts
from threadpoolctl import threadpool_limits

from ppdl_course.federated.encrypted_gradients import expansion
from ppdl_course.federated.encrypted_gradients.headroom import Headroom
from ppdl_course.federated.encrypted_gradients.paillier_sums import PaillierKey
from ppdl_course.federated.encrypted_gradients.ring_sums import RingAdder, RingKey
from ppdl_course.publickey.paillier import PrivateKey

CLIENTS, RUNS, SLICE = 8, 7, 42 * 2
DEGREE, SIZES, SCALE = 8192, [60, 40, 60], 2.0**40


def measure() -> dict[str, float]:
    with threadpool_limits(1):
        return _rounds() | _paillier()


def _best(work: Callable[[], object], runs: int = RUNS) -> float:
    """Return the fewest processor seconds of several runs."""
    times = []
    for _ in range(runs):
        begin = time.process_time()
        work()
        times.append(time.process_time() - begin)
    return min(times)


def _gradients() -> np.ndarray:
    rng = np.random.default_rng(36)
    count = expansion.parameters(expansion.PAPER)
    return np.clip(rng.normal(size=(CLIENTS, count)) * 0.1, -1, 1)


def _rounds() -> dict[str, float]:
    headroom, key, values = Headroom(), RingKey(), _gradients()
    integers = np.stack([headroom.encode(row) for row in values])
    count = integers.shape[1]
    uploads = [key.encrypt(row) for row in integers]
    adder = key.adder(count)
    first = 0
    for upload in uploads:
        adder.add(upload)
        first = first or _held(adder)
    total = adder.total()
    error = np.abs(key.decrypt(total) - integers.sum(axis=0)).max()

    peers = {
        name: _Tenseal(kind, values)
        for name, kind in (
            ("tenseal", ts.ENCRYPTION_TYPE.ASYMMETRIC),
            ("symmetric", ts.ENCRYPTION_TYPE.SYMMETRIC),
        )
    }
    fresh = iter([key.encrypt(integers[0]) for _ in range(2 * RUNS)])
    mine = [math.inf] * 3
    for _ in range(2):  # around the peers: the machine may be busy at times
        steps = [
            _best(lambda: key.encrypt(headroom.encode(values[0]))),
            _best(lambda: adder.add(next(fresh))),
            _best(lambda: headroom.decode(key.decrypt(total))),
        ]
        mine = list(map(min, mine, steps))
        for peer in peers.values():
            peer.run()
    ratios = {}
    for name, peer in peers.items():
        encrypt, add, decrypt = peer.seconds
        ratios[f"gradient_encrypt_ratio_to_{name}"] = encrypt / mine[0]
        both = (encrypt + decrypt) / (mine[0] + mine[2])
        ratios[f"gradient_round_ratio_to_{name}"] = both
        ratios[f"gradient_add_ratio_to_{name}"] = add / mine[1]
    size = uploads[0]["residues"].nbytes + len(uploads[0]["seed"])
    return {
        "encrypt_ms": mine[0] * 1e3,
        "add_ms": mine[1] * 1e3,
        "decrypt_ms": mine[2] * 1e3,
        **ratios,
        "gradient_bytes_ratio_to_tenseal": size / peers["symmetric"].bytes,
        "times_32_bits": size / (4 * count),
        "paper_lwe": expansion.lwe(count),
        "paper_paillier": expansion.paillier(),
        "largest_error": float(error),
        "tenseal_largest_error": peers["tenseal"].error * 2**20,
        "adder_bytes": first,
        "adder_bytes_8": _held(adder),
    }


class _Tenseal:
    """The same vectors under CKKS, 4,096 a ciphertext."""

    def __init__(self, kind: ts.ENCRYPTION_TYPE, values: np.ndarray) -> None:
        self._context = ts.context(
            ts.SCHEME_TYPE.CKKS,
            DEGREE,
            coeff_mod_bit_sizes=SIZES,
            encryption_type=kind,
            n_threads=1,
        )
        self._context.global_scale = SCALE
        self._values = values
        self._uploads = [self._encrypt(row) for row in values]
        columns = zip(*self._uploads, strict=True)
        self._sums = [sum(column[1:], column[0]) for column in columns]
        self.error = float(np.abs(self._decrypt() - values.sum(axis=0)).max())
        self.bytes = sum(len(v.serialize()) for v in self._uploads[0])
        self.seconds = [math.inf] * 3

    def run(self) -> None:
        """Measure encrypting, adding and decrypting one upload."""
        first, second = self._uploads[:2]
        steps = [
            _best(lambda: self._encrypt(self._values[0]), 4),
            _best(lambda: [a + b for a, b in zip(first, second, strict=True)], 4),
            _best(self._decrypt, 4),
        ]
        self.seconds = list(map(min, self.seconds, steps))

    def _encrypt(self, row: np.ndarray) -> list[ts.CKKSVector]:
        cuts = range(0, len(row), DEGREE // 2)
        return [ts.ckks_vector(self._context, row[k : k + DEGREE // 2]) for k in cuts]

    def _decrypt(self) -> np.ndarray:
        return np.concatenate([v.decrypt() for v in self._sums])


def _held(adder: RingAdder) -> int:
    return len(pickle.dumps(adder))


def _paillier() -> dict[str, float]:
    values = Headroom().encode(_gradients()[0])
    key, ring = PaillierKey(PrivateKey.generate(2048)), RingKey()
    public = phe.PaillierPublicKey(key.private.public.n)
    few = values[:SLICE]
    packed = _best(lambda: key.encrypt(few), 3) / SLICE
    single = _best(lambda: [public.encrypt(int(v)) for v in few[:12]], 3) / 12
    ours = _best(lambda: ring.encrypt(values)) / len(values)
    return {
        "gradient_ratio_to_phe_a_value": single / ours,
        "gradient_ratio_to_packed": packed / ours,
    }
