import dataclasses
import math

import pytest

from ppdl_course.he.seal.plan import primes_of_size
from ppdl_course.he.training.levels import Mark, Plan, Rules, moduli_needed


def rules(count=14, n=16384, t=65537, bgv=False):
    return Rules(n, primes_of_size(n, 28, count), t, bgv)


def test_products_depth_and_relinearisations_are_those_of_the_step():
    small, large = Plan(rules(), (4, 2, 4)), Plan(rules(), (64, 32, 10))
    assert (small.depth, small.products, small.relinearisations) == (10, 58, 26)
    # 2,048 + 32 + 32 + 320 + 10 + 10 + 10 + 320 + 32 + 320 + 2,048
    assert large.products == 5182
    assert large.relinearisations == 5 * 32 + 4 * 10


def test_levels_never_rise_and_noise_stays_inside_the_budget():
    stages = Plan(rules(), (64, 32, 10)).stages
    levels = [s.after.level for s in stages[:9]]
    assert levels == sorted(levels, reverse=True)
    assert all(rules().budget(s.before) >= 0 for s in stages)
    assert [s.depth for s in stages] == [*range(1, 10), 8, 10]


def test_a_chain_too_short_is_refused_with_what_to_change():
    with pytest.raises(ValueError, match=r"primes must hold a depth of 10, got 8"):
        Plan(rules(8), (64, 32, 10))


def test_the_shortest_chain_that_is_taken_is_one_prime_longer_than_what_is_refused():
    def taken(count):
        try:
            Plan(rules(count), (64, 32, 10))
        except ValueError:
            return False
        return True

    verdicts = [taken(count) for count in range(6, 16)]
    assert verdicts == sorted(verdicts)
    assert {False, True} == set(verdicts)


def test_a_larger_plaintext_prime_needs_more_primes():
    with pytest.raises(ValueError, match="smaller t"):
        Plan(rules(14, t=primes_of_size(16384, 28, 1)[0]), (64, 32, 10))


def test_the_marks_of_products_and_dropped_primes_by_hand():
    r = Rules(16, (97, 193, 257), 113, bgv=True)
    product = r.product(Mark(3, 5, 2.0), Mark(3, 7, 3.0), terms=4)
    assert product == Mark(3, 35, math.sqrt(128) * 113 * 6)
    lowered = r.lower(product, 2)
    assert lowered.factor * 257 % 113 == 35
    assert lowered.noise == pytest.approx(math.hypot(product.noise / 257, r.floor))
    bfv = dataclasses.replace(r, bgv=False)
    q = 97 * 193 * 257
    assert bfv.product(Mark(3, 5, 2.0), Mark(3, 7, 3.0)).factor == -q * 35 % 113
    assert bfv.lower(product, 1).factor == 35


@pytest.mark.parametrize("level", [0, 4, 1.5])
def test_a_prime_that_was_dropped_does_not_come_back(level):
    with pytest.raises(ValueError, match=r"level must be an integer in 1\.\.3"):
        rules(4).lower(Mark(3, 1, 1.0), level)


def test_moduli_are_counted_up_to_the_last_number_that_fits():
    # 3 * 5 * 7 = 105 tells -52 .. 52 apart
    assert moduli_needed(1, [3, 5, 7]) == 1
    assert moduli_needed(2, [3, 5, 7]) == 2
    assert moduli_needed(52, [3, 5, 7]) == 3
    with pytest.raises(ValueError, match="below 52"):
        moduli_needed(53, [3, 5, 7])


@pytest.mark.parametrize("shape", [(0, 1, 1), (1, 0, 1), (1, 1, 0)])
def test_a_shape_without_units_is_refused(shape):
    with pytest.raises(ValueError, match="must be an integer >= 1"):
        Plan(rules(), shape)
