"""Tests for ppdl_course.mpc.millionaires.yao and the attacks on careless versions."""

import secrets
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ppdl_course.mpc.millionaires import attacks
from ppdl_course.mpc.millionaires.yao import (
    Alice,
    Bob,
    gap,
    is_prime,
    make_key,
    play_alice,
    play_bob,
    random_prime,
)
from ppdl_course.parties.channel import Channel
from ppdl_course.parties.codec import encode
from ppdl_course.parties.threads import run
from ppdl_course.parties.views import (
    FALSE_ALARM,
    p_value,
    samples_needed,
    uniform_p_value,
)
from ppdl_course.publickey.rsa import PrivateKey

KEY = make_key(64)


def ask(i, j, size=10, key=KEY, **careless):
    alice, bob = Alice(i, size, key, **careless), Bob(j, size, key.public)
    y = alice.candidates(bob.m)
    return y, *alice.raised_list(y), bob


def test_all_hundred_pairs_of_range_ten():
    for i in range(1, 11):
        for j in range(1, 11):
            *_, p, w, bob = ask(i, j)
            assert bob.answer(p, w) == (i >= j)


@pytest.mark.parametrize("tcp", [False, True])
def test_both_parties_learn_the_answer_over_a_channel(tcp):
    for i, j in ((7, 8), (8, 8), (1, 1), (1, 20), (20, 1)):
        with Channel("Alice", "Bob", tcp=tcp) as channel:
            answers = run(
                channel,
                lambda end, i=i: play_alice(end, i, 20, 64),
                lambda end, j=j: play_bob(end, j, 20),
            )
        assert answers == [i >= j] * 2
        assert (len(channel.messages), channel.rounds) == (4, 4)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 60), st.data())
def test_any_range_is_answered_right(size, data):
    i, j = (data.draw(st.integers(1, size)) for _ in "ij")
    *_, p, w, bob = ask(i, j, size)
    assert bob.answer(p, w) == (i >= j)


def test_one_run_with_an_adequate_key():
    key = make_key(2048)
    assert key.public.n.bit_length() == 2048
    *_, p, w, bob = ask(3, 3, 4, key)
    assert p.bit_length() == 1024
    assert bob.answer(p, w)


def test_known_answer_worked_in_the_chapter():
    """n = 11 * 17, e = 3, x = 77, j = 2: m = 65, y = 10 77 67 51 86."""
    key = PrivateKey.from_primes(11, 17, e=3)
    bob = Bob(2, 5, key.public, randbelow=lambda n: 77)
    alice = Alice(3, 5, key)
    assert bob.m == 65
    assert alice.candidates(65) == [10, 77, 67, 51, 86]
    assert bob.answer(23, [10, 8, 21, 6, 18])
    assert not bob.answer(23, [10, 9, 21, 6, 18])


def test_bobs_question_is_exactly_uniform_whatever_j():
    """Every x of a toy key is tried: m takes each value once, for every j."""
    public = PrivateKey.from_primes(11, 17, e=3).public
    for j in (1, 2, 10):
        asked = Counter(
            Bob(j, 10, public, randbelow=lambda n, x=x: x).m for x in range(public.n)
        )
        assert asked == Counter(range(public.n))


