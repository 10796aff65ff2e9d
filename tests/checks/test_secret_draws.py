"""What is asked of the operating system, and what is not: counted and seen."""

import datetime
import hashlib
import math
import os
import random
import secrets
import ssl
import sys
import time
from functools import partial
from os import urandom
from time import time_ns

import numpy as np
import pytest
from numpy.random import default_rng

from ppdl_course.checks.remote import beside
from ppdl_course.checks.secret_draws import (
    require_drawn,
    require_no_repeat,
    watch,
    watched,
)
from ppdl_course.checks.verdict import Mistake

calls = 0
KEPT = []


def counting(n):
    global calls
    calls += 1
    return secrets.randbelow(n) + calls


class Drawing:
    def __call__(self, n):
        return int.from_bytes(urandom(8), "big") % n


@pytest.mark.parametrize(
    ("draw", "bits"),
    [
        (secrets.randbelow, math.log2(1000)),
        (lambda n: random.SystemRandom().randrange(n), math.log2(1000)),
        (lambda n: secrets.SystemRandom().random() * n, 53),
        (lambda n: secrets.token_bytes(5), 40),
        (lambda n: os.urandom(5), 40),
        (Drawing(), 64),
        (partial(Drawing(), 7), None),
        (lambda n: secrets.SystemRandom().sample(range(10), 10), math.log2(3628800)),
        (lambda n: (secrets.randbits(16) for _ in range(3)), 48),
        (lambda n: ([1], map(secrets.randbits, [16, 16])), 32),
        (lambda n: hashlib.sha256(b"seven").digest(), 0),
    ],
)
def test_bits_are_counted_where_they_are_asked_for(draw, bits):
    if bits is None:
        with pytest.raises(TypeError):
            watched(draw, [(1000,)] * 2)
        return
    draws = watched(draw, [(1000,)] * 3)
    assert draws.bits == pytest.approx([bits] * 3)
    require_drawn(draws, bits, "it")
    with pytest.raises(Mistake, match="asked the operating system for"):
        require_drawn(draws, bits + 1, "it")


def device(n):
    with open("/dev/urandom", "rb") as file:
        return file.read(8)


@pytest.mark.skipif(not os.path.exists("/dev/urandom"), reason="no such device")
@pytest.mark.parametrize(
    "draw", [device, lambda n: ssl.RAND_bytes(8), lambda n: os.read(0, 0)]
)
def test_of_sources_that_cannot_be_counted_nothing_is_said(draw):
    try:
        draws = watched(draw, [(1000,)] * 3)
    except OSError:
        pytest.skip("no standard input")
    assert min(draws.bits) < 64  # the count alone would refuse it
    assert require_drawn(draws, 64, "it") is None
    with pytest.raises(Mistake):
        require_drawn(draws._replace(seen=[]), 64, "it")


def numpy_source():
    return default_rng(5)


def helped(n):
    return int(numpy_source().integers(n))


def kept_away(n):
    if not KEPT:
        KEPT.append(random.Random(3))
    return KEPT[0].randrange(n)


@pytest.mark.parametrize(
    "draw",
    [
        helped,
        kept_away,
        lambda n: random.randrange(n),
        lambda n: random.Random(secrets.randbits(128)).random(),
        lambda n: np.random.default_rng().integers(n),
        lambda n: np.random.standard_normal(),  # noqa: NPY002
    ],
)
def test_generators_for_statistics_are_seen_under_any_name(draw):
    with pytest.raises(Mistake, match="made for statistics"):
        watched(draw, [(1000,)] * 3)


def test_torch_is_seen():
    torch = pytest.importorskip("torch")
    generator = torch.Generator()
    for draw in (
        lambda n: torch.randint(n, (1,)),
        lambda n: torch.empty(3).uniform_(),
        lambda n: generator.seed(),
    ):
        with pytest.raises(Mistake, match="made for statistics"):
            watched(draw, [(1000,)] * 3)


@pytest.mark.parametrize(
    "clock",
    [
        time_ns,
        time.perf_counter,
        datetime.datetime.now,
        datetime.datetime.utcnow,
        lambda: time.strftime("%s"),
    ],
)
def test_clocks_are_named_under_any_name(clock):
    draws = watched(lambda n: hashlib.sha256(str(clock()).encode()), [(1,)] * 3)
    with pytest.raises(Mistake, match="reads a clock"):
        require_drawn(draws, 8, "it")


def test_a_clock_that_only_measures_is_no_mistake():
    draws = watched(lambda n: (time.time(), secrets.randbelow(n)), [(1000,)] * 3)
    assert require_drawn(draws, math.log2(1000), "it") is None
    with pytest.raises(Mistake, match="reads a clock"):  # it was seen all the same
        require_drawn(draws, 64, "it")


def test_only_the_first_fresh_is_told_so():
    kept = []

    def doubled(n):
        if not kept:
            kept.append(secrets.randbits(n))
        kept[0] *= 2
        return kept[0]

    with pytest.raises(Mistake, match="follows from the draw before"):
        require_drawn(watched(doubled, [(128,)] * 3), 128, "it")


def test_everything_is_as_before_after_the_watch():
    def state():
        system, np_random = vars(random.SystemRandom), vars(np.random)
        return os.urandom, random._urandom, sys.getprofile(), {**system}, {**np_random}

    before = state(), default_rng, urandom
    assert watched(counting, [(10,)] * 3).results[2] >= 3
    assert calls == 3
    for answer in (helped, lambda n: 1 / 0):
        with pytest.raises((Mistake, ZeroDivisionError)):
            watched(answer, [(10,)] * 2)
    assert before == (state(), default_rng, urandom)


def test_ties_are_the_same_bytes_within_a_call_and_others_in_the_next():
    draws = watched(lambda: [os.urandom(2) for _ in range(3)], [()] * 3, ties=2)
    assert all(a == b != c for a, b, c in draws.results)
    assert len({a for a, *_ in draws.results}) == 3


def test_repeats_are_counted():
    require_no_repeat(range(100), "it")
    with pytest.raises(Mistake, match="only 3 of 4 draws differ"):
        require_no_repeat([1, 2, 3, 1], "it")


def test_one_call_is_too_few():
    with pytest.raises(ValueError, match="rows must be at least 2, got 1"):
        watched(counting, [(10,)])


def test_beside_puts_the_answer_first():
    results, bits, seen = beside(watch, secrets.randbits)([(9,), (9,)], 0)
    assert (len(results), bits, seen) == (2, [16, 16], [])
