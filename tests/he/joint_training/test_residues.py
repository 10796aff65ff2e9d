"""Long numbers under BGV, one residue a key; noise that tells nothing."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppdl_course.he.joint_training.gradient import Gradient
from ppdl_course.he.joint_training.plan import update
from ppdl_course.he.joint_training.residues import (
    FLOOR_BITS,
    KeySet,
    Public,
    from_wire,
    join,
    residues_of,
    to_wire,
)
from ppdl_course.he.lattice import bgv

PRIMES = (97, 193, 257)


@pytest.fixture(scope="module")
def keys(plan):
    return KeySet(plan)


@given(st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=9))
def test_joining_residues_gives_the_number_modulo_their_product(values):
    whole = math.prod(PRIMES)
    parts = [residues_of(values, t) for t in PRIMES]
    for part, t in zip(parts, PRIMES, strict=True):
        assert np.abs(part).max() <= t // 2
    assert join(parts, PRIMES) == [v % whole for v in values]


def test_sums_and_known_numbers_act_modulo_the_product(plan, keys):
    whole, public = plan.plain_modulus, keys.public
    x, y = [0, 1, whole - 1, -5, 2**80], [7, whole - 1, whole - 1, 5, -(2**80)]
    known = [whole // 2, 3, 2, -1, 0]
    c, d = public.encrypt(x), public.encrypt(y)

    def modulo(values):
        return [v % whole for v in values]

    columns = list(zip(x, y, known, strict=True))
    assert keys.decrypt(public.plus(c, d))[:5] == modulo(a + b for a, b, _ in columns)
    assert keys.decrypt(public.minus(c, d))[:5] == modulo(a - b for a, b, _ in columns)
    assert keys.decrypt(public.add_plain(c, known))[:5] == modulo(
        a + k for a, _, k in columns
    )
    assert keys.decrypt(c)[5:] == [0] * (plan.ring_degree - 5)


@pytest.fixture(scope="module")
def slots(plan, keys, everything):
    """Slots of a gradient at odd weights, and the weights."""
    x, y = everything
    columns = [keys.public.encrypt(column) for column in x.T]
    targets = keys.public.encrypt([48 * plan.scale**3 * int(v) for v in y])
    w = [100, -64, 33, -1]
    sealed = [keys.public.encrypt([v] * plan.ring_degree) for v in w]
    return Gradient(keys.public, columns, targets).slots(sealed), w


def test_slots_of_the_gradient_are_each_records_own(plan, keys, everything, slots):
    x, y = everything
    found, w = slots
    for j, value in enumerate(found):
        opened = keys.decrypt(value)
        for i, (row, label) in enumerate(zip(x, y, strict=True)):
            own = update(plan, row[None], np.array([label]), np.array(w))[j]
            assert opened[i] == own % plan.plain_modulus
        assert opened[len(x) :] == [0] * (plan.ring_degree - len(x))


def test_a_flood_is_the_same_number_under_noise_of_another_size(plan, keys, slots):
    for value in slots[0]:
        flooded = keys.public.flooded(value)
        assert keys.decrypt(flooded) == keys.decrypt(value)
        for secret, c, f in zip(keys._secrets, value, flooded, strict=True):
            before = bgv.noise_bits(secret, c)
            assert before < FLOOR_BITS + math.log2(secret.parameters.t)
            assert bgv.noise_bits(secret, f) > before + plan.hiding
            assert bgv.noise_budget(secret, f) > 2
            assert (f.parts[1] != c.parts[1]).any()  # the public part is another too


def test_ciphertexts_and_keys_cross_a_channel(plan, keys):
    public = Public.from_wire(plan, keys.keys_to_wire())
    c = from_wire(to_wire(public.encrypt([3, -4])), plan, "c")
    assert keys.decrypt(c)[:2] == [3, plan.plain_modulus - 4]


def test_the_cloud_holds_no_secret(keys):
    for evaluator in keys.public.evaluators:
        held = set(vars(evaluator.keys))
        assert held == {"parameters", "public", "relinearisation", "galois"}


def spoil(plan, keys, change):
    """A message with its first ciphertext changed."""
    message = to_wire(keys.public.encrypt([1]))
    parts, factor = message[0]
    return [change(parts.copy(), factor), *message[1:]]


def set_entry(value):
    def change(parts, factor):
        parts[0, 0, 0] = value
        return parts, factor

    return change


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda p, f: (p[:, :, :-1], f), "c must be int64"),
        (lambda p, f: (p[:1], f), "c must be int64"),
        (lambda p, f: (p.astype(float), f), "c must be int64"),
        (lambda p, f: (p[:, :0], f), "c must be int64"),
        (lambda p, f: (np.concatenate([p, p], axis=1), f), "c must be int64"),
        (lambda p, f: ([1, 2], f), "c must be int64"),
        (lambda p, f: (p, 0), "c must hold residues"),
        (set_entry(-1), "c must hold residues"),
        (set_entry(2**31), "c must hold residues"),
    ],
)
def test_what_is_no_ciphertext_is_refused(plan, keys, change, says):
    with pytest.raises(ValueError, match=says):
        from_wire(spoil(plan, keys, change), plan, "c")


def test_too_few_residues_are_refused(plan, keys):
    with pytest.raises(ValueError, match="c must be 3 ciphertexts"):
        from_wire(to_wire(keys.public.encrypt([1]))[:2], plan, "c")


def test_a_plan_that_hides_more_has_room_for_it(plan):
    wide = replace(plan, hiding=48)
    keys = KeySet(wide)
    value = keys.public.at_last_level(keys.public.encrypt([5]))
    assert keys.decrypt(keys.public.flooded(value))[0] == 5
