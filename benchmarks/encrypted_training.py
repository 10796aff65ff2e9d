"""Training under encryption: seconds of processor of the cloud, one thread.

layer_seconds                   64 -> 32, weights and inputs encrypted, BFV at n = 8,192
                                with 6 primes and a special one: sums of 64 products,
                                each relinearised once
layer_products, layer_relinearisations
encrypted_layer_ratio_to_seal   as many products by SEAL in CKKS, each relinearised and
                                rescaled, same n and primes, over layer_seconds
encrypted_layer_ratio_to_seal_bfv       the same in SEAL's BFV, our own scheme
step_seconds                    a whole step of 64-32-10 for 16,384 samples modulo one
                                plaintext prime, at 128-bit security
step_products, step_relinearisations, step_depth
step_64_32_10_ratio             that number of products of SEAL's BFV in the same
                                context, relinearised, over step_seconds
step_4_2_4_seconds              the auto-encoder's step in that context
step_4_2_4_moduli               plaintext primes of 26 bits that the whole integers of
                                Precision(4, 6) ask for, each a step of its own in a
                                ring of 32,768

Results are decrypted and compared with the integer step: all of layer 64 -> 32, biases,
all new weights of the last layer and four rows of the first. For the clock only, equal
weights share a few ciphertexts; a client encrypts each anew. Single products are timed
before and after ours and the lesser time taken.
"""

import itertools
import time
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from tenseal import sealapi
from threadpoolctl import threadpool_limits

from ppdl_course.he.seal.contexts import seal_context
from ppdl_course.he.seal.key_pair import KeyPair
from ppdl_course.he.seal.streams import from_bytes
from ppdl_course.he.training.integers import Net, Precision, integer_step
from ppdl_course.he.training.levels import Mark, Plan
from ppdl_course.he.training.messages import numbers_of
from ppdl_course.he.training.seal_bfv import BfvContext
from ppdl_course.he.training.step import (
    Inputs,
    activated,
    changed,
    layer,
    marks_of_inputs,
    times_slope,
)
from ppdl_course.he.training.twin import moduli_for

T, SAMPLES, COPIES, REPEATS = 65537, 8, 3, 6
PRECISION = Precision(3, 5, 4)


def measure() -> dict[str, Any]:
    with threadpool_limits(1):
        return layer_figures() | step_figures()


class Clock:
    """Processor seconds, without those spent on making inputs."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def of(self, work: Callable[[], Any]) -> Any:
        """Return what ``work`` returns, its seconds added."""
        begin = time.process_time()
        result = work()
        self.seconds += time.process_time() - begin
        return result

    def outside(self, rows: Iterator) -> Iterator:
        """Yield what ``rows`` yields, the seconds of making it taken off."""
        while True:
            begin = time.process_time()
            row = next(rows, None)
            self.seconds -= time.process_time() - begin
            if row is None:
                return
            yield row


class Pool:
    """Encryptions that equal numbers share, a few for each, made at first use."""

    def __init__(self, cloud: Any, keys: Any, n: int) -> None:
        self._cloud, self._keys, self._n = cloud, keys, n
        self._made: dict[Any, Iterator] = {}

    def get(self, number: int, mark: Mark) -> Any:
        """Return an encryption of ``number`` in all slots, the next of its few."""
        key = (int(number) % T, mark.level, mark.factor)
        if key not in self._made:
            slots = np.full(self._n, number, object)
            made = [
                self._cloud.cipher(self._keys.encrypt(slots, mark), mark)
                for _ in range(COPIES)
            ]
            self._made[key] = itertools.cycle(made)
        return next(self._made[key])

    def rows(self, numbers: np.ndarray, mark: Mark) -> Iterator[list]:
        """Yield a row of encryptions for each row of ``numbers``."""
        for row in numbers:
            yield [self.get(v, mark) for v in row]


def best(work: Callable[[], Any]) -> float:
    seconds = []
    for _ in range(REPEATS):
        begin = time.process_time()
        work()
        seconds.append(time.process_time() - begin)
    return min(seconds)


def one_product(context: Any, scale: float | None) -> float:
    """Return SEAL's seconds for a product, relinearised and, in CKKS, rescaled."""
    pair = KeyPair(context, scale)
    relin = from_bytes(sealapi.RelinKeys, context, pair.relin_keys())
    x, y = (pair.encrypt(np.arange(1, 65)) for _ in range(2))
    evaluator = sealapi.Evaluator(context)

    def product() -> None:
        z = sealapi.Ciphertext(context)
        evaluator.multiply(x, y, z)
        evaluator.relinearize_inplace(z, relin)
        if scale is not None:
            evaluator.rescale_to_next_inplace(z)

    return best(product)