def test_bobs_view_is_the_same_for_i_3_and_4_when_j_is_at_most_3():
    """Chi-square on every entry of w, 8 bins of w_u / p each, and on one difference.

    33 tests in all, each at 1e-6 / 33: the whole fails by chance once in a million.
    The number of runs catches an effect of w = 0.5 with power 1 - 1e-6 in each.
    """
    alarm = FALSE_ALARM / 33
    runs = samples_needed(0.5, 8, pair=True, false_alarm=alarm)
    for j in (1, 2, 3):
        seen = {i: [ask(i, j)[1:3] for _ in range(runs)] for i in (3, 4)}
        for u in range(10):
            bins = [[8 * w[u] // p for p, w in seen[i]] for i in (3, 4)]
            assert p_value(*bins) > alarm
        distance = [[8 * ((w[3] - w[2]) % p) // p for p, w in seen[i]] for i in (3, 4)]
        assert p_value(*distance) > alarm


def test_that_test_catches_raised_entries_that_look_different():
    """Its power: an Alice who replaces raised entries by numbers below 4 p / 5."""
    runs = samples_needed(0.5, 8, pair=True)

    def fourth(i):
        for _ in range(runs):
            _, p, w, _ = ask(i, 2)
            yield 8 * (w[3] if i > 3 else secrets.randbelow(4 * p // 5)) // p

    assert p_value(list(fourth(3)), list(fourth(4))) < FALSE_ALARM


def test_the_list_grows_linearly_with_the_range():
    sizes = {size: len(encode(ask(1, 1, size)[1:3])) for size in (10, 20, 40, 80)}
    steps = [(sizes[2 * n] - sizes[n]) / n for n in (10, 20, 40)]
    assert max(steps) - min(steps) < 0.5  # bytes for each further value


def test_numbers_stay_two_apart_around_the_prime():
    for _ in range(50):
        y, p, w, _ = ask(10, 1)
        assert w == [v % p for v in y]
        distances = [abs(a - b) for a in w for b in w if a != b]
        assert min(min(d, p - d) for d in distances) >= 2


def test_gap_goes_around_the_modulus():
    assert gap([0, 4, 9], 10) == 1
    assert gap([5], 10) == 10
    assert gap([3, 3, 7], 10) == 0


# --- a step left out -----------------------------------------------------------


def test_a_small_x_gives_j_away():
    for j in range(1, 11):
        lazy = Bob(j, 10, KEY.public, randbelow=lambda n: secrets.randbelow(1000))
        assert attacks.find_j(KEY, lazy.m, 10, 1000) == [j]
        careful = Bob(j, 10, KEY.public)
        assert attacks.find_j(KEY, careful.m, 10, 1000) == []


def test_a_reused_x_gives_the_difference_away():
    for j, k in ((1, 10), (10, 1), (5, 5)):
        one, two = (
            Bob(value, 10, KEY.public, randbelow=lambda n: n // 3) for value in (j, k)
        )
        assert attacks.shift_between(one.m, two.m, KEY.public.n) == k - j


def test_a_short_key_gives_i_away():
    p, q = attacks.factor(KEY.public.n)
    assert p * q == KEY.public.n
    assert p > 1
    broken = PrivateKey.from_primes(p, q, e=KEY.public.e)
    for i in range(1, 11):
        _, prime, w, bob = ask(i, 2)
        y = [broken.decrypt((bob.m + u) % KEY.public.n) for u in range(10)]
        assert attacks.find_i(y, prime, w) == i


@pytest.mark.parametrize("i", range(1, 11))
def test_no_reduction_gives_i_away(i):
    n = KEY.public.n
    bob = Bob(2, 10, KEY.public)
    y = Alice(i, 10, KEY).candidates(bob.m)
    w = [value + (u > i) for u, value in enumerate(y, 1)]
    assert attacks.find_i_unreduced(KEY.public, bob.m, 2 * n, w) == i


def test_a_prime_nearly_as_long_as_the_modulus_gives_i_away():
    for i in (1, 6, 10):
        _, p, w, bob = ask(i, 2, prime_bits=60)
        assert attacks.find_i_unreduced(KEY.public, bob.m, p, w) == i


def test_a_prime_too_short_brackets_i_and_never_wrongly():
    caught = 0
    for _ in range(200):
        _, p, w, _ = ask(5, 2, prime_bits=8)
        low, high = attacks.bracket(p, w)
        assert low <= 5 <= high
        caught += (low, high) != (1, 10)
    assert caught > 5  # expected about 30


def test_an_active_bob_reads_three_answers_unless_the_distance_is_checked():
    for i in range(1, 6):
        active = attacks.ActiveBob(KEY.public)
        careless = Alice(i, 10, KEY, least_gap=1)
        answers = active.answer(*careless.raised_list(careless.candidates(active.m)))
        assert answers == [i >= 1, i >= 2, i >= 3]
        careful = Alice(i, 10, KEY)
        with pytest.raises(ValueError, match="never 2 apart"):
            careful.raised_list(careful.candidates(active.m))


def test_without_the_raise_there_is_no_answer():
    y, p, _, bob = ask(10, 9)
    assert bob.answer(p, [value % p for value in y])  # whatever i is


# --- primes and keys -------------------------------------------------------------


def test_primes_agree_with_trial_division():
    slow = [n for n in range(2, 3000) if all(n % d for d in range(2, int(n**0.5) + 1))]
    assert [n for n in range(-3, 3000) if is_prime(n)] == slow


@pytest.mark.parametrize("carmichael", [561, 1105, 1729, 825265, 3215031751])
def test_numbers_that_fool_weaker_tests_are_composite(carmichael):
    assert not is_prime(carmichael)


@pytest.mark.parametrize("bits", [2, 3, 8, 12, 64, 256])
def test_random_primes_have_the_length_asked_for(bits):
    for _ in range(10):
        prime = random_prime(bits)
        assert prime.bit_length() == bits
        assert is_prime(prime)


def test_short_primes_are_all_reached():
    """8 bits: 23 primes. 2,300 draws miss one with probability below 1e-40."""
    drawn = Counter(random_prime(8) for _ in range(2300))
    assert sorted(drawn) == [n for n in range(128, 256) if is_prime(n)]
    places = sorted(drawn)
    sample = [places.index(n) for n in drawn.elements()]
    assert uniform_p_value(sample, len(places)) > FALSE_ALARM


@pytest.mark.parametrize("bits", [32, 64, 128, 1024])
def test_keys_have_the_length_asked_for_and_invert(bits):
    key = make_key(bits)
    assert key.public.n.bit_length() == bits
    x = secrets.randbelow(key.public.n)
    assert key.decrypt(key.public.encrypt(x)) == x


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Alice(0, 10, KEY), r"i must be an integer in 1\.\.10, got 0"),
        (lambda: Alice(11, 10, KEY), r"i must be an integer in 1\.\.10, got 11"),
        (lambda: Bob(0, 10, KEY.public), r"j must be an integer in 1\.\.10, got 0"),
        (lambda: Bob(11, 10, KEY.public), r"j must be an integer in 1\.\.10, got 11"),
        (lambda: Alice(1, 10, KEY).candidates(-1), "m must be an integer in"),
        (lambda: Alice(1, 10, KEY).candidates(KEY.public.n), "m must be an integer in"),
        (
            lambda: Bob(1, 3, KEY.public).answer(101, [1, 2]),
            "w must have 3 entries, got 2",
        ),
        (lambda: Bob(1, 2, KEY.public).answer(101, [1, 101]), "w must hold numbers in"),
        (lambda: Bob(1, 1, KEY.public).answer(1, [0]), "w must hold numbers in"),
        (lambda: make_key(33), "bits must be even and at least 32, got 33"),
        (lambda: make_key(30), "bits must be even and at least 32, got 30"),
        (lambda: random_prime(1), "bits must be an integer >= 2, got 1"),
        (lambda: ask(1, 1, 90, prime_bits=8), "too large for a p of 8 bits"),
    ],
)
def test_bad_arguments_are_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