def layer_figures() -> dict[str, float]:
    rng = np.random.default_rng(0)
    context = BfvContext(8192, 6, T)
    ckks = seal_context(8192, (28,) * 7)
    keys = context.keys()
    cloud = context.cloud(keys.public)
    fresh = context.rules.fresh
    weights = rng.integers(-15, 16, (32, 64)).astype(object)
    values = rng.integers(-20, 21, (64, SAMPLES)).astype(object)
    x = [cloud.cipher(keys.encrypt(v, fresh), fresh) for v in values]
    pool, clock = Pool(cloud, keys, 8192), Clock()
    theirs = [one_product(ckks, 2.0**27), one_product(context.seal, None)]
    rows = pool.rows(weights, fresh)
    found = clock.of(lambda: list(cloud.seal_totals(clock.outside(rows), x)))
    theirs = np.minimum(
        theirs, [one_product(ckks, 2.0**27), one_product(context.seal, None)]
    )
    scores = [keys.decrypt_seal(z, mark)[:SAMPLES] for z, mark in found]
    assert (np.array(scores) == (weights @ values).astype(int)).all()
    products = weights.size
    return {
        "layer_seconds": clock.seconds,
        "layer_products": products,
        "layer_relinearisations": len(found),
        "encrypted_layer_ratio_to_seal": products * float(theirs[0]) / clock.seconds,
        "encrypted_layer_ratio_to_seal_bfv": products
        * float(theirs[1])
        / clock.seconds,
    }


def step_figures() -> dict[str, float]:
    context = BfvContext(16384, 14, T)
    keys = context.keys()
    cloud = context.cloud(keys.public)
    theirs = one_product(context.seal, None)
    plan = Plan(context.rules, (64, 32, 10))
    seconds = run_step(cloud, keys, plan)
    small = run_step(cloud, keys, Plan(context.rules, (4, 2, 4)))
    theirs = min(theirs, one_product(context.seal, None))
    moduli = moduli_for(Precision(4, 6), 32768, bits=26)
    return {
        "step_seconds": seconds,
        "step_products": plan.products,
        "step_relinearisations": plan.relinearisations,
        "step_depth": plan.depth,
        "step_64_32_10_ratio": plan.products * theirs / seconds,
        "step_4_2_4_seconds": small,
        "step_4_2_4_moduli": len(moduli),
    }


def run_step(cloud: Any, keys: Any, plan: Plan) -> float:
    """Return the cloud's seconds for a step that was right."""
    rng, (inputs, hidden, outputs) = np.random.default_rng(1), plan.shape
    n, clock = plan.rules.n, Clock()
    pool, marks = Pool(cloud, keys, n), marks_of_inputs(plan)
    X = PRECISION.inputs(rng.uniform(0, 1, (SAMPLES, inputs)))
    Y = PRECISION.inputs(rng.uniform(0, 1, (SAMPLES, outputs)))
    V = Net(
        rng.integers(-4, 5, (hidden, inputs)).astype(object),
        rng.integers(-4, 5, hidden).astype(object),
        rng.integers(-4, 5, (outputs, hidden)).astype(object),
        rng.integers(-4, 5, outputs).astype(object),
    )
    numbers = numbers_of(X, Y, V, PRECISION)

    def samples(name: str) -> list:
        mark = marks[name]
        return [cloud.cipher(keys.encrypt(v, mark), mark) for v in numbers[name].T]

    def rows(name: str) -> Iterator[list]:
        return clock.outside(pool.rows(np.atleast_2d(numbers[name]), marks[name]))

    def whole(name: str) -> list:
        return list(pool.rows(np.atleast_2d(numbers[name]), marks[name]))

    given = Inputs(
        **{name: samples(name) for name in ("x", "x_last", "y")},
        W1=rows("W1"),
        W2=rows("W2"),
        b1=whole("b1")[0],
        b2=whole("b2")[0],
        W2_back=whole("W2_back"),
        old=Net(rows("old W1"), whole("old b1")[0], rows("old W2"), whole("old b2")[0]),
    )
    a1, d1, d2 = clock.of(lambda: deltas(cloud, plan, given))
    expected = integer_step(X, Y, V, PRECISION)

    def checked(found: Any, integers: np.ndarray) -> None:
        slots = keys.decrypt(cloud.parts(found), found.mark)[:SAMPLES]
        assert not ((integers - slots) % T).any()

    # row by row, so that no layer's new weights are in memory at once
    for name, delta, a, some in (("W1", d1, given.x_last, 4), ("W2", d2, a1, outputs)):
        new = changed(cloud, getattr(given.old, name), delta, a)
        part = getattr(expected, name)
        for j in range(len(delta)):
            row = clock.of(lambda new=new: next(new))
            if j < some:
                for i, c in enumerate(row):
                    checked(c, part[:, j, i])
    for name, delta in (("b1", d1), ("b2", d2)):
        for j, pair in enumerate(zip(getattr(given.old, name), delta, strict=True)):
            new = clock.of(lambda pair=pair: cloud.minus(*pair))
            checked(new, getattr(expected, name)[:, j])
    return clock.seconds


def deltas(cloud: Any, plan: Plan, given: Inputs) -> tuple[list, list, list]:
    """Return a1, d1 and d2 at the last level, as in ``step.step``."""
    s = PRECISION.scales
    z1 = layer(cloud, given.W1, given.x, given.b1)
    a1, squares1 = activated(cloud, z1, s.S1)
    z2 = layer(cloud, given.W2, a1, given.b2)
    a2, squares2 = activated(cloud, z2, s.S2)
    errors = [cloud.minus(a, y) for a, y in zip(a2, given.y, strict=True)]
    d2 = times_slope(cloud, errors, squares2, s.S2)
    columns = map(list, zip(*given.W2_back, strict=True))
    d1 = times_slope(cloud, list(cloud.totals(columns, d2)), squares1, s.S1)
    base = plan.rules.base
    return tuple([cloud.lower(c, base) for c in some] for some in (a1, d1, d2))
